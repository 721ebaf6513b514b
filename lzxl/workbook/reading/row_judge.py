"""Says of each row below a header what it is, as its words (`rows`) and the columns that they stand in tell.

The check inside WPS judges rows by this same code, written anew as JavaScript (`lzxl.functions.wps.translate`), which
knows only plain steps: conditions, comprehensions, the functions of `rows`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lzxl.forms.model import Field
from lzxl.forms.values import is_blank
from lzxl.submission import RowKind
from lzxl.workbook.reading.rows import (
    classify_filled,
    classify_lone,
    is_mark,
    is_row_of_column_numbers,
    is_row_of_hints,
    is_row_of_placeholders,
    is_serial_mark,
)

ABOVE_DATA = frozenset({"repeated_header", "column_numbers", "hint", "note"})
"""What may stand between a header and its data, and is read with the header's eyes."""
WORDS = (
    "classify_filled",
    "classify_lone",
    "is_mark",
    "is_row_of_column_numbers",
    "is_row_of_hints",
    "is_row_of_placeholders",
    "is_serial_mark",
)
"""The functions of `rows` that this module goes by."""

_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class RowJudge:
    """What there is to know of a table when its rows are judged. Rows and columns are counted from 1."""

    mapped: Mapping[int, Field]
    """Column → the field that it holds."""
    headed: Collection[int]
    """The columns with a text in the header."""
    ours: Collection[int]
    """The columns that lzxl itself wrote beside the table."""
    subject: Collection[str]
    """The fields that say what a row is about."""
    key: str
    hints: Collection[str]
    """What the form itself says under its headers, folded."""
    is_formula: Callable[[int, int], bool]
    spans: Callable[[int, int], bool]
    """Whether a cell is merged across at least three columns, or across the whole table."""
    header_follows: Callable[[int], bool]
    """Whether the next row with content below a row is the header of another table."""

    def kind_of(self, row: int, filled: list[tuple[int, Any]], below_header: bool) -> RowKind | None:
        """What a row is; None if nothing stands in it but what lzxl itself wrote.

        `filled`: (column, cell) of what is not blank. `below_header`: nothing but a header and what explains it stands above.
        """
        theirs = [(column, cell) for column, cell in filled if column not in self.ours]
        if not theirs:
            return None
        kind = self._kind_below_header(theirs) if below_header else None
        # The number that a formula shows beside a note, or that was sent out with the row, makes no row of it.
        said = [(column, cell) for column, cell in theirs if not self._is_given(row, column, cell)]
        if not kind and len(said) == 1:
            kind = self._kind_of_lone(row, said[0][0], said[0][1])
        if not kind and len(said) > 0:
            kind = classify_filled([cell for _, cell in said])
        if kind:
            return kind
        return self._kind_by_columns(row, theirs)

    def _kind_below_header(self, filled: list[tuple[int, Any]]) -> RowKind | None:
        """What only stands right below a header: the numbers of its columns, or hints on how to fill them in."""
        if is_row_of_column_numbers(filled):
            return "column_numbers"
        return "hint" if is_row_of_hints([cell for _, cell in filled], self.hints) else None

    def _kind_of_lone(self, row: int, column: int, cell: Any) -> RowKind | None:
        """What a row is that holds one cell only, as this cell's text and place tell; None if they do not."""
        entry = self.mapped.get(column)
        if isinstance(cell, datetime.date):
            # The day of signing stands alone under a table.
            return None if entry is not None and entry.kind == "date" else "signature"
        if not isinstance(cell, str):
            return None
        across = self.spans(row, column)
        # A text alone under the table's subject is a record that somebody has begun.
        if across or not self._is_subject(column):
            kind = classify_lone(cell, across, self.header_follows(row))
            if kind:
                return kind
        return "note" if self._is_beside_numbers(column, cell) else None

    def _is_subject(self, column: int) -> bool:
        """Whether a column says what a row is about."""
        entry = self.mapped.get(column)
        return entry is not None and entry.name in self.subject

    def _is_beside_numbers(self, column: int, text: str) -> bool:
        """Whether a text stands where rows have their number: no number of a row has words in it."""
        entry = self.mapped.get(column)
        if entry is None or is_mark(text):
            return False
        if entry.kind == "serial" and not is_serial_mark(text):
            return True
        return entry.name == self.key and _IDEOGRAPH.search(text) is not None

    def _kind_by_columns(self, row: int, filled: list[tuple[int, Any]]) -> RowKind:
        """Data, if anything but the row's number, strokes and results of formulas stands under the table's headers."""
        written = [(column, cell) for column, cell in filled if not self._is_filler(row, column)]
        if not written:
            return "blank_numbered"
        told = [(column, cell) for column, cell in written if not self._is_result(row, column, cell)]
        if not told:
            return "blank_formulas"
        return "placeholders" if is_row_of_placeholders([cell for _, cell in told]) else "data"

    def _is_filler(self, row: int, column: int) -> bool:
        """Whether a filled cell alone does not make a row: its number, a computed cell, a cell under no header."""
        entry = self.mapped.get(column)
        if entry is None:
            return column not in self.headed or self.is_formula(row, column)
        if entry.kind == "serial" or entry.name == self.key or entry.derived:
            return True
        return self._is_ours(row, column)

    def _is_given(self, row: int, column: int, cell: Any) -> bool:
        """Whether a cell may hold this though nobody wrote into the row: what a formula shows, or a number without words."""
        entry = self.mapped.get(column)
        if entry is None:
            return False
        is_number = entry.name == self.key and not (isinstance(cell, str) and _IDEOGRAPH.search(cell) is not None)
        return is_number or self._is_ours(row, column)

    def _is_ours(self, row: int, column: int) -> bool:
        """Whether a cell holds what the form itself works out in it."""
        entry = self.mapped.get(column)
        return entry is not None and bool(entry.computed) and self.is_formula(row, column)

    def _is_result(self, row: int, column: int, cell: Any) -> bool:
        """Whether a cell holds what a formula makes of nothing: FALSE, 0, an error, anything that is no row's subject."""
        if isinstance(cell, bool) and not cell:
            return True
        if not self.is_formula(row, column):
            return False
        return not isinstance(cell, str) or cell.strip() == "0" or not self._is_subject(column)


def filled_cells(cells: list[Any]) -> list[tuple[int, Any]]:
    """(column, cell) of what is not blank in a row."""
    return [(column, cell) for column, cell in enumerate(cells, 1) if not is_blank(cell)]
