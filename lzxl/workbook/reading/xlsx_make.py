"""Whether the XML of an .xlsx file is of the make that spreadsheet programs write, so that it may be read by substrings.

Every way of writing the same XML that a substring would miss is told here by counting: what is not of the known make, or
only looks so, goes to the parser. A wrong "no" costs time; a wrong "yes" would cost somebody's cell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from lzxl.forms.text import column_index
from lzxl.workbook.reading.settle import LONGEST_TEXT, MOST_CHARACTERS

# The fast reader allots one cell for each place of the rectangle around a sheet's content.
_MAX_GRID = 3_000_000

_MAIN_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_MAIN_NAMES = (b"openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main")
_ROW = re.compile(rb'<row r="(\d{1,7})"')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_WIDE_CELL = re.compile(rb'<c r="[A-Z]{3}\d')
_COLUMN_NAMES = re.compile(rb'<c r="([A-Z]+)')
_NEGATIVE = re.compile(rb'\ss="(\d{1,6})"[^<>]*><v>-')
# An attribute on a line of its own.
_BROKEN_TAG = re.compile(rb"[\r\n\t]\s*[A-Za-z:]+\s*=\s*[\"']")
# Written otherwise than with one space before and double quotes around: what is looked for would not be found.
_ODD_ATTRIBUTES = (b" t='", b" s='", b" r='", b" ht='", b" hidden='", b" vm='", b'= "', b' ="')
# No element or attribute is written with it among those that are read, and text with it is read in another way.
_ODD_TEXTS = (b"AlternateContent", b"_xD", b"_xd", b' t="d"', b"<v> ", b"<v>\n", b"<v>\r", b"<v>\t")
_ODD_LAYOUT = (b'defaultRowHeight="0', b'defaultColWidth="0')
_CLOSING = (b"v", b"c", b"row", b"is", b"f")
_CELL_STARTS = tuple(b"<c" + follower for follower in (b" ", b">", b"/", b"\n", b"\r", b"\t"))


class NotUnderstoodError(Exception):
    """The file is written in a way that a scan of substrings does not know."""


def check_sheet(xml: bytes, day_styles: frozenset[int]) -> None:
    """Raise NotUnderstoodError unless a sheet part is of the known make. `day_styles`: those that show numbers as days."""
    body = xml[xml.find(b"<sheetData") : xml.rfind(b"</sheetData>")]
    is_known = (
        _is_plain_xml(xml)
        and xml.count(b"<sheetData") == 1
        and not any(mark in xml for mark in _ODD_LAYOUT)
        and not any(mark in body for mark in _ODD_TEXTS)
        and not any(mark in xml for mark in _ODD_ATTRIBUTES)
        and body.count(b"<v ") == body.count(b"<v />")
        and all(body.count(b"</" + name) == body.count(b"</" + name + b">") for name in _CLOSING)
        and sum(map(body.count, _CELL_STARTS)) == body.count(b'<c r="')
        and _rows_ascend(body)
        and not _has_broken_tags(xml)
        and not (b"<v>-" in body and _has_negative_days(body, day_styles))
    )
    if not is_known:
        raise NotUnderstoodError


def _is_plain_xml(xml: bytes) -> bool:
    """Whether a part is in UTF-8, without comments, CDATA, DTD and instructions, and without prefixes on what is read."""
    head = xml[:400].lower()
    declared = head.find(b"encoding=")
    return (
        xml.startswith(b"<")
        and (declared < 0 or head.startswith((b'"utf-8"', b"'utf-8'"), declared + len(b"encoding=")))
        and b"<!" not in xml
        and xml.count(b"<?") <= 1
        and _MAIN_SPACE in xml
        and sum(map(xml.count, _MAIN_NAMES)) == 1
    )


def _rows_ascend(body: bytes) -> bool:
    numbers = list(map(int, _ROW.findall(body)))
    if len(numbers) != body.count(b"<row"):
        return False
    return all(above < below for above, below in itertools.pairwise(numbers))


def _has_negative_days(body: bytes, day_styles: frozenset[int]) -> bool:
    """The fast reader makes days of negative numbers too; no program shows any."""
    return 0 in day_styles or any(int(style) in day_styles for style in _NEGATIVE.findall(body))


def _has_broken_tags(xml: bytes) -> bool:
    if b"\n" not in xml and b"\r" not in xml and b"\t" not in xml:
        return False
    return _BROKEN_TAG.search(xml, xml.find(b"?>") + 1) is not None


def check_strings(xml: bytes, sheets: Sequence[bytes]) -> None:
    """Raise NotUnderstoodError unless the part of shared strings is of the known make and none is too long to repeat."""
    longest = max(map(len, xml.split(b"</si>")), default=0)
    uses = sum(sheet.count(b' t="s"') for sheet in sheets)
    longest_inline = max((len(piece) for sheet in sheets for piece in _long_pieces(sheet)), default=0)
    is_known = (
        (not xml or _is_plain_xml(xml))
        and b"_xD" not in xml
        and b"_xd" not in xml
        and longest + longest_inline <= LONGEST_TEXT
        and longest * uses + sum(map(len, sheets)) <= 3 * MOST_CHARACTERS
    )
    if not is_known:
        raise NotUnderstoodError


def _long_pieces(sheet: bytes) -> list[bytes]:
    """The sheet's pieces that may hold more text than a cell can, where it is long enough to have any."""
    return sheet.split(b"</c>") if len(sheet) > LONGEST_TEXT else []


def stored_cells(xml: bytes) -> int:
    """How many cells with content a sheet part of the known make has, by its closing tags."""
    return xml.count(b"</v>") - xml.count(b"<v></v>") + xml.count(b"</is>")


def used_rows(xml: bytes) -> tuple[int, bytes]:
    """The last row that stores a value, and the part's XML down to its end; (0, b"") if nothing is stored.

    Standard workbooks keep hundreds of empty rows with formulas ready: nothing is looked for in them.
    """
    if b"<sheetData" not in xml:
        raise NotUnderstoodError
    # The row of the last value that is no formula's, and then any formula's below it that shows something.
    value = max(xml.rfind(b'"><v>'), xml.rfind(b"</is>"))
    end = xml.find(b"</row>", value) if value >= 0 else 0
    if xml.count(b"</v>", end) > xml.count(b"<v></v>", end):
        end = len(xml)
        while xml.startswith(b"<v>", (end := xml.rfind(b"</v>", 0, end)) - 3):
            pass
    elif value < 0:
        return 0, b""
    tag, end = xml.rfind(b"<row ", 0, end), xml.find(b"</row>", end)
    match = _ROW_NUMBER.search(xml, tag, tag + 200)
    if tag < 0 or end < 0 or match is None:
        raise NotUnderstoodError
    last_row, used = int(match.group(1)), xml[:end]
    if not _fits_grid(last_row, used):
        raise NotUnderstoodError
    return last_row, used


def _fits_grid(last_row: int, xml: bytes) -> bool:
    """Whether the rectangle around the content is small enough for the fast reader."""
    if last_row * 16_384 <= _MAX_GRID or (last_row * 702 <= _MAX_GRID and not _WIDE_CELL.search(xml)):
        return True
    widest = max((column_index(letters.decode()) for letters in set(_COLUMN_NAMES.findall(xml))), default=1)
    return last_row * widest <= _MAX_GRID
