"""The hidden sheet 词表: every vocabulary as a named list, and the grading table as two named matrices."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Form
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import WORDS_SHEET, quoted
from lzxl.workbook.writing.formulas import BASIS_MATRIX, LEVEL_MATRIX, graded_by, list_name
from lzxl.workbook.writing.styles import HEADER_FONT
from lzxl.workbook.writing.text import put_text

_FIRST_WORD_ROW = 2


def is_graded(form: Form, grading: GradingTable) -> bool:
    """Whether a form has a sheet whose rows get a level."""
    return any(
        entry.computed and graded_by(sheet, grading) is not None for sheet in form.tables for entry in sheet.fields
    )


def add_words_sheet(workbook: Workbook, form: Form, grading: GradingTable) -> None:
    """Add the hidden sheet 词表 and the names that drop-downs and formulas use."""
    sheet = workbook.create_sheet(WORDS_SHEET)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
    column = 1
    for vocabulary in form.vocabularies:
        _heading(sheet, column, vocabulary.title)
        for row, word in enumerate(vocabulary.allowed, start=_FIRST_WORD_ROW):
            put_text(sheet.cell(row, column), word)
        _name(workbook, list_name(vocabulary), column, column, len(vocabulary.allowed))
        column += 1
    if is_graded(form, grading):
        for name in (LEVEL_MATRIX, BASIS_MATRIX):
            column = _add_matrix(workbook, sheet, column + 1, name, grading)


def _add_matrix(workbook: Workbook, sheet: Worksheet, column: int, name: str, grading: GradingTable) -> int:
    """Write one matrix, likelihood down and severity across; the column after it."""
    _heading(sheet, column, grading.level.title if name == LEVEL_MATRIX else "定级依据")
    for row, likelihood in enumerate(grading.likelihood.allowed, start=_FIRST_WORD_ROW):
        for offset, severity in enumerate(grading.severity.allowed):
            grade = grading.grade(likelihood, severity)
            assert grade is not None  # a grading table is total
            put_text(sheet.cell(row, column + offset), grade.level if name == LEVEL_MATRIX else grade.basis)
    width = len(grading.severity.allowed)
    _name(workbook, name, column, column + width - 1, len(grading.likelihood.allowed))
    return column + width


def _heading(sheet: Worksheet, column: int, text: str) -> None:
    cell = sheet.cell(1, column)
    cell.font = HEADER_FONT
    put_text(cell, text)
    sheet.column_dimensions[column_letters(column)].width = 22


def _name(workbook: Workbook, name: str, first: int, last: int, rows: int) -> None:
    bounds = f"${column_letters(first)}${_FIRST_WORD_ROW}:${column_letters(last)}${_FIRST_WORD_ROW + rows - 1}"
    workbook.defined_names[name] = DefinedName(name, attr_text=f"{quoted(WORDS_SHEET)}!{bounds}")
