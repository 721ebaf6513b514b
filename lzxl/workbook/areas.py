"""Places in a sheet as findings write them: E4, E4:E9, 4:30, E:E, or several of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lzxl.forms.text import column_index

_AREA = re.compile(r"\$?([A-Z]{0,3})\$?(\d*)(?::\$?([A-Z]{0,3})\$?(\d*))?")
_BETWEEN_AREAS = re.compile(r"[,，、;；\s]+")
END = 1 << 24


@dataclass(frozen=True)
class Area:
    """A range of the unit's file, both ends included; whole rows and whole columns run to the end."""

    top: int
    left: int
    bottom: int
    right: int
    whole_rows: bool = False

    def has(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def parse_areas(text: str) -> Iterator[Area]:
    """The areas of an address such as E4, E4:E9, 4:30, E:E or "E4,E7"; nothing for what is no address."""
    for part in _BETWEEN_AREAS.split(text.strip()):
        match = _AREA.fullmatch(part)
        if match is None or not part:
            continue
        left, top, right, bottom = match.groups()
        if right is None and bottom is None:
            right, bottom = left, top
        yield Area(
            top=int(top) if top else 1,
            left=column_index(left) if left else 1,
            bottom=int(bottom) if bottom else END,
            right=column_index(right) if right else END,
            whole_rows=not left and not right,
        )


def cell_of(text: str) -> tuple[int, int] | None:
    """(row, column) of the address of one cell; None for anything else."""
    areas = list(parse_areas(text))
    if len(areas) != 1 or areas[0].whole_rows or (areas[0].top, areas[0].left) != (areas[0].bottom, areas[0].right):
        return None
    return areas[0].top, areas[0].left
