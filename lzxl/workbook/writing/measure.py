"""How much room text takes: spreadsheets do not fit the height of rows that a program writes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

LINE_POINTS = 15.5
LEAST_ROW_HEIGHT = 22.0
"""Of a row of a table with content, in points."""
# Excel knows no row higher than 409.5 points.
_TALLEST = 409.0


def text_width(text: str) -> int:
    """Width in column characters: East Asian wide characters count two."""
    # What is of ambiguous width (A: “ ” … ①) is as wide as a character in Chinese fonts.
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def line_count(text: str, width: float, size: float = 10.5) -> int:
    """Lines that wrapped `text` takes in a column `width` characters wide, in a font of `size` points."""
    # A column's width has five pixels of padding in it, where nothing is written (ECMA-376 18.3.1.13).
    room = max(width - 1, 1)
    return sum(max(1, math.ceil(text_width(line) * 1.08 * size / 10.5 / room)) for line in text.split("\n"))


def row_height(cells: Iterable[tuple[str, float]], size: float = 10.5, least: int = 1) -> float:
    """Height in points for (text, column width) pairs of one row; at most what Excel allows."""
    lines = max([least, *(line_count(text, width, size) for text, width in cells)])
    return min(_TALLEST, lines * LINE_POINTS * size / 10.5 + 3)


def fit_message(text: str, limit: int = 255) -> str:
    """`text` cut to what a drop-down's message may hold; longer ones make Excel call the file corrupt."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
