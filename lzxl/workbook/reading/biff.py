"""Reads a BIFF5 or BIFF8 stream ([MS-XLS]) by its records alone: the files that xlrd refuses though they can be read."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from lzxl.forms.values import CellError
from lzxl.workbook.reading.biff_records import (
    BOF,
    BOOLEAN_OR_ERROR,
    BOUND_SHEET,
    CELLS,
    COLUMN_INFO,
    CONTINUE,
    DATE_MODE,
    EOF,
    FONT,
    FORMAT,
    FORMULAS,
    MERGED,
    MULTIPLE_RK,
    NUMBER,
    RK,
    ROW,
    SHARED_LABEL,
    SST,
    STRING,
    XF,
    named_encoding,
    records,
    sheet_records,
    text_encoding,
)
from lzxl.workbook.reading.content import SheetContent, Visibility, WorkbookContent
from lzxl.workbook.reading.number_formats import GENERAL, NumberFormat, format_of, value_shown
from lzxl.workbook.reading.numbered import numbered

VISIBILITY: dict[int, Visibility] = {0: "visible", 1: "hidden", 2: "very_hidden"}
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

# Between a formula and the text it shows: its array, table or shared formula.
_BESIDE_FORMULA = {0x4BC, 0x221, 0x236, CONTINUE}
_BIFF5, _BIFF8 = 0x0500, 0x0600
LEAST_WIDTH = 256
"""What is narrower than a character shows nothing, in 256ths of one: BIFF and .xlsb count widths so."""
# Fonts are counted without a fifth.
_NO_FONT, _STRIKES = 4, 0x08
_SHEETS = 0  # the kind of BOUNDSHEET that is a table


def read_biff(stream: bytes) -> WorkbookContent:
    """The content of a BIFF5 or BIFF8 stream, by its records alone.

    Raises ValueError, IndexError, struct.error or UnicodeError for what is none, or broken.
    """
    return _Workbook(stream).read()


class _Pieces:
    """A record with those that continue it, read from front to back."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = self._offset = 0

    def next_bytes(self, count: int) -> bytes:
        """The next bytes, wherever a new record begins among them."""
        out = b""
        while count > 0:
            here = self._rest()[:count]
            self._offset += len(here)
            out += here
            count -= len(here)
        return out

    def skip(self, count: int) -> None:
        while count > 0:
            step = min(count, len(self._rest()))
            self._offset += step
            count -= step

    def characters(self, count: int, is_wide: bool) -> str:
        """The next characters. In each new record a byte says anew whether they are wide."""
        out = []
        while count > 0:
            if self._offset >= len(self._pieces[self._piece]):
                is_wide = bool(self.next_bytes(1)[0] & 1)
            size = 2 if is_wide else 1
            here = self._rest()[: count * size]
            here = here[: len(here) // size * size]
            if not here:
                raise ValueError("half a character")
            self._offset += len(here)
            count -= len(here) // size
            # Half a character must not cost the file: it is mended, and said, once for all readers (`settle`).
            # Narrow characters are the lower bytes of UTF-16, whatever the code page: Latin-1, not that of Windows.
            out.append(here.decode("utf-16-le", "surrogatepass") if is_wide else here.decode("latin-1"))
        return "".join(out)

    def _rest(self) -> bytes:
        while self._offset >= len(self._pieces[self._piece]):
            self._piece, self._offset = self._piece + 1, 0  # IndexError: more was announced than there is
        return self._pieces[self._piece][self._offset :]

    def string(self, count: int) -> str:
        """A text of BIFF8 behind its length: flags, perhaps numbers of formatting runs and of bytes for its reading."""
        flags = self.next_bytes(1)[0]
        runs = struct.unpack("<H", self.next_bytes(2))[0] if flags & 8 else 0
        reading = struct.unpack("<I", self.next_bytes(4))[0] if flags & 4 else 0
        text = self.characters(count, bool(flags & 1))
        # Both numbers stand before the text, what they count behind it: unskipped, the next text would begin in it.
        self.skip(4 * runs + reading)
        return text


class _Workbook:
    """Reads the stream's first part, then each sheet."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        first = next(records(stream), None)
        if first is None or first.kind != BOF or len(first.data) < 4:
            raise ValueError("no BIFF5 or BIFF8")
        self.version = struct.unpack_from("<H", first.data)[0]
        if self.version not in (_BIFF5, _BIFF8):
            raise ValueError("another version")
        self.encoding = text_encoding(stream) or named_encoding(stream)
        self.content = WorkbookContent("xls", [])
        self.strings: list[str] = []
        self.formats: list[NumberFormat] = []
        self.struck: set[int] = set()
        """The cell styles that strike texts through."""
        self.sheets: list[tuple[str, Visibility, int]] = []
        # What its first part has told so far.
        self._custom: dict[int, str] = {}
        self._styles: list[int] = []
        self._fonts: list[bool] = []
        self._shared: list[bytes] = []

    def read(self) -> WorkbookContent:
        self._read_globals()
        for name, visibility, position in self.sheets:
            sheet = SheetContent(name, visibility)
            _Sheet(self, sheet).read(position)
            self.content.sheets.append(sheet)
        return self.content

    def _read_globals(self) -> None:
        for kind, data, _ in records(self.stream):
            if kind == EOF:
                break
            self._read_global(kind, data)
        else:
            raise ValueError("a workbook without an end")
        self.formats = [format_of(number, self._custom) for number in self._styles]
        self.strings = _shared_strings(_Pieces(self._shared)) if self._shared else []

    def _read_global(self, kind: int, data: bytes) -> None:
        if kind == CONTINUE and self._shared:
            self._shared.append(data)
        elif kind in _OF_WORKBOOK:
            _OF_WORKBOOK[kind](self, data)

    def _read_date_mode(self, data: bytes) -> None:
        self.content.date1904 = data[:1] == b"\x01"

    def _read_strings(self, data: bytes) -> None:
        self._shared = [data]

    def _read_format(self, data: bytes) -> None:
        # BIFF5 counts the characters of a format in one byte, BIFF8 in two.
        self._custom[struct.unpack_from("<H", data)[0]] = self.text(data[2:], 2 if self.version == _BIFF8 else 1)

    def _read_font(self, data: bytes) -> None:
        if len(self._fonts) == _NO_FONT:
            self._fonts.append(False)
        self._fonts.append(bool(int.from_bytes(data[2:4], "little") & _STRIKES))

    def _read_style(self, data: bytes) -> None:
        font, number = struct.unpack_from("<HH", data)
        if numbered(self._fonts, font, False):
            self.struck.add(len(self._styles))
        self._styles.append(number)

    def _read_sheet(self, data: bytes) -> None:
        position, state, kind = struct.unpack_from("<IBB", data)
        if kind == _SHEETS:
            # Two bits say it; the other six of the byte are undefined ([MS-XLS] BoundSheet8) and may be anything.
            self.sheets.append((self.text(data[6:], 1), VISIBILITY.get(state & 3, "visible"), position))

    def text(self, data: bytes, width: int) -> str:
        """A text in one record, behind its length of one byte or two."""
        return self.long_text([data], width)

    def long_text(self, pieces: list[bytes], width: int = 2) -> str:
        """A text that other records may continue."""
        reader = _Pieces(pieces)
        count = int.from_bytes(reader.next_bytes(width), "little")
        if count == 0:
            return ""
        return reader.string(count) if self.version == _BIFF8 else reader.next_bytes(count).decode(self.encoding)


_OF_WORKBOOK: dict[int, Callable[[_Workbook, bytes], None]] = {
    SST: _Workbook._read_strings,
    DATE_MODE: _Workbook._read_date_mode,
    FORMAT: _Workbook._read_format,
    FONT: _Workbook._read_font,
    XF: _Workbook._read_style,
    BOUND_SHEET: _Workbook._read_sheet,
}
"""Record of the workbook's own part → what reads it."""


def _shared_strings(reader: _Pieces) -> list[str]:
    _, count = struct.unpack("<II", reader.next_bytes(8))
    return [reader.string(struct.unpack("<H", reader.next_bytes(2))[0]) for _ in range(count)]


class _Sheet:
    """Reads the records of one sheet."""

    def __init__(self, workbook: _Workbook, sheet: SheetContent) -> None:
        self.workbook = workbook
        self.sheet = sheet
        self.awaited: tuple[int, int] | None = None
        """The formula whose text comes next."""
        self.pieces: list[bytes] = []
        self.filled: set[tuple[int, int]] = set()

    def read(self, position: int) -> None:
        for kind, data, _ in sheet_records(self.workbook.stream, position):
            if self.pieces and kind == CONTINUE:
                self.pieces.append(data)
                continue
            self._finish_text()
            self._read_record(kind, data)
        self._finish_text()
        # A cell may be stored twice, and is one cell: counted twice, the other would pass for lost.
        self.sheet.stored = len(self.filled)
        # Records may name rows in any order; whoever reads a table goes down the sheet.
        self.sheet.rows = dict(sorted(self.sheet.rows.items()))

    def _read_record(self, kind: int, data: bytes) -> None:
        if kind in CELLS:
            self._read_cells(kind, data)
        elif kind == STRING and self.awaited is not None:
            self.pieces = [data]
        elif kind not in _BESIDE_FORMULA:
            self.awaited = None
            if kind in _OF_SHEET:
                _OF_SHEET[kind](self, data)

    def _finish_text(self) -> None:
        if self.pieces and self.awaited is not None:
            self._put(*self.awaited, self.workbook.long_text(self.pieces))
            self.awaited = None
        self.pieces = []

    def _put(self, row: int, column: int, value: Any) -> None:
        if value is not None and value != "":
            self.filled.add((row, column))
            self.sheet.put(row, column, value)

    def _read_cells(self, kind: int, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        # A text belongs to the formula right before it: behind another cell it is nobody's.
        self.awaited = None
        if kind == MULTIPLE_RK:
            for number in range((len(data) - 6) // 6):
                style, raw = struct.unpack_from("<Hi", data, 4 + 6 * number)
                self._put(row + 1, column + 1 + number, self._shown(_unpacked(raw), style))
                self._note_style((row + 1, column + 1 + number), style)
            return
        self._put(row + 1, column + 1, self._value(kind, data, style, (row + 1, column + 1)))
        self._note_style((row + 1, column + 1), style)

    def _note_style(self, place: tuple[int, int], style: int) -> None:
        if style in self.workbook.struck:
            self.sheet.struck[place] = True

    def _value(self, kind: int, data: bytes, style: int, place: tuple[int, int]) -> Any:
        if kind in FORMULAS:
            self.sheet.formulas[place] = True
            return self._result(data, style, place)
        if kind == NUMBER:
            return self._shown(struct.unpack_from("<d", data, 6)[0], style)
        if kind == RK:
            return self._shown(_unpacked(struct.unpack_from("<i", data, 6)[0]), style)
        if kind == BOOLEAN_OR_ERROR:
            return _error(data[6]) if data[7] else bool(data[6])
        if kind == SHARED_LABEL:
            return self.workbook.strings[struct.unpack_from("<I", data, 6)[0]]
        return self.workbook.text(data[6:], 2)

    def _result(self, data: bytes, style: int, place: tuple[int, int]) -> Any:
        """What a formula shows; a text follows in a record of its own."""
        # FFFF marks what is no number ([MS-XLS] FormulaValue); read as a double it would be NaN.
        if data[12:14] != b"\xff\xff":
            return self._shown(struct.unpack_from("<d", data, 6)[0], style)
        kind = data[6]
        if kind == 0:
            self.awaited = place
        # Kind 3, an empty text, has no record behind it ([MS-XLS] FormulaValue): none may be awaited.
        return {1: bool(data[8]), 2: _error(data[8])}.get(kind)

    def _shown(self, number: float, style: int) -> Any:
        shown = numbered(self.workbook.formats, style, GENERAL)
        return value_shown(number, shown, self.workbook.content.date1904)

    def _read_row(self, data: bytes) -> None:
        """A row is hidden by its mark, or by a height of nothing."""
        row, _, _, height = struct.unpack_from("<HHHH", data)
        if data[12] & 0x20 or height == 0:
            self.sheet.hidden_rows.add(row + 1)

    def _read_columns(self, data: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<HHHHH", data)
        if flags & 1 or width < LEAST_WIDTH:
            self.sheet.hide_columns(first + 1, last + 1)

    def _read_merges(self, data: bytes) -> None:
        # How many there are is the file's word, and may be more than the record has room for.
        for number in range(min(struct.unpack_from("<H", data)[0], (len(data) - 2) // 8)):
            top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * number)
            self.sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))


_OF_SHEET: dict[int, Callable[[_Sheet, bytes], None]] = {
    ROW: _Sheet._read_row,
    COLUMN_INFO: _Sheet._read_columns,
    MERGED: _Sheet._read_merges,
}
"""Record of a sheet that is no cell → what reads it."""


def _unpacked(raw: int) -> float:
    """A number in 30 bits: those of a double or a whole number, perhaps to be divided by a hundred."""
    # `raw` is signed, so that the shift keeps the sign; a double has its upper 30 bits here, the lower 34 are 0.
    number = float(raw >> 2) if raw & 2 else float(struct.unpack("<d", struct.pack("<II", 0, raw & 0xFFFFFFFC))[0])
    return number / 100 if raw & 1 else number


def _error(code: int) -> CellError:
    return CellError(ERRORS.get(code, "#ERROR"))
