"""Reads BIFF workbooks: .xls, and the .et files of WPS, which are BIFF8 under another name.

xlrd tells nearly all that is needed (error cells, hidden rows and columns, merged cells, the date system); formulas are
found in the records themselves, which always store a result. Where xlrd fails on a file that is still readable, the
fast reader gives the values, and the file is said to be read without those marks.
"""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from python_calamine import CalamineWorkbook
from xlrd.biffh import error_text_from_code

from lzxl.forms.values import CellError
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent

_BOF, _EOF, _FORMULA = 0x0809, 0x000A, 0x0006
_VISIBILITY: dict[int, Visibility] = {0: "visible", 1: "hidden", 2: "very_hidden"}


def read_xls(data: bytes) -> WorkbookContent:
    """The content of a BIFF file. Raises whatever the readers raise: call it in the sandbox only."""
    try:
        # On demand, or xlrd lets go of the records before the formulas are found in them.
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
        sheets = book.sheets()
    except Exception as error:
        if "encrypt" in str(error).lower():
            raise
        return _read_values_only(data)
    content = WorkbookContent("xls", [], date1904=bool(book.datemode))
    for number, source in enumerate(sheets):
        sheet = _sheet(source, book.datemode)
        sheet.formulas = dict.fromkeys(_formulas(book.mem, book._sh_abs_posn[number]), True)
        content.sheets.append(sheet)
    return content


def _sheet(source: Any, datemode: int) -> SheetContent:
    sheet = SheetContent(source.name, _VISIBILITY.get(source.visibility, "visible"))
    sheet.fill_rows((row + 1, [_value(cell, datemode) for cell in source.row(row)]) for row in range(source.nrows))
    sheet.merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells]
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column + 1 for column, info in source.colinfo_map.items() if info.hidden}
    return sheet


def _formulas(stream: bytes | None, position: int) -> Iterator[tuple[int, int]]:
    """(row, column) of each formula among the records of the sheet that begins at `position`."""
    depth = 0
    while stream is not None and position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        if kind == _FORMULA and depth == 1 and length >= 4:
            row, column = struct.unpack_from("<HH", stream, position + 4)
            yield row + 1, column + 1
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        position += 4 + length


def _value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return CellError(error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime.datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
        return moment.date() if moment.time() == datetime.time() else moment
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    return cell.value


def _read_values_only(data: bytes) -> WorkbookContent:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    content = WorkbookContent("xls", [], incomplete="文件由其他软件写成，隐藏行列和错误值无法识别")
    for name in workbook.sheet_names:
        source = workbook.get_sheet_by_name(name)
        sheet = SheetContent(name)
        sheet.take_calamine(source)
        content.sheets.append(sheet)
    return content
