"""What one cell asks of others: fields that are needed where another is filled in, or says a certain word (`required_if`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lzxl.checks.report import Report, example_of
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Field, Sheet


def check_required(report: Report) -> None:
    """Findings `missing_because`, on the cover and in every table."""
    if report.submission.own_layout:
        return
    for table in report.submission.tables:
        sheet = report.form.by_name[table.name]
        if sheet.rules.course is not None:
            continue  # there it is judged with the rest of the row (`lzxl.checks.course`)
        for index in range(len(table.rows)) if sheet.rules.required_if else ():
            for name, reason in needed(sheet, lambda name, table=table, index=index: table.get(name, index)):  # type: ignore[misc]
                if name in table.columns and table.get(name, index) is None and not table.is_broken(name, index):
                    report.cell("missing_because", table, name, index, **what_is_needed(sheet.by_name[name], reason))
    cover = report.submission.cover
    if cover is not None:
        sheet = report.form.by_name[cover.name]
        for name, reason in needed(sheet, cover.values.get):
            if name in cover.cells and cover.values.get(name) is None and name not in cover.broken:
                report.label("missing_because", name, **what_is_needed(sheet.by_name[name], reason))


def needed(sheet: Sheet, get: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    """(field, why it is needed), as the other fields of a row or of a cover have it; `get`: their typed values."""
    for rule in sheet.rules.required_if:
        value, entry = get(rule.when), sheet.by_name[rule.when]
        if rule.says:
            assert entry.vocabulary is not None
            if value not in entry.vocabulary.in_role(rule.says):
                continue
            reason = f"{entry.title}为“{value}”"
        elif value is None:
            continue
        else:
            reason = f"已填{entry.title}"
        yield from ((name, reason) for name in rule.fields)


def what_is_needed(entry: Field, reason: str) -> dict[str, Any]:
    """What the message about a field that is needed has to know."""
    details: dict[str, Any] = {"reason": reason, "value": "", "example": example_of(entry)}
    if entry.vocabulary is not None:
        details["remedy"] = Remedy("choose", entry.vocabulary.allowed)
    return details
