"""Answers what came by mail: one letter to each unit, a receipt or a return, for all that is not answered yet."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.collect import KNOWN
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.returns import return_path
from lzxl.campaign.standing import check_stored, read_stored
from lzxl.campaign.store import Stored, stored_originals
from lzxl.faults import attempt
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.letters import (
    Item,
    Kind,
    Letters,
    campaign_values,
    chinese_day,
    chinese_time,
    finding_notes,
    form_titles,
    item_values,
    load_letters,
    unit_values,
)
from lzxl.mail.message import BODY
from lzxl.mail.outbox import Outbox, Written, key_of, leave_unwritten
from lzxl.mail.register import ANSWERED, DRAFT, VERDICT_TITLES, Answer, Message, Part, Posted, Register

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_SETTLED = ("accepted", "returned")
_LATER = "今天给该单位的答复已有 {count} 封，其余的明天运行 lzxl reply 时答复。"
_NO_ADDRESS = "名册里没有该单位可用的电子邮箱，无法答复。请在单位名册里填对，再运行 lzxl reply。"
_AUTOMATIC = "来信像是自动发出的邮件，表已收下，没有答复。要答复的，请运行 lzxl reply {code}。"
_LOST_RETURN = "退回件 {file} 不见了，没有写退回通知。请恢复这个文件，再运行 lzxl reply。"


@dataclass
class _Reply:
    """What one letter to a unit is to say."""

    items: list[Item] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(subject, verdict) of all that it answers."""
    overtaken: list[tuple[str, str]] = field(default_factory=list)
    """Of what nobody need hear any more: older versions of a submission that is answered."""
    enclosures: list[Path] = field(default_factory=list)
    times: list[str] = field(default_factory=list)


class Answers:
    """The answers of one run."""

    def __init__(self, campaign: Campaign, register: Register, outbox: Outbox, today: datetime.date) -> None:
        self._campaign = campaign
        self._register = register
        self._outbox = outbox
        self._today = today
        self._letters: Letters | None = None
        self._receipts = [receipt for receipt in register.receipts() if receipt.version]
        self._messages = {message.sha256: message for message in register.all(Message)}
        self._parts = register.all(Part)
        self._came_with = self._bringers()
        self._answered: set[tuple[str, str]] = set()
        self._reopened: set[tuple[str, str]] = set()

    def write(self, named: Collection[str] = (), with_files: bool = False) -> Written:
        """Write a letter to every unit that has something unanswered.

        `named`: unit codes; only they are answered then, and what looks like automatic mail, too. `with_files`: also what
        came without a mail.
        """
        self._withdraw_outdated()
        self._outbox.withdraw_undelivered()
        self._answered = {(answer.subject, answer.verdict) for answer in self._register.all(Answer)}
        written = Written()
        for unit in self._campaign.units.values():
            if named and unit.code not in named:
                continue
            attempt(
                partial(self._answer, unit, with_files, bool(named), written),
                partial(leave_unwritten, written, self._campaign, unit.code),
            )
        written.left += self._automatic()
        self._settle()
        return written

    def _answer(self, unit: Unit, with_files: bool, is_named: bool, written: Written) -> None:
        """Write a unit's letter, if there is anything to answer."""
        reply = self._reply(unit, with_files, is_named)
        waiting = self._outbox.waiting_answers(unit.code) if reply.items else []
        if waiting:  # one letter will say it all
            self._reopen(waiting)
            reply = self._reply(unit, with_files, is_named)
        if reply.items:
            self._write(unit, reply, written)
        with self._register.transaction():
            self._register.put(Answer(subject, verdict, "") for subject, verdict in reply.overtaken)

    def _write(self, unit: Unit, reply: _Reply, written: Written) -> None:
        lost = [path for path in reply.enclosures if not path.is_file()]
        address = unit.email.strip().lower()
        if not is_address(unit.email.strip()):
            written.left.append((unit.code, _NO_ADDRESS))
        elif lost:
            written.left.append((unit.code, _LOST_RETURN.format(file=self._campaign.relative(lost[0]))))
        elif not self._outbox.has_room(address):
            written.left.append((unit.code, _LATER.format(count=self._campaign.config.mail.daily_answers)))
        else:
            kind: Kind = "resend"
            if reply.enclosures:
                kind = "returned"
            elif all(item.state in ("accepted", "nil") for item in reply.items):
                kind = "receipt"
            subjects = (":".join(pair) for pair in sorted(reply.answers))
            key = key_of(unit.code, address, self._campaign.config.period, kind, *subjects)
            values = {
                **campaign_values(self._campaign, self._today),
                **unit_values(unit),
                **item_values(reply.items),
                "收到时间": "、".join(dict.fromkeys(reply.times)),
                "尚未报送": form_titles(self._missing(unit)),
            }
            if self._letters is None:
                self._letters = load_letters(self._campaign)
            enclosures = [Enclosure(path.name, path.read_bytes()) for path in reply.enclosures]
            answers = [Answer(subject, verdict, key) for subject, verdict in reply.answers]
            letter = self._letters.write(kind, values)
            written.add(self._outbox.write(kind, key, unit, letter, enclosures, answers, automatic="auto-replied"))

    def _reply(self, unit: Unit, with_files: bool, is_named: bool) -> _Reply:
        """What is unanswered of a unit."""
        reply = _Reply()
        newest: dict[str, Receipt] = {}
        for receipt in self._receipts:
            if receipt.unit == unit.code and receipt.version >= newest.get(receipt.form, receipt).version:
                newest[receipt.form] = receipt
        settled: list[tuple[Receipt, list[Receipt]]] = []
        for receipt in newest.values():
            open_ = [
                one
                for one in self._receipts
                if (one.unit, one.form) == (unit.code, receipt.form)
                and (one.sha256, one.state) not in self._answered
                and self._is_to_answer(one, with_files, is_named)
            ]
            if receipt in open_:
                settled.append((receipt, [one for one in open_ if one is not receipt]))
            else:
                reply.overtaken += [(one.sha256, one.state) for one in open_]
        found = [
            (receipt, older, stored)
            for receipt, older in settled
            if (stored := self._originals.get((receipt.unit, receipt.form, receipt.version))) is not None
        ]
        submissions = read_stored(self._campaign, [stored for _, _, stored in found])
        for (receipt, older, stored), submission in zip(found, submissions, strict=True):
            self._add_receipt(reply, receipt, older, stored, submission.row_counts, submission.is_nil_return)
        for part in self._parts:
            message = self._messages[part.message]
            if self._first_unit(message) == unit.code and (is_named or not message.automatic):
                self._add_part(reply, message, part)
        return reply

    def _first_unit(self, message: Message) -> str:
        """Whose mail it is, of the units that share its address; "" if none of them is on the roster."""
        return next((code for code in message.units.split() if code in self._campaign.units), "")

    def _reopen(self, letters: Sequence[Posted]) -> None:
        """Take drafts back: what they answer is to be answered together with what has come in since."""
        keys = {letter.key for letter in letters}
        self._reopened |= {
            (answer.subject, answer.verdict) for answer in self._register.all(Answer) if answer.key in keys
        }
        self._answered -= self._reopened
        for letter in letters:
            self._outbox.withdraw(letter, "并入下一封信")

    def _is_to_answer(self, receipt: Receipt, with_files: bool, is_named: bool) -> bool:
        """Whether a submission is answered at all. Of one that was found in 收件 again, and that no mail has brought since,
        nobody knows whether it was."""
        if (receipt.sha256, receipt.state) in self._reopened:
            return True
        if receipt.state not in _SETTLED:
            return False
        came_with = self._came_with.get(receipt.sha256)
        if came_with is None:
            return with_files and bool(receipt.source)
        return is_named or not came_with[0].automatic

    def _add_receipt(
        self,
        reply: _Reply,
        receipt: Receipt,
        older: Sequence[Receipt],
        stored: Stored,
        rows: dict[str, int],
        is_nil: bool,
    ) -> None:
        came_with = self._came_with.get(receipt.sha256)
        when = chinese_time(came_with[0].when) if came_with else _day(receipt.received)
        deadline = self._campaign.config.deadline
        first = min(one.received for one in self._receipts if (one.unit, one.form) == (receipt.unit, receipt.form))
        enclosure = return_path(self._campaign, stored.unit, receipt.form, receipt.version)
        is_returned = receipt.state == "returned"
        doubts = self._doubts(stored) if receipt.warnings and not is_returned else []
        versions = "、".join(f"第{one.version}版" for one in sorted(older, key=lambda one: one.version))
        replaced = (f"同时收到的{versions}已由本版代替，没有另行办理",) if versions else ()
        reply.items.append(
            Item(
                form_title=load_form(receipt.form).title,
                state="returned" if is_returned else "nil" if is_nil else "accepted",
                file_name=came_with[1].name if came_with else receipt.source.replace("\\", "/").rsplit("/", 1)[-1],
                version=receipt.version,
                rows=rows,
                errors=receipt.errors,
                warnings=receipt.warnings if is_returned else len(doubts),
                received=when,
                sha256=receipt.sha256,
                enclosure=enclosure.name if is_returned else "",
                late=deadline is not None and first > deadline.isoformat(),
                notes=(*finding_notes(doubts), *replaced),
            )
        )
        reply.answers += [(one.sha256, one.state) for one in (receipt, *older)]
        reply.times.append(when)
        if is_returned:
            reply.enclosures.append(enclosure)

    def _doubts(self, stored: Stored) -> list[Finding]:
        """What the unit is asked to look at in an accepted submission: no marked return tells it where that is.

        The unit's other forms are beside it, as when it came in: some rules compare one form with another.
        """
        others: dict[str, Stored] = {}
        for one in self._originals.values():
            if one.unit.code == stored.unit.code and one.form != stored.form:
                others[one.form] = max(one, others.get(one.form, one), key=lambda one: one.version)
        checked = check_stored(self._campaign, [stored, *others.values()])
        return [finding for finding in checked[0].findings if finding.severity == "warning"]

    def _add_part(self, reply: _Reply, message: Message, part: Part) -> None:
        """A file that could not be read, or something that the unit is asked to send otherwise."""
        subject = subject_of(part)
        if subject is None or subject in self._answered or subject in reply.answers:
            return
        when = chinese_time(message.when)
        reply.items.append(
            Item(
                form_title="",
                state="refused" if part.outcome == "refused" else "skipped",
                file_name="来信" if part.name in ("", BODY) else part.name,
                received=when,
                reason=part.reason,
                request=part.request,
            )
        )
        reply.answers.append(subject)
        reply.times.append(when)

    @cached_property
    def _originals(self) -> dict[tuple[str, str, int], Stored]:
        originals = stored_originals(self._campaign)
        return {(stored.unit.code, stored.form, stored.version): stored for stored in originals}

    def _bringers(self) -> dict[str, tuple[Message, Part]]:
        """sha256 of a submission → the mail that counts as having brought it: the unit's own before others', one that may be
        answered before one that may not, the first before later ones."""
        units = {receipt.sha256: receipt.unit for receipt in self._receipts}

        def rank(brought: tuple[Message, Part]) -> tuple[bool, bool, str, str]:
            message, part = brought
            is_foreign = units[part.sha256] not in message.units.split()
            return is_foreign, bool(message.automatic), message.received, message.sha256

        found: dict[str, list[tuple[Message, Part]]] = {}
        for part in self._parts:
            message = self._messages[part.message]
            is_units_own = part.outcome == KNOWN and units.get(part.sha256) in message.units.split()
            if part.sha256 in units and (part.outcome in _SETTLED or is_units_own):
                found.setdefault(part.sha256, []).append((message, part))
        return {sha256: min(brought, key=rank) for sha256, brought in found.items()}

    def _automatic(self) -> list[tuple[str, str]]:
        """The units of which mail was taken in that is not answered because it looks automatic. Said once of each mail."""
        codes = {
            receipt.unit
            for receipt in self._receipts
            for message, _ in [self._came_with.get(receipt.sha256, (None, None))]
            if message is not None and message.automatic and message.state in VERDICT_TITLES
            if (receipt.sha256, receipt.state) not in self._answered
        }
        return [(code, _AUTOMATIC.format(code=code)) for code in self._campaign.units if code in codes]

    def _missing(self, unit: Unit) -> list[str]:
        """Titles of the forms of which nothing has come in."""
        filed = {receipt.form for receipt in self._receipts if receipt.unit == unit.code}
        return [load_form(form).title for form in self._campaign.config.forms if form not in filed]

    def _withdraw_outdated(self) -> None:
        """A draft about versions that have all been followed by newer ones must not be sent any more."""
        newest: dict[tuple[str, str], int] = {}
        for receipt in self._receipts:
            pair = (receipt.unit, receipt.form)
            newest[pair] = max(newest.get(pair, 0), receipt.version)
        by_subject = {receipt.sha256: receipt for receipt in self._receipts}
        subjects: dict[str, list[str]] = {}
        for answer in self._register.all(Answer):
            subjects.setdefault(answer.key, []).append(answer.subject)
        for letter in self._register.all(Posted):
            about = [by_subject.get(subject) for subject in subjects.get(letter.key, ())]
            if (
                letter.state == DRAFT
                and about
                and all(
                    receipt is not None and receipt.version < newest[receipt.unit, receipt.form] for receipt in about
                )
            ):
                self._outbox.withdraw(letter, "单位已报来新的版本")

    def _settle(self) -> None:
        """Mails in which nothing waits for an answer are answered."""
        answered = {(answer.subject, answer.verdict) for answer in self._register.all(Answer)}
        states = {receipt.sha256: receipt.state for receipt in self._receipts}
        done = []
        for message in self._register.messages(*VERDICT_TITLES):
            open_ = False
            for part in self._register.parts_of(message.sha256):
                if message.automatic:
                    continue
                if part.outcome in _SETTLED:
                    open_ |= (part.sha256, states.get(part.sha256, part.outcome)) not in answered
                elif set(message.units.split()) & set(self._campaign.units):
                    open_ |= (subject := subject_of(part)) is not None and subject not in answered
            if not open_:
                done.append(message)
        with self._register.transaction():
            self._register.set_state(done, ANSWERED)


def subject_of(part: Part) -> tuple[str, str] | None:
    """What an answer about a part that is no submission is noted under; None if there is nothing to say of it."""
    if part.outcome == "refused":
        return (f"{part.message}/{part.number}", "refused")
    if part.request:
        return (f"{part.message}/{part.number}", "request")
    return None


def _day(iso: str) -> str:
    return chinese_day(datetime.date.fromisoformat(iso))
