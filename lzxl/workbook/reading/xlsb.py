"""Reads .xlsb: values by the fast reader; errors, formulas, merges and hidden rows from the records ([MS-XLSB])."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineWorkbook

from lzxl.forms.values import CellError
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.parts import custom_properties, relations

_ROW_HEADER, _CELL_ERROR, _FORMULA_STRING, _FORMULA_ERROR = 0, 3, 8, 11
_COLUMN_INFO, _BUNDLE_SHEET, _WORKBOOK_PROPERTIES, _MERGE_CELL = 60, 156, 153, 176
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


def read_xlsb(data: bytes) -> WorkbookContent:
    """The content of an .xlsb file. Raises whatever the readers raise: call it in the sandbox only."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    content = WorkbookContent("xlsb", [])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _sheet_parts(archive, content)
        content.has_macros = "xl/vbaProject.bin" in archive.namelist()
        content.properties = custom_properties(archive)
        for name, visibility, part in parts:
            sheet = SheetContent(name, visibility)
            source = workbook.get_sheet_by_name(name)
            sheet.take_calamine(source)
            _scan(archive.read(part), sheet)
            content.sheets.append(sheet)
    return content


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(record type, payload) one after another; type and length are 7-bit groups, low first."""
    position = 0
    while position < len(data):
        kind = data[position]
        position += 1
        if kind & 0x80:
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
        yield kind, data[position : position + length]
        position += length


def _wide_string(payload: bytes, offset: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", payload, offset)
    end = offset + 4 + 2 * length
    return payload[offset + 4 : end].decode("utf-16-le"), end


def _sheet_parts(archive: zipfile.ZipFile, content: WorkbookContent) -> list[tuple[str, Visibility, str]]:
    related = relations(archive, "xl/workbook.bin")
    parts = []
    for kind, payload in _records(archive.read("xl/workbook.bin")):
        if kind == _WORKBOOK_PROPERTIES:
            content.date1904 = bool(payload[0] & 1)
        elif kind == _BUNDLE_SHEET:
            (state,) = struct.unpack_from("<I", payload, 0)
            relation, end = _wide_string(payload, 8)
            name, _ = _wide_string(payload, end)
            path, sort = related[relation]
            if not sort.endswith("/worksheet"):  # a chart on a sheet of its own
                continue
            parts.append((name, _VISIBILITY.get(state, "visible"), path))
    return parts


def _scan(data: bytes, sheet: SheetContent) -> None:
    row = 0
    for kind, payload in _records(data):
        if kind == _ROW_HEADER:
            row = int(struct.unpack_from("<I", payload, 0)[0]) + 1
            if payload[11] & 0x10:
                sheet.hidden_rows.add(row)
        elif kind == _COLUMN_INFO:
            first, last = struct.unpack_from("<II", payload, 0)
            if payload[16] & 1:
                sheet.hide_columns(first + 1, last + 1)
        elif kind == _MERGE_CELL:
            top, bottom, left, right = struct.unpack_from("<IIII", payload, 0)
            sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _CELL_ERROR or _FORMULA_STRING <= kind <= _FORMULA_ERROR:
            column = int(struct.unpack_from("<I", payload, 0)[0]) + 1
            if kind in (_CELL_ERROR, _FORMULA_ERROR):
                sheet.put(row, column, CellError(_ERRORS.get(payload[8], "#ERROR")))
            if kind != _CELL_ERROR:
                sheet.formulas[row, column] = True
