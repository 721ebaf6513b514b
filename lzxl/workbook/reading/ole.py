"""The streams of a compound file ([MS-CFB]) with bounds on every step, so that the parent may look at the directory too.

Only streams right below the root count: a workbook inside of another document is not what the file is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII16sI8s8sIQ")
_END_OF_CHAIN = 0xFFFFFFFA  # this and all above are no sectors
_NO_ENTRY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
# A workbook with macros and hundreds of embedded things stays far below.
_MOST_ENTRIES = 8192


class BrokenCompoundError(Exception):
    """No compound file, or one that is cut short or contradicts itself."""


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """A compound file's root streams. Raises BrokenCompoundError; no step takes more than the file is long."""

    def __init__(self, data: bytes) -> None:
        """Read the header and the directory, no stream."""
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise BrokenCompoundError
        fields = _HEADER.unpack_from(data)
        shift, mini_shift = fields[4], fields[5]
        # Sectors of 512 bytes (version 3) or 4096 (version 4): [MS-CFB] knows no others, and 1 << 60000 takes memory.
        if shift not in (9, 12) or mini_shift > shift:
            raise BrokenCompoundError
        self._data = data
        self._sector = 1 << shift
        self._mini_sector = 1 << mini_shift
        _, _, directory, _, self._cutoff, self._mini_table, _, self._more_tables, _ = fields[6:15]
        self._tables = self._table_sectors()
        self._entries = self._directory(directory)
        self.streams = self._root_streams()
        """Names of the streams below the root, in small letters, each with its entry."""

    def has(self, name: str) -> bool:
        # Names of streams are compared without case ([MS-CFB] 2.6.4).
        return name.lower() in self.streams

    def read(self, name: str, limit: int | None = None) -> bytes:
        """The first `limit` bytes of a stream, or all of it."""
        entry = self.streams.get(name.lower())
        if entry is None:
            raise BrokenCompoundError
        size = entry.size if limit is None else min(entry.size, limit)
        # By its whole length, not by the limit: where a stream lies goes by how long it is ([MS-CFB] 2.2).
        if entry.size >= self._cutoff:
            return self._join(self._chain(entry.start), size)
        return self._read_mini(entry.start, size)

    def _offset(self, sector: int) -> int:
        # The header takes the room of a whole sector, though it is only 512 bytes long.
        offset: int = (sector + 1) * self._sector
        if offset >= len(self._data):
            raise BrokenCompoundError
        return offset

    def _piece(self, sector: int) -> bytes:
        offset = self._offset(sector)
        return self._data[offset : offset + self._sector]

    def _table_sectors(self) -> list[int]:
        """The sectors that the sector table itself lies in."""
        found = [number for number in struct.unpack_from("<109I", self._data, 76) if number < _END_OF_CHAIN]
        following, seen = self._more_tables, set[int]()
        while following < _END_OF_CHAIN and following not in seen and (following + 1) * self._sector < len(self._data):
            seen.add(following)
            numbers = self._numbers(following)
            # The last number is no sector of the table but where its list goes on ([MS-CFB] 2.5).
            found += [number for number in numbers[:-1] if number < _END_OF_CHAIN]
            following = numbers[-1]
        return found[: len(self._data) // self._sector + 1]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        offset = self._offset(sector)
        count = min(self._sector, len(self._data) - offset) // 4
        if count == 0:
            raise BrokenCompoundError
        return struct.unpack_from(f"<{count}I", self._data, offset)

    def _chain(self, sector: int) -> Iterator[int]:
        """The sectors of a chain from `sector` on."""
        per_table = self._sector // 4
        for _ in range(len(self._data) // self._sector + 1):
            if sector >= _END_OF_CHAIN:
                return
            yield sector
            table, place = divmod(sector, per_table)
            if table >= len(self._tables):
                raise BrokenCompoundError
            offset = self._offset(self._tables[table]) + 4 * place
            if offset + 4 > len(self._data):
                raise BrokenCompoundError
            (sector,) = struct.unpack_from("<I", self._data, offset)
        raise BrokenCompoundError  # a chain that goes in a circle

    def _join(self, chain: Iterator[int], size: int) -> bytes:
        pieces: list[bytes] = []
        left = size
        for sector in chain:
            if left <= 0:
                break
            piece = self._piece(sector)[:left]
            pieces.append(piece)
            left -= len(piece)
        if left > 0:
            raise BrokenCompoundError
        return b"".join(pieces)

    def _read_mini(self, start: int, size: int) -> bytes:
        """A stream that is kept in pieces of the root's own stream."""
        root = self._entries[0]
        # What the root says that it has may be more than the file.
        whole = self._join(self._chain(root.start), min(root.size, len(self._data)))
        links = b"".join(self._piece(sector) for sector in self._chain(self._mini_table))
        pieces: list[bytes] = []
        left, sector = size, start
        for _ in range(len(links) // 4 + 1):
            if left <= 0:
                return b"".join(pieces)
            begin = sector * self._mini_sector
            piece = whole[begin : begin + min(self._mini_sector, left)]
            if sector >= _END_OF_CHAIN or not piece or 4 * sector + 4 > len(links):
                break
            pieces.append(piece)
            left -= len(piece)
            (sector,) = struct.unpack_from("<I", links, 4 * sector)
        if left > 0:
            raise BrokenCompoundError
        return b"".join(pieces)

    def _directory(self, start: int) -> list[_Entry]:
        entries: list[_Entry] = []
        for sector in self._chain(start):
            offset = self._offset(sector)
            last = min(offset + self._sector, len(self._data) - _ENTRY.size + 1)
            entries += [_entry(self._data, place) for place in range(offset, last, _ENTRY.size)]
            if len(entries) > _MOST_ENTRIES:
                raise BrokenCompoundError
        if not entries:
            raise BrokenCompoundError
        return entries

    def _root_streams(self) -> dict[str, _Entry]:
        found: dict[str, _Entry] = {}
        waiting, seen = [self._entries[0].child], set[int]()
        while waiting:
            number = waiting.pop()
            # Entries are a tree by their own word: a hostile one leads in a circle, or out of the directory.
            if number == _NO_ENTRY or number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            waiting += [entry.left, entry.right]
            if entry.kind == _STREAM:
                found.setdefault(entry.name.lower(), entry)
        return found


def _entry(data: bytes, offset: int) -> _Entry:
    name, length, kind, _, left, right, child, _, _, _, _, start, size = _ENTRY.unpack_from(data, offset)
    # The length counts the zero at the end, and is the file's word: there is room for 64 bytes.
    text = name[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    # Of the size only the low half counts in files of small sectors; some writers leave rubbish in the other.
    return _Entry(text, kind, left, right, child, start, size & 0xFFFFFFFF)
