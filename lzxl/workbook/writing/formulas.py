"""The live formulas of a standard workbook, and the names they use.

Only functions of Excel 2007 are used (WPS and LibreOffice have them all). A word is looked for with
SUMPRODUCT(--(list=x)) before MATCH, because MATCH takes * and ? in a cell for wildcards: ?? would be graded as 较大.
"""

from __future__ import annotations

from itertools import groupby

from lzxl.forms.grading import INVALID, GradingTable
from lzxl.forms.model import Field, Sheet, Vocabulary
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import TableLayout, content_fields, quoted, table_layout

LEVEL_MATRIX = "lz_grade_level"
BASIS_MATRIX = "lz_grade_basis"
RULED_ROWS = 30
"""Rows that a blank table shows with lines and prints, so that it can be filled in by hand."""


def list_name(vocabulary: Vocabulary) -> str:
    """The workbook's name for a vocabulary's words."""
    return f"lz_words_{vocabulary.name}"


def print_name(sheet: Sheet) -> str:
    """The workbook's name for what a table prints."""
    return f"lz_print_{sheet.name}"


def graded_by(sheet: Sheet, grading: GradingTable) -> tuple[Field, Field] | None:
    """The likelihood and the severity field of a sheet, by vocabulary; None if it has not both."""
    found = []
    for vocabulary in (grading.likelihood, grading.severity):
        field = next(
            (f for f in sheet.fields if f.vocabulary is not None and f.vocabulary.name == vocabulary.name), None
        )
        if field is None:
            return None
        found.append(field)
    return found[0], found[1]


def computed_formula(field: Field, sheet: Sheet, grading: GradingTable, row: int) -> str | None:
    """The formula of a computed field in a row: level or basis. None if the sheet lacks likelihood or severity."""
    graded = graded_by(sheet, grading)
    if graded is None or field.computed not in ("level", "basis"):
        return None
    layout = table_layout(sheet)
    likelihood, severity = (layout.cell(entry.name, row) for entry in graded)
    rows, columns = list_name(grading.likelihood), list_name(grading.severity)
    matrix, wrong = (LEVEL_MATRIX, f'"{INVALID}"') if field.computed == "level" else (BASIS_MATRIX, '""')
    return (
        f'=IF(OR({likelihood}="",{severity}=""),"",'
        f"IF(OR(SUMPRODUCT(--({rows}={likelihood}))=0,SUMPRODUCT(--({columns}={severity}))=0),{wrong},"
        f"INDEX({matrix},MATCH({likelihood},{rows},0),MATCH({severity},{columns},0))))"
    )


def _runs(sheet: Sheet) -> list[tuple[str, str]]:
    """The first and last column letters of each run of neighbouring content columns."""
    layout = table_layout(sheet)
    columns = sorted(layout.columns[entry.name] for entry in content_fields(sheet))
    runs = []
    for _, group in groupby(enumerate(columns), key=lambda pair: pair[1] - pair[0]):
        members = [column for _, column in group]
        runs.append((column_letters(members[0]), column_letters(members[-1])))
    return runs


def has_content(sheet: Sheet, row: int) -> str:
    """A condition, without "=": somebody wrote something in this row, a running number or id alone not counted."""
    parts = ",".join(f"${first}{row}:${last}{row}" for first, last in _runs(sheet))
    return f"COUNTA({parts})>0"


def row_count(sheet: Sheet) -> str:
    """An expression, without "=": the number of rows with text in one of the sheet's subject fields."""
    layout = table_layout(sheet)
    title = quoted(sheet.title)
    names = sheet.subject or tuple(entry.name for entry in content_fields(sheet))
    filled = "+".join(f'({title}!{layout.span(name, absolute=True)}<>"")' for name in names)
    return f"SUMPRODUCT(--(({filled})>0))"


def print_range(sheet: Sheet, layout: TableLayout, last_column: int) -> str:
    """A reference, without "=": from the title to the last row with content, but at least the ruled rows.

    A static print area would cut off rows that a unit adds; none at all would print page after page of formulas that
    show nothing, since Excel takes them for content.
    """
    title = quoted(sheet.title)
    letters = column_letters(last_column)
    rows = [str(layout.first_row + RULED_ROWS - 1)]
    for first, last in _runs(sheet):
        block = f"{title}!${first}${layout.first_row}:${last}${layout.reach}"
        rows.append(f'SUMPRODUCT(MAX(({block}<>"")*ROW({block})))')
    return f"{title}!$A$1:INDEX({title}!${letters}:${letters},IFERROR(MAX({','.join(rows)}),{layout.reach}))"
