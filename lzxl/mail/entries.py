"""What the ledger notes of mails and letters, and the tables that it stands in, beside the receipts in the same file.

A mail goes from STORED to FILED, a letter from DRAFT to SENT (`lzxl.states`). Every step may be repeated.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.rows import Table
from lzxl.forms.roster import Unit
from lzxl.mail.letter_kinds import Kind
from lzxl.states import FileState, LetterState, MailState


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
    """One file in a mail that was looked at. `outcome`: how the office has it (`lzxl.states`)."""

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

    def is_misdirected(self, unit: Unit) -> bool:
        """Whether its unit has another address now."""
        return unit.email.strip().lower() != self.recipient


def why_misdirected(unit: Unit | None) -> str:
    """What is said of a letter that no longer goes to its unit; `unit`: None if it is not on the roster."""
    return "名册里的邮箱已经改了" if unit is not None else "单位已不在名册中"


@dataclass(frozen=True)
class Answer:
    """That a letter has answered something: a submission (sha256 of the file) or a mail's request (sha256 of the mail).

    Of several answers about one subject the last one written is what its unit goes by.
    """

    subject: str
    verdict: str
    """What was told of a submission (`Receipt.verdict`), else a state or a `lzxl.states.Word`."""
    key: str


MESSAGES = Table(Message, "messages", "sha256")
PARTS = Table(Part, "parts", "message, number")
LETTERS = Table(Posted, "letters", "key")
ANSWERS = Table(Answer, "answers", "subject, verdict")
