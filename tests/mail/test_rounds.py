"""Letters of a year with rounds: each names the round that it speaks of, and the day by which that one is due."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.campaign.folder import Campaign
from tests.campaign.year import FIRST, IN_FIRST, IN_SECOND, SECOND, Year, filed
from tests.mail.post import address, body, collect, drafts, enclosures, letter_in
from tests.scenarios.books import lzxl

TITLE = "预警信息采集表"


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Year:
    return Year(tmp_path, monkeypatch)


def posted(campaign: Campaign) -> dict[str, str]:
    """Unit → what the letter to it says that waits."""
    return {code: body(letter) for code in ("HB01", "HB02") if (letter := drafts(campaign).get(address(code)))}


def remind(year: Year, day: str, *more: str) -> str:
    year.on(datetime.date.fromisoformat(day))
    return lzxl(year.root, "remind", *more).replace("\n", "")


def test_a_reminder_names_the_round_whose_deadline_is_near(year: Year) -> None:
    lzxl(year.on(IN_FIRST).root, "distribute")
    remind(year, "2026-11-06")
    said = posted(year.campaign)["HB01"]
    assert "报送截止日期是2026年11月10日" in said
    assert f"《{TITLE}（{FIRST}）》" in said
    assert SECOND not in said
    assert list(enclosures(drafts(year.campaign)[address("HB01")])) == [f"{TITLE}（{FIRST}）_HB01_办公室.xlsx"]


def test_who_has_filed_the_first_round_is_reminded_of_the_second_alone(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    lzxl(year.on(IN_SECOND).root, "distribute")
    remind(year, "2026-11-16")
    letters = posted(year.campaign)
    assert FIRST not in letters["HB01"]
    assert f"《{TITLE}（{SECOND}）》" in letters["HB01"]
    assert "报送截止日期是2026年11月20日" in letters["HB01"]
    # Of what was due before, the same letter speaks, and says so: of one day a unit gets one.
    assert f"《{TITLE}（{FIRST}）》" in letters["HB02"]
    assert "报送截止日期是2026年11月10日，已逾期" in letters["HB02"]
    assert "尚有2份未完成报送" in letters["HB02"]
    assert len(enclosures(drafts(year.campaign)[address("HB02")])) == 2


def test_a_round_that_is_over_is_asked_for_before_the_next_opens(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    remind(year, "2026-11-13")
    letters = posted(year.campaign)
    assert list(letters) == ["HB02"]
    assert "现已逾期3个工作日" in letters["HB02"]
    assert f"《{TITLE}（{FIRST}）》" in letters["HB02"]


def test_nobody_is_reminded_twice_on_one_occasion(year: Year) -> None:
    year.on(IN_SECOND)
    remind(year, "2026-11-16")
    before = posted(year.campaign)
    assert set(before) == {"HB01", "HB02"}
    for day in ("2026-11-16", "2026-11-17"):
        remind(year, day)
        assert posted(year.campaign) == before


def test_a_reminder_is_withdrawn_when_its_round_was_filed(year: Year) -> None:
    remind(year, "2026-11-06")
    assert set(posted(year.campaign)) == {"HB01", "HB02"}
    year.collect(datetime.date(2026, 11, 9), filed(slice(0, 1)))
    assert set(posted(year.campaign)) == {"HB02"}


def test_on_no_day_for_reminding_the_next_is_named_of_whatever_round(year: Year) -> None:
    assert "下一个催报日是2026-11-03。" in remind(year, "2026-10-20")
    remind(year, "2026-11-03")
    assert "下一个催报日是2026-11-09。" in remind(year, "2026-11-04")


def test_a_receipt_names_the_round_and_what_is_still_to_come(year: Year) -> None:
    year.on(datetime.date(2026, 11, 18))
    file = (f"{TITLE}.xlsx", filed(slice(0, 1), FIRST, day=9))
    run = collect(year.campaign, letter_in(address("HB01"), file))
    assert [letter.unit for letter in run.written.letters] == ["HB01"]
    said = posted(year.campaign)["HB01"]
    assert f"《{TITLE}（{FIRST}）》　第1版" in said
    assert "逾期报送，登记为迟报" in said
    assert f"尚未收到的表格：《{TITLE}（{SECOND}）》。报送截止日期：2026年11月20日。" in said


def test_two_rounds_in_one_mail_are_answered_each(year: Year) -> None:
    year.on(datetime.date(2026, 11, 18))
    files = [
        ("一.xlsx", filed(slice(0, 1), FIRST, day=9)),
        ("二.xlsx", filed(slice(1, 3), SECOND, day=16)),
    ]
    collect(year.campaign, letter_in(address("HB01"), *files))
    said = posted(year.campaign)["HB01"]
    assert f"《{TITLE}（{FIRST}）》　第1版　已接收" in said
    assert f"《{TITLE}（{SECOND}）》　第1版　已接收" in said
    assert "已由本版代替" not in said


def test_the_letter_with_workbooks_brings_those_of_the_round_that_is_open(year: Year) -> None:
    lzxl(year.on(IN_FIRST).root, "distribute", "--mail")
    first = drafts(year.campaign)[address("HB01")]
    assert list(enclosures(first)) == [f"{TITLE}（{FIRST}）_HB01_办公室.xlsx"]
    assert "报送截止日期：2026年11月10日" in body(first)
    lzxl(year.on(IN_SECOND).root, "distribute", "--mail")
    second = drafts(year.campaign)[address("HB01")]
    assert list(enclosures(second)) == [f"{TITLE}（{SECOND}）_HB01_办公室.xlsx"]
    assert "报送截止日期：2026年11月20日" in body(second)
