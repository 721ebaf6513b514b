"""Stamps and values go where the layout says, and nothing else of the workbook changes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Form
from lzxl.workbook.layout import STAMP_SHEET, label_layout, table_layout
from lzxl.workbook.writing.build import build_workbook, save_workbook, workbook_bytes
from lzxl.workbook.writing.fill import Stamp, fill_workbook, read_stamp, stamp_workbook

STAMP = Stamp("risk_register", "2026.1", "HB01", "办公室", "2026年度", "rules")


def stamp_for(form: Form) -> Stamp:
    return Stamp(form.id, form.version, "HB01", "=办公室", "2026年度", "rules" if form.is_graded else "")


@pytest.mark.parametrize("form_id", form_ids())
def test_the_stamp_is_in_both_places_and_survives_the_loss_of_either(
    form_id: str, grading: GradingTable, tmp_path: Path, opened: Callable[[Path], Workbook]
) -> None:
    form = load_form(form_id)
    workbook = build_workbook(form, grading)
    stamp_workbook(workbook, form, stamp_for(form))
    save_workbook(workbook, tmp_path / "a.xlsx")
    back = opened(tmp_path / "a.xlsx")
    assert back.custom_doc_props["lzxl_unit"].value == "HB01"
    assert back[STAMP_SHEET].sheet_state == "veryHidden"
    assert read_stamp(back) == stamp_for(form)
    without_sheet = opened(tmp_path / "a.xlsx")
    without_sheet.remove(without_sheet[STAMP_SHEET])
    assert read_stamp(without_sheet) == stamp_for(form)
    without_properties = opened(tmp_path / "a.xlsx")
    for name in list(without_properties.custom_doc_props.names):
        del without_properties.custom_doc_props[name]
    assert read_stamp(without_properties) == stamp_for(form)


def test_a_second_stamp_replaces_the_first(register: Form, grading: GradingTable) -> None:
    workbook = build_workbook(register, grading)
    stamp_workbook(workbook, register, STAMP)
    other = Stamp("risk_register", "2026.1", "HB02", "人事教育科", "2027年度", "rules")
    stamp_workbook(workbook, register, other)
    assert read_stamp(workbook) == other
    assert workbook.sheetnames.count(STAMP_SHEET) == 1


def test_the_cover_shows_the_stamp_and_locks_what_units_must_not_change(register: Form, grading: GradingTable) -> None:
    workbook = build_workbook(register, grading)
    stamp_workbook(workbook, register, STAMP)
    assert register.cover is not None
    layout, cover = label_layout(register.cover), workbook[register.cover.title]
    shown = {name: cover.cell(*layout.value(name)) for name in ("unit_name", "unit_code", "period", "reporter")}
    assert [cell.value for cell in shown.values()] == ["办公室", "HB01", "2026年度", None]
    assert [cell.protection.locked for cell in shown.values()] == [False, True, True, False]


def test_values_come_back_typed_from_the_cells_of_their_fields(
    register: Form, grading: GradingTable, tmp_path: Path, opened: Callable[[Path], Workbook]
) -> None:
    workbook = build_workbook(register, grading)
    day = datetime.date(2026, 12, 31)
    rows = [{"serial": 1, "id": "HB01-C001", "content": "=1+1", "deadline": day}, {"serial": 2, "content": "公开"}]
    fill_workbook(workbook, register, {"reported_on": day, "row_count": 2, "reporter": "@某"}, {"measures": rows})
    save_workbook(workbook, tmp_path / "a.xlsx")
    back = opened(tmp_path / "a.xlsx")
    assert register.cover is not None
    cover = label_layout(register.cover)
    worksheet = back[register.cover.title]
    assert worksheet.cell(*cover.value("reported_on")).value == datetime.datetime(2026, 12, 31)
    assert worksheet.cell(*cover.value("row_count")).value == 2
    assert worksheet.cell(*cover.value("reporter")).value == "@某"
    sheet = register.by_name["measures"]
    layout, table = table_layout(sheet), back[sheet.title]
    content = table[layout.cell("content", layout.first_row)]
    assert (content.value, content.data_type) == ("=1+1", "s")
    assert table[layout.cell("deadline", layout.first_row)].number_format == "yyyy-mm-dd"
    assert table[layout.cell("content", layout.first_row + 1)].value == "公开"
    assert table[layout.cell("id", layout.first_row + 1)].value is None
    assert not content.protection.locked


def test_a_level_that_is_given_is_typed_and_one_that_is_not_stays_a_formula(
    register: Form, grading: GradingTable
) -> None:
    workbook = build_workbook(register, grading)
    fill_workbook(workbook, register, {}, {"risk_points": [{"level": "一级"}, {"level": None}, {"point": "某"}]})
    sheet = register.by_name["risk_points"]
    layout = table_layout(sheet)
    levels = [workbook[sheet.title][layout.cell("level", layout.first_row + index)] for index in range(3)]
    assert [cell.data_type for cell in levels] == ["s", "f", "f"]


def test_rows_beyond_the_capacity_get_the_formula_of_their_own_row(register: Form, grading: GradingTable) -> None:
    workbook = build_workbook(register, grading)
    sheet = register.by_name["risk_points"]
    layout = table_layout(sheet)
    fill_workbook(workbook, register, {}, {"risk_points": [{"level": "一级"}] + [{"point": "某"}] * sheet.capacity})
    row = layout.last_formula_row + 1
    worksheet = workbook[sheet.title]
    last = worksheet[layout.cell("level", row)].value
    assert last == worksheet[layout.cell("level", row - 1)].value.replace(str(row - 1), str(row))


def test_filling_replaces_the_standard_rows(grading: GradingTable) -> None:
    form = load_form("self_appraisal")
    workbook = build_workbook(form, grading)
    fill_workbook(workbook, form, {}, {"items": [{"section": "一", "content": "只有一项", "points": 100}]})
    sheet = form.by_name["items"]
    layout = table_layout(sheet)
    column = layout.columns["content"]
    contents = [workbook[sheet.title].cell(row, column).value for row in range(layout.first_row, layout.first_row + 60)]
    assert contents == ["只有一项"] + [None] * 59


@pytest.mark.parametrize(
    ("cover", "tables"),
    [({"nobody": 1}, {}), ({}, {"nothing": []}), ({}, {"measures": [{"nobody": 1}]})],
    ids=["cover field", "sheet", "table field"],
)
def test_a_name_that_the_form_does_not_have_is_refused(
    cover: dict[str, object], tables: dict[str, list[dict[str, object]]], register: Form, grading: GradingTable
) -> None:
    with pytest.raises(KeyError):
        fill_workbook(build_workbook(register, grading), register, cover, tables)


def test_long_text_gets_a_row_that_shows_it(register: Form, grading: GradingTable) -> None:
    workbook = build_workbook(register, grading)
    rows = [{"description": "短"}, {"description": "长" * 200}, {"description": "很长" * 2000}]
    fill_workbook(workbook, register, {}, {"risk_points": rows})
    sheet = register.by_name["risk_points"]
    heights = [workbook[sheet.title].row_dimensions[table_layout(sheet).first_row + index].height for index in range(3)]
    assert heights[0] < 60 < heights[1] < heights[2] <= 409


def test_filling_is_deterministic(register: Form, grading: GradingTable) -> None:
    def made() -> bytes:
        workbook = build_workbook(register, grading)
        stamp_workbook(workbook, register, STAMP)
        fill_workbook(workbook, register, {"reporter": "某"}, {"risk_points": [{"point": "某"}] * 3})
        return workbook_bytes(workbook)

    assert made() == made()
