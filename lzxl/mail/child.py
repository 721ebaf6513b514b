"""The child process that opens winmail.dat (TNEF) and .msg files.

The parent is `lzxl.mail.packed`. TNEF is read here and not by a library:
the one there is decodes the whole mail strictly and fails on Chinese ones, and takes the last zero bytes off a file.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from lzxl.children import serve
from lzxl.mail.headers import decode_bytes
from lzxl.mail.ole import is_outlook_message
from lzxl.mail.packed import WHAT_IT_IS, Inner, Unpacked

MOST_FILES = 1000
MOST_BYTES = 64 * 1024 * 1024
DEEPEST = 5
TNEF_START = b"\x78\x9f\x3e\x22"

_LONGEST_TEXT = 1024 * 1024
# GB 18030 reads what GBK and GB 2312 have written; not so the other way round.
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8", 52936: "hz"}

# TNEF: attributes of the mail (level 1) and of its attachments ([MS-OXTNEF] 2.1.3).
_CODE_PAGE = 0x9007
_MAIL_PROPERTIES = 0x9003
_ATTACHMENT_BEGINS = 0x9002
_TITLE = 0x8010
_DATA = 0x800F
_PROPERTIES = 0x9005

# MAPI properties by their numbers, and their kinds ([MS-OXCDATA] 2.11.1).
_BODY = 0x1000
_HEADERS = 0x007D
_CLASS = 0x001A
_MESSAGE_ID = 0x1035
# When the office's own server took it in. When it was sent (0x0039) is the sender's word, and says nothing of that.
_DELIVERED = 0x0E06
_SENDERS = (0x5D01, 0x5D02, 0x0C1F, 0x0065)
_FILE_DATA = 0x3701
# The long name first: 0x3704 is cut to eight signs and three, and 0x3001 may be no name of a file.
_FILE_NAMES = (0x3707, 0x3704, 0x3001)
_TEXT_8, _TEXT_16, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x0102
_FIXED_SIZES = {0x02: 2, 0x0B: 2, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MANY = 0x1000
_FIRST_DAY = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
# Python's dates end with the year 9999; a stranger's number may lie far behind that.
_MOST_TICKS = 8000 * 366 * 86400 * 10_000_000
# IID_IMessage, its low bytes first: it tells a mail from a drawing or a sheet put into one.
_EMBEDDED_MAIL = bytes.fromhex("0703020000000000c000000000000046")


@dataclass
class _Found:
    """The files found so far, with a limit to their number and bytes."""

    files: list[Inner] = field(default_factory=list)
    left: int = MOST_BYTES

    def add(self, name: str, data: bytes, trouble: str = "") -> None:
        self.left -= len(data)
        if len(self.files) >= MOST_FILES or self.left < 0:
            raise OverflowError
        self.files.append(Inner(name, data, trouble))


def read_tnef(data: bytes) -> Unpacked:
    """What is in a TNEF stream. Of one that is cut short or damaged, what stands before that."""
    found = _Found()
    _read_tnef(data, found, depth=1)
    return Unpacked(tuple(found.files))


def _read_tnef(data: bytes, found: _Found, depth: int) -> None:
    attachments = _tnef_attachments(data, is_inner=depth > 1)
    if attachments is None:
        found.add("", b"", "own")
        return
    for attachment in attachments:
        _add_attachment(attachment, found, depth)


def _tnef_attachments(data: bytes, is_inner: bool) -> list[dict[int, Any]] | None:
    """What a TNEF stream tells of each attachment; None if it is a letter of our own inside of another mail."""
    charset = ""
    attachments: list[dict[int, Any]] = []
    for level, name, value in _attributes(data):
        if name == _CODE_PAGE and len(value) >= 4:
            charset = _CODE_PAGES.get(struct.unpack_from("<I", value)[0], "")
        elif name == _MAIL_PROPERTIES and level == 1:
            # A unit that sends our letter on does not file the workbook which we had enclosed.
            if is_inner and _tells_of_own_letter(_properties(value, charset)):
                return None
        elif name == _ATTACHMENT_BEGINS:
            attachments.append({})
        elif attachments:
            attachments[-1].update(_told_of_attachment(name, value, charset))
    return attachments


def _tells_of_own_letter(properties: dict[int, Any]) -> bool:
    return _is_own(str(properties.get(_MESSAGE_ID, "")), str(properties.get(_HEADERS, "")))


def _told_of_attachment(name: int, value: bytes, charset: str) -> dict[int, Any]:
    """What an attribute says of the attachment that began last."""
    if name == _TITLE:
        return {_TITLE: decode_bytes(value.rstrip(b"\x00"), charset)}
    if name == _DATA:
        # As it is: zero bytes at a file's end are its own, unlike the one that ends a text.
        return {_DATA: value}
    return _properties(value, charset) if name == _PROPERTIES else {}


def _add_attachment(attachment: dict[int, Any], found: _Found, depth: int) -> None:
    titles = (attachment.get(key) for key in (*_FILE_NAMES, _TITLE))
    title = str(next(filter(None, titles), ""))
    told = attachment.get(_FILE_DATA)
    content = told if isinstance(told, bytes) else b""
    if not content.startswith(_EMBEDDED_MAIL):
        # Outlook writes a file twice, or here only.
        found.add(title, attachment.get(_DATA) or content)
    elif depth >= DEEPEST:
        found.add(title, b"", "deep")
    else:
        # Behind the sixteen bytes of the interface a TNEF stream stands, with its own signature.
        _read_tnef(content[16:], found, depth + 1)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(level, name, value) of each attribute of a TNEF stream."""
    # Behind the signature and a key of two bytes that says nothing.
    offset = 6
    while offset + 9 <= len(data):
        level, name, _, length = struct.unpack_from("<BHHI", data, offset)
        yield level, name, data[offset + 9 : offset + 9 + length]
        # The two bytes are a checksum. It is not compared: of a damaged mail what can be read is wanted.
        offset += 9 + length + 2


def _properties(data: bytes, charset: str) -> dict[int, Any]:
    """The MAPI properties in `data` whose values are text or bytes, the first of each number; up to where it makes no sense."""
    found: dict[int, Any] = {}
    with contextlib.suppress(struct.error):
        offset = 4
        for _ in range(struct.unpack_from("<I", data)[0]):
            kind, number = struct.unpack_from("<HH", data, offset)
            offset += 4
            # Named properties say their set and their name first: not passed over, all that follows is misread.
            if number >= 0x8000:
                by_name, length = struct.unpack_from("<II", data, offset + 16)
                offset += 24 + (_padded(length) if by_name else 0)
            base = kind & ~_MANY
            # Of these, even a single value has a count before it.
            if base in (_TEXT_8, _TEXT_16, _OBJECT, _BINARY):
                count = struct.unpack_from("<I", data, offset)[0]
                offset += 4
                for _ in range(count):
                    length = struct.unpack_from("<I", data, offset)[0]
                    value = data[offset + 4 : offset + 4 + length]
                    offset += 4 + _padded(length)
                    found.setdefault(number, _value(base, value, charset))
            elif base in _FIXED_SIZES:
                count = 1
                if kind & _MANY:
                    count = struct.unpack_from("<I", data, offset)[0]
                    offset += 4
                offset += _padded(count * _FIXED_SIZES[base])
            else:
                # How long a value of an unknown kind is cannot be told, and so not where the next begins.
                break
    return found


def _value(kind: int, value: bytes, charset: str) -> str | bytes:
    if kind == _TEXT_16:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    if kind == _TEXT_8:
        return decode_bytes(value.rstrip(b"\x00"), charset)
    # An object that is no mail has the name of its interface before it.
    return value[16:] if kind == _OBJECT and not value.startswith(_EMBEDDED_MAIL) else value


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4


def read_outlook(data: bytes) -> Unpacked:
    """What is in a .msg file ([MS-OXMSG]). Raises if it is none."""
    import olefile  # type: ignore[import-untyped]

    found = _Found()
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        streams = {tuple(path) for path in ole.listdir(streams=True, storages=False)}
        mail = _Storage(ole, streams, ())
        mail.collect(found, depth=1)
        return Unpacked(
            tuple(found.files),
            headers=mail.text(_HEADERS)[:_LONGEST_TEXT],
            # Inside one Exchange, a sender is told by a path (/O=…/CN=…), which is no address.
            sender=next((text for number in _SENDERS if "@" in (text := mail.text(number))), "")[:1000],
            message_id=mail.text(_MESSAGE_ID)[:1000],
            message_class=mail.text(_CLASS)[:1000],
            delivered=mail.time(_DELIVERED),
            # 0x1013 is the HTML: a mail may have no plain text beside it.
            body=(mail.text(_BODY) or decode_bytes(mail.binary(0x1013)))[:_LONGEST_TEXT],
        )


@dataclass
class _Storage:
    """A mail or an attachment inside a .msg file."""

    ole: Any
    streams: set[tuple[str, ...]]
    path: tuple[str, ...]

    def binary(self, number: int, kind: int = _BINARY) -> bytes:
        place = (*self.path, f"__substg1.0_{number:04X}{kind:04X}")
        if place not in self.streams:
            return b""
        with self.ole.openstream(list(place)) as stream:
            content: bytes = stream.read()
            return content

    def text(self, number: int) -> str:
        wide = self.binary(number, _TEXT_16)
        text = wide.decode("utf-16-le", "replace") if wide else decode_bytes(self.binary(number, _TEXT_8))
        return text.rstrip("\x00")

    def time(self, number: int) -> str:
        """A property that is a time (ISO, UTC), "" if there is none: it stands among those of a fixed size ([MS-OXMSG] 2.4)."""
        place = (*self.path, "__properties_version1.0")
        if place not in self.streams:
            return ""
        with self.ole.openstream(list(place)) as stream:
            stated: bytes = stream.read(_LONGEST_TEXT)
        # A mail's own properties have 32 bytes before them, those of one inside another 24.
        for offset in range(24 if self.path else 32, len(stated) - 15, 16):
            kind, name, _, ticks = struct.unpack_from("<HHIQ", stated, offset)
            if (kind, name) == (0x40, number) and 0 < ticks < _MOST_TICKS:
                return (_FIRST_DAY + datetime.timedelta(microseconds=ticks // 10)).isoformat()
        return ""

    def inner(self, start: str) -> list[_Storage]:
        depth = len(self.path)
        names = {
            path[depth]
            for path in self.streams
            if path[:depth] == self.path and len(path) > depth + 1 and path[depth].startswith(start)
        }
        # Sorted: a set of names has another order in every process, and the ledger knows a file of a mail by its number.
        return [_Storage(self.ole, self.streams, (*self.path, name)) for name in sorted(names)]

    def collect(self, found: _Found, depth: int) -> None:
        """Add the files attached to this mail, and to the mails attached to it."""
        if depth > 1 and _is_own(self.text(_MESSAGE_ID), self.text(_HEADERS)):
            found.add("", b"", "own")
            return
        for attachment in self.inner("__attach_version1.0_#"):
            attachment._collect_attached(found, depth)

    def _collect_attached(self, found: _Found, depth: int) -> None:
        """Add the file that this attachment is, or the files of the mail that it is."""
        name = next(filter(None, map(self.text, _FILE_NAMES)), "")
        embedded = self.inner(f"__substg1.0_{_FILE_DATA:04X}{_OBJECT:04X}")
        if not embedded:
            found.add(name, self.binary(_FILE_DATA))
        # Without properties it is no mail: an object drawn into the text, in the format of its own program.
        elif (*embedded[0].path, "__properties_version1.0") not in self.streams:
            found.add(name, b"", "embedded")
        elif depth >= DEEPEST:
            found.add(name, b"", "deep")
        else:
            embedded[0].collect(found, depth + 1)


def _is_own(message_id: str, headers: str) -> bool:
    # Behind a line break alone: anybody may write the name of that header into a subject.
    return message_id.startswith("<lzxl.") or "\nx-lzxl-instance:" in f"\n{headers.lower()}"


def answer_to(question: object, given: BinaryIO) -> Iterator[tuple[Any, bytes]]:
    """The mail's own texts first, then each file; or, where that is asked, only whether it is an Outlook message."""
    data = given.read()
    if question == WHAT_IT_IS:
        yield is_outlook_message(data), b""
        return
    unpacked = read_tnef(data) if data.startswith(TNEF_START) else read_outlook(data)
    texts = {
        "headers": unpacked.headers,
        "sender": unpacked.sender,
        "message_id": unpacked.message_id,
        "message_class": unpacked.message_class,
        "body": unpacked.body,
        "delivered": unpacked.delivered,
    }
    yield texts, b""
    for inner in unpacked.files:
        yield {"file": inner.name, "trouble": inner.trouble}, inner.data


if __name__ == "__main__":
    serve(answer_to)
