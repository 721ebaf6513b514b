"""Fields of the office's on a form that units file: what stands there is cleared out before a sheet is read, and told to the office.

A workbook of ours does not have them; an older or hand-made one may. Once they are out, the sheet reads as if its columns or labels had
never been there: no value is stored, nothing about them is asked of the unit, and its return cannot give them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.values import is_blank
from lzxl.submission import Fact
from lzxl.workbook.reading.content import SheetContent, cell_in
from lzxl.workbook.reading.grid import Grid
from lzxl.workbook.reading.header_rules import without_instruction
from lzxl.workbook.reading.headers import HeaderFinder
from lzxl.workbook.reading.label_rules import may_be_label

_CODE, _GENERAL = "filled_by_unit", "office_field_filled"
"""The key of a field's own finding for it, and the finding for those that have none."""


@dataclass(slots=True)
class Cleared:
    """What was cleared out of one sheet."""

    content: SheetContent
    sheet: Sheet
    filled: dict[tuple[int, int], Field] = field(default_factory=dict)
    """(row, column) of what the unit wrote there → the field; headers and labels are not among them."""

    def told(self, left_out: Iterable[int] = ()) -> Iterator[Fact]:
        """One fact if the unit filled any of them. `left_out`: rows that are no data, whose sums and numbers are nobody's score."""
        rows = set(left_out)
        places = [place for place in sorted(self.filled) if place[0] not in rows]
        if not places:
            return
        entries = list({self.filled[place].name: self.filled[place] for place in places}.values())
        kind = _kind_of(entries)
        more = {"titles": [entry.title for entry in entries], "count": len(places)}
        place = Place.cell(self.content.name, *places[0], self.sheet.name)
        yield Fact(kind, place, self.filled[places[0]].title, more=more)

    def _clear(self, row: int, column: int) -> Any:
        """Empty a cell; what stood there."""
        cells = self.content.rows.get(row, [])
        cell = cell_in(cells, column)
        if column <= len(cells):
            cells[column - 1] = None
        # What is known of the cell goes with it: each of these would tell that something stands there.
        for known in (self.content.formulas, self.content.remarks, self.content.struck):
            known.pop((row, column), None)
        return cell

    def clear(self, row: int, column: int, entry: Field) -> None:
        """Empty a cell of the field `entry`, and note whether anything stood there."""
        if not is_blank(self._clear(row, column)):
            self.filled[row, column] = entry

    def clear_word(self, row: int, column: int) -> None:
        """Empty a header or a label."""
        self._clear(row, column)

    def close(self) -> Cleared:
        """Forget the rows that held nothing else, as for any sheet."""
        self.content.forget_blanks()
        empty = [row for row, cells in self.content.rows.items() if all(cell is None or cell == "" for cell in cells)]
        for row in empty:
            del self.content.rows[row]
        return self


def _kind_of(entries: Iterable[Field]) -> str:
    """The finding for what was filled: that of the first field that has one of its own."""
    return next((entry.codes[_CODE] for entry in entries if _CODE in entry.codes), _GENERAL)


def clear_office_fields(content: SheetContent, sheet: Sheet, finder: HeaderFinder | None = None) -> Cleared:
    """Take the office's fields out of a sheet. `finder`: looks for the headers of a table; None for a cover."""
    cleared = Cleared(content, sheet)
    if not sheet.office_fields:
        return cleared
    if finder is None:
        _clear_labels(cleared)
    else:
        _clear_columns(cleared, finder)
    return cleared.close()


def _clear_columns(cleared: Cleared, finder: HeaderFinder) -> None:
    """Below each header, down to the next one: the columns that are the office's."""
    content = cleared.content
    grid = Grid.of(content)
    columns: dict[int, Field] = {}
    header_rows: tuple[int, ...] = ()
    for row in grid.numbers:
        if row not in header_rows and finder.is_header(content.rows[row]):
            header = finder.read(grid, row)
            header_rows, columns = header.rows, _office_columns(cleared.sheet, header.texts)
        for column, entry in columns.items():
            if row in header_rows:
                cleared.clear_word(row, column)
            else:
                cleared.clear(row, column, entry)


def _office_columns(sheet: Sheet, texts: Mapping[int, str]) -> dict[int, Field]:
    """Column → the field of the office's that its header names."""
    named = {column: _named(sheet, text) for column, text in texts.items()}
    return {column: entry for column, entry in named.items() if entry is not None}


def _named(sheet: Sheet, text: str) -> Field | None:
    """The field of the office's that a header names, whatever instruction stands behind its words."""
    return sheet.office_field_for_header(text) or sheet.office_field_for_header(without_instruction(text))


def _clear_labels(cleared: Cleared) -> None:
    """The labels of a cover that are the office's, each with the value to the right of it."""
    right_edge = {(top, left): right for top, left, _, right in cleared.content.merges}
    for row in sorted(cleared.content.rows):
        # As a list: the row is emptied while its labels are gone through.
        for column, value_column, text in list(_labels_of_row(cleared, row, right_edge)):
            entry = cleared.sheet.office_field_for_header(text)
            if entry is not None:
                cleared.clear_word(row, column)
                cleared.clear(row, value_column, entry)


def _labels_of_row(
    cleared: Cleared, row: int, right_edge: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, int, str]]:
    """The labels of a row: column, the column of its value, and its text. `right_edge`: the last column of merged cells."""
    value_column = 0
    for column, cell in enumerate(cleared.content.rows[row], 1):
        # What stands beside a label is its value, whatever it reads like.
        if column != value_column and _is_label(cleared.sheet, cell):
            value_column = right_edge.get((row, column), column) + 1
            yield column, value_column, cell


def _is_label(sheet: Sheet, cell: Any) -> bool:
    """Whether a cell names a field of the sheet, the office's or the unit's."""
    if not isinstance(cell, str) or not may_be_label(cell):
        return False
    return sheet.office_field_for_header(cell) is not None or sheet.field_for_header(cell) is not None
