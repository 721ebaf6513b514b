"""What happened to mails and letters: their tables of the ledger, in the same file and the same transactions as its receipts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from lzxl.campaign.rows import Table
from lzxl.mail.entries import ANSWERS, LETTERS, MESSAGES, PARTS, Answer, Message, Part, Posted
from lzxl.mail.letter_book import LetterBook
from lzxl.mail.mail_book import MailBook

_TABLES: dict[type, Table[Any]] = {table.kind: table for table in (MESSAGES, PARTS, LETTERS, ANSWERS)}
_INDEXES = {
    "places_by_mail": "places (sha256)",
    "parts_by_file": "parts (sha256)",
    "parts_by_outcome": "parts (outcome)",
    "messages_by_state": "messages (state)",
    "messages_by_id": "messages (message_id)",
    "letters_by_state": "letters (state, unit)",
    "letters_by_unit": "letters (unit)",
    "letters_by_recipient": "letters (recipient, day)",
    "letters_by_id": "letters (message_id)",
    "answers_by_letter": "answers (key)",
}

_Row = TypeVar("_Row", Message, Part, Posted, Answer)


class Register(MailBook, LetterBook):
    """The ledger with its mail tables."""

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
