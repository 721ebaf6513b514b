"""What a row of 认定 says: of what, in which state, and for how long it holds (第七条)."""

from __future__ import annotations

import pytest

from lzxl.forms.load import load_grading
from lzxl.forms.roster import Unit
from lzxl.year.decided import decision_rows
from lzxl.year.decisions import Decision

from ..checks.tables import submission

UNITS = {"HB12": Unit("HB12", "宣传教育中心")}
_TITLES = ("对象", "编号", "认定时可能性", "认定时后果", "计算等级", "认定结果", "理由", "会议", "认定日期", "有效期")
TITLES = f"| {' | '.join(_TITLES)} |\n|{'---|' * len(_TITLES)}\n"


def read(row: str) -> Decision:
    found = decision_rows(submission("decisions", {"decisions": TITLES + row}), load_grading(), UNITS)
    [one] = found.rows
    return one.decision


@pytest.mark.parametrize(("validity", "is_lasting"), [("长期", True), ("永久", True), ("本期", False), ("", False)])
def test_a_decision_lasts_only_if_it_says_so(validity: str, is_lasting: bool) -> None:
    row = f"| 风险点 | HB12-003 | 较小 | 较严重 | 三级 | 二级 | 裁量集中 | 第三次会议 | 2026-11-28 | {validity} |"
    assert read(row).is_lasting is is_lasting


def test_an_answer_to_a_nil_return_is_of_the_unit_and_in_no_state() -> None:
    decision = read("| 零报告 | 宣传教育中心 | 较小 | 较严重 | 三级 | 同意认可 | 属实 | 第三次会议 | 2026-11-28 | |")
    assert (decision.subject, decision.likelihood, decision.severity, decision.result) == ("HB12", "", "", "认可")
