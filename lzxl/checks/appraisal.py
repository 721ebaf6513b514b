"""Scores within their points, lost points with evidence, items as sent out (第八条(三))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.rules import Scored
from lzxl.forms.text import compact
from lzxl.forms.values import display, shorten_number
from lzxl.submission import Table

_FULL_POINTS = 100


def check_appraisal(report: Report) -> None:
    """Findings about the score sheet; nothing for other forms."""
    for table in report.submission.tables:
        rule = report.form.by_name[table.name].rules.scored
        if rule is None:
            continue
        _check_scores(report, table, rule)
        _check_points(report, table, rule)
        if not report.submission.own_layout:
            _check_items(report, table)


def _check_scores(report: Report, table: Table, rule: Scored) -> None:
    expected = expected_items(report, table)
    for index, score in table.filled(rule.own):
        points = expected[index][rule.points] if index in expected else table.get(rule.points, index)
        if points is None:
            continue
        # What is less than nothing, or more than all, is said to be out of range.
        if points < score <= _FULL_POINTS:
            report.cell("score_over_points", table, rule.own, index, points=shorten_number(points))
        elif 0 <= score < points and table.is_blank(rule.evidence, index):
            own = report.field(table, rule.own).title
            report.cell("deduction_without_reason", table, rule.evidence, index, own=own, value="")


def _check_points(report: Report, table: Table, rule: Scored) -> None:
    points = table.values.get(rule.points)
    if not points or any(value is None for value in points):
        return
    total = sum(points)
    if abs(total - _FULL_POINTS) > 1e-6:
        report.cell("points_not_hundred", table, rule.points, 0, value=shorten_number(total))


def expected_items(report: Report, table: Table) -> dict[int, dict[str, Any]]:
    """Row → the item as the office sent it out, for every row that can be told: by place, by content, or by what is left."""
    sheet = report.form.by_name[table.name]
    rule = sheet.rules.scored
    if rule is None or report.submission.own_layout:
        return {}
    standard = [dict(zip(sheet.standard_columns, row, strict=True)) for row in sheet.standard_rows]
    contents = [compact(str(table.get(rule.content, index) or "")) for index in table.indexes]
    matched = _matched(contents, [compact(item[rule.content]) for item in standard])
    names = [name for name in sheet.standard_columns if sheet.by_name[name].kind != "serial"]
    return {index: {name: standard[number][name] for name in names} for index, number in matched.items()}


def _matched(contents: Sequence[str], items: Sequence[str]) -> dict[int, int]:
    """Row → number of the item that it is. `contents`: what each row says; `items`: what each item says."""
    found = {
        index: index for index, (content, item) in enumerate(zip(contents, items, strict=False)) if content == item
    }
    free = {number: item for number, item in enumerate(items) if number not in found}
    for index, content in enumerate(contents):
        number = next((number for number, item in free.items() if item == content), None)
        if index not in found and number is not None:
            found[index] = number
            del free[number]
    if len(contents) == len(items):
        # No row was added and none taken away: what fits nothing is what was rewritten.
        left = [index for index in range(len(contents)) if index not in found]
        found.update(zip(left, free, strict=True))
    return found


def _check_items(report: Report, table: Table) -> None:
    """The items, points and rules are the office's: a unit that changed one changed its appraisal."""
    for index, expected in expected_items(report, table).items():
        for name, value in expected.items():
            actual, told = table.get(name, index), display(value)
            if actual is not None and compact(display(actual)) != compact(told):
                report.cell("item_changed", table, name, index, expected=told, remedy=Remedy("set", value))
