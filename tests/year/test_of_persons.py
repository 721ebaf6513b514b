"""What the personnel section learns of a person: where somebody was before, and which reports are filed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.year.exports.known import Known
from lzxl.year.exports.of_persons import OF_PERSONS
from lzxl.year.exports.tables import Cell, Column

DAY = datetime.date
TODAY = DAY(2026, 11, 28)
UNITS = {"HB09": Unit("HB09", "信访办"), "HB12": Unit("HB12", "宣教中心")}


def known(*people: Person, reports: Mapping[str, Mapping[bool, Mapping[str, bool]]] | None = None) -> Known:
    return Known(UNITS, People(people), DAY(2026, 1, 1), TODAY, reports=reports or {})


def shown(column: str, there: Known, person: Person) -> Cell:
    return OF_PERSONS[column](there, person, Column(column, column, 10))


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (DAY(2025, 12, 31), ""),  # the year before
        (DAY(2026, 1, 1), "HB12 宣教中心（至2026-01-01）"),
        (DAY(2026, 11, 27), "HB12 宣教中心（至2026-11-27）"),
        (TODAY, ""),  # still there today
    ],
)
def test_a_place_before_is_told_if_it_was_left_in_the_year_and_before_the_day(until: datetime.date, told: str) -> None:
    left, came = Person("乐正华", "HB12", until=until), Person("乐正华", "HB09", since=DAY(2026, 3, 1))
    assert shown("former_unit", known(left, came), came) == told


def test_another_post_in_the_same_unit_is_no_place_before() -> None:
    left, now = Person("滕小彤", "HB12", "宣教岗", until=DAY(2026, 9, 14)), Person("滕小彤", "HB12", "主任岗")
    assert shown("former_unit", known(left, now), now) == ""


@pytest.mark.parametrize(
    ("heads", "members", "told"),
    [
        ({}, {}, "未交"),
        ({"滕小彤": False}, {}, "未交"),
        ({}, {"滕小彤": False}, "未交"),
        ({"滕小彤": False}, {"滕小彤": False}, "已交"),
        ({"滕小彤": False}, {"滕小彤": True}, "已交（迟交）"),
        ({"滕小彤": True}, {"滕小彤": True}, "已交（迟交）"),
    ],
)
def test_whoever_owes_two_reports_has_filed_when_both_are_there(
    heads: Mapping[str, bool], members: Mapping[str, bool], told: str
) -> None:
    both = Person("滕小彤", "HB12", is_middle=True, is_party=True)
    assert shown("reported", known(both, reports={"HB12": {True: heads, False: members}}), both) == told
