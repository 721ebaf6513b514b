"""One risk, one number, for good: numbers are kept from version to version, and no risk is told twice (第八条(一)1)."""

from __future__ import annotations

import pytest

from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import unit_form_ids
from lzxl.submission import Earlier, Submission
from tests.checks.clerk import desk
from tests.checks.tables import BARE, check, finding, found, submission

TEXT = "审核票据时把关不严，为不合规票据办理报销手续"
HEAD = "| 风险点编号 | 岗位 | 职权 | 风险内容及表现形式 |\n|-|\n| HB01-001 | 财务岗 | 经费报销 | {} |\n"


def repeated(second: str, first: str = TEXT) -> list[str]:
    made = submission("risk_register", {"risk_points": HEAD.format(first) + second})
    return [cell for code, cell in found(made) if code == "risk_repeated"]


@pytest.mark.parametrize(
    "row",
    [
        f"| HB01-002 | 财务岗 | 经费报销 | {TEXT} |",
        f"| HB01-002 | 财务岗位 | 经费报销 | {TEXT}。 |",
        "| HB01-002 | 财务岗 | 经费报销 | 审核票据时把关不严格，为不合规票据办理报销手续 |",
        "| HB01-002 | 财务岗 | 经费报销 | 在审核票据时把关不严，为不合规票据办理报销手续 |",
        "| HB01-002 | 财 务 岗 | 经费报销 | 审核票据时，把关不严，为不合规的票据办理报销手续 |",
        f"| HB01-001 | 财务岗 | 经费报销 | {TEXT} |",
        f"|  | 财务岗 | 经费报销 | {TEXT} |",
    ],
)
def test_the_same_risk_under_a_second_number_is_asked_about(row: str) -> None:
    assert repeated(row) == ["D3"]


@pytest.mark.parametrize(
    "row",
    [
        f"| HB01-002 | 出纳岗 | 经费报销 | {TEXT} |",
        f"| HB01-002 | 财务岗 | 固定资产管理 | {TEXT} |",
        "| HB01-002 | 财务岗 | 经费报销 | 审核票据时收受报销人礼金礼品，优先为其办理报销 |",
        "| HB01-002 | 财务岗 | 经费报销 | 挪用公款 |",
        "| HB01-002 | 财务岗 | 经费报销 | 审核合同时把关不严，为不合规票据办理报销手续 |",
        "| HB01-002 | 财务岗 | 经费报销 | 审核票据时把关不严，为不合规票据办理报销手续2 |",
        "| HB01-002 | 财务岗 | 经费报销 | 第二，审核票据时把关不严，为不合规票据办理报销手续 |",
    ],
)
def test_another_post_another_power_or_another_matter_is_another_risk(row: str) -> None:
    assert repeated(row) == []


def test_the_finding_names_the_row_and_the_number() -> None:
    made = submission(
        "risk_register", {"risk_points": HEAD.format(TEXT) + f"| HB01-002 | 财务岗 | 经费报销 | {TEXT} |"}
    )
    said = finding(made, "risk_repeated")
    assert said.message == "本行的岗位和内容与第2行（HB01-001）相同。"
    assert (said.severity, said.remedy.action) == ("warning", "fill")


BEFORE = {
    "risk_points": {
        "HB01-001": Earlier("财务岗", TEXT, "上一版"),
        "HB01-002": Earlier("采购岗", "采购时指定品牌，与供应商串通抬高价格", "上一版"),
    },
    "measures": {"HB01-C001": Earlier("HB01-001", "票据由两人复核，按季抽查", "发放的表")},
}


def register(rows: str, **more: object) -> Submission:
    return submission("risk_register", {"risk_points": HEAD.format(TEXT) + rows}, earlier=BEFORE, **more)


def test_a_number_that_stood_for_something_else_is_asked_about() -> None:
    made = register("| HB01-002 | 档案岗 | 档案管理 | 泄露未公开的处罚决定内容 |")
    said = finding(made, "number_reused")
    assert (said.cell, said.severity) == ("A3", "warning")
    assert said.message == "风险点编号“HB01-002”在上一版中对应另一项内容（采购时指定品牌，与供应商串通抬高价格）。"


@pytest.mark.parametrize(
    "row",
    [
        "| HB01-002 | 采购岗 | 采购 | 采购时指定品牌，与供应商串通抬高价格 |",
        "| HB01-002 | 采购管理岗 | 采购 | 采购时指定品牌型号，和供应商串通、抬高成交价格 |",
        "| HB01-003 | 档案岗 | 档案管理 | 泄露未公开的处罚决定内容 |",
    ],
)
def test_a_row_that_was_reworded_keeps_its_number_and_a_new_row_has_a_new_one(row: str) -> None:
    assert [code for code, _ in found(register(row)) if code.startswith("number_")] == []


def test_a_few_words_that_were_written_out_since_are_the_same_matter() -> None:
    before = {"risk_points": {"HB01-001": Earlier("财务岗", "吃请", "第1版")}}
    rows = HEAD.format("接受管理服务对象安排的宴请和旅游活动")
    for post, codes in (("财务岗", []), ("档案岗", ["number_reused"])):
        made = submission("risk_register", {"risk_points": rows.replace("财务岗", post)}, earlier=before)
        assert [code for code, _ in found(made) if code.startswith("number_")] == codes


def test_a_row_that_has_another_number_than_before_is_asked_about() -> None:
    made = register("| HB01-009 | 采购岗 | 采购 | 采购时指定品牌，与供应商串通抬高价格 |")
    said = finding(made, "number_changed")
    assert said.message == "本行内容在上一版中的风险点编号为“HB01-002”，现为“HB01-009”。"


def test_two_numbers_that_changed_places_are_both_asked_about() -> None:
    rows = (
        HEAD.format("采购时指定品牌，与供应商串通抬高价格").replace("财务岗", "采购岗")
        + f"| HB01-002 | 财务岗 | 经费报销 | {TEXT} |"
    )
    made = submission("risk_register", {"risk_points": rows}, earlier=BEFORE)
    assert [entry for entry in found(made) if entry[0].startswith("number_")] == [
        ("number_changed", "A2"),
        ("number_changed", "A3"),
    ]


def test_numbers_of_measures_are_kept_too() -> None:
    rows = "| 措施编号 | 关联风险点编号 | 措施内容 |\n|-|\n| HB01-C001 | HB01-002 | 供应商名单每年更新并公示 |"
    made = submission("risk_register", {"risk_points": HEAD.format(TEXT), "measures": rows}, earlier=BEFORE)
    assert finding(made, "number_reused").message.startswith("措施编号“HB01-C001”在发放的表中对应另一项内容")


def test_what_is_private_in_an_earlier_text_is_said_nowhere() -> None:
    before = {"warnings": {"HB01-YJ001": Earlier("", "举报人张三反映该所吃拿卡要", "上一版")}}
    rows = "| 预警编号 | 反映主要问题 |\n|-|\n| HB01-YJ001 | 公车停放在景区门口过夜 |"
    made = submission("warning_intake", {"warnings": rows}, earlier=before)
    assert "张三" not in finding(made, "number_reused").message


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_the_sample_bureau_tells_nothing_twice(form_id: str) -> None:
    bureau = load_bureau()
    for sample in bureau.units:
        [checked] = check(desk(sample, form_id, bureau.period).read(), context=BARE)
        assert not [entry for entry in checked.findings if entry.code in ("risk_repeated", "sheet_empty")]
