"""What the live formulas of a standard workbook show, worked out here and stored with them.

A program that does not calculate (the preview of a telephone or a mail program, Protected View, most readers) shows what is
stored. Each value here has its formula in `lzxl.workbook.writing.formulas`; real spreadsheet programs prove them equal
(tests/workbook/test_engines.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.following import followed_fields, group_of, rule_of
from lzxl.forms.grading import INVALID, GradingTable
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.rules import Listed
from lzxl.forms.text import address
from lzxl.workbook.fixed_texts import KEEPER, UNIT_LINE
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.writing.cells import is_formula, value_at
from lzxl.workbook.writing.course import shown_of_course
from lzxl.workbook.writing.decided import decided_texts, told_in_row
from lzxl.workbook.writing.formulas import (
    counted_help,
    cover_text,
    graded_by,
    subject_names,
    unit_text,
)

Shown = Mapping[str, Mapping[str, str | float]]
"""Sheet title → {A1 address of a formula: the text or the number that it shows}."""


def shown_values(workbook: Workbook, form: Form, grading: GradingTable) -> Shown:
    """What each live formula of a filled or blank standard workbook of `form` shows.

    A formula that the form does not know (a bureau may have restyled it) is not in it.
    """
    shown: dict[str, dict[str, str | float]] = {}
    for sheet in form.tables:
        if sheet.title in workbook.sheetnames:
            worksheet = workbook[sheet.title]
            shown[sheet.title] = {
                **_unit_line(workbook, worksheet, form, sheet),
                **_computed(worksheet, sheet, grading),
                # Behind what is computed: what was decided is said in its place.
                **_decided(workbook, sheet),
                **_serials(worksheet, sheet),
            }
            shown[sheet.title].update(_groups(workbook, form, sheet, shown))
    if form.cover is not None and form.cover.title in workbook.sheetnames:
        shown[form.cover.title] = {**_counts(workbook, form, form.cover)}
    for title, texts in shown_of_course(workbook, form).items():
        shown.setdefault(title, {}).update(texts)
    return shown


def _unit_line(workbook: Workbook, worksheet: Worksheet, form: Form, sheet: Sheet) -> dict[str, str]:
    """Unit and period above a table, from the cover. A table prints all its rows when it is saved here: no note follows."""
    shown: dict[str, str] = {}
    for start, text in _unit_texts(workbook, form).items():
        for cell in worksheet[table_layout(sheet).unit_row]:
            if str(cell.value).startswith(f"={start}"):
                shown.setdefault(cell.coordinate, text)
    return shown


def _unit_texts(workbook: Workbook, form: Form) -> dict[str, str]:
    """Beginning of a formula that says unit or period → what it says, by the cover if the form has one."""
    if form.cover is None or form.cover.title not in workbook.sheetnames:
        return {unit_text(form): KEEPER}
    cover, layout = workbook[form.cover.title], label_layout(form.cover)
    return {
        cover_text(form.cover, label, name): label + _text(cover.cell(*layout.value(name)).value)
        for label, name in UNIT_LINE
    }


def _computed_fields(sheet: Sheet, *kinds: str) -> list[Field]:
    return [field for field in sheet.fields if field.computed in kinds]


def _formula_cells(worksheet: Worksheet, sheet: Sheet, name: str) -> Iterator[tuple[int, str]]:
    """Row and address of each cell of a field that has a formula."""
    layout = table_layout(sheet)
    for row in range(layout.first_row, worksheet.max_row + 1):
        if is_formula(worksheet, row, layout.columns[name]):
            yield row, layout.cell(name, row)


def _computed(worksheet: Worksheet, sheet: Sheet, grading: GradingTable) -> dict[str, str]:
    """Level and basis of every row that has the formulas."""
    graded = graded_by(sheet, grading)
    if graded is None:
        return {}
    columns = [table_layout(sheet).columns[entry.name] for entry in graded]
    shown = {}
    for field in _computed_fields(sheet, "level", "basis"):
        for row, place in _formula_cells(worksheet, sheet, field.name):
            words = [value_at(worksheet, row, column) for column in columns]
            shown[place] = computed_text(field, grading, words)
    return shown


def _decided(workbook: Workbook, sheet: Sheet) -> dict[str, str]:
    """The basis of every row whose level was decided, in a workbook that carries decisions."""
    texts, shown = decided_texts(workbook), dict[str, str]()
    for field in (field for field in sheet.fields if field.computed == "basis" and texts):
        for row, place in _formula_cells(workbook[sheet.title], sheet, field.name):
            told = told_in_row(workbook, sheet, row, texts)
            if told:
                shown[place] = told
    return shown


def _serials(worksheet: Worksheet, sheet: Sheet) -> dict[str, str | float]:
    """The running number of every row that has the formula and says something."""
    layout = table_layout(sheet)
    columns = [layout.columns[entry.name] for entry in sheet.content_fields]
    shown: dict[str, str | float] = {}
    for field in _computed_fields(sheet, "serial"):
        for row, place in _formula_cells(worksheet, sheet, field.name):
            shown[place] = row - layout.header_row if _says_anything(worksheet, row, columns) else ""
    return shown


def _says_anything(worksheet: Worksheet, row: int, columns: Sequence[int]) -> bool:
    return any(value_at(worksheet, row, column) not in (None, "") for column in columns)


def _groups(workbook: Workbook, form: Form, sheet: Sheet, shown: Shown) -> dict[str, str]:
    """The groups of every row that has the formulas. `shown`: those of the sheets before."""
    worksheet, layout = workbook[sheet.title], table_layout(sheet)
    texts = {}
    for field in followed_fields(sheet):
        rule = rule_of(sheet, field.name)
        known = _listed_groups(workbook, form, rule, shown) if isinstance(rule, Listed) else {}
        name = rule.name if isinstance(rule, Listed) else rule.words
        for row, place in _formula_cells(worksheet, sheet, field.name):
            value = value_at(worksheet, row, layout.columns[name])
            texts[place] = known.get(str(value), "") if isinstance(rule, Listed) else group_of(sheet, rule.words, value)
    return texts


def _listed_groups(workbook: Workbook, form: Form, rule: Listed, shown: Shown) -> dict[str, str]:
    """Name of a row of a list → the group that it has or its formula shows; of two with one name the first."""
    sheet = form.by_name[rule.sheet]
    if sheet.title not in workbook.sheetnames:
        return {}
    worksheet, layout, found = workbook[sheet.title], table_layout(sheet), dict[str, str]()
    for row in range(layout.first_row, worksheet.max_row + 1):
        name = value_at(worksheet, row, layout.columns[rule.listed_name])
        if name not in (None, ""):
            written = value_at(worksheet, row, layout.columns[rule.listed_group])
            told = shown.get(sheet.title, {}).get(layout.cell(rule.listed_group, row), written)
            # MATCH stops at the first of several that are alike: so must what is stored beside its formula.
            found.setdefault(str(name), str(told or ""))
    return found


def computed_text(field: Field, grading: GradingTable, words: list[Any]) -> str:
    """What the formula of a computed field shows for a likelihood and a severity as they are typed."""
    if any(word in (None, "") for word in words):
        return ""
    grade = grading.grade(*(str(word) for word in words))
    if grade is None:
        return INVALID if field.computed == "level" else ""
    return grade.level if field.computed == "level" else grade.basis


def _counts(workbook: Workbook, form: Form, cover: Sheet) -> dict[str, str]:
    """The number of rows beside a field of the cover that counts them."""
    layout = label_layout(cover)
    shown = {}
    for field in cover.fields:
        counted = form.by_name.get(field.counts)
        row, column = layout.help(field.name)
        if counted is None or counted.title not in workbook.sheetnames:
            continue
        if is_formula(workbook[cover.title], row, column):
            before, after = counted_help(field, counted)
            shown[address(row, column)] = f"{before}{_count(workbook[counted.title], counted)}{after}"
    return shown


def _count(worksheet: Worksheet, sheet: Sheet) -> int:
    layout = table_layout(sheet)
    columns = [layout.columns[name] for name in subject_names(sheet)]
    # No further than the formula looks: what is shown before it is calculated must be what it shows after.
    rows = range(layout.first_row, min(worksheet.max_row, layout.reach) + 1)
    return sum(_says_anything(worksheet, row, columns) for row in rows)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
