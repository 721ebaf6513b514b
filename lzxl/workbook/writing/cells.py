"""The cells that a worksheet has: asking openpyxl for any other would make it, locked and without the style of its column."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.workbook.writing.openpyxl_parts import existing_cell


def value_at(worksheet: Worksheet, row: int, column: int) -> Any:
    """What a cell holds; None if it is blank or not there."""
    cell = existing_cell(worksheet, row, column)
    return None if cell is None else cell.value


def in_front(worksheet: Worksheet, row: int, column: int) -> Cell:
    """The cell at a place, made if it is not there; of cells that are merged, the first one: we merge within a row only."""
    cell = worksheet.cell(row, column)
    while isinstance(cell, MergedCell):
        column -= 1
        cell = worksheet.cell(row, column)
    return cell


def is_formula(worksheet: Worksheet, row: int, column: int) -> bool:
    """Whether a cell is there and holds a formula."""
    cell = existing_cell(worksheet, row, column)
    return cell is not None and cell.data_type == "f"
