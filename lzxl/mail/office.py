"""What the office does with its mail, as the commands say it: take in, answer, remind, send. One run at a time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign import clock
from lzxl.campaign.accept import file_held
from lzxl.campaign.collect import sweep
from lzxl.campaign.folder import Campaign
from lzxl.campaign.intake import Intake, as_it_stands
from lzxl.campaign.lock import BusyError, run_lock
from lzxl.campaign.own import refuse_own
from lzxl.campaign.reasons import with_reasons_of_now
from lzxl.campaign.secrets import mail_password
from lzxl.campaign.sources import Arrived
from lzxl.campaign.standing import Standing
from lzxl.campaign.verdicts import settle
from lzxl.errors import ConfigError, OutputError
from lzxl.mail.answers import Answers
from lzxl.mail.entries import Posted
from lzxl.mail.intake import MailIntake
from lzxl.mail.letters import load_letters
from lzxl.mail.mail_verdicts import verdict_of
from lzxl.mail.model import Source
from lzxl.mail.notices import (
    withdraw_distribution,
    withdraw_other_summaries,
    withdraw_summary,
    write_distribution,
    write_summary_letter,
)
from lzxl.mail.outbox import Outbox, Sending, Written
from lzxl.mail.overtaken import OvertakenAnswers
from lzxl.mail.register import Register
from lzxl.mail.reminder_notes import notes_on_reminding, why_nobody_is_reminded
from lzxl.mail.reminding import left_to_remind, owed_filings, withdraw_reminders, write_reminders
from lzxl.mail.senders import as_mailed, units_by_address
from lzxl.mail.taken import Taken

if TYPE_CHECKING:
    from lzxl.mail.imap import Mailbox


@dataclass
class Run:
    """What a run did."""

    taken: Taken = field(default_factory=Taken)
    written: Written = field(default_factory=Written)


@dataclass(frozen=True)
class Reminding:
    """Reminders that were written, and the answers that were due before them; what should be said of the calendar and of the
    forms to fill in; and what to say where no unit was reminded."""

    written: Written
    answered: Written
    notes: tuple[str, ...]
    nothing: str


@dataclass(frozen=True)
class Settled:
    """What bringing everything up to how the round stands has come to."""

    standing: Standing
    withdrawn: tuple[Posted, ...] = ()
    """The letters that waited and were overtaken."""
    due: tuple[str, ...] = ()
    """Codes of the units to which an answer is to be written (`lzxl reply`)."""
    trouble: str = ""
    """A Chinese sentence on what kept it from being done, "" if nothing did: another run at work, or a disk that takes
    nothing. Either way the same is told."""


class Office:
    """The office at work on one campaign, which it holds for itself until it is left (`with`)."""

    def __init__(
        self, campaign: Campaign, now: datetime.datetime | None = None, mailbox: Mailbox | None = None
    ) -> None:
        """`now`: with a time zone; the present by default. `mailbox`: one that is open; it stays open.

        Raises ConfigError for a broken roster or configuration, UsageError if another run is at work.
        """
        self.campaign = campaign
        self.now = (now or clock.now()).astimezone(clock.BEIJING)
        self.today = self.now.date()
        assert campaign.units is not None  # a broken roster is noticed before anything is touched
        self._stack = ExitStack()
        # Before anything is swept up or opened: what lies half written may be another run's, at work.
        self._stack.enter_context(run_lock(campaign.root))
        try:
            sweep(campaign)
            self.register = Register(campaign.ledger_path)
        except BaseException:
            self._stack.close()
            raise
        self._stack.callback(self.register.close)
        self.outbox = Outbox(campaign, self.register, self.now)
        self.withdrawn: list[Posted] = []
        """The letters that this run has found to be overtaken."""
        self._standing: Standing | None = None
        self._reminding_day = self.today
        self._intake: MailIntake | None = None
        """What has taken in and waits for the round to be settled."""
        self._mailbox = mailbox
        try:
            self.register.forget_waiting()
            self.outbox.clear()
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def mailbox(self) -> Mailbox:
        """The office's mailbox. Raises ConfigError as `open_mailbox` does."""
        if self._mailbox is None:
            self._mailbox = open_mailbox(self.campaign)
            self._stack.callback(self._mailbox.close)
        return self._mailbox

    def collect(
        self,
        paths: Sequence[Path] | None,
        progress: Callable[[int, int], None] | None = None,
        received: datetime.date | None = None,
        keep: bool = False,
    ) -> Run:
        """Take in what is in the mailbox (None), or in files, folders and archives; answer every mail with a draft; file it.

        `received`: the day for files that do not tell it. `keep`: the mailbox stays as it is.
        """
        load_letters(self.campaign)  # a text that cannot be used is noticed before anything is taken in
        refuse_own(self.campaign, paths or ())
        run = Run()
        mails, files = self._sources(paths)
        intake = MailIntake(self.campaign, self.register, self.now, received, progress)
        # Kept for `settle`: the mails have their verdict when their files have been judged with the round.
        self._intake = intake
        run.taken = intake.take([mails], files)
        # Whatever was found of the round before lacks what has just come in.
        self._standing = None
        standing = self.settle()
        run.taken.stand_as(self.campaign, standing, self.register)
        run.written = self.answer()
        # Last of all: what is out of the inbox nobody looks for any more.
        if not keep:
            intake.file_away(mails)
        return run

    def _sources(self, paths: Sequence[Path] | None) -> tuple[Source, Iterator[Arrived]]:
        """Where mails come from, and what comes without one."""
        from lzxl.mail.folders import split

        if paths is None:
            return self.mailbox(), iter(())
        mails, files = split(paths, self.campaign.root / ".lzxl")
        self._stack.callback(mails.close)
        return mails, files

    def accept(self, number: str, unit: str) -> Intake:
        """File a held file as the unit's, and note it with the mail that brought it."""
        # What a run that was cut short has stored belongs to its mail: it must not be taken for an orphan.
        self._intake = MailIntake(self.campaign, self.register, self.now)
        self._intake.take([])
        self._standing = None
        intake = file_held(self.campaign, self.register, number, unit, self.today)
        return as_it_stands(intake, self.campaign, self.settle())

    def settle(self, standing: Standing | None = None, day: datetime.date | None = None) -> Standing:
        """How the round stands now; and everything that tells of it brought up to that: receipts and returns
        (`lzxl.campaign.verdicts`), mails, and the letters that wait, of which those that are overtaken are withdrawn.

        Every command that tells or writes something begins with it. It may be cut short anywhere, and run again.
        `standing`: as it was found just now, if it was. `day`: the one that reminders are to be right on; today by default.
        """
        if self._standing is None:
            standing = settle(self.campaign, self.register, standing)
            if self._intake is not None:
                # First: what a letter that waits would say now comes of the mails, and of what their files have become.
                self._intake.conclude()
            self._update_held()
            self._update_parts()
            overtaken = OvertakenAnswers(self.campaign, self.register, self.outbox, self.today, standing)
            self.withdrawn += overtaken.withdraw()
            self._reminding_day = day or self.today
            self.withdrawn += withdraw_reminders(self.campaign, self.outbox, standing, self._reminding_day)
            self.withdrawn += withdraw_distribution(self.campaign, self.outbox, self.today)
            self.withdrawn += withdraw_summary(self.campaign, self.outbox, standing)
            self._standing = standing
        return self._standing

    def due(self) -> tuple[str, ...]:
        """Codes of the units to which an answer is to be written."""
        return tuple(Answers(self.campaign, self.register, self.outbox, self.today, self.settle()).due())

    def answer(self, named: Collection[str] = (), with_files: bool = False) -> Written:
        """Write the answers that are due (`lzxl.mail.answers`)."""
        standing = self.settle()
        written = Answers(self.campaign, self.register, self.outbox, self.today, standing).write(named, with_files)
        # What an answer asks for now, a reminder that waits must not ask for as well.
        self.withdrawn += withdraw_reminders(self.campaign, self.outbox, standing, self._reminding_day)
        return written

    def remind(self, day: datetime.date | None = None, at_once: bool = False) -> Reminding:
        """Write the reminders that are due on `day` (today by default); and before them the answers that are due: nobody is
        asked to mend what he was told to be accepted without being told why."""
        day = day or self.today
        standing = self.settle(day=day)
        answered = self.answer()
        is_due, written = write_reminders(self.campaign, self.outbox, standing, day, at_once)
        owing = left_to_remind(self.outbox, standing, max(self.outbox.day, day.isoformat()))
        told = [code for code in owed_filings(standing) if code not in owing] if is_due else []
        notes = tuple(notes_on_reminding(self.campaign, self.outbox, day, told))
        is_anybody_reminded = written.letters or written.left
        nothing = "" if is_anybody_reminded else why_nobody_is_reminded(self.campaign, is_due, list(owing), day)
        return Reminding(written, answered, notes, nothing)

    def mail_workbooks(self, changed: Collection[str]) -> Written:
        """Write the letters that bring the units their workbooks (`lzxl.mail.notices`)."""
        self.settle()
        return write_distribution(self.campaign, self.outbox, self.today, changed)

    def mail_summary(self, standing: Standing, summary: Path) -> Written:
        """Write the letter that brings the summary to the office's own mailbox."""
        self.settle()
        letter = write_summary_letter(self.campaign, self.outbox, standing, summary, self.today)
        return Written([letter] if letter is not None else [])

    def replace_summary(self, summary: Path) -> None:
        """Withdraw the letter with another summary of today than this one, which was written just now."""
        self.withdrawn += withdraw_other_summaries(self.campaign, self.outbox, summary)

    def send(self) -> list[Sending]:
        """Send every letter that waits."""
        from lzxl.mail.smtp import Sender, server_of

        settings = self.campaign.config.mail
        self.settle()
        if not self.outbox.waiting():
            return []
        server_of(settings)  # its lack is said before a password is asked for
        with Sender(settings, mail_password(settings, "smtp")) as sender:
            return self.outbox.send(sender, self.mailbox() if settings.imap is not None else None)

    def _update_held(self) -> None:
        """What lies in 待查 says why it does by the roster and the settings of now."""
        giving_sender = partial(as_mailed, self.register, units_by_address(self.campaign))
        changed = with_reasons_of_now(self.campaign, self.register.receipts_held(), giving_sender)
        if changed:
            with self.register.transaction():
                self.register.add(changed)

    def _update_parts(self) -> None:
        """A part of a mail is what its file has become: filed since it was held, or found to stand otherwise now."""
        changed = self.register.parts_that_stand_otherwise()
        if not changed:
            return
        with self.register.transaction():
            self.register.put(changed)
            for sha256 in {part.message for part in changed}:
                message = self.register.message(sha256)
                assert message is not None
                verdict = verdict_of(message, self.register.parts_of(sha256))
                self.register.put([replace(message, verdict=verdict)])


def settled(campaign: Campaign, standing: Standing) -> Settled:
    """What a command does that only tells how the round stands: bring everything up to that, if it can (`Office.settle`)."""
    if not campaign.ledger_path.is_file():  # nothing has come in yet, or the next run that takes in writes it anew
        return Settled(standing)
    try:
        with Office(campaign) as office:
            standing = office.settle(standing)
            return Settled(standing, tuple(office.withdrawn), office.due())
    except (BusyError, OutputError) as trouble:
        # Who only asks how the round stands is told so, whatever else is at work or full.
        return Settled(standing, trouble=f"{trouble}本次只显示情况，退回件和待发的信未更新。")


def open_mailbox(campaign: Campaign) -> Mailbox:
    """The mailbox that lzxl.toml names. Raises ConfigError if it names none, or if there is no password for it."""
    from lzxl.mail.imap import Mailbox

    settings = campaign.config.mail
    if settings.imap is None:
        raise ConfigError(
            "lzxl.toml 的 [mail] 里没有 imap（收信服务器）。请填写；不用邮箱的，写明从哪里收：lzxl collect 来件。",
            code="inbox_missing",
        )
    return Mailbox(settings, mail_password(settings, "imap"))
