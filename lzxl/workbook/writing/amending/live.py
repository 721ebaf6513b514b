"""A formula that is written into a workbook, with what it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>(.*?)</(?:\w+:)?f>", re.S)


@dataclass(frozen=True)
class Live:
    """A formula without its "=", and the value that it shows now: worked out by the office, stored with it."""

    formula: str
    value: Any


def value_of(held: Any) -> Any:
    """What a cell shows that holds this."""
    return held.value if isinstance(held, Live) else held


def formula_of(held: Any) -> str | None:
    """The formula that a cell is to have; None if it is to have none."""
    return held.formula if isinstance(held, Live) else None


def formula_in(cell: bytes) -> str:
    """The formula of a cell's XML; "" if it has none of its own."""
    found = _FORMULA.search(cell)
    # That of html: the one of xml.sax leaves &quot; as it is, which LibreOffice writes in formulas.
    return unescape(found.group(1).decode()) if found is not None else ""


def with_formula(prefix: bytes, formula: str, value: bytes) -> bytes:
    """The elements of a cell: the formula before the element of its value."""
    return b"<%bf>%b</%bf>" % (prefix, escape(formula).encode(), prefix) + value


def text_value(prefix: bytes, text: str) -> bytes:
    """The value of a formula that shows a text."""
    return b"<%bv>%b</%bv>" % (prefix, escape(text).encode(), prefix)
