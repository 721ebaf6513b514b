"""Compares the totals that a unit wrote with what its rows add up to (件件对账: a total that is wrong hides a row)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lzxl.forms.findings import Catalogue, Finding, Remedy
from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import address
from lzxl.forms.values import is_blank, parse, shorten_number
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.submission import Table

_NUMBER = Field("", "", "score", "", "internal")
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Total:
    """A total that someone wrote, and the numbers that it should add."""

    row: int
    column: int
    stated: float
    added: int
    """The column whose numbers it adds."""
    covered: list[tuple[int, float]]

    @property
    def actual(self) -> float:
        return sum(number for _, number in self.covered)


def check_totals(content: SheetContent, sheet: Sheet, table: Table, catalogue: Catalogue) -> list[Finding]:
    """Findings for every 小计, 合计 and merged section total that is not the sum of its rows."""
    return [
        catalogue.finding(
            "total_mismatch",
            sheet=content.name,
            cell=address(total.row, total.column),
            header="".join(_header(table, sheet, total.column).split()),
            value=shorten_number(total.stated),
            actual=shorten_number(total.actual),
            first=address(total.covered[0][0], total.added),
            last=address(total.covered[-1][0], total.added),
            remedy=Remedy("set", total.actual),
        )
        for total in [*_total_rows(content, table), *_section_totals(content, sheet, table)]
        if total.covered and abs(total.stated - total.actual) > _TOLERANCE
    ]


def _header(table: Table, sheet: Sheet, column: int) -> str:
    for name, mapped in table.columns.items():
        if mapped == column:
            return sheet.by_name[name].title
    return table.unmapped.get(column, "")


def _number(raw: Any) -> float | None:
    if is_blank(raw):
        return None
    value = parse(_NUMBER, raw).value
    return float(value) if isinstance(value, int | float) else None


def _is_counted(content: SheetContent, table: Table, column: int) -> bool:
    """Whether a column holds numbers that a total may add: mostly numbers, and not the serial."""
    if table.columns.get("serial") == column:
        return False
    cells = [content.cell(row, column) for row in table.rows]
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and sum(_number(cell) is not None for cell in filled) * 2 > len(filled)


def _total_rows(content: SheetContent, table: Table) -> list[_Total]:
    """Each number in a 小计 or 合计 row."""
    if not {"subtotal", "total"}.intersection(table.dropped.values()):
        return []
    found = []
    widest = max(map(len, content.rows.values()), default=0)
    counted = {column for column in range(1, widest + 1) if _is_counted(content, table, column)}
    previous = table.header_rows[-1]
    for row, kind in sorted(table.dropped.items()):
        if kind not in ("subtotal", "total"):
            continue
        start = previous if kind == "subtotal" else table.header_rows[-1]
        for column in counted:
            stated = _number(content.cell(row, column))
            if stated is None:
                continue
            found.append(_Total(row, column, stated, column, _numbers(content, table, column, start + 1, row - 1)))
        previous = row
    return found


def _section_totals(content: SheetContent, sheet: Sheet, table: Table) -> list[_Total]:
    """Totals in a column of their own, one merged cell for each section (合计 beside the scores).

    Such a column does not say what it adds: it is the column of numbers that most of its cells agree with.
    """
    found: list[_Total] = []
    numeric = [
        column
        for name, column in table.columns.items()
        if sheet.by_name[name].is_numeric and sheet.by_name[name].kind != "serial"
    ]
    for column, text in table.unmapped.items():
        if sheet.auxiliary_role(text) != "total":
            continue
        sections = []
        for top, left, bottom, _ in sorted(content.merges):
            stated = _number(content.cell(top, column)) if left == column and bottom > top else None
            if stated is not None:
                sections.append((top, bottom, stated))
        candidates = [
            [
                _Total(top, column, stated, other, _numbers(content, table, other, top, bottom))
                for top, bottom, stated in sections
            ]
            for other in numeric
        ]
        best = max(candidates, key=_agreeing, default=[])
        if _agreeing(best) * 2 > len(best):
            found += best
    return found


def _agreeing(totals: list[_Total]) -> int:
    return sum(abs(total.stated - total.actual) <= _TOLERANCE for total in totals)


def _numbers(content: SheetContent, table: Table, column: int, top: int, bottom: int) -> list[tuple[int, float]]:
    return [
        (row, number)
        for row in table.rows
        if top <= row <= bottom and (number := _number(content.cell(row, column))) is not None
    ]
