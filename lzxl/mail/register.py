"""What happened to mails: the mail tables of the ledger, beside its receipts in the same file and the same transactions.

A mail goes stored → parsed → accepted, returned, quarantined, known or ignored → answered → filed; a letter goes
draft → sending → sent, unknown or refused. Every step may be repeated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.ledger import Ledger
from lzxl.mail.model import Place

STORED, PARSED, ANSWERED, FILED = "stored", "parsed", "answered", "filed"
VERDICT_TITLES = {
    "accepted": "已接收",
    "returned": "已退回",
    "quarantined": "待查",
    "known": "已收过",
    "ignored": "无需办理",
}
DRAFT, SENDING, SENT, UNKNOWN, REFUSED, BOUNCED, WITHDRAWN = (
    "draft",
    "sending",
    "sent",
    "unknown",
    "refused",
    "bounced",
    "withdrawn",
)
LETTER_TITLES = {
    DRAFT: "待发",
    SENDING: "正在发送",
    SENT: "已发出",
    UNKNOWN: "是否发出待查",
    REFUSED: "对方拒收",
    BOUNCED: "被退信",
    WITHDRAWN: "已作废",
}


@dataclass(frozen=True)
class Message:
    """One mail, whatever the places it lies at. Its subject is not kept."""

    sha256: str
    """Of the mail as it came; of its header and size where it was too large to be fetched."""
    message_id: str
    sender: str
    units: str
    """Codes of the units that the sender's address is registered for, with spaces between; "" if there are none."""
    received: str
    """ISO, with the offset of UTC."""
    account: str
    """The mailbox; "" for a mail from a folder."""
    folder: str
    size: int
    state: str = STORED
    verdict: str = ""
    reason: str = ""
    automatic: str = ""

    @property
    def when(self) -> datetime.datetime:
        """When it came in, by the office's clock."""
        return datetime.datetime.fromisoformat(self.received).astimezone(BEIJING)


@dataclass(frozen=True)
class Part:
    """One file in a mail that was looked at. `outcome`: an intake's state (`lzxl.campaign.collect`), or skipped."""

    message: str
    number: int
    name: str
    size: int
    sha256: str
    outcome: str = ""
    reason: str = ""
    request: str = ""
    """What the unit is asked to do, "" if nothing."""


@dataclass(frozen=True)
class Posted:
    """One letter of ours. `file`: its draft, relative to the campaign folder; `sha256`: of its bytes as they were built."""

    key: str
    """32 hexadecimal digits, from what the letter says: the same letter is never written twice."""
    kind: str
    unit: str
    recipient: str
    day: str
    message_id: str
    file: str
    sha256: str
    state: str = DRAFT
    changed: str = ""
    """ISO time of the last change of state."""
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """That a letter has answered something: a submission (sha256 of the file) or a mail's request (sha256 of the mail)."""

    subject: str
    verdict: str
    key: str


@dataclass
class Written:
    """What letters a run has written, and what was left: (unit code, Chinese sentence)."""

    letters: list[Posted] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


_Row = TypeVar("_Row", Message, Part, Posted, Answer)
_TABLES: dict[type, tuple[str, str]] = {
    Message: ("messages", "sha256"),
    Part: ("parts", "message, number"),
    Posted: ("letters", "key"),
    Answer: ("answers", "subject, verdict"),
}


class Register(Ledger):
    """The ledger with its mail tables."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for kind, (table, key) in _TABLES.items():
            columns = ", ".join(
                f"{entry.name} {'INTEGER' if entry.type == 'int' else 'TEXT'}" for entry in fields(kind)
            )
            self.query(f"CREATE TABLE IF NOT EXISTS {table} ({columns}, PRIMARY KEY ({key}))")
        self.query(
            "CREATE TABLE IF NOT EXISTS places (account TEXT, folder TEXT, uidvalidity TEXT, uid TEXT, sha256 TEXT,"
            " PRIMARY KEY (account, folder, uidvalidity, uid))"
        )

    def put(self, rows: Iterable[_Row]) -> None:
        """Enter rows; one that is known is replaced."""
        for row in rows:
            table = _TABLES[type(row)][0]
            marks = ", ".join("?" for _ in fields(row))
            self.query(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", astuple(row))  # noqa: S608 - our own names

    def all(self, kind: type[_Row]) -> list[_Row]:
        """Every row of a kind, in the order of its key; messages in the order in which they came in."""
        table, key = _TABLES[kind]
        order = f"received, {key}" if kind is Message else key
        return [kind(*row) for row in self.query(f"SELECT * FROM {table} ORDER BY {order}")]  # noqa: S608 - our own names

    def messages(self, *states: str) -> list[Message]:
        """The mails that are in one of `states`."""
        return [message for message in self.all(Message) if message.state in states]

    def message(self, sha256: str) -> Message | None:
        rows = self.query("SELECT * FROM messages WHERE sha256 = ?", (sha256,))
        return Message(*rows[0]) if rows else None

    def letter(self, key: str) -> Posted | None:
        rows = self.query("SELECT * FROM letters WHERE key = ?", (key,))
        return Posted(*rows[0]) if rows else None

    def forget_answers(self, key: str) -> None:
        """What a letter answers is unanswered again."""
        self.query("DELETE FROM answers WHERE key = ?", (key,))

    def parts_of(self, message: str) -> list[Part]:
        rows = self.query("SELECT * FROM parts WHERE message = ? ORDER BY number", (message,))
        return [Part(*row) for row in rows]

    def place(self, place: Place, sha256: str) -> None:
        """Note that a mail lies at `place`. One without UIDVALIDITY says nothing of the next run, and is not kept."""
        if place.uidvalidity:
            self.query(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?)",
                (place.account, place.folder, place.uidvalidity, place.uid, sha256),
            )

    def is_placed(self, place: Place) -> bool:
        """Whether the mail at `place` is known."""
        found = self.query(
            "SELECT 1 FROM places WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
            (place.account, place.folder, place.uidvalidity, place.uid),
        )
        return bool(found)

    def places_of(self, message: str) -> list[Place]:
        rows = self.query(
            "SELECT account, folder, uidvalidity, uid FROM places WHERE sha256 = ? ORDER BY 1, 2, 3, 4", (message,)
        )
        return [Place(*row) for row in rows]

    def forget_places(self, messages: Iterable[str]) -> None:
        """Nothing is known any more of where these mails lay in a mailbox: whatever lies there is fetched."""
        for sha256 in messages:
            self.query("DELETE FROM places WHERE sha256 = ? AND account <> ''", (sha256,))

    def set_state(self, messages: Sequence[Message], state: str) -> None:
        self.put(replace(message, state=state) for message in messages)
