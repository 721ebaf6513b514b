"""What the letters say, and which are written, when something about the round was changed while it ran."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import openpyxl
import pytest

from lzxl.api import consolidate
from lzxl.campaign import clock
from lzxl.campaign.distribute import distribute, warn_of_old_forms
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import held_files
from lzxl.campaign.standing import take_stock
from lzxl.mail.office import Office, settled
from lzxl.mail.overview import overview_of
from tests.campaign.office import filled, no_channel, send, set_config, write_roster
from tests.mail.post import NOW, address, body, collect, drafts, enclosures, letter_in, mail_campaign, table

CODES = ("HB01", "HB02")
REGISTER = "risk_register"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _regrade(campaign: Campaign, scheme: str) -> Campaign:
    path = campaign.root / "lzxl.toml"
    path.write_text(re.sub(r'scheme = "\w+"', f'scheme = "{scheme}"', path.read_text("utf-8")), "utf-8")
    return Campaign(campaign.root)


def _office_does(campaign: Campaign, command: str) -> None:
    with Office(Campaign(campaign.root), NOW) as office:
        office.remind(at_once=True) if command == "remind" else office.answer(with_files=True)


@pytest.mark.usefixtures("today")
def test_no_form_is_enclosed_that_would_come_back_for_what_it_is(tmp_path: Path) -> None:
    """A reminder that waits is withdrawn too, and it is said that the forms must be sent out anew."""
    campaign = mail_campaign(tmp_path / "c", CODES, (REGISTER,))
    distribute(campaign)
    _office_does(campaign, "remind")
    assert all(enclosures(letter) for letter in drafts(campaign).values())
    now = _regrade(campaign, "matrix_3x3")
    assert "重新发放" in warn_of_old_forms(now, take_stock(now))
    assert len(settled(now, take_stock(now)).withdrawn) == 2
    _office_does(now, "remind")
    letters = drafts(now)
    assert [enclosures(letter) for letter in letters.values()] == [{}, {}]
    assert all("另行发给" in body(letter) for letter in letters.values())
    distribute(now)
    assert warn_of_old_forms(Campaign(now.root), take_stock(Campaign(now.root))) == ""


@pytest.mark.usefixtures("today")
def test_a_return_by_another_grading_table_gives_one_instruction_which_can_be_followed(tmp_path: Path) -> None:
    """It is itself by the table of now: what is chosen anew there is all that there is to do."""
    campaign = mail_campaign(tmp_path / "c", CODES, (REGISTER,))
    distribute(campaign)
    now = _regrade(campaign, "matrix_3x3")
    collect(now, letter_in(address("HB01"), ("登记表.xlsx", filled("HB01", REGISTER))))
    letter = drafts(now)[address("HB01")]
    assert [name.endswith("_退回.xlsx") for name in enclosures(letter)] == [True]
    assert "换用它" not in body(letter)
    [data] = enclosures(letter).values()
    book = openpyxl.load_workbook(send(tmp_path / "r", again=data) / "again.xlsx")
    assert "改完后直接把本文件报回" in str(book["问题清单"]["A2"].value)
    collect(Campaign(now.root), letter_in(address("HB01"), ("改.xlsx", data), number=2), more=1)
    [latest] = take_stock(Campaign(now.root)).latest
    assert "scheme_changed" not in {finding.code for finding in latest.findings}


@pytest.mark.usefixtures("today")
def test_a_correction_that_came_as_a_file_is_told_with_what_it_corrects(tmp_path: Path) -> None:
    """And the version that still counts is named."""
    campaign = mail_campaign(tmp_path / "c", CODES)
    collect(campaign, letter_in(address("HB01"), ("台账.xlsx", filled("HB01"))))
    folder = send(tmp_path / "来件", 更正=filled("HB01", day=12, spoil=no_channel))
    with Office(Campaign(campaign.root), NOW) as office:
        office.collect([folder])
    letter = drafts(campaign)[address("HB01")]
    assert "退回通知" in str(letter["Subject"])
    assert "第2版　已退回" in body(letter)
    assert "以前接收的第1版仍然有效" in body(letter)
    assert "已由本版代替" not in body(letter)


@pytest.mark.usefixtures("today")
def test_nobody_is_reminded_to_mend_what_he_was_told_to_be_accepted_before_he_is_told_why(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "c", CODES)
    collect(campaign, letter_in(address("HB01"), ("台账.xlsx", filled("HB01"))))
    for path in (campaign.root / "文书" / "待发邮件").glob("*.eml"):
        path.unlink()  # sent by hand
    write_roster(campaign.root, CODES, unit_name="综合办公室")
    now = Campaign(campaign.root)
    assert settled(now, take_stock(now)).due == ("HB01",), "the command says that an answer is to be written"
    with Office(Campaign(campaign.root), NOW) as office:
        reminding = office.remind(at_once=True)
    [answer] = reminding.answered.letters
    assert answer.kind == "returned"
    assert settled(now, take_stock(now)).due == ()


@pytest.mark.usefixtures("today")
def test_a_unit_whose_code_was_changed_is_not_told_that_its_filings_are_missing(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "c", CODES)
    distribute(campaign)
    collect(campaign, letter_in(address("HB01"), ("台账.xlsx", filled("HB01"))))
    write_roster(campaign.root, CODES, code="HB21")
    now = Campaign(campaign.root)
    done = distribute(now)
    assert [name.partition("_")[0] for name in done.strays] == ["HB01"]
    with Office(Campaign(campaign.root), NOW) as office:
        reminding = office.remind(at_once=True)
    assert [letter.unit for letter in reminding.written.letters] == ["HB02"]
    assert [(code, "HB01_" in why) for code, why in reminding.written.left] == [("HB21", True)]


@pytest.mark.usefixtures("today")
def test_who_was_reminded_already_is_named(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "c", CODES)
    with Office(campaign, NOW) as office:
        assert office.remind(at_once=True).nothing == ""
        assert "（HB01、HB02）这一次都已经催过了" in office.remind(at_once=True).nothing


@pytest.mark.usefixtures("today")
def test_a_summary_of_another_day_leaves_that_of_today_and_its_letter(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "c", CODES)
    todays = consolidate(campaign)
    before = todays.path.read_bytes()
    with Office(campaign, NOW) as office:
        office.mail_summary(todays.standing, todays.path)
    for day in (datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)):
        assert day.isoformat() in consolidate(campaign, as_of=day).path.name
    assert todays.path.read_bytes() == before
    assert consolidate(campaign, as_of=NOW.date()).path == todays.path
    with Office(campaign, NOW) as office:
        office.replace_summary(todays.path)
        assert office.withdrawn == []
        todays.path.write_bytes(b"another")
        office.replace_summary(todays.path)
        assert [letter.kind for letter in office.withdrawn] == ["summary"]


@pytest.mark.usefixtures("today")
def test_of_two_letters_of_one_day_the_later_one_is_the_last(tmp_path: Path) -> None:
    """Also where both were taken away at once, sent by hand."""
    campaign = mail_campaign(tmp_path / "c", ("HB01", "HB02", "HB03"), ("warning_intake", REGISTER))
    mails = [
        letter_in(address(code), ("台账.xlsx", filled(code, spoil=no_channel))) for code in ("HB01", "HB02", "HB03")
    ]
    collect(campaign, *mails, now=NOW - datetime.timedelta(minutes=1))
    _office_does(campaign, "remind")
    for path in (campaign.root / "文书" / "待发邮件").glob("*.eml"):
        path.unlink()
    _office_does(campaign, "reply")
    overview = overview_of(campaign)
    assert all(overview.last_letter(code).startswith("催报") for code in campaign.units)


@pytest.mark.usefixtures("today")
def test_what_is_held_and_not_asked_for_any_more_is_not_to_be_accepted(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "c", CODES, ("warning_intake", REGISTER))
    collect(campaign, letter_in("someone@qq.com", ("登记表.xlsx", filled("HB01", REGISTER))))
    [before] = held_files(campaign)
    assert "--accept" in before.reason
    set_config(campaign.root, forms='["warning_intake"]')
    [held] = held_files(Campaign(campaign.root))
    assert "不在本期要报的表之内" in held.reason and "--accept" not in held.reason


@pytest.mark.usefixtures("today")
def test_why_something_is_held_is_said_by_the_roster_of_now(tmp_path: Path) -> None:
    """Of a unit that was not on the roster, and of an address that was nobody's; and back again, whatever command comes next."""
    campaign = mail_campaign(tmp_path / "c", ("HB01",))
    of_stranger = letter_in("someone@qq.com", ("台账.xlsx", filled("HB01")), number=1)
    collect(campaign, of_stranger, letter_in(address("HB04"), ("新单位.xlsx", filled("HB04")), number=2))

    def reasons() -> dict[str, str]:
        _office_does(campaign, "reply")
        told = {part["name"]: part["reason"] for part in table(campaign, "parts")}
        held = {held.file.partition("_")[2]: held.reason for held in held_files(Campaign(campaign.root))}
        assert told == held, "the mail says the same of its file"
        return held

    before = reasons()
    assert "不在单位名册里" in before["台账.xlsx"] and "不在单位名册中" in before["新单位.xlsx"]
    write_roster(campaign.root, ("HB01", "HB04"), email="someone@qq.com")
    now = reasons()
    assert all("lzxl collect 待查" in reason for reason in now.values())
    assert "HB01" in now["台账.xlsx"] and "HB04" in now["新单位.xlsx"]
    write_roster(campaign.root, ("HB01",))
    assert reasons() == before
    set_config(campaign.root, forms='["risk_register"]')
    assert all("不在本期要报的表之内" in reason for reason in reasons().values())
    set_config(campaign.root, forms='["warning_intake"]')
    assert reasons() == before
