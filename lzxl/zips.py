"""Zip archives of strangers, read with care: what an archive says of itself is bounded, and no number in it is believed.

The standard library reads a directory of any length, inflates bzip2 and lzma members whole before it looks at their size,
and refuses an archive over a name. Here a member comes in pieces of bounded size, and names are read as people wrote them.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")
MOST_ENTRIES = 20_000
MOST_DIRECTORY_BYTES = 8 * 1024 * 1024

# APPNOTE 4.3: end of the directory, its zip64 locator and record, an entry of the directory, a member's own header.
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s2B5H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED, _UTF_8 = 1, 1 << 11
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_STORED, _DEFLATED, _BZIP2, _LZMA, _XZ = 0, 8, 12, 14, 95

# What nothing at all comes to when it is packed or encrypted.
_NOTHING_PACKED = 16

_READ_BYTES = 64 * 1024
_PIECE_BYTES = 256 * 1024
# What a packer of office files uses is far below; the decompressor takes that much memory at once.
_MOST_DICTIONARY_BYTES = 128 * 1024 * 1024


class BrokenZipError(Exception):
    """The archive, or a member of it, is damaged."""


class LargeZipError(Exception):
    """The directory of an archive is larger than anybody's."""


class UnknownMethodError(Exception):
    """A member is packed in a way that is not known here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as the directory of its archive tells of it."""

    name: str
    """With forward slashes, NFC."""
    is_encrypted: bool
    method: int
    checksum: int
    packed_bytes: int
    declared_bytes: int
    """What it says it unfolds to."""
    offset: int
    """Where its own header begins."""

    @property
    def is_folder(self) -> bool:
        # A slash at the end alone makes no folder: a stranger could hide a file behind it.
        return self.name.endswith("/") and not self.declared_bytes and self.packed_bytes <= _NOTHING_PACKED


def read_directory(
    stream: BinaryIO, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_DIRECTORY_BYTES
) -> list[Entry]:
    """The members of an archive in the order of its directory.

    Raises BrokenZipError if there is no directory, LargeZipError if it is larger than the limits.
    """
    start, size, shift = _find_directory(stream)
    if size > most_bytes:
        raise LargeZipError
    stream.seek(start)
    directory = stream.read(size)
    found: list[tuple[Entry, _RawName]] = []
    offset = 0
    # What else stands there (a signature) ends the list; an entry that is cut short is damage.
    while directory[offset : offset + 4] == b"PK\x01\x02":
        if len(found) >= most_entries:
            raise LargeZipError
        entry, raw, offset = _read_entry(directory, offset, shift)
        found.append((entry, raw))
    if not found and size:
        raise BrokenZipError
    names = _names([raw for _, raw in found])
    return [replace(entry, name=name) for (entry, _), name in zip(found, names, strict=True)]


def inflate(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """A member's bytes in pieces of at most 256 KB. Count them: its `declared_bytes` may be anything.

    Raises BrokenZipError, at the end too if they are not what was packed; UnknownMethodError.
    """
    checksum = 0
    try:
        for piece in _unpacked(_packed(stream, entry), entry):
            checksum = zlib.crc32(piece, checksum)
            yield piece
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error):
        raise BrokenZipError from None
    # At the end only: what came out before has been given, and its taker has to forget it.
    if checksum != entry.checksum:
        raise BrokenZipError


def _find_directory(stream: BinaryIO) -> tuple[int, int, int]:
    """(where the directory begins, its size, what to add to the places that it tells).

    The last is the size of what stands before the archive: a program that unpacks it, say.
    """
    length = stream.seek(0, 2)
    # The end has a comment of up to 64 KB behind it: only so far back is it looked for.
    tail_start = max(length - _LONGEST_COMMENT - _END.size - _LOCATOR.size, 0)
    stream.seek(tail_start)
    tail = stream.read()
    # An archive that is stored within has an end of its own: the last one is that of this archive.
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + _END.size > len(tail):
        raise BrokenZipError
    *_, size, offset, _ = _END.unpack_from(tail, place)
    end = tail_start + place
    if place >= _LOCATOR.size and tail[place - _LOCATOR.size : place - _LOCATOR.size + 4] == b"PK\x06\x07":
        _, _, end64, _ = _LOCATOR.unpack_from(tail, place - _LOCATOR.size)
        # The locator counts from the archive's beginning, which is not the file's where something stands before it.
        for at in (end64, end - _LOCATOR.size - _END64.size):
            record = _read_at(stream, at, _END64.size)
            if record[:4] == b"PK\x06\x06":
                *_, size, offset = _END64.unpack(record)
                end = at
                break
    start = end - size
    if start < 0 or size > length:
        raise BrokenZipError
    # The directory stands right before its end; some programs write something in between.
    if size and _read_at(stream, start, 4) != b"PK\x01\x02" and _read_at(stream, offset, 4) == b"PK\x01\x02":
        start = offset
    return start, size, start - offset


def _read_at(stream: BinaryIO, offset: int, size: int) -> bytes:
    """As many bytes as there are; none where no file reaches."""
    # Sixty-four bits may say more than a seek takes.
    if offset < 0 or offset >= 1 << 62:
        return b""
    stream.seek(offset)
    data = stream.read(size)
    return data if len(data) == size else b""


@dataclass(frozen=True, slots=True)
class _RawName:
    """A member's name as it stands in the directory."""

    data: bytes
    is_utf8: bool
    """Whether the archive says so. Not all that write UTF-8 do: the archiver of macOS for one."""
    unicode_path: bytes
    """What Info-ZIP and others write beside a name in another encoding; b"" if nothing."""


def _read_entry(directory: bytes, offset: int, shift: int) -> tuple[Entry, _RawName, int]:
    """The entry at `offset`, without its name; its name; and where the next begins."""
    if offset + _ENTRY.size > len(directory):
        raise BrokenZipError
    fields = _ENTRY.unpack_from(directory, offset)
    flags, method = fields[4], fields[5]
    checksum, packed, declared = fields[8:11]
    name_length, extra_length, comment_length = fields[11:14]
    begins = fields[17]
    name_end = offset + _ENTRY.size + name_length
    extra_end = name_end + extra_length
    # As other programs do: what stands behind a zero in a name is not shown, and would make another ending of it.
    data = directory[offset + _ENTRY.size : name_end].split(b"\x00", 1)[0]
    unicode_path = b""
    for tag, value in _extra_fields(directory[name_end:extra_end]):
        if tag == _ZIP64:
            declared, packed, begins = _large_numbers(value, declared, packed, begins)
        # With the checksum of the name that it belongs to: programs that rename a member leave the field behind.
        elif tag == _UNICODE_PATH and value[:1] == b"\x01" and value[1:5] == struct.pack("<L", zlib.crc32(data)):
            unicode_path = value[5:]
    entry = Entry("", bool(flags & _ENCRYPTED), method, checksum, packed, declared, begins + shift)
    return entry, _RawName(data, bool(flags & _UTF_8), unicode_path), extra_end + comment_length


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, offset)
        yield tag, extra[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _large_numbers(value: bytes, *small: int) -> list[int]:
    """Numbers of which those that did not fit (all ones) stand in a zip64 field, one after the other."""
    numbers = list(small)
    offset = 0
    for index, number in enumerate(small):
        if number == 0xFFFFFFFF and offset + 8 <= len(value):
            numbers[index] = int.from_bytes(value[offset : offset + 8], "little")
            offset += 8
    return numbers


def _names(raws: Sequence[_RawName]) -> list[str]:
    # All of an archive together: one program has written them, and a short name alone makes sense either way.
    unmarked = [raw.data for raw in raws if not raw.is_utf8 and not raw.unicode_path and not raw.data.isascii()]
    encodings = ("utf-8", "gb18030") if _is_utf8(unmarked) else ("gb18030", "utf-8")
    return [_name(raw, encodings) for raw in raws]


def _name(raw: _RawName, encodings: Sequence[str]) -> str:
    text = None
    if raw.unicode_path:
        text = _decoded(raw.unicode_path, ("utf-8",))
    if text is None:
        text = _decoded(raw.data, ("utf-8", "gb18030") if raw.is_utf8 else encodings)
    if text is None:
        text = raw.data.decode("gb18030", "replace")
    # After decoding: in GBK the second byte of a character may be a backslash. macOS writes names as NFD.
    return unicodedata.normalize("NFC", text.replace("\\", "/"))


def _decoded(data: bytes, encodings: Sequence[str]) -> str | None:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _is_utf8(names: Sequence[bytes]) -> bool:
    """Whether the names of one archive that do not tell their encoding are UTF-8; else they are GBK, as Chinese Windows has it.

    Names that make sense as both have characters of two bytes only: 小 in GBK is a Cyrillic letter in UTF-8. A Chinese
    office writes Chinese or Latin.
    """
    together = b"/".join(names)
    text = _decoded(together, ("utf-8",))
    if text is None:
        return False
    if any(sign >= "\u0800" for sign in text) or all(_is_latin(sign) for sign in text):
        return True
    # Not GBK, which makes some sense of nearly any bytes: two-byte Cyrillic or Greek is seldom whole GB 2312.
    return _decoded(together, ("gb2312",)) is None


def _is_latin(sign: str) -> bool:
    return sign < "\u00c0" or unicodedata.combining(sign) > 0 or unicodedata.name(sign, "").startswith("LATIN")


def _packed(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """A member's bytes as they are packed, in pieces; as many as there are."""
    header = _read_at(stream, entry.offset, _LOCAL.size)
    if header[:4] != b"PK\x03\x04":
        raise BrokenZipError
    # The directory's lengths do not count here: programs write other extra fields into the member's own header.
    *_, name_length, extra_length = _LOCAL.unpack(header)
    place = entry.offset + _LOCAL.size + name_length + extra_length
    left = entry.packed_bytes
    while left > 0:
        # Whoever goes through two members by turns moves the stream.
        stream.seek(place)
        piece = stream.read(min(left, _READ_BYTES))
        if not piece:
            raise BrokenZipError
        place += len(piece)
        left -= len(piece)
        yield piece


class _Decompressor(Protocol):
    """As bz2 and lzma have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Deflate:
    """zlib's decompressor, so that it works as those of bz2 and lzma."""

    def __init__(self) -> None:
        # Negative: a zip has bare deflate, without zlib's header and checksum.
        self._inner = zlib.decompressobj(-15)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _unpacked(packed: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    if entry.method == _STORED:
        yield from packed
        return
    decompressor: _Decompressor
    if entry.method == _DEFLATED:
        decompressor = _Deflate()
    elif entry.method == _BZIP2:
        decompressor = bz2.BZ2Decompressor()
    elif entry.method == _XZ:
        # liblzma counts all the memory that it takes, and not the dictionary alone.
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=2 * _MOST_DICTIONARY_BYTES)
    elif entry.method == _LZMA:
        yield from _unpacked_lzma(packed, entry)
        return
    else:
        raise UnknownMethodError
    for piece in packed:
        yield from _pieces(decompressor, piece)
        if decompressor.eof:
            return


def _unpacked_lzma(packed: Iterator[bytes], entry: Entry) -> Iterator[bytes]:
    """LZMA in a zip (APPNOTE 5.8.8) has its own header, and may end without a mark where as much is there as was declared."""
    first = next(packed, b"")
    size, settings, dictionary = struct.unpack_from("<2xHBL", first)
    if size != 5 or settings >= 9 * 5 * 5:
        raise BrokenZipError
    # Nine bytes may ask for 4 GB, before the first byte is unfolded.
    if dictionary > _MOST_DICTIONARY_BYTES:
        raise UnknownMethodError
    rest, literal = divmod(settings, 9)
    position, literal_position = divmod(rest, 5)
    filters = [
        {
            "id": lzma.FILTER_LZMA1,
            # A smaller one counts as this, as the specification of LZMA has it.
            "dict_size": max(dictionary, 4096),
            "lc": literal,
            "lp": literal_position,
            "pb": position,
        }
    ]
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    left = entry.declared_bytes
    for piece in _chained(first[9:], packed):
        for unfolded in _pieces(decompressor, piece):
            yield unfolded[:left]
            left -= len(unfolded)
            if left <= 0:
                return


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _pieces(decompressor: _Decompressor, data: bytes) -> Iterator[bytes]:
    """All that comes out after `data` went in, in pieces of bounded size."""
    while not decompressor.eof:
        piece = decompressor.decompress(data, _PIECE_BYTES)
        if not piece:
            return
        yield piece
        data = b""
        # A full piece may have more behind it that needs no input.
        if decompressor.needs_input and len(piece) < _PIECE_BYTES:
            return
