"""What is kept of a file that was judged by itself never shows: the same is found as if all were judged anew."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lzxl.checks.context import Context
from lzxl.checks.judged_alone import JudgedAlone
from lzxl.checks.run import check_submissions
from lzxl.forms.load import load_grading
from lzxl.submission import Submission
from lzxl.year.decisions import Decision
from lzxl.year.resolved import Resolved
from tests.checks.tables import submission

pytestmark = pytest.mark.usefixtures("sheets_judged_once")

POINT = """
| 风险点编号 | 发生可能性 | 后果程度 | 风险等级 |
| {number} | 较小 | 较轻微 | {level} |
"""


def register(unit: str, number: str, level: str = "三级", content: str = "") -> Submission:
    """A register with one risk point; `content` tells two contents of one file apart."""
    made = submission(
        "risk_register",
        {"risk_points": POINT.format(number=number, level=level)},
        {"单位编码": unit, "填报日期": "2026-11-16"},
    )
    return replace(made, file=f"{unit}.xlsx", sha256=f"{unit}{number}{level}{content}")


FILES = [
    register("HB01", "HB01-001"),
    register("HB01", "HB01-001", level="一级"),  # not what likelihood and severity give
    register("HB01", "HB09-001"),  # a number that no unit gave, and that two use
    register("HB02", "HB09-001", level="一级"),
    register("HB03", "HB03-001"),
]
DAYS = (datetime.date(2026, 11, 10), datetime.date(2026, 11, 27))
RAISED = Decision(0, "HB01-001", likelihood="较小", severity="较轻微", result="二级", reason="多次发生", day=DAYS[0])
UNDECIDED, DECIDED = Resolved(), Resolved((RAISED,))


def context(day: datetime.date, decided: Resolved) -> Context:
    return Context(load_grading(), today=day, resolved=lambda: decided)


TOGETHER = FILES[2:4]
BATCH = st.lists(st.sampled_from(FILES), max_size=5, unique_by=lambda one: one.file)
STEPS = st.lists(st.tuples(BATCH, st.sampled_from(DAYS), st.sampled_from([UNDECIDED, DECIDED])), max_size=6)


@settings(max_examples=25, deadline=None)
@given(STEPS)
@example([(TOGETHER, DAYS[0], UNDECIDED), (TOGETHER[:1], DAYS[0], UNDECIDED), (TOGETHER[1:], DAYS[0], UNDECIDED)])
def test_whatever_was_judged_before_the_same_is_found(
    steps: Sequence[tuple[list[Submission], datetime.date, Resolved]],
) -> None:
    judged = JudgedAlone()
    for files, day, decided in steps:
        there = context(day, decided)
        anew = check_submissions(files, there)
        assert [one.findings for one in check_submissions(files, there, judged)] == [one.findings for one in anew]


def test_the_day_the_decisions_and_what_lies_beside_make_a_difference() -> None:
    found = {
        (day, decided is DECIDED): [
            one.code for checked in check_submissions(FILES, context(day, decided)) for one in checked.findings
        ]
        for day in DAYS
        for decided in (UNDECIDED, DECIDED)
    }
    assert len({tuple(codes) for codes in found.values()}) == len(found)
    assert all("duplicate_id_across_files" in codes for codes in found.values())
