"""A unit's own people in its workbook: drop-downs of names and posts, and live look-ups of who answers for a row.

A hidden sheet has the people of the day on which the workbook is made, of this unit and nobody else, and the leaders in charge.
The office looks up the same anew for the day of filing (`lzxl.checks.lookups`). Only functions of Excel 2007 are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.staff import Staff
from lzxl.forms.text import address, column_letters
from lzxl.workbook.layout import PEOPLE_SHEET, label_layout, quoted, table_layout
from lzxl.workbook.writing.cells import is_formula, value_at
from lzxl.workbook.writing.formulas import has_content
from lzxl.workbook.writing.openpyxl_parts import existing_cell, set_style, style_of
from lzxl.workbook.writing.styles import HEADER_FONT
from lzxl.workbook.writing.text import put_text

_FIRST = 2
"""The first row below the headings of the hidden sheet."""
_NAMES, _POSTS, _HOLDERS, _LEADERS, _HEAD = "lz_people", "lz_posts", "lz_post_holders", "lz_leaders", "lz_head"
_SECTIONS, _HEADS, _SECTION = "lz_post_sections", "lz_post_heads", "lz_section"
_NOBODY = '""'
_PROMPT = "可从下拉列表选择，也可直接填写；两人以上用顿号隔开。"
_LOOKED_UP_PROMPT = "按岗位从人员名册得出，可改；" + _PROMPT

Shown = dict[str, dict[str, str | float]]


def add_people(workbook: Workbook, form: Form, staff: Staff) -> Shown:
    """Add a unit's people to its stamped and filled workbook; nothing if the roster has none of it.

    Cells that are filled in stay; the blank ones of fields that are looked up get a formula. Returns what these show: sheet title →
    {address: text}.
    """
    if not staff:
        return {}
    _add_sheet(workbook, staff)
    if form.cover is not None:
        layout = label_layout(form.cover)
        spans = {entry.name: address(*layout.value(entry.name)) for entry in form.cover.fields}
        _add_lists(workbook[form.cover.title], form.cover, spans)
    shown: Shown = {}
    for sheet in form.tables:
        worksheet, table = workbook[sheet.title], table_layout(sheet)
        _add_lists(worksheet, sheet, {entry.name: table.span(entry.name) for entry in sheet.fields})
        _write_formulas(worksheet, form, sheet)
    for sheet in form.tables:  # of rows that refer to others, once these are known
        shown[sheet.title] = dict(_shown(workbook, form, sheet, staff, shown))
    return shown


def _add_sheet(workbook: Workbook, staff: Staff) -> None:
    """The hidden sheet, and the names of its columns."""
    sheet = workbook.create_sheet(PEOPLE_SHEET)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
    posts = dict.fromkeys([*staff.holders, *staff.unit.key_posts])
    columns: Sequence[tuple[str, str, Sequence[str]]] = (
        (_NAMES, "本单位的人", staff.names),
        (_POSTS, "本单位的岗位", tuple(posts)),
        (_HOLDERS, "岗位由谁担任", tuple(staff.holders_of(post) for post in posts)),
        (_LEADERS, "分管的局领导", staff.leaders),
        (_HEAD, "本单位由谁负责", (staff.head,)),
        (_SECTIONS, "岗位所在科室", tuple(staff.section_of(post) for post in posts)),
        (_HEADS, "科室由谁负责", tuple(staff.head_of(post) for post in posts)),
        (_SECTION, "不分科室的填", (staff.only_section,)),
    )
    for column, (name, heading, texts) in enumerate(columns, start=1):
        letters = column_letters(column)
        head = sheet.cell(1, column)
        head.font = HEADER_FONT
        put_text(head, heading)
        sheet.column_dimensions[letters].width = 22
        for row, text in enumerate(texts, start=_FIRST):
            put_text(sheet.cell(row, column), text)
        # Without any text the range would be A2:A1, and to a spreadsheet that is A1:A2, the heading in it.
        last = _FIRST + max(len(texts), 1) - 1
        bounds = f"{quoted(PEOPLE_SHEET)}!${letters}${_FIRST}:${letters}${last}"
        workbook.defined_names[name] = DefinedName(name, attr_text=bounds)


def _add_lists(worksheet: Worksheet, sheet: Sheet, spans: Mapping[str, str]) -> None:
    """Drop-downs that offer and do not insist: of persons, and of posts."""
    for name, span in spans.items():
        entry = sheet.by_name[name]
        offered = _offered(sheet, entry)
        if offered is None:
            continue
        listed, prompt = offered
        validation = DataValidation(type="list", formula1=listed, allow_blank=True, showInputMessage=True)
        # Else Excel takes nothing that is not on the list: no two names in one cell, nobody who came last week.
        validation.showErrorMessage = False
        validation.promptTitle, validation.prompt = entry.title[:32], prompt
        validation.add(span)
        worksheet.add_data_validation(validation)


def _offered(sheet: Sheet, entry: Field) -> tuple[str, str] | None:
    """The list that a field's cells offer, and what they say of it; None if the field is of no person and no post."""
    staffed, roll = sheet.rules.staffed, sheet.rules.roll
    if entry.name in {staffed.post if staffed else "", roll.post if roll else ""}:
        return _POSTS, "可从下拉列表选择，也可直接填写。"
    if entry.kind != "person" or entry.computed:
        return None
    listed = _LEADERS if staffed is not None and entry.name == staffed.leader else _NAMES
    return listed, _LOOKED_UP_PROMPT if entry.name in sheet.looked_up else _PROMPT


# The look-ups


def _formulas(form: Form, sheet: Sheet) -> dict[str, Callable[[int], str]]:
    """Field → the formula that looks it up in a row."""
    layout, staffed, inherited = table_layout(sheet), sheet.rules.staffed, sheet.rules.inherited
    found: dict[str, Callable[[int], str]] = {}
    if staffed is not None:
        found[staffed.holders] = lambda row: f"={_by_post(layout.cell(staffed.post, row), _HOLDERS, _NOBODY)}"
        found[staffed.section] = lambda row: _in_use(
            sheet, row, _by_post(layout.cell(staffed.post, row), _SECTIONS, _SECTION)
        )
        found[staffed.head] = lambda row: _in_use(sheet, row, _by_post(layout.cell(staffed.post, row), _HEADS, _HEAD))
        found[staffed.leader] = lambda row: f'=IF({has_content(sheet, row)},INDEX({_LEADERS},1)&"","")'
    source = _source(form, sheet)
    if inherited is not None and source is not None:
        numbers, persons = (
            f"{quoted(source[0].title)}!{table_layout(source[0]).span(name, absolute=True)}" for name in source[1:]
        )
        found[inherited.persons] = lambda row: _of_row(layout.cell(inherited.row, row), numbers, persons)
    return {name: formula for name, formula in found.items() if name}


def _by_post(post: str, texts: str, otherwise: str) -> str:
    """Of `texts` that of a post; `otherwise` for none, and for one that is not among the unit's."""
    # With "" behind it, a blank cell that is found shows nothing: by itself it would show 0.
    known = f'IF(SUMPRODUCT(({_POSTS}={post})*1)=0,{otherwise}&"",INDEX({texts},MATCH({post},{_POSTS},0))&"")'
    return f'IF({post}="",{otherwise}&"",{known})'


def _in_use(sheet: Sheet, row: int, told: str) -> str:
    return f'=IF({has_content(sheet, row)},{told},"")'


def _of_row(number: str, numbers: str, persons: str) -> str:
    """Not with SUMPRODUCT: a sheet of thousands of rows would be gone through for each; a number has no * and no ? in it."""
    match = f"MATCH({number},{numbers},0)"
    return f'=IF({number}="","",IF(ISNA({match}),"",INDEX({persons},{match})&""))'


def _source(form: Form, sheet: Sheet) -> tuple[Sheet, str, str] | None:
    """The sheet whose persons a sheet's rows inherit, its field of numbers and its field of persons."""
    inherited = sheet.rules.inherited
    if inherited is None:
        return None
    home, _, number = sheet.by_name[inherited.row].references.partition(".")
    staffed = form.by_name[home].rules.staffed
    return (form.by_name[home], number, staffed.holders) if staffed is not None else None


def _write_formulas(worksheet: Worksheet, form: Form, sheet: Sheet) -> None:
    """Put the look-ups into the blank cells of the rows that carry formulas."""
    layout = table_layout(sheet)
    for name, formula in _formulas(form, sheet).items():
        column = layout.columns[name]
        style = style_of(worksheet.column_dimensions[column_letters(column)])
        for row in range(layout.first_row, layout.last_formula_row + 1):
            if value_at(worksheet, row, column) not in (None, ""):
                continue
            is_new = existing_cell(worksheet, row, column) is None
            cell = worksheet.cell(row, column)
            # The style of the column has it unlocked: Excel deletes a row of a
            # protected sheet only if none of it is locked.
            if is_new:
                set_style(cell, style)
            cell.value = formula(row)


def _shown(
    workbook: Workbook, form: Form, sheet: Sheet, staff: Staff, done: Mapping[str, Mapping[str, str | float]]
) -> Iterator[tuple[str, str]]:
    """What each look-up shows."""
    worksheet, layout = workbook[sheet.title], table_layout(sheet)
    known = _known(workbook, form, sheet, staff, done)
    for name, text in known.items():
        column = layout.columns[name]
        for row in range(layout.first_row, layout.last_formula_row + 1):
            if is_formula(worksheet, row, column):
                yield layout.cell(name, row), text(row)


def _known(
    workbook: Workbook, form: Form, sheet: Sheet, staff: Staff, done: Mapping[str, Mapping[str, str | float]]
) -> dict[str, Callable[[int], str]]:
    worksheet, layout, staffed = workbook[sheet.title], table_layout(sheet), sheet.rules.staffed
    known: dict[str, Callable[[int], str]] = {}

    def said(name: str, row: int) -> str:
        return str(value_at(worksheet, row, layout.columns[name]) or "")

    @cache
    def has_any(row: int) -> bool:
        return any(said(entry.name, row) for entry in sheet.content_fields)

    if staffed is not None:
        posts = {*staff.holders, *staff.unit.key_posts}

        def by_post(told: Callable[[str], str], otherwise: str) -> Callable[[int], str]:
            return lambda row: told(said(staffed.post, row)) if said(staffed.post, row) in posts else otherwise

        known[staffed.holders] = by_post(staff.holders_of, "")
        section, head = by_post(staff.section_of, staff.only_section), by_post(staff.head_of, staff.head)
        known[staffed.section] = lambda row: section(row) if has_any(row) else ""
        known[staffed.head] = lambda row: head(row) if has_any(row) else ""
        known[staffed.leader] = lambda row: staff.leader if has_any(row) else ""
    inherited, source = sheet.rules.inherited, _source(form, sheet)
    if inherited is not None and source is not None:
        persons = _persons_by_number(workbook, *source, done)
        known[inherited.persons] = lambda row: persons.get(said(inherited.row, row), "")
    return {name: text for name, text in known.items() if name}


def _persons_by_number(
    workbook: Workbook, sheet: Sheet, number: str, persons: str, done: Mapping[str, Mapping[str, str | float]]
) -> dict[str, str]:
    """Number of a row → the persons that it has or its look-up shows; of two with one number the first."""
    worksheet, layout, found = workbook[sheet.title], table_layout(sheet), dict[str, str]()
    for row in range(layout.first_row, worksheet.max_row + 1):
        key = value_at(worksheet, row, layout.columns[number])
        if key:
            place = layout.cell(persons, row)
            told = done.get(sheet.title, {}).get(place, value_at(worksheet, row, layout.columns[persons]))
            # MATCH stops at the first of several that are alike: so must what is stored beside its formula.
            found.setdefault(str(key), str(told or ""))
    return found
