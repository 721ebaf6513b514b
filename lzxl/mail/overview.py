"""How the round stands by mail: what each unit was last written, and what needs somebody to look at it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from lzxl.campaign.folder import Campaign
from lzxl.errors import OutputError
from lzxl.mail.entries import Posted
from lzxl.mail.letter_kinds import KIND_TITLES
from lzxl.mail.mail_book import NEVER
from lzxl.mail.register import Register
from lzxl.states import VERDICTS, LetterState, MailState

_NEEDS_SOMEBODY = {
    LetterState.BOUNCED: "被退回，邮箱地址可能有误。请核对单位名册里的电子邮箱，并用其他办法通知。",
    LetterState.REFUSED: "对方服务器拒收。请核对单位名册里的电子邮箱，并用其他办法通知。",
    LetterState.UNKNOWN: "发送时中断，不能确定是否发出。请运行 lzxl reply --send，会先查是否已发出。",
}


_State = TypeVar("_State", MailState, LetterState)


def _counted(states: Iterable[_State], counts: Mapping[_State, int]) -> str:
    """How many there are of each state that there is, in the order given."""
    there = (state for state in states if counts.get(state))
    return "，".join(f"{state.chinese}{counts[state]}" for state in there)


@dataclass(frozen=True)
class Overview:
    """The mail of one campaign; the office's own copies of its letters are not among the messages."""

    verdicts: Mapping[MailState, int] = field(default_factory=dict)
    """How many mails there are of each verdict."""
    letters: tuple[Posted, ...] = ()

    def last_letter(self, unit: str) -> str:
        """The last letter to a unit in a few words, e.g. 退回通知 11-18 已发出; "" if there is none."""
        last = self._last_letters.get(unit)
        if last is None:
            return ""
        return f"{KIND_TITLES[last.kind]} {last.day[5:]} {last.state.chinese}"

    @cached_property
    def _last_letters(self) -> dict[str, Posted]:
        """Unit → the last letter to it that is not withdrawn."""
        written = [letter for letter in self.letters if letter.state != LetterState.WITHDRAWN]
        written.sort(key=lambda letter: (letter.written or letter.changed, letter.key))
        return {letter.unit: letter for letter in written}

    @property
    def _mails(self) -> int:
        return sum(self.verdicts.values())

    @property
    def line(self) -> str:
        """All of it in one line; "" if there was no mail."""
        parts = []
        if self._mails:
            parts.append(f"收到邮件{self._mails}封：{_counted(VERDICTS, self.verdicts)}")
        if self.letters:
            states = Counter(letter.state for letter in self.letters)
            parts.append(f"写信{len(self.letters)}封：{_counted(LetterState, states)}")
        return "；".join(parts) + "。" if parts else ""

    @property
    def troubles(self) -> list[str]:
        """A sentence for every letter that somebody must look after."""
        return [
            f"{letter.unit or '寄本办公室'}　{KIND_TITLES[letter.kind]}（{letter.day}）{_NEEDS_SOMEBODY[letter.state]}"
            for letter in self.letters
            if letter.state in _NEEDS_SOMEBODY
        ]

    @property
    def drafts(self) -> int:
        return sum(letter.state == LetterState.DRAFT for letter in self.letters)

    def as_data(self) -> dict[str, Any]:
        """As plain data: every letter, and how many mails there are of each kind."""
        counts = {verdict.value: self.verdicts.get(verdict, 0) for verdict in VERDICTS}
        return {
            "messages": {"total": self._mails, **counts},
            "letters": [
                {
                    name: value
                    for name, value in asdict(letter).items()
                    if name not in ("sha256", "recipient", "written")
                }
                for letter in self.letters
            ],
        }


def overview_of(campaign: Campaign, as_of: datetime.date | None = None) -> Overview:
    """What the ledger says. A ledger that cannot be opened keeps nobody from seeing the round.

    `as_of`: mails that came in and letters that were written later are left out; None is all that there is.
    """
    last = as_of.isoformat() if as_of is not None else NEVER
    if not campaign.ledger_path.is_file():
        return Overview()
    try:
        register = Register(campaign.ledger_path)
    except OutputError:
        return Overview()
    try:
        return Overview(register.counts_of_verdicts(last), tuple(register.letters_until(last)))
    except OutputError:
        return Overview()
    finally:
        register.close()
