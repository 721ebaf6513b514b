"""Mails are opened by a child: whatever one does there, the office goes on, and the mail is laid aside with the reason."""

from __future__ import annotations

import io
import os
import re
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import held_files
from lzxl.children import Kept, Limits
from lzxl.mail import intake, message, opened
from lzxl.mail.model import Mail
from lzxl.mail.office import Office
from lzxl.mail.opened import Opener, told
from lzxl.mail.remedies import SEND_AGAIN
from tests.campaign.office import filled
from tests.mail.letters_to_parse import attached, mail, ole, outlook_mail, outlook_tree, workbook
from tests.mail.post import NOW, address, body, collect, drafts, letter_in, mail_campaign, put, table

LEDGER = "预警台账.xlsx"
AT_FAULT = "tests.mail.opener_at_fault"
FAULTS = {"die": "读取程序中断", "fill": "内存过多", "lie": "读取程序中断"}
if os.name == "posix":  # elsewhere only the clock is a limit
    FAULTS["turn"] = "时间过长"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "2026年度")


@pytest.fixture
def at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails have in their subject what they do to the child that opens them."""
    monkeypatch.setattr(opened, "MODULE", AT_FAULT)
    limits = Limits(memory_bytes=opened.MEMORY_BYTES, processor_seconds=1, wall_seconds=10.0)
    monkeypatch.setattr(opened, "WHOLE", limits)


def held(campaign: Campaign) -> dict[str, str]:
    return {one.file: one.reason for one in held_files(campaign)}


def outcomes(campaign: Campaign) -> dict[str, str]:
    """Message-ID → verdict."""
    return {row["message_id"]: row["verdict"] for row in table(campaign, "messages")}


@pytest.mark.usefixtures("at_fault")
def test_a_mail_that_ends_its_reader_is_laid_aside_and_the_others_are_taken(campaign: Campaign) -> None:
    faults = list(FAULTS)
    mails = [
        letter_in(address("HB01"), (LEDGER, filled("HB01", day=10 + number)), number=number, subject=fault)
        for number, fault in enumerate(faults, 1)
    ]
    good = letter_in(address("HB02"), (LEDGER, filled("HB02")), number=9)
    collect(campaign, *mails, good)
    assert outcomes(campaign)["<9@yunze-hbj.example>"] == "accepted"
    assert [verdict for verdict in outcomes(campaign).values() if verdict == "quarantined"] == ["quarantined"] * len(
        mails
    )
    reasons = held(campaign)
    assert len(reasons) == len(mails)
    assert all(name.endswith("_来信.eml") for name in reasons)
    for fault in faults:
        assert any(FAULTS[fault] in reason for reason in reasons.values()), fault
    # Of the unit, the header told: it is asked to send again.
    assert SEND_AGAIN in body(drafts(campaign)[address("HB01")])


@pytest.mark.usefixtures("at_fault")
def test_a_strangers_mail_that_ends_its_reader_is_laid_aside_and_not_answered(campaign: Campaign) -> None:
    collect(campaign, letter_in("x@stranger.example", (LEDGER, filled("HB01")), subject="die"))
    [reason] = held(campaign).values()
    assert "x@stranger.example" in reason
    assert "读取程序中断" in reason
    assert drafts(campaign) == {}


@pytest.mark.usefixtures("at_fault")
def test_a_mail_whose_header_alone_ends_its_reader_is_laid_aside_too(campaign: Campaign) -> None:
    collect(campaign, letter_in(address("HB01"), (LEDGER, filled("HB01")), subject="die-always"))
    [reason] = held(campaign).values()
    assert "未写明的邮箱" in reason


@pytest.mark.usefixtures("at_fault")
def test_a_mail_that_ended_its_reader_once_is_not_opened_again(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01")), subject="die")
    collect(campaign, raw)
    before = held(campaign)
    monkeypatch.setattr(Opener, "open", None)
    with Office(campaign, NOW) as office:
        run = office.collect([campaign.root.parent / "来信0"])
    assert (run.taken.known, run.taken.messages) == (1, [])
    assert held(campaign) == before


@pytest.mark.usefixtures("at_fault")
def test_what_mails_before_it_used_up_is_not_laid_to_a_mails_charge(campaign: Campaign) -> None:
    codes = ("HB01", "HB02", "HB03")
    collect(campaign, *(letter_in(address(code), (LEDGER, filled(code)), subject="tire") for code in codes))
    assert [row["verdict"] for row in table(campaign, "messages")] == ["accepted"] * 3


@pytest.mark.usefixtures("at_fault")
def test_a_mail_that_could_be_opened_when_a_run_was_cut_short_and_cannot_be_now_is_laid_aside(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = letter_in(address("HB01"), (LEDGER, filled("HB01")), subject="die")

    class CutShortError(Exception):
        pass

    def cut_short(*_: object) -> None:
        raise CutShortError

    with monkeypatch.context() as patch:
        patch.setattr(opened, "MODULE", "lzxl.mail.opener")
        patch.setattr(intake.MailIntake, "_enter", cut_short)
        with pytest.raises(CutShortError):
            collect(campaign, raw)
    assert [row["state"] for row in table(campaign, "messages")] == ["parsed"]
    with Office(campaign, NOW) as office:
        office.collect([put(campaign.root.parent / "leer")])
    assert list(outcomes(campaign).values()) == ["quarantined"]
    assert len(held(campaign)) == 1


def test_the_parent_takes_no_mail_and_no_archive_apart(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("台账.xlsx", filled("HB02"))
    mails = [
        letter_in(address("HB01"), (LEDGER, filled("HB01"))),
        letter_in(address("HB02"), ("报送.zip", out.getvalue())),
    ]

    def forbidden(*_: object, **__: object) -> Any:
        raise AssertionError

    folder = put(campaign.root.parent / "来信", *mails)
    # An Outlook file of which only its streams say what it is, and a workbook that has no class either.
    (folder / "来信.msg").write_bytes(ole(outlook_tree(outlook_mail(outlook_tree(body="x")))))
    (folder / "台账.xls").write_bytes(ole({"Workbook": b"x" * 5000}))
    for function in (
        "lzxl.mail.message.parse_mail",
        "lzxl.mail.ole._directory",
        "lzxl.mail.parts.parse",
        "lzxl.workbook.reading.guard.judge",
        "zipfile.ZipFile.__init__",
        "lzxl.zips.read_directory",
    ):
        monkeypatch.setattr(function, forbidden)
    with Office(campaign, NOW) as office:
        taken = office.collect([folder]).taken
    assert sorted(one.verdict for one in taken.messages) == ["accepted", "accepted", "ignored"]


def test_every_mail_is_opened_once_and_all_of_them_by_one_child(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []
    ask = Kept.ask

    def counted(self: Kept, given: Any, *rest: Any) -> Any:
        asked.append((given.name, self.is_fresh))
        return ask(self, given, *rest)

    monkeypatch.setattr(Kept, "ask", counted)
    collect(campaign, *(letter_in(address(code), (LEDGER, filled(code))) for code in ("HB01", "HB02", "HB03")))
    assert len({name for name, _ in asked}) == len(asked) == 3
    assert [is_fresh for _, is_fresh in asked] == [True, False, False]


def test_what_a_mail_says_of_itself_comes_through_whole(tmp_path: Path) -> None:
    raw = mail(
        attached(workbook(), "台账.xlsx"),
        attached(b"%PDF-", "说明.pdf"),
        headers=[
            ("Received", "by mx; Wed, 18 Nov 2026 09:00:00 +0800"),
            ("Received", "by other; Wed, 18 Nov 2026 08:00:00 +0800"),
            ("Message-ID", "<1@x>"),
            ("Auto-Submitted", "auto-replied"),
        ],
    )
    path = tmp_path / "mail"
    path.write_bytes(raw)
    with Opener(tmp_path) as opener:
        found = opener.open(path)
    expected = message.parse_mail(raw)
    assert told(found.mail) == told(expected)
    [one] = found.files
    assert one.path is not None
    assert (one.name, one.path.read_bytes()) == ("台账.xlsx", workbook())
    found.clear()
    assert list(tmp_path.iterdir()) == [path]


def zip_of(count: int, size: int) -> bytes:
    """An archive with so many files of zeros, named as workbooks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.xlsx", b"PK\x03\x04" + bytes(size))
    return out.getvalue()


def test_memory_holds_the_files_of_few_mails_at_a_time(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 2 * 1024 * 1024
    monkeypatch.setattr(intake, "_BATCH_BYTES", most)
    mails = [letter_in(address("HB01"), (f"{n}.zip", zip_of(3, 500_000 + n)), number=n) for n in range(1, 9)]
    sizes: list[int] = []
    take_in = intake.take_in

    def watched(campaign: Campaign, register: Any, arrived: Any, *rest: Any) -> Any:
        sizes.append(sum(len(one.data) for one in arrived))
        return take_in(campaign, register, arrived, *rest)

    monkeypatch.setattr(intake, "take_in", watched)
    collect(campaign, *mails)
    assert max(sizes) <= most
    assert len(sizes) == 8


def test_what_archives_unfold_to_is_bounded_by_what_came(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(mail(attached(zip_of(4, 15_000_000), "a.zip"), attached(zip_of(4, 15_000_000), "b.zip")))
    tracemalloc.start()
    try:
        with Opener(tmp_path) as opener:
            found = opener.open(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert found.size <= 32 * 1024 * 1024
    assert all(one.trouble for one in found.files)


def test_more_files_than_anybody_sends_are_said_to_be_too_many(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(mail(attached(zip_of(600, 10), "a.zip")))
    with Opener(tmp_path) as opener:
        found = opener.open(path)
    assert len(found.files) == 501
    assert "分成几封" in found.files[-1].trouble


def test_a_child_that_a_mail_has_taken_over_tells_nothing_that_is_believed() -> None:
    fine = told(Mail("", "", (), ()))
    for changed in (
        {"message_id": 1},
        {"received": "never"},
        {"skipped": [1]},
        {"sender": ["a"]},
        {"received": "2026-11-18"},
    ):
        with pytest.raises((TypeError, ValueError)):
            opened._heard({**fine, **changed})


def test_an_archive_that_holds_only_what_programs_leave_behind_is_spoken_of(campaign: Campaign) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("~$台账.xlsx", b"x" * 165)
        archive.writestr(".台账.xlsx", b"x")
    collect(campaign, letter_in(address("HB01"), ("报送.zip", out.getvalue())))
    assert "报送.zip" in body(drafts(campaign)[address("HB01")])


@pytest.mark.parametrize("name", ["点.zip", "空.zip"])
def test_a_zip_without_a_file_is_answered_with_what_is_the_matter_with_it(campaign: Campaign, name: str) -> None:
    data = (Path(__file__).parents[1] / "cases" / "hostile" / name).read_bytes()
    run = collect(campaign, letter_in(address("HB01"), ("报送.zip", data)))
    [message] = run.taken.messages
    assert message.verdict == "returned"
    [(to, letter)] = drafts(campaign).items()
    assert to == address("HB01")
    assert re.search("压缩包(里没有报送的表格|是空的)", body(letter))
