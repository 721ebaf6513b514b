"""Which reminder of a deadline is due on which day."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.reminders import due_reminder, reminder_days

PLAIN = MailSettings()
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 12, 31))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@st.composite
def offices(draw: st.DrawFn) -> MailSettings:
    """Settings with an own calendar and own reminder points."""
    few = st.frozensets(DAYS, max_size=6)
    points = st.lists(st.integers(0, 12), max_size=4).map(lambda values: tuple(sorted(set(values))))
    return MailSettings(holidays=draw(few), workdays=draw(few), remind_before=draw(points), remind_after=draw(points))


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
