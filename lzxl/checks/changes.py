"""What became of last year's rows (变动): what a unit says of a row and what it wrote there agree, and none goes without a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Phrase
from lzxl.forms.model import Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.places import Place
from lzxl.forms.rules import Compared
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Table
from lzxl.year.cancelled import change_words

# A message names no more numbers than this.
_MOST_NAMED = 8


def check_changes(report: Report) -> None:
    """Findings `removed_without_reason`, `change_not_said` and `change_unfounded`."""
    for sheet, rule in report.form.rules_of(Compared):
        if rule.change:
            before = report.submission.before.get(sheet.name, {})
            for table in report.tables(sheet.name):
                _check_reasons(report, sheet, rule, table)
                _check_words(report, sheet, rule, table, before)
            _check_gone(report, sheet, rule, before)


def _check_reasons(report: Report, sheet: Sheet, rule: Compared, table: Table) -> None:
    """A row that is cancelled says why."""
    cancelled = change_words(sheet, "cancelled")
    for index, word in table.filled(rule.change) if rule.reason in table.columns else ():
        if word in cancelled and table.get(rule.reason, index) is None:
            number = table.get(sheet.key, index) or ""
            told = {**_how_to_say(sheet, rule), "how": Phrase("cancelled", {"named": number})}
            report.cell("removed_without_reason", table, rule.reason, index, value=number, **told)


def _how_to_say(sheet: Sheet, rule: Compared) -> dict[str, Any]:
    """How a unit says that a row is cancelled, and why, as a message says it."""
    titles = {"change": sheet.by_name[rule.change].title, "reason": sheet.by_name[rule.reason].title}
    return {**titles, "words": change_words(sheet, "cancelled")[0]}


def _check_words(
    report: Report, sheet: Sheet, rule: Compared, table: Table, before: Mapping[str, Mapping[str, str]]
) -> None:
    """A row that is said to be unchanged is, and one that is said to be changed is not as it was."""
    kept, changed = change_words(sheet, "kept"), (*change_words(sheet, "changed"), *change_words(sheet, "added"))
    for index, word in table.filled(rule.change):
        row = before.get(table.text(sheet.key, index))
        if row is None:
            continue
        other = _said_otherwise(table, index, row)
        if word in kept and other:
            titles = "、".join(sheet.by_name[name].title for name in other[:_MOST_NAMED])
            report.cell("change_not_said", table, rule.change, index, titles=titles, words="、".join(changed[:1]))
        elif word in changed and not other:
            report.cell("change_unfounded", table, rule.change, index, words="、".join(kept))


def _said_otherwise(table: Table, index: int, before: Mapping[str, str]) -> list[str]:
    """The fields in which a row does not say what it said before."""
    return [name for name, text in before.items() if compact(display(table.get(name, index))) != text]


def _check_gone(report: Report, sheet: Sheet, rule: Compared, before: Mapping[str, Mapping[str, str]]) -> None:
    """A row of last year is there still, if only to say that it is cancelled and why."""
    tables = report.tables(sheet.name)
    there = {str(value) for table in tables for _, value in table.filled(sheet.key)}
    gone = [number for number in before if number not in there]
    if gone and tables:
        named = first_few(gone, _MOST_NAMED, counted="项")
        place = Place(tables[0].title)
        told = {**_how_to_say(sheet, rule), "how": Phrase("gone", {"named": named})}
        report.whole("removed_without_reason", place, severity="warning", value=named, **told)
