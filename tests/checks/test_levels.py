"""分级: the level is computed; one typed by hand is compared, and tells what is missing."""

from __future__ import annotations

import pytest

from lzxl.checks.context import Context
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_grading
from tests.checks.tables import finding, found, submission


def row(likelihood: str, severity: str, level: str) -> object:
    header = "| 姓名 | 发生可能性 | 后果程度 | 风险等级 |\n|-|\n"
    labels = {"零报告": "是", "零报告原因": "本期没有发现。"}
    return submission(
        "risk_register", {"self_checks": f"{header}| 张三 | {likelihood} | {severity} | {level} |"}, labels
    )


@pytest.mark.parametrize("grade", load_grading().grades, ids=lambda grade: f"{grade.likelihood}×{grade.severity}")
@pytest.mark.parametrize("level", ["一级", "二级", "三级"])
def test_a_typed_level_must_be_the_computed_one(grade, level: str) -> None:  # type: ignore[no-untyped-def]
    made = row(grade.likelihood, grade.severity, level)
    if level == grade.level:
        assert found(made) == []
        return
    assert found(made) == [("level_mismatch", "D2")]
    said = finding(made, "level_mismatch")
    assert grade.basis in said.message  # 规则未明示 is shown with an open cell
    assert said.remedy == Remedy("clear")


def test_the_bureau_may_grade_open_cells_higher() -> None:
    higher = Context(load_grading(open_cells="二级"))
    assert found(row("较大", "较轻微", "二级"), higher) == []
    assert found(row("较大", "较轻微", "三级"), higher) == [("level_mismatch", "D2")]


def test_our_own_formula_is_not_compared() -> None:
    assert found(row("较大", "严重", "=三级")) == []


@pytest.mark.parametrize(
    ("level", "code"), [("很高", "level_not_in_vocabulary"), ("1中2低", "compound_level"), ("#N/A", "error_value")]
)
def test_a_level_that_is_none_is_said_once_and_cleared(level: str, code: str) -> None:
    made = row("较大", "严重", level)
    assert found(made) == [(code, "D2")]
    assert finding(made, code).remedy == Remedy("clear")
    assert "清除该格" in finding(made, code).fix


def test_a_level_that_no_choice_can_give() -> None:
    assert found(row("", "较轻微", "一级")) == [("missing_likelihood", "B2"), ("level_impossible", "D2")]


def test_the_typed_level_tells_what_is_missing() -> None:
    assert finding(row("", "严重", "二级"), "missing_likelihood").remedy == Remedy("set", "较小")
    assert finding(row("较大", "", "二级"), "missing_severity").remedy == Remedy("set", "较严重")
    both = row("", "", "三级")  # the cell that the rules name goes before those that they leave open
    assert finding(both, "missing_likelihood").remedy == Remedy("choose", ("较小", "较大"))
    assert finding(both, "missing_severity").remedy == Remedy("choose", ("较轻微", "较严重"))
    assert finding(both, "missing_severity").fix.endswith("从其余各栏看，应是“较轻微”或“较严重”。")
    assert finding(row("", "严重", ""), "missing_likelihood").remedy == Remedy("choose", ("较大", "较小"))


def test_a_nearly_right_word_does_not_hide_that_the_level_is_wrong() -> None:
    assert found(row("大", "严重", "二级")) == [("word_not_in_vocabulary", "B2"), ("level_mismatch", "D2")]
