"""People of the roster: who serves where on a day, who may sign then, and who moved (第六条、第七条)."""

from __future__ import annotations

import datetime
import itertools

from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.people import People, Person, Renamed

DAY = datetime.date
LEFT = Person("乐正华", "HB12", "主任岗", is_middle=True, until=DAY(2026, 9, 14))
CAME = Person("乐正华", "HB09", "副主任岗", is_middle=True, since=DAY(2026, 9, 15))
SUCCESSOR = Person("滕小彤", "HB12", "宣教岗", is_middle=True, since=DAY(2026, 9, 15))
BEFORE = Person("滕小彤", "HB12", "宣教岗", until=DAY(2026, 9, 14))
PEOPLE = People((LEFT, BEFORE, CAME, SUCCESSOR), (Renamed("HB05", "HB05", "大气环境科", DAY(2026, 5, 1)),))


def test_a_person_is_in_the_unit_of_the_day() -> None:
    assert PEOPLE.unit_of("乐正华", DAY(2026, 9, 14)) == "HB12"
    assert PEOPLE.unit_of("乐 正华", DAY(2026, 9, 15)) == "HB09"
    assert PEOPLE.unit_of("无此人", DAY(2026, 9, 15)) == ""


def test_a_unit_has_the_heads_of_the_day() -> None:
    assert [person.name for person in PEOPLE.heads_of("HB12", DAY(2026, 3, 20))] == ["乐正华"]
    assert [person.name for person in PEOPLE.heads_of("HB12", DAY(2026, 9, 15))] == ["滕小彤"]


def test_who_moved_in_the_year_is_told_with_where_to() -> None:
    moves = list(PEOPLE.moves(DAY(2026, 1, 1), DAY(2026, 12, 31)))
    assert moves == [(LEFT, CAME), (BEFORE, SUCCESSOR)]
    assert not list(PEOPLE.moves(DAY(2025, 1, 1), DAY(2025, 12, 31)))


def test_who_left_for_nowhere_is_told_without_a_place() -> None:
    assert list(People((LEFT,)).moves(DAY(2026, 1, 1), DAY(2026, 12, 31))) == [(LEFT, None)]


def test_two_of_one_name_on_one_day_are_in_no_one_unit() -> None:
    people = People((Person("张伟", "HB01"), Person("张伟", "HB02")))
    assert people.units_of("张伟", DAY(2026, 1, 1)) == {"HB01", "HB02"}
    assert people.unit_of("张伟", DAY(2026, 1, 1)) == ""


def test_a_unit_is_known_by_the_codes_that_it_had() -> None:
    people = People(renamed=(Renamed("HB05", "HB15", "大气科", DAY(2026, 5, 1)),))
    assert people.former_codes("HB05") == {"HB05", "HB15"}
    assert people.former_codes("HB06") == {"HB06"}


@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=8, unique=True).map(sorted),
    st.integers(0, 45),
)
def test_who_serves_from_place_to_place_is_in_one_of_them_on_each_day(turns: list[int], number: int) -> None:
    start = DAY(2026, 1, 1)
    days = [start + datetime.timedelta(days=turn) for turn in turns]
    one = datetime.timedelta(days=1)
    people = People(
        tuple(
            Person("某人", f"U{place}", since=first, until=following - one)
            for place, (first, following) in enumerate(itertools.pairwise(days))
        )
    )
    day = start + datetime.timedelta(days=number)
    begun = sum(turn <= number for turn in turns)
    expected = f"U{begun - 1}" if 0 < begun < len(turns) else ""
    assert people.unit_of("某人", day) == expected
