"""What is true of every workbook's content, whichever reader gave it: whole Unicode, bounded text, and no cell lost on the way.

One pass between the container readers and all that reads forms. It costs next to nothing where nothing is wrong.
"""

from __future__ import annotations

import re
from typing import Any

from lzxl.forms.text import untrimmed, whole_text
from lzxl.forms.values import CellPicture
from lzxl.workbook.layout import PEOPLE_SHEET
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent

MOST_SHEETS = 200
LONGEST_TEXT = 32_767
"""What a cell can hold in Excel, and in every program that writes its formats."""
MOST_CHARACTERS = 16_000_000
"""In all cells of a file. The longest register that anyone filed had a fortieth of it."""

# WPS keeps a picture in a cell as a formula, and stores the formula's own words as what the cell shows.
_WPS_PICTURE = re.compile(r'\s*=?(?:_xlfn\.)?DISPIMG\("')


def settle(content: WorkbookContent) -> WorkbookContent:
    """`content` with every text made whole and short enough, and a remark at each cell where that changed something.

    Raises RefusedError for a file with more sheets or more text than anyone can have meant.
    """
    if len(content.sheets) > MOST_SHEETS:
        raise RefusedError("file_too_large", f"有{len(content.sheets)}张工作表")
    content.properties = {_name(name): _name(value) for name, value in content.properties.items()}
    characters = 0
    for sheet in content.sheets:
        characters += _settle_sheet(sheet)
        if characters > MOST_CHARACTERS:
            raise RefusedError("file_too_large", f"文字超过{MOST_CHARACTERS // 10_000}万字")
    _note_people(content.sheets)
    return content


def _note_people(sheets: list[SheetContent]) -> None:
    """Tell each sheet whether the workbook has our list of the unit's people."""
    has_people = any(sheet.name == PEOPLE_SHEET for sheet in sheets)
    for sheet in sheets:
        sheet.looks_up = sheet.looks_up or has_people


def _name(text: str) -> str:
    """The name of a sheet, or a property: whole, and without what nobody can see."""
    return untrimmed(whole_text(text))


def _settle_sheet(sheet: SheetContent) -> int:
    """Settle a sheet's name, its count and its cells; how many characters they hold."""
    sheet.name = _name(sheet.name)
    if sheet.stored is not None:
        sheet.lost = max(0, sheet.stored - sheet.placed)
    characters = 0
    for row, cells in sheet.rows.items():
        together = _together(cells)
        # All texts of a row are looked at in one, and each of them only if something is odd about that one.
        if len(together) > LONGEST_TEXT or "DISPIMG(" in together or not _is_whole(together):
            _settle_row(sheet, row, cells)
            together = _together(cells)
        characters += len(together)
    return characters


def _together(cells: list[Any]) -> str:
    return "".join([cell for cell in cells if type(cell) is str])


def _settle_row(sheet: SheetContent, row: int, cells: list[Any]) -> None:
    for column, cell in enumerate(cells, 1):
        if type(cell) is str:
            cells[column - 1] = _settle_text(sheet, row, column, cell)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _settle_text(sheet: SheetContent, row: int, column: int, text: str) -> Any:
    if _WPS_PICTURE.match(text):
        # The formula only names the picture: as one it would pass for a value that a formula made.
        sheet.formulas.pop((row, column), None)
        return CellPicture()
    joined = whole_text(text)
    # A text may hold this character itself: only what is new was half a one.
    if joined.count("\ufffd") > text.count("\ufffd"):
        sheet.remarks.setdefault((row, column), "half_character")
    if len(joined) > LONGEST_TEXT:
        sheet.remarks[row, column] = "text_cut"
        return joined[:LONGEST_TEXT]
    return joined
