"""Reads .ods: values by the fast reader; error cells, formulas, merges and hidden rows from content.xml."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from defusedxml.ElementTree import iterparse
from python_calamine import CalamineWorkbook

from lzxl.forms.values import CellError
from lzxl.workbook.reading.content import SheetContent, WorkbookContent

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FAR = 10_000


def read_ods(data: bytes) -> WorkbookContent:
    """The content of an .ods file. Raises whatever the readers raise: call it in the sandbox only."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    content = WorkbookContent("ods", [])
    sheets: dict[str, SheetContent] = {}
    for name in workbook.sheet_names:
        source = workbook.get_sheet_by_name(name)
        sheet = SheetContent(name)
        sheet.take_calamine(source)
        sheets[name] = sheet
        content.sheets.append(sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        with archive.open("content.xml") as stream:
            _scan(stream, sheets, content)
        if "meta.xml" in archive.namelist():
            with archive.open("meta.xml") as stream:
                for _, element in iterparse(stream):
                    if element.tag == f"{_META}user-defined":
                        content.properties[element.get(f"{_META}name", "")] = "".join(element.itertext())
    return content


def _scan(stream: Any, sheets: dict[str, SheetContent], content: WorkbookContent) -> None:
    """Walk the tables, counting repeated rows and columns; only marks are unrolled."""
    sheet: SheetContent | None = None
    hidden_styles: set[str] = set()
    row = column = cells_in_row = row_repeat = 0
    for event, element in iterparse(stream, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag == f"{_TABLE}table":
                sheet = sheets.get(element.get(f"{_TABLE}name", ""))
                row, column = 1, 1
                if element.get(f"{_TABLE}style-name") in hidden_styles and sheet is not None:
                    sheet.visibility = "hidden"
            elif tag == f"{_TABLE}table-row":
                cells_in_row = 1
                row_repeat = _repeat(element, "rows")
            continue
        if tag.endswith("}table-properties") and element.get(f"{_TABLE}display") == "false":
            hidden_styles.add("")
        if tag.endswith("}style") and "" in hidden_styles:
            hidden_styles.discard("")
            hidden_styles.add(next((value for name, value in element.attrib.items() if name.endswith("}name")), "?"))
        if tag == f"{_TABLE}null-date":
            content.date1904 = element.get(f"{_TABLE}date-value", "").startswith("1904")
        if sheet is None:
            continue
        if tag == f"{_TABLE}table-column":
            repeat = _repeat(element, "columns")
            if _is_hidden(element):
                sheet.hide_columns(column, column + repeat - 1)
            column += repeat
        elif tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            repeat = _repeat(element, "columns")
            if _has_marks(element):
                for number in range(row, row + min(row_repeat, _FAR)):
                    for place in range(cells_in_row, cells_in_row + min(repeat, _FAR)):
                        _take_marks(element, sheet, number, place)
            cells_in_row += repeat
        elif tag == f"{_TABLE}table-row":
            if _is_hidden(element):
                sheet.hidden_rows.update(range(row, row + min(row_repeat, _FAR)))
            row += row_repeat
            element.clear()
        elif tag == f"{_TABLE}table":
            sheet = None
            element.clear()


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _repeat(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _has_marks(element: Any) -> bool:
    """Whether a cell is an error, a formula or merged: what the fast reader does not tell."""
    return any(
        element.get(name) is not None
        for name in (
            f"{_CALC}value-type",
            f"{_TABLE}formula",
            f"{_TABLE}number-rows-spanned",
            f"{_TABLE}number-columns-spanned",
        )
    )


def _take_marks(element: Any, sheet: SheetContent, row: int, column: int) -> None:
    # A comment on the cell is a child as well, and no part of what the cell shows.
    text = "".join("".join(part.itertext()) for part in element if part.tag == f"{_TEXT}p")
    if element.get(f"{_CALC}value-type") == "error":
        sheet.put(row, column, CellError(text or "#ERROR"))
    if element.get(f"{_TABLE}formula") is not None:
        sheet.formulas[row, column] = element.get(f"{_OFFICE}value-type") is not None or bool(text)
    rows = int(element.get(f"{_TABLE}number-rows-spanned", "1"))
    columns = int(element.get(f"{_TABLE}number-columns-spanned", "1"))
    if rows > 1 or columns > 1:
        sheet.merges.append((row, column, row + rows - 1, column + columns - 1))
