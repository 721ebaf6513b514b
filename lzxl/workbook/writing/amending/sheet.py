"""A sheet that is being changed: where a new row goes, which cell may have a value, and how the cell is written."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import address
from lzxl.forms.values import is_blank
from lzxl.submission import Table
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.number_formats import NumberFormat
from lzxl.workbook.writing.amending.cell_styles import CellStyles
from lzxl.workbook.writing.amending.changes import AmendError
from lzxl.workbook.writing.amending.held import as_held, day_number, is_number, reads_as, text_element, value_element
from lzxl.workbook.writing.amending.live import Live, formula_in, formula_of, text_value, value_of, with_formula
from lzxl.workbook.writing.measure import LEAST_ROW_HEIGHT, row_height
from lzxl.workbook.writing.sheet_xml import SheetPart

_PREPARED = frozenset({"blank_numbered", "blank_formulas"})
"""Rows that are there to be written into."""


class WrittenCell(NamedTuple):
    """A cell as it is to stand in the file."""

    style: str
    elements: bytes = b""
    kind: str = ""


class AmendedSheet:
    """A sheet that is being changed."""

    def __init__(self, sheet: Sheet, tables: Sequence[Table], content: SheetContent, xml: SheetPart,
                 formats: Sequence[NumberFormat], date1904: bool) -> None:  # fmt: skip
        """`tables`: as they were read of the sheet, from above; new rows go to the last of them."""
        self.sheet = sheet
        self.title = tables[0].title
        self.table = tables[-1]
        self.content = content
        self.xml = xml
        self._date1904 = date1904
        self._of_row = {row: table for table in tables for row in table.rows}
        self._last_used = max(row for table in tables for row in _used_rows(table))
        self._styles = CellStyles(xml, formats, self.table.rows, self.table.header_rows[-1] + sheet.capacity)
        self.set_to: dict[tuple[int, int], tuple[Field, Any]] = {}
        """(row, column) → the field, and what its cell is to hold."""
        self.new_rows: list[tuple[int, int]] = []
        """(row, the last row that was used above it)."""
        self.formulas_gone: list[tuple[int, int]] = []
        self._written: dict[tuple[int, int], WrittenCell] = {}

    def add(self, values: Mapping[str, Any]) -> None:
        """Put a row below the last one that is used, into the first whose cells are free."""
        wanted = self._wanted(values)
        row = self._free_row({column: one for column, (_, one) in wanted.items()})
        for column, (name, one) in sorted(wanted.items()):
            # Not over what holds it already: a row's number that a formula gives stays a formula.
            if is_blank(self.content.cell(row, column)):
                self._put(row, column, self.sheet.by_name[name], one)
        for column, style in self._styles.of_unprepared(row).items():
            self._written.setdefault((row, column), WrittenCell(style))
        self.new_rows.append((row, self._last_used))
        self._of_row[row] = self.table
        self._last_used = row

    def _wanted(self, values: Mapping[str, Any]) -> dict[int, tuple[str, Any]]:
        """Column → its field and what it is to hold, of the fields that are to hold anything."""
        held = {name: as_held(value) for name, value in values.items()}
        return {self._column(self.table, name): (name, one) for name, one in held.items() if one is not None}

    def set(self, row: int, values: Mapping[str, Any]) -> None:
        """Give cells of a row values, where they may have them."""
        table = self._of_row.get(row)
        if table is None:
            raise AmendError("row_gone", sheet=self.title, row=str(row))
        for name, value in values.items():
            entry, held = self.sheet.by_name[name], as_held(value)
            if held is None and name not in table.columns:
                continue  # there is nothing to take away
            column = self._column(table, name)
            if self._is_to_change(row, column, entry, held):
                self._put(row, column, entry, held)

    def write(self) -> bytes:
        """The sheet's part with all that was put into it."""
        for row in {row for row, _ in self.set_to}:
            self.xml.heights[row] = self._height(row)
        for place, cell in self._written.items():
            self.xml.set_cell(*place, cell.style, cell.elements, cell.kind)
        return self.xml.written()

    def _free_row(self, wanted: Mapping[int, Any]) -> int:
        """The first row below the last one that is used where all cells are free. `wanted`: column → what it is to hold."""
        row = self._last_used + 1
        while not all(self._is_free(row, column, held) for column, held in wanted.items()):
            row += 1
        return row

    def _is_free(self, row: int, column: int, held: Any) -> bool:
        """Whether a cell is blank, or holds already what it is to hold (a row's number that is there before the row)."""
        there = self.content.cell(row, column)
        if is_blank(there):
            return (row, column) not in self.content.formulas and not self.xml.is_covered(row, column)
        return bool(there == value_of(held))

    def _is_to_change(self, row: int, column: int, entry: Field, held: Any) -> bool:
        """Whether a cell is to be written: it holds something else, and what it holds is nobody's own."""
        there, formula = self.content.cell(row, column), self._formula(row, column)
        if formula == formula_of(held) and reads_as(entry, there, held, self._date1904):
            return False
        return entry.computed == "program" or (formula is None and is_blank(there))

    def _formula(self, row: int, column: int) -> str | None:
        """The formula of a cell, "" if its text stands elsewhere; None if it has none."""
        there = self.xml.cell(row, column)
        if there is None or (row, column) not in self.content.formulas:
            return None
        return formula_in(self.xml.xml[there.start : there.end])

    @property
    def has_live(self) -> bool:
        """Whether a formula is put in."""
        return any(isinstance(held, Live) for _, held in self.set_to.values())

    def _column(self, table: Table, name: str) -> int:
        if name not in table.columns:
            raise AmendError("column_missing", sheet=self.title, column=self.sheet.by_name[name].title)
        return table.columns[name]

    def _put(self, row: int, column: int, entry: Field, held: Any) -> None:
        if self.xml.is_covered(row, column):
            raise AmendError("merged", sheet=self.title, cell=address(row, column))
        self._remove_formula(row, column, held)
        self._written[row, column] = self._cell(row, column, held)
        self.set_to[row, column] = (entry, held)
        # The next new row looks for free cells here, and this one's height is measured by it.
        self.content.put(row, column, value_of(held))

    def _remove_formula(self, row: int, column: int, held: Any) -> None:
        there = self.xml.cell(row, column)
        if there is None or there.formula is None:
            return
        # One that is shared or spans an array has its text in one cell for several: the others would lose theirs.
        if there.formula:
            raise AmendError("formula", sheet=self.title, cell=address(row, column))
        if not isinstance(held, Live):
            self.formulas_gone.append((row, column))

    def _cell(self, row: int, column: int, held: Any) -> WrittenCell:
        style, prefix = self._styles.of_cell(row, column), self.xml.prefix
        if isinstance(held, Live):
            return self._live_cell(row, column, held)
        if held is None:
            return WrittenCell(style)
        if isinstance(held, datetime.date):
            return self._day_cell(style, column, held)
        if is_number(held):
            return WrittenCell(self._styles.showing(style, column, days=False) or "0", value_element(prefix, held))
        return self._text_cell(style, str(held))

    def _live_cell(self, row: int, column: int, held: Live) -> WrittenCell:
        """A formula before the value that it shows; a text stands there as such, not as one that somebody typed."""
        shown, prefix = self._cell(row, column, held.value), self.xml.prefix
        if shown.kind or held.value is None:
            shown = WrittenCell(shown.style, text_value(prefix, held.value or ""), "str")
        return shown._replace(elements=with_formula(prefix, held.formula, shown.elements))

    def _day_cell(self, style: str, column: int, day: datetime.date) -> WrittenCell:
        """A day as a number where the sheet has a style that shows it as a day; else as a text."""
        day = day.date() if isinstance(day, datetime.datetime) else day
        dated, number = self._styles.showing(style, column, days=True), day_number(day, self._date1904)
        if dated and number is not None:
            return WrittenCell(dated, value_element(self.xml.prefix, number))
        return self._text_cell(style, day.isoformat())

    def _text_cell(self, style: str, text: str) -> WrittenCell:
        # In the cell itself: the list of shared texts is another part, and
        # other cells know their texts by places in it.
        return WrittenCell(style, text_element(self.xml.prefix, text), "inlineStr")

    def _height(self, row: int) -> float:
        """How high a row's texts need it to be: not every program fits rows on opening."""
        cells = enumerate(self.content.rows[row], 1)
        texts = [(cell, self.xml.width_of_column(column)) for column, cell in cells if isinstance(cell, str) and cell]
        return max(LEAST_ROW_HEIGHT, row_height(texts))


def _used_rows(table: Table) -> Iterator[int]:
    """The rows below which a new one may go: header, rows, and what was left out but is not there to be written into."""
    yield from table.header_rows
    yield from table.rows
    yield from (row for row, kind in table.dropped.items() if kind not in _PREPARED)
