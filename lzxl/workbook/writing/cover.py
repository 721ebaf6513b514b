"""The cover sheet: big title, labelled cells with help beside them, signature lines."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import address
from lzxl.workbook.fixed_texts import COVER_SIGNATURES, cover_subtitle, help_text
from lzxl.workbook.layout import LabelLayout, label_layout
from lzxl.workbook.writing.formulas import counted_help, row_count
from lzxl.workbook.writing.page import set_page
from lzxl.workbook.writing.styles import (
    BORDER,
    CENTER,
    COVER_FONT,
    COVER_HELP_FONT,
    COVER_LABEL_FONT,
    COVER_TITLE_FONT,
    INDENTED,
    INPUT,
    LABEL,
    LEFT,
    LINE_CENTER,
    LINE_LEFT,
    SUBTITLE_FONT,
    UNLOCKED,
)
from lzxl.workbook.writing.tables import number_format
from lzxl.workbook.writing.text import put_text
from lzxl.workbook.writing.validations import validation_for

_WIDTHS = {"A": 2.0, "B": 18.0, "C": 42.0, "D": 36.0}
_LONG_TEXT = 200
"""Fields that may hold more characters than this get a tall cell."""


def add_cover(workbook: Workbook, form: Form, sheet: Sheet) -> None:
    """Add the cover as the next sheet; the count beside a row count field is live."""
    worksheet = workbook.create_sheet(sheet.title)
    layout = label_layout(sheet)
    for letters, width in _WIDTHS.items():
        worksheet.column_dimensions[letters].width = width
    _heading(worksheet, layout, form)
    for field in sheet.fields:
        _input(worksheet, layout, field, form)
    _signatures(worksheet, layout)
    worksheet.sheet_view.showGridLines = False
    worksheet.protection.sheet = True
    # False is what the protection leaves free.
    worksheet.protection.formatColumns = worksheet.protection.formatRows = False
    set_page(worksheet, form, paper="A4", orientation="portrait", one_page=True)


def _heading(worksheet: Worksheet, layout: LabelLayout, form: Form) -> None:
    worksheet.row_dimensions[1].height = 36
    for row, text, font, height in (
        (layout.title_row, form.title, COVER_TITLE_FONT, 56),
        (layout.subtitle_row, cover_subtitle(form), SUBTITLE_FONT, 40),
    ):
        cell = worksheet.cell(row, layout.label_column)
        cell.font, cell.alignment = font, LINE_CENTER
        put_text(cell, text)
        worksheet.merge_cells(
            start_row=row, end_row=row, start_column=layout.label_column, end_column=layout.help_column
        )
        worksheet.row_dimensions[row].height = height


def _is_long(field: Field) -> bool:
    return int(field.checks.get("str_length", {}).get("max_value", 0)) > _LONG_TEXT


def _input(worksheet: Worksheet, layout: LabelLayout, field: Field, form: Form) -> None:
    label = worksheet.cell(*layout.label(field.name))
    label.font, label.fill, label.border, label.alignment = COVER_LABEL_FONT, LABEL, BORDER, CENTER
    put_text(label, field.title)
    value = worksheet.cell(*layout.value(field.name))
    value.font, value.fill, value.border, value.protection = COVER_FONT, INPUT, BORDER, UNLOCKED
    value.alignment = LEFT if _is_long(field) else CENTER
    value.number_format = number_format(field)
    beside = worksheet.cell(*layout.help(field.name))
    beside.font, beside.alignment = COVER_HELP_FONT, INDENTED
    text = help_text(field)
    counted = form.by_name.get(field.counts)
    if counted is not None:
        # In a formula, a quotation mark within a text is written twice.
        before, after = (part.replace('"', '""') for part in counted_help(field, counted))
        # One cell with an error among those that are counted would make an error of the whole sentence.
        beside.value = f'="{before}"&IFERROR({row_count(counted)},"?")&"{after}"'
    else:
        put_text(beside, text)
    worksheet.row_dimensions[layout.rows[field.name]].height = 96 if _is_long(field) else 38
    validation = validation_for(field)
    if validation is not None:
        validation.add(address(*layout.value(field.name)))
        worksheet.add_data_validation(validation)


def _signatures(worksheet: Worksheet, layout: LabelLayout) -> None:
    for offset, (left, right) in enumerate(COVER_SIGNATURES):
        row = layout.signature_row + offset
        worksheet.row_dimensions[row].height = 46
        for column, text in ((layout.label_column, left), (layout.help_column, right)):
            cell = worksheet.cell(row, column)
            cell.font, cell.alignment = COVER_FONT, LINE_LEFT
            put_text(cell, text)
        worksheet.merge_cells(
            start_row=row, end_row=row, start_column=layout.label_column, end_column=layout.value_column
        )
