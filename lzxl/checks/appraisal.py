"""Scores within their points, lost points with evidence, items as sent out (第八条(三))."""

from __future__ import annotations

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
    for index in range(len(table.rows)):
        points = expected[index][rule.points] if index in expected else table.get(rule.points, index)
        if points is None:
            continue
        score, reason = table.get(rule.own, index), rule.evidence
        if score is None:
            continue
        if points < score <= _FULL_POINTS:  # more than that is out of any range, and said so
            report.cell("score_over_points", table, rule.own, index, points=shorten_number(points))
        unexplained = table.get(reason, index) is None and not table.is_broken(reason, index)
        if (
            0 <= score < points and reason in table.columns and unexplained
        ):  # less than nothing is said to be out of range
            own = report.field(table, rule.own).title
            report.cell("deduction_without_reason", table, reason, index, own=own, value="")


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
    contents = [compact(str(table.get(rule.content, index) or "")) for index in range(len(table.rows))]
    free = {number: compact(item[rule.content]) for number, item in enumerate(standard)}
    found: dict[int, int] = {}
    for index, content in enumerate(contents):
        if free.get(index) == content:
            found[index] = index
            del free[index]
    for index, content in enumerate(contents):
        number = next((number for number, text in free.items() if text == content), None)
        if index not in found and number is not None:
            found[index] = number
            del free[number]
    if len(contents) == len(standard):
        left = [index for index in range(len(contents)) if index not in found]
        found.update(zip(left, free, strict=True))
    names = [name for name in sheet.standard_columns if sheet.by_name[name].kind != "serial"]
    return {index: {name: standard[number][name] for name in names} for index, number in found.items()}


def _check_items(report: Report, table: Table) -> None:
    """The items, points and rules are the office's: a unit that changed one changed its appraisal."""
    for index, expected in expected_items(report, table).items():
        for name, value in expected.items():
            actual = table.get(name, index)
            if actual is not None and compact(display(actual)) != compact(display(value)):
                report.cell("item_changed", table, name, index, expected=display(value), remedy=Remedy("set", value))
