"""What happened to mails: the mail tables of the ledger, beside its receipts in the same file and the same transactions.

A mail goes stored → parsed → accepted, returned, quarantined, known or ignored → answered → filed; a letter goes
draft → sending → sent, unknown or refused; a draft that a person has taken away is handled. Every step may be repeated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.ledger import Ledger
from lzxl.mail.letters import Kind
from lzxl.mail.model import Place

STORED, PARSED, ANSWERED, FILED = "stored", "parsed", "answered", "filed"
VERDICT_TITLES = {
    "accepted": "已接收",
    "returned": "已退回",
    "quarantined": "待查",
    "known": "已收过",
    "ignored": "无需办理",
}
DRAFT, SENDING, SENT, HANDLED, UNKNOWN, REFUSED, BOUNCED, WITHDRAWN = (
    "draft",
    "sending",
    "sent",
    "handled",
    "unknown",
    "refused",
    "bounced",
    "withdrawn",
)
DUE = "due"
"""In the place of a verdict: the letter about it was withdrawn, and whatever command writes letters next writes it anew."""
LETTER_TITLES = {
    DRAFT: "待发",
    SENDING: "正在发送",
    SENT: "已发出",
    HANDLED: "已由人工办理",
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
    """ISO, by the office's clock."""
    account: str
    """The mailbox; "" for a mail from a folder."""
    folder: str
    size: int
    state: str = STORED
    verdict: str = ""
    reason: str = ""
    automatic: str = ""
    doubt: str = ""
    """Why the office's server does not believe the sender, "" if it does."""

    @property
    def when(self) -> datetime.datetime:
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
    kind: Kind
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
    facts: str = ""
    """What it says but for its day, in a few digits: a draft that would say something else now is overtaken."""
    written: str = ""
    """ISO time with microseconds: of two letters of one day, which is the later one."""


@dataclass(frozen=True)
class Answer:
    """That a letter has answered something: a submission (sha256 of the file) or a mail's request (sha256 of the mail).

    Of several answers about one subject the last one written is what its unit goes by.
    """

    subject: str
    verdict: str
    key: str


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
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Make the tables that are not there, and the columns that a ledger of an earlier version has not."""
        for kind, (table, key) in _TABLES.items():
            columns = [f"{entry.name} {'INTEGER' if entry.type == 'int' else 'TEXT'}" for entry in fields(kind)]
            self.query(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)}, PRIMARY KEY ({key}))")
            there = {row[1] for row in self.query(f"PRAGMA table_info({table})")}
            for entry, column in zip(fields(kind), columns, strict=True):
                if entry.name not in there:
                    default = "0" if entry.type == "int" else "''"
                    self.query(f"ALTER TABLE {table} ADD COLUMN {column} DEFAULT {default}")
        self.query(
            "CREATE TABLE IF NOT EXISTS places (account TEXT, folder TEXT, uidvalidity TEXT, uid TEXT, sha256 TEXT,"
            " PRIMARY KEY (account, folder, uidvalidity, uid))"
        )
        self.query("CREATE INDEX IF NOT EXISTS places_by_mail ON places (sha256)")
        self.query("CREATE INDEX IF NOT EXISTS parts_by_file ON parts (sha256)")

    def put(self, rows: Iterable[_Row]) -> None:
        """Enter rows; one that is known is replaced."""
        for row in rows:
            table = _TABLES[type(row)][0]
            marks = ", ".join("?" for _ in fields(row))
            self.query(f"INSERT OR REPLACE INTO {table} ({_names(type(row))}) VALUES ({marks})", astuple(row))  # noqa: S608

    def all(self, kind: type[_Row]) -> list[_Row]:
        """Every row of a kind, in the order of its key; messages in the order in which they came in, answers in that in
        which they were written."""
        table, key = _TABLES[kind]
        order = {Message: f"received, {key}", Answer: "rowid"}.get(kind, key)
        return [kind(*row) for row in self.query(f"SELECT {_names(kind)} FROM {table} ORDER BY {order}")]  # noqa: S608

    def messages(self, *states: str) -> list[Message]:
        """The mails that are in one of `states`."""
        return [message for message in self.all(Message) if message.state in states]

    def message(self, sha256: str) -> Message | None:
        rows = self.query(f"SELECT {_names(Message)} FROM messages WHERE sha256 = ?", (sha256,))  # noqa: S608
        return Message(*rows[0]) if rows else None

    def letter(self, key: str) -> Posted | None:
        rows = self.query(f"SELECT {_names(Posted)} FROM letters WHERE key = ?", (key,))  # noqa: S608
        return Posted(*rows[0]) if rows else None

    def forget_answers(self, key: str) -> list[str]:
        """What a letter answers is unanswered again: these subjects."""
        subjects = [row[0] for row in self.query("SELECT subject FROM answers WHERE key = ? ORDER BY rowid", (key,))]
        self.query("DELETE FROM answers WHERE key = ?", (key,))
        return subjects

    def parts_of(self, message: str) -> list[Part]:
        rows = self.query(f"SELECT {_names(Part)} FROM parts WHERE message = ? ORDER BY number", (message,))  # noqa: S608
        return [Part(*row) for row in rows]

    def messages_with(self, sha256: str) -> list[Message]:
        """The mails that brought a file with this content, in the order in which they came in."""
        names = ", ".join(f"messages.{entry.name}" for entry in fields(Message))
        rows = self.query(
            f"SELECT DISTINCT {names} FROM messages JOIN parts ON parts.message = messages.sha256"  # noqa: S608
            " WHERE parts.sha256 = ? ORDER BY messages.received, messages.sha256",
            (sha256,),
        )
        return [Message(*row) for row in rows]

    def forget(self, message: str) -> None:
        """Nothing is known of a mail any more: it will be fetched anew."""
        for table, column in (("messages", "sha256"), ("parts", "message"), ("places", "sha256")):
            self.query(f"DELETE FROM {table} WHERE {column} = ?", (message,))  # noqa: S608 - our own names

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


def _names(kind: type[_Row]) -> str:
    """The columns of a table, in the order of the fields."""
    return ", ".join(entry.name for entry in fields(kind))
