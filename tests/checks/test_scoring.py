"""考核评定: scores above what the records leave, and limits of the grade without their foundation."""

from __future__ import annotations

import pytest

from lzxl.checks.context import Context
from lzxl.forms.load import load_grading
from lzxl.year.facts import Facts
from tests.checks.tables import finding, found, submission

CONTEXT = Context(load_grading(), "2026年度", facts=Facts(grades=("优秀", "良好", "合格", "不合格")))
SCORES = "| 单位 | 项 | 考核内容 | 分值 | 应扣 | 证据 | 得分 | 理由 |\n|-|\n"
LIMITS = "| 单位 | 情形 | 最高等次 | 依据 | 认定人 | 认定日期 |\n|-|\n"
LATE = "YJ-2026-001 第2轮反馈应于2026-05-12，实为2026-05-14，逾期2个工作日"


def told(sheet: str, header: str, row: str) -> list[tuple[str, str]]:
    return found(submission("appraisal", {sheet: header + row}, unit_code="", file="考核评定.xlsx"), CONTEXT)


@pytest.mark.parametrize(
    ("given", "reason", "expected"),
    [
        (6, "", [("score_above_record", "G2")]),
        (6, "该件延期已经批准", []),
        (5, "", []),
        (4.5, "", []),
        (7, "", [("score_over_points", "G2")]),
        ("", "", []),
    ],
)
def test_a_score_above_the_record_needs_a_reason(given: object, reason: str, expected: list[tuple[str, str]]) -> None:
    row = f"| HB10 | 12 | 预警处置及时 | 6 | 1 | {LATE} | {given} | {reason} |"
    assert told("final", SCORES, row) == expected


def test_the_evidence_is_told_with_it() -> None:
    row = f"| HB10 | 12 | 预警处置及时 | 6 | 1 | {LATE} | 6 | |"
    said = finding(submission("appraisal", {"final": SCORES + row}, unit_code=""), "score_above_record", CONTEXT)
    assert said.message == f"得分（6分）高于按记录应得的5分：{LATE}。"
    assert said.severity == "warning"


WHOLE = "| HB13 | 弄虚作假 | 不合格 | 云环廉组纪〔2026〕5号 | 领导小组 | 2026-12-18 |"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (WHOLE, []),
        (WHOLE.replace("云环廉组纪〔2026〕5号", ""), [("grade_limit_without_basis", "B2")]),
        (WHOLE.replace("领导小组", ""), [("grade_limit_without_basis", "B2")]),
        (WHOLE.replace("2026-12-18", ""), [("grade_limit_without_basis", "B2")]),
        (WHOLE.replace("不合格", "最差"), [("level_not_in_vocabulary", "C2")]),
    ],
)
def test_a_limit_of_the_grade_says_what_it_rests_on(row: str, expected: list[tuple[str, str]]) -> None:
    assert told("ceilings", LIMITS, row) == expected
