"""Opens what Outlook wraps attachments in, winmail.dat (TNEF) and .msg files, in a child process with limits.

Files of a few bytes can take a reader of these to any amount of memory or time. One that does costs one request to resend.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lzxl.children import Kept, Limits, ask, told_text
from lzxl.mail.ole import OLE, is_of_outlook_class

_MODULE = "lzxl.mail.child"
LIMITS = Limits(memory_bytes=1024**3, processor_seconds=20, wall_seconds=30.0, answer_bytes=80 * 1024 * 1024)
_LOOK = Limits(memory_bytes=1024**3, processor_seconds=5, wall_seconds=10.0, answer_bytes=1024)
WHAT_IT_IS = "what it is"
"""The question whether a file is an Outlook message at all."""
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
        with ask(_MODULE, data, limits=LIMITS) as answer:
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


class OutlookTeller:
    """Tells Outlook messages from other OLE files, by one child for as long as that lives. A context manager."""

    def __init__(self) -> None:
        self._child = Kept(_MODULE, _LOOK)

    def __enter__(self) -> OutlookTeller:
        return self

    def __exit__(self, *exception: object) -> None:
        self._child.__exit__(*exception)

    def is_outlook(self, data: bytes) -> bool:
        """Whether a file is one. What its root's class does not say, the child finds out; where it cannot, it is none."""
        if is_of_outlook_class(data) or not data.startswith(OLE):
            return is_of_outlook_class(data)
        with self._child.ask(data, WHAT_IT_IS) as answer:
            told = [says for says, _ in answer]
        return answer.is_whole and told == [True]
