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

    @property
    def is_digit(self) -> bool:
        """Whether it stands for a digit: 0, # or ?."""
        return self.kind == "digit"

    @property
    def is_telling(self) -> bool:
        """Whether it adds to a number what people read: letters, digits, a percent sign."""
        return self.kind == "%" or (self.kind == "words" and any(map(str.isalnum, self.text)))


@dataclass(frozen=True)
class _Condition:
    """Which numbers a section with [>100] before it is for."""

    compares: str
    limit: float

    def holds(self, number: float) -> bool:
        """Whether it holds of a number."""
        return _COMPARE[self.compares](number, self.limit)


@dataclass(frozen=True)
class _Section:
    """One of the parts between semicolons: for positive numbers, negative ones, zero; or for those of its condition."""

    tokens: tuple[_Token, ...]
    condition: _Condition | None
    is_plain: bool
    """Whether it can be rendered here: no fraction, no exponent, no numerals of another script, and no format of texts."""

    @property
    def before_point(self) -> tuple[_Token, ...]:
        """The tokens before the decimal point."""
        point = next((place for place, token in enumerate(self.tokens) if token.kind == "."), len(self.tokens))
        return self.tokens[:point]

    @property
    def adds_words(self) -> bool:
        """Whether it shows more than the number: words, zeros in front, marks between digits."""
        if not self.is_plain:
            return False
        if any(token.is_telling for token in self.tokens):
            return True
        whole = self.before_point
        zeros = sum(token.is_digit and token.text == "0" for token in whole)
        return zeros > 1 or _has_marks_between_digits(whole)


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
    # Quoted words go first: 0"day" has a d and a y, and is no day.
    first = _LITERAL.sub("", code).split(";")[0].lower()
    # Before the letters of days: [h]:mm has an h and an m, and is a span of time.
    if _ELAPSED.search(first):
        return NumberFormat("elapsed")
    if re.search(r"[ymdhs]", first):
        return NumberFormat("date")
    sections = _sections(code)
    return NumberFormat("number", sections) if any(section.adds_words for section in sections) else GENERAL


def format_of(number: int, custom: Mapping[int, str]) -> NumberFormat:
    """The format with the identifier `number`: one of the file's own, or one that every file has."""
    # The file's word first: what 5 to 8 and 41 to 44 stand for hangs on the country, and Excel writes it out.
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
        return _with_its_text(number, shown)
    # Not >=: of NaN no comparison holds, and it has to stay a number as well.
    if not abs(number) < _PAST_ALL_DAYS:
        return number
    if shown.kind == "elapsed":
        return datetime.timedelta(milliseconds=round(number * 86_400_000))
    # Excel shows #### for it: no day can be told from that.
    if number < 0:
        return number
    return _moment(number, date1904)


def _with_its_text(number: float, shown: NumberFormat) -> float | ShownNumber:
    """A number as it is shown, where its format makes another text of it than any program would."""
    text = _text(number, shown) if shown.sections and math.isfinite(number) else ""
    return ShownNumber(number, text) if text else number


def _moment(number: float, date1904: bool) -> datetime.date | datetime.time:
    """The day, day with time, or time of day that a serial number stands for."""
    epoch = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    # Excel counts a 29 February 1900 that never was.
    days = number + 1 if number < 60 and not date1904 else number
    # Files write 8:00 in so many digits, as 45000.3333333333: unrounded, that is 7:59:59.999997.
    moment = epoch + datetime.timedelta(milliseconds=round(days * 86_400_000))
    # Less than a day is a time of day: as a day, Excel shows it as 0 January 1900.
    if number < 1:
        return moment.time()
    return moment.date() if moment.time() == datetime.time() else moment


def adds_words(text: str) -> bool:
    """Whether a text that shows a number says more than the number: letters, a percent sign, zeros in front."""
    squeezed = text.strip().lstrip("+-")
    # 1.2E+10 has a letter, and says no more than the number.
    if re.fullmatch(r"[\d.,]+E[+-]?\d+", squeezed, re.IGNORECASE):
        return False
    return (
        any(character.isalpha() or character in "%％" for character in squeezed)
        or re.match(r"0\d", squeezed) is not None
    )


def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        token = _token(match)
        if token.kind == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    # Positive, negative, zero, text: a format has no more, whatever stands in the file.
    return tuple(_section(tokens) for tokens in parts[:4])


def _token(match: re.Match[str]) -> _Token:
    """A piece of a format: of what group it is, and the text of that group; a space that is only room has neither."""
    kind = match.lastgroup or ""
    text = match.group(kind) if kind else ""
    if kind in ("quoted", "escaped", "currency", "plain"):
        return _Token("words", text)
    return _Token(text if kind == "mark" else kind, text)


def _section(tokens: list[_Token]) -> _Section:
    brackets = [token.text for token in tokens if token.kind == "bracket"]
    has_other_numerals = any(text.lower().startswith(("dbnum", "natnum")) for text in brackets)
    kinds = {token.kind for token in tokens}
    is_plain = not has_other_numerals and kinds.isdisjoint({"/", "@", "exponent"})
    # _x is room as wide as an x, *x fills the cell with x: neither is said of the number.
    shown = tuple(token for token in tokens if token.kind not in ("bracket", ""))
    return _Section(shown, _condition(brackets), is_plain)


def _condition(brackets: list[str]) -> _Condition | None:
    """The first condition among what stands in brackets, which may be colours and locales as well."""
    for text in brackets:
        match = _CONDITION.fullmatch(text)
        if match:
            return _Condition(match.group(1), float(match.group(2)))
    return None


def _has_marks_between_digits(tokens: tuple[_Token, ...]) -> bool:
    """Whether 20260301 is shown as 2026-03-01, or 1234567 as 123-4567."""
    digits = [place for place, token in enumerate(tokens) if token.is_digit]
    inside = tokens[digits[0] : digits[-1]] if digits else ()
    return any(token.kind == "words" and not token.text.isspace() for token in inside)


def _text(number: float, shown: NumberFormat) -> str:
    """The number as its format shows it, if that says more than the number; else ""."""
    section, value = _choose(shown.sections, number)
    if section is None or not section.adds_words:
        return ""
    text = _render(section, value)
    return "" if text == _plain(number) else text


def _choose(sections: tuple[_Section, ...], number: float) -> tuple[_Section | None, float]:
    """The section for a number, and the number that it shows: without its sign where the section is for negative ones."""
    # With a condition, the order of positive, negative and zero no longer holds (ECMA-376 18.8.31).
    if any(section.condition for section in sections):
        fitting = (section for section in sections[:3] if section.condition is None or section.condition.holds(number))
        return next(fitting, None), number
    if number < 0 and len(sections) > 1:
        # A section for negative numbers writes its own minus, or brackets in its place.
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _render(section: _Section, number: float) -> str:
    """A number in the placeholders of a section, among its words."""
    tokens, whole = section.tokens, section.before_point
    if any(token.kind == "general" for token in tokens):
        return "".join(_plain(number) if token.kind == "general" else token.text for token in tokens)
    rest = tokens[len(whole) :]
    digits, decimals = _digits(number, tokens, places=sum(token.is_digit for token in rest))
    sign = "-" if number < 0 else ""
    return sign + _fill_whole(whole, digits) + _fill_decimals(rest, decimals)


def _plain(number: float) -> str:
    return shorten_number(number) if abs(number) < 1e15 else f"{number:g}"


def _digits(number: float, tokens: tuple[_Token, ...], places: int) -> tuple[str, str]:
    """The digits before and after the point, rounded as Excel does, without a leading zero."""
    percents = sum(token.kind == "%" for token in tokens)
    with localcontext() as context:
        context.prec = 400  # every double has its digits
        # By the digits that people see: 1.005 is 1.00499999… to Decimal(), and Excel shows 1.01.
        value = abs(Decimal(repr(number))).scaleb(2 * percents - 3 * _trailing_commas(tokens))
        # As Excel rounds: of two equally near digits the greater; round() takes the even one.
        text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    whole, _, decimals = text.partition(".")
    return whole.lstrip("0"), decimals


def _trailing_commas(tokens: tuple[_Token, ...]) -> int:
    """Each comma right behind the last digit placeholder divides by a thousand."""
    last = max((place for place, token in enumerate(tokens) if token.is_digit), default=len(tokens))
    count = 0
    while last + 1 + count < len(tokens) and tokens[last + 1 + count].kind == ",":
        count += 1
    return count


def _is_grouped(whole: tuple[_Token, ...]) -> bool:
    """Whether a comma stands between digits: then one is shown after each three, wherever it is written."""
    kinds = "".join(token.kind[0] for token in whole if token.is_digit or token.kind == ",")
    return "d,d" in kinds


def _fill_whole(tokens: tuple[_Token, ...], digits: str) -> str:
    """The part before the point."""
    pieces = _pieces(digits, [token.text for token in tokens if token.is_digit])
    behind = sum(map(len, pieces))
    is_grouped = _is_grouped(tokens)
    out: list[str] = []
    for token in tokens:
        if token.is_digit:
            piece = pieces.pop(0)
            behind -= len(piece)
            out.append(_with_commas(piece, behind) if is_grouped else piece)
        elif token.kind != ",":
            out.append(token.text)
    return "".join(out)


def _pieces(digits: str, placeholders: list[str]) -> list[str]:
    """What each placeholder shows: from the last on a digit each, the first all that are left; 0 shows itself for none."""
    pieces = []
    left = digits
    for placeholder in reversed(placeholders[1:]):
        pieces.append(left[-1:] or placeholder.strip("#?"))
        left = left[:-1]
    pieces += [left or placeholder.strip("#?") for placeholder in placeholders[:1]]
    return pieces[::-1]


def _with_commas(digits: str, behind: int) -> str:
    """Digits with a comma after each that has three, six, nine … behind it; `behind`: how many the last one has."""
    out = []
    for place, digit in enumerate(digits, 1):
        right = behind + len(digits) - place
        out.append(digit + "," if right and right % 3 == 0 else digit)
    return "".join(out)


def _fill_decimals(tokens: tuple[_Token, ...], decimals: str) -> str:
    """The part from the point on: as many digits as zeros ask for, further ones only as far as they are not zero."""
    shown = _decimals_shown(tokens, decimals)
    left, out = iter(shown), []
    for token in tokens:
        if token.is_digit:
            out.append(next(left, ""))
        elif token.kind == ".":
            out.append("." if shown else "")
        elif token.kind != ",":
            out.append(token.text)
    return "".join(out)


def _decimals_shown(tokens: tuple[_Token, ...], decimals: str) -> str:
    placeholders = [token.text for token in tokens if token.is_digit]
    needed = max((place for place, text in enumerate(placeholders, 1) if text == "0"), default=0)
    return decimals[:needed] + decimals[needed:].rstrip("0")
