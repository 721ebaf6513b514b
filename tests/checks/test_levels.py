"""分级: the level is computed; one typed by hand is compared, and tells what is missing."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_grading
from lzxl.submission import Submission
from lzxl.year.decisions import Decision, ProvedWarning
from lzxl.year.resolved import Resolved
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


DECISION = Decision(
    0,
    "HB04-013",
    "较小",
    "较严重",
    "三级",
    "二级",
    "裁量、资金环节就高",
    "领导小组2026年第4次会议",
    "云环廉组纪〔2026〕4号",
    datetime.date(2026, 11, 28),
)
WHERE = "2026-11-28，领导小组2026年第4次会议，云环廉组纪〔2026〕4号"
YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


def numbered(level: str, likelihood: str = "较小", number: str = "HB04-013") -> Submission:
    header = "| 风险点编号 | 发生可能性 | 后果程度 | 风险等级 |\n|-|\n"
    point = f"{header}| {number} | {likelihood} | 较严重 | {level} |"
    return submission("risk_register", {"risk_points": point}, unit_code="HB04")


def of_level(made: Submission, *decisions: Decision, proved: tuple[ProvedWarning, ...] = ()) -> list[tuple[str, str]]:
    """Code and severity of what is said of the level, where these were decided."""
    context = Context(load_grading(), resolved=lambda: Resolved(decisions, proved, YEAR))
    found = check_submissions([made], context)[0].findings
    return [(one.code, one.severity) for one in found if one.header == "风险等级"]


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("二级", [("level_as_decided", "info")]),
        ("三级", [("level_decided_otherwise", "warning")]),
        ("一级", [("level_decided_otherwise", "error")]),
        ("=三级", []),
        ("", []),
    ],
)
def test_a_typed_level_is_compared_with_what_was_decided_beside_what_is_computed(
    level: str, told: list[tuple[str, str]]
) -> None:
    assert of_level(numbered(level), DECISION) == told


@pytest.mark.parametrize("level", ["一级", "二级", "三级"])
def test_both_levels_are_named_with_the_meeting_and_its_minutes(level: str) -> None:
    context = Context(load_grading(), resolved=lambda: Resolved((DECISION,), (), YEAR))
    [said] = [one for one in check_submissions([numbered(level)], context)[0].findings if one.header == "风险等级"]
    assert f"（{WHERE}）" in said.message
    assert "计算等级为“三级”" in said.message and f"本格为“{level}”" in said.message
    assert "认定" in said.message and (level == "二级" or "认定为“二级”" in said.message)


def test_a_row_that_decides_the_whole_cell_counts_too() -> None:
    whole = replace(DECISION, subject="")
    for number in ("HB04-013", "HB04-099", ""):  # filed before, added with a number, added without one
        assert of_level(numbered("二级", number=number), whole) == [("level_as_decided", "info")]
        assert of_level(numbered("一级", number=number), whole) == [("level_decided_otherwise", "error")]


@pytest.mark.parametrize(
    "decisions",
    [
        (),
        (replace(DECISION, subject="HB04-014"),),
        (replace(DECISION, result="三级"),),
        (replace(DECISION, day=datetime.date(2025, 11, 28)),),
        (replace(DECISION, likelihood="较大"),),
        (DECISION, replace(DECISION, row=1, result="一级")),
    ],
    ids=["none", "another point", "the computed level", "another year", "stale", "two of one day"],
)
def test_a_decision_that_does_not_hold_leaves_the_computed_level_alone_right(decisions: tuple[Decision, ...]) -> None:
    assert of_level(numbered("二级"), *decisions) == [("level_mismatch", "error")]
    assert of_level(numbered("三级"), *decisions) == []


def test_a_level_lowered_against_a_proved_warning_does_not_hold() -> None:
    lowered = replace(DECISION, likelihood="较大", computed="二级", result="三级")
    made = numbered("三级", "较大")
    assert of_level(made, lowered) == [("level_as_decided", "info")]
    warning = (ProvedWarning("YJ-2026-001", "HB04-013"),)
    assert of_level(made, lowered, proved=warning) == [("level_mismatch", "error")]


def test_the_decisions_are_asked_for_only_where_a_level_was_typed() -> None:
    def unasked() -> Resolved:
        raise AssertionError("no level was typed")

    for level in ("", "=三级"):
        context = Context(load_grading(), resolved=unasked)
        assert check_submissions([numbered(level)], context)[0].submission.refusal is None
