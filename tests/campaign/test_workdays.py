"""Working days by the State Council's arrangements, and which reminder is due."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.workdays import (
    due_reminder,
    is_workday,
    reminder_days,
    unknown_years,
    workday_after,
    workday_before,
    workdays_between,
)

PLAIN = MailSettings()
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 12, 31))
COUNTS = st.integers(1, 40)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@st.composite
def offices(draw: st.DrawFn) -> MailSettings:
    """Settings with an own calendar and own reminder points."""
    few = st.frozensets(DAYS, max_size=6)
    points = st.lists(st.integers(0, 12), max_size=4).map(lambda values: tuple(sorted(set(values))))
    return MailSettings(holidays=draw(few), workdays=draw(few), remind_before=draw(points), remind_after=draw(points))


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


def test_reminders_of_a_round() -> None:
    deadline = day("2026-11-20")
    assert reminder_days(deadline, PLAIN) == {
        -5: day("2026-11-13"),
        -1: day("2026-11-19"),
        1: day("2026-11-23"),
        3: day("2026-11-25"),
    }
    due = {text: due_reminder(day(text), deadline, PLAIN) for text in ("2026-11-12", "2026-11-13", "2026-11-18")}
    assert due == {"2026-11-12": None, "2026-11-13": -5, "2026-11-18": -5}
    assert due_reminder(day("2026-11-19"), deadline, PLAIN, done={-5}) == -1
    assert due_reminder(day("2026-11-20"), deadline, PLAIN, done={-5, -1}) is None
    # Run late: only the newest, and nothing of before the deadline after it.
    assert due_reminder(day("2026-11-20"), deadline, PLAIN) == -1
    assert due_reminder(day("2026-11-21"), deadline, PLAIN) is None
    assert due_reminder(day("2026-11-24"), deadline, PLAIN) == 1
    assert due_reminder(day("2026-12-24"), deadline, PLAIN) == 3
    assert due_reminder(day("2026-12-24"), deadline, PLAIN, done={3}) is None


def test_a_deadline_after_a_long_holiday_reminds_before_it() -> None:
    assert reminder_days(day("2025-10-09"), replace(PLAIN, remind_before=(0, 1, 2), remind_after=(1,))) == {
        -2: day("2025-09-29"),
        -1: day("2025-09-30"),
        0: day("2025-10-09"),
        1: day("2025-10-10"),
    }


def test_two_points_on_one_day_are_one() -> None:
    sunday = day("2026-11-22")
    assert reminder_days(sunday, replace(PLAIN, remind_before=(0, 1, 2), remind_after=(0,))) == {
        -2: day("2026-11-19"),
        0: day("2026-11-20"),
    }


@given(DAYS, COUNTS, offices())
def test_walking_and_counting_agree(start: datetime.date, count: int, office: MailSettings) -> None:
    later, earlier = workday_after(start, count, office), workday_before(start, count, office)
    assert is_workday(later, office) and is_workday(earlier, office)
    assert workdays_between(start, later, office) == count
    assert workdays_between(earlier, start, office) == count - 1 + is_workday(start, office)


@given(DAYS, DAYS, DAYS, offices())
def test_counting_adds_up(
    first: datetime.date, second: datetime.date, third: datetime.date, office: MailSettings
) -> None:
    whole = workdays_between(first, third, office)
    assert whole == workdays_between(first, second, office) + workdays_between(second, third, office)


@given(DAYS, offices(), st.lists(st.integers(0, 3), min_size=60, max_size=60))
def test_whenever_it_is_run_each_point_is_sent_once_in_order_and_never_too_early(
    deadline: datetime.date, office: MailSettings, runs: list[int]
) -> None:
    days = reminder_days(deadline, office)
    done: list[int] = []
    for number, times in enumerate(runs):
        today = deadline + datetime.timedelta(days=number - 25)
        for _ in range(times):
            point = due_reminder(today, deadline, office, done)
            if point is not None:
                assert days[point] <= today
                assert (today > deadline) == (point > 0)
                done.append(point)
    assert done == sorted(set(done))


@given(DAYS, offices())
def test_run_daily_every_point_is_sent_on_its_day(deadline: datetime.date, office: MailSettings) -> None:
    days = reminder_days(deadline, office)
    sent: dict[int, datetime.date] = {}
    for number in range(-40, 41):
        today = deadline + datetime.timedelta(days=number)
        point = due_reminder(today, deadline, office, sent)
        if point is not None:
            sent[point] = today
    assert sent == {point: due for point, due in days.items() if abs((due - deadline).days) <= 40}
