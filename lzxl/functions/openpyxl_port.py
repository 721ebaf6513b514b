"""The workbook port over a file, by openpyxl: for scripts and tests, where no spreadsheet program runs."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring  # serialises what openpyxl made

from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import fromstring

from lzxl.forms.values import CellError
from lzxl.functions.port import NO_FILL, Place, TextSheet, is_plain
from lzxl.workbook.reading.content import SheetContent, Visibility
from lzxl.workbook.writing.comments import make_comment
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.openpyxl_parts import existing_cell, set_style, style_of
from lzxl.workbook.writing.page import set_page
from lzxl.workbook.writing.styles import BODY_FONT, BORDER, CENTER, HEADER_FONT, HEADER_REQUIRED, LEFT, LINE_LEFT, solid
from lzxl.workbook.writing.text import put_text

_VISIBILITY: dict[str, Visibility] = {"hidden": "hidden", "veryHidden": "very_hidden"}
_XML = "openpyxl:"


class OpenpyxlPort:
    """A workbook file (.xlsx, .xlsm). Nothing is written to the disk before `save`.

    openpyxl drops what it does not know (shapes, newer kinds of validations): a copy is for looking at, not for filing.
    A formula that shows "" counts as one whose value is not stored.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            has_macros = "xl/vbaProject.bin" in archive.namelist()
        # Macros are kept if there are any; with the flag and without macros Excel would refuse the file.
        self._book: Workbook = load_workbook(path, keep_vba=has_macros, rich_text=True)
        # Openpyxl gives formulas or what they show, never both.
        self._values: Workbook = load_workbook(path, data_only=True)
        self._written: set[str] = set()

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def path(self) -> Path:
        return self._path

    @property
    def date1904(self) -> bool:
        return bool(self._book.epoch.year == 1904)

    def save(self, path: Path | None = None) -> None:
        """Write the file, in place or to `path`."""
        self._book.save(path or self._path)

    def sheets(self) -> list[tuple[str, Visibility]]:
        return [(sheet.title, _VISIBILITY.get(sheet.sheet_state, "visible")) for sheet in self._book.worksheets]

    def content(self, sheet: str) -> SheetContent:
        source = self._sheet(sheet)
        values = source if sheet in self._written else self._values[sheet]
        content = SheetContent(sheet, _VISIBILITY.get(source.sheet_state, "visible"))
        content.fill_rows(enumerate(([_value(cell) for cell in row] for row in values.iter_rows()), 1))
        content.merges = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in source.merged_cells]
        _hide(content, source)
        formulas = _formulas_in(source, max(content.rows, default=0))
        content.formulas = {place: content.cell(*place) is not None for place in formulas}
        return content

    def properties(self) -> dict[str, str]:
        book: Any = self._book  # the stubs do not know of the properties
        properties = book.custom_doc_props
        return {name: str(properties[name].value or "") for name in properties.names}

    def fills(self, sheet: str, places: Sequence[Place]) -> list[str]:
        source = self._sheet(sheet)
        return [_told(copy(self._styled(source, place).fill)) for place in places]

    def paint(self, sheet: str, fills: Mapping[Place, str]) -> None:
        source = self._sheet(sheet)
        for place, fill in fills.items():
            self._cell(source, place).fill = _fill(fill)

    def notes(self, sheet: str) -> dict[Place, str]:
        cells = chain.from_iterable(self._sheet(sheet).iter_rows())
        return {(cell.row, cell.column): str(cell.comment.text) for cell in cells if cell.comment is not None}

    def put_notes(self, sheet: str, notes: Mapping[Place, str]) -> None:
        source = self._sheet(sheet)
        for place, text in notes.items():
            self._cell(source, place).comment = make_comment(text)

    def remove_notes(self, sheet: str, places: Sequence[Place]) -> None:
        source = self._sheet(sheet)
        for place in places:
            self._cell(source, place).comment = None

    def put_sheet(self, name: str, sheet: TextSheet) -> None:
        position = self._book.sheetnames.index(name) if name in self._book.sheetnames else None
        self.remove_sheet(name)
        self._written.add(name)
        made: Any = self._book.create_sheet(name, position if position is not None or sheet.hidden else 0)
        _fill_in(made, sheet)
        made.sheet_state = "veryHidden" if sheet.hidden else "visible"
        if not sheet.hidden:
            _dress(made, sheet)
            self._book.active = made

    def remove_sheet(self, name: str) -> None:
        if name in self._book.sheetnames:
            self._book.remove(self._book[name])

    def _sheet(self, name: str) -> Any:
        return self._book[name]

    @staticmethod
    def _styled(sheet: Any, place: Place) -> Any:
        """What gives a cell its style: the cell, or the row or column that it would be made in."""
        row, column = place
        cell = existing_cell(sheet, row, column)
        if cell is not None:
            return cell
        if row in sheet.row_dimensions and sheet.row_dimensions[row].has_style:
            return sheet.row_dimensions[row]
        return _dimension_of(sheet, column)

    def _cell(self, sheet: Any, place: Place) -> Any:
        """A cell, made in the style that it shows already."""
        styled = self._styled(sheet, place)
        cell = sheet.cell(*place)
        if styled is not cell:
            set_style(cell, style_of(styled))
        return cell


def _formulas_in(sheet: Any, last: int) -> list[Place]:
    """The cells with a formula, down to a row."""
    rows = sheet.iter_rows(max_row=last) if last else ()
    return [(cell.row, cell.column) for cell in chain.from_iterable(rows) if cell.data_type == "f"]


def _fill_in(made: Any, sheet: TextSheet) -> None:
    for row, texts in enumerate(sheet.block(), 1):
        for column, text in enumerate(texts, 1):
            put_text(made.cell(row, column), text)
    for column, width in enumerate(sheet.widths, 1):
        made.column_dimensions[get_column_letter(column)].width = width


def _hide(content: SheetContent, source: Any) -> None:
    """Say of the content which rows and columns nobody sees."""
    content.hidden_rows = {number for number, row in source.row_dimensions.items() if row.hidden}
    for column in source.column_dimensions.values():
        if column.hidden:
            content.hide_columns(column.min, column.max)


def _dimension_of(sheet: Any, column: int) -> Any:
    """What says how a column looks: one entry may be of many that stand beside each other."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min is not None and dimension.min <= column <= dimension.max:
            return dimension
    return sheet.column_dimensions[get_column_letter(column)]


def _give(rows: Iterable[Iterable[Any]], **looks: Any) -> None:
    for cell in chain.from_iterable(rows):
        for name, look in looks.items():
            setattr(cell, name, look)


def _dress(made: Any, sheet: TextSheet) -> None:
    above, header, below = _parted(list(made.iter_rows()), sheet.header_row)
    _give(above, font=BODY_FONT, alignment=LINE_LEFT)
    _give(header, font=HEADER_FONT, alignment=CENTER, fill=HEADER_REQUIRED, border=BORDER)
    _give(below, font=BODY_FONT, alignment=LEFT, border=BORDER)
    for row in (*header, *below):
        texts = [str(cell.value or "") for cell in row]
        made.row_dimensions[row[0].row].height = row_height(zip(texts, sheet.widths, strict=False))
    set_page(made, None, paper="A4", orientation="landscape", header_row=sheet.header_row or None)


def _parted(rows: list[Any], header_row: int) -> tuple[list[Any], list[Any], list[Any]]:
    """The rows above the header, the header and those below it; without a header (0), all are below."""
    first = max(header_row - 1, 0)
    return rows[:first], rows[first:header_row], rows[header_row:]


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value


def _told(fill: Fill) -> str:
    """A fill as text."""
    if fill == PatternFill():
        return NO_FILL
    colour = fill.start_color.rgb if isinstance(fill, PatternFill) and fill.start_color.type == "rgb" else ""
    if colour and fill == solid(colour):
        return f"#{colour[2:]}"
    element: Any = fill.to_tree("fill" if isinstance(fill, PatternFill) else None)
    return _XML + tostring(element, encoding="unicode")


def _fill(text: str) -> Fill:
    if is_plain(text):
        return solid(f"FF{text[1:]}")
    if not text.startswith(_XML):
        return PatternFill()
    element: Any = fromstring(text.removeprefix(_XML))
    return Fill.from_tree(element) or PatternFill()
