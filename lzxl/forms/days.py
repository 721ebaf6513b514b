"""Days as people write them: one pattern for numbers, one for Chinese numerals, and what else a text about days may be.

A day is read only where the text names one day and nothing else; whatever else it says comes back as a problem. What
reads a day is written as JavaScript as well (`lzxl.functions.wps`).
"""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from typing import NamedTuple

from lzxl.forms.text import spaced

_WEEKDAY = r"(?:[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?|[(\[]?(?:[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[a-z]*[)\]]?)"
_BEFORE_NOON = "上午|凌晨|清晨|早上|早晨|[Aa]\\.?[Mm]\\.?"
_AFTER_NOON = "下午|中午|傍晚|晚上|晚|[Pp]\\.?[Mm]\\.?"
AFTER_NOON = re.compile(_AFTER_NOON)
_HALF = f"({_BEFORE_NOON}|{_AFTER_NOON})"
# ∶ is the sign of ratios: Chinese input methods offer it for a colon, and NFKC leaves it as it is.
_CLOCK = (
    r"([0-9]{1,2}) ?(?:[:∶] ?([0-9]{1,2})(?: ?[:∶] ?([0-9]{1,2})(?:[.,][0-9]+)?)?"
    r"|[时点](?: ?(?:([0-9]{1,2}) ?分?(?: ?([0-9]{1,2}) ?秒)?|半|整|钟))?)"
)
_ZONE = r"([Zz]|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|UTC|GMT)(?:\[[A-Za-z/_]+\])?"
# What may follow a day: its weekday, a time of day with half and zone, the weekday again, 制 or 前. A digit never does.
_REST = (
    rf"(?: ?{_WEEKDAY})?(?:(?: ?[T,]| )? ?(?:{_HALF} ?)?{_CLOCK}(?: ?{_HALF})?(?: ?{_ZONE})?| ?(?:{_BEFORE_NOON}|{_AFTER_NOON}))?"
    rf"(?: ?{_WEEKDAY})? ?(制|填|之前|以前|前)?$"
)
DAY = re.compile(
    rf"^(?:{_WEEKDAY} ?)?([0-9]{{4}}) ?(?:[-./年。·] ?([0-9]{{1,2}}) ?[-./月。·] ?([0-9]{{1,2}})| ([0-9]{{1,2}}) ([0-9]{{1,2}}))"
    rf"(?: ?[日号]|(?![0-9])){_REST}"
)
"""A day in numbers after `spaced`. Groups: year, month, day (or month and day between blanks), half of the day before
the time, hour, minute, second (twice: 10:30:00 or 10时30分0秒), half after the time, zone, 前."""
DAY_DIGITS = re.compile(rf"^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})()()(?![0-9]){_REST}")
# Whoever does not find 〇 on the keyboard types a circle, an o or a nought.
_NUMERAL = "[〇○◯零oO0一二三四五六七八九]"
CHINESE_DAY = re.compile(
    rf"^({_NUMERAL}{{4}}|[0-9]{{4}}) ?年 ?([元一二三四五六七八九十]{{1,2}}|[0-9]{{1,2}}) ?月 ?"
    r"([一二三四五六七八九十廿卅]{1,3}|[0-9]{1,2}) ?(?=[日号])"
)
"""A day in Chinese numerals, or partly so, up to 日."""
DAY_OF_ANY_YEAR = re.compile(r"(?:[0-9]{2} ?[年./-] ?)?[0-9]{1,2} ?[月./-] ?[0-9]{1,2} ?[日号]?")
SHORT_YEAR = re.compile(r"([0-9]{1,2}) ?([-./]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})")
"""Three short numbers with the same mark between them: one day, of which nobody can tell which number is the year."""
DATE_LIKE = re.compile(r"年|月|[0-9]{1,4}[-./][0-9]|底|前|长期|立行|立即|持续|季度|随时")
WHOLE_DAY = re.compile(r"[0-9]{4} ?[-./年] ?[0-9]{1,2} ?[-./月] ?[0-9]{1,2}(?![0-9])")
SEVERAL_DAYS = re.compile(
    r"[0-9]{1,2} ?[-./月] ?[0-9]{1,2}(?: ?[日号]? ?[-~〜至到、,;/和与及\n]{1,2} ?|[日号] )"
    r"(?:[0-9]{4} ?[-./年] ?)?(?:[0-9]{1,2} ?[-./月] ?)?[0-9]{1,2}(?:[日号]|$)"
)

_MINUTES_OF_A_DAY = 24 * 60
_BEIJING = 8 * 60  # minutes ahead of universal time
_ZONE_AHEAD = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{2})?")
_NUMERALS = {numeral: digit for digit, numeral in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○◯零oO0", 0)


class Day(NamedTuple):
    """A day read from a text (None: see `problem`), and the day that may be meant instead."""

    day: datetime.date | None
    problem: str = ""
    doubtful: bool = False
    """Whether the time of day says that the day may be one short."""


def read_day(text: str) -> Day:
    """The day that `text` names, or the code of what is wrong with it."""
    written = spaced(text)
    numbers = in_numbers(written)
    match = DAY.match(numbers) or DAY_DIGITS.match(numbers)
    return _named_day(match) if match else Day(None, problem_of(numbers))


def problem_of(written: str) -> str:
    """Why a text that is no day is none."""
    if SHORT_YEAR.fullmatch(written):
        return "date_without_year"
    if len(WHOLE_DAY.findall(written)) > 1 or SEVERAL_DAYS.search(written):
        return "date_several"
    if DAY_OF_ANY_YEAR.fullmatch(written):
        return "date_without_year"
    if WHOLE_DAY.search(written):
        return "date_with_words"
    return "date_vague" if DATE_LIKE.search(written) else "date_unreadable"


def readings(text: str) -> tuple[datetime.date, ...]:
    """The days that a text of three short numbers may name: year, month and day in any order that people write them in."""
    match = SHORT_YEAR.fullmatch(in_numbers(spaced(text)))
    if match is None:
        return ()
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    # 26-3-1 in China, 3/1/26 of American programs, 1.3.26 of European ones.
    orders = ((first, second, third), (third, first, second), (third, second, first))
    found: dict[datetime.date, None] = {}
    for year, month, day in orders:
        with suppress(ValueError):  # 26 is no month
            found[datetime.date(2000 + year, month, day)] = None
    return tuple(found)


def in_numbers(written: str) -> str:
    """`written` with a day in Chinese numerals at its start in numbers: 二〇二六年六月四日 → 2026年6月4日."""
    match = CHINESE_DAY.match(written)
    if match is None:
        return written
    year, month, day = match.groups()
    digits = year if year.isdigit() and year.isascii() else "".join(str(_NUMERALS[numeral]) for numeral in year)
    return f"{digits}年{_number(month)}月{_number(day)}{written[match.end() :]}"


def _number(numeral: str) -> int:
    """A month or a day of one: 十二 → 12, 廿一 → 21, 三十 → 30; 0 for what is none, such as 十十."""
    if numeral.isascii():
        return int(numeral)
    tens, ten, ones = numeral.replace("廿", "二十").replace("卅", "三十").replace("元", "一").partition("十")
    if not ten:
        return _NUMERALS.get(tens, 0)
    if not (_is_digit(tens) and _is_digit(ones)):
        return 0
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)


def _is_digit(numeral: str) -> bool:
    """Whether a numeral beside 十 is one digit, or left out."""
    return not numeral or numeral in _NUMERALS


def _named_day(match: re.Match[str]) -> Day:
    """The day of a match of one of the patterns for days, as its time and zone leave it."""
    try:
        named = datetime.date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError:
        return Day(None, "date_impossible")
    if match[7] is None:
        return Day(named)
    try:
        clock = _clock(match)
    except ValueError:
        return Day(None, "date_with_words")
    if match[13]:
        return _in_beijing(named, clock, _minutes_ahead(match[13]))
    # People write 16:00 and mean it; seconds are written by programs, which may have lost hours of a midnight.
    has_seconds = bool(match[9] or match[11])
    return Day(named, doubtful=has_seconds and is_doubtful(clock))


def _clock(match: re.Match[str]) -> datetime.time:
    """The time of day of a match. Raises ValueError if there is no such time."""
    hour = _of_whole_day(int(match[7]), match[6] or match[12] or "")
    return datetime.time(hour, int(match[8] or match[10] or 0), int(match[9] or match[11] or 0))


def _in_beijing(named: datetime.date, clock: datetime.time, ahead: int) -> Day:
    """A day with a time of another zone, `ahead` minutes before universal time, if it is the same day in Beijing."""
    local = clock.hour * 60 + clock.minute - ahead + _BEIJING
    # Where it is another day in Beijing nobody knows which of the two the clerk means: it is asked.
    is_same_day = 0 <= local < _MINUTES_OF_A_DAY
    return Day(named) if is_same_day else Day(None, "date_in_other_zone")


def _of_whole_day(hour: int, half: str) -> int:
    """An hour of 24: 下午 3 → 15, 上午 12 → 0. 中午 is afternoon from 12 to 2, and 中午 11 is 11."""
    if not AFTER_NOON.match(half):
        return 0 if half and hour == 12 else hour
    is_before_noon = half == "中午" and hour > 9
    # People write 下午15:00 as well as 下午3:00.
    return hour if is_before_noon or hour >= 12 else hour + 12


def _minutes_ahead(zone: str) -> int:
    """How far a zone is ahead of universal time."""
    match = _ZONE_AHEAD.search(zone)
    if match is None:
        return 0
    ahead = int(match[2]) * 60 + int(match[3] or 0)
    return ahead if match[1] == "+" else -ahead


def is_doubtful(time: datetime.time) -> bool:
    """Whether a time of day is what programs leave of a midnight: seconds before it, or 8 hours before it.

    Writers that know a zone only by its old local time (Shanghai: 8:05:43) or take local time for universal time make
    the day one short: 23:59:17 or 16:00 of the day before.
    """
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    return seconds >= 86340 or 57540 <= seconds <= 57600 or 57256 <= seconds <= 57258
