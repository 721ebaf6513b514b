"""What is to be told of a table's header: texts that head nothing, one header twice, guesses, hidden columns and rows."""

from __future__ import annotations

from lzxl.workbook.reading.table_in_hand import TableInHand, flat


def place_header(hand: TableInHand) -> None:
    """Count the header's texts; a text in its rows that heads no column of content is kept as any other."""
    unmapped = hand.table.unmapped
    idle = unmapped.keys() - hand.used_columns() if unmapped else set()
    for row in hand.header.rows:
        for column, cell in hand.filled(row):
            if column in idle:
                hand.keep(row, column, "", cell, "表头行内的其他文字")
            else:
                hand.placed += 1


def report_header(hand: TableInHand) -> None:
    """Tell what of a header is ambiguous, guessed or hidden."""
    for text, columns in hand.header.duplicates.items():
        _report_duplicate(hand, text, columns)
    for name, columns in hand.header.similar.items():
        _report_similar(hand, name, columns)
    for column in hand.header.guessed.values():
        hand.note("header_renamed", hand.header_cell(column), value=hand.header_over(column))
    _report_hidden(hand)


def _report_duplicate(hand: TableInHand, text: str, columns: list[int]) -> None:
    """Say which of several columns with one header was taken for the field, if any was."""
    cells = [hand.header_cell(column) for column in columns]
    used = next((hand.header_cell(column) for column in columns if column in hand.mapped), None)
    spare = next((cell for cell in cells if cell != used), cells[0])
    hand.note("duplicate_header", spare, flat(text), cells=cells, used=used)


def _report_similar(hand: TableInHand, name: str, columns: list[int]) -> None:
    """Say which of several columns, whose headers are different words, was taken for a field."""
    used = hand.header.columns[name]
    texts = {hand.header_cell(column): hand.header_over(column) for column in columns}
    spare = hand.header_cell(next(column for column in columns if column != used))
    title = hand.sheet.by_name[name].title
    hand.note("duplicate_header", spare, title, cells=list(texts), used=hand.header_cell(used), texts=texts)


def _report_hidden(hand: TableInHand) -> None:
    """Say of hidden columns with a header or content, and of hidden rows of data, that they were read."""
    for column in _hidden_columns(hand):
        hand.note("hidden_column", hand.header_cell(column), hand.header_over(column))
    hidden_rows = hand.content.hidden_rows
    for row in hand.table.rows if hidden_rows else ():
        if row in hidden_rows:
            hand.note("hidden_row", hand.rows(row))


def _hidden_columns(hand: TableInHand) -> list[int]:
    """The hidden columns with a header or content."""
    # Whole ranges up to the sheet's last column are often hidden; beyond the widest row nothing stands in them.
    hidden = {column for column in hand.content.hidden_columns if column <= hand.grid.widest}
    # To ask which columns are used is to go through all rows: most tables hide none.
    return sorted(hidden & {*hand.header.texts, *hand.used_columns()}) if hidden else []
