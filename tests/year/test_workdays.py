"""Working days by the State Council's arrangements and the office's own calendar."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.year.workdays import (
    Calendar,
    exceptions_of,
    is_workday,
    known_years,
    said_of_years,
    unknown_years,
    workday_after,
    workday_before,
    workdays_between,
)

PLAIN = Calendar()
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 12, 31))
COUNTS = st.integers(1, 40)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@st.composite
def offices(draw: st.DrawFn) -> Calendar:
    """An office\'s own calendar."""
    few = st.frozensets(DAYS, max_size=6)
    return Calendar(holidays=draw(few), workdays=draw(few))


@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("2025-09-28", True),  # a Sunday, worked for 国庆
        ("2025-10-01", False),
        ("2025-10-06", False),  # 中秋
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # a Saturday, worked
        ("2025-10-12", False),
        ("2026-01-02", False),
        ("2026-01-04", True),  # a Sunday, worked for 元旦
        ("2026-02-14", True),  # a Saturday, worked for 春节
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-11-20", True),
        ("2026-11-21", False),
    ],
)
def test_the_arrangements_of_two_years(text: str, worked: bool) -> None:
    assert is_workday(day(text), PLAIN) is worked


def test_the_offices_own_calendar_comes_first() -> None:
    own = replace(PLAIN, holidays=frozenset({day("2026-11-20")}), workdays=frozenset({day("2026-11-21")}))
    assert not is_workday(day("2026-11-20"), own)
    assert is_workday(day("2026-11-21"), own)
    both = replace(PLAIN, holidays=frozenset({day("2026-11-20")}), workdays=frozenset({day("2026-11-20")}))
    assert is_workday(day("2026-11-20"), both)


def test_a_year_without_arrangement_is_told_and_goes_by_the_week() -> None:
    assert unknown_years([day("2026-12-31"), day("2026-01-01")]) == ()
    assert unknown_years([day("2099-01-05"), day("2026-12-31"), day("2099-10-01"), day("1999-01-01")]) == (1999, 2099)
    assert is_workday(day("2099-10-01"), PLAIN)  # a Thursday
    assert not is_workday(day("2099-10-03"), PLAIN)
    assert not is_workday(day("2099-10-01"), replace(PLAIN, holidays=frozenset({day("2099-10-01")})))


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4))
def test_every_year_that_was_counted_over_by_the_week_is_said_and_no_other(
    spans: list[tuple[datetime.date, datetime.date]],
) -> None:
    wanted = {year for span in spans for year in range(min(span).year, max(span).year + 1)} - set(known_years())
    said: set[int] = set()
    for sentence in said_of_years(spans):
        years = [int(year) for year in re.findall("[0-9]{4}", sentence)]
        said |= set(range(years[0], years[-1] + 1))
    assert said == wanted


@given(DAYS, offices())
def test_exceptions_and_weekdays_say_which_days_are_worked(some: datetime.date, office: Calendar) -> None:
    off, made_up = exceptions_of(office)
    by_hand = some in made_up or (some.weekday() < 5 and some not in off)
    assert by_hand == is_workday(some, office)
    assert not any(one.weekday() >= 5 for one in off)
    assert all(one.weekday() >= 5 for one in made_up)


def test_the_years_that_are_known() -> None:
    assert {2025, 2026} <= set(known_years())
    years = known_years()
    assert unknown_years(datetime.date(year, 1, 1) for year in range(years[0] - 1, years[-1] + 2)) == (
        years[0] - 1,
        years[-1] + 1,
    )


def test_counting_across_the_national_day() -> None:
    assert workdays_between(day("2025-09-30"), day("2025-10-09"), PLAIN) == 1
    assert workdays_between(day("2025-09-26"), day("2025-09-28"), PLAIN) == 1
    assert workdays_between(day("2025-10-09"), day("2025-09-30"), PLAIN) == -1
    assert workday_after(day("2025-09-30"), 1, PLAIN) == day("2025-10-09")
    assert workday_after(day("2025-10-10"), 1, PLAIN) == day("2025-10-11")
    assert workday_before(day("2025-10-09"), 3, PLAIN) == day("2025-09-28")
    assert workday_before(day("2025-10-03"), 0, PLAIN) == day("2025-09-30")
    assert workday_after(day("2025-10-03"), 0, PLAIN) == day("2025-10-09")
    assert workday_before(day("2025-10-09"), 0, PLAIN) == day("2025-10-09")


def test_the_calendar_ends() -> None:
    assert workday_after(datetime.date.max, 3, PLAIN) == datetime.date.max
    assert workday_before(datetime.date.min, 3, PLAIN) == datetime.date.min


@given(DAYS, COUNTS, offices())
def test_walking_and_counting_agree(start: datetime.date, count: int, office: Calendar) -> None:
    later, earlier = workday_after(start, count, office), workday_before(start, count, office)
    assert is_workday(later, office) and is_workday(earlier, office)
    assert workdays_between(start, later, office) == count
    assert workdays_between(earlier, start, office) == count - 1 + is_workday(start, office)


@given(DAYS, DAYS, DAYS, offices())
def test_counting_adds_up(first: datetime.date, second: datetime.date, third: datetime.date, office: Calendar) -> None:
    whole = workdays_between(first, third, office)
    assert whole == workdays_between(first, second, office) + workdays_between(second, third, office)
