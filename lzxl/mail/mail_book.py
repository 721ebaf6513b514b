"""What is asked of the ledger about mails, the files in them, and where they lie: by SQL, no more than the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lzxl.campaign.ledger import RECEIPTS, Ledger, Receipt, marks
from lzxl.mail.entries import MESSAGES, PARTS, Message, Part
from lzxl.mail.model import Place
from lzxl.states import FOUND, VERDICTS, FileState, MailState

# What becomes of a file that is no workbook, or that was known, stays so.
_OUTCOMES = (FileState.HELD, *FOUND)
NEVER = "9"
"""Later than every ISO day."""


class MailBook(Ledger):
    """The mails in the ledger."""

    def message(self, sha256: str) -> Message | None:
        return self._first(MESSAGES, "sha256 = ?", sha256)

    def messages(self, *states: MailState) -> list[Message]:
        """The mails that are in one of `states`, in the order in which they came in."""
        return self._select(MESSAGES, f"state IN ({marks(states)}) ORDER BY received, sha256", *states)

    def has_come_in(self, message_id: str) -> bool:
        """Whether there is a mail with this Message-ID."""
        return bool(self.query("SELECT 1 FROM messages WHERE message_id = ? LIMIT 1", (message_id,)))

    def counts_of_verdicts(self, last: str = NEVER) -> dict[MailState, int]:
        """How many mails there are of each verdict, without the office's own copies of its letters.

        `last`: the ISO day up to which they came in.
        """
        rows = self.query(
            # The first ten signs of an ISO time are its day, and days in ISO are in their order as texts.
            "SELECT verdict, COUNT(*) FROM messages WHERE substr(received, 1, 10) <= ?"
            " AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.message_id = messages.message_id) GROUP BY verdict",
            (last,),
        )
        return dict(self._read(lambda row: (MailState(row[0]), int(row[1])), rows))

    def set_state(self, messages: Sequence[Message], state: MailState) -> None:
        for message in messages:
            self.query("UPDATE messages SET state = ? WHERE sha256 = ?", (state, message.sha256))

    def forget(self, message: str) -> None:
        """Nothing is known of a mail any more: it will be fetched anew."""
        for table, column in (("messages", "sha256"), ("parts", "message"), ("places", "sha256")):
            self.query(f"DELETE FROM {table} WHERE {column} = ?", (message,))  # noqa: S608 - our own names

    # the files in them

    def parts_of(self, message: str) -> list[Part]:
        return self._select(PARTS, "message = ? ORDER BY number", message)

    def parts_to_ask_about(self) -> list[tuple[Message, Part]]:
        """What units are to hear of that is no submission: files that cannot be read, and what they are to send otherwise."""
        rows = self.query(
            f"SELECT {MESSAGES.qualified}, {PARTS.qualified} FROM parts"  # noqa: S608 - our own names
            " JOIN messages ON messages.sha256 = parts.message WHERE parts.outcome = ? OR parts.request <> ''"
            " ORDER BY parts.message, parts.number",
            (FileState.REFUSED,),
        )
        return self._read(_both, rows)

    def parts_that_stand_otherwise(self) -> list[Part]:
        """Those of submissions that have been filed since, that are found to stand otherwise now, or that are held for another
        reason: as they are to read."""
        rows = self.query(
            f"SELECT {PARTS.qualified}, receipts.state, receipts.reason FROM parts"  # noqa: S608 - our own names
            f" JOIN receipts ON receipts.sha256 = parts.sha256 WHERE parts.outcome IN ({marks(_OUTCOMES)})"
            " AND (receipts.version > 0 AND parts.outcome <> receipts.state"
            " OR receipts.state = parts.outcome AND parts.outcome = ? AND parts.reason <> receipts.reason)"
            " ORDER BY message, number",
            (*_OUTCOMES, FileState.HELD),
        )
        return self._read(
            lambda row: replace(PARTS.read(row[:-2]), outcome=FileState(row[-2]), reason=str(row[-1])), rows
        )

    def messages_with(self, sha256: str) -> list[Message]:
        """The mails that brought a file with this content, in the order in which they came in."""
        return list(dict.fromkeys(message for message, _ in self.brought(sha256)))

    def brought(self, sha256: str) -> list[tuple[Message, Part]]:
        """The mails that brought a file with this content, and as which of their parts; in the order of their coming."""
        rows = self.query(
            f"SELECT {MESSAGES.qualified}, {PARTS.qualified} FROM parts"  # noqa: S608 - our own names
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
            f" WHERE messages.automatic <> '' AND messages.state IN ({marks(VERDICTS)}) ORDER BY receipts.sha256",
            VERDICTS,
        )
        return self._read(RECEIPTS.read, rows)

    # where they lie

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


def _both(row: tuple[Any, ...]) -> tuple[Message, Part]:
    """A mail and a part of it, out of one row."""
    width = len(MESSAGES.names)
    return MESSAGES.read(row[:width]), PARTS.read(row[width:])
