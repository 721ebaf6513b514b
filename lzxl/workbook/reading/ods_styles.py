"""The styles of an OpenDocument spreadsheet, as far as they say what is hidden and how numbers are shown."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from lzxl.workbook.reading.number_formats import GENERAL, NumberFormat, read_format

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_STYLE, _NUMBER, _TABLE = f"{_URN}style:1.0 ", f"{_URN}datastyle:1.0 ", f"{_URN}table:1.0 "
_SIZE = re.compile(r"([0-9]*\.?[0-9]*)([a-z]*)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0, "px": 0.75, "": 1.0}
# Size → the points below which it shows nothing: a row lower than one, a column narrower than a character.
_SIZES = {f"{_STYLE}row-height": 1.0, f"{_STYLE}column-width": 5.0}
_LINES = (f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type")
_DATA_STYLES = {
    f"{_NUMBER}{kind}-style" for kind in ("number", "percentage", "currency", "date", "time", "text", "boolean")
}
# A chain of parents longer than this goes in a circle.
_MOST_PARENTS = 20
_MOST_DIGITS = 30


@dataclass
class _DataStyle:
    """How numbers of one style are shown: as a format code, in pieces."""

    pieces: list[str] = field(default_factory=list)
    is_elapsed: bool = False


class Styles:
    """What the styles say, once their elements have gone by."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._data_style_of: dict[str, str] = {}
        self._data_styles: dict[str, _DataStyle] = {}
        self._hidden_tables: set[str] = set()
        self._without_size: set[str] = set()
        self._struck: dict[str, bool] = {}
        self._current = ""
        self._data: _DataStyle | None = None
        self._in_words = False
        self._formats: dict[str, NumberFormat] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element that stands outside of all tables begins."""
        if name in _DATA_STYLES:
            # OpenDocument's way to say [h]: hours are not cut off at 24.
            self._data = _DataStyle(is_elapsed=attributes.get(f"{_NUMBER}truncate-on-overflow") == "false")
            self._data_styles[attributes.get(f"{_STYLE}name", "")] = self._data
        elif self._data is not None:
            self._start_in_data(name.removeprefix(_NUMBER), attributes)
        elif name == f"{_STYLE}style":
            self._begin_style(attributes)
        elif name.startswith(_STYLE) and name.endswith("-properties") and self._current:
            self._note_properties(attributes)

    def _begin_style(self, attributes: dict[str, str]) -> None:
        self._current = attributes.get(f"{_STYLE}name", "")
        self._parents[self._current] = attributes.get(f"{_STYLE}parent-style-name", "")
        if f"{_STYLE}data-style-name" in attributes:
            self._data_style_of[self._current] = attributes[f"{_STYLE}data-style-name"]

    def _note_properties(self, attributes: dict[str, str]) -> None:
        """What the current style says that matters: lines through texts, hidden tables, rows and columns of no size."""
        lines = [attributes[line] for line in _LINES if line in attributes]
        if lines:
            # "none" is said, too: it takes away the line that a parent has.
            self._struck[self._current] = any(line != "none" for line in lines)
        if attributes.get(f"{_TABLE}display") == "false":
            self._hidden_tables.add(self._current)
        if any(_points(attributes[size]) < least for size, least in _SIZES.items() if size in attributes):
            self._without_size.add(self._current)

    def _start_in_data(self, local: str, attributes: dict[str, str]) -> None:
        assert self._data is not None
        if local == "number":
            least = _count(attributes.get(f"{_NUMBER}min-integer-digits", "1"))
            places = _count(attributes.get(f"{_NUMBER}decimal-places", "0"))
            self._data.pieces.append(("0" * least or "#") + ("." + "0" * places if places else ""))
        elif local in ("fraction", "scientific-number"):
            self._data.pieces.append("0/0")  # such a format adds no words that could be told here
        self._in_words = local in ("text", "currency-symbol")

    def text(self, text: str) -> None:
        if self._data is not None and self._in_words:
            # OpenDocument writes the sign as mere words; in a format code it also multiplies by a hundred.
            percent = text.strip() in ("%", "％")
            # Every character is escaped: a letter such as d or h would make a date of the format.
            self._data.pieces.append("%" if percent else "".join("\\" + character for character in text))

    def end(self, name: str) -> None:
        """An element that stands outside of all tables ends."""
        self._in_words = False
        if name in _DATA_STYLES:
            self._data = None
        elif name == f"{_STYLE}style":
            self._current = ""

    def is_hidden_table(self, style: str) -> bool:
        return style in self._hidden_tables

    def has_no_size(self, style: str) -> bool:
        """Whether rows or columns of a style are of no height or width."""
        return style in self._without_size

    def is_struck(self, style: str) -> bool | None:
        """Whether texts of a style are struck through; None where neither it nor a parent says anything of it."""
        for _ in range(_MOST_PARENTS):
            if style in self._struck:
                return self._struck[style]
            style = self._parents.get(style, "")
        return None

    def is_elapsed(self, style: str) -> bool:
        """Whether cells of a style show more than 24 hours as hours."""
        data = self._data_of(style)
        return data is not None and data.is_elapsed

    def number_format(self, style: str) -> NumberFormat:
        """How cells of a style show numbers."""
        found = self._formats.get(style)
        if found is None:
            data = self._data_of(style)
            found = read_format("".join(data.pieces)) if data is not None and not data.is_elapsed else GENERAL
            self._formats[style] = found
        return found

    def _data_of(self, style: str) -> _DataStyle | None:
        for _ in range(_MOST_PARENTS):
            if style in self._data_style_of:
                return self._data_styles.get(self._data_style_of[style])
            style = self._parents.get(style, "")
        return None


def _points(size: str) -> float:
    """A size as OpenDocument writes it; one that is none counts as large enough."""
    match = _SIZE.fullmatch(size)
    # A dot alone fits the pattern, and is no number.
    if match is None or match.group(2) not in _POINTS or not match.group(1).strip("."):
        return math.inf
    return float(match.group(1)) * _POINTS[match.group(2)]


def _count(digits: str) -> int:
    # A style may ask for a billion zeros.
    return min(int(digits), _MOST_DIGITS) if digits.isdecimal() and len(digits) < 9 else 0
