"""What a cell of an OpenDocument spreadsheet holds: its typed value, or its text as OpenDocument counts blanks."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from lzxl.forms.values import ShownNumber
from lzxl.workbook.reading.number_formats import NumberFormat, adds_words, value_shown
from lzxl.workbook.reading.ods_styles import Styles

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_NUMBERS = ("float", "percentage", "currency")
_BLANKS = re.compile(r"[ \t\r\n]+")
# How many blanks one element stands for is the file's word: a few bytes may claim a billion.
_MOST_SPACES = 1000
# Day 0 of OpenDocument: with it days since March 1900 have the numbers that Excel gives them.
_FIRST_DAY = datetime.date(1899, 12, 30)
# Bounded digits: Python turns no number of thousands of digits into an int.
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d*)?|\.\d+)S)?)?", re.ASCII
)
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA"}


class Paragraph:
    """The text of one paragraph while its elements go by. A run of blanks in the XML is one blank, at either end none."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._ends_in_blank = True

    def add(self, text: str) -> None:
        """Text as the XML has it."""
        text = _BLANKS.sub(" ", text)
        if self._ends_in_blank and text.startswith(" "):
            text = text[1:]
        if text:
            self._pieces.append(text)
            self._ends_in_blank = text.endswith(" ")

    def mark(self, local: str, count: str) -> None:
        """An element inside of the paragraph: some stand for blanks."""
        if local == "s":
            is_count = count.isdecimal() and len(count) < 9
            self._pieces.append("\u0020" * min(int(count) if is_count else 1, _MOST_SPACES))
        elif local == "tab":
            self._pieces.append("\t")
        elif local == "line-break":
            self._pieces.append("\n")
        else:
            return
        self._ends_in_blank = False

    @property
    def content(self) -> str:
        text = "".join(self._pieces)
        return text[:-1] if self._ends_in_blank and text.endswith(" ") else text


def is_error_text(text: str) -> bool:
    """Whether what a formula shows is an error, for programs that store it as a text."""
    # LibreOffice has errors of its own beside Excel's: Err:502 for a wrong argument, Err:508 for brackets.
    return text in _ERRORS or re.fullmatch(r"Err:\d{3}", text) is not None


def cell_value(kind: str, attributes: Mapping[str, str], text: str, styles: Styles, style: str) -> Any:
    """The value of a cell of type `kind` ("" if it has none) that shows `text`; None if it holds nothing.

    A value that is not what its type says counts as the text that is shown.
    """
    value = _stored_value(kind, attributes, text, styles, style)
    return (text or None) if value is None or value == "" else value


def _stored_value(kind: str, attributes: Mapping[str, str], text: str, styles: Styles, style: str) -> Any:
    """What a cell stores beside the text that it shows; None if that is nothing, or not of its type."""
    if kind in _NUMBERS:
        return _number(attributes.get(f"{_OFFICE}value", ""), text, styles, style)
    if kind == "date":
        return _date(attributes.get(f"{_OFFICE}date-value", ""))
    if kind == "time":
        return _time(attributes.get(f"{_OFFICE}time-value", ""), styles.is_elapsed(style))
    if kind == "boolean":
        return {"true": True, "false": False}.get(attributes.get(f"{_OFFICE}boolean-value", ""))
    if kind == "string":
        return attributes.get(f"{_OFFICE}string-value")
    return None


def _number(stored: str, text: str, styles: Styles, style: str) -> Any:
    try:
        number = float(stored)
    except ValueError:
        return None
    if text:
        # The text beside the number is what the program showed: no format need be worked out.
        return ShownNumber(number, text) if adds_words(text) else number
    return value_shown(number, styles.number_format(style)) if styles.number_format(style).kind == "number" else number


def _date(stored: str) -> Any:
    try:
        moment = datetime.datetime.fromisoformat(stored)
    except ValueError:
        return None
    # A zone is allowed (xsd:dateTime), no sheet shows one, and Python compares no day with a zone to one without.
    moment = _whole_milliseconds(moment.replace(tzinfo=None))
    if moment.date() == _FIRST_DAY:  # a time of day without a day
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment


def _whole_milliseconds(moment: datetime.datetime) -> datetime.datetime:
    """As spreadsheets store days: what is nearer to the next millisecond is that one."""
    rest = moment.microsecond % 1000
    return moment + datetime.timedelta(microseconds=1000 - rest if rest >= 500 else -rest) if rest else moment


def _time(stored: str, is_elapsed: bool) -> Any:
    match = _DURATION.fullmatch(stored)
    if match is None:
        return None
    sign, days, hours, minutes, seconds = match.groups()
    total = int(days or 0) * 86_400 + int(hours or 0) * 3_600 + int(minutes or 0) * 60 + float(seconds or 0)
    number = (-total if sign else total) / 86_400
    return value_shown(number, NumberFormat("elapsed" if is_elapsed else "date"))
