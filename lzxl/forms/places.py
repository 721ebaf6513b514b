"""Where something stands in a file: a value, which rules compare and order. A1 text is made of it only where people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lzxl.forms.text import address, column_letters

END = 1 << 24
"""Further than the last row and the last column of any sheet: where whole columns and whole rows end."""


@dataclass(frozen=True, slots=True)
class Area:
    """A range of a sheet, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_whole_rows(self) -> bool:
        return self.right == END

    @property
    def is_whole_columns(self) -> bool:
        return self.bottom == END

    @property
    def is_cell(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    def has(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def a1(self) -> str:
        """As spreadsheets write it: E4, E4:E9, 4:30, E:E."""
        if self.is_cell:
            return address(self.top, self.left)
        if self.is_whole_rows:
            return f"{self.top}:{self.bottom}"
        if self.is_whole_columns:
            return f"{column_letters(self.left)}:{column_letters(self.right)}"
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Areas of a sheet of the file; without any the whole sheet; without a sheet the whole file.

    `table` and `field`: what sheet of the form, and what field of it, stands there, as far as that is known. They do not say
    where it is: two places are the same whoever names them.
    """

    sheet: str = ""
    """The sheet's title in the file."""
    areas: tuple[Area, ...] = ()
    table: str = field(default="", compare=False)
    field: str = field(default="", compare=False)

    @classmethod
    def cell(cls, sheet: str, row: int, column: int, table: str = "", field: str = "") -> Place:
        """One cell."""
        return cls(sheet, (Area(row, column, row, column),), table, field)

    @classmethod
    def cells(cls, sheet: str, cells: Iterable[tuple[int, int]], table: str = "", field: str = "") -> Place:
        """Several cells (row, column), which need not be neighbours."""
        return cls(sheet, tuple(Area(row, column, row, column) for row, column in cells), table, field)

    @classmethod
    def range(
        cls, sheet: str, first: tuple[int, int], last: tuple[int, int], table: str = "", field: str = ""
    ) -> Place:
        """The cells from `first` (row, column), top left, to `last`, bottom right."""
        return cls(sheet, (Area(*first, *last),), table, field)

    @classmethod
    def rows(cls, sheet: str, first: int, last: int = 0, table: str = "", field: str = "") -> Place:
        """Whole rows from `first` to `last`, or one."""
        return cls(sheet, (Area(first, 1, last or first, END),), table, field)

    def about(self, field: str) -> Place:
        """The same place, said of a field: one that stands there, or one that is lacking there."""
        return replace(self, field=field)

    @property
    def only(self) -> Area | None:
        """Its area; None where it has several or none."""
        return self.areas[0] if len(self.areas) == 1 else None

    @property
    def coordinates(self) -> tuple[int, int] | None:
        """(row, column) of a place that is one cell; None for any other."""
        only = self.only
        return (only.top, only.left) if only is not None and only.is_cell else None

    @property
    def begin(self) -> tuple[int, int]:
        """(row, column) that it begins at, as people read a sheet: 0 for the column of whole rows, 0 and 0 without an area."""
        if not self.areas:
            return 0, 0
        first = self.areas[0]
        return 0 if first.is_whole_columns else first.top, 0 if first.is_whole_rows else first.left

    @property
    def a1(self) -> str:
        """As spreadsheets write it, without the sheet: E4, E4:E9, 4:30, "E4,E7"; "" without an area."""
        return ",".join([area.a1 for area in self.areas])

    @property
    def spoken(self) -> str:
        """As people say it: whole rows are 第4至29行 or 第13行; anything else as `a1` has it."""
        only = self.only
        if only is None or not only.is_whole_rows:
            return self.a1
        return f"第{only.top}行" if only.top == only.bottom else f"第{only.top}至{only.bottom}行"

    def __str__(self) -> str:
        return self.a1


WHOLE_FILE = Place()


class Placed:
    """What stands at a place, as those ask who show it."""

    __slots__ = ()
    place: Place

    @property
    def sheet(self) -> str:
        """The sheet's title in the file, "" where the whole file is meant."""
        return self.place.sheet

    @property
    def cell(self) -> str:
        """Where in the sheet, in A1 text: E4, E4:E9, 4:30; "" for the whole of it."""
        return self.place.a1
