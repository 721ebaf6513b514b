"""Answers what came by mail: one letter to each unit, a receipt or a return, for all that is not answered yet."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.distribute import fresh_form, must_exchange
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.returns import return_path
from lzxl.campaign.standing import Standing
from lzxl.campaign.store import Stored
from lzxl.checks.run import Checked
from lzxl.faults import attempt
from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.entries import Answer, Message, Part, Posted
from lzxl.mail.letter_items import Item, exchange_note, finding_notes, item_values
from lzxl.mail.letter_kinds import Kind
from lzxl.mail.letter_values import campaign_values, form_titles, unit_values
from lzxl.mail.letters import Letters, load_letters
from lzxl.mail.outbox import ANSWERS, Outbox, Written, facts_of, key_of, leave_unwritten
from lzxl.mail.register import Register
from lzxl.mail.remedies import BODY
from lzxl.mail.wording import chinese_day, chinese_time, spoken_days
from lzxl.states import ACCEPTABLE, VERDICTS, FileState, MailState, Word

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_SETTLED = (FileState.ACCEPTED, FileState.RETURNED)
_LATER = "当日给该单位的答复已有{count}封，其余的次日运行 lzxl reply 时答复。"
_NO_ADDRESS = "名册里没有该单位可用的电子邮箱，无法答复。请在单位名册中核对填写，再运行 lzxl reply。"
_AUTOMATIC = "来信像是自动发出的邮件，表已收下，未答复。要答复的，请运行 lzxl reply {code}。"
_BASIS = "核对的依据（单位名册、填报设置、分级标准或你单位的其他表）有变动，本版已重新核对"
_NOW_ACCEPTED = f"{_BASIS}，现已接收，不必再改。以前就本版发的退回通知作废。"
_NOW_RETURNED = f"{_BASIS}，现有须改正之处，不是你单位重复出错。以前就本版发的报送回执作废。"
_RETURNED_OTHERWISE = f"{_BASIS}，须改正之处与上次所列不同，请以本次的附件为准。以前就本版发的退回通知作废。"
_EARLIER_COUNTS = "以前接收的第{version}版仍然有效，本版改好、接收以前以它为准。"
_LOST_RETURN = "退回件 {file} 缺失，未写退回通知。请恢复该文件，再运行 lzxl reply。"


@dataclass
class _Reply:
    """What one letter to a unit is to say."""

    items: list[Item] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(subject, verdict) of all that it answers."""
    overtaken: list[tuple[str, str]] = field(default_factory=list)
    """Of what nobody need hear any more: older versions of a submission that is answered."""
    enclosures: list[Path] = field(default_factory=list)
    days: list[datetime.date] = field(default_factory=list)


class Answers:
    """The answers of one run."""

    def __init__(
        self, campaign: Campaign, register: Register, outbox: Outbox, today: datetime.date, standing: Standing
    ) -> None:
        """`standing`: of now, with the ledger's receipts brought up to it (`lzxl.campaign.verdicts`)."""
        self._campaign = campaign
        self._register = register
        self._outbox = outbox
        self._today = today
        self._letters: Letters | None = None
        self._filings = {(filing.unit.code, filing.form): filing for filing in standing.filings}
        self._latest: dict[str, list[tuple[Stored, Checked]]] = {}
        for stored, checked in zip(standing.originals, standing.latest, strict=True):
            self._latest.setdefault(stored.unit.code, []).append((stored, checked))
        self._asked = self._parts_to_ask_about()
        self._heard = _Heard(register)

    def withdraw_overtaken(self) -> list[Posted]:
        """Withdraw every draft that would say something else if it were written now; these."""
        withdrawn = []
        for letter in self._outbox.drafts(*ANSWERS):
            # As if it had not been written.
            self._heard = _Heard(self._register, without=letter.key)
            note = self._why_overtaken(letter, self._outbox.answered_by(letter))
            if note:
                withdrawn.append(self._outbox.withdraw(letter, note, is_due=True))
        self._heard = _Heard(self._register)
        return withdrawn

    def _why_overtaken(self, letter: Posted, subjects: Collection[str]) -> str:
        """Why a draft must not go out as it is; "" if it may."""
        unit = self._campaign.units.get(letter.unit)
        if unit is None:
            return "单位已不在名册中"
        if unit.email.strip().lower() != letter.recipient:
            return "名册里的邮箱已经改了"
        reply = self._reply(unit, is_named=True, only=subjects)
        if not reply.items and reply.overtaken:
            return "单位已报来新的版本"
        if not reply.items or self._facts(unit, reply) != letter.facts:
            return "检查结果或设置已经变了"
        return ""

    def write(self, named: Collection[str] = (), with_files: bool = False) -> Written:
        """Write a letter to every unit that has something unanswered.

        `named`: unit codes; only they are answered then, and what looks like automatic mail, too. `with_files`: also what
        came without a mail.
        """
        self._outbox.withdraw_undelivered()
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

    def due(self) -> list[str]:
        """Codes of the units to which an answer is to be written, by mails that came and by what stands otherwise now."""
        return [unit.code for unit in self._campaign.units.values() if self._reply(unit).items]

    def _answer(self, unit: Unit, with_files: bool, is_named: bool, written: Written) -> None:
        """Write a unit's letter, if there is anything to answer."""
        reply = self._reply(unit, with_files, is_named)
        waiting = self._outbox.waiting_answers(unit.code) if reply.items else []
        if waiting:  # one letter will say it all
            for letter in waiting:
                self._outbox.withdraw(letter, "并入下一封信", is_due=True)
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
            kind = _kind(reply)
            subjects = (":".join(pair) for pair in sorted(reply.answers))
            key = key_of(unit.code, address, self._campaign.config.period, kind, *subjects)
            while self._outbox.knows(key):  # it was told so before, and something else since
                key = key_of(key, "again")
            if self._letters is None:
                self._letters = load_letters(self._campaign)
            enclosures = [Enclosure(path.name, path.read_bytes()) for path in reply.enclosures]
            answers = [Answer(subject, verdict, key) for subject, verdict in reply.answers]
            letter = self._letters.write(kind, self._values(unit, reply))
            facts = self._facts(unit, reply)
            written.add(
                self._outbox.write(kind, key, unit, letter, enclosures, answers, automatic="auto-replied", facts=facts)
            )

    def _values(self, unit: Unit, reply: _Reply) -> dict[str, str]:
        """What the letter to a unit may say."""
        return {
            **campaign_values(self._campaign, self._today),
            **unit_values(unit),
            **item_values(reply.items),
            "收到时间": spoken_days(reply.days),
            "尚未报送": form_titles(self._missing(unit)),
        }

    def _facts(self, unit: Unit, reply: _Reply) -> str:
        return facts_of(_kind(reply), self._values(unit, reply), reply.enclosures)

    def _reply(
        self, unit: Unit, with_files: bool = False, is_named: bool = False, only: Collection[str] | None = None
    ) -> _Reply:
        """What is unanswered of a unit. `only`: subjects; what else there is does not come into it."""
        reply = _Reply()
        receipts = self._register.receipts_of(unit.code)
        for stored, checked in self._latest.get(unit.code, ()):
            filed = [one for one in receipts if one.form == stored.form]
            receipt = next((one for one in filed if one.version == stored.version), None)
            if receipt is None:  # the next run that takes in will enter it
                continue
            open_ = [
                one for one in filed if not self._heard.has(one) and self._is_to_answer(one, with_files, is_named, only)
            ]
            older = [one for one in open_ if one is not receipt]
            if receipt in open_ or (only is None and older and self._has_come_since(receipt, is_named)):
                self._add_receipt(reply, receipt, older, stored, checked)
            else:
                reply.overtaken += [(one.sha256, one.verdict) for one in older]
        for message, part in self._asked.get(unit.code, ()):
            subject = subject_of(part)
            if subject is not None and self._is_part_to_answer(subject, message, is_named, only):
                self._add_part(reply, message, part, subject)
        return reply

    def _has_come_since(self, receipt: Receipt, is_named: bool) -> bool:
        """Whether the latest version is told of where an earlier one is answered: however it came, it is the one that counts."""
        return not self._heard.has(receipt) and self._is_to_answer(receipt, with_files=True, is_named=is_named)

    def _first_unit(self, message: Message) -> str:
        """Whose mail it is, of the units that share its address; "" if none of them is on the roster."""
        return next((code for code in message.units.split() if code in self._campaign.units), "")

    def _is_to_answer(
        self, receipt: Receipt, with_files: bool, is_named: bool, only: Collection[str] | None = None
    ) -> bool:
        """Whether a submission is answered at all. Of one that was found in 收件 again, and that no mail has brought since,
        nobody knows whether it was."""
        if receipt.state not in _SETTLED:
            return False
        if only is not None:
            return receipt.sha256 in only
        if self._heard.is_concerned(receipt.sha256):
            return True
        came_with = self._came_with(receipt)
        if came_with is None:
            return with_files and bool(receipt.source)
        return is_named or not came_with[0].automatic

    def _is_part_to_answer(
        self, subject: tuple[str, str], message: Message, is_named: bool, only: Collection[str] | None
    ) -> bool:
        if self._heard.of(subject[0]) == subject[1]:
            return False
        if only is not None:
            return subject[0] in only
        return is_named or not message.automatic or self._heard.is_concerned(subject[0])

    def _add_receipt(
        self, reply: _Reply, receipt: Receipt, older: Sequence[Receipt], stored: Stored, checked: Checked
    ) -> None:
        came_with = self._came_with(receipt)
        when = chinese_time(came_with[0].when) if came_with else _day(receipt.received)
        enclosure = return_path(self._campaign, stored.unit, receipt.form, receipt.version)
        is_returned = receipt.state == FileState.RETURNED
        # No marked return tells where these are.
        doubts = [] if is_returned else [entry for entry in checked.findings if entry.severity == "warning"]
        fresh = fresh_form(self._campaign, stored.unit, checked) if is_returned else None
        exchange: tuple[str, ...] = ()
        if is_returned and must_exchange(checked):
            exchange = (exchange_note(fresh.name if fresh is not None else ""),)
        filing = self._filings[receipt.unit, receipt.form]
        is_behind = is_returned and filing.state in ACCEPTABLE
        earlier = (_EARLIER_COUNTS.format(version=filing.version),) if is_behind else ()
        numbers = sorted(one.version for one in older if not (is_behind and one.version == filing.version))
        versions = "、".join(f"第{number}版" for number in numbers)
        replaced = (f"以前报送的{versions}已由本版代替，以本版为准",) if versions else ()
        reply.items.append(
            Item(
                form_title=load_form(receipt.form).title,
                state=FileState.NIL if not is_returned and checked.submission.is_nil_return else receipt.state,
                file_name=came_with[1].name if came_with else receipt.source.replace("\\", "/").rsplit("/", 1)[-1],
                version=receipt.version,
                rows=checked.submission.row_counts,
                errors=receipt.errors,
                warnings=receipt.warnings if is_returned else len(doubts),
                received=when,
                sha256=receipt.sha256,
                enclosure=enclosure.name if is_returned else "",
                late=filing.late,
                notes=(
                    *exchange,
                    *finding_notes(doubts),
                    *replaced,
                    *earlier,
                    *_change(self._heard.of(receipt.sha256), receipt),
                ),
            )
        )
        reply.answers += [(one.sha256, one.verdict) for one in (receipt, *older)]
        reply.days.append(came_with[0].when.date() if came_with else datetime.date.fromisoformat(receipt.received))
        if is_returned:
            reply.enclosures.append(enclosure)
        if fresh is not None:
            reply.enclosures.append(fresh)

    def _add_part(self, reply: _Reply, message: Message, part: Part, subject: tuple[str, str]) -> None:
        """A file that could not be read, or something that the unit is asked to send otherwise."""
        if subject in reply.answers:
            return
        when = chinese_time(message.when)
        reply.items.append(
            Item(
                form_title="",
                state=part.outcome if part.outcome == FileState.REFUSED else FileState.SKIPPED,
                file_name="来信" if part.name in ("", BODY) else part.name,
                received=when,
                reason=part.reason,
                request=part.request,
            )
        )
        reply.answers.append(subject)
        reply.days.append(message.when.date())

    def _parts_to_ask_about(self) -> dict[str, list[tuple[Message, Part]]]:
        """Unit code → what it is to hear of that is no submission."""
        found: dict[str, list[tuple[Message, Part]]] = {}
        for message, part in self._register.parts_to_ask_about():
            found.setdefault(self._first_unit(message), []).append((message, part))
        return found

    def _came_with(self, receipt: Receipt) -> tuple[Message, Part] | None:
        """The mail that counts as having brought a submission: the unit's own before others', one that may be answered before
        one that may not, the first before later ones. None if none has."""

        def rank(brought: tuple[Message, Part]) -> tuple[bool, bool]:
            message, _ = brought
            return receipt.unit not in message.units.split(), bool(message.automatic)

        brought = [
            (message, part)
            for message, part in self._register.brought(receipt.sha256)
            if part.outcome in _SETTLED or (part.outcome == FileState.KNOWN and receipt.unit in message.units.split())
        ]
        return min(brought, key=rank, default=None)

    def _automatic(self) -> list[tuple[str, str]]:
        """The units of which mail was taken in that is not answered because it looks automatic. Said once of each mail."""
        codes = set()
        for receipt in self._register.filed_by_automatic_mail():
            came_with = self._came_with(receipt)
            if came_with is None or self._heard.has(receipt):
                continue
            message, _ = came_with
            if message.automatic and message.state in VERDICTS:
                codes.add(receipt.unit)
        return [(code, _AUTOMATIC.format(code=code)) for code in self._campaign.units if code in codes]

    def _missing(self, unit: Unit) -> list[str]:
        """Titles of the forms of which nothing has come in."""
        filings = (self._filings[unit.code, form] for form in self._campaign.config.forms)
        return [load_form(filing.form).title for filing in filings if filing.state == FileState.MISSING]

    def _settle(self) -> None:
        """Mails in which nothing waits for an answer are answered."""
        waiting = self._register.messages(*VERDICTS)
        done = [message for message in waiting if message.automatic or not self._waits(message)]
        with self._register.transaction():
            self._register.set_state(done, MailState.ANSWERED)

    def _waits(self, message: Message) -> bool:
        """Whether something in a mail waits for an answer."""
        is_known = bool(self._first_unit(message))
        for part in self._register.parts_of(message.sha256):
            if part.outcome in _SETTLED:
                receipt = self._register.receipt(part.sha256)
                if receipt is None or not receipt.version or not self._heard.has(receipt):
                    return True
            elif is_known:
                subject = subject_of(part)
                if subject is not None and self._heard.of(subject[0]) != subject[1]:
                    return True
        return False


class _Heard:
    """What the units have been told by letters that are not withdrawn: the last word on each subject."""

    def __init__(self, register: Register, without: str = "") -> None:
        """`without`: the key of a letter, as if that had not been written."""
        self._register = register
        self._without = without

    def of(self, subject: str) -> str:
        """The verdict that was told last, "" if none was."""
        told = [answer.verdict for answer in self._about(subject) if answer.verdict != Word.DUE]
        return told[-1] if told else ""

    def has(self, receipt: Receipt) -> bool:
        """Whether the last word on a submission is how it stands. An earlier version of lzxl noted the state alone."""
        return self.of(receipt.sha256) in (receipt.verdict, receipt.state)

    def is_concerned(self, subject: str) -> bool:
        """Whether a letter about it was written, or one was withdrawn that is to be written again: it is answered by
        whatever command comes next."""
        return any(answer.key or answer.verdict == Word.DUE for answer in self._about(subject))

    def _about(self, subject: str) -> list[Answer]:
        """What was noted about a subject, in the order in which it was written."""
        answers = self._register.answers_about(subject)
        return [answer for answer in answers if not self._without or answer.key != self._without]


def _kind(reply: _Reply) -> Kind:
    if reply.enclosures:
        return "returned"
    return "receipt" if all(item.state in ACCEPTABLE for item in reply.items) else "resend"


def _change(before: str, receipt: Receipt) -> tuple[str, ...]:
    """What a letter says where the unit was told something else of the same version: it is not the unit that has erred."""
    state = before.partition(":")[0]
    if not before:
        return ()
    if receipt.state == FileState.ACCEPTED:
        return (_NOW_ACCEPTED,) if state == FileState.RETURNED else ()
    return (_NOW_RETURNED if state == FileState.ACCEPTED else _RETURNED_OTHERWISE,)


def subject_of(part: Part) -> tuple[str, str] | None:
    """What an answer about a part that is no submission is noted under; None if there is nothing to say of it."""
    if part.outcome == FileState.REFUSED:
        return (f"{part.message}/{part.number}", FileState.REFUSED)
    if part.request:
        return (f"{part.message}/{part.number}", Word.REQUEST)
    return None


def _day(iso: str) -> str:
    return chinese_day(datetime.date.fromisoformat(iso))
