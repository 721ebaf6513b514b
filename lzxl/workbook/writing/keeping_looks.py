"""Puts comments, colours and pictures of the unit's file back into a marked return: each thing where it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.cell_style import StyleArray

from lzxl.forms.places import WHOLE_FILE, Place
from lzxl.forms.private import find_private, mask
from lzxl.workbook.keepsakes import Keepsakes, Look, UnitComment, UnitPicture
from lzxl.workbook.writing.comments import put_comment, units_part
from lzxl.workbook.writing.openpyxl_parts import set_style, style_of
from lzxl.workbook.writing.pictures import put_picture
from lzxl.workbook.writing.putting_back import Listed, Return
from lzxl.workbook.writing.styles import SEVERITY_FILLS, solid

# openpyxl keeps eight digits of a colour, a look six.
_OUR_FILLS = frozenset(fill.start_color.rgb[2:] for fill in SEVERITY_FILLS.values())
"""Left over from a return before: nobody's own."""


class KeepsakeKeeping:
    """The work of putting back what a file has beside its cells' contents."""

    def __init__(self, back: Return) -> None:
        self._back = back
        self.fills: dict[tuple[str, int, int], str] = {}
        """(sheet, row, column) of cells in the return → the colour that the unit gave them."""
        self._styles: dict[tuple[StyleArray, Look], StyleArray] = {}

    def put_back(self, keepsakes: Keepsakes | None) -> None:
        """Colours, comments, pictures; None if nobody could tell what the file has of them."""
        listed = self._back.listed
        if keepsakes is None:
            reason = "未能从原来的文件里读出，未带回；原来的文件仍在收件里"
            listed.append(Listed(WHOLE_FILE, "", "批注、图片、颜色", reason))
            return
        for sheet, looks in keepsakes.looks.items():
            for look, cells in looks.items():
                self._put_look(sheet, look, cells)
        for comment in keepsakes.comments:
            self._put_comment(comment)
        for picture in keepsakes.pictures:
            self._put_picture(picture)
        for shape in keepsakes.texts:
            reason = f"{shape.kind}，图形本身未带回"
            self._back.list((shape.sheet, shape.row, shape.column), mask(shape.text), reason)
        listed += [Listed(Place(sheet), "", what, "未带回；原来的文件仍在收件里") for sheet, what in keepsakes.left]

    def _put_comment(self, comment: UnitComment) -> None:
        text = units_part(comment.text, comment.author)
        if not text:
            return
        origin = comment.sheet, comment.row, comment.column
        kinds = "、".join(dict.fromkeys(entry.kind for entry in find_private(text)))
        if kinds:
            text = mask(text)
            self._back.list(origin, text, f"批注中含有{kinds}，已隐去；批注中也不得填写这些信息")
        target = self._back.target(*origin)
        if target is not None:
            put_comment(target, text, comment.author)
        elif not kinds:
            self._back.list(origin, text, "批注，原来的格子不在本文件里")

    def _put_look(self, sheet: str, look: Look, cells: Iterable[tuple[int, int]]) -> None:
        if look.fill in _OUR_FILLS:
            look = replace(look, fill="")
        if look.is_plain:
            return
        for (title, row, column), cell in self._cells_now(sheet, cells):
            self._paint(cell, look)
            if look.fill:
                self.fills[title, row, column] = look.fill

    def _cells_now(self, sheet: str, cells: Iterable[tuple[int, int]]) -> Iterator[tuple[tuple[str, int, int], Cell]]:
        """The cells of the return where cells of the file are, but for those that a merged one covers."""
        for origin in cells:
            found = self._back.placement.cell(sheet, *origin)
            if found is None:
                continue
            title, place = found
            cell = self._back.workbook[title].cell(*place)
            if not isinstance(cell, MergedCell):
                yield (title, *place), cell

    def _paint(self, cell: Cell, look: Look) -> None:
        """Give a cell a look, beside what it has. Many cells share few: openpyxl takes long to make a style."""
        key = style_of(cell), look
        if key not in self._styles:
            _make_look(cell, look)
            self._styles[key] = style_of(cell)
        set_style(cell, self._styles[key])

    def _put_picture(self, picture: UnitPicture) -> None:
        found = self._near(picture.sheet, picture.row, picture.column)
        if found is None:
            origin = (picture.sheet, picture.row, picture.column)
            self._back.list(origin, "图片", "图片，原来的工作表不在本文件里", picture)
        else:
            title, place = found
            put_picture(self._back.workbook[title], place, picture)

    def _near(self, sheet: str, row: int, column: int) -> tuple[str, tuple[int, int]] | None:
        """Where a picture goes: to the place of its cell, or of the nearest cell above or left of it that has one."""
        for nearest in range(column, 0, -1):
            found = self._back.placement.cell(sheet, row, nearest)
            if found is not None:
                title, (new_row, new_column) = found
                return title, (new_row, new_column + column - nearest)
        return None


def _make_look(cell: Cell, look: Look) -> None:
    """Put what a look says over what a cell has; what it does not say stays."""
    if look.fill:
        cell.fill = solid(f"FF{look.fill}")
    # All cells that look alike have one font, which openpyxl lets nobody change.
    font: Any = copy(cell.font)
    font.b, font.i = look.bold or font.b, look.italic or font.i
    font.strike = look.strike or font.strike
    font.u = "single" if look.underline else font.u
    if look.ink:
        font.color = f"FF{look.ink}"
    cell.font = font
