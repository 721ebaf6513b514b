"""A total is compared with what is right: where what it adds up has to be mended first, it is only asked to be looked at again.

Reading tells what each total states, and what the numbers give that could be read; which of these are wrong is known
here, when all other rules have spoken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from lzxl.checks.report import Report
from lzxl.forms.findings import Phrase, Remedy
from lzxl.forms.places import Area, Place
from lzxl.forms.text import address
from lzxl.forms.values import shorten_number
from lzxl.submission import Fact, StatedTotal, Table

_MOST_NAMED = 8


def check_totals(report: Report) -> None:
    """Say of every wrong total what it ought to be; of one with an error among its addends only that it is to be looked at again."""
    asked: set[Place] = set()
    for table in report.submission.tables:
        if table.totals:
            asked |= _check_table(report, table)
    for fact in report.facts("total_wrong"):
        if fact.place not in asked:
            _say_wrong(report, fact)


def _check_table(report: Report, table: Table) -> set[Place]:
    """The totals that are asked to be looked at again."""
    wrong = _wrong_areas(report, table)
    if not wrong:
        return set()
    asked: set[Place] = set()
    rows = {total.column: _wrong_rows(wrong, table, total.column) for total in table.totals.values()}
    for (row, column), total in table.totals.items():
        among = rows[total.column]
        among = among[bisect_left(among, total.first) : bisect_right(among, total.last)]
        if among:
            place = Place.cell(table.title, row, column, table.name)
            asked.add(place)
            _ask(report, table, place, column, total, among)
    return asked


def _wrong_areas(report: Report, table: Table) -> list[Area]:
    """Where something has to be mended on the table's sheet; a whole column stands for its header, which adds to nothing."""
    places = [place for place in report.wrong_places if place.sheet == table.title]
    return [area for place in places for area in place.areas if not area.is_whole_columns]


def _say_wrong(report: Report, fact: Fact) -> None:
    sheet, known = report.form.by_name[fact.place.table], fact.more
    header = sheet.by_name[fact.place.field].title if fact.place.field else fact.header
    report.whole(
        "total_mismatch",
        fact.place,
        header="".join(header.split()),
        basis=sheet.clause,
        value=shorten_number(fact.value),
        actual=shorten_number(known["actual"]),
        added=_added(fact),
        remedy=Remedy("set", known["actual"]),
        # One row may stand for several things that the unit counts.
        severity="warning" if known["how"] == "rows" else None,
    )


def _added(fact: Fact) -> Phrase:
    """How the number was found that a total ought to be."""
    how, column, first, last = (fact.more[name] for name in ("how", "column", "first", "last"))
    if how == "rows":
        return Phrase("rows", {"first": first, "last": last})
    return Phrase(how, {"first": address(first, column), "last": address(last, column)})


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
        more=Phrase("more", {"count": len(rows)}) if len(rows) > len(named) else "",
    )


def _header(report: Report, table: Table, column: int) -> str:
    name = next((name for name, mapped in table.columns.items() if mapped == column), "")
    return report.field(table, name).title if name else "".join(table.unmapped.get(column, "").split())
