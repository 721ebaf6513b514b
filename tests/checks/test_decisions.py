"""认定: what the office is told of rows that do not hold, at the cell that mends them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.forms.load import load_grading
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from lzxl.year.decisions import Point, ProvedWarning
from lzxl.year.facts import Facts
from tests.checks.tables import check, finding, found, submission

HEADER = "| 对象 | 编号 | 认定时可能性 | 认定时后果 | 计算等级 | 认定结果 | 理由 | 认定日期 | 有效期 |\n|-|\n"
POINTS = (
    Point("HB04-013", "HB04", "较小", "较严重", "三级", True),
    Point("HB01-003", "HB01", "较大", "较严重", "二级"),
)
CONTEXT = Context(
    load_grading(),
    "2026年度",
    {code: Unit(code, code) for code in ("HB01", "HB04")},
    facts=Facts(POINTS, (ProvedWarning("HB01-YJ001", "HB01-003"),), ("优秀", "良好", "合格", "不合格")),
)


def book(*rows: str) -> Submission:
    return submission("decisions", {"decisions": HEADER + "\n".join(rows)}, unit_code="", file="认定.xlsx")


def told(*rows: str) -> list[tuple[str, str]]:
    return found(book(*rows), CONTEXT)


GOOD = "| 风险点 | HB04-013 | 较小 | 较严重 | 三级 | 二级 | 就高 | 2026-11-28 | 本期 |"
LOWERED = "| 风险点 | HB01-003 | 较大 | 较严重 | 二级 | 三级 | 管理已规范 | 2026-11-28 | 本期 |"


def test_a_row_that_holds_and_one_that_waits_for_the_meeting_have_nothing_to_say() -> None:
    assert told(GOOD, "| 风险点 | HB01-003 | 较大 | 较严重 | 二级 | | | | |") == []


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (GOOD.replace("HB04-013", "HB04-099"), "decision_without_row", "B2"),
        (GOOD.replace("二级", "特级"), "level_not_in_vocabulary", "F2"),
        (GOOD.replace("2026-11-28", "2025-11-28"), "decision_outside_period", "H2"),
        (GOOD.replace("2026-11-28", ""), "decision_incomplete", "H2"),
        (GOOD.replace("较小", ""), "decision_incomplete", "C2"),
        (GOOD.replace("较小", "较大"), "decision_stale", "F2"),
        (LOWERED, "lowered_despite_warning", "G2"),
        (LOWERED.replace("管理已规范", ""), "decision_incomplete", "G2"),
        ("| 等次 | HB07 | | | 优秀 | 优秀 | | 2027-01-18 | |", "decision_without_row", "B2"),
        ("| 等次 | HB04 | | | 优秀 | 特优 | | 2027-01-18 | |", "level_not_in_vocabulary", "F2"),
    ],
)
def test_each_fault_is_told_at_the_cell_that_mends_it(row: str, code: str, cell: str) -> None:
    assert told(row) == [(code, cell)]


def test_two_rows_of_one_day_are_both_told_with_their_lines() -> None:
    rows = (GOOD, GOOD.replace("| 二级", "| 一级"))
    assert told(*rows) == [("decisions_conflict", "B2"), ("decisions_conflict", "B3")]
    [checked] = check(book(*rows), context=CONTEXT)
    assert checked.findings[0].message == "“HB04-013”在2026-11-28有2行认定（第2、3行），均未采用。"


def test_what_lasts_may_be_of_an_earlier_year_and_a_grade_is_decided_in_the_next() -> None:
    assert told(GOOD.replace("2026-11-28 | 本期", "2025-03-01 | 长期")) == []
    assert told("| 等次 | HB04 | | | 优秀 | 优秀 | | 2027-01-18 | |") == []


def test_a_stale_decision_tells_both_states_and_the_level_that_counts() -> None:
    said = finding(book(GOOD.replace("较小", "较大")), "decision_stale", CONTEXT)
    assert said.message == "认定时为较大×较严重，现为较小×较严重，原认定不再适用，按计算等级三级计，列入待认定。"
    assert said.severity == "warning"


@pytest.mark.parametrize(
    "row",
    [
        "| 风险点 | 较小×较严重 | | | 三级 | 一律二级 | | 2026-11-28 | |",
        "| 风险点 | 较小×较严重 一律二级 | | | 三级 | 二级 | | 2026-11-28 | |",
        "| 风险点等级 | | 较小 | 较严重 | 三级 | 二级 | | 2026-11-28 | |",
        "| 风险点 | HB04－013 | 较小 | 较严重 | 三级 | 2级 | | 2026-11-28 | |",
    ],
)
def test_rows_are_read_as_people_write_them(row: str) -> None:
    assert [code for code, _ in told(row) if code not in ("word_alias", "text_normalised")] == []


def test_without_a_campaign_only_the_rows_themselves_are_judged() -> None:
    alone = replace(CONTEXT, units={}, period="", facts=Facts())
    assert found(book(GOOD.replace("HB04-013", "HB04-099")), alone) == []
    assert found(book(GOOD.replace("二级", "特级")), alone) == [("level_not_in_vocabulary", "F2")]
