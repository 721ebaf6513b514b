"""Opens what Outlook wraps attachments in, winmail.dat (TNEF) and .msg files, in a child process with limits.

Files of a few bytes can take a reader of these to any amount of memory or time. One that does costs one request to resend.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lzxl.children import Limits, ask, told_text

LIMITS = Limits(memory_bytes=1024**3, processor_seconds=20, wall_seconds=30.0, answer_bytes=80 * 1024 * 1024)
_TEXTS = ("headers", "sender", "message_id", "message_class", "body", "delivered")


@dataclass(frozen=True)
class Inner:
    """A file inside."""

    name: str
    data: bytes
    trouble: str = ""
    """"embedded": an object that cannot be taken out as a file; "own": a letter of our own; "deep": nested too deep."""


@dataclass(frozen=True)
class Unpacked:
    """What was inside. The texts are a .msg file's own, "" of a winmail.dat."""

    files: tuple[Inner, ...]
    headers: str = ""
    """The header that the mail had on its way, if it had one."""
    sender: str = ""
    message_id: str = ""
    message_class: str = ""
    body: str = ""
    delivered: str = ""
    """When the server of whoever kept the mail took it in (ISO), if the file says so."""


def unpack(data: bytes) -> Unpacked | None:
    """What is inside a TNEF stream or a .msg file; None if it cannot be opened within the limits. Never raises."""
    try:
        with ask("lzxl.mail.child", data, limits=LIMITS) as answer:
            unpacked = put_together(answer)
        return None if answer.trouble else unpacked
    except Exception:  # a child that a file has taken over may answer anything
        return None


def put_together(pieces: Iterable[tuple[Any, bytes]]) -> Unpacked:
    """What a child tells: first the mail's own texts, then each file."""
    told: dict[str, Any] = {}
    files = []
    for says, data in pieces:
        if "file" in says:
            files.append(Inner(told_text(says["file"]), data, told_text(says["trouble"])))
        else:
            told = says
    return Unpacked(tuple(files), **{key: told_text(told[key]) for key in _TEXTS})
