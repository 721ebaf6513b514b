"""Working days: the State Council's arrangement of each year, and what the office's own calendar says otherwise."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

_ONE = datetime.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Days that the office's own calendar says otherwise of."""

    holidays: frozenset[datetime.date] = frozenset()
    workdays: frozenset[datetime.date] = frozenset()


@lru_cache(maxsize=1)
def _arrangements() -> tuple[frozenset[datetime.date], frozenset[datetime.date], range]:
    """Days off, weekend days that are worked, and the years that are arranged."""
    from chinese_calendar.constants import holidays, workdays

    years = {day.year for day in holidays}
    return frozenset(holidays), frozenset(workdays), range(min(years), max(years) + 1)


def unknown_years(days: Iterable[datetime.date]) -> tuple[int, ...]:
    """The years of `days` whose arrangement is not known: there, Monday to Friday are taken for working days."""
    return tuple(sorted({day.year for day in days if day.year not in _arrangements()[2]}))


def said_of_years(spans: Iterable[tuple[datetime.date, datetime.date]]) -> tuple[str, ...]:
    """What is to be said where working days were counted between these days: which years went by the week alone."""
    ends = (sorted(span) for span in spans)
    years = {year for first, last in ends for year in range(first.year, last.year + 1)}
    unknown = unknown_years(datetime.date(year, 1, 1) for year in years)
    runs = [[year for _, year in run] for _, run in groupby(enumerate(unknown), lambda at: at[1] - at[0])]
    named = (f"{run[0]}年" if len(run) == 1 else f"{run[0]}年至{run[-1]}年" for run in runs)
    return tuple(f"{name}放假安排未载入，按周一至周五推算。" for name in named)


def known_years() -> range:
    """The years whose arrangement is known."""
    return _arrangements()[2]


def exceptions_of(calendar: Calendar) -> tuple[frozenset[datetime.date], frozenset[datetime.date]]:
    """Days from Monday to Friday that are not worked, and weekend days that are: all that the week does not say."""
    off, made_up, _ = _arrangements()
    named = off | made_up | calendar.holidays | calendar.workdays
    free = frozenset(day for day in named if day.weekday() < _SATURDAY and not is_workday(day, calendar))
    worked = frozenset(day for day in named if day.weekday() >= _SATURDAY and is_workday(day, calendar))
    return free, worked


def is_workday(day: datetime.date, calendar: Calendar) -> bool:
    """Whether the office works on `day`. Its own calendar is asked first; a day that stands in both lists is worked."""
    if day in calendar.workdays:
        return True
    if day in calendar.holidays:
        return False
    off, made_up, years = _arrangements()
    if day.year in years:
        return day in made_up or (day.weekday() < _SATURDAY and day not in off)
    return day.weekday() < _SATURDAY


def workdays_between(first: datetime.date, last: datetime.date, calendar: Calendar) -> int:
    """How many working days there are after `first` up to `last`, which counts; negative if `last` comes before."""
    if last < first:
        return -workdays_between(last, first, calendar)
    span = (last - first).days
    return sum(is_workday(first + _ONE * number, calendar) for number in range(1, span + 1))


def workday_before(day: datetime.date, count: int, calendar: Calendar) -> datetime.date:
    """The `count`-th working day before `day`; with 0, `day` itself, or the last working day before it if it is none."""
    return _walk(day, count, -_ONE, calendar)


def workday_after(day: datetime.date, count: int, calendar: Calendar) -> datetime.date:
    """The `count`-th working day after `day`; with 0, `day` itself, or the next working day if it is none."""
    return _walk(day, count, _ONE, calendar)


def _walk(day: datetime.date, count: int, step: datetime.timedelta, calendar: Calendar) -> datetime.date:
    if count == 0 and is_workday(day, calendar):
        return day
    left = max(count, 1)
    while left:
        try:
            day += step
        except OverflowError:  # the end of the calendar
            return day
        left -= is_workday(day, calendar)
    return day
