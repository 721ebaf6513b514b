"""Columns of a table that are no field: their content is kept beside the table, and what is unreadable in it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lzxl.forms.values import CellError, as_text, first_digits, is_blank
from lzxl.submission import NOT_CARRIED, Fact, Unplaced
from lzxl.workbook.reading.table_in_hand import TableInHand

_REASON = "没有对应的栏目"
# From here on a spreadsheet has lost digits of a number: it keeps fifteen.
_DIGITS_LOST = 1e15


def keep_columns_beside(hand: TableInHand) -> None:
    """Keep the content of columns that are no field, and say what is unreadable in them."""
    filled: set[int] = set()
    without_header: list[Unplaced] = []
    for row, column, raw in _cells_beside(hand):
        if column in hand.header.ours:
            hand.placed += 1
            continue
        filled.add(column)
        _report_unreadable(hand, row, column, raw)
        kept = _kept(hand, row, column, raw)
        hand.unplaced.append(kept)
        if column not in hand.header.texts:
            without_header.append(kept)
    _report_results_missing(hand)
    if without_header:
        hand.facts.append(unplaced_texts(without_header))
    for column in hand.table.unmapped:
        if column in filled:
            hand.note(_kind_of(hand, column), hand.header_cell(column), hand.header_over(column))


def _cells_beside(hand: TableInHand) -> Iterator[tuple[int, int, Any]]:
    """(row, column, cell) of what is not blank in the data rows, under no field."""
    for row in hand.table.rows:
        for column, cell in enumerate(hand.content.rows[row], 1):
            if column not in hand.mapped and not is_blank(cell):
                yield row, column, cell


def _report_unreadable(hand: TableInHand, row: int, column: int, raw: Any) -> None:
    if isinstance(raw, CellError):
        hand.note("error_value", hand.cell(row, column), hand.header_over(column), raw.text)
    elif isinstance(raw, float) and abs(raw) >= _DIGITS_LOST:
        # It may be somebody's identity number: its first digits alone are said.
        hand.note("id_digits_lost", hand.cell(row, column), hand.header_over(column), first_digits(raw))


def _kept(hand: TableInHand, row: int, column: int, raw: Any) -> Unplaced:
    """A cell as it is kept. Identity numbers and telephones are no business of this form: they are not carried any further."""
    place, header = hand.cell(row, column), hand.header_over(column)
    if column in hand.private:
        return Unplaced(place, header, NOT_CARRIED, _REASON)
    return Unplaced(place, header, as_text(raw), _REASON, raw)


def _report_results_missing(hand: TableInHand) -> None:
    """Tell of formulas under a header that is no field, in data rows, that show nothing."""
    rows = hand.table.rows if hand.grid.unstored else ()
    for row in rows:
        for column in hand.without_result(row):
            if column not in hand.mapped:
                hand.note_result_missing(row, column)


def _kind_of(hand: TableInHand, column: int) -> str:
    """The fact that a column with content is no field."""
    if column in hand.private:
        return "column_private"
    is_known = hand.sheet.auxiliary_role(hand.header.texts[column])
    return "column_auxiliary" if is_known else "column_unplaced"


def unplaced_texts(kept: Sequence[Unplaced]) -> Fact:
    """That texts stand where no field is: at the first of them."""
    return Fact("text_unplaced", kept[0].place, value=kept[0].value, more={"cells": [entry.place for entry in kept]})
