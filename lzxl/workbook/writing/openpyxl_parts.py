"""What we need of openpyxl that it does not show: its store of cells, and styles as arrays of indexes.

Asking openpyxl for a cell makes it, locked and without the style of its column; copying a style array is 20 times faster
than setting fonts, borders and fills one by one, and the only way to give a cell the style of its column.
tests/workbook/test_openpyxl_parts.py says what is counted on.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Border, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet


def existing_cell(worksheet: Worksheet, row: int, column: int) -> Cell | MergedCell | None:
    """The cell at a place (from 1), if it is there; none is made."""
    return worksheet._cells.get((row, column))


def existing_cells(worksheet: Worksheet) -> Iterable[tuple[tuple[int, int], Cell | MergedCell]]:
    """The cells that are there with their places, in no order; openpyxl's own rows would make those between them."""
    return worksheet._cells.items()


def set_normal_font(workbook: Workbook, font: Font) -> None:
    """Make `font` the workbook's normal font, which column widths are measured in. Before any style is used."""
    internal: Any = workbook
    # The style Normal has the first font of the list: added behind openpyxl's own, ours would be one among others.
    internal._fonts = IndexedList([font])


def style_of(styled: Any) -> StyleArray:
    """The style of a cell or a column, as a copy of its own."""
    style: StyleArray = copy(styled._style)
    return style


def with_border(workbook: Workbook, style: StyleArray, border: Border) -> StyleArray:
    """`style` with `border` round it."""
    internal: Any = workbook
    bordered: Any = copy(style)
    bordered.borderId = internal._borders.add(border)
    framed: StyleArray = bordered
    return framed


def merge_in_row(worksheet: Worksheet, row: int, first: int, last: int, known: dict[Any, list[StyleArray]]) -> None:
    """Merge some cells of a row as openpyxl does, which for each adds up the borders anew, most of the time that a sheet of
    texts takes. `known`: by the looks of the first and the last cell what those of all of them become; filled here.
    """
    cells, columns = worksheet._cells, range(first, last + 1)
    key = (len(columns), *(repr(getattr(cells.get((row, column)), "_style", None)) for column in (first, last)))
    if key not in known:
        worksheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        known[key] = [style_of(cells[row, column]) for column in columns]
        return
    worksheet.merged_cells.add(CellRange(min_row=row, max_row=row, min_col=first, max_col=last))
    for column in columns[1:]:
        cells[row, column] = MergedCell(worksheet, row, column)
    for column, style in zip(columns, known[key], strict=True):
        set_style(cells[row, column], style)


def set_style(cell: Any, style: StyleArray) -> None:
    """Give a cell a style of its own copy: a style array that cells share would change for all of them."""
    cell._style = copy(style)
