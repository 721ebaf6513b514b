"""What the office asks of the ledger is asked by SQL and reads what it needs: twice the units are twice the work, counted in
steps of the database and lines of the program, never by a clock."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.model import Filing
from lzxl.campaign.standing import Standing
from lzxl.campaign.store import Stored
from lzxl.campaign.verdicts import settle
from lzxl.checks.run import Checked
from lzxl.forms.roster import Unit
from lzxl.mail.answers import Answers
from lzxl.mail.entries import Answer, Message, Part, Posted
from lzxl.mail.outbox import Outbox
from lzxl.mail.overtaken import OvertakenAnswers
from lzxl.mail.overview import overview_of
from lzxl.mail.register import Register
from lzxl.states import FileState, LetterState, MailState
from lzxl.submission import Submission
from tests.mail.post import NOW, mail_campaign

FORM, DAY = "warning_intake", "2026-11-18"
FEW, MANY = 30, 60
# Twice as much, and room for what a database does by the depth of its trees.
TWICE = 2.3


def digest(code: str, version: int = 1) -> str:
    return f"{code}-{version}".ljust(64, "0")


def bureau(root: Path, count: int) -> tuple[Campaign, Standing]:
    """A round of so many units: each has filed by mail, mended it once, and has a letter that waits and one that is gone."""
    campaign = mail_campaign(root, ("HB01",))
    units = [Unit(f"U{number:03d}", f"第{number}科", email=f"u{number}@x.cn") for number in range(count)]
    campaign.__dict__["units"] = {unit.code: unit for unit in units}
    register = Register(campaign.ledger_path)
    with register.transaction():
        for unit in units:
            fill(register, unit.code, unit.email)
    register.close()
    submissions = [Submission(f"{unit.code}.xlsx", form=FORM, unit_code=unit.code) for unit in units]
    standing = Standing(
        tuple(Filing(unit, FORM, FileState.ACCEPTED, 2, 2) for unit in units),
        tuple(submissions),
        tuple(Checked(submission, ()) for submission in submissions),
        tuple(Stored(root / f"{unit.code}.xlsx", unit, FORM, 2, DAY) for unit in units),
    )
    return campaign, standing


def fill(register: Register, code: str, email: str) -> None:
    for version, state in ((1, FileState.RETURNED), (2, FileState.ACCEPTED)):
        sha256, mail = digest(code, version), f"mail-{digest(code, version)}"
        source = f"邮件 {mail}"
        register.add([Receipt(sha256, DAY, source, code, FORM, version, state, "", "", 0, 0)])
        when = f"{DAY}T0{version}:00:00+08:00"
        verdict = MailState(state.value)
        register.put([Message(mail, f"<{mail}@x>", email, code, when, "", "", 1, verdict, verdict)])
        register.put([Part(mail, 1, "台账.xlsx", 1, sha256, state)])
        register.put([Part(mail, 2, "报送.rar", 1, "", FileState.SKIPPED, "是 rar", "请以 xlsx 报送。")])
        key, gone = f"{code}{version}".ljust(32, "0"), LetterState.SENT if version == 1 else LetterState.DRAFT
        register.put([Posted(key, "receipt", code, email, DAY, f"<{key}>", f"{key}.eml", "", gone)])
        register.put([Answer(sha256, state.value, key)])


@contextmanager
def counted(register: Register | None) -> Iterator[list[int]]:
    """Into the list: steps of the database of `register` (in hundreds), and lines of the rooms of mail and campaign."""
    work = [0, 0]

    def step() -> int:
        work[0] += 1
        return 0

    def line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            work[1] += 1
        return line

    def call(frame: FrameType, event: str, _: object) -> Any:
        is_ours = "/lzxl/mail/" in frame.f_code.co_filename or "/lzxl/campaign/" in frame.f_code.co_filename
        return line if is_ours else None

    if register is not None:
        register._connection.set_progress_handler(step, 100)
    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield work
    finally:
        sys.settrace(before)
        if register is not None:
            register._connection.set_progress_handler(None, 0)


def receipts(campaign: Campaign, register: Register, standing: Standing) -> None:
    settle(campaign, register, standing)


def overtaken(campaign: Campaign, register: Register, standing: Standing) -> None:
    OvertakenAnswers(campaign, register, Outbox(campaign, register, NOW), NOW.date(), standing).withdraw()


def due(campaign: Campaign, register: Register, standing: Standing) -> None:
    Answers(campaign, register, Outbox(campaign, register, NOW), NOW.date(), standing).due()


def room(campaign: Campaign, register: Register, standing: Standing) -> None:
    outbox = Outbox(campaign, register, NOW)
    for unit in campaign.units.values():
        outbox.has_room(unit.email)
        outbox.is_reminded(unit.code, NOW.date())
        outbox.waiting_answers(unit.code)
        outbox.has_answered(digest(unit.code), "accepted")


def bounced(campaign: Campaign, register: Register, standing: Standing) -> None:
    for unit in campaign.units.values():
        register.letters_of_id([f"<{unit.code}1".ljust(33, "0") + ">"])
        register.is_own("<1@x>")
        register.receipt_from(f"邮件 mail-{digest(unit.code)}")


def overview(campaign: Campaign, register: Register, standing: Standing) -> None:
    mail = overview_of(campaign, datetime.date(2026, 11, 30))
    assert mail.line
    for unit in campaign.units:
        assert mail.last_letter(unit)


@pytest.mark.parametrize("step", [receipts, overtaken, due, room, bounced, overview])
def test_twice_the_units_are_twice_the_work(
    tmp_path: Path, step: Callable[[Campaign, Register, Standing], None]
) -> None:
    work = []
    for count in (1, FEW, MANY):  # with the first, all is loaded that is loaded once
        campaign, standing = bureau(tmp_path / str(count), count)
        register = Register(campaign.ledger_path)
        try:
            with counted(register) as steps:
                step(campaign, register, standing)
        finally:
            register.close()
        work.append(steps)
    _, (few_steps, few_lines), (many_steps, many_lines) = work
    assert few_lines > 10 * FEW
    assert many_lines <= TWICE * few_lines
    assert many_steps <= TWICE * few_steps + 20
