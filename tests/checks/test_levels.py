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


def test_the_typed_level_is_said_beside_the_words_and_chooses_none() -> None:
    either_word = Remedy("choose", ("较大", "较小"))
    one = finding(row("", "严重", "二级"), "missing_likelihood")
    assert one.remedy == either_word
    assert one.fix.endswith(
        "与所填等级“二级”相配的是“较小”；选定后等级不是“二级”的，清除“风险等级”一格，由程序自动得出。"
    )
    both = finding(row("", "", "三级"), "missing_likelihood")
    assert both.remedy == either_word
    assert both.fix.endswith("发生的机率较小（较低）。选定后等级不是“三级”的，清除“风险等级”一格，由程序自动得出。")
    assert finding(row("", "严重", ""), "missing_likelihood").remedy == either_word


@pytest.mark.parametrize("written", ["大", "高", "中", "一般", "较大、较小"])
def test_a_word_that_is_like_one_is_not_taken_for_it(written: str) -> None:
    made = row(written, "严重", "二级")
    assert found(made) == [("word_not_in_vocabulary", "B2")]  # what level it gives, nobody knows yet
    said = finding(made, "word_not_in_vocabulary")
    assert said.remedy == Remedy("choose", ("较大", "较小"))
    assert said.fix.startswith("请改为下列之一：“较大”指权力集中、")
    assert found(row(written, "较轻微", "一级")) == [("word_not_in_vocabulary", "B2"), ("level_impossible", "D2")]
