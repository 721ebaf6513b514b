"""A return into which the unit's own things are put back: where each goes, and the list of what has no place in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from lzxl.forms.places import Place
from lzxl.workbook.keepsakes import UnitPicture
from lzxl.workbook.writing.cells import in_front
from lzxl.workbook.writing.placing import Placement

Origin = tuple[str, int, int]
"""Sheet, row and column in the file."""


@dataclass(frozen=True)
class Listed:
    """One line of 未能归位内容."""

    place: Place
    """Its cell; a sheet, or the whole file, for what has no cell."""
    header: str
    value: Any
    reason: str
    back: str = ""
    """Where it is in the return all the same, "" if nowhere."""
    picture: UnitPicture | None = None


@dataclass(frozen=True)
class Return:
    """The return that is being made, and what of the file has no place in it so far."""

    workbook: Workbook
    placement: Placement
    listed: list[Listed] = field(default_factory=list)

    def target(self, sheet: str, row: int, column: int) -> Cell | None:
        """The cell of the return where a cell of the file is; the first one of those it is merged with."""
        found = self.placement.cell(sheet, row, column)
        if found is None:
            return None
        title, place = found
        return in_front(self.workbook[title], *place)

    def list(
        self, origin: Origin, value: Any, reason: str, picture: UnitPicture | None = None, header: str = ""
    ) -> None:
        """List what was in a cell of the file; row 0: nobody knows where on the sheet."""
        sheet, row, column = origin
        cell = Place.cell(sheet, row, column) if row and column else Place(sheet)
        self.listed.append(Listed(cell, header, value, reason, picture=picture))
