"""What the leading group decided on a unit's own risk points, in the workbook that the unit gets: beside the computed level.

A hidden sheet has the decisions that hold for the points of this workbook, each with the state that it was made on. The basis of a
row says the decision as long as the row is in that state, and what the grading table says in any other: the level itself is the
computed one all the time. In the sheet, LZ_BASIS says the same of the named range `lz_decided` (`lzxl.functions.core`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import DECIDED, DECIDED_SHEET, quoted, table_layout
from lzxl.workbook.writing.cells import is_formula, value_at
from lzxl.workbook.writing.measure import row_height
from lzxl.workbook.writing.styles import HEADER_FONT
from lzxl.workbook.writing.text import put_text
from lzxl.year.decisions import Ruling, told_of

Texts = Mapping[tuple[str, str, str], str]
"""(number, likelihood, severity) → what is said of the decision."""

_NAMES = (
    "lz_decided_numbers",
    "lz_decided_likelihoods",
    "lz_decided_severities",
    "lz_decided_levels",
    "lz_decided_texts",
)
_FIRST = 2
"""The first row below the headings."""
_WIDTHS = (16, 14, 14, 12, 60)


def add_decisions(workbook: Workbook, form: Form, rulings: Sequence[Ruling]) -> None:
    """Add the decisions that hold for the points of a filled workbook; nothing without any, or where no sheet shows a basis."""
    sheets = [(sheet, field) for sheet in form.tables for field in sheet.fields if _is_told_in(sheet, field)]
    if not rulings or not sheets:
        return
    _add_sheet(workbook, sheets[0][0], rulings)
    texts = decided_texts(workbook)
    for sheet, field in sheets:
        _extend(workbook, sheet, field, texts)


def _is_told_in(sheet: Sheet, field: Field) -> bool:
    return field.computed == "basis" and sheet.rules.numbered is not None and sheet.rules.graded is not None


def _add_sheet(workbook: Workbook, sheet: Sheet, rulings: Sequence[Ruling]) -> None:
    hidden = workbook.create_sheet(DECIDED_SHEET)
    hidden.sheet_state = "hidden"
    hidden.protection.sheet = True
    for column, (name, width) in enumerate(zip(_told_fields(sheet), _WIDTHS, strict=True), start=1):
        head = hidden.cell(1, column)
        head.font = HEADER_FONT
        put_text(head, sheet.by_name[name].title)
        hidden.column_dimensions[column_letters(column)].width = width
    for row, ruling in enumerate(rulings, start=_FIRST):
        point = ruling.point
        texts = (point.number, point.likelihood, point.severity, ruling.level, told_of(ruling))
        for column, text in enumerate(texts, start=1):
            put_text(hidden.cell(row, column), text)
    last = _FIRST + len(rulings) - 1
    for column, name in enumerate(_NAMES, start=1):
        workbook.defined_names[name] = _named(name, column, column, last)
    workbook.defined_names[DECIDED] = _named(DECIDED, 1, len(_NAMES), last)


def _told_fields(sheet: Sheet) -> tuple[str, ...]:
    numbered, graded = sheet.rules.numbered, sheet.rules.graded
    assert numbered is not None and graded is not None  # as `_is_told_in` asks
    basis = next(field.name for field in sheet.fields if field.computed == "basis")
    return numbered.number, graded.likelihood, graded.severity, graded.level, basis


def _named(name: str, first: int, last: int, last_row: int) -> DefinedName:
    start, end = column_letters(first), column_letters(last)
    return DefinedName(name, attr_text=f"{quoted(DECIDED_SHEET)}!${start}${_FIRST}:${end}${last_row}")


def _extend(workbook: Workbook, sheet: Sheet, field: Field, texts: Texts) -> None:
    """Let every formula of the basis look at the decisions first; rows that show one are made high enough."""
    worksheet, layout = workbook[sheet.title], table_layout(sheet)
    column, state = layout.columns[field.name], _told_fields(sheet)[:3]
    for row in range(layout.first_row, worksheet.max_row + 1):
        if not is_formula(worksheet, row, column):
            continue
        cell = worksheet.cell(row, column)
        cell.value = _formula(tuple(layout.cell(name, row) for name in state), str(cell.value))
        text = told_in_row(workbook, sheet, row, texts)
        if text:
            height = float(worksheet.row_dimensions[row].height or 0)
            worksheet.row_dimensions[row].height = max(height, row_height([(text, field.width)]))


def _formula(cells: tuple[str, ...], computed: str) -> str:
    """Not by MATCH alone, which takes * and ? for wildcards; a number stands in the list once."""
    found = "*".join(f"({name}={cell})" for name, cell in zip(_NAMES, cells, strict=False))
    told = f"INDEX({_NAMES[-1]},MATCH({cells[0]},{_NAMES[0]},0))"
    return f"=IF(SUMPRODUCT({found})=0,{computed.removeprefix('=')},{told})"


def decided_texts(workbook: Workbook) -> Texts:
    """The decisions that a workbook carries; none if it carries none."""
    if DECIDED_SHEET not in workbook.sheetnames:
        return {}
    rows = workbook[DECIDED_SHEET].iter_rows(min_row=_FIRST, max_col=len(_NAMES), values_only=True)
    return {(str(row[0]), str(row[1]), str(row[2])): str(row[-1]) for row in rows}


def told_in_row(workbook: Workbook, sheet: Sheet, row: int, texts: Texts) -> str:
    """What is said of the decision on the point of a row as it stands; "" if nothing is."""
    if not texts or sheet.rules.numbered is None or sheet.rules.graded is None:
        return ""
    worksheet, layout = workbook[sheet.title], table_layout(sheet)
    number, likelihood, severity = (
        str(value_at(worksheet, row, layout.columns[name]) or "") for name in _told_fields(sheet)[:3]
    )
    return texts.get((number, likelihood, severity), "")
