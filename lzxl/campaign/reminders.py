"""On which days units are reminded of a deadline, and which reminder is due."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from lzxl.campaign.mail_settings import MailSettings
from lzxl.year.workdays import workday_after, workday_before


def reminder_days(deadline: datetime.date, settings: MailSettings) -> dict[int, datetime.date]:
    """The days on which units are reminded, in order: -5 is the fifth working day before the deadline, 3 the third after.

    0 is the deadline itself. Where two points fall on the same day (the deadline is no working day), the later one stands.
    """
    before = {-count: workday_before(deadline, count, settings.calendar) for count in settings.remind_before}
    after = {count: workday_after(deadline, count, settings.calendar) for count in settings.remind_after if count}
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
