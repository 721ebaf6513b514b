"""Which cells are the labels of a cover, and whether a sheet without a cover's name is one: decisions over plain values.

The check inside WPS decides by this same code, written anew as JavaScript (`lzxl.functions.wps.translate`), which knows
only plain steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lzxl.forms.values import is_blank

# A longer text is no label.
_LONGEST_LABEL = 30
_FEWEST_LABELS = 3


class NamedCell(NamedTuple):
    """A cell that names a field of the cover, with the last column of its merged range."""

    row: int
    column: int
    last_column: int
    name: str


def may_be_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and not is_blank(text)


def label_places(named: Sequence[NamedCell]) -> dict[str, tuple[int, int]]:
    """Field name → (row, column) of its label. `named`: in reading order.

    A value may read like a label (负责人 typed where a name belongs): what stands right of a label is its value, and
    of several cells that could be one label it is the one whose column holds most labels.
    """
    labels = _without_values(named)
    in_column: dict[int, int] = {}
    for cell in labels:
        in_column[cell.column] = in_column.get(cell.column, 0) + 1
    places: dict[str, tuple[int, int]] = {}
    for cell in labels:
        if cell.name not in places or in_column[cell.column] > in_column[places[cell.name][1]]:
            places[cell.name] = (cell.row, cell.column)
    return places


def _without_values(named: Sequence[NamedCell]) -> list[NamedCell]:
    """The cells that do not stand right of another label."""
    labels: list[NamedCell] = []
    for cell in named:
        is_value = bool(labels) and labels[-1].row == cell.row and labels[-1].last_column + 1 == cell.column
        if not is_value:
            labels.append(cell)
    return labels


def fewest_labels(of_fields: int) -> int:
    """How many labels make a cover of so many fields."""
    return max(_FEWEST_LABELS, of_fields // 2)


def read_as_cover(places: Sequence[tuple[int, int]], fewest: int) -> bool:
    """Whether a sheet with labels at these places is a cover: enough of them, and below each other.

    Side by side they are the header of a table.
    """
    rows = {row for row, _ in places}
    return len(places) >= fewest and 2 * len(rows) > len(places)
