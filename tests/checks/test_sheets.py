"""A sheet that each person fills in may not be left blank beside others, and what is hidden is asked to be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import unit_form_ids
from lzxl.workbook.layout import label_layout, table_layout
from tests.checks.clerk import Desk, desk
from tests.checks.tables import BARE, finding, found, submission
from tests.facts import found as found_of

BUREAU = load_bureau()


def filled(form_id: str) -> Desk:
    return desk(BUREAU.units[4], form_id, BUREAU.period)


@pytest.mark.parametrize(("form_id", "sheet"), [("risk_register", "self_checks"), ("self_appraisal", "reports")])
def test_a_blank_sheet_beside_filled_ones_is_said(form_id: str, sheet: str) -> None:
    made = filled(form_id)
    layout = table_layout(made.form.by_name[sheet])
    content = made.sheet(made.form.by_name[sheet].title)
    for row in [row for row in content.rows if row >= layout.first_row]:
        del content.rows[row]
    [checked] = check_submissions([made.read()], BARE)
    assert [(entry.code, entry.sheet, entry.severity) for entry in checked.findings if entry.severity != "info"] == [
        ("sheet_empty", content.name, "warning")
    ]


def test_a_nil_return_needs_none() -> None:
    nil = {"零报告": "是", "零报告原因": "本期没有发现。"}
    made = submission("risk_register", {"self_checks": "| 姓名 |\n|-|\n"}, nil)
    assert "sheet_empty" not in [code for code, _ in found(made)]


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_each_required_column_that_is_hidden_is_asked_to_be_shown_and_not_to_be_taken_away(form_id: str) -> None:
    made = filled(form_id)
    for sheet in made.form.tables:
        columns = table_layout(sheet).columns
        made.sheet(sheet.title).hidden_columns = set(columns.values())
        asked = {}
        for entry in found_of(made.read()):
            if entry.code == "hidden_column" and entry.sheet == sheet.title:
                asked[entry.header] = entry
        assert set(asked) == {entry.title for entry in sheet.fields}
        for entry in sheet.inputs:
            assert ("不得删去" in asked[entry.title].fix) == entry.required
            assert asked[entry.title].fix.startswith("请取消隐藏并核对")
        made.sheet(sheet.title).hidden_columns = set()


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_what_is_hidden_of_a_cover_is_asked_to_be_shown(form_id: str) -> None:
    made = filled(form_id)
    assert made.form.cover is not None
    content, labels = made.sheet(made.form.cover.title), label_layout(made.form.cover)
    row, column = labels.value("head")
    content.hidden_columns = {column}
    content.hidden_rows = {row}
    codes = {(entry.code, entry.cell) for entry in found_of(made.read()) if entry.code.startswith("hidden")}
    assert codes == {
        ("hidden_column", f"{chr(64 + column)}{labels.value(made.form.cover.fields[0].name)[0]}"),
        ("hidden_row", f"{row}:{row}"),
    }


POSTS = "| 风险点编号 | 岗位 |\n|-|\n| HB05-001 | {} |\n| HB05-002 | 出纳岗 |"


def posts(written: str, *key_posts: str) -> list[tuple[str, str]]:
    unit = replace(BUREAU.units[4].unit, powers=(), key_posts=key_posts)
    made = submission(
        "risk_register",
        {"risk_points": POSTS.format(written)},
        {"单位编码": unit.code, "单位名称": unit.name, "联络员": unit.liaison, "单位负责人": unit.head},
        unit_code=unit.code,
    )
    context = Context(BARE.grading, "", {unit.code: unit})
    return [
        (entry.code, entry.cell)
        for entry in check_submissions([made], context)[0].findings
        if entry.code in ("post_spelling", "key_post_uncovered", "uncovered_explained")
    ]


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("财务岗", "财务岗位"), ("财务岗位", "财务岗"), ("科长", "科长岗"), ("科长岗", "科长"),
        ("会计", "会计岗位"), ("会计员", "会计"),
        ("财务 岗", "财务岗位"), ("档案管理人员", "档案管理岗"), ("审批工作岗位", "审批岗"), ("窗口负责人岗", "窗口负责人"),
    ],
)  # fmt: skip
def test_a_post_that_ends_otherwise_is_suggested_and_not_missing(written: str, listed: str) -> None:
    assert posts(written, listed) == [("post_spelling", "B2")]


@pytest.mark.parametrize(("written", "listed"), [("财务岗", "财务岗"), ("财 务 岗", "财务岗")])
def test_the_same_post_is_the_same(written: str, listed: str) -> None:
    assert posts(written, listed) == []


@pytest.mark.parametrize(
    ("written", "listed"), [("科员", "科长"), ("副科长", "科长"), ("审批岗", "采购岗位"), ("岗", "岗位员")]
)
def test_another_post_is_missing(written: str, listed: str) -> None:
    assert posts(written, listed) == [("key_post_uncovered", "")]


def test_what_is_suggested_is_the_name_of_the_roster() -> None:

    unit = replace(BUREAU.units[4].unit, code="HB01", powers=(), key_posts=("财务岗位", "物资采购管理岗"))
    made = submission("risk_register", {"risk_points": POSTS.format("财务岗") + "\n| HB05-003 | 物资采购岗 |"})
    context = Context(BARE.grading, "", {"HB01": unit})
    said = finding(made, "post_spelling", context)
    assert (said.severity, said.remedy.value, said.fix) == (
        "warning",
        "财务岗位",
        "请核对，是同一岗位的，改为“财务岗位”。",
    )
    assert (
        "表中的“物资采购岗”即该岗位的，将岗位名称改为“物资采购管理岗”"
        in finding(made, "key_post_uncovered", context).fix
    )
