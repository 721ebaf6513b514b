"""What the leading group decided on risk points, in the workbook that the unit gets: beside the computed level.

A hidden sheet has the decisions on the points of this workbook, each with the state that it was made on, and those on whole cells of
the grading table, which hold for every point that nothing else is said of, one that the unit adds too. The basis of a row says the
decision as long as the row is in that state, and what the grading table says in any other: the level itself is the computed one all
the time. In the sheet, LZ_BASIS says the same of the named range `lz_decided` (`lzxl.functions.core`).
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
from lzxl.year.decisions import Told, cell_of

Texts = Mapping[tuple[str, str, str], str]
"""(object, likelihood, severity) → what is said of the decision; the object is the number of a point, or the cell of the table."""

_NAMES = (
    "lz_decided_numbers",
    "lz_decided_likelihoods",
    "lz_decided_severities",
    "lz_decided_levels",
    "lz_decided_texts",
)
_PLACES = "lz_decided_places"
"""Beside each row, which one it is: not every program gives the rows of a range one by one."""
_PLACE_COLUMN = len(_NAMES) + 1
_FIRST = 2
"""The first row below the headings."""
_WIDTHS = (16, 14, 14, 12, 60)
_TIMES = cell_of("a", "b")[1:-1]
"""What stands between the two words of a cell."""


def add_decisions(workbook: Workbook, form: Form, decided: Sequence[Told]) -> None:
    """Add what is said of decisions to a filled workbook; nothing without any, or where no sheet shows a basis."""
    sheets = [(sheet, field) for sheet in form.tables for field in sheet.fields if _is_told_in(sheet, field)]
    if not decided or not sheets:
        return
    _add_sheet(workbook, sheets[0][0], decided)
    texts = decided_texts(workbook)
    for sheet, field in sheets:
        _extend(workbook, sheet, field, texts)


def _is_told_in(sheet: Sheet, field: Field) -> bool:
    return field.computed == "basis" and sheet.rules.numbered is not None and sheet.rules.graded is not None


def _add_sheet(workbook: Workbook, sheet: Sheet, decided: Sequence[Told]) -> None:
    hidden = workbook.create_sheet(DECIDED_SHEET)
    hidden.sheet_state = "hidden"
    hidden.protection.sheet = True
    for column, (name, width) in enumerate(zip(_told_fields(sheet), _WIDTHS, strict=True), start=1):
        head = hidden.cell(1, column)
        head.font = HEADER_FONT
        put_text(head, sheet.by_name[name].title)
        hidden.column_dimensions[column_letters(column)].width = width
    for row, one in enumerate(decided, start=_FIRST):
        for column, text in enumerate((one.object, one.likelihood, one.severity, one.level, one.text), start=1):
            put_text(hidden.cell(row, column), text)
        hidden.cell(row, _PLACE_COLUMN).value = row - _FIRST + 1
    last = _FIRST + len(decided) - 1
    for column, name in enumerate(_NAMES, start=1):
        workbook.defined_names[name] = _named(name, column, column, last)
    workbook.defined_names[_PLACES] = _named(_PLACES, _PLACE_COLUMN, _PLACE_COLUMN, last)
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
    # As far as there are cells: a unit with more rows than the blank table has carries the formulas on below them.
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
    """What is said of the point, else of its cell, else what is computed. Not by MATCH, which takes * and ? for wildcards; an object
    stands in the list once for each state."""
    number, likelihood, severity = cells
    of_point = _place_in_list(number, likelihood, severity)
    of_cell = _place_in_list(f'{likelihood}&"{_TIMES}"&{severity}', likelihood, severity)
    return f"=IF({of_point}>0,{_told(of_point)},IF({of_cell}>0,{_told(of_cell)},{computed.removeprefix('=')}))"


def _place_in_list(subject: str, likelihood: str, severity: str) -> str:
    """In which row of the list it stands, from 1; 0 if it does not."""
    found = "*".join(
        f"({name}={wanted})" for name, wanted in zip(_NAMES, (subject, likelihood, severity), strict=False)
    )
    return f"SUMPRODUCT({found}*{_PLACES})"


def _told(place: str) -> str:
    return f"INDEX({_NAMES[-1]},{place})"


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
    of_cell = texts.get((cell_of(likelihood, severity), likelihood, severity), "")
    return texts.get((number, likelihood, severity), of_cell)
