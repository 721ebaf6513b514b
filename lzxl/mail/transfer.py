"""The encodings in which files travel: what a part's label says, what its bytes say, and files within a text.

Labels are often wrong and lines often damaged. A file that its own first bytes tell of is found whatever the label says.
Every step is linear in what it is given.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import unquote_to_bytes

from lzxl.mail.headers import decode_bytes, decode_words, from_base64
from lzxl.mail.kinds import is_container
from lzxl.mail.ole import OLE

_ZIP = b"PK\x03\x04"
_END_OF_ZIP = b"PK\x05\x06"
# How base64 begins of a zip archive, an OLE file, a winmail.dat, an old workbook; and of base64 of the first two.
_BASE64_START = re.compile(rb"UEsDB[A-P]|0M8R4KGx|eJ8\+I[g-v]|CQg[QI]AA|VUVzREJ|ME04UjRLR3")
# A sign or two that are none may stand in it; not the dashes of a boundary or of a header's name.
_BASE64_RUN = re.compile(
    rb"(?:UEsDB[A-P]|0M8R4KGx|VUVzREJ|ME04UjRLR3)"
    rb"(?:[A-Za-z0-9+/=\s>|!.,*]++|&#(?:43|47|61);|[^A-Za-z0-9+/=\s-]{1,4}+(?=[A-Za-z0-9+/=\s]))*+"
)
# So long that it stands nowhere by chance.
_HEADER_OF_PART = re.compile(rb"(?i)^content-(?:type|disposition|transfer-encoding)[ \t]*:", re.MULTILINE)
_SURE_START = re.compile(rb"(?:^|[\s>,\"'])(?:UEsDB[A-P][QKI0][A-D]|0M8R4KGxGu)", re.MULTILINE)
_NEXT_FILE = re.compile(rb"(?<==)\s*(?=UEsDB[A-P]|0M8R4KGx)")
_QUOTED_START = re.compile(rb"PK=03=04|=D0=CF=11=E0|=50=4B=03=04", re.IGNORECASE)
_UU_BEGIN = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]{0,300})\r*$", re.MULTILINE)
# The first line of a zip archive or an OLE file, where the line that tells its name is lost.
_UU_START = re.compile(rb"^M(?:4\$L#!|T,\\1X)", re.MULTILINE)
_Y_BEGIN = re.compile(rb"^=ybegin [^\r\n]{0,300}?name=([^\r\n]{0,300})\r*$", re.MULTILINE)
_Y_END = re.compile(rb"^=yend", re.MULTILINE)
_Y_PART = re.compile(rb"\A=ypart [^\r\n]*\r*\n")
_BINHEX = b"(This file must be converted with BinHex"
_DATA_ADDRESS = re.compile(
    rb"(?i)data:[a-z0-9.+/-]{0,150}((?:;[a-z0-9=.+_-]{0,100}){0,4}),((?:[A-Za-z0-9+/=%\s_.~!*-]|&#(?:43|47|61);)*+)"
)
_DOWNLOAD = re.compile(rb"(?i)download=(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^\s\"'<>]{1,200}))")
_LINE_BREAKS = re.compile(rb"(?i)<(?:br|/?p|/?div|/?pre|/?td|/?tr)\b[^<>]{0,200}>")
_BASE64_LABELS = frozenset({"base64", "base-64", "b64", "b"})
_LONGEST_UU_LINE = 400
_AROUND_ADDRESS = 300
_SHORTEST_FILE = 60
_MOST_FILES = 200


@dataclass(frozen=True)
class Embedded:
    """A file found in a text."""

    name: str
    """As it was told there; "" if it was not. Not fit to be shown."""
    data: bytes
    how: str = ""
    """Why it cannot be taken out, a Chinese phrase; then there is no data."""


def decoded(body: bytes, label: str) -> bytes:
    """The bytes of a part that came as `body`, encoded as `label` says; where the label is wrong, as the bytes say."""
    # A file that lies there as it is under a label that says base64: decoding it would break it.
    if is_container(body) and is_sound(body):
        return _without_tail(body)
    told = _by_label(body, label)
    if is_container(told):
        return _clean_base64(body, told) if label in _BASE64_LABELS else told
    # The order does not matter for what is right: each begins as only a file does.
    for reading in dict.fromkeys((told, body)):
        found = _by_its_bytes(reading)
        if found is not None:
            return found
    return told


def several(body: bytes) -> list[Embedded]:
    """The files in base64 between which the boundary is lost; none where there is one only."""
    if sum(1 for _ in islice(_SURE_START.finditer(body), 2)) < 2:
        return []
    found = [one for one in _bare_base64(body) if one.data]
    return found if len(found) > 1 else []


def begins_file(data: bytes) -> bool:
    """Whether a file begins in a header: it has lost the blank line at its end, or been broken."""
    return any(start.search(data) for start in (_SURE_START, _UU_BEGIN, _UU_START)) or _ZIP in data


def may_hold_file(body: bytes) -> bool:
    """Whether the base64 of a file begins somewhere in it, or another part that nothing told of."""
    return _SURE_START.search(body) is not None or _HEADER_OF_PART.search(body) is not None


def is_sound(data: bytes) -> bool:
    """Whether a zip archive has come to its end; of other files nothing can be said so cheaply."""
    if not data.startswith(_ZIP):
        return True
    # The last one: an archive that is stored within has an end of its own.
    end = data.rfind(_END_OF_ZIP)
    if end < 0 or end + 22 > len(data):
        return False
    size, offset = (
        int.from_bytes(data[end + 12 : end + 16], "little"),
        int.from_bytes(data[end + 16 : end + 20], "little"),
    )
    return offset + size <= end and data[end - size : end - size + 4] in (b"PK\x01\x02", _END_OF_ZIP)


def embedded(data: bytes, is_html: bool = False) -> list[Embedded]:
    """The files in a text, in order of the ways in which programs put them there."""
    # Every pattern below looks for line feeds; the lines of old Macs have none.
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    if is_html and b"begin" in data:
        # In HTML, tags break the lines of uuencode, and & < > in them are entities.
        # Latin-1 has a sign for every byte: the charset of the text does not matter here, and nothing is lost.
        data = html.unescape(_LINE_BREAKS.sub(b"\n", data).decode("latin-1")).encode("latin-1", "replace")
    # What tells a name first: the same file found once more without one is left (`_each_once`).
    finders = (_uuencoded, _y_encoded, _bin_hexed, _data_addresses, _bare_base64, _bare_bytes)
    found = _each_once(chain.from_iterable(finder(data) for finder in finders))
    return list(islice(found, _MOST_FILES))


def _each_once(found: Iterable[Embedded]) -> Iterator[Embedded]:
    """Files as they are found, none of them twice; of those that cannot be taken out, nobody knows whether they are the same."""
    seen: set[bytes] = set()
    for one in found:
        if one.how or one.data not in seen:
            seen.add(one.data)
            yield one


def from_uu(data: bytes) -> bytes:
    """The first file of uuencoded lines; `data` itself if there is none."""
    return next((one.data for one in _uuencoded(data)), data)


def _by_label(body: bytes, label: str) -> bytes:
    decode = next((decode for labels, decode in _DECODERS if label in labels), None)
    return body if decode is None else decode(body)


def _by_its_bytes(data: bytes) -> bytes | None:
    """What a part is that begins as an encoded file begins; None if it does not."""
    for _ in range(3):  # encoded once more by a program that did not see that it was
        head = data[:400].lstrip(b"\xef\xbb\xbf\r\n\t >")
        if is_container(head):
            return data[data.find(head[:8]) :]
        read = _read_by_start(data, head)
        if read is None or is_container(read):
            return read
        data = read
    return None


def _read_by_start(data: bytes, head: bytes) -> bytes | None:
    """What is encoded, by how it begins; None if it begins as nothing encoded does."""
    if _BASE64_START.match(head):
        told = from_base64(data)
        return _clean_base64(data, told) if is_container(told) else told
    if _QUOTED_START.match(head):
        return binascii.a2b_qp(data)
    files = list(_uuencoded(data)) if head.startswith(b"begin ") else []
    return files[0].data if len(files) == 1 else None


def _first_y_encoded(body: bytes) -> bytes:
    """The first yEnc file; `body` itself if there is none."""
    return next((one.data for one in _y_encoded(body)), body)


_DECODERS: tuple[tuple[frozenset[str], Callable[[bytes], bytes]], ...] = (
    (_BASE64_LABELS, from_base64),
    (frozenset({"quoted-printable", "quotedprintable", "qp", "q"}), binascii.a2b_qp),
    (frozenset({"x-uuencode", "uuencode", "uue", "x-uue"}), from_uu),
    (frozenset({"x-yencode", "yenc", "x-yenc"}), _first_y_encoded),
)
"""What a mail calls an encoding → what reads it."""


def _clean_base64(body: bytes, told: bytes) -> bytes:
    """What base64 says without the words between its lines or below them, which are read as base64 too."""
    if is_sound(told) and len(_cut_to_zip(told)) == len(told):
        return told
    return _best_base64(body, told)


def _best_base64(body: bytes, told: bytes) -> bytes:
    """Base64 with something between its lines that is none, read in the ways that may be meant; the first that makes sense."""
    lines = [line for line in body.splitlines() if _is_base64_line(line)]
    for digits in (b"\n".join(lines), body.replace(b"=", b""), b"".join(lines).replace(b"=", b"")):
        attempt = from_base64(digits)
        if is_container(attempt) and is_sound(attempt):
            return attempt
    return _cut_to_zip(told)


def _is_base64_line(line: bytes) -> bool:
    """Whether a line is one of base64, if with a strange sign or two: words have spaces between them."""
    text = line.strip(b" \t\r>|*")
    strange = len(text) - len(re.sub(rb"[^A-Za-z0-9+/=]", b"", text))
    return strange * 12 <= len(text) and not text.startswith(b"--") and (len(text) > 20 or not strange)


def _without_tail(data: bytes) -> bytes:
    """A file without the lines of the mail that have got behind its end."""
    cut = _cut_to_zip(data)
    return cut if data[len(cut) : len(cut) + 1] in (b"\r", b"\n") else data


def _cut_to_zip(data: bytes) -> bytes:
    """A zip archive without what was read as part of it behind its end."""
    end = data.rfind(_END_OF_ZIP)
    if not data.startswith(_ZIP) or end < 0:
        return data
    return data[: end + 22 + int.from_bytes(data[end + 20 : end + 22], "little")]


def _uuencoded(data: bytes) -> Iterator[Embedded]:
    position = 0
    is_told = False
    while (match := _UU_BEGIN.search(data, position)) is not None:
        file, position = _uu_lines(data, match.end(), is_base64=match[1] is not None)
        if file:
            is_told = True
            yield Embedded(_text(match[2]), file)
    if not is_told and (start := _UU_START.search(data)) is not None:
        yield Embedded("", _uu_lines(data, start.start(), is_base64=False)[0])


def _uu_lines(data: bytes, position: int, is_base64: bool) -> tuple[bytes, int]:
    """The file whose lines begin at `position`, and where they end."""
    pieces: list[bytes] = []
    while position < len(data):
        limit = position + 2 * _LONGEST_UU_LINE
        end = data.find(b"\n", position, limit)
        if end < 0 and len(data) >= limit:
            break
        end = end if end >= 0 else len(data)
        line = data[position:end].rstrip(b"\r")
        if line.strip() in {b"end", b"===="}:
            return b"".join(pieces), end
        piece = (from_base64(line) if _is_base64_line(line) else None) if is_base64 else _uu_line(line)
        if piece is None:
            break
        pieces.append(piece)
        position = end + 1
    return b"".join(pieces), min(position, len(data))


def _uu_line(line: bytes) -> bytes | None:
    """What a line says; None if it is none. Blank lines are nothing, and spaces at its end may be lost."""
    if not line.strip():
        return b""
    # A length of zero is a blank with some programs and ` with others.
    size = (line[0] - 32) & 63
    if not 32 <= line[0] <= 96 or len(line) > _LONGEST_UU_LINE:
        return None
    wanted = (size + 2) // 3 * 4 + 1
    # Some programs fill the last line with something else, and some write one sign more as a check.
    for attempt in (line, line[:wanted], line[: (size * 4 + 5) // 3 + 1]):
        try:
            return binascii.a2b_uu(attempt)
        except binascii.Error:
            continue
    return None


def _y_encoded(data: bytes) -> Iterator[Embedded]:
    position = 0
    while (match := _Y_BEGIN.search(data, position)) is not None:
        ends = _Y_END.search(data, match.end())
        position = ends.start() if ends else len(data)
        lines = data[match.end() : position].lstrip(b"\r\n")
        if part := _Y_PART.match(lines):
            lines = lines[part.end() :]
        yield Embedded(_text(match[1]), _from_y(lines))


_Y_TABLE = bytes((sign - 42) & 255 for sign in range(256))


def _from_y(data: bytes) -> bytes:
    first, *rest = data.translate(None, b"\r\n").split(b"=")
    # yEnc adds 42 to every byte, and 64 more to one behind an equals sign.
    escaped = (bytes([(piece[0] - 106) & 255]) + piece[1:].translate(_Y_TABLE) for piece in rest if piece)
    return first.translate(_Y_TABLE) + b"".join(escaped)


def _bin_hexed(data: bytes) -> Iterator[Embedded]:
    # Told and not read: Python has no reader of it since 3.11.
    if _BINHEX in data:
        yield Embedded("", b"", "以 BinHex 编码发送")


def _data_addresses(data: bytes) -> Iterator[Embedded]:
    """The files that are the address of a link or picture themselves."""
    for match in _DATA_ADDRESS.finditer(data):
        told = re.sub(rb"&#(43|47|61);", lambda sign: bytes([int(sign[1])]), match[2])
        if b"base64" in match[1].lower():
            # In addresses, base64 has - and _ for + and / (RFC 4648 5).
            file = from_base64(unquote_to_bytes(told).translate(bytes.maketrans(b"-_", b"+/")))
        else:
            file = unquote_to_bytes(re.sub(rb"\s+", b"", told))
        if is_container(file):
            before, after = max(match.start() - _AROUND_ADDRESS, 0), match.end() + _AROUND_ADDRESS
            beside = (
                *_DOWNLOAD.findall(data[before : match.start()])[-1:],
                *_DOWNLOAD.findall(data[match.end() : after])[:1],
            )
            name = b"".join(beside[0]) if beside else b""
            yield Embedded(html.unescape(_text(name)), _cut_to_zip(file))


def _bare_base64(data: bytes) -> Iterator[Embedded]:
    """Base64 of a file in the middle of a text, quoted or not. Of one that is broken only the beginning."""
    # Without the addresses that are files themselves: those are taken with the names that stand beside them.
    shown = _DATA_ADDRESS.sub(_no_file, data)
    broken: list[bytes] = []
    is_any_whole = False
    for piece in _base64_files(shown):
        if is_sound(piece):
            is_any_whole = True
            yield Embedded("", _cut_to_zip(piece))
        else:
            broken.append(piece)
    if is_any_whole:
        return
    if broken:
        yield Embedded("", broken[0])
    elif _SURE_START.search(shown):
        yield Embedded("", b"", "在邮件里已损坏")


def _base64_files(text: bytes) -> Iterator[bytes]:
    """What base64 says that begins as a file does, wherever so much of it stands in a row that it can be one."""
    runs = (match[0] for match in _BASE64_RUN.finditer(text))
    return chain.from_iterable(_files_in_run(run) for run in runs if len(run) >= _SHORTEST_FILE)


def _no_file(match: re.Match[bytes]) -> bytes:
    return b" " if b"base64" in match[1].lower() else match[0]


def _files_in_run(run: bytes) -> list[bytes]:
    digits = re.sub(rb"&#(43|47|61);", lambda sign: bytes([int(sign[1])]), run)
    pieces = [decoded(piece, "base64") for piece in _NEXT_FILE.split(digits)]
    if not all(is_container(piece) and is_sound(piece) for piece in pieces):
        pieces = [decoded(digits, "base64")]
    return [piece for piece in pieces if is_container(piece)]


def _bare_bytes(data: bytes) -> Iterator[Embedded]:
    """A file behind something else that a program has put before it."""
    start, end = data.find(_ZIP), data.rfind(_END_OF_ZIP)
    if 0 <= start < end:
        yield Embedded("", _cut_to_zip(data[start:]))
    start = data.find(OLE)
    # The header of an OLE file alone has 512 bytes.
    if start >= 0 and len(data) - start > 512:
        yield Embedded("", data[start:])
    for match in _QUOTED_START.finditer(data):
        file = binascii.a2b_qp(data[match.start() :])
        if is_container(file):
            yield Embedded("", _cut_to_zip(file))
        break


def _text(data: bytes) -> str:
    return decode_words(decode_bytes(data.strip().strip(b'"')))
