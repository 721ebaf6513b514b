"""The records of a BIFF stream ([MS-XLS]), and what their mere kinds tell: which cells a sheet stores, how texts are encoded."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

BOF, EOF, CONTINUE = 0x0809, 0x000A, 0x003C
CODEPAGE, DATE_MODE, FONT, FORMAT, XF, BOUND_SHEET, SST = 0x42, 0x22, 0x31, 0x41E, 0xE0, 0x85, 0xFC
ROW, COLUMN_INFO, MERGED = 0x208, 0x7D, 0xE5
NUMBER, RK, MULTIPLE_RK, LABEL, RICH_LABEL, SHARED_LABEL = 0x203, 0x27E, 0xBD, 0x204, 0xD6, 0xFD
BOOLEAN_OR_ERROR, FORMULA, STRING = 0x205, 0x06, 0x207
# BIFF3 and BIFF4 wrote formulas under kinds of their own; xlrd still reads such files.
FORMULAS = (0x06, 0x206, 0x406)
VALUES = {NUMBER, RK, LABEL, RICH_LABEL, SHARED_LABEL, BOOLEAN_OR_ERROR, *FORMULAS}
CELLS = {*VALUES, MULTIPLE_RK}
# BIFF2, 3 and 4 have beginnings of their own kind; BIFF5 and BIFF8 share the first one.
_BEGINNINGS = {0x0809, 0x0409, 0x0209, 0x0009}
_OF_CHINESE_WINDOWS = "gb18030"
# Character set of a font → the code page of its texts.
_CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


class Record(NamedTuple):
    """A record, and where it begins."""

    kind: int
    data: bytes
    position: int


def records(stream: bytes, position: int = 0) -> Iterator[Record]:
    """The records from `position` on, until the stream ends or a record is cut short."""
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        end = position + 4 + size
        if end > len(stream):
            return
        yield Record(kind, stream[position + 4 : end], position)
        position = end


def sheet_records(stream: bytes, position: int) -> Iterator[Record]:
    """The records of the sheet that begins at `position`, without those of charts inside of it.

    Raises ValueError when the stream ends before the sheet does: half a sheet is none.
    """
    depth = 0
    for record in records(stream, position):
        # A chart on a sheet has a BOF and an EOF of its own: the first EOF is not always that of the sheet.
        depth += (record.kind in _BEGINNINGS) - (record.kind == EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield record
    raise ValueError("a sheet without an end")


@dataclass(slots=True)
class Stored:
    """What the records of a sheet say of its cells, each place once however often it is stored."""

    places: set[tuple[int, int]] = field(default_factory=set)
    """(row, column) of each cell that holds a value, an empty text among them."""
    formulas: set[tuple[int, int]] = field(default_factory=set)


def stored_cells(stream: bytes, position: int) -> Stored:
    """Which cells the sheet that begins at `position` stores."""
    found = Stored()
    for kind, data, _ in sheet_records(stream, position):
        if len(data) < 6 or kind not in CELLS:
            continue
        row, column = struct.unpack_from("<HH", data)
        # A MulRk is row and first column, six bytes a number, and the last column: 6 + 6n bytes.
        side_by_side = (len(data) - 6) // 6 if kind == MULTIPLE_RK else 1
        first = column + 1
        found.places.update((row + 1, place) for place in range(first, first + side_by_side))
        if kind in FORMULAS:
            found.formulas.add((row + 1, first))
    return found


def text_encoding(stream: bytes) -> str | None:
    """The encoding of texts in a stream before BIFF8 that names no code page, by the character sets of its fonts.

    None for BIFF8, which needs none, and where the stream names one that there is. Without any hint it is what Chinese Windows writes.
    """
    if not _may_be_before_biff8(stream):
        return None
    for kind, data, _ in takewhile(_is_of_book, records(stream)):
        if kind == CODEPAGE and is_known(_encoding_of(int.from_bytes(data[:2], "little"))):
            return None
        # 0, which Latin fonts have in Chinese files too, is no such set and tells nothing: the next font is asked.
        if kind == FONT and _charset(data) in _CHARSETS:
            return _CHARSETS[_charset(data)]
    return _OF_CHINESE_WINDOWS


def _may_be_before_biff8(stream: bytes) -> bool:
    first = next(records(stream), None)
    # BIFF8 stores texts as UTF-16 or its lower bytes: only earlier versions hang on a code page.
    return first is None or (first.kind == BOF and first.data[:2] != b"\x00\x06")


def _is_of_book(record: Record) -> bool:
    """Whether a record, and all before it, is of the book as a whole: the first end is that of the book, the others are of sheets."""
    return record.kind != EOF


def _charset(font: bytes) -> int:
    """The character set of a font's record; -1 if it is cut short."""
    # Behind height, flags, colour, weight, escapement (two bytes each), underline and family ([MS-XLS] Font).
    return font[12] if len(font) > 12 else -1


def named_encoding(stream: bytes) -> str:
    named = (int.from_bytes(data[:2], "little") for kind, data, _ in records(stream) if kind == CODEPAGE)
    return _encoding_of(next(named, 1252))


def is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _encoding_of(codepage: int) -> str:
    # GB18030 reads all that GBK can write, and the rare characters of names besides.
    if codepage == 936:
        return "gb18030"
    # BIFF's own numbers: 32768 and 32769 of old Mac and Windows versions, 1200 of every BIFF8 file.
    return {32768: "mac_roman", 32769: "cp1252", 1200: "utf-16-le"}.get(codepage, f"cp{codepage}")
