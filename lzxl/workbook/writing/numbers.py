"""The numbers of rows that are still to be filled in: written into a unit's workbook before it is sent out.

They are values and no formulas: whoever sorts, inserts or deletes rows takes each number along with its row, and no other row's
number changes (第八条(一)1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.cells import value_at
from lzxl.workbook.writing.openpyxl_parts import existing_cell, set_style, style_of
from lzxl.workbook.writing.text import put_text


def add_numbers(workbook: Workbook, form: Form, free: Mapping[str, Iterator[str]]) -> None:
    """Give a number to every row of a filled workbook that has none, as far as its formulas reach.

    `free`: sheet name → numbers that no row has, had or will have, without end; a sheet whose `free` has run out stays as it is.
    """
    for name, numbers in free.items():
        sheet = form.by_name[name]
        _add_to(workbook[sheet.title], sheet, numbers)


def _add_to(worksheet: Worksheet, sheet: Sheet, numbers: Iterator[str]) -> None:
    assert sheet.rules.numbered is not None
    layout = table_layout(sheet)
    column = layout.columns[sheet.rules.numbered.number]
    style = style_of(worksheet.column_dimensions[column_letters(column)])
    for row in range(layout.first_row, layout.last_formula_row + 1):
        if value_at(worksheet, row, column) not in (None, ""):
            continue
        number = next(numbers, "")
        if not number:
            return
        is_new = existing_cell(worksheet, row, column) is None
        cell = worksheet.cell(row, column)
        if is_new:
            set_style(cell, style)
        put_text(cell, number)
