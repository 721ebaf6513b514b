"""Reads .xlsx and .xlsm: values by the fast reader, and what it loses taken back from the XML.

python-calamine returns error cells as blanks, and knows neither formulas nor hidden rows. A
substring scan of the sheet parts finds those places at a fraction of a parser's cost. Files that the scan or the fast
reader does not understand, and sheets whose content reaches so far that the fast reader would need a huge grid, are read
by an XML parser.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from lzxl.forms.text import column_index
from lzxl.forms.values import CellError
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.parts import custom_properties, elements, relations

# The fast reader allots one cell for each place of the rectangle around a sheet's content.
_MAX_GRID = 3_000_000
_UNREAD = OWN_SHEETS - {STAMP_SHEET, FINDINGS_SHEET}
_VISIBILITY: dict[str | None, Visibility] = {"hidden": "hidden", "veryHidden": "very_hidden"}

_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_WIDE_CELL = re.compile(rb'<c r="[A-Z]{3}\d')
_COLUMN_NAMES = re.compile(rb'<c r="([A-Z]+)')
_FORMULA_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)><f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(<v>[^<]|<is>)?')
_STORED = re.compile(rb"<v>[^<]|<is>")
_ERROR_TEXT = re.compile(rb"<v>([^<]*)</v>")
_HIDDEN_TAG = re.compile(rb'<(row|col)\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN_SPAN = re.compile(rb'\b(min|max)="(\d+)"')


class _NotUnderstoodError(Exception):
    """The sheet's XML is written in a way that the scan does not know."""


def read_xlsx(data: bytes, container: str) -> WorkbookContent:
    """The content of an .xlsx or .xlsm file. Raises whatever the readers raise: call it in the sandbox only."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _workbook_part(archive)
        workbook = elements(archive.read(part), "workbookPr", "sheet")
        related = relations(archive, part)
        content = WorkbookContent(
            container,
            sheets=[],
            date1904=any(element.attributes.get("date1904") in ("1", "true") for element in workbook),
            properties=custom_properties(archive),
            has_macros=container == "xlsm",
        )
        # What lzxl itself put in is not read again: notes and word lists are larger than most submissions.
        unread = _UNREAD | {STAMP_SHEET} if "lzxl_form" in content.properties else _UNREAD
        members = set(archive.namelist())
        raw: dict[str, bytes] = {}
        scans: dict[str, SheetContent] = {}
        for element in workbook:
            name = element.attributes.get("name", "")
            path, kind = related.get(element.attributes.get("id", ""), ("", ""))
            # A chart may stand on a sheet of its own.
            is_sheet = element.name == "sheet" and kind.endswith("/worksheet") and path in members
            if is_sheet and name not in unread:
                raw[name] = archive.read(path)
                scans[name] = SheetContent(name, _VISIBILITY.get(element.attributes.get("state"), "visible"))
    try:
        _read_fast(data, raw, {name: _used_rows(xml) for name, xml in raw.items()}, scans)
    except (_NotUnderstoodError, CalamineError, OverflowError):
        # XML of an unusual make, a huge grid, an error such as #SPILL!, a number that is no date
        _read_parsed(data, raw, scans, content.date1904)
    content.sheets = list(scans.values())
    return content


def _read_parsed(data: bytes, raw: dict[str, bytes], scans: dict[str, SheetContent], date1904: bool) -> None:
    """Read every sheet with the XML parser, from the beginning."""
    from lzxl.workbook.reading.xlsx_parsed import ParsedSheets  # seldom needed; a child that does not starts sooner

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = set(archive.namelist())
        related = relations(archive, _workbook_part(archive)).values()
        shared = {kind.rsplit("/", 1)[-1]: path for path, kind in related if path in members}
        reader = ParsedSheets(archive, shared, date1904)
    for name, sheet in scans.items():
        scans[name] = SheetContent(name, sheet.visibility)
        reader.take(raw[name], scans[name])


def _workbook_part(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return "xl/workbook.xml"
    return next(name for name in names if name.endswith("workbook.xml"))


def _used_rows(xml: bytes) -> tuple[int, bytes]:
    """The last row that stores a value, and the part's XML down to its end; (0, b"") if nothing is stored.

    Standard workbooks keep hundreds of empty rows with formulas ready: nothing is looked for in them.
    """
    if b"<sheetData" not in xml:
        raise _NotUnderstoodError
    # The row of the last value that is no formula's, and then any formula's below it that shows something.
    value = max(xml.rfind(b'"><v>'), xml.rfind(b"</is>"))
    end = xml.find(b"</row>", value) if value >= 0 else 0
    if xml.count(b"</v>", end) > xml.count(b"<v></v>", end):
        end = len(xml)
        while xml.startswith(b"<v>", (end := xml.rfind(b"</v>", 0, end)) - 3):
            pass
    elif value < 0:
        return 0, b""
    tag, end = xml.rfind(b"<row ", 0, end), xml.find(b"</row>", end)
    match = _ROW_NUMBER.search(xml, tag, tag + 200)
    if tag < 0 or end < 0 or match is None:
        raise _NotUnderstoodError
    last_row, used = int(match.group(1)), xml[:end]
    if b"<c>" in used or b" r='" in used or not _fits_grid(last_row, used):
        raise _NotUnderstoodError
    return last_row, used


def _fits_grid(last_row: int, xml: bytes) -> bool:
    """Whether the rectangle around the content is small enough for the fast reader."""
    if last_row * 16_384 <= _MAX_GRID or (last_row * 702 <= _MAX_GRID and not _WIDE_CELL.search(xml)):
        return True
    widest = max((column_index(letters.decode()) for letters in set(_COLUMN_NAMES.findall(xml))), default=1)
    return last_row * widest <= _MAX_GRID


def _cell_spans(xml: bytes, mark: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(start tag, content) of each cell that has `mark` in it."""
    position = xml.find(mark)
    while position >= 0:
        start = xml.rfind(b"<c ", 0, position + 1)
        end = xml.find(b"</c>", position)
        if start < 0 or end < 0:
            raise _NotUnderstoodError
        tag_end = xml.find(b">", start)
        if xml[tag_end - 1 : tag_end] == b"/":  # an empty cell: what follows is the next one's
            end = tag_end
        yield xml[start:tag_end], xml[tag_end:end]
        position = xml.find(mark, end)


def _place(tag: bytes) -> tuple[int, int]:
    match = _CELL_NAME.search(tag)
    if match is None:
        raise _NotUnderstoodError
    return int(match.group(2)), column_index(match.group(1).decode())


def _scan_hidden(xml: bytes, sheet: SheetContent) -> None:
    for found in _HIDDEN_TAG.finditer(xml) if b" hidden=" in xml else ():
        if found.group(1) == b"row":
            match = _ROW_NUMBER.search(found.group())
            if match is None:
                raise _NotUnderstoodError
            sheet.hidden_rows.add(int(match.group(1)))
        else:
            span = {name: int(number) for name, number in _COLUMN_SPAN.findall(found.group())}
            sheet.hide_columns(span[b"min"], span[b"max"])


def _scan_errors(xml: bytes, sheet: SheetContent) -> None:
    for tag, body in _cell_spans(xml, b' t="e"'):
        if b' t="e"' in tag:
            text = _ERROR_TEXT.search(body)
            sheet.put(*_place(tag), CellError(text.group(1).decode() if text else "#ERROR"))


def _scan_formulas(xml: bytes, sheet: SheetContent) -> None:
    """Find the formulas: by one pattern for how programs write them, and cell by cell if that does not find all."""
    columns: dict[bytes, int] = {}
    found = 0
    for letters, digits, attributes, stored in _FORMULA_CELL.findall(xml):
        found += 1
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = column_index(letters.decode())
        sheet.formulas[int(digits), column] = stored != b"" or b't="str"' in attributes
    if found != xml.count(b"<f>") + xml.count(b"<f ") + xml.count(b"<f/>"):
        for mark in (b"<f>", b"<f ", b"<f/>"):
            for tag, body in _cell_spans(xml, mark):
                sheet.formulas[_place(tag)] = b' t="str"' in tag or _STORED.search(body) is not None


def _read_fast(
    data: bytes, raw: dict[str, bytes], used: dict[str, tuple[int, bytes]], scans: dict[str, SheetContent]
) -> None:
    """Read every sheet with the fast reader, and take from the XML what it loses. `used`: by sheet, from `_used_rows`."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name, sheet in scans.items():
        last_row, xml = used[name]
        sheet.take_calamine(workbook.get_sheet_by_name(name), last_row)
        _scan_hidden(raw[name], sheet)
        _scan_errors(raw[name], sheet)
        _scan_formulas(xml, sheet)
