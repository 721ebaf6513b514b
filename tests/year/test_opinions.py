"""考核意见: the draft says how the unit stands, what is good, what is wrong with its fact, and until when it is to mend it."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.year.grades import Outcome
from lzxl.year.opinions import LONGEST, Loss, draft
from lzxl.year.scores import Parts

UNTIL = datetime.date(2027, 1, 17)
PARTS = Parts(Decimal("94.5"), Decimal("83.0"), Decimal("78.0"))
OUTCOME = Outcome("HB10", PARTS, "已定", Decimal("83.3"), "良好", "良好", (), 6)
LATE = Loss("12", "1", "YJ-2026-001 第2轮反馈逾期2个工作日")


def test_it_says_result_merits_faults_with_facts_and_the_day() -> None:
    said = draft("综合行政执法大队", OUTCOME, ["年度工作有计划有总结"], [LATE], UNTIL)
    assert said == (
        "综合行政执法大队本年度考核结果83.3分（自查94.5分、日常督查83分、年终检查78分），名次第6，等次为良好。"
        "主要成效：年度工作有计划有总结等1项未失分。存在问题：第12项失1分，YJ-2026-001 第2轮反馈逾期2个工作日。"
        "请于2027-01-17前针对以上问题提出整改措施，报领导小组办公室。"
    )


def test_what_has_no_room_is_counted() -> None:
    losses = [Loss(str(number), "1", "事实" * 40) for number in range(1, 12)]
    said = draft("综合行政执法大队", OUTCOME, ["内容" * 30] * 9, losses, UNTIL)
    assert len(said) <= LONGEST
    assert "项失分，见考核评定表" in said


def test_a_grade_that_waits_is_said_so_and_no_result_has_no_opinion() -> None:
    waiting = Outcome("HB01", PARTS, "待定", Decimal("95.4"), "优秀", "待定", (), 2)
    assert "等次待领导小组认定" in draft("办公室", waiting, [], [], UNTIL)
    assert draft("办公室", Outcome("HB11", Parts(), "未齐"), [], [], UNTIL) == ""


@settings(deadline=None)
@given(
    st.lists(st.text("内容和事实", max_size=80), max_size=20),
    st.lists(st.builds(Loss, st.just("12"), st.just("1"), st.text("事实经过", max_size=500)), max_size=20),
    st.text("局科室队站", min_size=1, max_size=60),
)
def test_it_never_has_more_than_three_hundred_characters(kept: list[str], losses: list[Loss], name: str) -> None:
    said = draft(name, OUTCOME, kept, losses, UNTIL)
    assert len(said) <= LONGEST
    assert str(UNTIL) in said
    assert not losses or "存在问题" in said
