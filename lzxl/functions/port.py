"""The workbook port: the little that the check of an open workbook needs of a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lzxl.workbook.reading.content import SheetContent, Visibility

Place = tuple[int, int]
"""Row and column of a cell, from 1."""

NO_FILL = "none"
"""A fill: none, a plain colour such as #F8B4B4, or what only the adapter that gave it can put back."""

KEEP = "keep"
"""A fill that the program could not put back: such a cell must not be painted."""


@dataclass(frozen=True)
class TextSheet:
    """A sheet of texts, to be written.

    One that is shown is dressed for reading and printing from its header on: texts wrap in cells with borders; it prints
    across A4, one page wide, with the header on every page and page numbers at the foot.
    """

    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    """Of the columns, in characters."""
    header_row: int = 0
    """The row set in bold on a ground; 0: none."""
    hidden: bool = False
    """Hidden as well as the program can, behind all others; else it is put in front of them."""

    def block(self) -> Iterator[list[str]]:
        """The rows, all as long as the longest."""
        width = max((len(row) for row in self.rows), default=0)
        return ([*row, *[""] * (width - len(row))] for row in self.rows)


class WorkbookPort(Protocol):
    """One workbook, open in a program or read from a file.

    Every text is written as text: a leading = + - @ never makes a formula. A method that writes to a sheet (or to a
    workbook) that is protected by a password raises OutputError; protection without one is lifted for the moment. A
    sheet that is not there raises KeyError, except in `remove_sheet`.
    """

    @property
    def name(self) -> str:
        """The file's name, as people see it."""
        ...

    @property
    def path(self) -> Path | None:
        """Where the file is; None if it was not saved yet, or is not in a folder of this computer."""
        ...

    @property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        ...

    def sheets(self) -> list[tuple[str, Visibility]]:
        """Every sheet of cells, in order."""
        ...

    def content(self, sheet: str) -> SheetContent:
        """What a sheet holds: values, formulas, merged ranges, hidden rows and columns."""
        ...

    def properties(self) -> dict[str, str]:
        """The custom document properties."""
        ...

    def fills(self, sheet: str, places: Sequence[Place]) -> list[str]:
        """The fill of each cell."""
        ...

    def paint(self, sheet: str, fills: Mapping[Place, str]) -> None:
        """Fill cells; a fill that only another adapter knows counts as none."""
        ...

    def notes(self, sheet: str) -> dict[Place, str]:
        """The text of every note (批注) on a sheet."""
        ...

    def put_notes(self, sheet: str, notes: Mapping[Place, str]) -> None:
        """Add notes to cells that have none."""
        ...

    def remove_notes(self, sheet: str, places: Sequence[Place]) -> None:
        """Remove the notes of cells; a cell without one is left alone."""
        ...

    def put_sheet(self, name: str, sheet: TextSheet) -> None:
        """Write a sheet, in place of what it held if it is there."""
        ...

    def remove_sheet(self, name: str) -> None:
        """Remove a sheet, if it is there."""
        ...


def protected(what: str) -> str:
    """The sentence for a sheet or workbook that cannot be written to."""
    return f"{what}有密码保护，无法写入标记。请先在“审阅”里撤销保护。"


def is_plain(fill: str) -> bool:
    """Whether a fill is a plain colour, e.g. #F8B4B4."""
    return len(fill) == 7 and fill.startswith("#")
