"""Rows between and after data that are left out of a table: what of them is kept, given back, and told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lzxl.submission import ROW_KINDS, RowKind
from lzxl.workbook.reading.rows import is_numberlike, total_word
from lzxl.workbook.reading.table_in_hand import TableInHand

# Rows of one table that are left out and given back where they were; what stands in more of them is listed, where it is
# worth that.
_MOST_LEFT_OUT = 2000
# So many of their merged cells are merged again.
_MOST_SPANS = 200

_IN_WORDS = frozenset({"note", "title_of_next_table", "hint", "signature"})
"""Kinds of rows that say something in words: all of it is kept."""
_TOTALS = frozenset({"total", "subtotal"})
_RESERVES = frozenset({"blank_numbered", "blank_formulas", "placeholders", "end_mark"})
"""Kinds of rows without content, beside which somebody may have scribbled something."""


def drop_row(hand: TableInHand, row: int, kind: RowKind) -> None:
    """Leave a row out; what it says in words, and that no number tells again, is kept as unplaced."""
    hand.table.dropped[row] = kind
    _remember(hand, row, kind)
    for column, cell in hand.filled(row):
        if column in hand.header.ours:
            hand.placed += 1
        elif _is_worth_keeping(hand, kind, column, cell) and not _is_worked_out(hand, row, column):
            hand.keep(row, column, "", cell, ROW_KINDS[kind])
        else:
            hand.dropped += 1
    if kind in _TOTALS:
        _report_results_missing(hand, row)


def _remember(hand: TableInHand, row: int, kind: RowKind) -> None:
    """Remember what stands in a row that is left out, as it is given back in the return."""
    table = hand.table
    if len(table.left_out) >= _MOST_LEFT_OUT:
        return
    kept = {column: cell for column, cell in hand.filled(row) if _is_given_back(hand, row, column, kind)}
    if kept:
        table.left_out[row] = kept
        _remember_spans(hand, row, kept)


def _remember_spans(hand: TableInHand, row: int, columns: Iterable[int]) -> None:
    for column in columns:
        width = hand.grid.widths.get((row, column), 1)
        if width > 1 and len(hand.table.spans) < _MOST_SPANS:
            hand.table.spans[row, column] = width


def _is_given_back(hand: TableInHand, row: int, column: int, kind: RowKind) -> bool:
    """Whether a cell is the unit's to have back: not our own column, nothing private, not what a formula makes of nothing."""
    if column in hand.header.ours or column in hand.private or _is_worked_out(hand, row, column):
        return False
    return kind != "blank_formulas" or (row, column) not in hand.content.formulas


def _is_worked_out(hand: TableInHand, row: int, column: int) -> bool:
    """Whether a cell shows what the form itself works out there, the number of a row for one."""
    entry = hand.mapped.get(column)
    return entry is not None and bool(entry.computed) and (row, column) in hand.content.formulas


def _is_worth_keeping(hand: TableInHand, kind: RowKind, column: int, cell: Any) -> bool:
    """Whether a cell of a row that is left out says something of its own."""
    if kind in _IN_WORDS:
        return True
    if kind in _TOTALS:
        return isinstance(cell, str) and not is_numberlike(cell) and not total_word(cell)
    return kind in _RESERVES and column not in hand.header.texts


def _report_results_missing(hand: TableInHand, row: int) -> None:
    for column in hand.without_result(row):
        entry = hand.mapped.get(column)
        # Our own formula has nothing to show in such a row.
        if entry is None or not entry.computed:
            hand.note_result_missing(row, column)


def report_rows_left_out(hand: TableInHand) -> None:
    """One line for each run of rows left out for the same reason: never a row dropped in silence."""
    for first, last, kind in _runs(_without_reserve(hand)):
        hand.note("row_dropped", hand.rows(first, last), row_kind=kind)
    _report_rows_after_end(hand)


def _without_reserve(hand: TableInHand) -> dict[int, str]:
    """The rows left out, but for those that were sent out with their number and that nobody has used."""
    table, rule = hand.table, hand.sheet.rules.numbered
    number = table.columns.get(rule.number) if rule is not None and rule.given else None
    if number is None:
        return dict(table.dropped)
    return {row: kind for row, kind in table.dropped.items() if not _is_unused(hand, row, kind, number)}


def _is_unused(hand: TableInHand, row: int, kind: str, number: int) -> bool:
    """Whether a row has its number, in column `number`, and nothing else."""
    return kind == "blank_numbered" and all(column == number for column, _ in hand.filled(row))


def _runs(dropped: Mapping[int, str]) -> Iterator[tuple[int, int, str]]:
    """Rows of one kind that follow each other without a row between them: first, last, kind."""
    first = last = 0
    running = ""
    for row, kind in sorted(dropped.items()):
        if running == kind and last == row - 1:
            last = row
            continue
        if running:
            yield first, last, running
        first = last = row
        running = kind
    if running:
        yield first, last, running


def _report_rows_after_end(hand: TableInHand) -> None:
    """Rows below 以下空白: they count, for a forgotten mark must not lose a risk, but somebody should look."""
    ends = [row for row, kind in hand.table.dropped.items() if kind == "end_mark"]
    if not ends:
        return
    data = hand.table.rows
    after = data[bisect_right(data, ends[0]) :]
    if after:
        hand.note("rows_after_end", hand.rows(after[0], after[-1]), row=ends[0], count=len(after))
