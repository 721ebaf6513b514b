"""A mail taken apart by a child process: what it says of itself, and its files in a working folder, one by one.

The parent looks at no byte of a mail. One that ends its child, or takes too much memory or time, costs itself only.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lzxl.children import BROKEN, MEMORY, SIZE, TIME, Kept, Limits, told_text
from lzxl.files import output_to
from lzxl.mail.model import Mail, Skipped

MODULE = "lzxl.mail.opener"
MEMORY_BYTES = 1024**3
WHOLE = Limits(memory_bytes=MEMORY_BYTES, processor_seconds=20, wall_seconds=30.0)
HEADER = Limits(memory_bytes=MEMORY_BYTES, processor_seconds=5, wall_seconds=10.0)
"""Where the whole mail was too much."""

_TROUBLES = {
    MEMORY: "打开时占用内存过多",
    TIME: "打开时间过长",
    SIZE: "里面的文件过多或过大",
    BROKEN: "打开时读取程序中断",
}


@dataclass(frozen=True)
class OpenedFile:
    """A file that came with a mail, those in its archives one by one."""

    name: str
    path: Path | None
    """Where it lies for the while; None if its bytes cannot be had."""
    size: int
    sha256: str
    """"" without its bytes."""
    trouble: str
    """Why it could not be taken out of its archive, "" if it could."""
    foreign: str
    """What it is, where it is no workbook: a Chinese noun; "" if it may be one."""


@dataclass(frozen=True)
class Opened:
    """A mail and its files. The mail itself has no attachments here."""

    mail: Mail
    files: tuple[OpenedFile, ...] = ()
    trouble: str = ""
    """Why it could not be opened, a Chinese phrase; then only its header was read, if that could be."""

    @property
    def size(self) -> int:
        """What its files take in the working folder."""
        return sum(one.size for one in self.files if one.path is not None)

    def clear(self) -> None:
        """Remove its files."""
        for one in self.files:
            if one.path is not None:
                one.path.unlink(missing_ok=True)


class Opener:
    """Opens one mail after the other, in one child for as long as that lives. A context manager."""

    def __init__(self, folder: Path, authserv: str = "", instance: str = "") -> None:
        """`folder`: takes the files. `authserv`, `instance`: as of `lzxl.mail.message.parse_mail`."""
        self._folder = folder
        self._question = {"authserv": authserv, "instance": instance}
        self._child = Kept(MODULE, WHOLE)
        self._count = 0

    def __enter__(self) -> Opener:
        return self

    def __exit__(self, *exception: object) -> None:
        self._child.__exit__(*exception)

    def open(self, path: Path) -> Opened:
        """The mail at `path`. Raises OutputError if the disk does not take its files."""
        is_fresh = self._child.is_fresh
        opened, trouble = self._ask(path)
        if trouble in (MEMORY, BROKEN) and not is_fresh:  # it may have been the mails before it
            opened, trouble = self._ask(path)
        if opened is not None:
            return opened
        header, _ = self._ask(path, is_header=True)
        # Without a sender it is nobody's: no unit is answered, and the office has to see it.
        mail = header.mail if header is not None else Mail("", "", (), ())
        return Opened(mail, trouble=_TROUBLES[trouble])

    def _ask(self, path: Path, is_header: bool = False) -> tuple[Opened | None, str]:
        """What the child made of a mail, or why nothing."""
        question = {**self._question, "is_header": is_header}
        mail: Mail | None = None
        files: list[OpenedFile] = []
        with self._child.ask(path, question, HEADER if is_header else WHOLE) as answer:
            for says, data in answer:
                try:
                    if mail is None:
                        mail = _heard(says)
                    else:
                        files.append(self._put(says, data))
                except (TypeError, KeyError, ValueError, AttributeError):  # a child that a file has taken over
                    answer.trouble = BROKEN
        if answer.trouble or mail is None:
            # What was put down of a mail that is not told to its end belongs to nobody, and must not fill the disk.
            Opened(Mail("", "", (), ()), tuple(files)).clear()
            return None, answer.trouble or BROKEN
        return Opened(mail, tuple(files)), ""

    def _put(self, says: Mapping[str, Any], data: bytes) -> OpenedFile:
        name, trouble, foreign = (told_text(says[key]) for key in ("name", "trouble", "foreign"))
        if not data and trouble:
            return OpenedFile(name, None, 0, "", trouble, foreign)
        self._count += 1
        path = self._folder / str(self._count)
        with output_to(path):
            path.write_bytes(data)
        return OpenedFile(name, path, len(data), hashlib.sha256(data).hexdigest() if data else "", trouble, foreign)


def told(mail: Mail) -> dict[str, Any]:
    """In the child: what a mail says of itself, as JSON can say it."""
    plain = {entry.name: getattr(mail, entry.name) for entry in fields(Mail) if entry.name != "attachments"}
    return {
        **plain,
        "skipped": [[getattr(one, entry.name) for entry in fields(Skipped)] for one in mail.skipped],
        "received": mail.received and mail.received.isoformat(),
        "received_else": [when.isoformat() for when in mail.received_else],
    }


def _heard(says: Mapping[str, Any]) -> Mail:
    """The same in the parent. Raises TypeError, KeyError or ValueError for what no mail is told by."""
    given: dict[str, Any] = {}
    for entry in fields(Mail):
        if entry.name != "attachments":  # their bytes come as files
            read = _READ_AS.get(entry.name, told_text)
            given[entry.name] = read(says[entry.name])
    return Mail(attachments=(), **given)


def _skipped(one: list[Any]) -> Skipped:
    name, size, reason, request = one
    return Skipped(told_text(name), int(size), told_text(reason), told_text(request))


def _times(told: Iterable[object]) -> tuple[datetime.datetime, ...]:
    return tuple(map(_time, told))


def _time(iso: object) -> datetime.datetime:
    when = datetime.datetime.fromisoformat(told_text(iso))
    if when.tzinfo is None:
        raise ValueError
    return when


def _time_or_none(iso: object) -> datetime.datetime | None:
    return None if iso is None else _time(iso)


def _skipped_parts(told: Iterable[list[Any]]) -> tuple[Skipped, ...]:
    return tuple(map(_skipped, told))


def _texts(told: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(told_text, told))


_READ_AS: Mapping[str, Callable[[Any], Any]] = {
    "received": _time_or_none,
    "received_else": _times,
    "skipped": _skipped_parts,
    "bounced": _texts,
}
"""How what is no text comes over from the child."""
