"""Scores within their points, deductions with reasons, items as sent out (第八条(三))."""

from __future__ import annotations

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.text import compact
from lzxl.forms.values import display, shorten_number
from lzxl.workbook.submission import Table

_SCORES = ("self_score", "inspection_score", "final_score")
_FULL_POINTS = 100


def check_appraisal(report: Report) -> None:
    """Findings about the score sheet; nothing for other forms."""
    if report.form.id != "appraisal":
        return
    for table in report.submission.tables:
        if table.name != "items":
            continue
        _check_scores(report, table)
        _check_partly_scored(report, table)
        _check_points(report, table)
        if not report.submission.own_layout:
            _check_items(report, table)


def _check_scores(report: Report, table: Table) -> None:
    for index in range(len(table.rows)):
        points = table.get("points", index)
        if points is None:
            continue
        for name in _SCORES:
            score = table.get(name, index)
            if score is not None and score > points:
                report.cell(
                    "score_over_points", table, name, index, points=shorten_number(points), remedy=Remedy("set", points)
                )
        final = table.get("final_score", index)
        if final is not None and final < points and "deduction" in table.columns and not table.get("deduction", index):
            report.cell("deduction_without_reason", table, "deduction", index)


def _check_partly_scored(report: Report, table: Table) -> None:
    """The appraisers' scores come later, but all together: one missing among others was forgotten."""
    for name in ("inspection_score", "final_score"):
        values = table.values.get(name)
        if values is None or all(value is None for value in values):
            continue
        for index, value in enumerate(values):
            if value is None and not table.is_broken(name, index):
                report.cell("missing_score", table, name, index, value="")


def _check_points(report: Report, table: Table) -> None:
    points = table.values.get("points")
    if not points or any(value is None for value in points):
        return
    total = sum(points)
    if abs(total - _FULL_POINTS) > 1e-6:
        report.cell("points_not_hundred", table, "points", 0, value=shorten_number(total))


def _check_items(report: Report, table: Table) -> None:
    """The items, points and rules are the office's: a unit that changed one changed its appraisal."""
    sheet = report.form.by_name[table.name]
    names = [name for name in sheet.standard_columns if name != "serial"]
    standard = [dict(zip(sheet.standard_columns, row, strict=True)) for row in sheet.standard_rows]
    by_content = {compact(row["content"]): row for row in standard}
    for index in range(len(table.rows)):
        content = table.get("content", index)
        expected = by_content.get(compact(content)) if isinstance(content, str) else None
        if expected is None and index < len(standard) and len(table.rows) == len(standard):
            expected = standard[index]
        for name in names if expected is not None else ():
            assert expected is not None
            actual = table.get(name, index)
            if actual is not None and compact(display(actual)) != compact(display(expected[name])):
                report.cell(
                    "item_changed",
                    table,
                    name,
                    index,
                    expected=display(expected[name]),
                    remedy=Remedy("set", expected[name]),
                )
