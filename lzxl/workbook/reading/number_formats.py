"""What a number format makes of a number: a day, a time, a span of time, or a number shown with words around it.

One rule for every container: [MS-XLS], [MS-XLSB] and ECMA-376 18.8.31 write formats in the same language.
"""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from lzxl.forms.values import ShownNumber, shorten_number

Kind = Literal["number", "date", "elapsed"]

# Formats that every file may use without naming them (ECMA-376 18.8.30; 27 to 36 and 50 to 58 are the Chinese ones).
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_CODES = {9: "0%", 10: "0.00%", 46: "[h]:mm:ss"}
_PAST_ALL_DAYS = 2_958_466  # the first day of the year 10000
# No format that anyone means is longer; this one is cut before it is taken apart.
_LONGEST_CODE = 1024

# What in a number format is no placeholder: quoted and escaped text, and colours, conditions and locales in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|G/通用格式', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<digit>[0#?])|(?P<mark>[.,%;@/])|(?P<exponent>[Ee][+-])|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


class _Token(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True)
class _Section:
    """One of the parts between semicolons: for positive numbers, negative ones, zero; or for those of its condition."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, float] | None
    is_plain: bool
    """Whether it can be rendered here: no fraction, no exponent, no numerals of another script, and no format of texts."""


@dataclass(frozen=True)
class NumberFormat:
    """A number format, taken apart."""

    kind: Kind
    sections: tuple[_Section, ...] = ()
    """Empty unless some section adds words."""


GENERAL = NumberFormat("number")


@lru_cache(maxsize=512)
def read_format(code: str) -> NumberFormat:
    """The format that `code` writes. Never raises."""
    code = code[:_LONGEST_CODE]
    first = _LITERAL.sub("", code).split(";")[0].lower()
    if _ELAPSED.search(first):
        return NumberFormat("elapsed")
    if re.search(r"[ymdhs]", first):
        return NumberFormat("date")
    sections = _sections(code)
    return NumberFormat("number", sections) if any(map(_adds_words, sections)) else GENERAL


def format_of(number: int, custom: Mapping[int, str]) -> NumberFormat:
    """The format with the identifier `number`: one of the file's own, or one that every file has."""
    if number in custom:
        return read_format(custom[number])
    if number in _BUILT_IN_DATES:
        return NumberFormat("date")
    return read_format(_BUILT_IN_CODES.get(number, ""))


def value_shown(number: float, shown: NumberFormat, date1904: bool = False) -> Any:
    """What a cell with that number and format holds: float, date, datetime, time, timedelta or ShownNumber.

    A number that is no day of the calendar stays a number whatever its format.
    """
    if shown.kind == "number":
        text = _text(number, shown) if shown.sections and math.isfinite(number) else ""
        return ShownNumber(number, text) if text else number
    if not abs(number) < _PAST_ALL_DAYS:
        return number
    if shown.kind == "elapsed":
        return datetime.timedelta(milliseconds=round(number * 86_400_000))
    if number < 0:
        return number
    return _moment(number, date1904)


def _moment(number: float, date1904: bool) -> datetime.date | datetime.time:
    """The day, day with time, or time of day that a serial number stands for."""
    epoch = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    # Excel counts a 29 February 1900 that never was.
    days = number + 1 if number < 60 and not date1904 else number
    moment = epoch + datetime.timedelta(milliseconds=round(days * 86_400_000))
    if number < 1:
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment


def adds_words(text: str) -> bool:
    """Whether a text that shows a number says more than the number: letters, a percent sign, zeros in front."""
    squeezed = text.strip().lstrip("+-")
    if re.fullmatch(r"[\d.,]+E[+-]?\d+", squeezed, re.IGNORECASE):
        return False
    return (
        any(character.isalpha() or character in "%％" for character in squeezed)
        or re.match(r"0\d", squeezed) is not None
    )


def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "", match.group(match.lastgroup) if match.lastgroup else ""
        if kind == "mark" and text == ";":
            parts.append([])
        elif kind in ("quoted", "escaped", "currency", "plain"):
            parts[-1].append(_Token("words", text))
        elif kind == "mark":
            parts[-1].append(_Token(text, text))
        elif kind:
            parts[-1].append(_Token(kind, text))
    return tuple(_section(tokens) for tokens in parts[:4])


def _section(tokens: list[_Token]) -> _Section:
    brackets = [token.text for token in tokens if token.kind == "bracket"]
    conditions = [match for match in map(_CONDITION.fullmatch, brackets) if match]
    condition = (conditions[0].group(1), float(conditions[0].group(2))) if conditions else None
    has_other_numerals = any(text.lower().startswith(("dbnum", "natnum")) for text in brackets)
    kinds = {token.kind for token in tokens}
    shown = tuple(token for token in tokens if token.kind != "bracket")
    return _Section(shown, condition, not has_other_numerals and not kinds & {"/", "@", "exponent"})


def _adds_words(section: _Section) -> bool:
    if not section.is_plain:
        return False
    if any(
        token.kind == "%" or (token.kind == "words" and any(map(str.isalnum, token.text))) for token in section.tokens
    ):
        return True
    whole = _before_point(section.tokens)
    if sum(token.kind == "digit" and token.text == "0" for token in whole) > 1:
        return True
    return _has_marks_between_digits(whole)


def _has_marks_between_digits(tokens: tuple[_Token, ...]) -> bool:
    """Whether 20260301 is shown as 2026-03-01, or 1234567 as 123-4567."""
    digits = [place for place, token in enumerate(tokens) if token.kind == "digit"]
    inside = tokens[digits[0] : digits[-1]] if digits else ()
    return any(token.kind == "words" and not token.text.isspace() for token in inside)


def _before_point(tokens: tuple[_Token, ...]) -> tuple[_Token, ...]:
    point = next((place for place, token in enumerate(tokens) if token.kind == "."), len(tokens))
    return tokens[:point]


def _text(number: float, shown: NumberFormat) -> str:
    """The number as its format shows it, if that says more than the number; else ""."""
    section, value = _choose(shown.sections, number)
    if section is None or not _adds_words(section):
        return ""
    text = _render(section.tokens, value)
    return "" if text == _plain(number) else text


def _choose(sections: tuple[_Section, ...], number: float) -> tuple[_Section | None, float]:
    """The section for a number, and the number that it shows: without its sign where the section is for negative ones."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _COMPARE[section.condition[0]](number, section.condition[1]):
                return section, number
        return None, number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _render(tokens: tuple[_Token, ...], number: float) -> str:
    """A number in the placeholders of a section, among its words."""
    if any(token.kind == "general" for token in tokens):
        return "".join(_plain(number) if token.kind == "general" else token.text for token in tokens)
    whole, rest = _before_point(tokens), tokens[len(_before_point(tokens)) :]
    places = sum(token.kind == "digit" for token in rest)
    digits, decimals = _digits(number, tokens, places)
    front = _fill_whole(whole, digits, _is_grouped(whole))
    back = _fill_decimals(rest, decimals)
    return ("-" if number < 0 else "") + front + back


def _plain(number: float) -> str:
    return shorten_number(number) if abs(number) < 1e15 else f"{number:g}"


def _digits(number: float, tokens: tuple[_Token, ...], places: int) -> tuple[str, str]:
    """The digits before and after the point, rounded as Excel does, without a leading zero."""
    percents = sum(token.kind == "%" for token in tokens)
    with localcontext() as context:
        context.prec = 400  # every double has its digits
        value = abs(Decimal(repr(number))).scaleb(2 * percents - 3 * _trailing_commas(tokens))
        text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    whole, _, decimals = text.partition(".")
    return whole.lstrip("0"), decimals


def _trailing_commas(tokens: tuple[_Token, ...]) -> int:
    """Each comma right behind the last digit placeholder divides by a thousand."""
    last = max((place for place, token in enumerate(tokens) if token.kind == "digit"), default=len(tokens))
    count = 0
    while last + 1 + count < len(tokens) and tokens[last + 1 + count].kind == ",":
        count += 1
    return count


def _is_grouped(whole: tuple[_Token, ...]) -> bool:
    kinds = "".join(token.kind[0] for token in whole if token.kind in ("digit", ","))
    return "d,d" in kinds


def _fill_whole(tokens: tuple[_Token, ...], digits: str, grouped: bool) -> str:
    """The part before the point, filled from its end; the first placeholder takes all digits that are left."""
    out: list[str] = []
    left, count = digits, 0
    placeholders = [place for place, token in enumerate(tokens) if token.kind == "digit"]
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.kind == "digit":
            take = len(left) if placeholders and place == placeholders[0] else 1
            piece, left = left[len(left) - take :] if take else "", left[: max(len(left) - take, 0)]
            for digit in reversed(piece or ("0" if token.text == "0" else "")):
                out.append("," if grouped and count and count % 3 == 0 else "")
                out.append(digit)
                count += 1
        elif token.kind != ",":
            out.append(token.text)
    return "".join(reversed(out))


def _fill_decimals(tokens: tuple[_Token, ...], decimals: str) -> str:
    kinds = [token.text for token in tokens if token.kind == "digit"]
    needed = max((place for place, text in enumerate(kinds, 1) if text == "0"), default=0)
    shown = decimals[:needed] + decimals[needed:].rstrip("0")
    out, used = [], 0
    for token in tokens:
        if token.kind == "digit":
            out.append(shown[used : used + 1])
            used += 1
        elif token.kind == ".":
            out.append("." if shown else "")
        elif token.kind != ",":
            out.append(token.text)
    return "".join(out)
