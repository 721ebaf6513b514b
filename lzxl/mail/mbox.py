"""The mails in an mbox, in whatever spelling a program writes one. Every step is linear in the file, and nothing raises.

A mail begins behind a From_ line that has a header after it. Whether such a line was meant so cannot always be told: then
both readings are given, for a workbook that comes twice is taken once, and one that is cut in two is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap

HEAD_BYTES = 64 * 1024
_MOST_HEADER_LINES = 500
# A From_ line, and a line that ends a part, are short: of longer lines nothing more is looked at.
_LONGEST_LINE = 500
_LONGEST_FIELD = 4000

# Only a mail has one of the first; a web page saved as one file has some of the others.
CARRIED = frozenset({b"from", b"received", b"return-path", b"delivered-to", b"message-id", b"resent-from"})
COMMON = CARRIED | {b"to", b"cc", b"subject", b"date", b"mime-version", b"content-type", b"sender", b"reply-to"}
# What servers and programs write into a mail that was delivered; who copies a mail into a text seldom takes it along.
_DELIVERED = frozenset(
    {b"received", b"return-path", b"delivered-to", b"status", b"x-status", b"x-uid", b"x-uidl", b"x-mozilla-status"}
) | {b"x-gm-thrid", b"x-gmail-labels", b"x-account-key", b"envelope-to"}

_MARK = re.compile(rb"\n(?:From |--)")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_TIME = re.compile(rb"(?<!\d)\d{1,2}:\d\d(?!\d)")
_LENGTH = re.compile(rb"\d{1,12}")
_YEAR = re.compile(rb"(?<!\d)(?:19|20)\d\d(?!\d)")
_BOUNDARY = re.compile(rb"boundary\s{0,9}=\s{0,9}(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_BLANK = b"\r\n\t "


@dataclass(frozen=True)
class Header:
    """The lines at the head of a mail, as far as they are header lines."""

    fields: dict[bytes, bytes]
    """Name in lower case → value of its first line and those that continue it; the first of each name."""
    end: int
    """Where the first line begins that is none."""
    is_ended: bool
    """A blank line ends it, or the file."""

    @property
    def common(self) -> int:
        """How many of the names that mails have."""
        return len(COMMON & self.fields.keys())

    @property
    def is_carried(self) -> bool:
        """It has a line that only mails have."""
        return bool(CARRIED & self.fields.keys())


@dataclass(frozen=True)
class _Start:
    """A line that may begin a mail."""

    line: int
    """Where the From_ line begins."""
    mail: int
    """Where the mail behind it begins."""
    is_delivered: bool
    """Its header has what only a delivered mail has."""
    boundaries: tuple[bytes, ...] = ()
    length_end: int = 0
    """Where the mail ends by its Content-Length, if another mail or nothing comes there; 0 otherwise."""


def header_at(data: bytes | mmap, start: int) -> Header:
    """The header that begins at `start`; some kilobytes of it at most. A From_ line that was put behind >, too, is passed over."""
    fields: dict[bytes, bytes] = {}
    last = b""
    for line, at in _lines(data, start):
        if not line.strip(_BLANK):
            return Header(fields, at, is_ended=True)
        if line[:1] in b" \t" and fields:
            if len(fields[last]) < _LONGEST_FIELD:
                fields[last] = (fields[last] + b" " + line.strip(_BLANK))[:_LONGEST_FIELD]
        elif match := _FIELD.match(line):
            last = match[1].lower()
            # The first of a name: above what the sender wrote stands what servers have added on the way.
            fields.setdefault(last, line[match.end() :].strip(_BLANK)[:_LONGEST_FIELD])
        elif not (line.startswith(b">From ") and fields):
            return Header(fields, at, is_ended=False)
    return Header(fields, len(data), is_ended=True)


def is_mbox(head: bytes) -> bool:
    """Whether a file begins as an mbox does, by its first kilobytes."""
    text = with_line_feeds(head[:HEAD_BYTES])
    first = first_line(text)
    return text[first : first + 5] == b"From " and next(_starts(text, first), None) is not None


def mails_of(data: bytes | mmap) -> Iterator[bytes]:
    """The mails in an mbox, one after the other; what stands before the first of them as if it were one."""
    text = with_line_feeds(data)
    first = first_line(text)
    whole, within = _sorted_out(text, first)
    before = text[first : whole[0].line if whole else len(text)]
    if not whole or before.strip(_BLANK):
        yield before
    starts = sorted([*whole, *within], key=lambda start: start.line)
    # A mail that stands for itself goes on through those that seem to stand in it.
    # The later dictionary wins: a whole mail ends where the next whole one begins.
    ends = dict(_with_ends(starts, len(text))) | dict(_with_ends(whole, len(text)))
    for start in starts:
        yield _without_blank_line(text[start.mail : ends[start]])


def _sorted_out(data: bytes | mmap, first: int) -> tuple[list[_Start], list[_Start]]:
    """The mails that stand for themselves; and those that stand in another, where that seems to go on after them.

    Only what looks delivered counts there: it may be a mail of its own, behind one that was cut off.
    """
    found = list(_starts(data, first))
    reach = _reaches(data, first, found)
    whole: list[_Start] = []
    within: list[_Start] = []
    open_until = 0
    for start, reached in zip(found, reach, strict=True):
        if start.line < open_until:
            if start.is_delivered:
                within.append(start)
        elif start.is_delivered or not whole or start.line >= whole[-1].length_end:
            whole.append(start)
            open_until = reached
    return whole, within


def _starts(data: bytes | mmap, first: int) -> Iterator[_Start]:
    """Every line that may begin a mail, from the first on."""
    for at in _marks(data, first):
        if data[at : at + 5] == b"From ":
            start = _start_at(data, at, is_first=at == first)
            if start is not None:
                yield start


def _marks(data: bytes | mmap, first: int) -> Iterator[int]:
    """Where the lines begin that begin with From_ or with two dashes."""
    if data[first : first + 5] == b"From ":
        yield first
    for match in _MARK.finditer(data, first):
        yield match.start() + 1


def _start_at(data: bytes | mmap, at: int, is_first: bool) -> _Start | None:
    line = next(_lines(data, at))[0]
    # Whether "From :" begins a mail need not be asked, and the header before it goes on through it.
    if len(line) >= _LONGEST_LINE or _FIELD.match(line):
        return None
    mail = at + len(line)
    header = header_at(data, mail)
    if not _is_meant(line, header, is_first, is_apart=is_first or _follows_blank_line(data, at)):
        return None
    return _Start(at, mail, _is_delivered(header), _boundaries(header), _length_end(data, header))


def _is_meant(line: bytes, header: Header, is_first: bool, is_apart: bool) -> bool:
    """Whether a From_ line begins a mail. `is_apart`: nothing stands right before it."""
    has_header = (header.is_carried and header.common > 1) or (header.common > 0 and header.is_ended)
    if _is_dated(line):
        return has_header or _is_delivered(header)
    if _TIME.search(line):  # a sentence may tell a time, too: it has no header after it, or no blank line before it
        return _is_delivered(header) or (has_header and is_apart)
    return is_first and has_header


def _is_delivered(header: Header) -> bool:
    """Whether a header has what only a delivered mail has."""
    return not _DELIVERED.isdisjoint(header.fields)


def _is_dated(line: bytes) -> bool:
    """Whether a line tells a time and a year, as programs write them behind "From"."""
    return _TIME.search(line) is not None and _YEAR.search(line) is not None


def _reaches(data: bytes | mmap, first: int, starts: Iterable[_Start]) -> list[int]:
    """Of each mail, where the last line is that begins or ends a part of it; 0 where it has none.

    Many programs write the same such lines in all mails: they are those of the last mail that has named them.
    """
    naming = {start.line: (number, start.boundaries) for number, start in enumerate(starts)}
    reach = [0] * len(naming)
    owner: dict[bytes, int] = {}
    for at in _marks(data, first):
        if at in naming:
            number, boundaries = naming[at]
            owner |= dict.fromkeys(boundaries, number)
        elif owner and data[at : at + 2] == b"--":
            named = next(_lines(data, at))[0][2:].rstrip(_BLANK)
            reached = owner.get(named, owner.get(named.removesuffix(b"--")))
            if reached is not None:
                reach[reached] = at
    return reach


def _boundaries(header: Header) -> tuple[bytes, ...]:
    """What the lines between a mail's parts consist of."""
    found = _BOUNDARY.search(header.fields.get(b"content-type", b""))
    return ((found[1] or found[2]).rstrip(_BLANK),) if found else ()


def _length_end(data: bytes | mmap, header: Header) -> int:
    told = header.fields.get(b"content-length", b"")
    if _LENGTH.fullmatch(told) is None or not header.is_ended:
        return 0
    body = header.end + len(next(_lines(data, header.end), (b"", 0))[0])
    end = body + int(told)
    if end > len(data):
        return 0
    # The length is the word of whoever wrote the mail: it counts only where the next mail, or nothing, is found.
    following = data[end : end + 20].lstrip(b"\r\n")
    return end if following.startswith(b"From ") or not following else 0


def _with_ends(starts: list[_Start], size: int) -> Iterator[tuple[_Start, int]]:
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        yield start, following.line if following is not None else size


def _without_blank_line(raw: bytes) -> bytes:
    """A mail without the blank line at its end, which is the mbox's."""
    return raw[:-1].rstrip(b"\r") if _follows_blank_line(raw, len(raw)) else raw


def _follows_blank_line(data: bytes | mmap, at: int) -> bool:
    return not at or data[max(at - 5, 0) : at].replace(b"\r", b"").endswith(b"\n\n")


def _lines(data: bytes | mmap, start: int) -> Iterator[tuple[bytes, int]]:
    """Lines with their ends and where they begin, as far as a header may go; of a long one only the beginning."""
    for _ in range(_MOST_HEADER_LINES):
        if start >= len(data):
            return
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start : min(end, start + _LONGEST_FIELD)], start
        start = end


def first_line(data: bytes | mmap) -> int:
    """Where the first line begins that is not blank."""
    head = data[:HEAD_BYTES]
    # An editor that has saved the file may have put a byte order mark before it.
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return len(head) - len(rest)


def with_line_feeds(data: bytes | mmap) -> bytes | mmap:
    """`data` with line feeds, where its lines end as those of old Macs do."""
    head = data[:HEAD_BYTES]
    # Only where there is no line feed: it copies the whole file, and would double other line ends.
    return data[:].replace(b"\r", b"\n") if b"\r" in head and b"\n" not in head else data
