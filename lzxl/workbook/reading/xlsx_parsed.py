"""Reads sheets of .xlsx files with an XML parser: slower than the fast reader, but however their XML is written.

It gives what the fast reader gives, cell for cell (tests/reading/test_fast_and_slow.py), and keeps what that one refuses:
errors it does not know, such as #SPILL!, and numbers that are no date though their cell is shown as one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

from lzxl.forms.text import column_index, is_empty
from lzxl.forms.values import CellError, CellPicture
from lzxl.workbook.reading.content import RefusedError, SheetContent
from lzxl.workbook.reading.number_formats import GENERAL, NumberFormat, value_shown
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.parts import parse_part
from lzxl.workbook.reading.settle import LONGEST_TEXT, MOST_CHARACTERS
from lzxl.workbook.reading.xlsx_styles import is_on

TRUE = ("1", "true")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
PICTURE_FORMULA = re.compile(r"\b(?:DISPIMG|IMAGE)\(")
"""A formula that shows a picture: WPS writes the one, Excel the other."""

# The two that spreadsheets are written in, and none at all.
_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
    "",
)
_KNOWN = {
    space + name: name for space in _SPACES for name in ["row", "c", "v", "is", "t", "r", "rPh", "f", "si", "sst"]
}
_KNOWN |= {space + name: name for space in _SPACES for name in ["col", "mergeCell", "sheetFormatPr", "strike"]}
# Of alternatives that a program may choose from, the one for programs that know none.
_UNREAD = "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
# A character may be written in seven: _x000D_.
_LONGEST_WRITTEN = 7 * (LONGEST_TEXT + 1)
# What is lower or narrower than this shows nothing. Heights are in points, widths in characters.
_NO_SIZE = 1.0


def parse(xml: bytes, reader: SharedStrings | _Sheet) -> None:
    """Lead a reader through a part. Raises ExpatError, or RefusedError for a part with a DTD."""
    parse_part(xml, reader.start, reader.end, reader.text)


class _Reader:
    """What shared strings and sheets have in common: which elements count, and the text that is gathered."""

    def __init__(self) -> None:
        self.unread = 0
        """How deep inside of something that is not read."""
        self.texts: list[str] | None = None
        """Where the text of the current element goes."""
        self.length = 0
        self.is_struck = False
        """Whether the current part of a text is struck through."""
        self.runs: list[bool] = []
        """Of each part of the current text that shows something, whether it is struck through."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = _KNOWN.get(name)
        # Reading aids of ideographs are no part of a text.
        if self.unread or kind == "rPh" or name == _UNREAD:
            self.unread += 1
        elif kind is not None:
            self.begin(kind, attributes)

    def end(self, name: str) -> None:
        if self.unread:
            self.unread -= 1
        elif name in _KNOWN:
            self.finish(_KNOWN[name])

    def text(self, text: str) -> None:
        if self.texts is not None and not self.unread and self.length < _LONGEST_WRITTEN:
            self.texts.append(text)
            self.length += len(text)

    def begin_run(self, kind: str, attributes: dict[str, str]) -> None:
        """Follow the parts of a text that have fonts of their own."""
        if kind == "r":
            self.is_struck = False
        elif kind == "strike":
            self.is_struck = is_on(attributes.get("val"))

    def how_struck(self) -> bool | None:
        """Whether all of the current text is struck through, or some of it only; None if nothing is."""
        return all(self.runs) if any(self.runs) else None

    def begin(self, kind: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def finish(self, kind: str) -> None:
        raise NotImplementedError


class SharedStrings(_Reader):
    """The strings that all sheets of a file share, in `found`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.characters = 0
        self.item: list[str] = []
        self.before = 0
        """How many pieces the current string had before its current part."""
        self.struck: dict[int, bool] = {}
        """Number of a string that is struck through → whether all of it is."""

    def begin(self, kind: str, attributes: dict[str, str]) -> None:
        self.begin_run(kind, attributes)
        if kind == "si":
            self.item, self.length, self.runs, self.is_struck = [], 0, [], False
        elif kind == "t":
            self.texts = self.item
            self.before = len(self.item)

    def finish(self, kind: str) -> None:
        if kind == "t":
            self.texts = None
            if not is_empty("".join(self.item[self.before :])):
                self.runs.append(self.is_struck)
        elif kind == "si":
            is_whole = self.how_struck()
            if is_whole is not None:
                self.struck[len(self.found)] = is_whole
            self.found.append(unescape("".join(self.item))[: LONGEST_TEXT + 1])
            self.characters += len(self.found[-1])
            if self.characters > MOST_CHARACTERS:
                raise RefusedError("file_too_large", f"文字超过{MOST_CHARACTERS // 10_000}万字")


class SheetParser:
    """Reads sheets with what all of them share."""

    def __init__(
        self,
        strings: SharedStrings,
        formats: Sequence[NumberFormat],
        struck: frozenset[int],
        date1904: bool,
        is_picture: dict[str, bool],
    ) -> None:
        """`struck`: the cell styles that strike texts through. `is_picture`: number of a rich value → whether it is a
        picture, where the file says so."""
        self.strings = strings.found
        self.struck_strings = strings.struck
        self.struck = struck
        self.formats = formats
        self.date1904 = date1904
        self.is_picture = is_picture
        self.characters = 0
        """How many characters all sheets have so far."""

    def read_into(self, xml: bytes, sheet: SheetContent) -> None:
        """Read the cells, formulas, hidden rows and columns and merged ranges of one sheet part."""
        reader = _Sheet(self, sheet)
        parse(xml, reader)
        reader.close()

    def value(self, kind: str, stored: str, style: str) -> Any:
        """What a cell of type `kind` holds that stores a text. None if that is a string which is not there."""
        if kind == "s":
            return numbered(self.strings, int(stored) if stored.strip().isdecimal() else -1, None)
        if kind == "e":
            return CellError(stored or "#ERROR")
        if kind == "b":
            return stored.strip().lower() in TRUE
        if kind == "d":
            return _iso(stored.strip())
        number = _number_in(stored.strip()) if kind == "n" else None
        return unescape(stored) if number is None else self._shown(number, style)

    def _shown(self, number: float, style: str) -> Any:
        shown = numbered(self.formats, int(style) if style.isdecimal() else 0, GENERAL)
        return value_shown(number, shown, self.date1904)

    def count(self, characters: int) -> None:
        """Count the text of a cell. Raises RefusedError where all cells have more than anyone can have meant."""
        self.characters += characters
        if self.characters > MOST_CHARACTERS:
            raise RefusedError("file_too_large", f"文字超过{MOST_CHARACTERS // 10_000}万字")


class _Sheet(_Reader):
    """Follows the elements of one sheet part."""

    def __init__(self, shared: SheetParser, sheet: SheetContent) -> None:
        super().__init__()
        self.shared = shared
        self.sheet = sheet
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.stored: list[str] = []
        self.inline: list[str] = []
        self.formula: list[str] | None = None
        self.before = 0
        """How many pieces the cell's own text had before its current part."""
        self.contents = 0
        """How many elements with a value there were, wherever they stood."""
        self.rows_have_height = self.columns_have_width = True
        self.described_columns: set[int] = set()

    def begin(self, kind: str, attributes: dict[str, str]) -> None:
        self.begin_run(kind, attributes)
        begins = _BEGINNINGS.get(kind)
        if begins is not None:
            begins(self, attributes)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.runs, self.is_struck = [], False
        self.stored, self.inline, self.formula = [], [], None
        self._go_to(attributes.get("r", ""))

    def _begin_value(self, _: dict[str, str]) -> None:
        self.texts, self.length = self.stored, 0

    def _begin_inline(self, _: dict[str, str]) -> None:
        self.length = 0

    def _begin_text(self, _: dict[str, str]) -> None:
        self.texts = self.inline
        self.before = len(self.inline)

    def _begin_formula(self, _: dict[str, str]) -> None:
        self.formula = self.texts = []
        self.length = 0

    def _read_format(self, attributes: dict[str, str]) -> None:
        self.rows_have_height = not _is_nothing(attributes.get("defaultRowHeight"))
        self.columns_have_width = not _is_nothing(attributes.get("defaultColWidth"))

    def finish(self, kind: str) -> None:
        if kind in ("v", "t", "f"):
            self.texts = None
        if kind == "t" and not is_empty("".join(self.inline[self.before :])):
            self.runs.append(self.is_struck)
        if kind == "c":
            self._read_cell()
        elif self._is_content(kind):
            self.contents += 1

    def _is_content(self, kind: str) -> bool:
        """Whether an element that has ended says that its cell holds something. A shared string may be a blank one."""
        if kind == "v":
            return bool(self.stored) and self.attributes.get("t") != "s"
        return kind == "is" and bool(self.inline)

    def _go_to(self, place: str) -> None:
        """A cell without an address follows the one before it; one with none that there can be has no place."""
        match = _PLACE.fullmatch(place.strip())
        if match is not None:
            self.row, self.column = int(match.group(2)), column_index(match.group(1).upper())
        else:
            self.column = LAST_COLUMN + 1 if place else self.column + 1

    def _begin_row(self, attributes: dict[str, str]) -> None:
        """A row without a number follows the one before it."""
        number = attributes.get("r", "").strip()
        self.row = int(number) if number.isdecimal() else self.row + 1
        self.column = 0
        height = attributes.get("ht")
        has_height = self.rows_have_height if height is None else not _is_nothing(height)
        if attributes.get("hidden") in TRUE or not has_height:
            self.sheet.hidden_rows.add(self.row)

    def _read_columns(self, attributes: dict[str, str]) -> None:
        first, last = int(attributes.get("min", "1")), int(attributes.get("max", "0"))
        self.described_columns.update(range(first, min(last, LAST_COLUMN) + 1))
        if attributes.get("hidden") in TRUE or _is_nothing(attributes.get("width")):
            self.sheet.hide_columns(first, last)

    def _read_merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        top_left, bottom_right = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
        if top_left is not None and bottom_right is not None:
            left, right = (column_index(match.group(1).upper()) for match in (top_left, bottom_right))
            self.sheet.merges.append((int(top_left.group(2)), left, int(bottom_right.group(2)), right))

    def _read_cell(self) -> None:
        kind = self.attributes.get("t", "n")
        stored, place = "".join(self.stored), (self.row, self.column)
        if self.formula is not None:
            self.sheet.formulas[place] = bool(stored or self.inline) or kind == "str"
        value = self._content(kind, stored, place)
        is_on_sheet = 0 < self.row <= LAST_ROW and 0 < self.column <= LAST_COLUMN
        if value is None or value == "" or not is_on_sheet:
            return
        if type(value) is str:
            # One more than a cell can hold, so that settling still sees that it was longer.
            value = value[: LONGEST_TEXT + 1]
            self.shared.count(len(value))
        if self.sheet.cell(*place) == value:
            self.contents -= 1  # said twice is not said differently
        self.sheet.put(*place, value)
        self._note_struck(place, kind, stored)

    def _content(self, kind: str, stored: str, place: tuple[int, int]) -> Any:
        """What the cell holds, counted where its elements did not say that it holds something."""
        if self._is_picture(kind, stored):
            self.sheet.formulas.pop(place, None)
            self.contents += not (stored or self.inline)
            return CellPicture()
        if not stored and kind != "e":
            return unescape("".join(self.inline))
        value = self.shared.value(kind, stored, self.attributes.get("s", "0"))
        self.contents += (kind == "s" and value != "") or not stored
        return value

    def _note_struck(self, place: tuple[int, int], kind: str, stored: str) -> None:
        style = self.attributes.get("s", "0")
        if style.isdecimal() and int(style) in self.shared.struck:
            self.sheet.struck[place] = True
        is_whole = self.how_struck()
        if kind == "s" and stored.strip().isdecimal():
            is_whole = self.shared.struck_strings.get(int(stored), is_whole)
        if is_whole is not None:
            self.sheet.struck[place] = is_whole

    def _is_picture(self, kind: str, stored: str) -> bool:
        if self.formula and PICTURE_FORMULA.search("".join(self.formula)):
            return True
        number = self.attributes.get("vm")
        # What a program shows that knows no pictures in cells.
        return number is not None and self.shared.is_picture.get(number, kind == "e" and stored == "#VALUE!")

    def close(self) -> None:
        """What can be said only at the end of the part."""
        self.sheet.rows = dict(sorted(self.sheet.rows.items()))
        self.sheet.stored = self.contents
        # A default width of nothing hides every column that is not described by itself.
        if not self.columns_have_width:
            widest = max(map(len, self.sheet.rows.values()), default=0)
            self.sheet.hidden_columns.update(set(range(1, widest + 1)) - self.described_columns)


_BEGINNINGS: dict[str, Callable[[_Sheet, dict[str, str]], None]] = {
    "c": _Sheet._begin_cell,
    "v": _Sheet._begin_value,
    "is": _Sheet._begin_inline,
    "t": _Sheet._begin_text,
    "f": _Sheet._begin_formula,
    "row": _Sheet._begin_row,
    "col": _Sheet._read_columns,
    "mergeCell": _Sheet._read_merge,
    "sheetFormatPr": _Sheet._read_format,
}


def unescape(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_, and those beyond the first plane as two halves."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _number_in(text: str) -> float | None:
    """The number that a text is; None if it is none. Python reads more as a number than any program writes as one."""
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _is_nothing(size: str | None) -> bool:
    try:
        return size is not None and float(size) < _NO_SIZE
    except ValueError:
        return False


def _iso(stored: str) -> Any:
    """A day, a day with a time, or a time of day as ISO 8601 writes it; the text itself if it is none."""
    try:
        # With Z it would be aware of a time zone, and not to be compared with any other day.
        moment = datetime.datetime.fromisoformat(stored.rstrip("Z"))
    except ValueError:
        return _iso_time(stored)
    # A time of day alone: programs write it on either of these days.
    if moment.date() in (datetime.date(1899, 12, 30), datetime.date(1899, 12, 31)):
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment


def _iso_time(stored: str) -> Any:
    try:
        return datetime.time.fromisoformat(stored)
    except ValueError:
        return stored
