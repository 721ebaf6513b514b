"""What one cell asks of others: fields that are needed where another is filled in, or says a certain word (`required_if`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from lzxl.checks.report import Report, example_of
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Field, Sheet
from lzxl.forms.rules import RequiredIf
from lzxl.submission import Labels, Table


def check_required(report: Report) -> None:
    """Findings `missing_because`, on the cover and in every table."""
    for table in report.submission.tables:
        sheet = report.form.by_name[table.name]
        if sheet.rules.required_if:
            _check_table(report, table, sheet)
    cover = report.submission.cover
    if cover is not None:
        _check_cover(report, cover, report.form.by_name[cover.name])


def _check_table(report: Report, table: Table, sheet: Sheet) -> None:
    for index in table.indexes:
        for name, reason in needed(sheet, partial(_value, table, index)):
            if name in table.columns and table.get(name, index) is None and not table.is_broken(name, index):
                report.cell("missing_because", table, name, index, **what_is_needed(sheet.by_name[name], reason))


def _value(table: Table, index: int, name: str) -> Any:
    return table.get(name, index)


def _check_cover(report: Report, cover: Labels, sheet: Sheet) -> None:
    for name, reason in needed(sheet, cover.values.get):
        if name in cover.cells and cover.values.get(name) is None and name not in cover.broken:
            report.label("missing_because", name, **what_is_needed(sheet.by_name[name], reason))


def needed(sheet: Sheet, get: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    """(field, why it is needed), as the other fields of a row or of a cover have it; `get`: their typed values."""
    for rule in sheet.rules.required_if:
        reason = _reason(rule, sheet.by_name[rule.when], get(rule.when))
        if reason:
            for name in rule.fields:
                yield name, reason


def _reason(rule: RequiredIf, entry: Field, value: Any) -> str:
    """Why a rule asks for its fields where its condition has this value; "" if it does not."""
    if not rule.says:
        return "" if value is None else f"已填{entry.title}"
    assert entry.vocabulary is not None
    return f"{entry.title}为“{value}”" if value in entry.vocabulary.in_role(rule.says) else ""


def what_is_needed(entry: Field, reason: str) -> dict[str, Any]:
    """What the message about a field that is needed has to know."""
    details: dict[str, Any] = {"reason": reason, "value": "", "example": example_of(entry)}
    if entry.vocabulary is not None:
        details["remedy"] = Remedy("choose", entry.vocabulary.allowed)
    return details
