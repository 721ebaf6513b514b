"""What we need of xlrd that it does not show: where a sheet's records begin, and the styles of a row's cells at once.

xlrd's own question for a cell's style costs a call and two checks a cell. tests/reading/test_xlrd_parts.py says what is
counted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

NO_CELL = -1
"""The style of a place that the file has no cell for."""


def records_start(book: Any, number: int) -> int:
    """Where the records of a sheet (from 0) begin in the stream of the workbook, in bytes."""
    start: int = book._sh_abs_posn[number]
    return start


def styles_of_row(sheet: Any, row: int) -> Sequence[int]:
    """For each cell of a row (from 0) the number of its style in the workbook's list, or NO_CELL. Read with `formatting_info`."""
    styles: Sequence[int] = sheet._cell_xf_indexes[row]
    return styles
