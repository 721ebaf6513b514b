"""The hidden sheet 词表: every vocabulary as a named list, and the grading table as two named matrices."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.grading import GradingTable
from lzxl.forms.model import Form
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import WORDS_SHEET, quoted
from lzxl.workbook.writing.formulas import BASIS_MATRIX, LEVEL_MATRIX, groups_name, list_name
from lzxl.workbook.writing.styles import HEADER_FONT
from lzxl.workbook.writing.text import put_text

_FIRST_WORD_ROW = 2


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
        if vocabulary.groups:
            _heading(sheet, column, f"{vocabulary.title}所属")
            for row, entry in enumerate(vocabulary.words, start=_FIRST_WORD_ROW):
                put_text(sheet.cell(row, column), entry.group)
            _name(workbook, groups_name(vocabulary), column, column, len(vocabulary.allowed))
            column += 1
    if form.is_graded:
        for name in (LEVEL_MATRIX, BASIS_MATRIX):
            column = _add_matrix(workbook, sheet, column + 1, name, grading)


def _add_matrix(workbook: Workbook, sheet: Worksheet, column: int, name: str, grading: GradingTable) -> int:
    """Write one matrix; the column after it."""
    _heading(sheet, column, grading.level.title if name == LEVEL_MATRIX else "定级依据")
    _put_matrix(sheet, _FIRST_WORD_ROW, column, name, grading)
    width = len(grading.severity.allowed)
    _name(workbook, name, column, column + width - 1, len(grading.likelihood.allowed))
    return column + width


def _put_matrix(sheet: Worksheet, top: int, left: int, name: str, grading: GradingTable) -> None:
    """The level or basis of every cell of the grading table, likelihood down and severity across."""
    for row, likelihood in enumerate(grading.likelihood.allowed, start=top):
        for column, severity in enumerate(grading.severity.allowed, start=left):
            grade = grading.grade(likelihood, severity)
            assert grade is not None  # a grading table is total
            put_text(sheet.cell(row, column), grade.level if name == LEVEL_MATRIX else grade.basis)


def named_area(workbook: Workbook, name: str) -> tuple[Worksheet, tuple[int, int, int, int]] | None:
    """The sheet and the bounds (left, top, right, bottom) of a named range; None if the name leads nowhere."""
    defined = workbook.defined_names.get(name)
    text = (defined.attr_text or "") if defined is not None else ""
    title, _, bounds = text.rpartition("!")
    # In a quoted title, a quotation mark of its own is written twice.
    title = title.strip("'").replace("''", "'")
    sheet = workbook[title] if title in workbook.sheetnames else None
    area = _bounds(bounds)
    # A sheet of charts has a name too.
    return (sheet, area) if isinstance(sheet, Worksheet) and area is not None else None


def _bounds(text: str) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of a range; None for what is none, or has no end."""
    try:
        left, top, right, bottom = range_boundaries(text)
    except ValueError:
        return None
    return (left, top, right, bottom) if left and top and right and bottom else None


def refresh_matrices(workbook: Workbook, grading: GradingTable) -> None:
    """Put the grading table as it is now into the matrices of a restyled workbook (which has passed its check)."""
    for name in (LEVEL_MATRIX, BASIS_MATRIX):
        area = named_area(workbook, name)
        assert area is not None
        sheet, (left, top, _, _) = area
        _put_matrix(sheet, top, left, name, grading)


def _heading(sheet: Worksheet, column: int, text: str) -> None:
    cell = sheet.cell(1, column)
    cell.font = HEADER_FONT
    put_text(cell, text)
    sheet.column_dimensions[column_letters(column)].width = 22


def _name(workbook: Workbook, name: str, first: int, last: int, rows: int) -> None:
    # With dollar signs: a relative name means another range in each cell that uses it.
    bounds = f"${column_letters(first)}${_FIRST_WORD_ROW}:${column_letters(last)}${_FIRST_WORD_ROW + rows - 1}"
    workbook.defined_names[name] = DefinedName(name, attr_text=f"{quoted(WORDS_SHEET)}!{bounds}")
