"""Compound files and BIFF streams written by hand ([MS-CFB], [MS-XLS]): one record, one stream at a time."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], storages: Mapping[str, Mapping[str, bytes]] | None = None) -> bytes:
    """A compound file of those streams below its root, and of storages with streams of their own."""
    sectors: list[bytes] = []
    table: list[int] = []
    mini, mini_table = b"", []

    def store(data: bytes) -> int:
        first, count = len(sectors), -(-len(data) // _SECTOR)
        sectors.extend(data[place * _SECTOR :][:_SECTOR].ljust(_SECTOR, b"\0") for place in range(count))
        table.extend([*range(first + 1, first + count), _END])
        return first

    def place(data: bytes) -> int:
        nonlocal mini
        if len(data) >= _CUTOFF:
            return store(data)
        if not data:
            return _END
        first, count = len(mini) // _MINI, -(-len(data) // _MINI)
        mini += data.ljust(count * _MINI, b"\0")
        mini_table.extend([*range(first + 1, first + count), _END])
        return first

    entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, 0, 0]]

    def family(members: Mapping[str, bytes | Mapping[str, bytes]]) -> int:
        """The number of the first of its entries, each the right neighbour of the one before."""
        numbers = []
        for name, what in members.items():
            numbers.append(len(entries))
            if isinstance(what, bytes):
                entries.append([name, 2, _FREE, _FREE, place(what), len(what)])
            else:
                entries.append([name, 1, _FREE, _FREE, 0, 0])
                entries[numbers[-1]][3] = family(what)
        for before, after in pairwise(numbers):
            entries[before][2] = after
        return numbers[0] if numbers else _FREE

    entries[0][3] = family({**streams, **(storages or {})})
    entries[0][4:] = [store(mini) if mini else _END, len(mini)]
    mini_first = store(struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(_SECTOR, b"\xff")) if mini else _END
    directory = store(b"".join(_entry(*entry) for entry in entries))
    own = 1
    while len(table) + own > own * 128:
        own += 1
    first = len(table)
    table += [_TABLE] * own + [_FREE] * (own * 128 - len(table) - own)
    sectors += [struct.pack("<128I", *table[place * 128 : place * 128 + 128]) for place in range(own)]
    header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, own, directory, 0, _CUTOFF, mini_first, int(bool(mini)), _END, 0)
    header += struct.pack("<109I", *[*range(first, first + own), *[_FREE] * (109 - own)])
    return header + b"".join(sectors)


def _entry(name: object, kind: object, right: object, child: object, start: object, size: object) -> bytes:
    text = str(name).encode("utf-16-le")
    return struct.pack("<64sHBBIII16xI16xIQ", text, len(text) + 2, kind, 1, _FREE, right, child, 0, start, size)


def record(kind: int, payload: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(payload)) + payload


BOF8 = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
SHEET8 = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
BOF5 = struct.pack("<HHHH", 0x0500, 0x0005, 0x0DBB, 0x07CC)
SHEET5 = struct.pack("<HHHH", 0x0500, 0x0010, 0x0DBB, 0x07CC)
EOF = record(0x000A)


def short_string(text: str) -> bytes:
    return bytes([len(text.encode("utf-16-le")) // 2, 1]) + text.encode("utf-16-le")


def long_string(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<HB", len(encoded) // 2, 1) + encoded


def place(row: int, column: int, style: int = 15) -> bytes:
    """Where a cell stands, counted from 1, and its style."""
    return struct.pack("<HHH", row - 1, column - 1, style)


# Number formats of `biff8`: cell style 15 + n → its format.
BIFF_FORMATS: tuple[tuple[int, str], ...] = (
    (0, ""),
    (14, ""),
    (20, ""),
    (46, ""),
    (164, '"HB05-"000'),
    (165, '0"年度"'),
    (166, "[h]:mm"),
)


def biff8(
    sheets: Sequence[tuple[str, bytes]],
    *,
    strings: bytes = b"",
    first: bytes = b"",
    date1904: bool = False,
    states: Mapping[str, int] | None = None,
    struck: bool = False,
) -> bytes:
    """A BIFF8 stream. `sheets`: (name, records of its cells); `strings`: SST records; `first`: records right behind BOF.

    `struck`: there is a font number 5 (no file has a number 4), which strikes through.
    """
    head = record(0x0809, BOF8) + first + record(0x0042, struct.pack("<H", 1200))
    head += record(0x0022, struct.pack("<H", int(date1904)))
    head += record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + short_string("宋体")) * 4
    if struck:
        head += record(0x0031, struct.pack("<HHHHHBBBB", 200, 8, 0x7FFF, 400, 0, 0, 0, 0, 0) + short_string("宋体"))
    for number, code in BIFF_FORMATS:
        if code:
            head += record(0x041E, struct.pack("<H", number) + long_string(code))
    style = struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0)
    head += record(0x00E0, style) * 15
    for number, _ in BIFF_FORMATS:
        head += record(0x00E0, struct.pack("<HHHBBBBIIH", 0, number, 1, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    bodies = [record(0x0809, SHEET8) + body + EOF for _, body in sheets]
    names = [short_string(name) for name, _ in sheets]
    size = len(head) + sum(10 + len(name) for name in names) + len(strings) + len(EOF)
    for (title, _), name, body in zip(sheets, names, bodies, strict=True):
        head += record(0x0085, struct.pack("<IBB", size, (states or {}).get(title, 0), 0) + name)
        size += len(body)
    return head + strings + EOF + b"".join(bodies)


def biff5(
    sheets: Sequence[tuple[str, bytes]], *, first: bytes = b"", codepage: int | None = 936, charset: int = 134
) -> bytes:
    """A BIFF5 stream, its texts in the bytes of `codepage`, which is named only if it is not None; one font, of `charset`."""
    head = record(0x0809, BOF5) + first
    if codepage is not None:
        head += record(0x0042, struct.pack("<H", codepage))
    font = "宋体".encode("gbk") if charset == 134 else b"Arial"
    head += (
        record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, charset, 0) + bytes([len(font)]) + font)
        * 4
    )
    head += record(0x00E0, struct.pack("<HHHHHHHH", 0, 0, 0xFFF5, 0, 0, 0, 0, 0)) * 15
    head += record(0x00E0, struct.pack("<HHHHHHHH", 0, 0, 1, 0, 0, 0, 0, 0))
    names = [name.encode("gbk") for name, _ in sheets]
    bodies = [record(0x0809, SHEET5) + body + EOF for _, body in sheets]
    size = len(head) + sum(11 + len(name) for name in names) + len(EOF)
    for name, body in zip(names, bodies, strict=True):
        head += record(0x0085, struct.pack("<IBB", size, 0, 0) + bytes([len(name)]) + name)
        size += len(body)
    return head + EOF + b"".join(bodies)
