"""Reads sheets of .xlsx files with an XML parser: slower than the fast reader, but however their XML is written.

It gives what the fast reader gives, cell for cell (tests/reading/test_fast_and_slow.py), and keeps what that one refuses:
errors it does not know, such as #SPILL!, and numbers that are no date though their cell is shown as one.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring, iterparse

from lzxl.forms.text import column_index
from lzxl.forms.values import CellError
from lzxl.workbook.reading.content import SheetContent

_TRUE = ("1", "true")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What in a number format is no placeholder: quoted and escaped text, and colours, conditions and locales in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General', re.IGNORECASE)
# Formats that every file may use without naming them (ECMA-376 18.8.30; 27 to 36 and 50 to 58 are the Chinese ones).
_BUILT_IN = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_ELAPSED = 46


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


class ParsedSheets:
    """The parts that all sheets of a file share: its strings, which formats show dates, and where days begin."""

    def __init__(self, archive: zipfile.ZipFile, parts: Mapping[str, str], date1904: bool) -> None:
        """`parts`: the member names of "sharedStrings" and "styles", where the file has them."""
        self.epoch = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
        self.strings: list[str] = []
        self.formats: list[str] = []
        if "sharedStrings" in parts:
            for item in fromstring(archive.read(parts["sharedStrings"])):
                self.strings.append(_text(item))
        if "styles" in parts:
            self.formats = _formats(fromstring(archive.read(parts["styles"])))

    def take(self, xml: bytes, sheet: SheetContent) -> None:
        """Take in the cells, formulas, hidden rows and columns and merged ranges of one sheet part."""
        row = column = 0
        for event, element in iterparse(io.BytesIO(xml), events=("start", "end")):
            name = local_name(element)
            if event == "start" and name == "row":
                row, column = int(element.get("r", row + 1)), 0
                if element.get("hidden") in _TRUE:
                    sheet.hidden_rows.add(row)
            elif event == "start" and name == "c":
                letters, digits = _split_place(element.get("r", ""))
                row, column = (int(digits), column_index(letters)) if digits else (row, column + 1)
            elif event == "end" and name == "c":
                self._take_cell(element, sheet, row, column)
            elif event == "end" and name == "row":
                element.clear()
            elif event == "end" and name == "col" and element.get("hidden") in _TRUE:
                sheet.hide_columns(int(element.get("min", "1")), int(element.get("max", "0")))
            elif event == "end" and name == "mergeCell":
                first, _, last = element.get("ref", "").partition(":")
                (left, top), (right, bottom) = _split_place(first), _split_place(last or first)
                sheet.merges.append((int(top), column_index(left), int(bottom), column_index(right)))

    def _take_cell(self, element: Element, sheet: SheetContent, row: int, column: int) -> None:
        kind, stored, inline, has_formula = element.get("t", "n"), "", "", False
        for part in element:
            name = local_name(part)
            if name == "v":
                stored = part.text or ""
            elif name == "is":
                inline = _text(part)
            elif name == "f":
                has_formula = True
        if has_formula:
            sheet.formulas[row, column] = bool(stored or inline) or kind == "str"
        value = self._value(kind, stored, element.get("s", "0")) if stored or kind == "e" else inline
        if value != "" and (stored or inline or not has_formula):
            sheet.put(row, column, value)

    def _value(self, kind: str, stored: str, style: str) -> Any:
        if kind == "e":
            return CellError(stored or "#ERROR")
        if kind == "s":
            return self.strings[int(stored)]
        if kind == "b":
            return stored.strip() in _TRUE
        if kind == "d":
            return _iso(stored)
        if kind != "n":
            return _unescape(stored)
        try:
            number = float(stored) if stored == stored.strip() else None
        except ValueError:
            number = None
        return _unescape(stored) if number is None else self._number(number, int(style))

    def _number(self, number: float, style: int) -> Any:
        shown = self.formats[style] if style < len(self.formats) else ""
        if not shown or not abs(number) < 2_958_466:  # beyond the year 9999
            return number
        if shown == "elapsed":
            return datetime.timedelta(days=number)
        # Excel counts a 29 February 1900 that never was.
        days = number + 1 if number < 60 and self.epoch.year == 1899 else number
        moment = self.epoch + datetime.timedelta(milliseconds=round(days * 86_400_000))
        if number < 1:
            return moment.time() if number >= 0 else datetime.time()
        return moment.date() if moment.time() == datetime.time() else moment


def _text(item: Element) -> str:
    """The text of a string: its runs joined, without the reading aids of ideographs."""
    runs = []
    for part in item:
        name = local_name(part)
        if name == "t":
            runs.append(part.text or "")
        elif name == "r":
            runs += [run.text or "" for run in part if local_name(run) == "t"]
    return _unescape("".join(runs))


def _unescape(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _iso(stored: str) -> Any:
    moment = datetime.datetime.fromisoformat(stored.rstrip("Z"))
    return moment.date() if len(stored) == len("2026-03-01") else moment


def _formats(styles: Element) -> list[str]:
    """Style number → "date", "elapsed" or "": how its number format shows a number."""
    custom: dict[str, str] = {}
    found: list[str] = []
    for group in styles:
        if local_name(group) == "numFmts":
            custom = {element.get("numFmtId", ""): element.get("formatCode", "") for element in group}
    for group in styles:
        if local_name(group) == "cellXfs":
            found = [_shows(element.get("numFmtId", "0"), custom) for element in group]
    return found


def _shows(number: str, custom: Mapping[str, str]) -> str:
    if number not in custom:
        code = int(number)
        return "elapsed" if code == _BUILT_IN_ELAPSED else "date" if code in _BUILT_IN else ""
    first = _LITERAL.sub("", custom[number]).split(";")[0].lower()
    if re.search(r"\[(?:h+|m+|s+)\]", first):
        return "elapsed"
    return "date" if re.search(r"[ymdhs]", first) else ""


def _split_place(place: str) -> tuple[str, str]:
    """The letters and the digits of an A1 address."""
    letters = place.rstrip("0123456789")
    return letters, place[len(letters) :]
