"""The cells that a worksheet has: asking openpyxl for any other would make it, locked and without the style of its column."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.worksheet import Worksheet


def value_at(worksheet: Worksheet, row: int, column: int) -> Any:
    """What a cell holds; None if it is blank or not there."""
    cell = worksheet._cells.get((row, column))
    return None if cell is None else cell.value


def is_formula(worksheet: Worksheet, row: int, column: int) -> bool:
    """Whether a cell is there and holds a formula."""
    cell = worksheet._cells.get((row, column))
    return cell is not None and cell.data_type == "f"
