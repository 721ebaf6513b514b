"""What a cell holds of a value, as XML, and what reading makes of it again."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any, TypeGuard
from xml.sax.saxutils import escape

from lzxl.forms.model import Field
from lzxl.forms.values import is_blank, parse
from lzxl.workbook.writing.amending.live import Live, value_of

_EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
_FIRST_DAY = datetime.date(1904, 1, 2)
"""An earlier day has another number in one program than in the other: it is written as a text."""
# A spreadsheet keeps fifteen digits: the eighteen of an identity card would end in zeros.
_LARGEST_NUMBER = 10**15
# A text that looks like the escape of a character would be read as that character.
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def as_held(value: Any) -> Any:
    """A value as a cell holds it: None, a text, a number, a day, or a formula that shows one of them."""
    if isinstance(value, Live):
        return Live(value.formula, as_held(value.value))
    # True is an int for Python, and no number for whoever reads the cell.
    is_plain = isinstance(value, datetime.date | int | float | Decimal) and not isinstance(value, bool)
    if value is None or is_plain:
        return value
    is_several = isinstance(value, tuple | list)
    return _as_text("、".join(map(str, value)) if is_several else value)


def _as_text(value: Any) -> str | None:
    from lzxl.workbook.writing.text import clean_text  # brings openpyxl, which only the child needs

    return clean_text(str(value)) or None


def as_read(entry: Field, held: Any) -> Any:
    """What reading makes of what a cell holds."""
    held = value_of(held)
    return parse(entry, float(held) if isinstance(held, int | Decimal) else held).value


def reads_as(entry: Field, there: Any, held: Any, date1904: bool) -> bool:
    """Whether what stands in a cell reads already as what it is to hold."""
    if is_blank(there) or value_of(held) is None:
        return is_blank(there) and value_of(held) is None
    return bool(parse(entry, there, date1904).value == as_read(entry, held))


def is_number(held: Any) -> TypeGuard[int | float | Decimal]:
    """Whether a cell can hold it as a number without losing a digit."""
    return isinstance(held, int | float | Decimal) and -_LARGEST_NUMBER < held < _LARGEST_NUMBER


def day_number(day: datetime.date, date1904: bool) -> int | None:
    """The number of a day; None for a day so early that programs disagree about it."""
    return (day - _EPOCHS[date1904]).days if day >= _FIRST_DAY else None


def value_element(prefix: bytes, number: float | Decimal) -> bytes:
    """A number in a cell."""
    written = f"{number:.15g}" if isinstance(number, float) else str(number)
    return b"<%bv>%b</%bv>" % (prefix, written.encode(), prefix)


def text_element(prefix: bytes, text: str) -> bytes:
    """A text in a cell itself."""
    written = escape(_LIKE_AN_ESCAPE.sub("_x005F_", text)).encode()
    # Without the mark, programs may drop the blanks at either end.
    return b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (prefix, prefix, written, prefix, prefix)
