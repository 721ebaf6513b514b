"""Answers what came by mail: one letter to each unit, a receipt or a return, for all that is not answered yet."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from lzxl.campaign.model import Filing
from lzxl.campaign.standing import Standing
from lzxl.faults import attempt
from lzxl.forms.roster import Unit
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.entries import Answer, Posted
from lzxl.mail.heard import Heard
from lzxl.mail.letter_items import item_values
from lzxl.mail.letter_values import campaign_values, form_titles, unit_values
from lzxl.mail.letters import Letters, load_letters
from lzxl.mail.outbox import ANSWERS, Outbox, Written, facts_of, key_of, leave_unwritten
from lzxl.mail.register import Register
from lzxl.mail.reply import Reply
from lzxl.mail.unanswered import Asked, Unanswered
from lzxl.mail.wording import spoken_days
from lzxl.states import VERDICTS, FileState, MailState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_LATER = "当日给该单位的答复已有{count}封，其余的次日运行 lzxl reply 时答复。"
_NO_ADDRESS = "名册里没有该单位可用的电子邮箱，无法答复。请在单位名册中核对填写，再运行 lzxl reply。"
_AUTOMATIC = "来信像是自动发出的邮件，表已收下，未答复。要答复的，请运行 lzxl reply {code}。"
_LOST_RETURN = "退回件 {file} 缺失，未写退回通知。请恢复该文件，再运行 lzxl reply。"


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
        self._filings: dict[str, list[Filing]] = {}
        for filing in standing.filings:
            self._filings.setdefault(filing.unit.code, []).append(filing)
        self._letters: Letters | None = None
        self._unanswered = Unanswered(campaign, register, standing)
        self._heard = Heard(register)

    def withdraw_overtaken(self) -> list[Posted]:
        """Withdraw every draft that would say something else if it were written now; these."""
        withdrawn = []
        for letter in self._outbox.drafts(*ANSWERS):
            note = self._why_overtaken(letter, self._outbox.answered_by(letter))
            if note:
                withdrawn.append(self._outbox.withdraw(letter, note, is_due=True))
        return withdrawn

    def _why_overtaken(self, letter: Posted, subjects: Collection[str]) -> str:
        """Why a draft must not go out as it is; "" if it may."""
        unit = self._campaign.units.get(letter.unit)
        if unit is None:
            return "单位已不在名册中"
        if unit.email.strip().lower() != letter.recipient:
            return "名册里的邮箱已经改了"
        as_if_unwritten = Heard(self._register, without=letter.key)
        reply = self._unanswered.reply(unit, as_if_unwritten, Asked(is_named=True, only=subjects))
        if not reply.items:
            return "单位已报来新的版本" if reply.overtaken else "检查结果或设置已经变了"
        return "" if self._facts(unit, reply) == letter.facts else "检查结果或设置已经变了"

    def write(self, named: Collection[str] = (), with_files: bool = False) -> Written:
        """Write a letter to every unit that has something unanswered.

        `named`: unit codes; only they are answered then, and what looks like automatic mail, too. `with_files`: also what
        came without a mail.
        """
        self._outbox.withdraw_undelivered()
        written = Written()
        asked = Asked(with_files, is_named=bool(named))
        for unit in self._campaign.units.values():
            if named and unit.code not in named:
                continue
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
        if not self._outbox.has_room(address.lower()):
            return _LATER.format(count=self._campaign.config.mail.daily_answers)
        return ""

    def _write(self, unit: Unit, reply: Reply, written: Written) -> None:
        subjects = (":".join(pair) for pair in sorted(reply.answers))
        period, address = self._campaign.config.period, unit.email.strip().lower()
        key = key_of(unit.code, address, period, reply.kind, *subjects)
        while self._outbox.knows(key):  # it was told so before, and something else since
            key = key_of(key, "again")
        if self._letters is None:
            self._letters = load_letters(self._campaign)
        letter = self._letters.write(reply.kind, self._values(unit, reply))
        enclosures = [Enclosure(path.name, path.read_bytes()) for path in reply.enclosures]
        answers = [Answer(subject, verdict, key) for subject, verdict in reply.answers]
        facts = self._facts(unit, reply)
        written.add(
            self._outbox.write(
                reply.kind, key, unit, letter, enclosures, answers, automatic="auto-replied", facts=facts
            )
        )

    def _values(self, unit: Unit, reply: Reply) -> dict[str, str]:
        """What the letter to a unit may say."""
        return {
            **campaign_values(self._campaign, self._today, self._missing(unit) or self._filings.get(unit.code)),
            **unit_values(unit),
            **item_values(reply.items),
            "收到时间": spoken_days(reply.days),
            "尚未报送": form_titles([filing.title for filing in self._missing(unit)]),
        }

    def _facts(self, unit: Unit, reply: Reply) -> str:
        return facts_of(reply.kind, self._values(unit, reply), reply.enclosures)

    def _missing(self, unit: Unit) -> list[Filing]:
        """What nothing has come in of."""
        return [filing for filing in self._filings.get(unit.code, ()) if filing.state == FileState.MISSING]

    def _settle(self) -> None:
        """Mails in which nothing waits for an answer are answered."""
        waiting = self._register.messages(*VERDICTS)
        done = [one for one in waiting if one.automatic or not self._unanswered.waits(one, self._heard)]
        with self._register.transaction():
            self._register.set_state(done, MailState.ANSWERED)
