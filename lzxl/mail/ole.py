"""Outlook messages among OLE files.

What the root says of its class is two looks at fixed places; to follow the directory is for a child process
(`lzxl.mail.packed.OutlookTeller`).
"""

from __future__ import annotations

from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")
_END_OF_CHAIN = 0xFFFFFFFA


def is_outlook_message(data: bytes) -> bool:
    """Whether an OLE file is an Outlook message: its root says so. A workbook may hold such a message, and the reverse.

    Its class says it; where a program has left that out, the streams of the root do, as far as they can be followed.
    """
    return is_of_outlook_class(data) or (_has_root(data) and _has_message_stream(data))


def is_of_outlook_class(data: bytes) -> bool:
    """Whether the root of an OLE file says that it is an Outlook message."""
    if not _has_root(data):
        return False
    # Sectors are counted from behind the header, which takes the room of one ([MS-CFB]).
    root = (int.from_bytes(data[48:52], "little") + 1) << data[30]
    return data[root + 80 : root + 96] == _OUTLOOK_CLASS


def _has_root(data: bytes) -> bool:
    return data.startswith(OLE) and len(data) >= 512 and data[30] in (9, 12)


def _has_message_stream(data: bytes) -> bool:
    """Which streams are the root's own is told by the tree of the directory."""
    entries = _directory(data)
    if not entries:
        return False
    seen: set[int] = set()
    waiting = [entries[0].child]
    while waiting:
        number = waiting.pop()
        # A stranger's tree may lead back into itself.
        if number >= len(entries) or number in seen:
            continue
        seen.add(number)
        if entries[number].name == "__properties_version1.0":
            return True
        # Not to its children: a message within a workbook's embedded object is not the workbook.
        waiting += [entries[number].left, entries[number].right]
    return False


@dataclass(frozen=True)
class _DirectoryEntry:
    name: str
    left: int
    right: int
    child: int


def _directory(data: bytes) -> list[_DirectoryEntry]:
    """The directory of an OLE file as far as it can be followed ([MS-CFB] 2.2, 2.3, 2.6). Never raises."""
    size = 1 << data[30]

    def number(offset: int) -> int:
        return int.from_bytes(data[offset : offset + 4], "little")

    # The header has room for 109 tables: some 7 MB. Of a larger file the directory is followed as far as these go.
    tables = [number(76 + 4 * index) for index in range(109)]
    sector, seen, entries = number(48), set[int](), list[_DirectoryEntry]()
    while sector < _END_OF_CHAIN and sector not in seen and (start := (sector + 1) * size) < len(data):
        seen.add(sector)
        for offset in range(start, min(start + size, len(data) - 127), 128):
            length = min(int.from_bytes(data[offset + 64 : offset + 66], "little"), 64)
            name = data[offset : offset + max(length - 2, 0)].decode("utf-16-le", "replace")
            entries.append(_DirectoryEntry(name, number(offset + 68), number(offset + 72), number(offset + 76)))
        table, index = divmod(sector, size // 4)
        if table >= len(tables) or tables[table] >= _END_OF_CHAIN:
            break
        sector = number((tables[table] + 1) * size + 4 * index)
    return entries
