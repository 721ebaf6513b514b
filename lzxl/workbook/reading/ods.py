"""Reads .ods and .fods: one pass over the XML, by the rules of OpenDocument 1.3 for what a cell is and what its text is.

What stands *on* a cell is not its text: text boxes, pictures, comments, reading aids. What stands in none of the tables is
no content: changes that were tracked, tables kept for links.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any
from xml.parsers import expat

from lzxl.forms.values import CellError, CellPicture
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent
from lzxl.workbook.reading.ods_styles import Styles
from lzxl.workbook.reading.ods_values import Paragraph, cell_value, is_error_text
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.parts import parse_part

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = f"{_URN}table:1.0 ", f"{_URN}office:1.0 ", f"{_URN}text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_META = f"{_URN}meta:1.0 "
# On a cell or beside the tables, and no part of what a cell says.
_NOT_TEXT = {
    *(_OFFICE + name for name in ("annotation", "forms", "scripts", "binary-data", "event-listeners")),
    *(_TABLE + name for name in ("shapes", "tracked-changes", "dde-links", "detective", "cell-range-source")),
    *(_TEXT + name for name in ("ruby-text", "note", "tracked-changes")),
}
_NOT_TEXT_SPACES = (f"{_URN}drawing:1.0 ", f"{_URN}dr3d:1.0 ", f"{_URN}presentation:1.0 ")
# Hidden by hand, and by a filter.
_HIDDEN = ("collapse", "filter")
# What repeated cells may unfold to. A column filled to the sheet's end is a million.
_MOST_UNFOLDED = 1_500_000
# The last column of Excel, of WPS and of LibreOffice: XFD.
_MOST_COLUMNS = 16_384
_MANIFEST = "META-INF/manifest.xml"


def read_ods(data: bytes) -> WorkbookContent:
    """The content of an .ods file, or of one that is plain XML (.fods).

    Raises RefusedError for what is no spreadsheet or has a password, and whatever the readers raise: call it in the
    sandbox only.
    """
    content = WorkbookContent("ods", [])
    styles = Styles()
    document = _Document(content, styles)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        _parse(data, document)
    else:
        with Package(data) as package:
            _read_package(package, document)
    if not document.is_spreadsheet:
        raise RefusedError("file_not_workbook", "OpenDocument 文档")
    return content


def _read_package(package: Package, document: _Document) -> None:
    # With a password it is a zip like any other: only the manifest says that its parts are closed.
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise RefusedError("file_encrypted", "ODS 密码")
    # Before the content: its styles have parents here, and are asked while the cells go by.
    for part in ("styles.xml", "meta.xml"):
        # A workbook is read without its looks and its properties, if they are broken or not there.
        with contextlib.suppress(KeyError, expat.ExpatError, zipfile.BadZipFile):
            _parse(package.xml(part), _Document(document.content, document.styles))
    _parse(package.xml("content.xml"), document)


def _parse(xml: bytes, document: _Document) -> None:
    parse_part(xml, document.start, document.end, document.text)


class _Document:
    """Follows the elements of content.xml, styles.xml or meta.xml, or of all three in one."""

    def __init__(self, content: WorkbookContent, styles: Styles) -> None:
        self.content = content
        self.styles = styles
        self.is_spreadsheet = False
        self.unread = 0
        """How deep inside of something that is not read."""
        self.table: _Table | None = None
        self.property: tuple[str, list[str]] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.unread or name in _NOT_TEXT or name.startswith(_NOT_TEXT_SPACES):
            self.unread += 1
        elif self.table is not None:
            self.table.start(name, attributes)
        # A text document (.odt) has tables of the same name, and is no spreadsheet.
        elif name == f"{_TABLE}table" and self.is_spreadsheet:
            self.table = self._begin_table(attributes)
        else:
            self._start_outside(name, attributes)

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        """An element that stands in no table: what is said of the whole file, and the styles."""
        if name == f"{_OFFICE}spreadsheet":
            self.is_spreadsheet = True
        elif name == f"{_TABLE}null-date":
            self.content.date1904 = attributes.get(f"{_TABLE}date-value", "").startswith("1904")
        elif name == f"{_META}user-defined":
            self.property = attributes.get(f"{_META}name", ""), []
        else:
            self.styles.start(name, attributes)

    def _begin_table(self, attributes: dict[str, str]) -> _Table:
        sheet = SheetContent(attributes.get(f"{_TABLE}name", ""))
        if self.styles.is_hidden_table(attributes.get(f"{_TABLE}style-name", "")):
            sheet.visibility = "hidden"
        self.content.sheets.append(sheet)
        return _Table(sheet, self.styles)

    def end(self, name: str) -> None:
        if self.unread:
            self.unread -= 1
        elif self.table is not None:
            self.table.end(name)
            if self.table.is_over:
                self.table = None
        elif self.property is not None and name == f"{_META}user-defined":
            self.content.properties[self.property[0]] = "".join(self.property[1])
            self.property = None
        else:
            self.styles.end(name)

    def text(self, text: str) -> None:
        if self.unread:
            return
        if self.table is not None:
            self.table.text(text)
        elif self.property is not None:
            self.property[1].append(text)
        else:
            self.styles.text(text)


class _Table:
    """Follows the elements of one table: columns, rows and cells, however they are grouped and repeated."""

    def __init__(self, sheet: SheetContent, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles
        self.is_over = False
        self.unfolded = 0
        self.column = self.row = 1
        """The next column to be described, and the row that is being read or comes next."""
        self.column_styles: list[tuple[int, str]] = []
        """(last column, style of its cells) of each description of columns."""
        self.hidden_groups: list[bool] = []
        self.row_attributes: dict[str, str] = {}
        self.cells: list[Any] = []
        self.place = 1
        """The column of the cell that is being read or comes next; `cells` ends with the last that holds something."""
        self.filled = 0
        """How many cells of the row hold something, counted for themselves."""
        self.formulas: dict[int, bool] = {}
        self.merges: list[tuple[int, int, int]] = []
        self.cell_depth = 0
        self.cell: dict[str, str] = {}
        self.paragraphs: list[Paragraph] = []
        self.open_paragraphs = 0
        self.text_styles: list[str] = []
        """The styles of the paragraph and of the parts of it that are open."""
        self.parts: set[bool | None] = set()
        """Of the parts of the cell's text, whether they are struck through; None where the cell's own style tells."""
        self.struck: dict[int, bool] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space == _TEXT[:-1]:
            self._start_text(local, attributes)
        elif space != _TABLE[:-1]:
            return
        elif self.cell_depth:  # a table in a cell: its texts are the cell's
            self.cell_depth += local in ("table-cell", "covered-table-cell")
        elif local in ("table-cell", "covered-table-cell"):
            self.cell_depth, self.cell, self.paragraphs = 1, attributes, []
            self.text_styles, self.parts = [], set()
        elif local == "table-row":
            self.row_attributes, self.cells, self.place, self.formulas, self.merges = attributes, [], 1, {}, []
            self.filled, self.struck = 0, {}
        elif local == "table-column":
            self._read_columns(attributes)
        elif local in ("table-row-group", "table-column-group"):
            # A closed outline group hides what is in it, whatever the rows themselves say.
            self.hidden_groups.append(attributes.get(f"{_TABLE}display") == "false")

    def _start_text(self, local: str, attributes: dict[str, str]) -> None:
        if local in ("p", "h") and self.cell_depth:
            self.open_paragraphs += 1
            self.paragraphs.append(Paragraph())
            self.text_styles.append(attributes.get(f"{_TEXT}style-name", ""))
        elif self.open_paragraphs and local in ("span", "a"):
            self.text_styles.append(attributes.get(f"{_TEXT}style-name", ""))
        elif self.open_paragraphs:
            self.paragraphs[-1].mark(local, attributes.get(f"{_TEXT}c", "1"))

    def text(self, text: str) -> None:
        if self.open_paragraphs:
            self.paragraphs[-1].add(text)
            if not text.isspace():
                # The innermost part that says anything of it tells.
                said = [self.styles.is_struck(style) for style in reversed(self.text_styles)]
                self.parts.add(next((found for found in said if found is not None), None))

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if space == _TEXT[:-1]:
            self._end_text(local)
        elif space != _TABLE[:-1]:
            return
        elif local in ("table-cell", "covered-table-cell"):
            self.cell_depth -= 1
            if not self.cell_depth:
                self._read_cell()
        elif not self.cell_depth:
            self._end_of_table(local)

    def _end_text(self, local: str) -> None:
        if not self.open_paragraphs:
            return
        if local in ("p", "h", "span", "a") and self.text_styles:
            self.text_styles.pop()
        self.open_paragraphs -= local in ("p", "h")

    def _end_of_table(self, local: str) -> None:
        if local == "table-row":
            self._read_row()
        elif local in ("table-row-group", "table-column-group"):
            self.hidden_groups.pop()
        elif local == "table":
            self.is_over = True

    def _read_columns(self, attributes: dict[str, str]) -> None:
        last = self.column + _repeats(attributes, "columns") - 1
        is_hidden = attributes.get(f"{_TABLE}visibility") in _HIDDEN or any(self.hidden_groups)
        if is_hidden or self.styles.has_no_size(attributes.get(f"{_TABLE}style-name", "")):
            self.sheet.hide_columns(self.column, last)
        self.column_styles.append((last, attributes.get(f"{_TABLE}default-cell-style-name", "")))
        self.column = last + 1

    def _style(self, place: int) -> str:
        """The cell's own style, or its row's, or its column's."""
        style = self.cell.get(f"{_TABLE}style-name") or self.row_attributes.get(f"{_TABLE}default-cell-style-name")
        return style or next((style for last, style in self.column_styles if place <= last), "")

    def _read_cell(self) -> None:
        cell, place = self.cell, self.place
        repeats = _repeats(cell, "columns")
        self.place += repeats
        formula = cell.get(f"{_TABLE}formula")
        # A line break that a clerk typed in a cell is a paragraph of its own in OpenDocument.
        text = "\n".join([paragraph.content for paragraph in self.paragraphs])
        value = self._value(formula, text, place)
        self.filled += repeats * (value is not None)
        rows, columns = _span(cell, "rows"), _span(cell, "columns")
        is_blank = value is None and formula is None and rows == columns == 1
        # Before anything is unfolded: LibreOffice ends rows with one blank cell, repeated to the sheet's edge.
        if is_blank or place > _MOST_COLUMNS:
            return  # a blank tail may run to the sheet's end
        repeats = min(repeats, _MOST_COLUMNS)
        self._unfold(repeats - 1)
        if value is not None:
            self._put_cells(place, value, repeats)
        if formula is not None:
            # A formula that shows an empty text has a type and no text; one that was never calculated has neither.
            stored = bool(text) or f"{_OFFICE}value-type" in cell
            self.formulas.update(dict.fromkeys(range(place, place + repeats), stored))
        if (rows, columns) != (1, 1):
            self.merges.append((place, rows, columns))

    def _put_cells(self, place: int, value: Any, repeats: int) -> None:
        self.cells.extend([None] * (place - 1 - len(self.cells)))
        self.cells.extend([value] * repeats)
        self._note_struck(place, repeats)

    def _note_struck(self, place: int, repeats: int) -> None:
        own = bool(self.styles.is_struck(self._style(place)))
        parts = {own if part is None else part for part in self.parts or {None}}
        if True in parts:
            self.struck.update(dict.fromkeys(range(place, place + repeats), parts == {True}))

    def _value(self, formula: str | None, text: str, place: int) -> Any:
        cell = self.cell
        kind = cell.get(f"{_OFFICE}value-type") or cell.get(f"{_CALC}value-type") or ""
        # LibreOffice stores an error as an empty string, and says in its own namespace alone that it is one.
        if cell.get(f"{_CALC}value-type") == "error" or (formula is not None and is_error_text(text)):
            return CellError(text or "#ERROR")
        # WPS keeps a picture in a cell so, whatever the cell stores as its text.
        if formula is not None and "DISPIMG(" in formula.upper():
            return CellPicture()
        return cell_value(kind, cell, text, self.styles, self._style(place)) if kind or text else None

    def _read_row(self) -> None:
        repeats = _repeats(self.row_attributes, "rows")
        cells = self.cells
        # Counted from what the cells say, not from what is put into rows: else a loss here would not be noticed.
        self.sheet.stored = (self.sheet.stored or 0) + self.filled * repeats
        told = len(cells) + len(self.formulas) + len(self.merges)
        if told:
            self._unfold((repeats - 1) * told)
            is_hidden = self._is_hidden_row()
            for row in range(self.row, self.row + repeats):
                self._put_row(row, cells, is_hidden)
        self.row += repeats

    def _put_row(self, row: int, cells: list[Any], is_hidden: bool) -> None:
        if cells:
            # A list for each: one shared by repeated rows would change in all of them.
            self.sheet.rows[row] = cells.copy()
            if is_hidden:
                self.sheet.hidden_rows.add(row)
        for column, is_whole in self.struck.items():
            self.sheet.struck[row, column] = is_whole
        for column, stored in self.formulas.items():
            self.sheet.formulas[row, column] = stored
        for column, rows, columns in self.merges:
            self.sheet.merges.append((row, column, row + rows - 1, column + columns - 1))

    def _is_hidden_row(self) -> bool:
        attributes = self.row_attributes
        return (
            attributes.get(f"{_TABLE}visibility") in _HIDDEN
            or any(self.hidden_groups)
            or self.styles.has_no_size(attributes.get(f"{_TABLE}style-name", ""))
        )

    def _unfold(self, count: int) -> None:
        self.unfolded += count
        if self.unfolded > _MOST_UNFOLDED:
            raise MemoryError  # as for any file that needs too much


def _repeats(attributes: dict[str, str], what: str) -> int:
    return max(int(attributes.get(f"{_TABLE}number-{what}-repeated", "1")), 1)


def _span(attributes: dict[str, str], what: str) -> int:
    return max(int(attributes.get(f"{_TABLE}number-{what}-spanned", "1")), 1)
