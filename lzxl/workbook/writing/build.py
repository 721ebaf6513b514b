"""Builds the standard workbook of a form, blank, from its schema."""

from __future__ import annotations

import io
import warnings
from copy import copy
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.data import data_folder
from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Form
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import NOTES_SHEET, table_layout
from lzxl.workbook.writing.course import add_course_sheets
from lzxl.workbook.writing.cover import add_cover
from lzxl.workbook.writing.notes import add_notes_sheet
from lzxl.workbook.writing.openpyxl_parts import set_normal_font
from lzxl.workbook.writing.save import FIXED_TIME, save_workbook, workbook_bytes
from lzxl.workbook.writing.stamp import Stamp, write_stamp
from lzxl.workbook.writing.styles import NORMAL_FONT
from lzxl.workbook.writing.tables import add_table, set_print_area
from lzxl.workbook.writing.words import add_words_sheet, refresh_matrices

__all__ = ["build_workbook", "save_workbook", "standard_path", "workbook_bytes"]

# Columns behind it are the sheet's empty rest, whatever strays there.
_WIDEST_TABLE = 256


def build_workbook(form: Form, grading: GradingTable) -> Workbook:
    """The blank standard workbook of `form`; it opens on the first sheet to fill in.

    Sheets: 填表说明, those of the form, 词表 (hidden), _lzxl (hidden, with form and version but no unit).
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    set_normal_font(workbook, NORMAL_FONT)
    add_notes_sheet(workbook, form, grading)
    for sheet in form.sheets:
        if sheet.layout == "labels":
            add_cover(workbook, form, sheet)
        else:
            add_table(workbook, form, sheet, grading)
    add_words_sheet(workbook, form, grading)
    add_course_sheets(workbook, form)
    write_stamp(workbook, Stamp(form.id, form.version, "", "", "", form.scheme if form.is_graded else ""))
    workbook.active = workbook.sheetnames.index(NOTES_SHEET) + 1
    # The sheet that was active before stays selected otherwise, and Excel types into all selected sheets at once.
    for worksheet in workbook.worksheets:
        worksheet.sheet_view.tabSelected = worksheet is workbook.active
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.creator = "lzxl"
    workbook.properties.title = form.title
    workbook.properties.created = workbook.properties.modified = FIXED_TIME
    return workbook


def load_template(data: bytes, form: Form, grading: GradingTable) -> Workbook:
    """A bureau's restyled copy of the form's standard workbook, as it is sent out: ready to stamp and fill.

    `data` has passed `check_template`. Pictures, fonts, widths and colours stay; what openpyxl cannot take over from a
    file is set again, and the levels are those of `grading` as it is now.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it cannot take over
        workbook = load_workbook(io.BytesIO(data))
        _declare_each_column(workbook)
    if form.is_graded:
        refresh_matrices(workbook, grading)
    for sheet in form.tables:
        set_print_area(workbook[sheet.title], form, sheet, table_layout(sheet).last_column)
    workbook.calculation.fullCalcOnLoad = True
    return workbook


def standard_path(form: Form) -> Path:
    """Where the form's standard workbook is kept."""
    return data_folder("workbooks") / f"{form.title}.xlsx"


def _declare_each_column(workbook: Workbook) -> None:
    """Excel declares equal neighbours once, for a range; openpyxl then knows the looks of the first column only.

    A range may go on over the sheet's empty rest, which stays one.
    """
    for worksheet in workbook.worksheets:
        used = min(worksheet.max_column, _WIDEST_TABLE)
        for shared in list(worksheet.column_dimensions.values()):
            if shared.min and shared.max and shared.min < shared.max and shared.min <= used:
                _declare_one_by_one(worksheet, shared, shared.min, shared.max, used)


def _declare_one_by_one(worksheet: Worksheet, shared: ColumnDimension, first: int, end: int, used: int) -> None:
    """The columns of a declaration from `first` to `end`, each by itself up to `used`, those behind as one range."""
    last = min(end, used)
    shared.max = first
    ranges = [(column, column) for column in range(first + 1, last + 1)]
    if last < end:
        ranges.append((last + 1, end))
    for start, until in ranges:
        own = copy(shared)
        own.index, own.min, own.max = column_letters(start), start, until
        worksheet.column_dimensions[own.index] = own
