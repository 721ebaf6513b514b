"""Reads BIFF workbooks: .xls, and the .et files of WPS, which are BIFF8 under another name.

xlrd knows every version of BIFF; which cells there must be, and which are formulas, the records say themselves. Files that
xlrd refuses though they can be read are read by their records alone (`lzxl.workbook.reading.biff`).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code

from lzxl.forms.text import is_empty
from lzxl.forms.values import CellError
from lzxl.workbook.reading.biff import LEAST_WIDTH, VISIBILITY, read_biff
from lzxl.workbook.reading.biff_records import stored_cells, text_encoding
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.number_formats import GENERAL, NumberFormat, format_of, value_shown
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.ole import SIGNATURE, CompoundFile
from lzxl.workbook.reading.xlrd_parts import records_start, styles_of_row

_NOTHING = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


class LostCellsError(Exception):
    """xlrd gave fewer cells than the file stores."""


def read_xls(data: bytes) -> WorkbookContent:
    """The content of a BIFF file. Raises whatever the readers raise: call it in the sandbox only."""
    stream = stream_of(data)
    try:
        return _read(stream)
    except Exception as error:
        # Not by the records: what is closed would read as cells of rubbish.
        if "encrypt" in str(error).lower():
            raise
        try:
            return read_biff(stream)
        except Exception:
            raise error from None


def stream_of(data: bytes) -> bytes:
    """The records, without the compound file around them."""
    if not data.startswith(SIGNATURE):
        return data
    file = CompoundFile(data)
    # BIFF8 lies in Workbook, BIFF5 in Book; Excel could save both in one file, and the newer one has all characters.
    return file.read("Workbook" if file.has("Workbook") else "Book")


def open_book(stream: bytes) -> Any:
    """The records as xlrd reads them."""
    # On demand, or xlrd lets go of the records before the formulas are found in them.
    return xlrd.open_workbook(
        file_contents=stream,
        formatting_info=True,
        on_demand=True,
        ragged_rows=True,  # or one wrong row number makes it fill millions of cells
        # xlrd's own choice is standard output: its complaints about a file would go there
        logfile=io.StringIO(),
        encoding_override=text_encoding(stream),
    )


def _read(stream: bytes) -> WorkbookContent:
    book = open_book(stream)
    content = WorkbookContent("xls", [], date1904=bool(book.datemode))
    formats = _formats(book)
    for number, source in enumerate(book.sheets()):
        stored = stored_cells(stream, records_start(book, number))
        sheet = _sheet(source, formats, content.date1904, len(stored.places))
        sheet.formulas = dict.fromkeys(stored.formulas, True)
        _read_struck(book, source, sheet)
        content.sheets.append(sheet)
    return content


def _formats(book: Any) -> list[NumberFormat]:
    """The number format of each cell style."""
    own = {key: entry.format_str for key, entry in book.format_map.items() if entry.format_str}
    return [format_of(style.format_key, own) for style in book.xf_list]


def _sheet(source: Any, formats: list[NumberFormat], date1904: bool, stored: int) -> SheetContent:
    """`stored`: how many cells the records hold. Raises LostCellsError if `source` has fewer."""
    sheet = SheetContent(source.name, VISIBILITY.get(source.visibility, "visible"))
    found = 0
    for row in range(source.nrows):
        kinds = source.row_types(row)
        found += len(kinds) - kinds.count(xlrd.XL_CELL_EMPTY) - kinds.count(xlrd.XL_CELL_BLANK)
        values, styles = source.row_values(row), styles_of_row(source, row)
        cells = [
            _value(kind, value, style, formats, date1904)
            for kind, value, style in zip(kinds, values, styles, strict=True)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            sheet.rows[row + 1] = cells
    if found < stored:
        raise LostCellsError
    # An empty text is stored, and is nothing.
    sheet.stored = stored - (found - sheet.placed)
    _read_marks(source, sheet)
    return sheet


def _read_marks(source: Any, sheet: SheetContent) -> None:
    """Merged ranges, hidden rows and columns, and such as have no size."""
    # xlrd counts from 0 and names the place behind the end: the same number as the last place counted from 1.
    sheet.merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells]
    for row, info in source.rowinfo_map.items():
        # Where the row has the default height, the number beside that mark is not its own: 0 hides nothing.
        if info.hidden or (info.height == 0 and not info.has_default_height):
            sheet.hidden_rows.add(row + 1)
    for column, info in source.colinfo_map.items():
        if info.hidden or info.width < LEAST_WIDTH:
            sheet.hide_columns(column + 1, column + 1)


def _read_struck(book: Any, source: Any, sheet: SheetContent) -> None:
    """The cells that are struck through, by their style or in parts of their text."""
    fonts = [bool(font.struck_out) for font in book.font_list]
    if not any(fonts):
        return
    struck = {number for number, style in enumerate(book.xf_list) if numbered(fonts, style.font_index, False)}
    for place in _cells_of_styles(source, sheet.rows, struck):
        if sheet.cell(*place) is not None:
            sheet.struck[place] = True
    _read_struck_parts(source, sheet, fonts)


def _read_struck_parts(source: Any, sheet: SheetContent, fonts: list[bool]) -> None:
    """The cells whose text has parts with fonts of their own."""
    for (row, column), runs in source.rich_text_runlist_map.items():
        text = sheet.cell(row + 1, column + 1)
        if isinstance(text, str):
            known = [(start, fonts[font]) for start, font in runs if font < len(fonts)]
            _read_runs(sheet, (row + 1, column + 1), text, known)


def _cells_of_styles(source: Any, rows: Iterable[int], wanted: Collection[int]) -> Iterator[tuple[int, int]]:
    """(row, column) of the cells that have one of the styles."""
    for row in rows:
        for column, style in enumerate(styles_of_row(source, row - 1), 1):
            if style in wanted:
                yield row, column


def _read_runs(sheet: SheetContent, place: tuple[int, int], text: str, runs: list[tuple[int, bool]]) -> None:
    """`runs`: where in the text another font begins, and whether that strikes it through."""
    # Up to the first run the cell's own font holds; most texts begin with none.
    bounds = [(0, sheet.struck.get(place, False)), *runs, (len(text), False)]
    parts = [is_struck for (start, is_struck), (end, _) in pairwise(bounds) if not is_empty(text[start:end])]
    if any(parts):
        sheet.struck[place] = all(parts)
    else:
        sheet.struck.pop(place, None)


def _value(kind: int, value: Any, style: int, formats: list[NumberFormat], date1904: bool) -> Any:
    if kind == xlrd.XL_CELL_TEXT:
        return value or None
    if kind in _NOTHING:
        return None
    if kind == xlrd.XL_CELL_ERROR:
        return CellError(error_text_from_code.get(value, "#ERROR"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return value_shown(value, numbered(formats, style, GENERAL), date1904)
