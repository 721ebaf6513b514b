"""What goes wrong in an office: it may stop one mail, never the others, and never silently."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from lzxl.campaign import collect as collecting
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.campaign.suspects import at_work, suspects
from lzxl.errors import MailError
from lzxl.mail import office as offices
from lzxl.mail.model import Fetched, Place
from lzxl.mail.office import Office, Run
from lzxl.mail.rehearsal import rehearsal
from lzxl.states import LetterState
from tests.campaign.office import CODES, filled, no_channel, send, set_config, write_roster
from tests.mail.post import NOW, address, body, collect, drafts, letter_in, mail_campaign, put, table

LEDGER = "预警台账.xlsx"
RAR = b"Rar!\x1a\x07\x00" + bytes(50)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "2026年度")


class Box:
    """A mailbox of these mails. `breaks`: it cannot be read to its end; `account`: its name."""

    def __init__(self, *mails: bytes, breaks: bool = False, account: str = "lzb/mx") -> None:
        self.mails, self.breaks, self.account = mails, breaks, account
        self.filed: list[Place] = []

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        for number, raw in enumerate(self.mails, 1):
            place = Place(self.account, "INBOX", "7", str(number))
            if not is_known(place):
                yield Fetched(place, raw, NOW)
        if self.breaks:
            raise MailError("有一封邮件取不下来。")

    def file_away(self, places: Sequence[Place]) -> None:
        self.filed += places

    def close(self) -> None:
        pass


def from_box(campaign: Campaign, box: Box, monkeypatch: pytest.MonkeyPatch, now: datetime.datetime = NOW) -> Run:
    monkeypatch.setattr(offices, "open_mailbox", lambda _: box)
    with Office(campaign, now) as office:
        return office.collect(None)


def remaining(campaign: Campaign) -> list[str]:
    return sorted(path.name for path in (campaign.root / "待查").iterdir())


def test_what_is_held_for_its_sender_stays_so_when_it_is_collected_again(campaign: Campaign) -> None:
    collect(campaign, letter_in("someone@qq.com", (LEDGER, filled("HB03"))))
    with Office(campaign, NOW) as office:
        [intake] = office.collect([campaign.root / "待查"]).taken.files
    assert intake.state == "held"
    assert "someone@qq.com 11月18日来信：发件邮箱不在单位名册里" in intake.reason
    write_roster(campaign.root, ("HB03", "HB01", "HB02"), email="someone@qq.com")
    campaign = Campaign(campaign.root)
    unit = next(unit for unit in campaign.units.values() if unit.email == "someone@qq.com")
    with Office(campaign, NOW) as office:
        [intake] = office.collect([campaign.root / "待查"]).taken.files
    assert intake.state == ("accepted" if unit.code == "HB03" else "held")


def test_a_mail_that_cannot_be_had_stops_no_other(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box(letter_in(address("HB01"), (LEDGER, filled("HB01"))), breaks=True)
    run = from_box(campaign, box, monkeypatch)
    assert str(run.taken.trouble) == "有一封邮件取不下来。"
    assert [letter.unit for letter in run.written.letters] == ["HB01"]
    assert [place.uid for place in box.filed] == ["1"]


def test_a_run_over_a_folder_leaves_the_mailbox_to_its_own(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    from lzxl.mail.intake import MailIntake

    box = Box(letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    with monkeypatch.context() as patch:
        patch.setattr(MailIntake, "file_away", lambda *_: None)  # the server is gone just then
        from_box(campaign, box, monkeypatch)
    collect(campaign, letter_in(address("HB02"), (LEDGER, filled("HB02"))), more=1)
    assert box.filed == []
    from_box(campaign, box, monkeypatch)
    assert [place.uid for place in box.filed] == ["1"]


def test_a_file_whose_intake_was_cut_short_is_answered_though_another_is_accepted_first(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = collect(campaign, letter_in("someone@qq.com", (LEDGER, filled("HB03"))))
    [held] = [part for parts in run.taken.parts.values() for part in parts]
    with monkeypatch.context() as patch:
        patch.setattr(collecting._Run, "_enter", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))), more=1)
    with Office(campaign, NOW) as office:
        office.accept(held.sha256[:8], "HB03")
        assert {letter.unit for letter in office.answer().letters} == {"HB01", "HB03"}


def test_what_a_run_that_was_ended_has_stored_is_entered_by_one_to_which_nothing_comes(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = send(tmp_path / "来件", 甲=filled("HB01"))
    with monkeypatch.context() as patch, Office(campaign, NOW) as office, pytest.raises(KeyboardInterrupt):
        patch.setattr(collecting._Run, "_enter", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        office.collect([file])
    collect(campaign, more=1)
    assert [row["state"] for row in table(campaign, "receipts")] == ["accepted"]


def test_what_ended_a_run_is_tried_alone_by_one_to_which_nothing_comes(campaign: Campaign, tmp_path: Path) -> None:
    with Office(campaign, NOW) as office:
        office.collect([send(tmp_path / "来件", 甲=filled("HB01"))])
    [receipt] = table(campaign, "receipts")
    with pytest.raises(KeyboardInterrupt), at_work(campaign.root, {receipt["sha256"]: "甲.xlsx"}):
        raise KeyboardInterrupt
    collect(campaign, more=1)
    assert suspects(campaign.root) == frozenset()


def test_a_mail_that_somebody_has_taken_away_comes_anew(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01")))
    with monkeypatch.context() as patch:
        patch.setattr(collecting._Run, "_enter", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            collect(campaign, raw)
    shutil.rmtree(campaign.root / ".lzxl" / "mail")
    run = collect(campaign, letter_in(address("HB02"), (LEDGER, filled("HB02"))), more=1)
    assert [letter.unit for letter in run.written.letters] == ["HB02"]
    run = collect(campaign, raw, more=2)
    assert [letter.unit for letter in run.written.letters] == ["HB01"]


def test_an_address_that_is_none_keeps_only_its_own_unit_from_an_answer(campaign: Campaign) -> None:
    odd = "zhang..san@yunze-hbj.example"
    units = {**campaign.units, "HB01": replace(campaign.units["HB01"], email=odd)}
    campaign.__dict__["units"] = units
    folder = put(campaign.root.parent / "来信", letter_in(address("HB02"), (LEDGER, filled("HB02"))))
    (folder / "一.xlsx").write_bytes(filled("HB01"))
    with Office(campaign, NOW) as office:
        office.collect([folder])
        written = office.answer(with_files=True)
    assert [row["unit"] for row in table(campaign, "letters")] == ["HB02"]
    assert [code for code, _ in written.left] == ["HB01"]


def test_a_received_header_from_the_end_of_time_is_no_time(campaign: Campaign) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01"))).replace(
        b"Wed, 18 Nov 2026 09:00:00 +0800", b"Fri, 31 Dec 9999 23:59:59 +0000"
    )
    assert [letter.unit for letter in collect(campaign, raw).written.letters] == ["HB01"]


def test_a_strangers_archive_that_cannot_be_opened_is_not_lost_from_sight(campaign: Campaign) -> None:
    collect(campaign, letter_in("zhang@163.example", ("登记表.rar", RAR)))
    [name] = remaining(campaign)
    assert name.endswith("_来信.eml")
    [row] = table(campaign, "messages")
    assert row["verdict"] == "quarantined"
    assert drafts(campaign) == {}
    from lzxl.campaign.held import held_files

    [held] = held_files(campaign)
    for said in ("zhang@163.example", "11月18日", "登记表.rar", "RAR", "未回信"):
        assert said in held.reason


def test_a_strangers_empty_mail_is_nothing_to_look_at(campaign: Campaign) -> None:
    collect(campaign, letter_in("promo@shop.example"))
    assert remaining(campaign) == []
    assert [row["verdict"] for row in table(campaign, "messages")] == ["ignored"]


def test_the_same_broken_file_of_two_units_is_answered_to_both(campaign: Campaign) -> None:
    broken = filled("HB01")[:2000]
    collect(
        campaign,
        letter_in(address("HB01"), (LEDGER, broken), number=1),
        letter_in(address("HB02"), (LEDGER, broken), number=2),
    )
    assert set(drafts(campaign)) == {address("HB01"), address("HB02")}


def test_a_file_that_was_copied_first_and_mailed_later_is_answered(campaign: Campaign) -> None:
    folder = campaign.root.parent / "来件"
    folder.mkdir()
    (folder / LEDGER).write_bytes(filled("HB01"))
    with Office(campaign, NOW) as office:
        assert office.collect([folder]).written.letters == []
    run = collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    assert [letter.unit for letter in run.written.letters] == ["HB01"]


@pytest.mark.parametrize("number", range(6))
def test_whose_mail_counts_is_no_matter_of_chance(campaign: Campaign, number: int) -> None:
    """The same file came in a stranger's circular first: the unit's own mail is the one that is answered."""
    collect(
        campaign,
        letter_in("list@qq.com", (LEDGER, filled("HB01")), number=number, List_Id="<all.example>"),
    )
    run = collect(campaign, letter_in(address("HB01"), ("本单位.xlsx", filled("HB01")), hour=10), more=1)
    assert [letter.unit for letter in run.written.letters] == ["HB01"]
    assert "本单位.xlsx" in body(drafts(campaign)[address("HB01")])


def test_a_letter_that_could_not_be_delivered_is_written_again_to_the_new_address(campaign: Campaign) -> None:
    for state in (LetterState.REFUSED, LetterState.BOUNCED):
        collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
        with Office(campaign, NOW) as office:
            [letter] = office.register.letters(LetterState.DRAFT)
            with office.register.transaction():
                office.register.put([replace(letter, state=state)])
        new = f"{state}@yunze-hbj.example"
        write_roster(campaign.root, CODES, email=new)
        campaign = Campaign(campaign.root)
        with Office(campaign, NOW + DAY) as office:
            [again] = office.answer().letters
        assert again.recipient == new
        assert again.message_id != letter.message_id


def test_drafts_that_are_not_sent_yet_become_one_letter_with_what_comes_in(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), ("材料.rar", RAR)))
    run = collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01")), hour=11), more=1)
    assert len(run.written.letters) == 1
    [letter] = drafts(campaign).values()
    assert "材料.rar" in body(letter)
    assert "《预警信息采集表》" in body(letter)


def test_a_draft_that_was_sent_by_hand_is_not_taken_back_for_a_newer_version(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01", spoil=no_channel))))
    for draft in (campaign.root / "文书" / "待发邮件").iterdir():
        draft.unlink()
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01", day=12)), hour=11), more=1)
    assert sorted(row["state"] for row in table(campaign, "letters")) == ["draft", "handled"]
    assert "已由本版代替" not in body(drafts(campaign)[address("HB01")])


def test_a_reminder_is_not_sent_to_a_unit_that_has_filed_meanwhile_nor_after_the_deadline(campaign: Campaign) -> None:
    with Office(campaign, NOW) as office:
        assert len(office.remind(NOW.date(), at_once=True).written.letters) == 3
        assert office.remind(NOW.date(), at_once=True).written.letters == []
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    with Office(campaign, NOW) as office:
        office.settle()
        assert {letter.unit for letter in office.outbox.waiting() if letter.kind == "reminder_before"} == {
            "HB02",
            "HB03",
        }
    with Office(campaign, NOW + 10 * DAY) as office:
        office.settle()
        assert [letter.kind for letter in office.outbox.waiting()] == ["receipt"]


def test_a_bounce_that_names_a_letter_that_never_went_out_changes_nothing(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    [letter] = table(campaign, "letters")
    bounce = (
        b'From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        b"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + letter["message_id"].encode()
        + b"\r\n\r\n--b--\r\n"
    )
    run = collect(campaign, bounce, more=1)
    assert run.taken.bounced == []
    assert [row["state"] for row in table(campaign, "letters")] == ["draft"]
    with Office(campaign, NOW) as office, office.register.transaction():
        [posted] = office.register.letters(*LetterState)
        office.register.put([replace(posted, state=LetterState.SENT)])
    run = collect(campaign, bounce.replace(b"5.1.1", b"5.2.2"), more=2, now=NOW + DAY)
    assert [entry.unit for entry in run.taken.bounced] == ["HB01"]


def test_a_lost_ledger_does_not_make_the_same_mail_be_answered_again(campaign: Campaign) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01")))
    collect(campaign, raw)
    [draft] = (campaign.root / "文书" / "待发邮件").iterdir()
    gone = campaign.root / "文书" / "已发邮件"
    gone.mkdir()
    draft.rename(gone / draft.name)
    shutil.rmtree(campaign.root / ".lzxl")
    run = collect(campaign, raw, now=NOW + DAY)
    assert run.written.letters == []
    assert [row["state"] for row in table(campaign, "letters")] == ["sent"]


def test_a_unit_that_has_left_the_roster_keeps_no_mail_open(campaign: Campaign) -> None:
    settings = campaign.config
    campaign.__dict__["config"] = replace(settings, mail=replace(settings.mail, daily_answers=0))
    collect(campaign, letter_in(address("HB03"), ("材料.rar", RAR)))
    write_roster(campaign.root, ("HB01", "HB02"))
    campaign = Campaign(campaign.root)
    with Office(campaign, NOW) as office:
        office.answer()
    assert [row["state"] for row in table(campaign, "messages")] == ["answered"]


def test_the_last_period_is_found_by_a_rehearsal_too(tmp_path: Path) -> None:
    mail_campaign(tmp_path / "2025年度")
    campaign = mail_campaign(tmp_path / "2026年度")
    set_config(campaign.root, previous='"../2025年度"')
    campaign = Campaign(campaign.root)
    with rehearsal(campaign) as copy:
        assert len(distribute(copy).written) == 3
    assert list((campaign.root / "发放").iterdir()) == []
