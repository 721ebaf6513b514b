"""What is due on a day: years whose holidays are not known are named wherever working days of theirs were counted."""

from __future__ import annotations

import datetime

import pytest

from lzxl.campaign.due import due_today
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.year.workdays import known_years

from .office import write_roster

DEADLINE = datetime.date(2026, 11, 20)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = create_campaign(tmp_path_factory.mktemp("年度") / "2026年度", "云泽县生态环境局", "2026年度", DEADLINE)
    write_roster(made.root)
    return Campaign(made.root)


def test_of_what_units_still_owe_every_year_is_named_that_was_counted_over(campaign: Campaign) -> None:
    items, notes = due_today(campaign, datetime.date(2100, 5, 6))
    assert items and all(item.is_overdue for item in items)
    assert notes == [f"{known_years()[-1] + 1}年至2100年放假安排未载入，按周一至周五推算。"]


def test_years_that_are_known_need_no_word(campaign: Campaign) -> None:
    items, notes = due_today(campaign, DEADLINE)
    assert items and notes == []
