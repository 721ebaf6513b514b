"""The cells that a worksheet has: asking openpyxl for any other would make it, locked and without the style of its column."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet


def value_at(worksheet: Worksheet, row: int, column: int) -> Any:
    """What a cell holds; None if it is blank or not there."""
    cell = worksheet._cells.get((row, column))
    return None if cell is None else cell.value


def in_front(worksheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a place, made if it is not there; of cells that are merged, the first one."""
    cell = worksheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in worksheet.merged_cells.ranges if cell.coordinate in area)
        cell = worksheet.cell(area.min_row, area.min_col)
    assert isinstance(cell, Cell)
    return cell


def is_formula(worksheet: Worksheet, row: int, column: int) -> bool:
    """Whether a cell is there and holds a formula."""
    cell = worksheet._cells.get((row, column))
    return cell is not None and cell.data_type == "f"
