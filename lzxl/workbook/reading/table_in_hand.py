"""One table while it is read: which column is which field, what became of its cells, and what is to be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.values import as_text, is_blank
from lzxl.submission import Fact, Table, Unplaced
from lzxl.workbook.reading.content import cell_in
from lzxl.workbook.reading.grid import Grid
from lzxl.workbook.reading.headers import Header
from lzxl.workbook.reading.row_judge import filled_cells


class TableInHand:
    """A table and its account: every cell that is not blank is placed, kept as unplaced, or dropped with its row."""

    def __init__(self, grid: Grid, sheet: Sheet, header: Header) -> None:
        self.grid = grid
        self.content = grid.content
        self.sheet = sheet
        self.header = header
        self.mapped: dict[int, Field] = {column: sheet.by_name[name] for name, column in header.columns.items()}
        """Column → the field that it holds."""
        self.table = Table(
            sheet.name,
            self.content.name,
            header_rows=header.rows,
            columns=_columns(header, sheet, derived=False),
            unmapped=header.unmapped,
            derived=_columns(header, sheet, derived=True),
            ours=tuple(sorted(header.ours)),
        )
        self.private = {column for column, text in header.unmapped.items() if "identity" in sheet.auxiliary_role(text)}
        """The columns of identity numbers and telephones, which are no business of the form."""
        self.facts: list[Fact] = []
        self.unplaced: list[Unplaced] = []
        self.placed = 0
        """How many cells that are not blank went into fields or are the texts of headers."""
        self.dropped = 0
        """How many stand in rows that are left out with a reason, and are not listed as unplaced."""

    # What stands where

    @property
    def last_header_row(self) -> int:
        """The row of the header that its columns are told at."""
        return self.header.rows[-1]

    def filled(self, row: int) -> list[tuple[int, Any]]:
        """(column, cell) of what is not blank in a row."""
        return filled_cells(self.content.rows.get(row, []))

    def used_columns(self) -> set[int]:
        """The columns in which a data row holds something."""
        return {column for row in self.table.rows for column, _ in self.filled(row)}

    def header_over(self, column: int) -> str:
        """The header of a column on one line; "" if it has none."""
        return flat(self.header.texts.get(column, ""))

    def raws(self, column: int, rows: Sequence[int]) -> list[Any]:
        """The cells of a column in these rows."""
        within = self.content.rows
        try:
            return [within[row][column - 1] for row in rows]
        except LookupError:  # a row that ends before the column, or that holds nothing
            return [cell_in(within.get(row, ()), column) for row in rows]

    # Places

    def cell(self, row: int, column: int) -> Place:
        """A cell, with the field that stands there."""
        entry = self.mapped.get(column)
        return Place.cell(self.content.name, row, column, self.sheet.name, entry.name if entry is not None else "")

    def header_cell(self, column: int) -> Place:
        """The header of a column."""
        return self.cell(self.last_header_row, column)

    def range(self, column: int, first: int, last: int) -> Place:
        """Cells below each other in the column of a field."""
        name = self.mapped[column].name
        return Place.range(self.content.name, (first, column), (last, column), self.sheet.name, name)

    def rows(self, first: int, last: int = 0) -> Place:
        """Whole rows."""
        return Place.rows(self.content.name, first, last, self.sheet.name)

    # What became of the cells, and what is told

    def note(self, kind: str, place: Place, header: str = "", value: Any = "", **more: Any) -> None:
        """Tell a fact."""
        self.facts.append(Fact(kind, place, header, value, more))

    def keep(self, row: int, column: int, header: str, cell: Any, reason: str) -> None:
        """Keep a cell as unplaced."""
        self.unplaced.append(Unplaced(self.cell(row, column), header, as_text(cell), reason))

    def without_result(self, row: int) -> list[int]:
        """The columns with a header in which a formula of this row shows nothing, for the file has no result of it."""
        candidates = sorted(self.grid.unstored.get(row, ()))
        return [
            column for column in candidates if column in self.header.texts and is_blank(self.content.cell(row, column))
        ]

    def note_result_missing(self, row: int, column: int) -> None:
        """Tell of a formula without a result where no field's value is expected, hence at a place without a field."""
        place = Place.cell(self.content.name, row, column, self.sheet.name)
        self.note("formula_without_value", place, self.header_over(column))


def _columns(header: Header, sheet: Sheet, derived: bool) -> dict[str, int]:
    """Field → column, of the fields that units fill in, or of those that are derived from others."""
    return {name: column for name, column in header.columns.items() if sheet.by_name[name].derived == derived}


def flat(text: str) -> str:
    """A header on one line."""
    return "".join(text.split())
