"""What a workbook file holds, before anyone knows which form it is: sheets of raw cells with their true addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from lzxl.forms.text import is_empty

Visibility = Literal["visible", "hidden", "very_hidden"]


# Hidden spans often run to the sheet's end; no table of anyone's is this wide.
_WIDEST = 1024


class RefusedError(Exception):
    """A reader found what the file is, and it is no workbook that can be read: the code of a finding, and its detail."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def cell_in(cells: Sequence[Any], column: int) -> Any:
    """What a row has in a column, counted from 1; None beyond its last cell."""
    return cells[column - 1] if column <= len(cells) else None


def _forget_blanks(cells: list[Any]) -> bool:
    """Make None of the texts of a row that show nothing; whether the row has none but these."""
    blank = [index for index, cell in enumerate(cells) if type(cell) is str and cell and is_empty(cell)]
    for index in blank:
        cells[index] = None
    return bool(blank) and all(cell is None or cell == "" for cell in cells)


@dataclass(slots=True)
class SheetContent:
    """One sheet. Rows and columns are counted from 1; a row is there only if it holds something."""

    name: str
    visibility: Visibility = "visible"
    rows: dict[int, list[Any]] = field(default_factory=dict)
    """Row number → its cells from column 1: str, int, float, bool, date, datetime, CellError, CellPicture, ShownNumber; "" or None
    is blank."""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(first row, first column, last row, last column) of each merged range."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    """(row, column) of a formula → whether the file stores the value it shows. Those below all content may be left out."""
    remarks: dict[tuple[int, int], str] = field(default_factory=dict)
    """(row, column) → code of the finding about how this cell's content was read, where only its reader can tell."""
    struck: dict[tuple[int, int], bool] = field(default_factory=dict)
    """(row, column) of a cell whose text is struck through → whether all of it is."""
    stored: int | None = None
    """How many cells with content the container says that the sheet has; None if its reader does not count them."""
    lost: int = 0
    """How many of them are not in `rows`; counted when the content is settled."""
    looks_up: bool = False
    """Whether its workbook has our list of the unit's people, whom formulas of ours look up; told when the content is settled."""

    @property
    def placed(self) -> int:
        """How many cells with content `rows` has."""
        return sum(len(cells) - cells.count(None) - cells.count("") for cells in self.rows.values())

    def cell(self, row: int, column: int) -> Any:
        """What a cell holds; None where blank."""
        # Readers give "" or None for the same blank, as their libraries do.
        value = cell_in(self.rows.get(row, ()), column)
        return None if value == "" else value

    def put(self, row: int, column: int, value: Any) -> None:
        """Set a cell, widening or adding its row."""
        cells = self.rows.setdefault(row, [])
        if len(cells) < column:
            cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value

    def forget_blanks(self) -> None:
        """Take cells whose text shows nothing for the blanks that they are, and rows of nothing else for no rows."""
        emptied = [number for number, cells in self.rows.items() if _forget_blanks(cells)]
        for number in emptied:
            del self.rows[number]

    def hide_columns(self, first: int, last: int) -> None:
        """Say that the columns from `first` to `last` are hidden."""
        self.hidden_columns.update(range(first, min(last, _WIDEST) + 1))

    def read_calamine(self, source: Any, last_row: int | None = None) -> None:
        """Read rows, down to `last_row`, and merged ranges of a calamine sheet, whose rows begin at its first used column."""
        self.merges = [
            (top + 1, first + 1, bottom + 1, last + 1)
            # None where calamine does not read merged cells of a container
            for (top, first), (bottom, last) in source.merged_cell_ranges or ()
        ]
        if source.start is not None:
            left = [None] * source.start[1]
            rows = enumerate(islice(source.iter_rows(), last_row), 1)
            self.fill_rows(((number, left + cells) for number, cells in rows) if left else rows)

    def fill_rows(self, numbered: Iterable[tuple[int, list[Any]]]) -> None:
        """Take in the rows that hold something."""
        for number, cells in numbered:
            # 0 and FALSE are content, though any() takes them for nothing.
            if any(cells) or cells.count("") + cells.count(None) != len(cells):
                self.rows[number] = cells


@dataclass(slots=True)
class WorkbookContent:
    """One workbook file."""

    container: str
    """What the bytes are, whatever the name says: xlsx, xlsm, xlsb, xls, ods."""
    sheets: list[SheetContent]
    date1904: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    """Custom document properties (the stamp is among them)."""
    has_macros: bool = False
    incomplete: str = ""
    """Why hidden rows, formulas and errors could not be told for this file, "" if they could."""
