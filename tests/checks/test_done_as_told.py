"""What is said is right to be done to the letter: it destroys nothing, and asks for nothing that is done already."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.days import read_day
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_form, load_grading
from lzxl.forms.roster import Unit
from lzxl.workbook.layout import label_layout, table_layout
from tests.checks.clerk import Desk, desk

BUREAU = load_bureau()
SAMPLE = next(sample for sample in BUREAU.units if sample.unit.code == "HB05")
CONTEXT = Context(load_grading(), BUREAU.period)


def filled(form_id: str = "risk_register") -> Desk:
    return desk(SAMPLE, form_id, BUREAU.period)


def said(one: Desk, context: Context = CONTEXT) -> list[Finding]:
    return [*check_submissions([one.read()], context)[0].findings]


def column(one: Desk, name: str, field: str) -> int:
    return table_layout(one.form.by_name[name]).columns[field]


def put(one: Desk, name: str, field: str, index: int, value: object) -> None:
    sheet = one.form.by_name[name]
    one.sheet(sheet.title).put(table_layout(sheet).first_row + index, column(one, name, field), value)


def delete_column(one: Desk, name: str, field: str) -> None:
    sheet = one.form.by_name[name]
    place = column(one, name, field) - 1
    for cells in one.sheet(sheet.title).rows.values():
        del cells[place : place + 1]


def uncovered(one: Desk, *key_posts: str) -> Finding:
    unit: Unit = replace(SAMPLE.unit, key_posts=key_posts, powers=())
    context = Context(CONTEXT.grading, BUREAU.period, {unit.code: unit})
    [found] = [entry for entry in said(one, context) if entry.code == "key_post_uncovered"]
    return found


def test_a_post_of_its_own_is_not_offered_for_one_that_is_nearly_called_so() -> None:
    one = filled()
    known = str(one.clean["powers"][0]["post"])
    found = uncovered(one, f"{known[:-1]}副岗")
    assert known not in found.fix


def test_rows_whose_powers_are_a_missing_post_s_are_pointed_at() -> None:
    one = filled()
    rows = one.clean["risk_points"]
    of_power = {row["power"]: row["post"] for row in one.clean["powers"]}
    index = next(n for n, row in enumerate(rows) if of_power[row["power"]] == row["post"])
    post = rows[index]["post"]
    wrong = [n for n, row in enumerate(rows) if row["post"] == post]
    for number in wrong:
        put(one, "risk_points", "post", number, "综合岗")
    found = uncovered(one, str(post))
    first = table_layout(one.form.by_name["risk_points"]).first_row
    told = [n for n in wrong if of_power[rows[n]["power"]] == post]
    assert f"第{'、'.join(str(first + n) for n in told)}行的职权在“权责清单”中属于该岗位" in found.fix
    assert [int(cell.lstrip("ABCDEFGH")) for cell in found.cell.split(",")] == [first + n for n in told]


def test_where_a_column_of_numbers_is_gone_no_reference_to_it_is_said_to_be_wrong() -> None:
    one = filled()
    delete_column(one, "risk_points", "id")
    assert [entry.code for entry in said(one) if entry.severity == "error"] == ["column_missing"]


REGISTER = load_form("risk_register").by_name["risk_points"]


@pytest.mark.parametrize("name", [entry.name for entry in REGISTER.inputs if entry.required and entry.kind != "serial"])
def test_of_required_columns_only_a_measures_own_may_be_missing_where_measures_have_a_sheet(name: str) -> None:
    """A register from before the points asked for it lacks 防控方式 alone; what is the point's own as well is always owed."""
    one = filled()
    delete_column(one, "risk_points", name)
    told = {entry.header for entry in said(one) if entry.severity == "error"}
    assert (REGISTER.by_name[name].title in told) is (name != "means")


def test_where_a_column_of_names_is_gone_no_reference_to_it_is_said_to_be_wrong() -> None:
    one = filled()
    delete_column(one, "powers", "power")
    assert [entry.code for entry in said(one) if entry.severity == "error"] == ["column_missing"]


@pytest.mark.parametrize(
    ("form_id", "sheet", "field", "kept"),
    [
        ("self_appraisal", "reports", "duty_title", "职务"),
        ("risk_register", "risk_points", "post", "岗位名称"),
        ("risk_register", "risk_points", "leader", "姓名"),
        ("warning_intake", "warnings", "problem", "事情本身"),
    ],
)
def test_whoever_deletes_a_telephone_is_told_to_leave_what_the_field_is_for(
    form_id: str, sheet: str, field: str, kept: str
) -> None:
    one = filled(form_id)
    put(one, sheet, field, 0, "周建国 13800001234")
    [found] = [entry for entry in said(one) if entry.code == "private_content"]
    assert found.fix == f"请删去手机号，只写{kept}。"


@pytest.mark.parametrize("field", ["likelihood", "severity"])
def test_a_word_that_grades_several_rows_from_one_cell_is_asked_about(field: str) -> None:
    one = filled()
    sheet = one.form.by_name["risk_points"]
    row, place = table_layout(sheet).first_row, column(one, "risk_points", field)
    one.sheet(sheet.title).merges.append((row, place, row + 2, place))
    for index in (1, 2):
        put(one, "risk_points", field, index, None)
    [found] = [entry for entry in said(one) if entry.code == "merged_word"]
    assert (found.severity, found.value) == ("warning", one.clean["risk_points"][0][field])
    assert found.cell.endswith(f"{row + 2}")


@pytest.mark.parametrize(("when", "word", "asked"), [("term", "dated", "deadline"), ("progress", "done", "done_on")])
def test_whoever_chooses_a_word_is_told_what_one_of_them_asks_for_besides(when: str, word: str, asked: str) -> None:
    one = filled()
    sheet = one.form.by_name["measures"]
    words, title = sheet.by_name[when].vocabulary, sheet.by_name[asked].title
    assert words is not None
    [chosen] = words.in_role(word)
    put(one, "measures", when, 0, "随后再定")
    put(one, "measures", asked, 0, None)
    [found] = [entry for entry in said(one) if entry.value == "随后再定"]
    assert found.fix.endswith(f"选“{chosen}”的，一并填写“{title}”。")
    put(one, "measures", asked, 0, "2026-12-20")
    [found] = [entry for entry in said(one) if entry.value == "随后再定"]
    assert title not in found.fix, "what is filled in already is not asked for"


@pytest.mark.parametrize("level", ["很高", "1中2低", "三级", "一级", "Ⅰ级", "1级"])
def test_nobody_is_asked_to_clear_or_to_choose_a_level(level: str) -> None:
    one = filled()
    for index in range(4):
        put(one, "risk_points", "level", index, level)
    by_cell: dict[str, list[Finding]] = {}
    for entry in said(one):
        if entry.header == "风险等级":
            by_cell.setdefault(entry.cell, []).append(entry)
            assert "直接选用" not in entry.fix
            assert "清除该格" not in entry.fix or "退回件中已清除" in entry.fix
    assert all(len(entries) == 1 for entries in by_cell.values())


def test_a_cell_of_several_levels_does_not_make_several_rows_of_one_risk() -> None:
    one = filled()
    put(one, "risk_points", "level", 0, "1中2低")
    [found] = [entry for entry in said(one) if entry.code == "compound_level"]
    assert found.fix.endswith("只有一个的，不必分行。增加行的，封面“风险点数”相应修改。")


@pytest.mark.parametrize("written", ["26.11.8", "26-11-8", "26/11/08", "8-11-26", "1-2-3", "26年11月8日", "11月8日"])
def test_a_day_without_its_century_lacks_the_year_and_not_the_day(written: str) -> None:
    assert read_day(written).problem == "date_without_year"


def test_a_period_that_is_neither_the_stamp_s_nor_the_campaign_s_is_said_once() -> None:
    one = filled()
    assert one.form.cover is not None
    title = one.form.cover.title
    rows = one.sheet(title).rows
    row = next(row for row, cells in rows.items() if BUREAU.period in cells)
    one.sheet(title).put(row, rows[row].index(BUREAU.period) + 1, "2025年度")
    assert [entry.code for entry in said(one) if entry.severity == "error"] == ["period_mismatch"]


@pytest.mark.parametrize(("text", "asked"), [("填表人：张三", False), ("合计", False), ("以下空白", False)])
def test_a_line_that_is_no_data_is_not_to_be_made_into_a_row(text: str, asked: bool) -> None:
    one = filled()
    sheet = one.form.by_name["risk_points"]
    row = table_layout(sheet).first_row + len(one.clean["risk_points"])
    one.sheet(sheet.title).put(row, 1, text)
    found = [entry for entry in said(one) if entry.code == "row_dropped"]
    assert found and all(("补全该行" in entry.fix) == asked for entry in found)


# What a fix says when rows may come or go by it.
ROWS = re.compile(
    "删去(?:本|该|这些)?行|保留一行|分行登记|逐行登记|复制为|登记风险点|登记相应的职权|先在“\\{target\\}”表登记|删去各表|补回这一行|逐项登记风险点"
)
# The rest of a row is none of its own, and is counted nowhere; a row in a layout of its own is not the unit's to file.
COUNTED_NOWHERE = {"split_row", "count_mismatch"}


def test_all_advice_that_changes_the_number_of_rows_speaks_of_what_counts_them() -> None:
    rules = load_catalogue().rules.values()
    speaking = {rule.code for rule in rules if ROWS.search(rule.fix)} - COUNTED_NOWHERE
    assert {rule.code for rule in rules if rule.rows} == speaking | {"hidden_row"}  # whose rows are said by the reader


def test_the_rest_of_a_row_that_a_page_break_cut_off_is_not_counted() -> None:
    one = filled()
    sheet = one.form.by_name["risk_points"]
    layout, content = table_layout(sheet), one.sheet(sheet.title)
    last = layout.first_row + len(one.clean["risk_points"])
    for entry in sheet.inputs:
        if not entry.computed:
            content.put(last, layout.columns[entry.name], entry.title)
    content.put(last + 1, layout.columns["measure"], "并由分管领导逐件复核。")
    assert [entry.code for entry in said(one) if entry.severity == "error"] == ["split_row"]


def test_a_hidden_row_of_the_cover_is_not_to_be_deleted() -> None:
    one = filled()
    assert one.form.cover is not None
    one.sheet(one.form.cover.title).hidden_rows.add(label_layout(one.form.cover).value("head")[0])
    [found] = [entry for entry in said(one) if entry.code == "hidden_row"]
    assert found.fix == "请取消隐藏并核对；封面各栏不得删去。"
