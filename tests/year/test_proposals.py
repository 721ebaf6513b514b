"""Deductions that the records prove, each with its line of evidence (考核评责)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from lzxl.forms.appraisal import load_appraisal
from lzxl.year.proposals import Feedback, Filed, Record, Reports, WarningFacts, by_item, propose, warning_facts
from tests.year.ledger import TWICE_REWORKED, course_of

SCHEME = load_appraisal()
DAY = datetime.date
WARNING = WarningFacts(
    "YJ-2026-001",
    "HB10",
    (
        Feedback(1, DAY(2026, 4, 17), DAY(2026, 4, 16), 0),
        Feedback(2, DAY(2026, 5, 12), DAY(2026, 5, 14), 2),
        Feedback(3, DAY(2026, 6, 23), DAY(2026, 6, 18), 0),
    ),
    rework=2,
)


def lines(record: Record) -> list[tuple[str, str, Decimal, str]]:
    return [(one.unit, one.item, one.points, one.evidence) for one in propose(SCHEME, record)]


def test_the_three_deductions_of_the_example_with_their_evidence() -> None:
    record = Record(warnings=(WARNING,), reports=(Reports("HB13", False, due=7, filed=6),))
    assert lines(record) == [
        ("HB10", "12", Decimal(1), "YJ-2026-001 第2轮反馈应于2026-05-12，实为2026-05-14，逾期2个工作日"),
        ("HB10", "13", Decimal(2), "YJ-2026-001 重新整改2次"),
        ("HB13", "16", Decimal("0.5"), "应交7人（名册），实交6人，缺1人"),
    ]


def test_an_answer_that_is_still_owed_says_so() -> None:
    owed = replace(WARNING, feedbacks=(Feedback(1, DAY(2026, 4, 17), None, 3),), rework=0)
    assert lines(Record(warnings=(owed,)))[0][3] == "YJ-2026-001 第1轮反馈应于2026-04-17，尚未反馈，逾期3个工作日"


def test_what_the_standard_says_nothing_of_is_only_listed() -> None:
    late = Filed("HB01", "自查自评表", DAY(2026, 11, 20), DAY(2026, 11, 24), True, 1)
    assert [(item, points) for _, item, points, _ in lines(Record(filed=(late,)))] == [("11", 0), ("11", 0)]


def test_heads_and_members_who_owe_a_report_count_on_their_own_items() -> None:
    heads = Reports("HB01", True, due=4, filed=3, late=2)
    assert [(item, points) for _, item, points, _ in lines(Record(reports=(heads,)))] == [("15", 1), ("15", 1)]


def test_key_posts_publicity_and_an_overturned_nil_return() -> None:
    record = Record(
        uncovered_posts={"HB02": ["出纳岗", "采购岗"]}, not_publicised=("HB02",), nil_overturned={"HB12": "YJ-2026-014"}
    )
    assert [(item, points) for _, item, points, _ in lines(record)] == [("6", 4), ("10", 6), ("11", 0)]


def test_what_is_taken_off_one_item_is_added_up_with_all_its_lines() -> None:
    found = by_item(propose(SCHEME, Record(warnings=(WARNING, replace(WARNING, number="YJ-2026-002")))))
    points, evidence = found["HB10", "13"]
    assert points == 4
    assert evidence == "YJ-2026-001 重新整改2次\nYJ-2026-002 重新整改2次"


def test_nothing_is_proposed_where_the_scheme_has_no_tariff() -> None:
    assert propose(replace(SCHEME, proposals={}), Record(warnings=(WARNING,))) == []


def test_a_warnings_course_tells_its_answers_and_the_one_that_is_owed() -> None:
    assert warning_facts(course_of(TWICE_REWORKED)) == replace(WARNING, number="YJ-2026-001")
    owed = warning_facts(course_of(TWICE_REWORKED, "2026-05-13"))
    assert owed.feedbacks == (WARNING.feedbacks[0], Feedback(2, DAY(2026, 5, 12), None, 1))
    assert owed.rework == 1
    assert warning_facts(course_of(TWICE_REWORKED, "2026-05-12")).feedbacks == WARNING.feedbacks[:1]
