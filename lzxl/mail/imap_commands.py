"""What is asked of an IMAP server in one command or two, whatever it is for. `client`: an IMAPClient that is logged in.

Only what every server understands and what the server says it offers: those of the large Chinese providers drop the
connection, or refuse, for less.
"""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.mail.folders import header_of

LOST = (imaplib.IMAP4.abort, OSError)
"""What is raised where the connection is gone."""
REFUSED = (imaplib.IMAP4.error, ValueError)
"""What is raised where the server does not do what it is asked; LOST is to be caught before it."""
_HEADER_BATCH = 50
# It stands in quotes in a command: no quote and no backslash may be in it.
_PLAIN_ID = re.compile(r"<[!#-\[\]-~]{1,900}>")


@dataclass(frozen=True)
class Folder:
    """A folder of the mailbox, as the server lists it."""

    name: str
    separator: str
    flags: frozenset[bytes]

    @property
    def selectable(self) -> bool:
        return not self.flags & {rb"\noselect", rb"\nonexistent"}


@contextlib.contextmanager
def if_granted() -> Iterator[None]:
    """What the server refuses is left undone; a lost connection is not passed over."""
    try:
        yield
    # First: imaplib's abort is a kind of its error, and so would be passed over as a refusal.
    except LOST:
        raise
    except REFUSED:
        return


def shut(client: Any) -> None:
    """End a connection without a word."""
    with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
        client.shutdown()


def search(client: Any, criteria: str) -> list[int]:
    """UIDs in ascending order. Criteria are plain ASCII, so that no CHARSET is sent, which some servers refuse."""
    # Tencent's servers refuse a set of numbers that does not ascend.
    return sorted({int(uid) for uid in client.search(criteria)})


def with_message_id(client: Any, message_id: str) -> list[int]:
    """The mails of the open folder that the server finds by a Message-ID; some servers find none."""
    found: list[int] = []
    if _PLAIN_ID.fullmatch(message_id):
        with if_granted():
            found = search(client, f'HEADER Message-ID "{message_id}"')
    return found


def body(client: Any, uid: int, part: str = "") -> bytes | None:
    """A mail, or a part of it; None where there is no such mail. Does not mark it as read."""
    items = client.fetch([uid], [f"BODY.PEEK[{part}]"]).get(uid)
    if items is None:
        return None
    content = items.get(f"BODY[{part}]".encode())
    if not isinstance(content, bytes):
        raise imaplib.IMAP4.error("a mail without its body")
    return content


def head(client: Any, uid: int) -> tuple[int, str] | None:
    """Size and Message-ID of a mail of the open folder; None where there is no such mail."""
    # Not ENVELOPE: QQ quotes it wrongly.
    items = client.fetch([uid], ["RFC822.SIZE", "BODY.PEEK[HEADER]"]).get(uid, {})
    size, header = items.get(b"RFC822.SIZE"), items.get(b"BODY[HEADER]")
    return (size, _message_id(header)) if isinstance(size, int) and isinstance(header, bytes) else None


def candidates(client: Any, size: int, message_id: str) -> list[int]:
    """Mails of the open folder that may be the one with this size and Message-ID."""
    # IMAP asks for larger and smaller, each without the size itself, and not for equal.
    return with_message_id(client, message_id) or search(client, f"LARGER {max(size - 1, 0)} SMALLER {size + 1}")


def fingerprint(client: Any, uid: int, most_bytes: int) -> tuple[int, str] | None:
    """What a mail of the open folder is told by: its size, and the hash of it or, where it is too large, of its header."""
    known = head(client, uid)
    if known is None:
        return None
    raw = body(client, uid, "HEADER" if known[0] > most_bytes else "")
    return (known[0], hashlib.sha256(raw).hexdigest()) if raw is not None else None


def has_message(client: Any, uids: Sequence[int], message_id: str) -> bool:
    """Whether one of these mails of the open folder has the Message-ID. The newest are looked at first."""
    for end in range(len(uids), 0, -_HEADER_BATCH):
        for items in client.fetch(uids[max(end - _HEADER_BATCH, 0) : end], ["BODY.PEEK[HEADER]"]).values():
            header = items.get(b"BODY[HEADER]")
            # Compared here: a server looks for a part of the header's value only (RFC 3501 6.4.4).
            if isinstance(header, bytes) and _message_id(header) == message_id:
                return True
    return False


def _message_id(raw: bytes) -> str:
    """The Message-ID in the header of a mail; "" if there is none."""
    # Blanks of any kind: a long id is folded onto the line below (RFC 5322 2.2.3).
    match = re.search(rb"^Message-ID:\s*(<[^<>\s]+>)", header_of(raw), re.IGNORECASE | re.MULTILINE)
    return match[1].decode("ascii", "replace") if match else ""


def folders(client: Any) -> list[Folder]:
    """All folders of the mailbox; without those whose names are no modified UTF-7."""
    from imapclient.imap_utf7 import decode  # type: ignore[import-untyped]

    found = []
    # Decoded here one by one: for one name that is no modified UTF-7, IMAPClient fails on the whole list.
    client.folder_encode = False
    try:
        listed = client.list_folders()
    finally:
        client.folder_encode = True
    for flags, separator, name in listed:
        with contextlib.suppress(ValueError):
            found.append(
                Folder(
                    decode(name) if isinstance(name, bytes) else str(name),
                    separator.decode("ascii", "replace") if isinstance(separator, bytes) else "",
                    # Servers write \Noselect and \NoSelect, and mean the same.
                    frozenset(flag.lower() for flag in flags if isinstance(flag, bytes)),
                )
            )
    return found


def personal_prefix(client: Any) -> str:
    """What the names of the office's own folders begin with, where the server says so."""
    if b"NAMESPACE" in client.capabilities():
        with if_granted():
            personal = client.namespace().personal
            return str(personal[0][0]) if personal else ""
    return ""
