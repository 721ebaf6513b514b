"""Self-checks by unit, and what follows from a move (第七条、第八条(三)): 场景四's people and numbers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

import pytest

from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from lzxl.year.moves import Follow, Kind, Records, follows, open_follows, self_checks
from lzxl.year.workdays import Calendar

from ..checks.tables import submission

DAY = datetime.date
MOVED = DAY(2026, 9, 15)
FIRST, LAST = DAY(2026, 1, 1), DAY(2026, 12, 31)
LEFT = Person("乐正华", "HB12", "主任岗", is_middle=True, until=DAY(2026, 9, 14))
CAME = Person("乐正华", "HB09", "副主任岗", is_middle=True, since=MOVED)
STAY = Person("滕小彤", "HB12", "宣教岗", until=DAY(2026, 9, 14))
SUCCESSOR = Person("滕小彤", "HB12", "主任岗", is_middle=True, since=MOVED)
OTHERS = tuple(Person(f"宣教{sign}", "HB12", "宣教岗") for sign in "甲乙丙丁戊己庚辛")
RESPONSE = tuple(Person(f"应急{sign}", "HB09", "值班岗") for sign in "甲乙丙丁戊己庚")
PEOPLE = People((LEFT, STAY, SUCCESSOR, *OTHERS, CAME, *RESPONSE))
UNITS = {
    "HB09": Unit("HB09", "环境应急与信访办公室", head="应急甲", liaison="应急乙"),
    "HB12": Unit("HB12", "宣传教育中心", head="滕小彤", liaison="宣教甲"),
}
CHECKS = "| 姓名 | 岗位 |\n|---|---|\n"
MEASURES = "| 措施编号 | 关联风险点编号 | 责任人 | 完成时限 |\n|---|---|---|---|\n"
POINTS = "| 风险点编号 | 岗位 | 直接责任人 |\n|---|---|---|\n"


def register(code: str, names: Sequence[str], points: str = "", measures: str = "") -> Submission:
    tables = {"self_checks": CHECKS + "\n".join(f"| {name} | 岗 |" for name in names)}
    if points:
        tables |= {"risk_points": POINTS + points, "measures": MEASURES + measures}
    return submission("risk_register", tables, labels={"单位编码": code})


HB12 = register(
    "HB12",
    ["滕小彤", *(f"宣教{sign}" for sign in "甲乙丙丁戊己庚"), "乐正华"],
    "| HB12-001 | 主任岗 | 乐正华 |\n| HB12-002 | 宣教岗 | 宣教甲 |",
    "| HB12-C001 | HB12-001 | 乐正华、宣教甲 | 2026-12-31 |\n| HB12-C002 | HB12-001 | 乐正华 | 2026-09-14 |\n"
    "| HB12-C003 | HB12-002 | 宣教甲 | 2026-12-31 |",
)
HB09 = register("HB09", [f"应急{sign}" for sign in "甲乙丙丁戊己庚"])
HB09_ANEW = register("HB09", [*(f"应急{sign}" for sign in "甲乙丙丁戊己庚"), "乐 正华"])


def records(day: datetime.date, *submissions: Submission, people: People = PEOPLE) -> Records:
    return Records(UNITS, people, submissions, day, Calendar())


def told(found: Sequence[Follow], kind: str) -> list[str]:
    return [follow.text for follow in found if follow.kind == kind]


def test_the_rate_is_of_who_serves_on_the_day() -> None:
    response, education = self_checks(records(DAY(2026, 12, 1), HB12, HB09_ANEW))
    assert (response.unit, len(response.due), response.filed, response.rate) == ("HB09", 8, 8, 1.0)
    assert (education.unit, len(education.due), education.filed) == ("HB12", 9, 8)
    assert round(education.rate or 0, 3) == 0.889
    assert education.missing == ("宣教辛",)


def test_who_came_lately_is_due_after_twenty_working_days() -> None:
    """2026-09-15 and 20 working days, 国庆 with its make-up days counted: 2026-10-19 is the last."""
    before, _ = self_checks(records(DAY(2026, 10, 19), HB12, HB09))
    assert (len(before.due), before.rate, before.waiting) == (7, 1.0, (("乐正华", DAY(2026, 10, 19)),))
    after, _ = self_checks(records(DAY(2026, 10, 20), HB12, HB09))
    assert (len(after.due), after.missing, after.waiting) == (8, ("乐正华",), ())


def test_a_unit_that_filed_nothing_has_a_rate_of_nothing() -> None:
    assert [one.rate for one in self_checks(records(DAY(2026, 12, 1)))] == [0.0, 0.0]


def test_without_people_no_rate_is_told() -> None:
    assert self_checks(records(DAY(2026, 12, 1), HB12, people=People())) == ()
    only = People((LEFT, SUCCESSOR))
    assert [one.unit for one in self_checks(records(DAY(2026, 12, 1), HB12, people=only))] == ["HB12"]


def test_what_is_to_be_handed_over_is_listed_row_by_row() -> None:
    """A measure that was to be done by the day on which he left is nobody's to take over."""
    found = follows(records(DAY(2026, 9, 16), HB12, HB09), FIRST, LAST)
    assert [(one.subject, one.unit, one.is_done) for one in found if one.kind == "handover"] == [
        ("HB12-001", "HB12", False),
        ("HB12-C001", "HB12", False),
    ]


def test_the_new_self_check_and_the_pledge_are_due_on_one_day() -> None:
    found = follows(records(DAY(2026, 9, 16), HB12, HB09), FIRST, LAST)
    due = [(one.kind, one.unit, one.due, one.is_done) for one in found if one.person is LEFT and one.due]
    assert due == [("self_check", "HB09", DAY(2026, 10, 19), False), ("pledge", "HB09", DAY(2026, 10, 19), None)]
    filed = follows(records(DAY(2026, 9, 16), HB12, HB09_ANEW), FIRST, LAST)
    assert [one.is_done for one in filed if one.kind == "self_check" and one.person is LEFT] == [True]


def test_whose_signature_is_right_from_then_on_is_told() -> None:
    found = follows(records(DAY(2026, 9, 16)), FIRST, LAST)
    assert told(found, "signature")[:2] == [
        "自2026-09-15起宣传教育中心由滕小彤签字；乐正华此前签的仍然有效",
        "自2026-09-15起乐正华可以为环境应急与信访办公室签字",
    ]


def test_a_unit_that_nobody_can_sign_for_is_told() -> None:
    units = {"HB12": replace(UNITS["HB12"], head="乐正华")}
    found = follows(replace(records(DAY(2026, 9, 16)), units=units, people=People((LEFT,))), FIRST, LAST)
    assert [(one.kind, one.is_done) for one in found] == [("signature", False), ("roster", False)]
    assert told(found, "roster") == ["名册里宣传教育中心的“负责人”仍是乐正华，请改为现任"]


def test_another_post_of_the_same_unit_leaves_nothing_to_hand_over() -> None:
    found = follows(records(DAY(2026, 9, 16), HB12), FIRST, LAST)
    assert {one.kind for one in found if one.person is STAY} == {"self_check", "pledge", "signature"}


def test_who_comes_from_outside_has_a_self_check_due_too() -> None:
    new = Person("新来人", "HB12", "宣教岗", since=MOVED)
    found = follows(records(DAY(2026, 9, 16), people=People((new,))), FIRST, LAST)
    assert [(one.kind, one.due) for one in found] == [("self_check", DAY(2026, 10, 19)), ("pledge", DAY(2026, 10, 19))]


def test_moves_of_another_year_are_none_of_this_one() -> None:
    assert follows(records(DAY(2027, 2, 1), HB12), DAY(2027, 1, 1), DAY(2027, 12, 31)) == ()


def test_a_move_that_is_still_to_come_asks_for_nothing_today() -> None:
    found = follows(records(DAY(2026, 9, 1), HB12, HB09), FIRST, LAST)
    assert found and open_follows(found, DAY(2026, 9, 1)) == []
    asked = open_follows(follows(records(MOVED, HB12, HB09), FIRST, LAST), MOVED)
    assert {one.kind for one in asked} == {"handover", "self_check"}


@pytest.mark.parametrize(
    ("kind", "until", "since", "has_come"),
    [
        ("pledge", DAY(2026, 11, 27), MOVED, True),
        ("pledge", DAY(2026, 11, 28), MOVED, False),  # the last day in the old place
        ("pledge", DAY(2026, 12, 31), MOVED, False),
        ("pledge", None, MOVED, True),  # who only came
        ("pledge", DAY(2026, 9, 14), DAY(2026, 12, 1), True),
        ("self_check", DAY(2026, 9, 14), DAY(2026, 12, 1), False),  # not in the other place yet
        ("self_check", DAY(2026, 9, 14), DAY(2026, 11, 28), True),
        ("self_check", DAY(2026, 9, 14), None, True),
    ],
)
def test_what_follows_is_open_when_somebody_has_left_and_a_self_check_when_the_other_place_is_taken_up(
    kind: Kind, until: datetime.date | None, since: datetime.date | None, has_come: bool
) -> None:
    follow = Follow(kind, replace(LEFT, until=until), replace(CAME, since=since), "HB09", "", is_done=False)
    assert open_follows([follow], DAY(2026, 11, 28)) == ([follow] if has_come else [])


def test_what_is_done_or_nobody_knows_of_is_not_open_and_who_went_away_leaves_what_is() -> None:
    gone = Follow("handover", replace(LEFT, until=DAY(2026, 9, 14)), None, "HB12", "", is_done=False)
    found = [replace(gone, is_done=True), replace(gone, is_done=None), gone]
    assert open_follows(found, DAY(2026, 11, 28)) == [gone]
