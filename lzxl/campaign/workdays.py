"""Working days: the State Council's arrangement of each year, and what the office's own calendar says otherwise."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from functools import lru_cache

from lzxl.campaign.mail_settings import MailSettings

_ONE = datetime.timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=1)
def _arrangements() -> tuple[frozenset[datetime.date], frozenset[datetime.date], range]:
    """Days off, weekend days that are worked, and the years that are arranged."""
    from chinese_calendar.constants import holidays, workdays

    years = {day.year for day in holidays}
    return frozenset(holidays), frozenset(workdays), range(min(years), max(years) + 1)


def unknown_years(days: Iterable[datetime.date]) -> tuple[int, ...]:
    """The years of `days` whose arrangement is not known: there, Monday to Friday are taken for working days."""
    return tuple(sorted({day.year for day in days if day.year not in _arrangements()[2]}))


def is_workday(day: datetime.date, settings: MailSettings) -> bool:
    """Whether the office works on `day`. Its own calendar is asked first; a day that stands in both lists is worked."""
    if day in settings.workdays:
        return True
    if day in settings.holidays:
        return False
    off, made_up, years = _arrangements()
    if day.year in years:
        return day in made_up or (day.weekday() < _SATURDAY and day not in off)
    return day.weekday() < _SATURDAY


def workdays_between(first: datetime.date, last: datetime.date, settings: MailSettings) -> int:
    """How many working days there are after `first` up to `last`, which counts; negative if `last` comes before."""
    if last < first:
        return -workdays_between(last, first, settings)
    span = (last - first).days
    return sum(is_workday(first + _ONE * number, settings) for number in range(1, span + 1))


def workday_before(day: datetime.date, count: int, settings: MailSettings) -> datetime.date:
    """The `count`-th working day before `day`; with 0, `day` itself, or the last working day before it if it is none."""
    return _walk(day, count, -_ONE, settings)


def workday_after(day: datetime.date, count: int, settings: MailSettings) -> datetime.date:
    """The `count`-th working day after `day`; with 0, `day` itself, or the next working day if it is none."""
    return _walk(day, count, _ONE, settings)


def _walk(day: datetime.date, count: int, step: datetime.timedelta, settings: MailSettings) -> datetime.date:
    if count == 0 and is_workday(day, settings):
        return day
    left = max(count, 1)
    while left:
        try:
            day += step
        except OverflowError:  # the end of the calendar
            return day
        left -= is_workday(day, settings)
    return day


def reminder_days(deadline: datetime.date, settings: MailSettings) -> dict[int, datetime.date]:
    """The days on which units are reminded, in order: -5 is the fifth working day before the deadline, 3 the third after.

    0 is the deadline itself. Where two points fall on the same day (the deadline is no working day), the later one stands.
    """
    before = {-count: workday_before(deadline, count, settings) for count in settings.remind_before}
    after = {count: workday_after(deadline, count, settings) for count in settings.remind_after if count}
    points = sorted((before | after).items())
    by_day = {day: point for point, day in points}
    return {point: day for point, day in points if by_day[day] == point}


def due_reminder(
    today: datetime.date, deadline: datetime.date, settings: MailSettings, done: Collection[int] = ()
) -> int | None:
    """The reminder point that is due: the newest one reached, unless it is `done`. None if none is.

    Older points are not made up for, and what should have gone out before the deadline is not sent after it. `done`
    holds points of this deadline: when it is put off, its points begin anew. 0 is a point too: compare with None.
    """
    reached = [
        point
        for point, day in reminder_days(deadline, settings).items()
        if day <= today and (point > 0 or today <= deadline)
    ]
    return reached[-1] if reached and reached[-1] not in done else None
