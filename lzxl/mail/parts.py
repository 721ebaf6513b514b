"""Takes a mail's bytes apart into parts, as forgivingly as mail programs do, in one pass over them.

The parser of the standard library is strict where mails of old programs and gateways are not (CR CR LF, one boundary used
twice, blank lines in the wrong place), and looks for the end of every nested part in every line: many of them take it long.
What stands between the parts is kept too: nothing of a mail is out of sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lzxl.mail.headers import Headers, first, main_value, parameter, values

MOST_PARTS = 3000
"""Parts that are told apart; what comes behind them is left as the rest of the last one."""
DEEPEST = 60
"""Parts within parts; a person's mail has a handful."""

_MOST_HEADERS = 2000
# A line of more ends than one: what a gateway makes of CR LF that it takes for LF.
_LINE_END = re.compile(rb"\r{0,3}\n|\r")
_BLANK_LINES = re.compile(rb"(?:[ \t]{0,80}(?:\r{0,3}\n|\r))*+")
# RFC 5322 2.2: whatever is printed but a colon; blanks before that are old programs' (4.5).
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_OF_A_PART = re.compile(rb"(?i)(?:content-[a-z-]{1,40}|mime-version)[ \t]*:")
_OF_A_MAIL = re.compile(
    rb"(?i)(?:content-[a-z-]{1,40}|mime-version|received|return-path|from|to|cc|subject|date|message-id|x-[a-z-]{1,60})[ \t]*:"
)
_PARAMETER = re.compile(rb"""[A-Za-z-]{1,40}\*?\d{0,4}\*?[ \t]*=[ \t]*["A-Za-z0-9=%'*]""")
_MBOX_LINE = re.compile(rb">?From ")
# What begins a body where the blank line before it was lost.
_BODY_LINE = re.compile(
    rb"--|begin(?:-base64)? [0-7]{3}|=ybegin |PK\x03\x04|\xd0\xcf\x11\xe0|<|[A-Za-z0-9+/]{60,}+={0,2}+\s*+\Z"
)
_MARK = re.compile(rb"(?:\A|(?<=[\r\n]))--([^\r\n]+)")
# A line that must be a boundary though nothing has told it: the header of a part comes next.
_UNTOLD = re.compile(
    rb"(?i)(?:\A|(?<=[\r\n]))--([^\s][^\r\n]{0,200}?)[ \t]{0,80}+(?:\r{0,3}\n|\r)"
    rb"(?:[ \t]{0,80}+(?:\r{0,3}\n|\r)){0,3}content-[a-z-]{1,40}[ \t]*:"
)


class IntricateError(Exception):
    """The parts of a mail are nested deeper than those of any person's mail."""


@dataclass
class Part:
    """A part of a mail, or the mail itself."""

    headers: Headers
    start: int
    """Where its body begins in the mail's bytes."""
    end: int = 0
    begins: int = 0
    """Where its header does."""
    parts: list[Part] = field(default_factory=list)
    """Those in it; of a message/rfc822 the mail that it is."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """What stands before, between and behind its parts and is no part."""
    boundaries: frozenset[bytes] = frozenset()

    @property
    def kind(self) -> str:
        """Its Content-Type: of several the one that makes it a multipart."""
        kinds = [main_value(value) for value in values(self.headers, "content-type")]
        return next((kind for kind in kinds if kind.startswith("multipart/")), kinds[0] if kinds else "")

    def walk(self) -> Iterator[Part]:
        """The part and all in it, in order."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.parts)


def parse(data: bytes) -> Part:
    """A mail with all its parts. Raises IntricateError."""
    return _Parser(data).parse()


def parse_body(data: bytes, boundary: bytes) -> Part:
    """A multipart body without a header that tells of it. Raises IntricateError."""
    root = Part((("content-type", b"multipart/mixed"),), 0, boundaries=frozenset({boundary}))
    return _Parser(data).parse_from(root)


def untold_boundary(data: bytes) -> bytes:
    """The boundary that a body's own lines tell of, b"" if it has none."""
    match = _UNTOLD.search(data)
    return match[1] if match else b""


def read_header(data: bytes, most: int = 1024 * 1024) -> Headers:
    """The header at the head of a mail's bytes."""
    return _Parser(data[:most]).header(0, is_mail=True)[0]


def header_blocks(data: bytes) -> list[Headers]:
    """The blocks of a delivery report: headers with blank lines between."""
    parser = _Parser(data)
    blocks: list[Headers] = []
    position = 0
    while position < len(data) and len(blocks) < 1000:
        position = _skip_blank_lines(data, position)
        headers, position = parser.block(position)
        if not headers:
            break
        blocks.append(headers)
    return blocks


class _Parser:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Part] = []
        """Multiparts within each other, the innermost last."""
        self._levels: dict[bytes, list[Part]] = {}
        """Boundary → the open multiparts that it divides. Inner and outer may have the same."""
        self._closed: dict[bytes, Part] = {}
        self._here: Part | None = None
        """Whose bytes come next, and from where."""
        self._from = 0
        self._count = 0

    def parse(self) -> Part:
        return self.parse_from(self._read_part(0, is_mail=True))

    def parse_from(self, root: Part) -> Part:
        """The parts in a root of which the header is known."""
        self._enter(root, depth=1)
        for mark in _MARK.finditer(self._data, root.start):
            if mark.start() < self._from:
                continue  # it stands in a header
            text = mark[1].rstrip(b" \t")
            # Asked first: a boundary may itself end with two dashes.
            if self._is_told(text) and self._count < MOST_PARTS:
                self._divide(text, mark.start(), mark.end())
            elif text.endswith(b"--") and text[:-2] in self._levels:
                self._close(text[:-2], mark.start(), mark.end())
        self._leave(len(self._data))
        for part in reversed(self._open):
            part.end = len(self._data)
        return root

    def _is_told(self, boundary: bytes) -> bool:
        return boundary in self._levels or boundary in self._closed

    def _divide(self, boundary: bytes, start: int, end: int) -> None:
        """A boundary: the next part of the innermost multipart that has it begins."""
        self._leave(start)
        if boundary in self._levels:
            parent = self._levels[boundary][-1]
            self._pop_to(parent, start)
        else:  # it was said to be at its end, and goes on
            parent = self._closed.pop(boundary)
            self._push(parent)
        after = _LINE_END.match(self._data, _end_of_line(self._data, end))
        part = self._read_part(after.end() if after else len(self._data), is_mail=False)
        parent.parts.append(part)
        self._enter(part, len(self._open) + 1)

    def _close(self, boundary: bytes, start: int, end: int) -> None:
        """The end of the innermost multipart that has the boundary; what follows is behind its parts."""
        self._leave(start)
        parent = self._levels[boundary][-1]
        self._pop_to(parent, start)
        self._pop(start)
        for one in parent.boundaries:
            self._closed[one] = parent
        self._here, self._from = parent, _end_of_line(self._data, end)

    def _enter(self, part: Part, depth: int) -> None:
        """A part begins; it may be one that holds others."""
        self._count += 1
        while True:
            if depth > DEEPEST:
                raise IntricateError
            self._here, self._from = part, part.start
            if part.boundaries:
                self._push(part)
                return
            inner = self._inner_mail(part)
            if inner is None:
                return
            part.parts.append(inner)
            part, depth = inner, depth + 1

    def _inner_mail(self, part: Part) -> Part | None:
        """The mail that a message/rfc822 holds as it is; None where it is encoded, or where no header comes."""
        if part.kind not in {"message/rfc822", "message/global", "message/news"}:
            return None
        encoding = main_value(first(part.headers, "content-transfer-encoding")).strip('"')
        position = _skip_blank_lines(self._data, part.start)
        # RFC 2046 allows no encoding of a mail in a mail: some programs do it all the same, and some only say so.
        if encoding in {"base64", "quoted-printable"} and not _OF_A_MAIL.match(self._data, position):
            return None
        if not _FIELD.match(self._data, position) and not _MBOX_LINE.match(self._data, position):
            return None
        return self._read_part(position, is_mail=True)

    def _push(self, part: Part) -> None:
        self._open.append(part)
        for boundary in part.boundaries:
            self._levels.setdefault(boundary, []).append(part)

    def _pop(self, end: int) -> None:
        part = self._open.pop()
        part.end = end
        for boundary in part.boundaries:
            self._levels[boundary].pop()
            if not self._levels[boundary]:
                del self._levels[boundary]

    def _pop_to(self, part: Part, end: int) -> None:
        while self._open[-1] is not part:
            self._pop(end)

    def _leave(self, end: int) -> None:
        """What lies between here and the last division belongs to a part, or is a gap in one."""
        part = self._here
        if part is None:
            return
        # Of an empty part, the line break before the boundary was the end of its header.
        end = max(_before_line_end(self._data, end), self._from)
        if part.boundaries:
            if self._from < end:
                part.gaps.append((self._from, end))
        else:
            part.end = end
        self._here = None

    def _read_part(self, position: int, is_mail: bool) -> Part:
        begins = position
        headers, position = self.header(position, is_mail)
        found: set[bytes] = set()
        # Of several, any may be the one whose boundary the body has.
        for value in values(headers, "content-type"):
            if main_value(value).startswith("multipart/"):
                boundary = parameter(value, "boundary").encode("utf-8", "surrogateescape").strip()
                found.add(boundary)
        return Part(headers, position, begins=begins, boundaries=frozenset(found - {b""}))

    def header(self, position: int, is_mail: bool) -> tuple[Headers, int]:
        """The header that begins at `position`, and where the body does. Blank lines before and within it do not matter."""
        if is_mail:
            position = _skip_blank_lines(self._data, position)
        else:
            behind = _skip_blank_lines(self._data, position)
            position = behind if _OF_A_PART.match(self._data, behind) else position
        headers, position = self.block(position)
        for _ in range(5):
            behind = _skip_blank_lines(self._data, position)
            if not self._goes_on(headers, behind, is_mail):
                break
            more, following = self.block(behind)
            if not any(name.startswith(("content-", "mime-version")) for name, _ in more):
                break  # a text that begins like a header
            headers, position = [*headers, *more], following
        return headers, position

    def _goes_on(self, headers: Headers, behind: int, is_mail: bool) -> bool:
        """Whether what stands behind blank lines may be the rest of a header. A mail that one holds has a header of its own."""
        if main_value(first(headers, "content-type")).startswith("message/"):
            return False
        has_kind = any(name == "content-type" for name, _ in headers)
        of_a_header = _OF_A_MAIL if is_mail and headers and not has_kind else _OF_A_PART
        return of_a_header.match(self._data, behind) is not None

    def block(self, position: int) -> tuple[list[tuple[str, bytes]], int]:
        """The header lines from `position` on up to a blank line, a boundary, or what can be no header; and what follows."""
        headers: list[tuple[str, bytes]] = []
        name, lines = "", list[bytes]()
        start = position

        def end_field() -> None:
            if name and len(headers) < _MOST_HEADERS:
                headers.append((name, b"".join(lines).strip()))

        while position < len(self._data):
            end, following = self._line(position)
            line = self._data[position:end]
            # A boundary may look like a header (--a:b), and ends one that has lost its blank line.
            field_ = None if _is_mark(line, self) else _FIELD.match(line)
            if self._is_blank(line, following):
                position = following
                break
            if field_ is not None:
                end_field()
                name, lines = field_[1].decode("ascii").lower(), [line[field_.end() :]]
            # Whoever cuts a mail out of an mbox takes its first line along, which is no header.
            elif _MBOX_LINE.match(line) and position == start:
                start = following
            elif name and _is_indented(line):
                lines.append(line)
            elif name and self._is_continued(lines, line, following):
                lines.append(b" " + line)
            else:
                break
            position = following
        end_field()
        return headers, position

    def _is_blank(self, line: bytes, following: int) -> bool:
        """Whether a line ends a header. One of blanks only does not where the next is indented."""
        is_folded = line != b"" and _is_indented(self._data[following : following + 1])
        return not line.strip(b" \t") and not is_folded

    def _is_continued(self, lines: list[bytes], line: bytes, following: int) -> bool:
        """Whether a line that is neither a header nor indented is the rest of the one before: a program has broken it."""
        if _BODY_LINE.match(line) or _is_mark(line, self):
            return False
        if lines[-1].rstrip().endswith((b";", b",", b"=")) or _PARAMETER.match(line):
            return True
        return self._is_in_a_header(following)

    def _is_in_a_header(self, position: int) -> bool:
        """Whether a header goes on, or ends, within the next three lines."""
        for _ in range(3):
            end, following = self._line(position)
            text = self._data[position:end]
            if not text.strip() or _FIELD.match(text):
                return True
            if _BODY_LINE.match(text):
                return False
            position = following
        return False

    def _line(self, position: int) -> tuple[int, int]:
        match = _LINE_END.search(self._data, position)
        return match.span() if match else (len(self._data), len(self._data))


def _is_indented(line: bytes) -> bool:
    return line[:1] in (b" ", b"\t")


def _is_mark(line: bytes, parser: _Parser) -> bool:
    text = line[2:].rstrip(b" \t")
    return line.startswith(b"--") and (parser._is_told(text) or (text.endswith(b"--") and text[:-2] in parser._levels))


def _skip_blank_lines(data: bytes, position: int) -> int:
    match = _BLANK_LINES.match(data, position)
    return match.end() if match else position


def _end_of_line(data: bytes, position: int) -> int:
    match = _LINE_END.search(data, position)
    return match.start() if match else len(data)


def _before_line_end(data: bytes, end: int) -> int:
    """Where a part ends whose boundary begins at `end`: the line break before that is the boundary's."""
    if data[end - 2 : end] == b"\r\n":
        return end - 2
    return end - 1 if data[end - 1 : end] in (b"\n", b"\r") and end else end
