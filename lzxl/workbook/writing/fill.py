"""Puts a stamp and typed values into a standard workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.openpyxl_parts import existing_cells
from lzxl.workbook.writing.stamp import Stamp, read_stamp, write_stamp
from lzxl.workbook.writing.styles import LOCKED
from lzxl.workbook.writing.tables import body_styles, set_print_area, write_row
from lzxl.workbook.writing.text import put_text, put_value

__all__ = ["Stamp", "fill_workbook", "read_stamp", "stamp_workbook"]

_STAMPED_FIELDS = ("unit_name", "unit_code", "period")
_LOCKED_FIELDS = ("unit_code", "period")
"""Filled in by the office; the cover asks units not to change them."""


def stamp_workbook(workbook: Workbook, form: Form, stamp: Stamp) -> None:
    """Write the stamp into the file's two hidden places and onto the cover, if the form has one."""
    write_stamp(workbook, replace(stamp, scheme=form.scheme if form.is_graded else ""))
    if form.cover is None:
        return
    layout = label_layout(form.cover)
    worksheet = workbook[form.cover.title]
    for name in _STAMPED_FIELDS:
        value = getattr(stamp, name)
        if name not in form.cover.by_name or not value:
            continue
        cell = worksheet.cell(*layout.value(name))
        put_text(cell, value)
        if name in _LOCKED_FIELDS:
            cell.protection = LOCKED


def fill_workbook(
    workbook: Workbook,
    form: Form,
    cover: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    places: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Put values into the input cells of a standard workbook.

    `cover`: field name → value. `tables`: sheet name → rows, each field name → value. `places`: sheet name → the row of the
    sheet for each, in their order; one after another below the header where it says nothing. Fields that are not named stay
    as they are; a table that is named loses the rows it had (the standard rows of an appraisal). A level that is given
    is typed over the formula, a level that is missing or None leaves the formula. KeyError for a name that the form
    does not have.
    """
    if cover:
        if form.cover is None:
            raise KeyError(next(iter(cover)))
        _fill_cover(workbook[form.cover.title], form.cover, cover)
    for name, rows in tables.items():
        sheet = form.by_name[name]
        first = table_layout(sheet).first_row
        numbers = (places or {}).get(name) or range(first, first + len(rows))
        _fill_table(workbook[sheet.title], sheet, dict(zip(numbers, rows, strict=True)))
        set_print_area(workbook[sheet.title], form, sheet, table_layout(sheet).last_column)


def _fill_cover(worksheet: Worksheet, sheet: Sheet, values: Mapping[str, Any]) -> None:
    layout = label_layout(sheet)
    for name, value in values.items():
        row, column = layout.value(sheet.by_name[name].name)
        put_value(worksheet.cell(row, column), value)
        if isinstance(value, str) and value:
            width = float(worksheet.column_dimensions[column_letters(column)].width)
            dimension = worksheet.row_dimensions[row]
            dimension.height = max(float(dimension.height or 0), row_height([(value, width)], size=13))


def _fill_table(worksheet: Worksheet, sheet: Sheet, rows: Mapping[int, Mapping[str, Any]]) -> None:
    layout = table_layout(sheet)
    for name in chain.from_iterable(rows.values()):
        # Before anything is cleared: a wrong name must not leave the table empty.
        if name not in sheet.by_name:
            raise KeyError(name)
    formulas = _formulas(worksheet, sheet)
    _clear(worksheet, sheet)
    styles = body_styles(worksheet, layout)
    for row, values in rows.items():
        # The rows up to there have theirs from the blank workbook.
        for name, formula in formulas.items() if row > layout.last_formula_row else ():
            worksheet[layout.cell(name, row)].value = _in_row(formula, layout.first_row, row)
        write_row(worksheet, sheet, row, values, styles)


def _formulas(worksheet: Worksheet, sheet: Sheet) -> dict[str, str]:
    """Field → its formula in the first row."""
    layout = table_layout(sheet)
    computed = [field.name for field in sheet.fields if field.computed]
    held = {name: worksheet[layout.cell(name, layout.first_row)].value for name in computed}
    return {name: value for name, value in held.items() if isinstance(value, str) and value.startswith("=")}


def _in_row(formula: str, first: int, row: int) -> str:
    """The first data row's formula as it reads in `row`; openpyxl's own translator takes a millisecond for each."""
    # $A$6 stays, for its second dollar sign parts letters and digits; $A6 moves, as the row does.
    return re.sub(rf"\b([A-Z]{{1,3}}){first}\b", rf"\g<1>{row}", formula)


def _clear(worksheet: Worksheet, sheet: Sheet) -> None:
    """Empty the input cells of every row below the header, keeping the formulas."""
    layout = table_layout(sheet)
    inputs = {layout.columns[field.name] for field in sheet.fields if not field.computed}
    for (row, column), cell in existing_cells(worksheet):
        if row >= layout.first_row and column in inputs and cell.value is not None:
            put_text(cell, "")
