"""The time that the office goes by: Beijing's, whatever the computer's clock is set to. Days and deadlines are days there."""

from __future__ import annotations

import datetime

# A fixed offset: China has one time and no summer time, and on Windows Python knows no zones by name.
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


def now() -> datetime.datetime:
    """The present, with the time zone."""
    return datetime.datetime.now(BEIJING)


def today() -> datetime.date:
    return now().date()
