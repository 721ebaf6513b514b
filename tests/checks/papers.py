"""A desk's content as a real file: the standard workbook as it was filled in, with what was spoiled on it typed over.

What has no file of its own (half a character, a text longer than a cell) is in `UNWRITABLE`.
"""

from __future__ import annotations

import datetime
import io
import pickle
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.values import CellError
from lzxl.workbook.layout import STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from tests.checks.clerk import Desk, desk
from tests.reading.books import ods

# Codes of what no writer of workbooks puts into one; the readers' tests have their bytes.
UNWRITABLE = {
    "half_character": "no program writes half a character, and no library does",
    "text_cut": "a cell takes no text that long: only a program that breaks the format writes one",
    "picture_in_cell": "a picture in a cell is a part of its own, which the keepsakes' tests have",
    "sheet_name_twice": "only damaged files have two sheets of one name",
}


@lru_cache(maxsize=8)
def _filled(form_id: str, code: str) -> bytes:
    """A unit's filled workbook as openpyxl has it in memory: to take that up takes a quarter of what it takes to read a file."""
    form, bureau = load_form(form_id), load_bureau()
    sample = next(sample for sample in bureau.units if sample.unit.code == code)
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, code, sample.unit.name, bureau.period))
    fill_workbook(workbook, form, sample.cover(form_id), sample.tables(form_id))
    return pickle.dumps(load_workbook(io.BytesIO(workbook_bytes(workbook))))


@lru_cache(maxsize=8)
def _clean(form_id: str, code: str) -> dict[str, SheetContent]:
    """Title → content of the sheets of a desk on which nothing was spoiled. Read it, never change it."""
    sample = next(sample for sample in load_bureau().units if sample.unit.code == code)
    return {sheet.name: sheet for sheet in desk(sample, form_id, load_bureau().period).content.sheets}


def xlsx(one: Desk, unit: str) -> bytes:
    """A desk's content in the workbook that `unit` got: what differs from its clean content is typed over."""
    workbook = pickle.loads(_filled(one.form.id, unit))
    clean = _clean(one.form.id, unit)
    for title, content in _worksheets(workbook, one):
        _type_over(workbook[title], content, clean.get(title) or SheetContent(title))
        workbook[title].title = content.name
    _stamp(workbook, one.content.properties)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _stamp(workbook: Workbook, marks: dict[str, str]) -> None:
    """The marks of a stamp, and no others; without any, the sheet that repeats them goes too."""
    properties: Any = workbook.custom_doc_props  # type: ignore[attr-defined]  # missing from the stubs
    for name in [entry.name for entry in properties.props]:
        del properties[name]
    for name, value in marks.items():
        properties.append(StringProperty(name=name, value=value))
    if not marks:
        del workbook[STAMP_SHEET]


def _worksheets(workbook: Workbook, one: Desk) -> list[tuple[str, SheetContent]]:
    """(title in the workbook, content) of each sheet: renamed ones by their turn, new ones made, others taken out."""
    titles = [sheet.title for sheet in one.form.sheets]
    kept = {content.name for content in one.content.sheets}
    gone = [title for title in titles if title not in kept]
    found = []
    for number, content in enumerate(one.content.sheets):
        if content.name in titles:
            found.append((content.name, content))
        elif number < len(titles) and titles[number] in gone:
            gone.remove(titles[number])
            found.append((titles[number], content))
        else:
            workbook.create_sheet(content.name)
            found.append((content.name, content))
    for title in gone:
        del workbook[title]
    return found


def _type_over(worksheet: Worksheet, content: SheetContent, clean: SheetContent) -> None:
    for row in sorted({*content.rows, *clean.rows}):
        width = max(len(content.rows.get(row, ())), len(clean.rows.get(row, ())))
        for column in range(1, width + 1):
            value = content.cell(row, column)
            if value != clean.cell(row, column):
                _type(worksheet, row, column, value)
    for (row, column), is_stored in content.formulas.items():
        if not is_stored:
            worksheet.cell(row, column).value = "=VLOOKUP(C8,名册!A:B,2,0)"
    for place, is_whole in content.struck.items():
        _strike(worksheet, *place, is_whole)
    for first, left, last, right in content.merges:
        worksheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    # What openpyxl makes of itself where it is asked for, it has forgotten how to make.
    rows, columns = worksheet.row_dimensions, worksheet.column_dimensions
    for row in content.hidden_rows:
        rows.setdefault(row, RowDimension(worksheet, index=row)).hidden = True
    for column in map(get_column_letter, content.hidden_columns):
        columns.setdefault(column, ColumnDimension(worksheet, index=column)).hidden = True
    if content.visibility != "visible":
        worksheet.sheet_state = "hidden"


def _type(worksheet: Worksheet, row: int, column: int, value: Any) -> None:
    cell = worksheet.cell(row, column)
    if isinstance(value, CellError):
        cell.value = value.text
        cell.data_type = "e"
        return
    cell.value = value
    if isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"


def _strike(worksheet: Worksheet, row: int, column: int, is_whole: bool) -> None:
    cell = worksheet.cell(row, column)
    if is_whole:
        cell.font = Font(strike=True)
        return
    text = str(cell.value)
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), text[:2]), text[2:])


def ods_file(one: Desk) -> bytes:
    """A desk's content as LibreOffice would save it: cells, merges, what is hidden, and the stamp."""
    tables = "".join(_ods_table(content) for content in one.content.sheets)
    return ods(tables)


def _ods_table(content: SheetContent) -> str:
    rows, last = [], 0
    covered = {
        (row, column): (bottom - top + 1, right - left + 1) if (row, column) == (top, left) else None
        for top, left, bottom, right in content.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    for number in sorted(content.rows):
        if number - last > 1:
            rows.append(
                f'<table:table-row table:number-rows-repeated="{number - last - 1}"><table:table-cell/></table:table-row>'
            )
        hidden = ' table:visibility="collapse"' if number in content.hidden_rows else ""
        cells = "".join(
            _ods_cell(cell, covered.get((number, column), (1, 1)))
            for column, cell in enumerate(content.rows[number], 1)
        )
        rows.append(f"<table:table-row{hidden}>{cells}</table:table-row>")
        last = number
    return f'<table:table table:name="{escape(content.name)}">{"".join(rows)}</table:table>'


def _ods_cell(value: Any, span: tuple[int, int] | None) -> str:
    tag = "table:table-cell"
    spans = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
        if span and span != (1, 1)
        else ""
    )
    if span is None:
        tag = "table:covered-table-cell"
    if value is None:
        return f"<{tag}{spans}/>"
    if isinstance(value, datetime.date):
        kind, shown = f'office:value-type="date" office:date-value="{value.isoformat()}"', value.isoformat()
    elif isinstance(value, int | float):
        kind, shown = f'office:value-type="float" office:value="{value!r}"', repr(value)
    elif isinstance(value, CellError):
        kind, shown = (
            'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"',
            value.text,
        )
    else:
        kind, shown = 'office:value-type="string"', escape(str(value))
    lines = "".join(f"<text:p>{line}</text:p>" for line in shown.split("\n"))
    return f"<{tag}{spans} {kind}>{lines}</{tag}>"
