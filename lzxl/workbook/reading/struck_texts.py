"""Rows and texts that the unit struck through: whether they count, only the unit knows."""

from __future__ import annotations

from lzxl.forms.model import Field
from lzxl.forms.values import as_text, is_blank
from lzxl.workbook.reading.table_in_hand import TableInHand


def report_struck(hand: TableInHand) -> None:
    """Tell of rows of data that are struck through as a whole, and of single texts that are."""
    by_row = _struck_fields(hand)
    if not by_row:
        return
    for row in hand.table.rows:
        struck = by_row.get(row)
        if struck is None:
            continue
        if all(struck.get(column) for column in _telling_columns(hand, row)):
            hand.note("row_struck", hand.rows(row))
        else:
            _report_cells(hand, row, struck)


def _struck_fields(hand: TableInHand) -> dict[int, dict[int, bool]]:
    """Row → {column of a field: whether all of its text is struck through}."""
    by_row: dict[int, dict[int, bool]] = {}
    for (row, column), is_whole in hand.content.struck.items():
        if column in hand.mapped:
            by_row.setdefault(row, {})[column] = is_whole
    return by_row


def _telling_columns(hand: TableInHand, row: int) -> list[int]:
    """The columns in which a row says what it is about; a remark may say why it was struck out."""
    filled = [(column, hand.mapped[column]) for column, _ in hand.filled(row) if column in hand.mapped]
    return [column for column, entry in filled if _is_written_by_hand(entry) and entry.name != "remark"]


def _report_cells(hand: TableInHand, row: int, struck: dict[int, bool]) -> None:
    for column, is_whole in sorted(struck.items()):
        raw = hand.content.cell(row, column)
        if _is_written_by_hand(hand.mapped[column]) and not is_blank(raw):
            hand.note("text_struck", hand.cell(row, column), value=as_text(raw), is_whole=is_whole)


def _is_written_by_hand(entry: Field) -> bool:
    """Whether people write a field themselves: not its row's number, nor what a formula of ours fills in."""
    return entry.kind != "serial" and not entry.computed
