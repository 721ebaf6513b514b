"""When a mail came in: what counts for whether a filing is late."""

from __future__ import annotations

import datetime
import os
import struct
from pathlib import Path

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.mail.office import Office
from tests.campaign.office import filled
from tests.mail.letters_to_parse import ole, outlook_file, outlook_tree
from tests.mail.post import TZ, address, letter_in, mail_campaign, table

NOW = datetime.datetime(2026, 11, 27, 10, tzinfo=TZ)
DAY = datetime.date(2026, 11, 19)
CASE = Path(__file__).parents[1] / "cases/mail/02-msg-internal-exchange-date/in"
OUTLOOK = bytes.fromhex("0b0d020000000000c000000000000046")
IMPOSSIBLE = [
    "by mx; Tue, 19 Jan 2038 03:14:07 +0000",
    "by mx; Thu, 1 Jan 1970 00:00:00 +0000",
    "by mx; Sun, 29 Nov 2026 09:00:00 +0800",
    "by mx; Fri, 31 Dec 9999 23:59:59 +0000",
    "by mx",
]


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "2026年度", ("HB01", "HB05"), ("warning_intake", "risk_register"))


def mailed(*received: str, day: int = 10) -> bytes:
    """A mail of HB01 with these Received headers."""
    raw = letter_in(address("HB01"), ("台账.xlsx", filled("HB01", day=day)))
    header = b"".join(b"Received: " + one.encode() + b"\n" for one in received)
    return header + raw[raw.index(b"From:") :]


def outlook_sent(delivered: datetime.datetime, *more: tuple[int, datetime.datetime], headers: str = "") -> bytes:
    """A .msg file of HB01 that its server took in then. `more`: other times, by number."""
    tree = dict(outlook_tree(outlook_file("台账.xlsx", filled("HB01")), sender=address("HB01"), headers=headers))
    times = [*more, (0x0E06, delivered)]
    tree["__properties_version1.0"] = b"\x00" * 32 + b"".join(property_of(number, when) for number, when in times)
    return ole(tree, OUTLOOK)


def property_of(number: int, when: datetime.datetime) -> bytes:
    ticks = (when - datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(microseconds=1) * 10
    return struct.pack("<HHIQ", 0x40, number, 6, ticks)


def days_of(
    campaign: Campaign,
    raws: list[bytes],
    suffix: str = ".eml",
    received: datetime.date | None = None,
    written: int = 26,
) -> set[str]:
    """The days on which what is in mails counts as received. `written`: the day of November when their files were written."""
    folder = campaign.root.parent / "来件"
    folder.mkdir()
    moment = datetime.datetime(2026, 11, written, 9, tzinfo=TZ).timestamp()
    for number, raw in enumerate(raws):
        path = folder / f"{number}{suffix}"
        path.write_bytes(raw)
        os.utime(path, (moment, moment))
    with Office(campaign, NOW) as office:
        office.collect([folder], received=received)
    receipts = table(campaign, "receipts")
    assert len(receipts) == len(raws)
    return {str(receipt["received"]) for receipt in receipts}


def day_of(campaign: Campaign, raw: bytes, suffix: str = ".eml", received: datetime.date | None = None) -> str:
    [day] = days_of(campaign, [raw], suffix, received)
    return day


def test_an_outlook_mail_that_never_left_its_server_came_in_when_that_took_it_in(campaign: Campaign) -> None:
    path = CASE / "a.msg"
    with Office(campaign, NOW) as office:
        office.collect([path])
    assert [row["received"] for row in table(campaign, "receipts")] == ["2026-11-19"]


def test_when_an_outlook_mail_was_sent_is_the_senders_word_and_does_not_count(campaign: Campaign) -> None:
    sent = (0x0039, datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC))
    delivered = datetime.datetime(2026, 11, 19, 1, tzinfo=datetime.UTC)
    assert day_of(campaign, outlook_sent(delivered, sent), ".msg") == "2026-11-19"


def test_an_outlook_mail_that_has_come_a_long_way_says_so_itself(campaign: Campaign) -> None:
    delivered = datetime.datetime(2026, 11, 19, 1, tzinfo=datetime.UTC)
    headers = "Received: by mx; Wed, 18 Nov 2026 09:00:00 +0800\r\n"
    assert day_of(campaign, outlook_sent(delivered, headers=headers), ".msg") == "2026-11-18"


@pytest.mark.parametrize("year", [1970, 2038])
def test_a_delivery_in_an_impossible_year_does_not_count(campaign: Campaign, year: int) -> None:
    delivered = datetime.datetime(year, 11, 19, 1, tzinfo=datetime.UTC)
    assert day_of(campaign, outlook_sent(delivered), ".msg", received=DAY) == "2026-11-19"


def test_a_topmost_header_that_cannot_be_right_gives_way_to_the_next(campaign: Campaign) -> None:
    right = "by other; Wed, 18 Nov 2026 09:00:00 +0800"
    raws = [mailed(received, right, day=10 + number) for number, received in enumerate(IMPOSSIBLE)]
    assert days_of(campaign, raws) == {"2026-11-18"}


def test_where_no_header_can_be_right_the_day_that_the_office_says_counts(campaign: Campaign) -> None:
    raws = [mailed(received, received, day=10 + number) for number, received in enumerate(IMPOSSIBLE)]
    assert days_of(campaign, raws, received=DAY) == {"2026-11-19"}


def test_of_a_mail_without_a_header_that_tells_the_day_that_the_office_says_counts(campaign: Campaign) -> None:
    assert day_of(campaign, mailed(), received=DAY) == "2026-11-19"


def test_a_header_that_tells_goes_before_the_day_that_the_office_says(campaign: Campaign) -> None:
    assert day_of(campaign, mailed("by mx; Wed, 18 Nov 2026 09:00:00 +0800"), received=DAY) == "2026-11-18"


def test_without_any_of_these_the_day_counts_on_which_the_file_was_written(campaign: Campaign) -> None:
    assert day_of(campaign, mailed()) == "2026-11-26"


def test_a_file_that_was_written_tomorrow_came_in_today(campaign: Campaign) -> None:
    assert days_of(campaign, [mailed()], written=29) == {"2026-11-27"}


def test_mails_of_one_day_that_the_office_says_keep_their_order(campaign: Campaign) -> None:
    folder = campaign.root.parent / "来件"
    folder.mkdir()
    for number, day in ((1, 14), (2, 12), (3, 13)):
        raw = letter_in(address("HB01"), ("台账.xlsx", filled("HB01", day=day)), number=number)
        path = folder / f"{9 - number}.eml"
        path.write_bytes(raw[raw.index(b"From:") :])
        os.utime(path, (NOW.timestamp() - 9999 + number, NOW.timestamp() - 9999 + number))
    with Office(campaign, NOW) as office:
        office.collect([folder], received=DAY)
    versions = {row["version"]: row["source"] for row in table(campaign, "receipts")}
    brought = {row["sha256"][:12]: row["message_id"] for row in table(campaign, "messages")}
    order = [next(id_ for sha, id_ in brought.items() if sha in versions[version]) for version in (1, 2, 3)]
    assert [id_[1] for id_ in order] == ["1", "2", "3"]
