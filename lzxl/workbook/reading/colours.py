"""Colours as files write them: by value, by number of a palette, or by theme and tint."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping, Sequence

from lzxl.workbook.keepsakes import Look
from lzxl.workbook.reading.numbered import numbered

# The first two digits are no transparency: some programs write 00 and some FF before the same plain colour.
_VALUE = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
# ECMA-376 part 1, 18.8.27; the first eight stand again as 8 to 15.
_FIRST = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
PALETTE: tuple[str, ...] = (
    *_FIRST,
    *_FIRST,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
# As Office has had them since 2013, for a file without a theme.
OFFICE_THEME: tuple[str, ...] = (
    *("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31"),
    *("A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1", "954F72"),
)
PLAIN_INKS = frozenset({"", "000000"})
PLAIN_FILLS = frozenset({"", "FFFFFF"})


def look_of(fill: str, ink: str, *, bold: bool, italic: bool, underline: bool, strike: bool) -> Look:
    """How cells look; black on white is what everything looks like."""
    return Look("" if fill in PLAIN_FILLS else fill, "" if ink in PLAIN_INKS else ink, bold, italic, underline, strike)


def colour_value(text: str) -> str:
    """RRGGBB in capitals out of RRGGBB or AARRGGBB, "" for anything else."""
    match = _VALUE.fullmatch(text.strip().lstrip("#"))
    return match.group(1).upper() if match else ""


def resolve(attributes: Mapping[str, str], theme: Sequence[str], palette: Sequence[str] = PALETTE) -> str:
    """The colour that an element of an Office file names, "" for the program's own."""
    if "rgb" in attributes:
        colour = colour_value(attributes["rgb"])
    elif "theme" in attributes:
        colour = _at(theme, attributes["theme"])
    else:
        colour = _at(palette, attributes.get("indexed", ""))
    return tinted(colour, attributes.get("tint", "")) if colour else ""


def tinted(colour: str, tint: str) -> str:
    """A colour made lighter (tint above 0) or darker, as spreadsheets do (ECMA-376 part 1, 18.8.19)."""
    share = _share(tint)
    if not share:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    mixed = colorsys.hls_to_rgb(hue, light, saturation)
    return "".join(f"{round(part * 255):02X}" for part in mixed)


def _share(tint: str) -> float:
    """How much lighter or darker a tint makes, from -1 to 1; 0 for what is no number."""
    try:
        return max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        return 0.0


def _at(colours: Sequence[str], position: str) -> str:
    # isdigit() holds for ² and ①, too, which int() refuses; and it refuses thousands of digits.
    is_number = position.isascii() and position.isdigit() and len(position) < 6
    return numbered(colours, int(position), "") if is_number else ""
