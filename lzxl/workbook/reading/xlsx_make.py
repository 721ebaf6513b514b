"""Whether the XML of an .xlsx file is of the make that spreadsheet programs write, so that it may be read by substrings.

Every way of writing the same XML that a substring would miss is told here by counting: what is not of the known make, or
only looks so, goes to the parser. A wrong "no" costs time; a wrong "yes" would cost somebody's cell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lzxl.forms.text import column_index
from lzxl.workbook.reading.settle import LONGEST_TEXT, MOST_CHARACTERS

# The fast reader allots one cell for each place of the rectangle around a sheet's content.
_MAX_GRID = 3_000_000

_MAIN_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
# The second one is that of Strict Open XML, which Excel offers in its list of formats.
_MAIN_NAMES = (b"openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main")
_ROW = re.compile(rb'<row r="(\d{1,7})"')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_WIDE_CELL = re.compile(rb'<c r="[A-Z]{3}\d')
_COLUMN_NAMES = re.compile(rb'<c r="([A-Z]+)')
_NEGATIVE = re.compile(rb'\ss="(\d{1,6})"[^<>]*><v>-')
# A cell without an address that there can be, or with another attribute before it.
_UNNAMED_CELL = re.compile(rb'<c(?! r="[A-Z]{1,3}[0-9])[\s>/]')
# An escaped character that the fast reader leaves as it is written: it knows those of one byte only.
_ESCAPED_BEYOND = re.compile(rb"_x(?!00)[0-9a-fA-F]{4}_")
_LINE_ENDS = (b"\n", b"\r", b"\t")
# Written otherwise than with one space before and double quotes around: what is looked for would not be found.
_ODD_QUOTES = (b" t='", b" s='", b" r='", b" ht='", b" width='", b" hidden='", b" vm='")
_ODD_SPACES = (b'= "', b' ="', b"= '", b" ='")
# Read in another way by the fast reader, or in a way that is not known.
# AlternateContent holds the same thing twice, for new and old programs; t="d" is a day as a text (ISO 8601).
_ODD_TEXTS = (b"AlternateContent", b' t="d"', b"<v> ", b"<v>\n", b"<v>\r", b"<v>\t")
_ODD_LAYOUT = (b'defaultRowHeight="0', b'defaultColWidth="0')


class NotUnderstoodError(Exception):
    """The file is written in a way that a scan of substrings does not know."""


@dataclass(frozen=True, slots=True)
class _SheetXml:
    """A sheet part, and the beginning of it down to its last content. What comes behind holds none, however it is written."""

    xml: bytes
    used: bytes

    def is_odd(self) -> bool:
        """Whether a substring that is looked for may be written otherwise here, or be none. Cheap questions come first."""
        return (
            not _is_plain_xml(self.xml, self.used)
            or self._has_odd_layout()
            or _is_any_in(_ODD_TEXTS, self.used)
            or self._has_odd_attributes()
            or _has_escapes_beyond(self.used)
            or self._has_odd_tags()
            or self._has_odd_cells()
            # What is cut off below the last value (`used_rows`) is only below it if rows ascend.
            or not _rows_ascend(self.used)
        )

    def _has_odd_layout(self) -> bool:
        """Whether rows or columns are hidden by default, or there is not one body of rows."""
        if self.xml.count(b"<sheetData") != 1:
            return True
        return _is_any_in(_ODD_LAYOUT, self.used[: self.used.find(b"<sheetData")])

    def _has_odd_attributes(self) -> bool:
        """Whether attributes are quoted or spaced in another way. One search tells that of nearly every part."""
        if b"='" in self.used and _is_any_in(_ODD_QUOTES, self.used):
            return True
        return (b"= " in self.used or b" =" in self.used) and _is_any_in(_ODD_SPACES, self.used)

    def _has_odd_tags(self) -> bool:
        """Whether a tag ends behind a space or goes over several lines."""
        return b" >" in self.used or _has_broken_tags(self.used, self.used.find(b"?>") + 2)

    def _has_odd_cells(self) -> bool:
        """Whether a value has attributes, or a cell no address where one is looked for."""
        if self.used.count(b"<v ") != self.used.count(b"<v />"):
            return True
        return _UNNAMED_CELL.search(self.used, self.used.find(b"<sheetData")) is not None


def check_sheet(xml: bytes, used: bytes, day_styles: frozenset[int]) -> None:
    """Raise NotUnderstoodError unless a sheet part is of the known make.

    `used`: the part down to its last content (`used_rows`); what comes behind is not looked for in. `day_styles`: those that
    show numbers as days.
    """
    if _SheetXml(xml, used).is_odd() or _has_negative_days(used, day_styles):
        raise NotUnderstoodError


def _has_escapes_beyond(xml: bytes) -> bool:
    return b"_x" in xml and _ESCAPED_BEYOND.search(xml) is not None


def _is_any_in(marks: tuple[bytes, ...], xml: bytes) -> bool:
    return any(mark in xml for mark in marks)


def _is_plain_xml(xml: bytes, used: bytes) -> bool:
    """Whether a part is in UTF-8, without comments, CDATA, DTD and instructions, and without prefixes on what is read."""
    return (
        xml.startswith(b"<")
        and _is_in_utf8(xml)
        and b"<!" not in used
        and used.count(b"<?") <= 1
        and _MAIN_SPACE in used[:4000]
        and _has_one_main_space(xml)
    )


def _has_one_main_space(xml: bytes) -> bool:
    # In most parts nothing else ends so, and they are gone through once.
    return xml.count(b"/main") == 1 or sum(map(xml.count, _MAIN_NAMES)) == 1


def _is_in_utf8(xml: bytes) -> bool:
    """Whether a part is in UTF-8: it says so, or says nothing."""
    head = xml[:400].lower()
    declared = head.find(b"encoding=")
    return declared < 0 or head.startswith((b'"utf-8"', b"'utf-8'"), declared + len(b"encoding="))


def _rows_ascend(used: bytes) -> bool:
    numbers = list(map(int, _ROW.findall(used)))
    if len(numbers) != used.count(b"<row"):
        return False
    return all(above < below for above, below in itertools.pairwise(numbers))


def _has_negative_days(used: bytes, day_styles: frozenset[int]) -> bool:
    """The fast reader makes days of negative numbers too; no program shows any."""
    if b"<v>-" not in used:
        return False
    return 0 in day_styles or any(int(style) in day_styles for style in _NEGATIVE.findall(used))


def _has_broken_tags(xml: bytes, start: int) -> bool:
    """Whether a tag from a place on goes over several lines."""
    for mark in _LINE_ENDS:
        position = xml.find(mark, start)
        while position >= 0:
            if xml.rfind(b"<", start, position) > xml.rfind(b">", start, position):
                return True
            # The next line end that may be in a tag stands behind the next tag's beginning.
            following = xml.find(b"<", position)
            position = xml.find(mark, following) if following >= 0 else -1
    return False


def check_strings(xml: bytes, sheets: Sequence[bytes]) -> None:
    """Raise NotUnderstoodError unless the part of shared strings is of the known make and no text is too long to repeat."""
    if xml and not _is_plain_xml(xml, xml):
        raise NotUnderstoodError
    if _has_escapes_beyond(xml) or any(map(_has_long_text, sheets)) or _is_too_much(xml, sheets):
        raise NotUnderstoodError


def _is_too_much(xml: bytes, sheets: Sequence[bytes]) -> bool:
    """Whether a shared string is too long, or the sheets could repeat one so often that all of it would be too much."""
    longest = max(map(len, xml.split(b"</si>")), default=0)
    uses = sum(sheet.count(b' t="s"') for sheet in sheets) if xml else 0
    return longest > LONGEST_TEXT or longest * uses + sum(map(len, sheets)) > 3 * MOST_CHARACTERS


def _has_long_text(xml: bytes) -> bool:
    """Whether there is a text longer than a cell can hold: so many bytes without a tag."""
    position = 0
    while position + LONGEST_TEXT < len(xml):
        tag = xml.rfind(b"<", position, position + LONGEST_TEXT)
        if tag < 0:
            return True
        position = tag + 1
    return False


def stored_cells(used: bytes) -> int:
    """How many cells with content a sheet part of the known make has, by its closing tags."""
    return used.count(b"</v>") - used.count(b"<v></v>") + used.count(b"</is>")


def used_rows(xml: bytes) -> tuple[int, bytes]:
    """The last row that stores a value, and the part's XML down to its end; (0, b"") if nothing is stored.

    Standard workbooks keep hundreds of empty rows with formulas ready: nothing is looked for in them.
    """
    if b"<sheetData" not in xml:
        raise NotUnderstoodError
    end = _end_of_content(xml)
    if end is None:
        return 0, b""
    tag, end = xml.rfind(b"<row ", 0, end), xml.find(b"</row>", end)
    match = _ROW_NUMBER.search(xml, tag, tag + 200)
    if tag < 0 or end < 0 or match is None:
        raise NotUnderstoodError
    last_row, used = int(match.group(1)), xml[:end]
    if not _fits_grid(last_row, used):
        raise NotUnderstoodError
    return last_row, used


def without_ready_rows(xml: bytes, used: bytes) -> bytes:
    """A sheet part without the rows that stand ready below its last value: a reader that goes through all need not.

    `used`: the part down to the end of its last row with content (`used_rows`); nothing is left out if that is empty.
    """
    if not used:
        return xml
    end = xml.find(b"</sheetData>", len(used))
    if end < 0 or xml.find(b"</sheetData>", end + 1) >= 0:  # one of two may stand in a comment
        raise NotUnderstoodError
    return used + b"</row>" + xml[end:]


def _end_of_content(xml: bytes) -> int | None:
    """A place in the last row that stores a value: behind its last value, or at its end; None if nothing is stored."""
    # The row of the last value that is no formula's, and then any formula's below it that shows something. By the beginnings of
    # closing tags alone, so that none hides below behind a space before its bracket: it is found here, and refused for that.
    value = max(xml.rfind(b'"><v>'), xml.rfind(b"</is"))
    end = xml.find(b"</row>", value) if value >= 0 else 0
    if xml.count(b"</v", end) == xml.count(b"<v></v>", end):
        return end if value >= 0 else None
    end = xml.rfind(b"</v")
    while xml.startswith(b"<v>", end - len(b"<v>")):  # a formula that shows nothing
        end = xml.rfind(b"</v", 0, end)
    return end


def _fits_grid(last_row: int, xml: bytes) -> bool:
    """Whether the rectangle around the content is small enough for the fast reader."""
    if last_row * 16_384 <= _MAX_GRID:
        return True
    if last_row * 702 <= _MAX_GRID and not _WIDE_CELL.search(xml):
        return True  # up to column ZZ
    widest = max((column_index(letters.decode()) for letters in set(_COLUMN_NAMES.findall(xml))), default=1)
    return last_row * widest <= _MAX_GRID
