"""Our letters: each is built once, lies as a draft for the office to see, and goes out once.

A letter is known by its key, which comes from what it says: whatever is cut short when, it is neither lost nor sent twice.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.places import LETTERS
from lzxl.campaign.standing import faults_of
from lzxl.campaign.store import round_of
from lzxl.errors import MailError
from lzxl.faults import note
from lzxl.files import output_to, writing
from lzxl.forms.roster import Unit
from lzxl.mail.compose import (
    Automatic,
    Enclosure,
    Recipient,
    UnsafeLetterError,
    compose,
    message_id,
    office_recipient,
    recipient_of,
    verify_outgoing,
)
from lzxl.mail.entries import Answer, Posted
from lzxl.mail.letter_kinds import KIND_TITLES, Kind
from lzxl.mail.letters import Letter
from lzxl.mail.origin import instance_of
from lzxl.mail.register import Register
from lzxl.states import UNSENT, Delivery, LetterState, Word

if TYPE_CHECKING:
    from lzxl.mail.smtp import Sender

DRAFTS, GONE_OUT = f"{LETTERS}/待发邮件", f"{LETTERS}/已发邮件"
# How long a letter that may have gone out is looked for before it is sent again.
_SETTLING = datetime.timedelta(minutes=10)
ANSWERS: tuple[Kind, ...] = ("receipt", "returned", "resend")
_AFTER_DELIVERY = {
    Delivery.REFUSED: LetterState.REFUSED,
    Delivery.LATER: LetterState.DRAFT,
    Delivery.UNKNOWN: LetterState.UNKNOWN,
}
# They change by themselves: counted, every draft would be overtaken the next morning.
_OF_THE_DAY = ("日期", "工作日数")
_BROKEN_LETTER = "给该单位写信时程序出错（{kind}），该信未写，其他单位不受影响。请把 {place} 交给开发者。"
REMINDERS: tuple[Kind, ...] = ("reminder_before", "reminder_after")


@dataclass
class Written:
    """What letters a run has written, and what was left: (unit code, Chinese sentence)."""

    letters: list[Posted] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)

    def and_(self, later: Written) -> Written:
        """Both together."""
        return Written([*self.letters, *later.letters], [*self.left, *later.left])

    def add(self, letter: Posted) -> None:
        """Count a letter, unless it turned out to have gone out before."""
        if letter.state == LetterState.DRAFT:
            self.letters.append(letter)


def leave_unwritten(written: Written, campaign: Campaign, code: str, trouble: BaseException) -> None:
    """Say of a unit that the program broke on its letter; the details are kept."""
    fault = note(trouble, faults_of(campaign), (code,))
    written.left.append((code, _BROKEN_LETTER.format(kind=fault.kind, place=fault.place or "这一行")))


class SentBox(Protocol):
    """Who knows whether a letter went out."""

    def find_sent(self, message_id: str) -> bool | None:
        """Whether it did; None if that cannot be told."""


@dataclass(frozen=True)
class Sending:
    """What came of one letter."""

    letter: Posted
    trouble: str = ""
    """A Chinese sentence, "" if it went out."""


class Outbox:
    """The letters of one campaign. It needs the campaign's lock."""

    def __init__(self, campaign: Campaign, register: Register, now: datetime.datetime) -> None:
        """`now`: with a time zone."""
        self._campaign = campaign
        self._register = register
        self._now = now
        self._count = 0

    @property
    def day(self) -> str:
        """The day on which letters are written, ISO."""
        return self._now.date().isoformat()

    def is_reminded(self, unit: str, day: datetime.date) -> bool:
        """Whether a reminder was written to a unit on that day."""
        return self._register.is_written(unit, day.isoformat(), REMINDERS)

    def knows(self, key: str) -> bool:
        """Whether this letter was written before, whatever became of it (but a withdrawn one may be written again)."""
        known = self._register.letter(key)
        return known is not None and known.state != LetterState.WITHDRAWN

    def waiting_answers(self, unit: str) -> list[Posted]:
        """Answers to a unit that lie as drafts still."""
        return self._register.drafts(*ANSWERS, unit=unit)

    def drafts(self, *kinds: Kind) -> list[Posted]:
        """The letters of these kinds that lie as drafts still, oldest first."""
        return self._register.drafts(*kinds)

    def has_answered(self, subject: str, verdict: str) -> bool:
        """Whether a letter that is not withdrawn was written about this."""
        return self._register.is_answered(subject, verdict)

    def answered_by(self, letter: Posted) -> set[str]:
        """What a letter answers."""
        return set(self._register.answered_by(letter.key))

    def told_since(self, day: str) -> set[tuple[str, str, str | None, int]]:
        """(unit, form, round, version) of the submissions of which an answer tells how they stand: one that waits, or that went out on
        `day` (ISO) or later. Of one that was sent by hand nobody knows when: it counts as gone when it was written."""
        return {
            (one.unit, one.form, round_of(self._campaign, one.form, one.round, one.received), one.version)
            for one in self._register.told_since(day, ANSWERS)
        }

    def has_room(self, recipient: str) -> bool:
        """Whether another answer may go to an address today."""
        written = self._register.written_to(recipient, self.day, ANSWERS)
        return written < self._campaign.config.mail.daily_answers

    def write(
        self,
        kind: Kind,
        key: str,
        unit: Unit | None,
        letter: Letter,
        enclosures: Sequence[Enclosure],
        answers: Sequence[Answer] = (),
        automatic: Automatic = "auto-generated",
        facts: str = "",
    ) -> Posted:
        """Build a letter to a unit (to the office itself if None) and lay it among the drafts; what it answers is noted in
        the same step. A letter that lies among those that have gone out is noted as sent. `facts`: see `facts_of`.

        Raises ConfigError if there is no usable address.
        """
        settings = self._campaign.config.mail
        recipient = recipient_of(unit) if unit is not None else office_recipient(settings)
        data = compose(
            settings,
            recipient,
            letter,
            enclosures,
            kind=kind,
            key=key,
            instance=instance_of(settings.address, self._campaign.config.bureau),
            date=self._now,
            automatic=automatic,
            draft=True,
        )
        day = self.day
        whom = f"{unit.code}_{safe_name(unit.name, 90)}" if unit is not None else "寄本办公室"
        path = self._campaign.root / DRAFTS / f"{day}_{KIND_TITLES[kind]}_{whom}_{key[:6]}.eml"
        posted = Posted(
            key=key,
            kind=kind,
            unit=unit.code if unit is not None else "",
            recipient=recipient.email.lower(),
            day=day,
            message_id=message_id(settings, key, kind),
            file=self._campaign.relative(path),
            sha256=hashlib.sha256(data).hexdigest(),
            changed=self._now.isoformat(timespec="seconds"),
            facts=facts,
            written=self._moment(),
        )
        if (self._campaign.root / GONE_OUT).is_dir():
            for gone in (self._campaign.root / GONE_OUT).glob(f"*_{key[:6]}.eml"):
                # It went out, and the ledger that knew it is gone.
                posted = replace(
                    posted, file=self._campaign.relative(gone), state=LetterState.SENT, note="台账重建前已发出"
                )
                with self._register.transaction():
                    self._register.put([posted])
                    self._register.put(answers)
                return posted
        # Noted first: the draft of a run that is cut short here is known, and taken away (`clear`).
        with self._register.transaction():
            self._register.put([replace(posted, state=LetterState.WITHDRAWN, note="未写完")])
        with writing(path) as temporary:
            temporary.write_bytes(data)
        with self._register.transaction():
            self._register.put([posted])
            self._register.put(answers)
        return posted

    def _moment(self) -> str:
        """The present, later for each letter of a run."""
        self._count += 1
        return (self._now + datetime.timedelta(microseconds=self._count)).isoformat(timespec="microseconds")

    def withdraw(self, letter: Posted, note: str, is_due: bool = False) -> Posted:
        """Take a letter that has not gone out back: what it answers may be answered again.

        `is_due`: that is to be done by whatever command writes letters next.
        """
        with self._register.transaction():
            withdrawn = self._change(letter, LetterState.WITHDRAWN, note)
            about = self._register.forget_answers(letter.key)
            if is_due:
                self._register.put(Answer(subject, Word.DUE, "") for subject in about)
        # After the ledger: a draft that counts as waiting and is missing was taken away by hand, for `clear`.
        self._remove(letter)
        return withdrawn

    def _remove(self, letter: Posted) -> None:
        """Remove a draft. What has gone out stays where it is."""
        if letter.file.startswith(f"{DRAFTS}/"):
            with suppress(OSError):
                (self._campaign.root / letter.file).unlink()

    def clear(self) -> None:
        """Note what has become of drafts since the last run, by hand or by a run that was cut short."""
        for letter in self._register.letters(LetterState.WITHDRAWN):
            self._remove(letter)
        for letter in self.waiting():
            if self._gone_path(letter).is_file():
                self._gone(letter)  # moved there, and cut short before that was noted
            elif not (self._campaign.root / letter.file).is_file():
                with self._register.transaction():
                    self._change(letter, LetterState.HANDLED, "草稿已由人工移走")

    def withdraw_undelivered(self) -> None:
        """What could not be delivered to an address is written again once the roster has another one."""
        for letter in self._register.letters(LetterState.REFUSED, LetterState.BOUNCED):
            unit = self._campaign.units.get(letter.unit)
            address = unit.email.strip().lower() if unit is not None else ""
            if address not in ("", letter.recipient):
                self.withdraw(letter, "名册里的邮箱已经改了")

    def waiting(self) -> list[Posted]:
        """The letters that have not surely gone out, oldest first."""
        return self._register.letters(*UNSENT)

    def send(self, sender: Sender, sent_box: SentBox | None) -> list[Sending]:
        """Send what waits, one letter after another. Raises MailError when the server cannot be used at all."""
        return [self._send(letter, sender, sent_box) for letter in self.waiting()]

    def _send(self, letter: Posted, sender: Sender, sent_box: SentBox | None) -> Sending:
        path = self._campaign.root / letter.file
        if letter.state != LetterState.DRAFT:
            went_out = self._went_out(letter, sent_box)
            if went_out:
                return self._gone(letter)
            # The copy may be minutes on its way: sent again before, the unit has the letter twice.
            if went_out is None or self._now - datetime.datetime.fromisoformat(letter.changed) < _SETTLING:
                return self._doubtful(letter, went_out is None)
        recipient = self._recipient(letter)
        if recipient is None:
            self.withdraw(letter, "名册里的邮箱已经改了")
            return Sending(
                letter, "名册里该单位的邮箱已经改了，这封信已作废。请再运行一次写这封信的命令，按新邮箱重写。"
            )
        data = path.read_bytes()
        # Opened in a mail program and saved there, it says what nobody has proved.
        if hashlib.sha256(data).hexdigest() != letter.sha256:
            return Sending(
                letter, f"草稿 {letter.file} 被改动过，未发送。要发改过的，请用邮件程序发出后移走；不需要的，删去即可。"
            )
        raw = as_sent(data)
        try:
            # Proved against the settings of now: the draft was proved against those of its day.
            verify_outgoing(raw, self._campaign.config.mail, recipient)
        except UnsafeLetterError:
            self.withdraw(letter, "办公室邮箱的设置已经改了")
            return Sending(letter, "写信之后 lzxl.toml 的 [mail] 改过，这封信已作废。请再运行一次写这封信的命令。")
        with self._register.transaction():
            # Noted before the first byte goes: killed from here on, it may be out, and must not simply go again.
            letter = self._change(letter, LetterState.SENDING)
        try:
            outcome = sender.send(raw, recipient.email, copy_to=self._campaign.config.mail.address)
        except MailError as error:  # no letter can be sent at all; this one certainly was not
            with self._register.transaction():
                self._change(letter, LetterState.DRAFT, str(error))
            raise
        if outcome.state == Delivery.SENT:
            return self._gone(letter)
        state = _AFTER_DELIVERY[outcome.state]
        with self._register.transaction():
            letter = self._change(letter, state, outcome.reason)
        return Sending(letter, outcome.reason)

    def _recipient(self, letter: Posted) -> Recipient | None:
        """Whom a letter goes to, by the roster as it is now; None if that is another address than it was written for."""
        if not letter.unit:
            recipient = office_recipient(self._campaign.config.mail)
        elif letter.unit in self._campaign.units:
            recipient = recipient_of(self._campaign.units[letter.unit])
        else:
            return None
        return recipient if recipient.email.lower() == letter.recipient else None

    def _went_out(self, letter: Posted, sent_box: SentBox | None) -> bool | None:
        """Whether a letter of which that is not known went out: a copy of each comes back to the office's own mailbox."""
        if self._register.has_come_in(letter.message_id):
            return True
        return sent_box.find_sent(letter.message_id) if sent_box is not None else None

    def _doubtful(self, letter: Posted, cannot_be_told: bool) -> Sending:
        if letter.state != LetterState.UNKNOWN:
            with self._register.transaction():
                letter = self._change(letter, LetterState.UNKNOWN, "发送时中断")
        if cannot_be_told:
            advice = "请在邮箱的“已发送”里查看：已发出的，把草稿移走；未发出的，请用邮件程序发出后移走草稿。"
        else:
            minutes = int(_SETTLING.total_seconds() // 60)
            advice = f"{minutes}分钟后再运行一次，会先查是否已发出，未发出的才重发。"
        return Sending(letter, f"上次发送时中断，不能确定是否发出。{advice}")

    def _gone(self, letter: Posted) -> Sending:
        """A letter has gone out: it moves to those that have, and its state says so."""
        path, target = self._campaign.root / letter.file, self._gone_path(letter)
        if path.is_file() and path != target:
            with output_to(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                # Moved first, noted then: cut short between the two, `clear` sees by where it lies that it went out.
                path.replace(target)
        with self._register.transaction():
            return Sending(self._change(replace(letter, file=self._campaign.relative(target)), LetterState.SENT))

    def _gone_path(self, letter: Posted) -> Path:
        return self._campaign.root / GONE_OUT / Path(letter.file).name

    def _change(self, letter: Posted, state: LetterState, note: str = "") -> Posted:
        changed = replace(letter, state=state, changed=self._now.isoformat(timespec="seconds"), note=note)
        self._register.put([changed])
        return changed


def as_sent(draft: bytes) -> bytes:
    """A draft as it goes out: without what tells mail programs that it is one."""
    # The header's own: all that stands below is base64, which has no hyphen.
    return draft.replace(b"X-Unsent: 1\r\n", b"", 1)


def facts_of(kind: Kind, values: Mapping[str, str], enclosures: Sequence[Path]) -> str:
    """All that a letter says but for its day, in a few digits: what would give others now must not go out as it is."""
    said = [kind, *(f"{name}\0{value}" for name, value in sorted(values.items()) if name not in _OF_THE_DAY)]
    files = [f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in enclosures if path.is_file()]
    return key_of(*said, *files)


def key_of(*parts: str) -> str:
    """The key of a letter that says just this."""
    # Joined by what none of them holds: without it, ("1", "12") and ("11", "2") would be one letter.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
