"""How the round stands by mail: what each unit was last written, and what needs somebody to look at it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from lzxl.campaign.folder import Campaign
from lzxl.errors import OutputError
from lzxl.mail.letters import KIND_TITLES
from lzxl.mail.register import (
    BOUNCED,
    DRAFT,
    LETTER_TITLES,
    REFUSED,
    UNKNOWN,
    VERDICT_TITLES,
    WITHDRAWN,
    Message,
    Posted,
    Register,
)

_NEEDS_SOMEBODY = {
    BOUNCED: "被退回，邮箱地址可能不对。请核对单位名册里的电子邮箱，并用别的办法通知。",
    REFUSED: "对方服务器拒收。请核对单位名册里的电子邮箱，并用别的办法通知。",
    UNKNOWN: "发送时中断，不能确定是否发出。请运行 lzxl reply --send，会先查有没有发出。",
}


@dataclass(frozen=True)
class Overview:
    """The mail of one campaign; the office's own copies of its letters are not among the messages."""

    messages: tuple[Message, ...] = ()
    letters: tuple[Posted, ...] = ()

    def last_letter(self, unit: str) -> str:
        """The last letter to a unit in a few words, e.g. 退回通知 11-18 已发出; "" if there is none."""
        own = [letter for letter in self.letters if letter.unit == unit and letter.state != WITHDRAWN]
        if not own:
            return ""
        last = max(own, key=lambda letter: (letter.written or letter.changed, letter.key))
        return f"{KIND_TITLES[last.kind]} {last.day[5:]} {LETTER_TITLES[last.state]}"

    @property
    def line(self) -> str:
        """All of it in one line; "" if there was no mail."""
        verdicts = Counter(message.verdict for message in self.messages)
        states = Counter(letter.state for letter in self.letters)
        read = [f"{title} {verdicts[verdict]}" for verdict, title in VERDICT_TITLES.items() if verdicts[verdict]]
        parts = []
        if self.messages:
            parts.append(f"收到邮件 {len(self.messages)} 封：{'，'.join(read)}")
        if self.letters:
            written = [f"{title} {states[state]}" for state, title in LETTER_TITLES.items() if states[state]]
            parts.append(f"写信 {len(self.letters)} 封：{'，'.join(written)}")
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
        return sum(letter.state == DRAFT for letter in self.letters)

    def as_data(self) -> dict[str, Any]:
        """As plain data: every letter, and how many mails there are of each kind."""
        verdicts = Counter(message.verdict for message in self.messages)
        return {
            "messages": {"total": len(self.messages), **{verdict: verdicts[verdict] for verdict in VERDICT_TITLES}},
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
    last = as_of.isoformat() if as_of is not None else "9"
    if not campaign.ledger_path.is_file():
        return Overview()
    try:
        register = Register(campaign.ledger_path)
    except OutputError:
        return Overview()
    try:
        letters = register.all(Posted)
        own = {letter.message_id for letter in letters}
        messages = [entry for entry in register.all(Message) if entry.message_id not in own]
        return Overview(
            tuple(entry for entry in messages if entry.received[:10] <= last),
            tuple(letter for letter in letters if letter.day <= last),
        )
    except OutputError:
        return Overview()
    finally:
        register.close()
