"""Opens what Outlook wraps attachments in, winmail.dat (TNEF) and .msg files, in a child process with limits.

Files of a few bytes can take a reader of these to any amount of memory or time. One that does costs one request to resend.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from lzxl.children import environment

WALL_SECONDS = 30.0


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


def unpack(data: bytes) -> Unpacked | None:
    """What is inside a TNEF stream or a .msg file; None if it cannot be opened within the limits. Never raises."""
    try:
        finished = subprocess.run(
            [sys.executable, "-P", "-m", "lzxl.mail.child"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=None if "LZXL_DEBUG" in os.environ else subprocess.DEVNULL,
            env=environment(),
            timeout=WALL_SECONDS,
            check=True,
            # Ctrl-C is the parent's to handle.
            start_new_session=True,
        )
        return _answer(finished.stdout)
    except Exception:  # a child that a file has taken over may answer anything
        return None


def _answer(message: bytes) -> Unpacked:
    """Takes a child's answer apart: one line of JSON, then the files' bytes one after the other."""
    line, _, rest = message.partition(b"\n")
    told = json.loads(line)
    files = []
    for name, size, trouble in told["files"]:
        files.append(Inner(_text(name), rest[: int(size)], _text(trouble)))
        rest = rest[int(size) :]
    texts = {key: _text(told[key]) for key in ("headers", "sender", "message_id", "message_class", "body")}
    return Unpacked(tuple(files), **texts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    # What was half a character in the file must not come back as one.
    return value.encode("utf-8", "replace").decode()
