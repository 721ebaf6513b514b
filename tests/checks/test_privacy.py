"""第八条(二)1: whoever reports stays unknown; nothing that names them may stand in a form's text."""

from __future__ import annotations

import pytest

from tests.checks.tables import finding, found, submission

WARNINGS = "| 预警编号 | 反映主要问题 |\n|-|\n| HB01-YJ001 | {} |"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("收受礼品（举报人：李某）", "举报人姓名"),
        ("吃请，电话13812345678可核实", "手机号"),
        ("借用11010519900307123X的证件", "身份证号"),
    ],
)
def test_a_text_that_names_a_person_is_refused_without_repeating_it(text: str, kind: str) -> None:
    made = submission("warning_ledger", {"warnings": WARNINGS.format(text)}, {})
    said = finding(made, "private_content")
    assert (said.cell, said.severity, said.value) == ("B2", "error", "")
    assert kind in said.message
    assert not any(digits in said.message + said.fix for digits in ("138", "1101", "李某"))


@pytest.mark.parametrize("text", ["举报人信息外泄，派件单未脱敏", "罚款金额13800元", "文号20260301，第1381234号"])
def test_what_only_speaks_of_reporting_passes(text: str) -> None:
    made = submission("warning_ledger", {"warnings": WARNINGS.format(text)}, {})
    assert "private_content" not in [code for code, _ in found(made)]
