"""Reads .xlsx and .xlsm: values by the fast reader, and what it loses taken back from the XML.

python-calamine returns error cells as blanks, and knows neither formulas nor hidden rows (research/performance.md §2). A
substring scan of the sheet parts finds those places at a fraction of a parser's cost. Files that the scan or the fast
reader does not understand, and sheets whose content reaches so far that the fast reader would need a huge grid, are read
by openpyxl and an XML parser.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse
from python_calamine import CalamineError, CalamineWorkbook

from lzxl.forms.text import column_index
from lzxl.forms.values import CellError
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent

# The fast reader allots one cell for each place of the rectangle around a sheet's content.
_MAX_GRID = 3_000_000
_VISIBILITY: dict[str | None, Visibility] = {"hidden": "hidden", "veryHidden": "very_hidden"}

_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_NAME = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_COLUMN_NAMES = re.compile(rb'<c r="([A-Z]+)')
_STORED = re.compile(rb"<v>[^<]|<is>")
_ERROR_TEXT = re.compile(rb"<v>([^<]*)</v>")
_HIDDEN_TAG = re.compile(rb'<(row|col)\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN_SPAN = re.compile(rb'\b(min|max)="(\d+)"')


class _NotUnderstood(Exception):
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
        raw = {name: archive.read(part) for name, _, part in parts if part}
    scans: dict[str, SheetContent] = {}
    sparse: set[str] = set()
    for name, visibility, _ in parts:
        if name not in raw:
            continue
        sheet = SheetContent(name, visibility)
        try:
            if not _fits_grid(raw[name]):
                sparse.add(name)
            _scan(raw[name], sheet)
        except _NotUnderstood:
            sparse.add(name)
        scans[name] = sheet
    fast = None if sparse else _open_fast(data)
    if fast is None or not _read_fast(fast, scans):
        scans = {name: SheetContent(name, sheet.visibility) for name, sheet in scans.items()}
        _read_slowly(data, raw, scans)
    content.sheets = [scans[name] for name, _, _ in parts if name in scans]
    return content


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _workbook_part(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return "xl/workbook.xml"
    return next(name for name in names if name.endswith("workbook.xml"))


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, Visibility, str]]:
    """(sheet name, visibility, member name) of each worksheet, in order; chart sheets have the member name ""."""
    part = _workbook_part(archive)
    folder = posixpath.dirname(part)
    relations = {
        element.get("Id"): (element.get("Target", ""), element.get("Type", ""))
        for element in fromstring(archive.read(f"{folder}/_rels/{posixpath.basename(part)}.rels"))
    }
    found = []
    for element in fromstring(archive.read(part)).iter():
        if _local(element) != "sheet":
            continue
        key = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
        target, kind = relations.get(key, ("", ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        is_sheet = kind.endswith("/worksheet") and path in archive.namelist()
        found.append(
            (element.get("name", ""), _VISIBILITY.get(element.get("state"), "visible"), path if is_sheet else "")
        )
    return found


def _date1904(workbook: Element) -> bool:
    for element in workbook.iter():
        if _local(element) == "workbookPr":
            return element.get("date1904", "0") in ("1", "true")
    return False


def custom_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The custom document properties of an Office file."""
    try:
        root = fromstring(archive.read("docProps/custom.xml"))
    except KeyError:
        return {}
    return {element.get("name", ""): "".join(element.itertext()) for element in root if _local(element) == "property"}


def _fits_grid(xml: bytes) -> bool:
    """Whether the rectangle around the content is small enough for the fast reader."""
    last_value = max(xml.rfind(b"<v>"), xml.rfind(b"<is>"))
    if last_value < 0:
        return True
    row_tag = xml.rfind(b"<row ", 0, last_value)
    match = _ROW_NUMBER.search(xml, row_tag, row_tag + 200) if row_tag >= 0 else None
    if match is None:
        raise _NotUnderstood
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
            raise _NotUnderstood
        tag_end = xml.find(b">", start)
        if xml[tag_end - 1 : tag_end] == b"/":  # an empty cell: what follows is the next one's
            end = tag_end
        yield xml[start:tag_end], xml[tag_end:end]
        position = xml.find(mark, end)


def _place(tag: bytes) -> tuple[int, int]:
    match = _CELL_NAME.search(tag)
    if match is None:
        raise _NotUnderstood
    return int(match.group(2)), column_index(match.group(1).decode())


def _scan(xml: bytes, sheet: SheetContent) -> None:
    """Find the error cells, formulas and hidden rows and columns of one sheet part."""
    if b"<sheetData" not in xml or b"<c>" in xml or b" r='" in xml:
        raise _NotUnderstood
    for found in _HIDDEN_TAG.finditer(xml):
        if found.group(1) == b"row":
            match = _ROW_NUMBER.search(found.group())
            if match is None:
                raise _NotUnderstood
            sheet.hidden_rows.add(int(match.group(1)))
        else:
            span = {name: int(number) for name, number in _COLUMN_SPAN.findall(found.group())}
            sheet.hide_columns(span[b"min"], span[b"max"])
    for tag, body in _cell_spans(xml, b' t="e"'):
        if b' t="e"' in tag:
            text = _ERROR_TEXT.search(body)
            sheet.put(*_place(tag), CellError(text.group(1).decode() if text else "#ERROR"))
    for mark in (b"<f>", b"<f ", b"<f/>"):
        for tag, body in _cell_spans(xml, mark):
            sheet.formulas[_place(tag)] = b' t="str"' in tag or _STORED.search(body) is not None


def _open_fast(data: bytes) -> Any:
    """The fast reader's workbook; None if it does not understand the file."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        return None


def _read_fast(workbook: Any, scans: dict[str, SheetContent]) -> bool:
    """Take in the values of every sheet; False if the fast reader does not understand one (an error such as #SPILL!)."""
    for name, sheet in scans.items():
        errors = [
            (row, column, cell)
            for row, cells in sheet.rows.items()
            for column, cell in enumerate(cells, 1)
            if cell is not None
        ]
        try:
            source = workbook.get_sheet_by_name(name)
        except CalamineError:
            return False
        sheet.rows = {}
        sheet.take_calamine(source)
        for row, column, error in errors:
            sheet.put(row, column, error)
    return True


def _read_slowly(data: bytes, raw: dict[str, bytes], scans: dict[str, SheetContent]) -> None:
    """Read every sheet with openpyxl, row by row: sparse sheets and unusual XML, at ten times the cost."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for name, sheet in scans.items():
        _take_marks(raw[name], sheet)
        book[name].reset_dimensions()
        for row in book[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    value = CellError(str(cell.value)) if cell.data_type == "e" else _as_fast(cell.value)
                    sheet.put(cell.row, cell.column, value)


def _as_fast(value: Any) -> Any:
    """A value of the slow reader as the fast one would give it: every number is a float, a day without a time a date."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _take_marks(xml: bytes, sheet: SheetContent) -> None:
    """Formulas, hidden rows and columns and merged ranges of one sheet part, however its XML is written."""
    row = column = 0
    for event, element in iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = _local(element)
        if event == "start" and tag == "row":
            row, column = int(element.get("r", row + 1)), 0
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_rows.add(row)
        elif event == "start" and tag == "c":
            letters, digits = _split_name(element.get("r", ""))
            row, column = (int(digits), column_index(letters)) if digits else (row, column + 1)
        elif event == "end" and tag == "c":
            parts = {_local(part): part for part in element}
            if "f" in parts:
                stored = element.get("t") == "str" or "is" in parts or bool("v" in parts and parts["v"].text)
                sheet.formulas[row, column] = stored
        elif event == "end" and tag == "row":
            element.clear()
        elif event == "end" and tag == "col" and element.get("hidden") in ("1", "true"):
            sheet.hide_columns(int(element.get("min", "1")), int(element.get("max", "0")))
        elif event == "end" and tag == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            (left, top), (right, bottom) = _split_name(first), _split_name(last or first)
            sheet.merges.append((int(top), column_index(left), int(bottom), column_index(right)))


def _split_name(name: str) -> tuple[str, str]:
    """The letters and the digits of an A1 address."""
    letters = name.rstrip("0123456789")
    return letters, name[len(letters) :]
