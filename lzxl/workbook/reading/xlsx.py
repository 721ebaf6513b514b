"""Reads .xlsx and .xlsm: values by the fast reader, and what it loses taken back from the XML.

python-calamine returns error cells as blanks, and knows neither formulas nor hidden rows. A
substring scan of the sheet parts finds those places at a fraction of a parser's cost. Files that the scan or the fast
reader does not understand, and sheets whose content reaches so far that the fast reader would need a huge grid, are read
by an XML parser.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook

from lzxl.forms.text import column_index
from lzxl.forms.values import CellError
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.xlsx_parsed import ParsedSheets, local_name

# The fast reader allots one cell for each place of the rectangle around a sheet's content.
_MAX_GRID = 3_000_000
_UNREAD = OWN_SHEETS - {STAMP_SHEET, FINDINGS_SHEET}
_VISIBILITY: dict[str | None, Visibility] = {"hidden": "hidden", "veryHidden": "very_hidden"}

_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
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
        parts = _sheet_parts(archive)
        workbook = fromstring(archive.read(_workbook_part(archive)))
        content = WorkbookContent(
            container,
            sheets=[],
            date1904=_date1904(workbook),
            properties=custom_properties(archive),
            has_macros=container == "xlsm",
        )
        # What lzxl itself put in is not read again: notes and word lists are larger than most submissions.
        raw = {name: archive.read(part) for name, _, part in parts if part and name not in _UNREAD}
    scans: dict[str, SheetContent] = {}
    understood = True
    for name, visibility, _ in parts:
        if name not in raw:
            continue
        sheet = SheetContent(name, visibility)
        try:
            understood = understood and _fits_grid(raw[name])
            _scan(raw[name], sheet)
        except _NotUnderstoodError:
            understood = False
        scans[name] = sheet
    if understood:
        try:
            _read_fast(data, scans)
        except (CalamineError, OverflowError):  # an error such as #SPILL!, a number that is no date
            understood = False
    if not understood:
        _read_parsed(data, raw, scans, content.date1904)
    content.sheets = [scans[name] for name, _, _ in parts if name in scans]
    return content


def _read_parsed(data: bytes, raw: dict[str, bytes], scans: dict[str, SheetContent], date1904: bool) -> None:
    """Read every sheet with the XML parser, from the beginning."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = set(archive.namelist())
        shared = {kind.rsplit("/", 1)[-1]: path for path, kind in _relations(archive).values() if path in members}
        reader = ParsedSheets(archive, shared, date1904)
    for name, sheet in scans.items():
        scans[name] = SheetContent(name, sheet.visibility)
        reader.take(raw[name], scans[name])


def _workbook_part(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return "xl/workbook.xml"
    return next(name for name in names if name.endswith("workbook.xml"))


def _relations(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Relation id → (member name, type) of what the workbook part refers to."""
    part = _workbook_part(archive)
    folder = posixpath.dirname(part)
    found = {}
    for element in fromstring(archive.read(f"{folder}/_rels/{posixpath.basename(part)}.rels")):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = (path, element.get("Type", ""))
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, Visibility, str]]:
    """(sheet name, visibility, member name) of each worksheet, in order; chart sheets have the member name ""."""
    relations = _relations(archive)
    found = []
    for element in fromstring(archive.read(_workbook_part(archive))).iter():
        if local_name(element) != "sheet":
            continue
        key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        path, kind = relations.get(key, ("", ""))
        is_sheet = kind.endswith("/worksheet") and path in archive.namelist()
        found.append(
            (element.get("name", ""), _VISIBILITY.get(element.get("state"), "visible"), path if is_sheet else "")
        )
    return found


def _date1904(workbook: Element) -> bool:
    for element in workbook.iter():
        if local_name(element) == "workbookPr":
            return element.get("date1904", "0") in ("1", "true")
    return False


def custom_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The custom document properties of an Office file."""
    try:
        root = fromstring(archive.read("docProps/custom.xml"))
    except KeyError:
        return {}
    return {
        element.get("name", ""): "".join(element.itertext()) for element in root if local_name(element) == "property"
    }


def _fits_grid(xml: bytes) -> bool:
    """Whether the rectangle around the content is small enough for the fast reader."""
    last_value = max(xml.rfind(b"<v>"), xml.rfind(b"<is>"))
    if last_value < 0:
        return True
    row_tag = xml.rfind(b"<row ", 0, last_value)
    match = _ROW_NUMBER.search(xml, row_tag, row_tag + 200) if row_tag >= 0 else None
    if match is None:
        raise _NotUnderstoodError
    last_row = int(match.group(1))
    if last_row * 702 <= _MAX_GRID and not re.search(rb'<c r="[A-Z]{3}\d', xml):
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


def _scan(xml: bytes, sheet: SheetContent) -> None:
    """Find the error cells, formulas and hidden rows and columns of one sheet part."""
    if b"<sheetData" not in xml or b"<c>" in xml or b" r='" in xml:
        raise _NotUnderstoodError
    for found in _HIDDEN_TAG.finditer(xml):
        if found.group(1) == b"row":
            match = _ROW_NUMBER.search(found.group())
            if match is None:
                raise _NotUnderstoodError
            sheet.hidden_rows.add(int(match.group(1)))
        else:
            span = {name: int(number) for name, number in _COLUMN_SPAN.findall(found.group())}
            sheet.hide_columns(span[b"min"], span[b"max"])
    for tag, body in _cell_spans(xml, b' t="e"'):
        if b' t="e"' in tag:
            text = _ERROR_TEXT.search(body)
            sheet.put(*_place(tag), CellError(text.group(1).decode() if text else "#ERROR"))
    _scan_formulas(xml, sheet)


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


def _read_fast(data: bytes, scans: dict[str, SheetContent]) -> None:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name, sheet in scans.items():
        errors = [
            (row, column, cell)
            for row, cells in sheet.rows.items()
            for column, cell in enumerate(cells, 1)
            if cell is not None
        ]
        source = workbook.get_sheet_by_name(name)
        sheet.rows = {}
        sheet.take_calamine(source)
        for row, column, error in errors:
            sheet.put(row, column, error)
