"""What happened to mails: the mail tables of the ledger, beside its receipts in the same file and the same transactions.

A mail goes from STORED to FILED, a letter from DRAFT to SENT (`lzxl.states`). Every step may be repeated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.ledger import RECEIPTS, Ledger, Receipt
from lzxl.campaign.rows import Table
from lzxl.mail.letters import Kind
from lzxl.mail.model import Place
from lzxl.states import FOUND, UNSENT, VERDICTS, FileState, LetterState, MailState


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
    state: MailState = MailState.STORED
    verdict: MailState = MailState.UNDECIDED
    """One of `lzxl.states.VERDICTS` when its files were looked at."""
    reason: str = ""
    automatic: str = ""
    doubt: str = ""
    """Why the office's server does not believe the sender, "" if it does."""

    @property
    def when(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.received).astimezone(BEIJING)


@dataclass(frozen=True)
class Part:
    """One file in a mail that was looked at. `outcome`: an intake's state (`lzxl.campaign.collect`), or SKIPPED."""

    message: str
    number: int
    name: str
    size: int
    sha256: str
    outcome: FileState = FileState.WAITING
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
    state: LetterState = LetterState.DRAFT
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
    """What was told of a submission (`Receipt.verdict`), else a state or a `lzxl.states.Word`."""
    key: str


_MESSAGES = Table(Message, "messages", "sha256")
_PARTS = Table(Part, "parts", "message, number")
_LETTERS = Table(Posted, "letters", "key")
_ANSWERS = Table(Answer, "answers", "subject, verdict")
_TABLES: dict[type, Table[Any]] = {table.kind: table for table in (_MESSAGES, _PARTS, _LETTERS, _ANSWERS)}
# What becomes of a file that is no workbook, or that was known, stays so.
_OUTCOMES = (FileState.HELD, *FOUND)
NEVER = "9"
"""Later than every ISO day."""
_INDEXES = {
    "places_by_mail": "places (sha256)",
    "parts_by_file": "parts (sha256)",
    "parts_by_outcome": "parts (outcome)",
    "messages_by_state": "messages (state)",
    "messages_by_id": "messages (message_id)",
    "letters_by_state": "letters (state)",
    "letters_by_unit": "letters (unit)",
    "letters_by_recipient": "letters (recipient, day)",
    "letters_by_id": "letters (message_id)",
    "answers_by_letter": "answers (key)",
}

_Row = TypeVar("_Row", Message, Part, Posted, Answer)


class Register(Ledger):
    """The ledger with its mail tables. What is asked of it is asked by SQL: no question reads more than its answer, but for
    those about the whole round, which a run asks once."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self.query(
                "CREATE TABLE IF NOT EXISTS places (account TEXT, folder TEXT, uidvalidity TEXT, uid TEXT, sha256 TEXT,"
                " PRIMARY KEY (account, folder, uidvalidity, uid))"
            )
            self._prepare(_TABLES.values(), _INDEXES)
        except BaseException:
            self.close()
            raise

    def put(self, rows: Iterable[_Row]) -> None:
        """Enter rows; one that is known is replaced."""
        for row in rows:
            table = _TABLES[type(row)]
            self.query(table.put, table.stored(row))

    # mails

    def message(self, sha256: str) -> Message | None:
        return self._first(_MESSAGES, "sha256 = ?", sha256)

    def messages(self, *states: MailState) -> list[Message]:
        """The mails that are in one of `states`, in the order in which they came in."""
        return self._select(_MESSAGES, f"state IN ({_marks(states)}) ORDER BY received, sha256", *states)

    def has_come_in(self, message_id: str) -> bool:
        """Whether there is a mail with this Message-ID."""
        return bool(self.query("SELECT 1 FROM messages WHERE message_id = ? LIMIT 1", (message_id,)))

    def counts_of_verdicts(self, last: str = NEVER) -> dict[MailState, int]:
        """How many mails there are of each verdict, without the office's own copies of its letters.

        `last`: the ISO day up to which they came in.
        """
        rows = self.query(
            "SELECT verdict, COUNT(*) FROM messages WHERE substr(received, 1, 10) <= ?"
            " AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.message_id = messages.message_id) GROUP BY verdict",
            (last,),
        )
        return dict(self._read(lambda row: (MailState(row[0]), int(row[1])), rows))

    def set_state(self, messages: Sequence[Message], state: MailState) -> None:
        self.put(replace(message, state=state) for message in messages)

    def forget(self, message: str) -> None:
        """Nothing is known of a mail any more: it will be fetched anew."""
        for table, column in (("messages", "sha256"), ("parts", "message"), ("places", "sha256")):
            self.query(f"DELETE FROM {table} WHERE {column} = ?", (message,))  # noqa: S608 - our own names

    # their parts

    def parts_of(self, message: str) -> list[Part]:
        return self._select(_PARTS, "message = ? ORDER BY number", message)

    def parts_to_ask_about(self) -> list[tuple[Message, Part]]:
        """What units are to hear of that is no submission: files that cannot be read, and what they are to send otherwise."""
        rows = self.query(
            f"SELECT {_MESSAGES.qualified}, {_PARTS.qualified} FROM parts"  # noqa: S608 - our own names
            " JOIN messages ON messages.sha256 = parts.message WHERE parts.outcome = ? OR parts.request <> ''"
            " ORDER BY parts.message, parts.number",
            (FileState.REFUSED,),
        )
        return self._read(_both, rows)

    def parts_that_stand_otherwise(self) -> list[Part]:
        """Those of submissions that have been filed since, that are found to stand otherwise now, or that are held for another
        reason: as they are to read."""
        marks = _marks(_OUTCOMES)
        rows = self.query(
            f"SELECT {_PARTS.qualified}, receipts.state, receipts.reason FROM parts"  # noqa: S608 - our own names
            f" JOIN receipts ON receipts.sha256 = parts.sha256 WHERE parts.outcome IN ({marks})"
            " AND (receipts.version > 0 AND parts.outcome <> receipts.state"
            " OR receipts.state = parts.outcome AND parts.outcome = ? AND parts.reason <> receipts.reason)"
            " ORDER BY message, number",
            (*_OUTCOMES, FileState.HELD),
        )
        return self._read(
            lambda row: replace(_PARTS.read(row[:-2]), outcome=FileState(row[-2]), reason=str(row[-1])), rows
        )

    def messages_with(self, sha256: str) -> list[Message]:
        """The mails that brought a file with this content, in the order in which they came in."""
        return list(dict.fromkeys(message for message, _ in self.brought(sha256)))

    def brought(self, sha256: str) -> list[tuple[Message, Part]]:
        """The mails that brought a file with this content, and as which of their parts; in the order of their coming."""
        rows = self.query(
            f"SELECT {_MESSAGES.qualified}, {_PARTS.qualified} FROM parts"  # noqa: S608 - our own names
            " JOIN messages ON messages.sha256 = parts.message WHERE parts.sha256 = ?"
            " ORDER BY messages.received, messages.sha256, parts.number",
            (sha256,),
        )
        return self._read(_both, rows)

    def filed_by_automatic_mail(self) -> list[Receipt]:
        """The submissions that a mail has brought which must not be answered, and is not done with."""
        rows = self.query(
            f"SELECT DISTINCT {RECEIPTS.qualified} FROM messages"  # noqa: S608 - our own names
            " JOIN parts ON parts.message = messages.sha256"
            " JOIN receipts ON receipts.sha256 = parts.sha256 AND receipts.version > 0"
            f" WHERE messages.automatic <> '' AND messages.state IN ({_marks(VERDICTS)}) ORDER BY receipts.sha256",
            VERDICTS,
        )
        return self._read(RECEIPTS.read, rows)

    # letters

    def letter(self, key: str) -> Posted | None:
        return self._first(_LETTERS, "key = ?", key)

    def letters(self, *states: LetterState) -> list[Posted]:
        """Those that are in one of `states`, the oldest first."""
        return self._select(_LETTERS, f"state IN ({_marks(states)}) ORDER BY day, unit, key", *states)

    def letters_until(self, last: str) -> list[Posted]:
        """All that were written up to an ISO day."""
        return self._select(_LETTERS, "day <= ? ORDER BY key", last)

    def drafts(self, *kinds: Kind, unit: str | None = None) -> list[Posted]:
        """Those of these kinds that lie as drafts still, the oldest first. `unit`: only to this one."""
        whose = "" if unit is None else " AND unit = ?"
        return self._select(
            _LETTERS,
            f"state = ? AND kind IN ({_marks(kinds)}){whose} ORDER BY day, unit, key",
            *(LetterState.DRAFT, *kinds, *(() if unit is None else (unit,))),
        )

    def letters_of_id(self, message_ids: Iterable[str]) -> list[Posted]:
        """Those with these Message-IDs."""
        return [letter for name in message_ids for letter in self._select(_LETTERS, "message_id = ?", name)]

    def is_own(self, message_id: str) -> bool:
        """Whether a Message-ID is that of a letter of ours."""
        return bool(self.query("SELECT 1 FROM letters WHERE message_id = ? LIMIT 1", (message_id,)))

    def written_to(self, recipient: str, day: str, kinds: Sequence[Kind]) -> int:
        """How many letters of these kinds were written to an address on a day, without those that were withdrawn."""
        [[count]] = self.query(
            f"SELECT COUNT(*) FROM letters WHERE recipient = ? AND day = ? AND state <> ? AND kind IN ({_marks(kinds)})",  # noqa: S608
            (recipient, day, LetterState.WITHDRAWN, *kinds),
        )
        return int(count)

    def is_written(self, unit: str, day: str, kinds: Sequence[Kind]) -> bool:
        """Whether a letter of these kinds, one that is not withdrawn, was written to a unit on a day."""
        found = self.query(
            f"SELECT 1 FROM letters WHERE unit = ? AND day = ? AND state <> ? AND kind IN ({_marks(kinds)}) LIMIT 1",  # noqa: S608
            (unit, day, LetterState.WITHDRAWN, *kinds),
        )
        return bool(found)

    def told_since(self, day: str, kinds: Sequence[Kind]) -> set[tuple[str, str, int]]:
        """(unit, form, version) of the submissions of which a letter of these kinds tells how they stand: one that waits, or
        that went out on `day` (ISO) or later. One that was sent by hand counts as gone when it was written."""
        rows = self.query(
            "SELECT DISTINCT receipts.unit, receipts.form, receipts.version FROM letters"  # noqa: S608 - our own names
            " JOIN answers ON answers.key = letters.key"
            " JOIN receipts ON receipts.sha256 = answers.subject AND receipts.version > 0 AND answers.verdict ="
            " CASE receipts.findings WHEN '' THEN receipts.state ELSE receipts.state || ':' || receipts.findings END"
            f" WHERE letters.kind IN ({_marks(kinds)}) AND (letters.state IN ({_marks(UNSENT)})"
            " OR letters.state = ? AND substr(letters.changed, 1, 10) >= ? OR letters.state = ? AND letters.day >= ?)",
            (*kinds, *UNSENT, LetterState.SENT, day, LetterState.HANDLED, day),
        )
        return {(str(unit), str(form), int(version)) for unit, form, version in rows}

    # what they answer

    def answered_by(self, key: str) -> list[str]:
        """The subjects that a letter answers, in the order in which they were noted."""
        return [row[0] for row in self.query("SELECT subject FROM answers WHERE key = ? ORDER BY rowid", (key,))]

    def is_answered(self, subject: str, verdict: str) -> bool:
        """Whether a letter that is not withdrawn was written about this."""
        return bool(self.query("SELECT 1 FROM answers WHERE subject = ? AND verdict = ?", (subject, verdict)))

    def answers_about(self, subject: str) -> list[Answer]:
        """All that was noted about a subject, in the order in which it was written."""
        return self._select(_ANSWERS, "subject = ? ORDER BY rowid", subject)

    def forget_answers(self, key: str) -> list[str]:
        """What a letter answers is unanswered again: these subjects."""
        subjects = self.answered_by(key)
        self.query("DELETE FROM answers WHERE key = ?", (key,))
        return subjects

    # where mails lie

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


def _marks(values: Sequence[str]) -> str:
    """So many question marks."""
    return ", ".join("?" for _ in values)


def _both(row: tuple[Any, ...]) -> tuple[Message, Part]:
    """A mail and a part of it, out of one row."""
    width = len(_MESSAGES.names)
    return _MESSAGES.read(row[:width]), _PARTS.read(row[width:])
