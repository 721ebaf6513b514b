"""The nouns of the mail room."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Place:
    """Where a mail lies at its source: the four names that an IMAP server gives it, all text.

    In a folder of mail files, `account` is "" and `folder` the path; `uidvalidity` is "" where a server tells none or 0,
    and then the place says nothing of what lies there.
    """

    account: str
    folder: str
    uidvalidity: str
    uid: str


@dataclass(frozen=True)
class Fetched:
    """A mail as its source gave it."""

    place: Place
    raw: bytes
    """The whole mail as it came; only its header where it is `too_large`."""
    received: datetime.datetime
    """When it came in, with a time zone: by the office's own server, never by what the sender says."""
    too_large: int = 0
    """Its size in bytes where it was left on the server for that; 0 otherwise."""


class Source(Protocol):
    """Where mails come from."""

    @property
    def account(self) -> str:
        """As in its places."""

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        """Every mail whose place is not known, one at a time, oldest first.

        A place without `uidvalidity` is never asked about: its mail is always given.
        """

    def file_away(self, places: Sequence[Place]) -> None:
        """Take mails that are dealt with out of the way, each by itself; what cannot be is left. Never expunges others'."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail and may be a submission: a workbook, or a zip of some."""

    name: str
    """As people see it: NFC, without path, control or direction signs, at most 120 characters."""
    data: bytes


@dataclass(frozen=True)
class Skipped:
    """A part of a mail that is no submission, and why it was left."""

    name: str
    size: int
    reason: str
    """A Chinese phrase."""
    request: str = ""
    """What the unit is asked to do instead, a Chinese sentence; "" if it need not hear of it (a logo, say)."""


@dataclass(frozen=True)
class Mail:
    """What a mail says of itself and carries. All of it but `received` was written by the sender."""

    message_id: str
    """"" if there is none; a hint, never a key."""
    sender: str
    """The one address in From, in lower case; "" if there is none or more than one."""
    attachments: tuple[Attachment, ...]
    skipped: tuple[Skipped, ...]
    received: datetime.datetime | None = None
    """By the topmost Received header, which the office's own server wrote; None if there is none."""
    received_else: tuple[datetime.datetime, ...] = ()
    """What else says when it came in, the most trustworthy first: for one whose topmost header cannot be right."""
    automatic: str = ""
    """Why it must not be answered (an automatic answer, a list, …), a Chinese phrase; "" if it may be."""
    refused: str = ""
    """Why nothing in it is taken in (a bounce, our own letter come back), a Chinese phrase; "" if it may be."""
    bounced: tuple[str, ...] = ()
    """The Message-IDs of our own letters that a bounce says did not arrive."""
    authentication: Literal["", "pass", "fail"] = ""
    """What the office's own mail server found out about the sender; "" if it says nothing."""
