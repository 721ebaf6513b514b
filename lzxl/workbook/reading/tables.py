"""From a sheet's raw cells to tables of typed values: header, columns, data rows, and what is not data and why.

Which rows are data is told here; what is left out of them (`rows_left_out`), the columns that are fields (`columns`) and
those that are not (`columns_beside`) have rooms of their own, and so have the header (`header_told`) and what is struck
through (`struck_texts`). `table_in_hand` keeps the account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lzxl.forms.text import fold
from lzxl.forms.values import is_blank
from lzxl.submission import Fact, Table, Unplaced
from lzxl.workbook.fixed_texts import hint_text
from lzxl.workbook.reading.columns import read_columns
from lzxl.workbook.reading.columns_beside import keep_columns_beside
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.grid import Grid
from lzxl.workbook.reading.header_told import place_header, report_header
from lzxl.workbook.reading.headers import Header, HeaderFinder
from lzxl.workbook.reading.row_judge import ABOVE_DATA, RowJudge, filled_cells
from lzxl.workbook.reading.rows import is_mark
from lzxl.workbook.reading.rows_left_out import drop_row, report_rows_left_out
from lzxl.workbook.reading.struck_texts import report_struck
from lzxl.workbook.reading.table_in_hand import TableInHand


@dataclass(slots=True)
class Extract:
    """What one sheet gave."""

    tables: list[Table]
    facts: list[Fact]
    unplaced: list[Unplaced]
    placed: int = 0
    """How many cells that are not blank went into fields or are the texts of headers."""
    dropped: int = 0
    """How many stand in rows that are left out with a reason, and are not listed as unplaced."""

    def add(self, hand: TableInHand) -> None:
        """Take over a table that has been read, with its account."""
        self.tables.append(hand.table)
        self.facts += hand.facts
        self.unplaced += hand.unplaced
        self.placed += hand.placed
        self.dropped += hand.dropped


def extract_tables(content: SheetContent, finder: HeaderFinder, date1904: bool = False) -> Extract:
    """Every table of the sheet's kind in `content`; none if it has no header. Rows above the first header are not touched."""
    extract = Extract([], [], [])
    grid = Grid.of(content)
    header = finder.find(grid)
    while header is not None:
        hand = TableInHand(grid, finder.sheet, header)
        header = _RowReader(hand, finder).read()
        # Once the rows are known: a text of the header is content of its own where nothing stands below it.
        place_header(hand)
        report_rows_left_out(hand)
        report_header(hand)
        read_columns(hand, date1904)
        keep_columns_beside(hand)
        _report_split_rows(hand)
        report_struck(hand)
        extract.add(hand)
    return extract


class _RowReader:
    """Tells which rows of a table are data, from its header down to the next header or the sheet's end."""

    def __init__(self, hand: TableInHand, finder: HeaderFinder) -> None:
        self.hand = hand
        self.finder = finder
        header, sheet = hand.header, hand.sheet
        self.last_column = max(header.texts, default=0)
        self.serial_column = header.columns.get("serial", 0)
        self.subject_columns = [header.columns[name] for name in sheet.subject if name in header.columns]
        self.judge = RowJudge(
            hand.mapped,
            header.texts,
            header.ours,
            sheet.subject,
            sheet.key,
            frozenset(fold(hint_text(entry)) for entry in sheet.fields),
            self._is_formula,
            self._spans,
            self._header_follows,
        )

    def read(self) -> Header | None:
        """Find the table's rows; the next table's header if there is one below."""
        hand = self.hand
        previous = hand.last_header_row
        numbers = hand.grid.numbers
        # By position: a slice for each of many small tables would cost a step for each row and table.
        for position in range(hand.grid.position_below(previous), len(numbers)):
            row = numbers[position]
            cells = hand.content.rows[row]
            if self._is_plainly_data(row, cells):
                hand.table.rows.append(row)
            elif self.finder.is_header(cells):
                found = self.finder.read(hand.grid, row)
                if not self._is_repeated(found):
                    self._give_title_to_next(previous)
                    return found
                drop_row(hand, row, "repeated_header")
            elif not self._judge_row(row, cells, previous):
                continue
            previous = row
        return None

    def _judge_row(self, row: int, cells: list[Any], previous: int) -> bool:
        """Take a row as data or leave it out, as it is judged; whether anything in it is the unit's."""
        filled = filled_cells(cells)
        kind = self.judge.kind_of(row, filled, self._is_below_header(previous))
        if kind is None:
            self.hand.placed += len(filled)
        elif kind == "data":
            self.hand.table.rows.append(row)
        else:
            drop_row(self.hand, row, kind)
        return kind is not None

    def _give_title_to_next(self, row: int) -> None:
        """A note right above another table's header was that table's title."""
        dropped = self.hand.table.dropped
        if dropped.get(row) == "note":
            dropped[row] = "title_of_next_table"

    def _is_below_header(self, previous: int) -> bool:
        """Whether nothing but a header and what explains it stands above, up to row `previous`."""
        return previous == self.hand.last_header_row or self.hand.table.dropped.get(previous) in ABOVE_DATA

    def _is_plainly_data(self, row: int, cells: list[Any]) -> bool:
        """Whether a row has a number for its serial and text for its subject, as most rows have: nothing else has both.

        A serial that a formula shows stands beside anything that somebody wrote.
        """
        serial = self.serial_column
        if not 0 < serial <= len(cells) or type(cells[serial - 1]) is not float or self._is_formula(row, serial):
            return False
        subjects = [cells[column - 1] for column in self.subject_columns if column <= len(cells)]
        # 合计 stands under the subject, too, beside the number that somebody dragged down.
        return any(type(text) is str and not is_blank(text) and not is_mark(text) for text in subjects)

    def _is_repeated(self, found: Header) -> bool:
        """Whether a header is this table's own, printed again on another page."""
        same = set(found.columns.items()) & set(self.hand.header.columns.items())
        return len(same) * 2 > len(found.columns)

    def _is_formula(self, row: int, column: int) -> bool:
        return (row, column) in self.hand.content.formulas

    def _spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged across at least three columns, or across the whole table."""
        width = self.hand.grid.widths.get((row, column), 1)
        # In a table of one column every cell is as wide as the table.
        return width >= 3 or width >= self.last_column > 1

    def _header_follows(self, row: int) -> bool:
        """Whether the next row with content is the header of another table."""
        # One blank row may part a title from its header.
        for below in (row + 1, row + 2):
            cells = self.hand.content.rows.get(below)
            if cells is not None:
                return self.finder.is_header(cells) and not self._is_repeated(self.finder.read(self.hand.grid, below))
        return False


def _report_split_rows(hand: TableInHand) -> None:
    """A row right below a repeated header, without serial and unit, is the rest of the row above the page break."""
    table = hand.table
    markers = [name for name in ("serial", "section") if name in table.columns]
    if not markers:
        return
    for index, row in enumerate(table.rows):
        is_torn = table.dropped.get(row - 1) == "repeated_header"
        if is_torn and all(_is_blank(table, name, index) for name in markers):
            hand.note("split_row", hand.rows(row))


def _is_blank(table: Table, name: str, index: int) -> bool:
    """Whether a cell holds nothing; what could not be read is something."""
    return table.get(name, index) is None and not table.is_broken(name, index)
