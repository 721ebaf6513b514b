"""What a rule needs to know of a form stands in `schemas/`: another rule, word or title there is one edit, and no Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.errors import ConfigError
from lzxl.forms.load import load_form
from tests.checks.tables import finding, found, submission
from tests.forms.edited import edited

REGISTER, LEDGER, WORDS = "forms/risk_register.yaml", "forms/warning_ledger.yaml", "vocabularies.yaml"
COVER = "    fields:\n      - {name: unit_name"
SELF_CHECKED = "| 姓名 | 本人签字 | 填表日期 |\n|-|\n| 张三 | 张三 | 2026-03-01 |"


def test_a_date_that_must_follow_another_is_one_line(tmp_path: Path) -> None:
    row = "| 预警编号 | 核实结束日期 | 反馈期限 | 反馈日期 |\n|-|\n| HB01-YJ001 | | 2026-03-01 | 2026-02-01 |"
    made = submission("warning_ledger", {"warnings": row})
    assert "date_order" not in [code for code, _ in found(made)]
    order = "        - [collected_on, verified_on, disposed_on, feedback_due]\n"
    with edited(tmp_path, (LEDGER, order, f"{order}        - [feedback_due, feedback_on]\n")):
        said = finding(made, "date_order")
        assert said.cell == "D2"
        assert "“反馈期限”（2026-03-01）" in said.message


def test_a_field_that_another_asks_for_is_one_line_whether_in_a_table_or_on_the_cover(tmp_path: Path) -> None:
    made = submission("risk_register", {"self_checks": SELF_CHECKED}, {"零报告": "否", "未覆盖说明": ""})
    assert "missing_because" not in [code for code, _ in found(made)]
    edits = (
        (REGISTER, "      never_empty: true\n", "      required_if: [{when: filled_on, fields: [signed, person]}]\n"),
        (
            REGISTER,
            COVER,
            f"    rules: {{required_if: [{{when: nil_return, says: denied, fields: [coverage_note]}}]}}\n{COVER}",
        ),
        (WORDS, "{word: 否,", "{word: 否, role: denied,"),
    )
    with edited(tmp_path, *edits):
        assert [place for code, place in found(made) if code == "missing_because"] == ["封面!B10"]
        assert finding(made, "missing_because").message == "零报告为“否”，“未覆盖说明”未填写。"
        unsigned = submission(
            "risk_register",
            {"self_checks": SELF_CHECKED.replace("张三 | 2026", " | 2026")},
            {"零报告": "否", "未覆盖说明": "没有重点岗位"},
        )
        said = finding(unsigned, "missing_because")
        assert (said.cell, said.message) == ("B2", "已填填表日期，“本人签字”未填写。")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ((REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person}"), "缺少 signature"),
        (
            (REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person, signature: sign}"),
            "写的字段“sign”不存在",
        ),
        (
            (REGISTER, "signed: {person: person, signature: signed}", "signed: {person: person, signature: duties}"),
            "写的字段“duties”的 kind 是 text，应是：person",
        ),
        ((REGISTER, "{words: means, group: layer}", "{words: means, group: publicity}"), "不按词表 publicity 归属"),
        ((REGISTER, "{words: means, group: layer}", "{words: means}"), "缺少 group"),
        (
            (
                REGISTER,
                "      never_empty: true\n",
                "      required_if: [{when: likelihood, says: sure, fields: [signed]}]\n",
            ),
            "写的角色（role）“sure”不存在",
        ),
        ((WORDS, "{word: 否,", "{word: 否, role: noo,"), "写的角色（role）“noo”不存在"),
        ((LEDGER, "      in_period: [collected_on]\n", "      in_period: []\n"), "不能空着"),
        (
            (
                LEDGER,
                "    fields:\n      - {name: unit_name",
                "    rules: {past: [reported_on]}\n    fields:\n      - {name: unit_name",
            ),
            "past 只用于表格",
        ),
    ],
)
def test_a_part_that_nobody_plays_is_told_on_loading(tmp_path: Path, edit: tuple[str, str, str], told: str) -> None:
    with pytest.raises(ConfigError) as caught, edited(tmp_path, edit):
        load_form("risk_register")
    assert told in str(caught.value)
    assert edit[0] in str(caught.value)
