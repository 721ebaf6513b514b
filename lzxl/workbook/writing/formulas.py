"""The live formulas of a standard workbook, and the names they use.

Only functions of Excel 2007 are used (WPS and LibreOffice have them all). A word is looked for with
SUMPRODUCT((list=x)*1) before MATCH, because MATCH takes * and ? in a cell for wildcards: ?? would be graded as 较大.
Not with --(list=x): some engines cannot negate a list of truths.

What a formula shows is worked out in `lzxl.workbook.writing.shown`; change both together.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from lzxl.forms.following import rule_of
from lzxl.forms.grading import INVALID, GradingTable
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.rules import Grouped
from lzxl.forms.text import column_letters
from lzxl.forms.vocabulary import Vocabulary
from lzxl.workbook.fixed_texts import KEEPER, UNIT_LINE
from lzxl.workbook.layout import label_layout, quoted, table_layout

LEVEL_MATRIX = "lz_grade_level"
BASIS_MATRIX = "lz_grade_basis"
RULED_ROWS = 30
"""Rows that a blank table shows with lines and prints, so that it can be filled in by hand."""


def list_name(vocabulary: Vocabulary) -> str:
    """The workbook's name for a vocabulary's words."""
    return f"lz_words_{vocabulary.name}"


def groups_name(vocabulary: Vocabulary) -> str:
    """The workbook's name for the groups of a vocabulary's words, in their order."""
    return f"lz_groups_{vocabulary.name}"


def graded_by(sheet: Sheet, grading: GradingTable) -> tuple[Field, Field] | None:
    """The likelihood and the severity field of a sheet, by vocabulary; None if it has not both."""
    likelihood, severity = _field_of(sheet, grading.likelihood), _field_of(sheet, grading.severity)
    return (likelihood, severity) if likelihood is not None and severity is not None else None


def _field_of(sheet: Sheet, vocabulary: Vocabulary) -> Field | None:
    """The first field of a sheet that takes the words of a vocabulary."""
    words = {entry.name: entry.vocabulary.name if entry.vocabulary is not None else "" for entry in sheet.fields}
    return next((entry for entry in sheet.fields if words[entry.name] == vocabulary.name), None)


def computed_formula(field: Field, form: Form, sheet: Sheet, grading: GradingTable, row: int) -> str | None:
    """The formula of a computed field in a row: level, basis, group or running number. None if the sheet lacks likelihood or
    severity."""
    if field.computed == "serial":
        # Not the number above plus one: whoever sorts or deletes rows tears
        # such a chain, and it shows #REF! from there on.
        return f'=IF({has_content(sheet, row)},ROW()-ROW({_header_cell(sheet)}),"")'
    if field.computed == "group":
        return _group_formula(field, form, sheet, row)
    graded = graded_by(sheet, grading)
    if graded is None or field.computed not in ("level", "basis"):
        return None
    layout = table_layout(sheet)
    likelihood, severity = (layout.cell(entry.name, row) for entry in graded)
    rows, columns = list_name(grading.likelihood), list_name(grading.severity)
    matrix, wrong = (LEVEL_MATRIX, f'"{INVALID}"') if field.computed == "level" else (BASIS_MATRIX, '""')
    return (
        # A blank is no wrong word: what is still to be chosen must not be shown as 用词不在可选范围.
        f'=IF(OR({likelihood}="",{severity}=""),"",'
        f"IF(OR(SUMPRODUCT(({rows}={likelihood})*1)=0,SUMPRODUCT(({columns}={severity})*1)=0),{wrong},"
        f"INDEX({matrix},MATCH({likelihood},{rows},0),MATCH({severity},{columns},0))))"
    )


def _header_cell(sheet: Sheet) -> str:
    """The first cell of the header, whichever rows are put in above it or taken out below."""
    return f"$A${table_layout(sheet).header_row}"


def _group_formula(field: Field, form: Form, sheet: Sheet, row: int) -> str:
    """The group of the row's word, or of the row of a list that it names."""
    rule, layout = rule_of(sheet, field.name), table_layout(sheet)
    if isinstance(rule, Grouped):
        vocabulary = sheet.by_name[rule.words].vocabulary
        assert vocabulary is not None
        word, words = layout.cell(rule.words, row), list_name(vocabulary)
        found = f"INDEX({groups_name(vocabulary)},MATCH({word},{words},0))"
        return f'=IF(SUMPRODUCT(({words}={word})*1)=0,"",{found})'
    listed = form.by_name[rule.sheet]
    # Absolute, for clerks fill formulas down over new rows: the list must not slip with them.
    names, groups = (
        f"{quoted(listed.title)}!{table_layout(listed).span(name, absolute=True)}"
        for name in (rule.listed_name, rule.listed_group)
    )
    # Not with SUMPRODUCT: every row of a long sheet would go through the whole list twice.
    name = layout.cell(rule.name, row)
    return f'=IF({name}="","",IFERROR(INDEX({groups},MATCH({name},{names},0))&"",""))'


def _runs(sheet: Sheet) -> list[tuple[str, str]]:
    """The first and last column letters of each run of neighbouring content columns."""
    layout = table_layout(sheet)
    return _runs_of(tuple(layout.columns[entry.name] for entry in sheet.content_fields))


@lru_cache(maxsize=64)
def _runs_of(columns: tuple[int, ...]) -> list[tuple[str, str]]:
    """Asked for every row of a sheet."""
    runs = []
    for _, group in groupby(enumerate(sorted(columns)), key=lambda pair: pair[1] - pair[0]):
        members = [column for _, column in group]
        runs.append((column_letters(members[0]), column_letters(members[-1])))
    return runs


def has_content(sheet: Sheet, row: int) -> str:
    """A condition, without "=": somebody wrote something in this row, a running number or id alone not counted."""
    parts = ",".join(f"${first}{row}:${last}{row}" for first, last in _runs(sheet))
    # COUNTA counts a formula that shows nothing as well: content columns are those that have none of ours.
    return f"COUNTA({parts})>0"


def row_count(sheet: Sheet) -> str:
    """An expression, without "=": the number of rows with text in one of the sheet's subject fields."""
    layout = table_layout(sheet)
    title = quoted(sheet.title)
    filled = "+".join(f'({title}!{layout.span(name, absolute=True)}<>"")' for name in subject_names(sheet))
    # The 0 makes it a sum even of one column: to Excel a truth by itself is greater than any number, FALSE too.
    return f"SUMPRODUCT(((0+{filled})>0)*1)"


def subject_names(sheet: Sheet) -> tuple[str, ...]:
    """The fields of which one makes a row count."""
    return sheet.subject or tuple(entry.name for entry in sheet.content_fields)


def counted_help(field: Field, counted: Sheet) -> tuple[str, str]:
    """What the cover says beside a field that counts rows, before and after the live number."""
    must = "必填。" if field.required else ""
    return f"{must}{field.help}；“{counted.title}”表现有", "行"


def cover_text(cover: Sheet, label: str, name: str) -> str:
    """An expression, without "=": a label, and what the cover says of it; some engines show a blank cell as 0."""
    reference = label_layout(cover).reference(name)
    return f'"{label}"&IF({reference}="","",{reference})'


def unit_text(form: Form) -> str:
    """An expression, without "=": whose table it is, at the left above it."""
    return f'"{KEEPER}"' if form.cover is None else cover_text(form.cover, *UNIT_LINE[0])


def rows_left_out(sheet: Sheet, last_row: int) -> str:
    """An expression, without "=": a note if somebody wrote below `last_row`, the last that is printed; else nothing.

    A print area does not grow when rows are typed below it. It does when rows are put in above its end, and ROW() with it.
    """
    layout = table_layout(sheet)
    below = ",".join(f"${first}${last_row + 1}:${last}${layout.reach}" for first, last in _runs(sheet))
    note = f'"（第"&ROW($A${last_row})&"行以下不在打印区域内，打印前请先取消打印区域）"'
    return f'IF(COUNTA({below})>0,{note},"")'


def last_printed_row(sheet: Sheet, filled: int) -> int:
    """The last row that a table prints when `filled` is its last row with content: at least the ruled ones."""
    return max(table_layout(sheet).first_row + RULED_ROWS - 1, filled)
