"""Days that are some months after another."""

from __future__ import annotations

import calendar as months
import datetime


def add_months(day: datetime.date, count: int) -> datetime.date:
    """The same day some months later, or the last of that month if it has none such."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
