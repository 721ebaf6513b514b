"""People in the course of a campaign's year: what moves are judged by, and what follows from those of its period."""

from __future__ import annotations

import datetime

from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import Standing
from lzxl.checks.dates import period_days
from lzxl.year.moves import Follow, Records, follows


def records_of(campaign: Campaign, standing: Standing) -> Records:
    """The roster and what was accepted, as of the day that the standing speaks of."""
    return Records(campaign.units, campaign.people, standing.counted, standing.as_of, campaign.config.mail.calendar)


def follows_of(campaign: Campaign, records: Records) -> tuple[Follow, ...]:
    """What follows from the moves of the campaign's period; of the year of the day, where the period names none."""
    year = records.day.year
    days = period_days(campaign.config.period) or (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    return follows(records, *days)
