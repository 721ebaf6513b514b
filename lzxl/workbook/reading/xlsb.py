"""Reads .xlsb: every kind of cell record, with its style, so that days, times and numbers with words come out as in .xlsx.

Record numbers and layouts are those of [MS-XLSB] 2.3.2 and 2.4.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from lzxl.forms.values import CellError
from lzxl.workbook.reading.biff import LEAST_WIDTH
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.number_formats import GENERAL, NumberFormat, format_of, value_shown
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.package import Package, Related

_ROW_HEADER, _COLUMN_INFO, _MERGE_CELL, _END_ROWS = 0, 60, 176, 146
_BUNDLE_SHEET, _WORKBOOK_PROPERTIES, _STRING_ITEM = 156, 153, 19
_FONT, _STRIKES = 43, 0x08
_FORMAT, _CELL_FORMAT, _BEGIN_CELL_FORMATS, _END_CELL_FORMATS = 44, 47, 617, 618
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}
_VISIBILITY: dict[int, Visibility] = {0: "visible", 1: "hidden", 2: "very_hidden"}
_NO_STRING = 0xFFFFFFFF


def _blank(_: bytes) -> None:
    return None


def _packed_number(payload: bytes) -> float:
    """An RkNumber: 30 bits of a double or of a whole number, perhaps to be divided by a hundred."""
    (raw,) = struct.unpack_from("<i", payload)
    number = float(raw >> 2) if raw & 2 else float(struct.unpack("<d", struct.pack("<II", 0, raw & 0xFFFFFFFC))[0])
    return number / 100 if raw & 1 else number


def _error(payload: bytes) -> CellError:
    return CellError(_ERRORS.get(payload[0], "#ERROR"))


def _boolean(payload: bytes) -> bool:
    return bool(payload[0])


def _number(payload: bytes) -> float:
    return float(struct.unpack_from("<d", payload)[0])


def _string(payload: bytes) -> str:
    return wide_string(payload, 0)[0]


def _rich_string(payload: bytes) -> str:
    return wide_string(payload, 1)[0]


# A type of its own: TRUE is an int to Python as well, and would be looked up as string 1.
class _SharedString(int):
    """The number of a string that the file keeps in another part."""


def _shared_string(payload: bytes) -> _SharedString:
    return _SharedString(struct.unpack_from("<I", payload)[0])


# Kind of record → how its value is read. First cells with a column of their own, then such as follow the cell before.
_VALUES: dict[int, Callable[[bytes], Any]] = {
    1: _blank,
    2: _packed_number,
    3: _error,
    4: _boolean,
    5: _number,
    6: _string,
    7: _shared_string,
    8: _string,
    9: _number,
    10: _boolean,
    11: _error,
    62: _rich_string,
}
_FOLLOWING: dict[int, Callable[[bytes], Any]] = {
    12: _blank,
    13: _packed_number,
    14: _error,
    15: _boolean,
    16: _number,
    17: _string,
    18: _shared_string,
}
_FORMULAS = range(8, 12)


def read_xlsb(data: bytes) -> WorkbookContent:
    """The content of an .xlsb file. Raises whatever the readers raise: call it in the sandbox only."""
    content = WorkbookContent("xlsb", [])
    with Package(data) as package:
        part = package.main_part("xl/workbook.bin", "workbook.bin")
        related = package.relations(part)
        shared = {one.kind: one.part for one in related.values() if one.part in package}
        sheets = sheet_parts(package.read(part), related, content)
        content.has_macros = "xl/vbaProject.bin" in package
        content.properties = package.properties()
        strings = _strings(package.read(shared["sharedStrings"])) if "sharedStrings" in shared else []
        styles = package.read(shared["styles"]) if "styles" in shared else b""
        reader = _SheetReader(strings, _formats(styles), _struck(styles), content.date1904)
        for name, visibility, part in sheets:
            sheet = SheetContent(name, visibility)
            reader.read_into(package.read(part), sheet)
            content.sheets.append(sheet)
    return content


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(record type, payload) one after another; type and length are 7-bit groups, low first."""
    position = 0
    while position < len(data):
        kind = data[position]
        position += 1
        if kind & 0x80:
            # A kind has one byte or two, a length up to four ([MS-XLSB] 2.1.4).
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while True:
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + length > len(data):
            raise ValueError("half a record")
        yield kind, data[position : position + length]
        position += length


def wide_string(payload: bytes, offset: int) -> tuple[str, int]:
    """A string and where it ends. Half characters are kept: who takes the content in deals with them."""
    (length,) = struct.unpack_from("<I", payload, offset)
    if length == _NO_STRING:
        return "", offset + 4
    end = offset + 4 + 2 * length
    if end > len(payload):
        raise ValueError("a string longer than its record")
    return payload[offset + 4 : end].decode("utf-16-le", "surrogatepass"), end


def _strings(data: bytes) -> list[str]:
    return [_rich_string(payload) for kind, payload in records(data) if kind == _STRING_ITEM]


def cell_formats(data: bytes) -> Iterator[bytes]:
    """The records of the cell styles: those of the named styles, which look the same, stand elsewhere in the part."""
    are_cell_formats = False
    for kind, payload in records(data):
        if kind in (_BEGIN_CELL_FORMATS, _END_CELL_FORMATS):
            are_cell_formats = kind == _BEGIN_CELL_FORMATS
        elif kind == _CELL_FORMAT and are_cell_formats:
            yield payload


def _formats(data: bytes) -> list[NumberFormat]:
    """The number format of each cell style."""
    formats = (payload for kind, payload in records(data) if kind == _FORMAT)
    custom = {struct.unpack_from("<H", payload)[0]: wide_string(payload, 2)[0] for payload in formats}
    return [format_of(struct.unpack_from("<H", payload, 2)[0], custom) for payload in cell_formats(data)]


def _struck(data: bytes) -> frozenset[int]:
    """The cell styles whose font strikes texts through."""
    fonts = [
        bool(struct.unpack_from("<H", payload, 2)[0] & _STRIKES) for kind, payload in records(data) if kind == _FONT
    ]
    fonts_of_styles = [struct.unpack_from("<H", payload, 4)[0] for payload in cell_formats(data)]
    return frozenset(style for style, font in enumerate(fonts_of_styles) if numbered(fonts, font, False))


def sheet_parts(
    data: bytes, related: dict[str, Related], content: WorkbookContent
) -> list[tuple[str, Visibility, str]]:
    """(name, visibility, part) of each sheet in order; sets `content.date1904` on the way."""
    parts = []
    for kind, payload in records(data):
        if kind == _WORKBOOK_PROPERTIES:
            content.date1904 = bool(payload[0] & 1)
        elif kind == _BUNDLE_SHEET:
            (state,) = struct.unpack_from("<I", payload, 0)
            # Behind the state and the sheet's number, four bytes each ([MS-XLSB] BrtBundleSh).
            relation, end = wide_string(payload, 8)
            name, _ = wide_string(payload, end)
            path, sort = related[relation]
            if sort == "worksheet":  # not a chart on a sheet of its own
                parts.append((name, _VISIBILITY.get(state, "visible"), path))
    return parts


def cell_styles(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(row, column, style) of each cell of a sheet part, blank ones too."""
    row = column = 0
    for kind, payload in records(data):
        if kind == _ROW_HEADER:
            row, column = int(struct.unpack_from("<I", payload)[0]) + 1, 0
        elif kind in _VALUES:
            column, style = _cell_head(payload)
            yield row, column, style
        elif kind in _FOLLOWING:
            column += 1
            # Three bytes of four: the highest has flags of its own ([MS-XLSB] Cell).
            yield row, column, int.from_bytes(payload[:3], "little")


class _SheetReader:
    """Reads sheet parts with what all sheets of a file share."""

    def __init__(self, strings: list[str], formats: list[NumberFormat], struck: frozenset[int], date1904: bool) -> None:
        """`struck`: the cell styles that strike texts through."""
        self.strings = strings
        self.struck = struck
        self.formats = formats
        self.date1904 = date1904

    def read_into(self, data: bytes, sheet: SheetContent) -> None:
        """Read cells, formulas, merged ranges, hidden rows and columns of one sheet part."""
        row = column = 0
        is_over = False
        filled: set[tuple[int, int]] = set()
        for kind, payload in records(data):
            is_over = is_over or kind == _END_ROWS
            if kind == _ROW_HEADER:
                row, column = _read_row_header(payload, sheet), 0
            elif kind in _VALUES:
                column, style = _cell_head(payload)
                _put(sheet, filled, (row, column), self._value(_VALUES[kind](payload[8:]), style))
                self._note_style(sheet, (row, column), style)
                if kind in _FORMULAS:
                    sheet.formulas[row, column] = True
            elif kind in _FOLLOWING:
                column += 1
                style = int.from_bytes(payload[:3], "little")
                _put(sheet, filled, (row, column), self._value(_FOLLOWING[kind](payload[4:]), style))
                self._note_style(sheet, (row, column), style)
            elif kind == _COLUMN_INFO:
                _read_columns(payload, sheet)
            elif kind == _MERGE_CELL:
                top, bottom, left, right = struct.unpack_from("<IIII", payload, 0)
                sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
        if not is_over:
            # A file that was cut off while it was sent still has whole records: half its rows would pass for all.
            raise ValueError("a sheet without an end")
        sheet.stored = len(filled)
        # Records may name rows in any order; whoever reads a table goes down the sheet.
        sheet.rows = dict(sorted(sheet.rows.items()))

    def _note_style(self, sheet: SheetContent, place: tuple[int, int], style: int) -> None:
        if style in self.struck and sheet.cell(*place) is not None:
            sheet.struck[place] = True

    def _value(self, value: Any, style: int) -> Any:
        if isinstance(value, _SharedString):
            return self.strings[value]
        if isinstance(value, float):
            shown = self.formats[style] if style < len(self.formats) else GENERAL
            return value_shown(value, shown, self.date1904)
        return value


def _cell_head(payload: bytes) -> tuple[int, int]:
    """Column, from 1, and style of a cell."""
    (column,) = struct.unpack_from("<I", payload)
    # Unrefused, one cell of column four billion would make its row a list as long.
    if column >= 16_384:
        raise ValueError("a cell right of all columns")
    return column + 1, int.from_bytes(payload[4:7], "little")


def _put(sheet: SheetContent, filled: set[tuple[int, int]], place: tuple[int, int], value: Any) -> None:
    if value is not None and value != "":
        filled.add(place)
        sheet.put(*place, value)


def _read_row_header(payload: bytes, sheet: SheetContent) -> int:
    """The row that begins; rows of no height are hidden too."""
    number, _, height = struct.unpack_from("<IIH", payload)
    row = int(number) + 1
    if payload[11] & 0x10 or height == 0:
        sheet.hidden_rows.add(row)
    return row


def _read_columns(payload: bytes, sheet: SheetContent) -> None:
    first, last, width = struct.unpack_from("<III", payload)
    if payload[16] & 1 or width < LEAST_WIDTH:
        sheet.hide_columns(first + 1, last + 1)
