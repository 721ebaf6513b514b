"""What is struck through in an .xlsx file of the usual make: by a cell's style, or in a text whose parts have fonts of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from lzxl.forms.text import column_index
from lzxl.workbook.reading.content import SheetContent

_STYLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*? s="(\d{1,6})"')
_SHARED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*? t="s"[^<>]*><v>(\d{1,9})</v>')
_INLINE_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*? t="inlineStr"[^<>]*><is>')
_RUN = re.compile(rb"<t[ >]")
# The element alone means yes; val="0" takes off a line that the cell's style has.
_STRUCK = re.compile(rb'<strike(?:\s*/>|>|\s+val="(?:1|true)")')
_BLANK_TEXT = re.compile(rb"<t(?:\s[^<>]*)?>\s*</t>|<t\s*/>")


def scan_struck(xml: bytes, sheet: SheetContent, styles: frozenset[int], strings: bytes) -> None:
    """Note the cells of a sheet part that are struck through. `strings`: the part of shared strings, empty if there is none."""
    # Few files strike anything through: each part is gone through only where there is something to find.
    shared = _struck_strings(strings)
    found = [
        _by_style(xml, styles) if styles else (),
        _by_shared_text(xml, shared) if shared else (),
        _by_own_text(xml) if b"<strike" in xml else (),
    ]
    for letters, digits, is_whole in chain.from_iterable(found):
        _note(sheet, letters, digits, is_whole)


_Struck = tuple[bytes, bytes, bool | None]
"""Letters and digits of a cell's place, and whether all of its text is struck through, some of it, or (None) nothing."""


def _by_style(xml: bytes, styles: frozenset[int]) -> Iterator[_Struck]:
    for letters, digits, style in _STYLED_CELL.findall(xml):
        if int(style) in styles:
            yield letters, digits, True


def _by_shared_text(xml: bytes, shared: Mapping[int, bool]) -> Iterator[_Struck]:
    for letters, digits, number in _SHARED_CELL.findall(xml):
        yield letters, digits, shared.get(int(number))


def _by_own_text(xml: bytes) -> Iterator[_Struck]:
    for cell in _INLINE_CELL.finditer(xml):
        text = xml[cell.end() : xml.find(b"</is>", cell.end())]
        yield cell.group(1), cell.group(2), _how_struck(text)


def _note(sheet: SheetContent, letters: bytes, digits: bytes, is_whole: bool | None) -> None:
    """Note that all of a cell's text is struck through, or some of it; None: nothing is."""
    place = int(digits), column_index(letters.decode())
    if is_whole is not None and sheet.cell(*place) is not None:
        sheet.struck[place] = is_whole


@lru_cache(maxsize=4)
def _struck_strings(xml: bytes) -> dict[int, bool]:
    """Number of a shared string that is struck through → whether all of it is."""
    if b"<strike" not in xml:
        return {}
    struck = {number: _how_struck(item) for number, item in enumerate(xml.split(b"</si>")) if b"<strike" in item}
    return {number: is_whole for number, is_whole in struck.items() if is_whole is not None}


def _how_struck(item: bytes) -> bool | None:
    """Whether all of a text is struck through, or some of it only; None if nothing is."""
    texts = item.partition(b"<rPh")[0]  # reading aids of ideographs follow the texts
    runs = [run for run in texts.split(b"</r>") if _RUN.search(run) and not _BLANK_TEXT.search(run)]
    struck = [_STRUCK.search(run) is not None for run in runs]
    return all(struck) if any(struck) else None
