"""Answers what came by mail: one letter to each unit, a receipt or a return, for all that is not answered yet."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial

from lzxl.faults import attempt
from lzxl.forms.roster import Unit
from lzxl.mail.answering import Answering
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.entries import Answer
from lzxl.mail.heard import Heard
from lzxl.mail.letters import Letters, load_letters
from lzxl.mail.outbox import Written, key_of, leave_unwritten
from lzxl.mail.reply import Reply
from lzxl.mail.unanswered import Asked
from lzxl.states import VERDICTS, MailState

_LATER = "当日给该单位的答复已有{count}封，其余的次日运行 lzxl reply 时答复。"
_NO_ADDRESS = "名册里没有该单位可用的电子邮箱，无法答复。请在单位名册中核对填写，再运行 lzxl reply。"
_AUTOMATIC = "来信像是自动发出的邮件，表已收下，未答复。要答复的，请运行 lzxl reply {code}。"
_LOST_RETURN = "退回件 {file} 缺失，未写退回通知。请恢复该文件，再运行 lzxl reply。"


class Answers(Answering):
    """The answers of one run."""

    @cached_property
    def _heard(self) -> Heard:
        """What units have been told."""
        return Heard(self._register)

    @cached_property
    def _letters(self) -> Letters:
        """The words of letters. An office's own that are wrong stop what needs them, and nothing before."""
        return load_letters(self._campaign)

    def write(self, named: Collection[str] = (), with_files: bool = False) -> Written:
        """Write a letter to every unit that has something unanswered.

        `named`: unit codes; only they are answered then, and what looks like automatic mail, too. `with_files`: also what
        came without a mail.
        """
        self._outbox.withdraw_undelivered()
        written = Written()
        asked = Asked(with_files, is_named=bool(named))
        for unit in (unit for unit in self._campaign.units.values() if not named or unit.code in named):
            attempt(
                partial(self._answer, unit, asked, written),
                partial(leave_unwritten, written, self._campaign, unit.code),
            )
        written.left += [
            (code, _AUTOMATIC.format(code=code)) for code in self._unanswered.by_automatic_mail(self._heard)
        ]
        self._settle()
        return written

    def due(self) -> list[str]:
        """Codes of the units to which an answer is to be written, by mails that came and by what stands otherwise now."""
        units = self._campaign.units.values()
        return [unit.code for unit in units if self._unanswered.reply(unit, self._heard, Asked()).items]

    def _answer(self, unit: Unit, asked: Asked, written: Written) -> None:
        """Write a unit's letter, if there is anything to answer."""
        reply = self._unanswered.reply(unit, self._heard, asked)
        waiting = self._outbox.waiting_answers(unit.code) if reply.items else []
        if waiting:  # one letter will say it all
            for letter in waiting:
                self._outbox.withdraw(letter, "并入下一封信", is_due=True)
            # Asked anew: what the letters had answered that are withdrawn is open again.
            reply = self._unanswered.reply(unit, self._heard, asked)
        if reply.items:
            trouble = self._why_unwritten(unit, reply)
            if trouble:
                written.left.append((unit.code, trouble))
            else:
                self._write(unit, reply, written)
        with self._register.transaction():
            self._register.put(Answer(subject, verdict, "") for subject, verdict in reply.overtaken)

    def _why_unwritten(self, unit: Unit, reply: Reply) -> str:
        """Why a letter cannot be written now, for the office; "" if it can."""
        address = unit.email.strip()
        if not is_address(address):
            return _NO_ADDRESS
        lost = next((path for path in reply.enclosures if not path.is_file()), None)
        if lost is not None:
            return _LOST_RETURN.format(file=self._campaign.relative(lost))
        # Two programs that answer each other would go on for ever; this one stops for the day.
        if not self._outbox.has_room(address.lower()):
            return _LATER.format(count=self._campaign.config.mail.daily_answers)
        return ""

    def _write(self, unit: Unit, reply: Reply, written: Written) -> None:
        subjects = (":".join(pair) for pair in sorted(reply.answers))
        period, address = self._campaign.config.period, unit.email.strip().lower()
        key = key_of(unit.code, address, period, reply.kind, *subjects)
        while self._outbox.knows(key):  # it was told so before, and something else since
            key = key_of(key, "again")
        letter = self._letters.write(reply.kind, self._text.values(unit, reply))
        enclosures = [Enclosure(path.name, path.read_bytes()) for path in reply.enclosures]
        answers = [Answer(subject, verdict, key) for subject, verdict in reply.answers]
        facts = self._text.facts(unit, reply)
        written.add(
            self._outbox.write(
                reply.kind, key, unit, letter, enclosures, answers, automatic="auto-replied", facts=facts
            )
        )

    def _settle(self) -> None:
        """Mails in which nothing waits for an answer are answered."""
        waiting = self._register.messages(*VERDICTS)
        done = [one for one in waiting if one.automatic or not self._unanswered.waits(one, self._heard)]
        with self._register.transaction():
            self._register.set_state(done, MailState.ANSWERED)
