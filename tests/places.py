"""Places written as people write them, for tests that make findings by hand."""

from __future__ import annotations

from openpyxl.utils.cell import range_boundaries

from lzxl.forms.places import END, Area, Place


def at(sheet: str, text: str = "") -> Place:
    """The place that A1 text means: E4, E4:E9, 4:30, E:E, "E4,E7"; "" for the whole of a sheet."""
    return Place(sheet, tuple(_area(part) for part in text.split(",") if part))


def _area(text: str) -> Area:
    left, top, right, bottom = range_boundaries(text)
    return Area(top or 1, left or 1, bottom or END, right or END)
