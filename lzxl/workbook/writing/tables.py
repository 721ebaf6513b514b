"""A table sheet: title, unit line, note, hints, header, and columns that are ready for any number of rows."""

from __future__ import annotations

import math
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import address, column_letters
from lzxl.workbook.fixed_texts import (
    KEEPER_SIGNATURE,
    TABLE_SIGNATURES,
    UNIT_LINE,
    hint_text,
    note_text,
    table_title,
)
from lzxl.workbook.layout import TableLayout, table_layout
from lzxl.workbook.writing.formulas import (
    computed_formula,
    cover_text,
    last_printed_row,
    rows_left_out,
    unit_text,
)
from lzxl.workbook.writing.measure import LEAST_ROW_HEIGHT, row_height, text_width
from lzxl.workbook.writing.openpyxl_parts import existing_cells, set_style, style_of, with_border
from lzxl.workbook.writing.page import orientation_for, set_page
from lzxl.workbook.writing.styles import (
    BODY_FONT,
    BORDER,
    CENTER,
    FITTED_LEFT,
    HEADER_COMPUTED,
    HEADER_FONT,
    HEADER_OPTIONAL,
    HEADER_REQUIRED,
    HINT_FONT,
    LEFT,
    LINE_CENTER,
    LINE_RIGHT,
    NOTE_FONT,
    TITLE_FONT,
    UNLOCKED,
)
from lzxl.workbook.writing.text import put_text, put_value
from lzxl.workbook.writing.validations import add_table_formats, add_table_validations

_LAST_EXCEL_COLUMN = 16384
# Points of a row that has no height of its own.
_BLANK_ROW = 15.0
_ONE_WORD = 12
"""A column that is no wider has a word a cell, as a grade."""
_SHORT_TEXT = 100
"""Text of at most this length is formatted as text, so that 1-2 stays 1-2. Old Excel shows longer such text as ####."""
_LONGEST_BASIS = "规" * 24
"""Stands for the text that a basis formula will show, which is not known when a row's height is set."""
_LEFT_KINDS = frozenset({"text", "list", "choices", "email"})


def number_format(field: Field) -> str:
    """The number format of a field's input cells."""
    if field.kind == "date":
        return "yyyy-mm-dd"
    if field.kind in ("id", "person", "email"):
        return "@"
    if field.kind == "text" and not field.computed:
        longest = int(field.checks.get("str_length", {}).get("max_value", _SHORT_TEXT + 1))
        return "@" if longest <= _SHORT_TEXT else "General"
    return "General"


def body_alignment(field: Field) -> Alignment:
    """Text that may be long stands left, all else is centred; everything wraps. Of what is computed, the width says so."""
    if field.kind not in _LEFT_KINDS:
        return CENTER
    longest = int(field.checks.get("str_length", {}).get("max_value", _SHORT_TEXT))
    may_be_long = field.width > _ONE_WORD if field.computed else longest >= _SHORT_TEXT
    return LEFT if may_be_long else CENTER


def add_table(workbook: Workbook, form: Form, sheet: Sheet, grading: GradingTable) -> None:
    """Add a table as the next sheet, with its standard rows if it has any."""
    worksheet = workbook.create_sheet(sheet.title)
    layout = table_layout(sheet)
    for field in sheet.fields:
        _set_column(worksheet, layout, field)
    unlock_right_of(worksheet, layout.last_column)
    _write_top(worksheet, layout, form, sheet)
    for field in sheet.fields:
        _write_header(worksheet, layout, field)
    _set_header_heights(worksheet, layout, sheet)
    _write_formulas(worksheet, layout, form, sheet, grading)
    _write_standard_rows(worksheet, layout, sheet)
    add_table_validations(worksheet, sheet)
    add_table_formats(worksheet, sheet)
    _protect(worksheet)
    worksheet.freeze_panes = address(layout.first_row, 1)
    worksheet.auto_filter.ref = f"{address(layout.header_row, 1)}:{address(layout.reach, layout.last_column)}"
    width = sum(field.width for field in sheet.fields)
    set_page(
        worksheet, form, paper=form.paper, orientation=orientation_for(width, form.paper), header_row=layout.header_row
    )
    set_print_area(worksheet, form, sheet, layout.last_column)


def set_print_area(worksheet: Worksheet, form: Form, sheet: Sheet, last_column: int) -> None:
    """Print the rows that have content, and at least the ruled ones; say above the table if more are written below them.

    The area is fixed, since not every program follows one that is computed: LibreOffice would print page after page of
    formulas that show nothing.
    """
    layout = table_layout(sheet)
    filled = _last_filled_row(worksheet, sheet)
    without_room = 0 if sheet.standard_rows else _rows_without_room(worksheet, layout.first_row, filled)
    last_row = max(filled, last_printed_row(sheet, filled) - without_room)
    worksheet.print_area = f"A1:{address(last_row, last_column)}"
    cell = worksheet.cell(layout.unit_row, 1)
    if cell.value is None or str(cell.value).startswith(f"={unit_text(form)}"):  # a bureau may have its own words here
        cell.value = f"={unit_text(form)}&{rows_left_out(sheet, last_row)}"


def _rows_without_room(worksheet: Worksheet, first: int, last: int) -> int:
    """How many blank rows have no room any more on the page of the ruled ones, since rows with content are higher."""
    known = (worksheet.row_dimensions.get(row) for row in range(first, last + 1))  # asked with [], they would be made
    heights = [(row.height if row is not None else None) or _BLANK_ROW for row in known]
    return math.ceil(sum(max(height - _BLANK_ROW, 0) for height in heights) / _BLANK_ROW)


def _last_filled_row(worksheet: Worksheet, sheet: Sheet) -> int:
    layout = table_layout(sheet)
    columns = {layout.columns[entry.name] for entry in sheet.content_fields}
    # By what cells hold: a program that saved the file may have written blank ones down to where drop-downs end.
    cells = ((row, cell) for (row, column), cell in existing_cells(worksheet) if column in columns)
    return max([layout.header_row, *(row for row, cell in cells if cell.value not in (None, ""))])


def _set_column(worksheet: Worksheet, layout: TableLayout, field: Field) -> None:
    letters = column_letters(layout.columns[field.name])
    column = ColumnDimension(worksheet, index=letters, width=field.width, customWidth=True)
    column.font = BODY_FONT
    column.alignment = body_alignment(field)
    # Looks and lock of the column, not of cells: a row that somebody types or puts in below has no cells yet.
    column.number_format = number_format(field)
    column.protection = UNLOCKED
    worksheet.column_dimensions[letters] = column


def unlock_right_of(worksheet: Worksheet, last_column: int) -> None:
    """Unlock the unused columns: Excel deletes a row of a protected sheet only if the whole row is unlocked."""
    letters = column_letters(last_column + 1)
    column = ColumnDimension(worksheet, index=letters, min=last_column + 1, max=_LAST_EXCEL_COLUMN)
    column.protection = UNLOCKED
    worksheet.column_dimensions[letters] = column


def _merge(worksheet: Worksheet, row: int, first: int, last: int) -> None:
    if last > first:
        worksheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _write_top(worksheet: Worksheet, layout: TableLayout, form: Form, sheet: Sheet) -> None:
    title = worksheet.cell(layout.title_row, 1)
    title.font, title.alignment = TITLE_FONT, LINE_CENTER
    put_text(title, table_title(form, sheet))
    _merge(worksheet, layout.title_row, 1, layout.last_column)
    worksheet.row_dimensions[layout.title_row].height = 34
    _write_unit_line(worksheet, layout, form, sheet)
    note = worksheet.cell(layout.note_row, 1)
    note.font, note.alignment = NOTE_FONT, LEFT
    text = note_text(sheet)
    put_text(note, text)
    _merge(worksheet, layout.note_row, 1, layout.last_column)
    width = sum(field.width for field in sheet.fields)
    worksheet.row_dimensions[layout.note_row].height = row_height([(text, width)]) + 3


def _write_unit_line(worksheet: Worksheet, layout: TableLayout, form: Form, sheet: Sheet) -> None:
    """Unit (see `set_print_area`) and period, live from the cover, and room to sign; they split the width 4 : 2 : 4.

    A book of the office's has no period there: whoever signs has all the room that is left, and what it takes."""
    widths = [field.width for field in sheet.fields]
    if form.cover is not None:
        first, period, signed = _split(widths, (0.36, 0.58))
        _write_part(worksheet, layout, period, f"={cover_text(form.cover, *UNIT_LINE[1])}", LINE_CENTER)
        _write_part(worksheet, layout, signed, TABLE_SIGNATURES, LINE_RIGHT)
    else:
        first, signed = _halved(widths, text_width(KEEPER_SIGNATURE))
        _write_part(worksheet, layout, signed, KEEPER_SIGNATURE, LINE_RIGHT)
    _write_part(worksheet, layout, first, "", FITTED_LEFT)
    worksheet.row_dimensions[layout.unit_row].height = 22


def _write_part(
    worksheet: Worksheet, layout: TableLayout, columns: tuple[int, int], text: str, alignment: Alignment
) -> None:
    """A part of the line below the title, over its columns."""
    cell = worksheet.cell(layout.unit_row, columns[0])
    cell.font, cell.alignment = NOTE_FONT, alignment
    if text.startswith("="):
        cell.value = text
    else:
        put_text(cell, text)
    _merge(worksheet, layout.unit_row, *columns)


def _halved(widths: list[float], needed: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Column ranges (from 1) of two parts: the second begins after two fifths of the width, or before, if it needs more."""
    (_, first), *_ = _split(widths, (0.4, 0.46))
    while first > 1 and sum(widths[first:]) < needed:
        first -= 1
    return (1, first), (first + 1, len(widths))


def _split(widths: list[float], cuts: tuple[float, float]) -> list[tuple[int, int]]:
    """Column ranges (from 1) of three parts that end nearest to the given shares of the whole width."""
    total, seen = sum(widths), 0.0
    ends: list[int] = []
    for column, width in enumerate(widths, start=1):
        seen += width
        if len(ends) < len(cuts) and seen / total >= cuts[len(ends)]:
            ends.append(column)
    first, second = ends
    second = max(second, first + 1)
    return [(1, first), (first + 1, second), (second + 1, len(widths))]


def header_fill(field: Field) -> PatternFill:
    """The header's colour says whether a column must, may or need not be filled."""
    if field.computed:
        return HEADER_COMPUTED
    return HEADER_REQUIRED if field.required else HEADER_OPTIONAL


def _write_header(worksheet: Worksheet, layout: TableLayout, field: Field) -> None:
    hint = worksheet.cell(layout.hint_row, layout.columns[field.name])
    hint.font, hint.alignment = HINT_FONT, CENTER
    if field.kind != "serial":
        put_text(hint, hint_text(field))
    header = worksheet.cell(layout.header_row, layout.columns[field.name])
    header.font, header.alignment, header.border = HEADER_FONT, CENTER, BORDER
    header.fill = header_fill(field)
    put_text(header, field.title)


def _set_header_heights(worksheet: Worksheet, layout: TableLayout, sheet: Sheet) -> None:
    hints = [(hint_text(field), field.width) for field in sheet.fields if field.kind != "serial"]
    worksheet.row_dimensions[layout.hint_row].height = row_height(hints, size=8.5)
    titles = [(field.title, field.width - 2) for field in sheet.fields]  # the filter button takes room
    worksheet.row_dimensions[layout.header_row].height = max(30.0, row_height(titles) + 4)


def _write_formulas(worksheet: Worksheet, layout: TableLayout, form: Form, sheet: Sheet, grading: GradingTable) -> None:
    for field in sheet.fields:
        if not field.computed:
            continue
        style = style_of(worksheet.column_dimensions[column_letters(layout.columns[field.name])])
        for row in range(layout.first_row, layout.last_formula_row + 1):
            formula = computed_formula(field, form, sheet, grading, row)
            if formula is None:
                break
            cell = worksheet.cell(row, layout.columns[field.name])
            set_style(cell, style)
            cell.value = formula


def _write_standard_rows(worksheet: Worksheet, layout: TableLayout, sheet: Sheet) -> None:
    styles = body_styles(worksheet, layout)
    for row, values in enumerate(sheet.standard_rows, start=layout.first_row):
        write_row(worksheet, sheet, row, dict(zip(sheet.standard_columns, values, strict=True)), styles)


def body_styles(worksheet: Worksheet, layout: TableLayout) -> dict[int, StyleArray]:
    """Column → style of its data cells: the column's own, with a thin border. A cell does not take it by itself."""
    workbook = worksheet.parent
    assert workbook is not None  # only a sheet that was removed has none
    styles = {}
    for column in layout.columns.values():
        styles[column] = with_border(workbook, style_of(worksheet.column_dimensions[column_letters(column)]), BORDER)
    return styles


def write_row(
    worksheet: Worksheet, sheet: Sheet, row: int, values: Mapping[str, object], styles: Mapping[int, StyleArray]
) -> None:
    """Write one data row (field name → value) and give it a height that shows all of its text.

    Computed cells that `values` says nothing of keep what they hold.
    """
    layout = table_layout(sheet)
    shown: list[tuple[str, float]] = []
    for field in sheet.fields:
        column = layout.columns[field.name]
        value = values.get(field.name)
        cell = worksheet.cell(row, column)
        set_style(cell, styles[column])
        if not (field.computed and value is None):
            put_value(cell, value)
        if cell.data_type == "s" and cell.value:
            shown.append((str(cell.value), field.width))
        elif field.computed == "basis":
            shown.append((_LONGEST_BASIS, field.width))
    worksheet.row_dimensions[row].height = max(LEAST_ROW_HEIGHT, row_height(shown))


def _protect(worksheet: Worksheet) -> None:
    """Protect titles and headers, without a password; what a unit does to its rows stays allowed (False: allowed)."""
    protection = worksheet.protection
    protection.sheet = True
    for action in ("sort", "autoFilter", "formatColumns", "formatRows", "insertRows", "deleteRows"):
        setattr(protection, action, False)
