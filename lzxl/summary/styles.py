"""Fonts, colours and cell formats of the summary workbook, and the one way to make a text safe for a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lzxl.forms.vocabulary import Vocabulary
from lzxl.workbook.writing.text import few_lines

BODY_FONT = "宋体"
HEAD_FONT = "黑体"

INK = "#1F2A37"
MUTED = "#6B7280"
LINE = "#BFC7D1"
NAVY = "#1F3864"
HEADER_FILL = "#D9E2F0"
COMPUTED_FILL = "#E7E6E6"
CARD_FILL = "#F3F6FA"
TOTAL_FILL = "#EDEFF3"
GAP_FILL = "#F8CBAD"
OVERDUE_FILL = "#FCE4D6"
ALERT = "#C00000"

# Gravest first; a scale shorter than this takes the ends that matter, so three levels are red, orange, yellow.
_GRAVITY = {
    1: ("#C00000",),
    2: ("#C00000", "#FFD966"),
    3: ("#C00000", "#F4923B", "#FFD966"),
    4: ("#C00000", "#F4923B", "#FFD966", "#A9D08E"),
    5: ("#C00000", "#E8622C", "#F4A13B", "#FFD966", "#A9D08E"),
}
SERIES = ("#1F4E79", "#2E75B6", "#9DC3E6", "#7F8FA9", "#C9D3E0", "#E4E9F0")

# Left to itself, XlsxWriter makes a formula of a text that begins with =, and a link of one that looks like an address.
AS_WRITTEN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""Its options for every workbook that people's texts are put into: they stay what they are."""
# Excel takes 32,767 in a cell.
TEXT_LIMIT = 32000
CUT_MARK = "…（已截断）"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def safe_text(text: str) -> str:
    """`text` as a cell can hold it: no characters or lines that XML or Excel does not take, cut at 32,000 with a mark.

    The limit is in UTF-16 units, as Excel counts.
    """
    cleaned = few_lines(_CONTROL.sub("", text.replace("\r\n", "\n")))
    # No character takes more than two units: most texts need not be encoded to know that they fit.
    if 2 * len(cleaned) <= TEXT_LIMIT:
        return cleaned
    units = cleaned.encode("utf-16-le")
    if len(units) <= 2 * TEXT_LIMIT:
        return cleaned
    return units[: 2 * (TEXT_LIMIT - len(CUT_MARK))].decode("utf-16-le", "ignore") + CUT_MARK


def write_text(worksheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Writes a safe text as text.

    XlsxWriter takes `<r>…</r>` for its own markup of rich text and passes it on unescaped, so such a text goes in as
    a rich text of two plain pieces, which shows and reads as what it says.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        worksheet.write_rich_string(row, column, text[:1], style, text[1:], style)
    else:
        worksheet.write_string(row, column, text, style)


def level_colours(levels: Sequence[str]) -> dict[str, str]:
    """Fill colour by level, for levels given gravest first; more than five share the last colour."""
    scale = _GRAVITY[min(max(len(levels), 1), 5)]
    return {level: scale[min(position, len(scale) - 1)] for position, level in enumerate(levels)}


def gravest_first(levels: Vocabulary) -> list[str]:
    """The levels of a vocabulary, the gravest first."""
    words = list(levels.allowed)
    return words[::-1] if levels.order == "gravest_last" else words


def ink_on(fill: str) -> str:
    """White or dark ink, whichever can be read on `fill`."""
    red, green, blue = (int(fill[start : start + 2], 16) for start in (1, 3, 5))
    # As bright as the eye finds each of the three (ITU-R BT.601).
    return "#FFFFFF" if red * 299 + green * 587 + blue * 114 < 128_000 else INK


class Styles:
    """The formats of one workbook, each made once and in a fixed order of first use."""

    def __init__(self, workbook: Workbook, levels: Sequence[str]) -> None:
        self._workbook = workbook
        self.colours = level_colours(levels)
        # Remembered for this workbook alone: a format is of the workbook that made it.
        self.get = lru_cache(maxsize=None)(self._make)

    def _make(self, kind: str, fill: str = "") -> Format:
        properties = {**_KINDS[kind]}
        if fill:
            properties |= {"bg_color": fill, "font_color": ink_on(fill)}
        return self._workbook.add_format(properties)

    def level(self, level: str, kind: str = "centre") -> Format:
        """The format of a cell that shows `level`; plain for a text that is no level."""
        return self.get(kind, self.colours.get(level, ""))

    def highlight(self, fill: str, colour: str = "") -> Format:
        """A format for conditional formatting."""
        properties: dict[str, Any] = {"bg_color": fill}
        if colour:
            properties["font_color"] = colour
        return self._workbook.add_format(properties)


_BASE: dict[str, Any] = {"font_name": BODY_FONT, "font_size": 10.5, "font_color": INK, "valign": "vcenter"}
_CELL: dict[str, Any] = {**_BASE, "border": 1, "border_color": LINE}
_CENTRE: dict[str, Any] = {**_CELL, "align": "center"}
_HEAD: dict[str, Any] = {**_CENTRE, "font_name": HEAD_FONT, "text_wrap": True, "bg_color": HEADER_FILL}
_TOTAL: dict[str, Any] = {**_CENTRE, "font_name": HEAD_FONT, "bg_color": TOTAL_FILL}
_CARD: dict[str, Any] = {**_BASE, "align": "center", "bg_color": CARD_FILL}

_KINDS: dict[str, dict[str, Any]] = {
    "plain": _BASE,
    "text": {**_CELL, "text_wrap": True},
    "wide": {**_CENTRE, "text_wrap": True},
    "centre": _CENTRE,
    "number": {**_CENTRE, "num_format": "#,##0"},
    "general": _CENTRE,
    "score": {**_CENTRE, "num_format": "0.0"},
    "points": {**_CENTRE, "num_format": "General"},
    "percent": {**_CENTRE, "num_format": "0.0%"},
    "date": {**_CENTRE, "num_format": "yyyy-mm-dd"},
    "fill_in": {**_CELL, "bg_color": "#FFF9E5", "text_wrap": True},
    "head": _HEAD,
    "head_computed": {**_HEAD, "bg_color": COMPUTED_FILL},
    "group": {**_HEAD, "bg_color": "#C5D3E8"},
    "label": {**_CELL, "font_name": HEAD_FONT, "bg_color": CARD_FILL, "text_wrap": True},
    "label_number": {**_CENTRE, "bg_color": CARD_FILL, "num_format": "#,##0"},
    "total": {**_TOTAL, "num_format": "#,##0"},
    "total_score": {**_TOTAL, "num_format": "0.0"},
    "total_percent": {**_TOTAL, "num_format": "0.0%"},
    "title": {**_BASE, "font_name": HEAD_FONT, "font_size": 16, "font_color": NAVY},
    "note": {**_BASE, "font_size": 10, "font_color": MUTED, "text_wrap": True, "valign": "top"},
    "footnote": {**_BASE, "font_size": 9, "font_color": MUTED},
    "section": {**_BASE, "font_name": HEAD_FONT, "font_size": 12, "font_color": NAVY},
    "empty": {**_BASE, "align": "center", "font_color": MUTED, "text_wrap": True, "border": 1, "border_color": LINE},
    "page_title": {**_BASE, "font_name": HEAD_FONT, "font_size": 22, "align": "center", "font_color": NAVY},
    "page_subtitle": {**_BASE, "font_size": 12, "align": "center", "font_color": MUTED},
    "card_label": {**_CARD, "font_size": 10.5, "font_color": MUTED, "top": 2, "top_color": NAVY},
    "card_value": {**_CARD, "font_name": HEAD_FONT, "font_size": 20, "font_color": NAVY, "num_format": "#,##0"},
    "card_score": {**_CARD, "font_name": HEAD_FONT, "font_size": 20, "font_color": NAVY, "num_format": "0.0"},
    "card_alert": {**_CARD, "font_name": HEAD_FONT, "font_size": 20, "font_color": ALERT, "num_format": "#,##0"},
    "heat_count": {**_BASE, "font_name": HEAD_FONT, "font_size": 16, "align": "center", "valign": "bottom",
                   "num_format": "0", "left": 1, "right": 1, "top": 1, "border_color": "#FFFFFF"},
    "heat_level": {**_BASE, "font_size": 10, "align": "center", "valign": "top", "text_wrap": True,
                   "left": 1, "right": 1, "bottom": 1, "border_color": "#FFFFFF"},
}  # fmt: skip
