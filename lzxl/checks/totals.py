"""A total is compared with what is right: where what it adds up has to be mended first, it is only asked to be looked at again.

The reader has compared every total with the numbers that it could read (`lzxl.workbook.reading.totals`); which of them are
wrong is known here, when all other rules have spoken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from lzxl.checks.report import Report
from lzxl.forms.places import Area, Place
from lzxl.forms.values import shorten_number
from lzxl.submission import StatedTotal, Table

_MOST_NAMED = 8


def check_totals(report: Report) -> None:
    """Ask to look again at every total with an error among its addends, instead of saying what it ought to be."""
    for table in report.submission.tables:
        if table.totals:
            _check_table(report, table)


def _check_table(report: Report, table: Table) -> None:
    wrong = [
        area
        for finding in report.findings
        if finding.severity == "error" and finding.sheet == table.title and finding.code != "total_mismatch"
        for area in finding.place.areas
        if not area.is_whole_columns  # its header is meant
    ]
    if not wrong:
        return
    rows = {total.column: _wrong_rows(wrong, table, total.column) for total in table.totals.values()}
    for (row, column), total in table.totals.items():
        among = rows[total.column]
        among = among[bisect_left(among, total.first) : bisect_right(among, total.last)]
        if among:
            place = Place.cell(table.title, row, column, table.name)
            report.take_back("total_mismatch", place)
            _ask(report, table, place, column, total, among)


def _wrong_rows(wrong: list[Area], table: Table, column: int) -> list[int]:
    """The data rows in which something is wrong in a column, in order."""
    found: set[int] = set()
    for area in wrong:
        if area.left <= column <= area.right:
            found.update(table.rows[bisect_left(table.rows, area.top) : bisect_right(table.rows, area.bottom)])
    return sorted(found)


def _ask(report: Report, table: Table, place: Place, column: int, total: StatedTotal, rows: list[int]) -> None:
    named = [Place.cell(table.title, row, total.column) for row in rows[:_MOST_NAMED]]
    report.whole(
        "total_unchecked",
        place,
        header=_header(report, table, column),
        basis=report.form.by_name[table.name].clause,
        value=shorten_number(total.stated),
        cells=named,
        more=f"等{len(rows)}格" if len(rows) > len(named) else "",
    )


def _header(report: Report, table: Table, column: int) -> str:
    name = next((name for name, mapped in table.columns.items() if mapped == column), "")
    return report.field(table, name).title if name else "".join(table.unmapped.get(column, "").split())
