"""第六条: the cover says how many rows there are, or that there are none, and why."""

from __future__ import annotations

import pytest

from lzxl.forms.findings import Remedy
from lzxl.submission import Submission
from tests.checks.tables import check, finding, found, submission

ROWS = ("| HB01-YJ001 | 2026-03-01 |", "| HB01-YJ002 | 2026-03-02 |")


def ledger(rows: int, **labels: str) -> Submission:
    table = "\n".join(["| 预警编号 | 采集日期 |", "|-|", *ROWS[:rows]])
    return submission("warning_intake", {"warnings": table}, labels)


@pytest.mark.parametrize("stated", ["0", "1", "3"])
def test_too_few_and_too_many_are_both_another_number(stated: str) -> None:
    said = finding(ledger(2, 预警信息数=stated), "cover_count_mismatch")
    assert said.remedy == Remedy("set", 2)


def test_the_right_number_passes_and_a_blank_one_is_no_other_number() -> None:
    assert found(ledger(2)) == []
    assert "cover_count_mismatch" not in [code for code, _ in found(ledger(2, 预警信息数=""))]


def test_a_nil_return_is_one_with_no_row_and_of_a_register_with_a_reason() -> None:
    assert found(ledger(0, 零报告="是", 零报告原因="本期没有收到。")) == []
    assert [code for code, _ in found(ledger(1, 零报告="是", 零报告原因="本期没有收到。"))] == ["nil_with_rows"]
    assert found(ledger(0, 零报告="是", 零报告原因="")) == []
    register = submission("risk_register", {}, {"零报告": "是", "零报告原因": "", "风险点数": "0"})
    assert "nil_without_reason" in [code for code, _ in found(register)]
    assert [code for code, _ in found(ledger(0, 零报告="否"))] == ["no_rows"]


def test_a_sheet_that_is_not_in_the_file_is_not_said_to_have_no_rows() -> None:
    made = ledger(0, 零报告="否")
    made.tables.clear()
    codes = [entry.code for entry in check(made)[0].findings]
    assert "sheet_missing" in codes and "no_rows" not in codes


@pytest.mark.parametrize(("nil", "said"), [("否", True), ("是", False)])
def test_self_checks_left_blank_are_asked_for_unless_there_is_nothing_to_report(nil: str, said: bool) -> None:
    risks = "| 风险点编号 | 岗位 |\n|-|\n" + ("| HB01-001 | 岗位 |" if said else "")
    labels = {"零报告": nil, "零报告原因": "" if said else "本科没有风险。"}
    made = submission("risk_register", {"risk_points": risks, "self_checks": "| 姓名 |\n|-|"}, labels)
    assert ("sheet_empty" in [entry.code for entry in check(made)[0].findings]) == said


def own_layout(stated: str, rows: int) -> list[str]:
    """The codes for a register in a layout of its own whose cover states how many rows it has."""
    table = "\n".join(["| 岗位 | 风险点 | 风险等级 |", "|-|", *["| 采购员 | 围标串标 | 一级 |"] * rows])
    made = submission("risk_register", {"risk_points": table}, {"风险点数": stated}, own_layout=True)
    return [code for code, _ in found(made)]


def test_a_register_in_a_layout_of_its_own_that_states_a_number_is_counted_too() -> None:
    assert "cover_count_mismatch" not in own_layout("2", 2)
    assert "cover_count_mismatch" in own_layout("1", 2)
    assert "cover_count_mismatch" in own_layout("3", 2)
