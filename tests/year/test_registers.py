"""Of which fields of a register a change from one period to the next is told."""

from __future__ import annotations

import pytest

from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Sheet
from lzxl.year.registers import register_sheet, shown_fields

TABLES = [sheet for form_id in form_ids() for sheet in load_form(form_id).tables]


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.title)
def test_what_people_fill_in_is_shown_but_for_the_number_running_numbers_and_the_change_itself(sheet: Sheet) -> None:
    shown = {entry.name for entry in shown_fields(sheet)}
    assert not shown & {entry.name for entry in sheet.fields if entry.kind == "serial" or entry.computed}
    assert sheet.key not in shown
    rule = sheet.rules.compared
    left_out = {sheet.key, *((rule.change, rule.reason) if rule is not None else ())}
    asked = {entry.name for entry in sheet.inputs if entry.kind != "serial" and not entry.computed}
    assert shown == asked - left_out


def test_there_is_one_sheet_that_is_compared_and_its_change_is_no_change_of_its_own() -> None:
    form_id, sheet = register_sheet()
    rule = sheet.rules.compared
    assert rule is not None
    assert sheet in load_form(form_id).tables
    assert {rule.change, rule.reason} <= sheet.by_name.keys()
    assert not {rule.change, rule.reason} & {entry.name for entry in shown_fields(sheet)}
