"""From what a cell holds to a typed value: one function, every kind of field, nothing lost on the way.

A cell that cannot be read as its field's kind keeps its content and gets a problem code; a cell that was read in a way
worth saying (an alias, a number typed as text, a date as a serial number) keeps its content too and gets a note code.
Both are codes of the catalogue of findings. A word outside its vocabulary is *not* a problem here: it is a value that
the checks then refuse with the allowed words.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lzxl.forms.model import Field, Vocabulary
from lzxl.forms.text import compact, tidy


class Parsed(NamedTuple):
    """A typed value (None when blank or unreadable), the code of what is wrong, the code of what is worth saying."""

    value: Any
    problem: str = ""
    note: str = ""
    suggestion: Any = None


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that a formula shows, e.g. #N/A: never a value, never a blank."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class CellPicture:
    """A picture that stands in a cell instead of a value: it cannot be read, and the cell is not blank."""

    def __str__(self) -> str:
        return "（图片）"


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number whose format adds text to it, e.g. 7 shown as HB05-007, or 2026 shown as 2026年度."""

    number: float
    shown: str

    def __str__(self) -> str:
        return self.shown


BLANK = Parsed(None)

# The first integer that a double (and so a spreadsheet cell) no longer holds exactly in all 16+ digits.
_LOST_DIGITS = 1e15
_EPOCH_1900 = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
# A number in a date column is read as a date only in these years: an amount or a year is not taken for a day.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_SEPARATORS = re.compile(r"[、,，;；/\n]+")
LATIN = re.compile(r"[A-Za-z]")
NUMBER = re.compile(r"^([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)(万|亿)?(?:分|个|条|项|人|次|元|件)?$")
DATE = re.compile(
    r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})(?:日|号)?(?:T?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?(?:制|填|前)?$"
)
DATE_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
DAY_OF_ANY_YEAR = re.compile(r"\d{1,2}[月./-]\d{1,2}[日号]?")
DATE_LIKE = re.compile(r"年|月|\d{1,4}[-./]\d{1,2}|底|前|长期|立行|立即|持续|季度|随时")
COMPOUND_LEVEL = re.compile(r"^(?:\d+个?(?:[高中低]|[一二三ⅠⅡⅢ]级?)(?:级|风险)?[、,，;；和]?)+$")
_COMPOUND_PART = re.compile(r"(\d+)个?([高中低一二三ⅠⅡⅢ])")


def is_blank(raw: object) -> bool:
    """Whether a cell holds nothing, or only white space."""
    if raw is None or raw == "":
        return True
    return isinstance(raw, str) and not raw.strip(" \t\r\n\u3000\u00a0\u200b")


def parse(field: Field, raw: Any, date1904: bool = False) -> Parsed:
    """`raw` (str, int, float, bool, date, datetime, time, CellError or None) as a value of `field`'s kind.

    `date1904`: whether the workbook counts days from 1904. Never raises.
    """
    if is_blank(raw):
        return BLANK
    if isinstance(raw, CellPicture):
        return Parsed(None, "picture_in_cell")
    if isinstance(raw, ShownNumber):
        return _shown(field, raw, date1904)
    if isinstance(raw, CellError) or (isinstance(raw, float) and not math.isfinite(raw)):
        return Parsed(None, "error_value")
    kind = field.kind
    if kind == "text":
        return _of_text(raw, tidy)
    if kind in ("choice", "level"):
        assert field.vocabulary is not None
        return _choice(field.vocabulary, raw, kind == "level")
    if kind == "date":
        return _date(raw, date1904)
    if kind in ("serial", "count", "score"):
        return _number(kind, raw)
    if kind in ("id", "email"):
        return _of_text(raw, compact if kind == "email" else _number_of_row, "text_normalised")
    if kind == "person":
        return _of_text(raw, _person)
    if kind == "list":
        return _of_text(raw, _parts)
    assert kind == "choices" and field.vocabulary is not None
    return _LOST if _has_lost_digits(raw) else _choices(field.vocabulary, as_text(raw))


def _shown(field: Field, raw: ShownNumber, date1904: bool) -> Parsed:
    """What is counted is the number; what is read is what the unit sees, and that is said."""
    if field.is_numeric or field.kind == "date":
        return parse(field, raw.number, date1904)
    parsed = parse(field, raw.shown, date1904)
    return parsed if parsed.problem or parsed.note else parsed._replace(note="number_as_shown")


_LOST = Parsed(None, "id_digits_lost")


def _has_lost_digits(raw: Any) -> bool:
    return isinstance(raw, float) and abs(raw) >= _LOST_DIGITS


def _of_text(raw: Any, read: Callable[[str], Any], note: str = "") -> Parsed:
    """What `read` makes of a cell's text; `note` if that is another text."""
    if _has_lost_digits(raw):
        return _LOST
    text = as_text(raw)
    value = read(text)
    return Parsed(value, note="" if not note or value == text.strip() else note)


def _number_of_row(text: str) -> str:
    return compact(text).upper()


def _person(text: str) -> str:
    return tidy(text) if LATIN.search(text) else "".join(text.split())


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in (tidy(part) for part in _SEPARATORS.split(text)) if part)


def as_text(raw: Any) -> str:
    """A cell's content as text: 3.0 → 3, a date → ISO, TRUE → 是."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime.datetime):
        midnight = raw.time() == datetime.time()
        return raw.date().isoformat() if midnight else raw.isoformat(" ")
    if isinstance(raw, datetime.date):
        return raw.isoformat()
    return str(raw)


def _choice(vocabulary: Vocabulary, raw: Any, is_level: bool) -> Parsed:
    text = as_text(raw)
    word = vocabulary.find(text)
    if word is not None:
        return Parsed(word, note="" if word == text.strip() else "word_alias")
    if is_level and compound_levels(text) is not None:
        return Parsed(None, "compound_level")
    return Parsed(tidy(text), suggestion=vocabulary.suggest(text))


def compound_levels(text: str) -> dict[str, int] | None:
    """The levels of several risk points written in one cell: 1中2低 → {中: 1, 低: 2}; None if the text is not that."""
    squeezed = compact(text)
    if not COMPOUND_LEVEL.match(squeezed):
        return None
    counts: dict[str, int] = {}
    for number, word in _COMPOUND_PART.findall(squeezed):
        counts[word] = counts.get(word, 0) + int(number)
    return counts


def _choices(vocabulary: Vocabulary, text: str) -> Parsed:
    words: list[str] = []
    note = ""
    for part in _SEPARATORS.split(text):
        if not part.strip():
            continue
        word = vocabulary.find(part)
        if word is None:
            return Parsed(None, "word_not_in_vocabulary", suggestion=vocabulary.suggest(part))
        note = note or ("" if word == part.strip() else "word_alias")
        if word not in words:
            words.append(word)
    return Parsed(tuple(words), note=note)


def _number(kind: str, raw: Any) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(None, "number_unreadable")
    if isinstance(raw, int | float):
        if abs(raw) >= _LOST_DIGITS:
            return Parsed(None, "id_digits_lost")
        return _number_of_kind(kind, float(raw), "")
    if not isinstance(raw, str):
        return Parsed(None, "number_unreadable")
    squeezed = compact(raw).replace(",", "")
    match = NUMBER.match(squeezed)
    if match is None:
        # A serial such as 一 or 1.1.2 says nothing that anything is counted by.
        return Parsed(tidy(raw)) if kind == "serial" else Parsed(None, "number_unreadable")
    number = float(match.group(1)) * {"万": 1e4, "亿": 1e8, None: 1}[match.group(2)]
    return _number_of_kind(kind, number, "number_as_text")


def _number_of_kind(kind: str, number: float, note: str) -> Parsed:
    if kind == "score":
        return Parsed(int(number) if number.is_integer() else round(number, 6), note=note)
    if not number.is_integer():
        return Parsed(tidy(str(number))) if kind == "serial" else Parsed(None, "number_not_whole")
    return Parsed(int(number), note="" if kind == "serial" else note)


def _date(raw: Any, date1904: bool) -> Parsed:
    if isinstance(raw, datetime.datetime):
        return Parsed(raw.date())
    if isinstance(raw, datetime.date):
        return Parsed(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return Parsed(None, "date_unreadable")
    if isinstance(raw, str):
        return _date_from_text(raw)
    digits = DATE_DIGITS.match(str(int(raw))) if float(raw).is_integer() else None
    if digits:  # 20260301 typed as a number
        return _calendar_day(digits, "date_as_text")
    try:
        day = (_EPOCH_1904 if date1904 else _EPOCH_1900) + datetime.timedelta(days=int(raw))
    except OverflowError:
        return Parsed(None, "date_unreadable")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return Parsed(None, "date_unreadable")
    return Parsed(day, note="date_as_serial")


def _date_from_text(text: str) -> Parsed:
    squeezed = compact(text)
    match = DATE.match(squeezed) or DATE_DIGITS.match(squeezed)
    if match:
        if squeezed.endswith("前"):
            # 2026年12月31日前 names its day; the word only says that earlier is fine.
            return _calendar_day(match, "date_as_text")
        return _calendar_day(match, "" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()) else "date_as_text")
    if DAY_OF_ANY_YEAR.fullmatch(squeezed):
        return Parsed(None, "date_without_year")
    if DATE_LIKE.search(squeezed):
        return Parsed(None, "date_vague")
    if re.fullmatch(r"\d{5}(?:\.0+)?", squeezed):  # a serial number pasted as text
        day = _EPOCH_1900 + datetime.timedelta(days=int(float(squeezed)))
        if _FIRST_YEAR <= day.year <= _LAST_YEAR:
            return Parsed(day, note="date_as_serial")
    return Parsed(None, "date_unreadable")


def _calendar_day(match: re.Match[str], note: str) -> Parsed:
    year, month, day = (int(part) for part in match.groups()[:3])
    try:
        return Parsed(datetime.date(year, month, day), note=note)
    except ValueError:
        return Parsed(None, "date_impossible")


def display(value: Any) -> str:
    """A typed value as people read it in a message or a JSON report."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, CellError):
        return value.text
    return unicodedata.normalize("NFC", as_text(value))


def shorten_number(number: float) -> str:
    """A number as people write it: 21.0 → 21, 22.5 → 22.5."""
    return str(int(number)) if float(number).is_integer() else f"{number:g}"
