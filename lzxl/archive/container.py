"""How an archive is laid out, byte for byte: an ordinary zip that is the same wherever and whenever it is made.

Nothing in it is packed, so that no version of a packer shows in it; no time and no owner is written. Whoever checks an
archive can therefore tell of every byte what it has to be, those between the files too.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from lzxl.zips import Entry

FORMAT = 1
"""Number of this layout. A later one may add files and keys; what is here keeps its meaning."""

HEAD, CATALOGUE, HOW = "归档说明.json", "归档文件目录.xlsx", "核对方法.txt"
SUMS, SM3_SUMS = "SHA256SUMS.txt", "SM3SUMS.txt"
SIGNATURE, PUBLIC_KEY = "SHA256SUMS.sig", "公钥.pem"
CONTENT, BASIS = "内容/", "依据/"
"""Below these lie the files of the year, and what they were judged by."""
NOT_IN_SUMS = frozenset({SUMS, SIGNATURE})
NOT_IN_SM3_SUMS = frozenset({SUMS, SIGNATURE, SM3_SUMS})

# Without zip64: what every program of these thirty years can open.
MOST_BYTES = 0xFFFFFFFF - 64 * 1024 * 1024
MOST_ENTRIES = 65_000
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
# 1980-01-01: zip knows no earlier day. UTF-8 names; nothing packed; made on Unix, for its owner alone to read and write.
_DAY, _UTF_8, _VERSION, _MADE_BY, _MODE = 0x21, 1 << 11, 20, 3 << 8 | 20, 0o100600 << 16


@dataclass(frozen=True)
class Digests:
    """What is known of a file's bytes."""

    size: int
    checksum: int
    sha256: str
    sm3: str


def digests_of(pieces: Iterable[bytes]) -> Digests:
    """Size, CRC-32, SHA-256 and SM3 (GB/T 32905) of bytes that come in pieces."""
    # Not hashlib: it has SM3 only where the OpenSSL of the machine does.
    from cryptography.hazmat.primitives import hashes

    sha256, sm3 = hashlib.sha256(), hashes.Hash(hashes.SM3())
    size = checksum = 0
    for piece in pieces:
        sha256.update(piece)
        sm3.update(piece)
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
    return Digests(size, checksum, sha256.hexdigest(), sm3.finalize().hex())


def local_header(name: str, checksum: int, size: int) -> bytes:
    """What stands before a file's bytes."""
    raw = name.encode()
    fixed = _LOCAL.pack(b"PK\x03\x04", _VERSION, _UTF_8, 0, 0, _DAY, checksum, size, size, len(raw), 0)
    return fixed + raw


def directory_entry(name: str, checksum: int, size: int, offset: int) -> bytes:
    """What the directory at the end tells of a file."""
    raw = name.encode()
    told = (_MADE_BY, _VERSION, _UTF_8, 0, 0, _DAY, checksum, size, size, len(raw), 0, 0, 0, 0, _MODE, offset)
    return _ENTRY.pack(b"PK\x01\x02", *told) + raw


def end_record(count: int, size: int, offset: int) -> bytes:
    """The last bytes of an archive."""
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def sums_text(sums: Iterable[tuple[str, str]]) -> bytes:
    """(name, digest) of files as `sha256sum -c` and `cksum -c` read them."""
    # Nothing to escape: sha256sum marks lines of names with a backslash or a line end, and `fit_name` leaves none.
    return "".join(f"{digest}  {name}\n" for name, digest in sums).encode()


def misplaced_bytes(stream: BinaryIO, entries: Sequence[Entry]) -> Iterator[str]:
    """Where the bytes between the files are not what they have to be: the file's name, "" for the end of the archive.

    `entries` in the order of the directory. Gives the first place only: what comes after it follows from it.
    """
    place = 0
    directory = bytearray()
    for entry in entries:
        expected = local_header(entry.name, entry.checksum, entry.declared_bytes)
        stream.seek(place)
        # The whole header: an extra field (APPNOTE 4.5) could carry bytes that no list of digests covers.
        if entry.offset != place or stream.read(len(expected)) != expected:
            yield entry.name
            return
        directory += directory_entry(entry.name, entry.checksum, entry.declared_bytes, place)
        place += len(expected) + entry.declared_bytes
    rest = bytes(directory) + end_record(len(entries), len(directory), place)
    stream.seek(place)
    # One byte more than there has to be: something may have been put behind the end.
    if stream.read(len(rest) + 1) != rest:
        yield ""


@dataclass(frozen=True)
class Walked:
    """What stands in an archive without a directory, from its beginning on."""

    entries: list[Entry]
    """Files that are there to their last byte."""
    cut: str
    """The file at which it breaks off, "" if it does so between two."""


def walk(stream: BinaryIO, most_entries: int = MOST_ENTRIES) -> Walked:
    """The files of an archive that was cut off, by the headers before them."""
    length = stream.seek(0, 2)
    place, entries = 0, list[Entry]()
    # The header of an empty file takes some thirty bytes: a small file can hold millions of them.
    while len(entries) < most_entries:
        stream.seek(place)
        header = stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            return Walked(entries, "")
        # A zip that was streamed has its sizes behind the bytes (APPNOTE 4.4.4, bit 3); ours has them here.
        *_, checksum, packed, size, name_length, extra_length = _LOCAL.unpack(header)
        name = stream.read(name_length).decode("utf-8", "replace")
        begins = place + _LOCAL.size + name_length + extra_length
        if begins + packed > length:
            return Walked(entries, name)
        entries.append(Entry(name, False, 0, checksum, packed, size, place))
        place = begins + packed
    return Walked(entries, "")
