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

from lzxl.forms.days import Day, is_doubtful, read_day
from lzxl.forms.model import Field
from lzxl.forms.persons import apart, in_one_text
from lzxl.forms.placeholders import is_placeholder, is_stroke
from lzxl.forms.text import compact, has_unseen, is_empty, seen, spaced, tidy, with_hyphens
from lzxl.forms.vocabulary import Vocabulary


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
LOST_DIGITS = 1e15
# Excel counts a 29 February 1900 that never was: from March 1900 on this is its day 0.
_EPOCH_1900 = datetime.date(1899, 12, 30)
# 0 as a number, as a time, and as a day: as the reader of a container has it, by the format of its cell.
_ZEROS = (0, datetime.time(0), _EPOCH_1900, datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1))
NUMBER_KINDS = frozenset({"serial", "count", "score"})
"""Kinds of fields in which 0 is a number, and not what a formula makes of a blank cell."""
# Excel for the Mac counted from here, and workbooks that began there still do.
_EPOCH_1904 = datetime.date(1904, 1, 1)
# A number in a date column is read as a date only in these years: an amount or a year is not taken for a day.
FIRST_YEAR, LAST_YEAR = 1990, 2100

_SEPARATORS = re.compile(r"[、,，;；/／|｜\\＼\n]+")
# What parts words of a list as well, but may stand within a name.
_BLANKS = re.compile(r"[\s+＋&＆·・•]+")
# 1. 财务岗 2. 出纳岗: how people count what they list.
_COUNTED = re.compile(r"(?:(?:^|(?<=[\s、,，;；/|]))\d{1,2}[)）.．、]|[(（]\d{1,2}[)）]|[①-⑳])\s*(?=[^\W\d])")
# A piece that ends so is the name of a post by itself.
_POST = re.compile(r"(?:.(?:岗|岗位|长|员|人|管理)|会计|出纳|主任|书记|主管|助理|负责人)$")
_GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)"
NUMBER = re.compile(
    rf"^([+-]? ?(?:{_GROUPED}|[0-9]+)(?:\.[0-9]+)?|[+-]? ?\.[0-9]+) ?(万|亿)? ?(?:分|个|条|项|人|次|元|件)?$"
)
"""A number after `spaced`; commas or single blanks group thousands only where three digits follow each."""
DECIMAL_COMMA = re.compile(r"^([+-]?[0-9]+) ?[,，。·٫] ?([0-9]+) ?(?:分|元)?$")
DATE_DIGITS = re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})$")
_GROUPING = re.compile(r"[ ,]")
# As an exponent, since 0.07 × 10,000 is 700.0000000000001, which would be no count.
_TIMES = {"万": "e4", "亿": "e8"}
# Five digits: so many have the days from 1927 to 2173.
_SERIAL_AS_TEXT = re.compile(r"[0-9]{5}(?:\.0+)?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLASSIC_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
ERROR_TEXTS = frozenset(
    (*_CLASSIC_ERRORS, "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#ERROR")
)
"""What a cell shows whose formula failed. As a text, somebody copied it, or a return gave it back: it is no content either."""
COMPOUND_LEVEL = re.compile(r"^(?:\d+个?(?:[高中低]|[一二三ⅠⅡⅢ]级?)(?:级|风险)?[、,，;；和]?)+$")
_COMPOUND_PART = re.compile(r"(\d+)个?([高中低一二三ⅠⅡⅢ])")


def is_blank(raw: object) -> bool:
    """Whether a cell holds nothing, or only blanks and characters that nobody can see."""
    return is_empty(raw) if isinstance(raw, str) else raw is None


def shows_nothing(field: Field, raw: Any) -> bool:
    """Whether what a formula shows is what it makes of a blank cell: 0, in a field that holds no number."""
    if field.kind in NUMBER_KINDS:
        return False
    number = raw.number if isinstance(raw, ShownNumber) else raw
    # FALSE is 0 to Python, and an answer.
    return number in _ZEROS and not isinstance(number, bool)


def parse(field: Field, raw: Any, date1904: bool = False) -> Parsed:
    """`raw` (str, int, float, bool, date, datetime, time, CellError or None) as a value of `field`'s kind.

    `date1904`: whether the workbook counts days from 1904. Never raises.
    """
    if is_blank(raw):
        return BLANK
    if isinstance(raw, ShownNumber):
        return _shown(field, raw, date1904)
    instead = _text_without_content(field, raw) if isinstance(raw, str) else _without_content(raw)
    if instead is not None:
        return instead
    if field.kind == "date":
        return _date(raw, date1904)
    return _READERS[field.kind](field, raw)


def _text_without_content(field: Field, raw: str) -> Parsed | None:
    """What a text is that says nothing: an error that somebody copied, or a stroke; None where it is content."""
    if "#" in raw and raw.strip() in ERROR_TEXTS:
        return Parsed(None, "error_value")
    return _in_place_of_content(field, raw) if is_placeholder(raw) else None


def _without_content(raw: Any) -> Parsed | None:
    """The same for what is no text: a picture, or a formula that failed."""
    if isinstance(raw, CellPicture):
        return Parsed(None, "picture_in_cell")
    if isinstance(raw, CellError) or (isinstance(raw, float) and not math.isfinite(raw)):
        return Parsed(None, "error_value")
    return None


def _shown(field: Field, raw: ShownNumber, date1904: bool) -> Parsed:
    """What is counted is the number; what is read is what the unit sees, and that is said."""
    if field.is_numeric or field.kind == "date":
        return parse(field, raw.number, date1904)
    parsed = parse(field, raw.shown, date1904)
    return parsed if parsed.problem or parsed.note else parsed._replace(note="number_as_shown")


_LOST = Parsed(None, "id_digits_lost")


def has_lost_digits(raw: Any) -> bool:
    """Whether a number is so long that its last digits are lost: an identity number that became one."""
    return isinstance(raw, float) and abs(raw) >= LOST_DIGITS


def _in_place_of_content(field: Field, raw: str) -> Parsed | None:
    """What a stroke or 无 is in a field: blank where nothing is owed, else a problem; None where it is an answer."""
    if field.vocabulary is not None and field.vocabulary.find(raw) is not None:
        return None
    if field.kind == "text" and not is_stroke(raw) and accepts_none(field):
        return None
    if not field.required:
        return BLANK
    # Numbers, days and words out of a list are refused with what may be written there.
    return Parsed(None, "placeholder_for_content") if field.kind in ("text", "person", "list") else None


def accepts_none(field: Field) -> bool:
    """Whether 无 may stand in a text field: where its help says so, and where nothing is owed but any text is taken."""
    least = field.checks.get("str_length", {}).get("min_value") or 0
    return "“无”" in field.help or (not field.required and least < 2)


def _of_text(raw: Any, read: Callable[[str], Any], note: str = "") -> Parsed:
    """What `read` makes of a cell's text; `note` if that is another text."""
    if has_lost_digits(raw):
        return _LOST
    text = as_text(raw)
    value = read(text)
    if not value:
        return BLANK  # only separators, or only marks that nobody can see
    if has_unseen(text):
        return Parsed(value, note="text_normalised")
    return Parsed(value, note="" if value == text.strip() else note)


def _persons(field: Field, raw: Any) -> Parsed:
    """The names in a cell, kept apart by 、 however they were kept apart; that is said unless it was by 、."""
    if has_lost_digits(raw):
        return _LOST
    text = as_text(raw)
    names = apart(text)
    if not names:
        return BLANK
    if text.count("、") < len(names) - 1:
        return Parsed(in_one_text(names), note="names_apart")
    return Parsed(in_one_text(names), note="text_normalised" if has_unseen(text) else "")


def _number_of_row(text: str) -> str:
    return with_hyphens(compact(text)).upper()


def _list(field: Field, raw: Any) -> Parsed:
    """The names in a cell, however they are kept apart. One with a blank inside may be two: that is said."""
    parsed = _of_text(raw, _parts)
    if parsed.value and any(_BLANKS.search(part) and not part.isascii() for part in parsed.value):
        return parsed._replace(note="list_doubtful")
    return parsed


def _parts(text: str) -> tuple[str, ...]:
    plain = _COUNTED.sub("\n", text)
    parts = [tidy(part).rstrip("。") for part in _SEPARATORS.split(plain)]
    return tuple(piece for part in parts if part for piece in _at_blanks(part))


def _at_blanks(part: str) -> list[str]:
    """财务岗 出纳岗 are two posts, 财 务 岗 is one; of others nobody can tell."""
    pieces = _BLANKS.split(part)
    if all(_POST.search(piece) for piece in pieces):
        return pieces
    return ["".join(pieces)] if all(len(piece) == 1 for piece in pieces) else [part]


def as_text(raw: Any) -> str:
    """A cell's content as text: 3.0 → 3, a date → ISO, TRUE → 是."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "是" if raw else "否"
    # All numbers of a sheet are floating ones: nobody has typed the .0.
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime.datetime):
        return moment_as_text(raw)
    if isinstance(raw, datetime.date):
        return raw.isoformat()
    return str(raw)


def moment_as_text(moment: datetime.datetime) -> str:
    """2026-03-01, and with its time of day if it has one: 2026-03-01 10:30:00."""
    is_midnight = moment.time() == datetime.time()
    return moment.date().isoformat() if is_midnight else moment.isoformat(" ", timespec="seconds")


def _choice(vocabulary: Vocabulary, raw: Any, is_level: bool) -> Parsed:
    text = as_text(raw)
    word = vocabulary.find(text)
    if word is not None:
        return Parsed(word, note=_note_of_word(word, text))
    if is_level and compound_levels(text) is not None:
        return Parsed(None, "compound_level")
    return Parsed(tidy(text), suggestion=vocabulary.suggest(text))


def _note_of_word(word: str, text: str) -> str:
    if word == text.strip():
        return ""
    return "text_normalised" if compact(text) == compact(word) else "word_alias"


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
    for part in _words_of(vocabulary, _COUNTED.sub("\n", text)):
        word = vocabulary.find(part)
        if word is None:
            return Parsed(None, "word_not_in_vocabulary", suggestion=vocabulary.suggest(part))
        note = note or _note_of_word(word, part)
        if word not in words:
            words.append(word)
    return Parsed(tuple(words), note=note) if words else BLANK


def _words_of(vocabulary: Vocabulary, text: str) -> list[str]:
    """The pieces of a text that are words or should be: blanks part two words where each side is one."""
    pieces: list[str] = []
    for part in _SEPARATORS.split(text):
        smaller = [piece for piece in _BLANKS.split(part) if not is_empty(piece)]
        if vocabulary.find(part) is None and all(vocabulary.find(piece) is not None for piece in smaller):
            pieces += smaller
        elif not is_empty(part):
            pieces.append(part)
    return pieces


def _number(kind: str, raw: Any) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(None, "number_unreadable")
    if isinstance(raw, int | float):
        if abs(raw) >= LOST_DIGITS:
            return Parsed(None, "id_digits_lost")
        return _number_of_kind(kind, float(raw), "")
    if not isinstance(raw, str):
        return Parsed(None, "number_unreadable")
    written = spaced(raw)
    match = NUMBER.match(written) if not _has_raised_digits(raw) else None
    if match is None:
        return _no_number(kind, raw, written)
    number = float(_GROUPING.sub("", match.group(1)) + _TIMES.get(match.group(2), ""))
    return _number_of_kind(kind, number, "text_normalised" if seen(raw) != raw else "number_as_text")


def _no_number(kind: str, raw: str, written: str) -> Parsed:
    """A text that is no number. A serial such as 一 or 1.1.2 says nothing that anything is counted by."""
    if kind == "serial":
        return Parsed(tidy(raw), note="text_normalised" if has_unseen(raw) else "")
    comma = DECIMAL_COMMA.match(written)
    if comma:
        return Parsed(None, "decimal_comma", suggestion=f"{comma.group(1)}.{comma.group(2)}")
    return Parsed(None, "number_unreadable")


def _has_raised_digits(text: str) -> bool:
    """Whether a digit is written above, below or in a circle: normalisation would join 3² to 32."""
    return not text.isascii() and any(unicodedata.category(character) == "No" for character in text)


def _number_of_kind(kind: str, number: float, note: str) -> Parsed:
    if kind == "score":
        # A formula may make 9.700000000000001 of scores with decimals.
        return Parsed(int(number) if number.is_integer() else round(number, 6), note=note)
    if not number.is_integer():
        return Parsed(tidy(str(number))) if kind == "serial" else Parsed(None, "number_not_whole")
    return Parsed(int(number), note="" if kind == "serial" else note)


def _date(raw: Any, date1904: bool) -> Parsed:
    if isinstance(raw, datetime.datetime):
        return _day_of_moment(raw, "")
    if isinstance(raw, datetime.date):
        return Parsed(raw)
    # TRUE is 1 to Python: the first day of 1900.
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return Parsed(None, "date_unreadable")
    if isinstance(raw, str):
        return _date_from_text(raw)
    digits = DATE_DIGITS.match(str(int(raw))) if float(raw).is_integer() else None
    if digits:  # 20260301 typed as a number
        return _from_day(read_day(digits.group()), "date_as_text")
    return _date_from_serial(raw, date1904)


def _date_from_serial(number: float, date1904: bool) -> Parsed:
    moment = moment_of(number, date1904)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return Parsed(None, "date_unreadable")
    return _day_of_moment(moment, "date_as_serial")


def moment_of(number: float, date1904: bool) -> datetime.datetime | None:
    """The day and time that a number shows as a date; None beyond the days that there are."""
    midnight = datetime.datetime.combine(_EPOCH_1904 if date1904 else _EPOCH_1900, datetime.time())
    try:
        return midnight + datetime.timedelta(days=number)
    except OverflowError:
        return None


def _day_of_moment(moment: datetime.datetime, note: str) -> Parsed:
    """The day of a cell that holds a time of day as well. What is left of a midnight is said: the day may be one short."""
    if is_doubtful(moment.time()):
        return _from_day(Day(moment.date(), doubtful=True), note)
    return Parsed(moment.date(), note=note)


def _from_day(found: Day, note: str) -> Parsed:
    if found.day is None:
        return Parsed(None, problem=found.problem)
    if not found.doubtful:
        return Parsed(found.day, note=note)
    return Parsed(found.day, note="date_near_midnight", suggestion=day_after(found.day).isoformat())


def day_after(day: datetime.date) -> datetime.date:
    return day + datetime.timedelta(days=1)


def _date_from_text(text: str) -> Parsed:
    found = read_day(text) if not _has_raised_digits(text) else Day(None, "date_unreadable")
    written = spaced(text)
    if found.problem == "date_unreadable" and _SERIAL_AS_TEXT.fullmatch(written):
        # The text may come from any workbook, and nearly all count from 1900, whatever this one does.
        return _date_from_serial(float(written), False)  # a serial number pasted as text
    if _ISO_DAY.fullmatch(written):
        return _from_day(found, "text_normalised" if written != text.strip() else "")
    return _from_day(found, "date_as_text")


def _typed_numbers(field: Field, raw: Any) -> Parsed:
    return _number(field.kind, raw)


def _one_word(field: Field, raw: Any) -> Parsed:
    assert field.vocabulary is not None
    return _choice(field.vocabulary, raw, field.kind == "level")


def _some_words(field: Field, raw: Any) -> Parsed:
    assert field.vocabulary is not None
    return _LOST if has_lost_digits(raw) else _choices(field.vocabulary, as_text(raw))


def _plain_text(field: Field, raw: Any) -> Parsed:
    return _of_text(raw, tidy)


def _row_id(field: Field, raw: Any) -> Parsed:
    return _of_text(raw, _number_of_row, "text_normalised")


def _address(field: Field, raw: Any) -> Parsed:
    return _of_text(raw, compact, "text_normalised")


_READERS: dict[str, Callable[[Field, Any], Parsed]] = {
    "text": _plain_text,
    "choice": _one_word,
    "level": _one_word,
    "choices": _some_words,
    "serial": _typed_numbers,
    "count": _typed_numbers,
    "score": _typed_numbers,
    "id": _row_id,
    "email": _address,
    "person": _persons,
    "list": _list,
}
"""How a cell is read, by the kind of its field; days need to know from when the workbook counts (`parse`)."""


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


def first_digits(number: float) -> str:
    """A long number that may be somebody's identity number, as it may be shown: its first six digits only."""
    return f"{number:.0f}"[:6] + "…"
