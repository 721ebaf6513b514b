"""Finds the header of a table by its words, wherever it stands and however it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact, fold, tidy
from lzxl.forms.values import as_text, is_blank
from lzxl.groups import grouped
from lzxl.workbook.layout import FINDINGS_COLUMN
from lzxl.workbook.reading.content import cell_in
from lzxl.workbook.reading.grid import Grid
from lzxl.workbook.reading.header_rules import (
    Candidate,
    best_column,
    guesses,
    is_long,
    may_be_header,
    reads_as_header,
    without_instruction,
)
from lzxl.workbook.reading.row_judge import filled_cells

# How many rows below a header are looked at to choose between columns.
ROWS_LOOKED_AT = 50


@dataclass(slots=True)
class Header:
    """A header found in a sheet: one or two rows, and which field each of its columns is."""

    rows: tuple[int, ...]
    columns: dict[str, int] = field(default_factory=dict)
    """Field name → column."""
    texts: dict[int, str] = field(default_factory=dict)
    """Column → header text, for every column that has one."""
    duplicates: dict[str, list[int]] = field(default_factory=dict)
    """Header text → its columns, where it stands over more than one."""
    similar: dict[str, list[int]] = field(default_factory=dict)
    """Field name → the columns whose different headers could each be it."""
    guessed: dict[str, int] = field(default_factory=dict)
    """Field name → column, where the header's words were only similar."""
    ours: set[int] = field(default_factory=set)
    """Columns that lzxl itself added to a marked return."""

    @property
    def unmapped(self) -> dict[int, str]:
        mapped = set(self.columns.values())
        return {column: text for column, text in self.texts.items() if column not in mapped}


class HeaderFinder:
    """Looks for the header of one kind of sheet. Remembers what it looked up: data cells repeat a lot."""

    def __init__(self, sheet: Sheet, marked: bool = False) -> None:
        """`marked`: the workbook is a marked return; its column of findings is not the unit's."""
        self.sheet = sheet
        self.marked = marked
        self._fields: dict[str, Field | None] = {}

    def field_for(self, text: Any) -> Field | None:
        """The field that a cell names, None if it names none."""
        if not isinstance(text, str):
            return None
        if is_long(text):
            text = without_instruction(text)
        try:
            # None is remembered as well, for most cells name no field: .get() would look all of these up again.
            return self._fields[text]
        except KeyError:
            found = self._fields[text] = self.sheet.field_for_header(text)
            return found

    def matches(self, cells: list[Any]) -> list[tuple[int, Field]]:
        """(column, field) of each cell of a row that names a field."""
        found = []
        for column, cell in enumerate(cells, 1):
            if type(cell) is str and cell:
                named = self.field_for(cell)
                if named is not None:
                    found.append((column, named))
        return found

    def is_header(self, cells: list[Any]) -> bool:
        """Whether a row reads like a header: mostly field names. A number or a date among them changes nothing."""
        if not may_be_header(cells):
            return False
        names = {entry.name for _, entry in self.matches(cells)} | self._office_names(cells)
        return reads_as_header(cells, names, self.sheet.subject)

    def _office_names(self, cells: list[Any]) -> set[str]:
        """The fields of the office's that a row names: an older form's header has them among its own."""
        if not self.sheet.office_fields:
            return set()
        named = [self.sheet.office_field_for_header(cell) for cell in cells if isinstance(cell, str) and cell]
        return {entry.name for entry in named if entry is not None}

    def find(self, grid: Grid) -> Header | None:
        """The first header of a sheet."""
        for row in grid.numbers:
            if self.is_header(grid.content.rows[row]):
                return self.read(grid, row)
        return None

    def read(self, grid: Grid, row: int) -> Header:
        """The header that starts in `row`: its second row, if it has one, and its columns."""
        header = Header((row,))
        content = grid.content
        top = content.rows[row]
        wide = grid.wide.get(row, {})
        below = content.rows.get(row + 1, [])
        if self._is_second_row(content.rows[row], below, wide):
            header.rows = (row, row + 1)
        else:
            below = []
        any_below = _counter_of_filled(below)
        for column in range(1, max(len(top), len(below)) + 1):
            upper, lower = cell_in(top, column), cell_in(below, column)
            if self._is_ours(upper):
                header.ours.add(column)
            # The lower row names the column, the upper one the group that it belongs to.
            elif not is_blank(lower):
                header.texts[column] = tidy(as_text(lower))
            elif not is_blank(upper) and not any_below(column, wide.get(column, column)):
                header.texts[column] = tidy(as_text(upper))
        self._map(grid, header)
        return header

    def _is_ours(self, cell: Any) -> bool:
        """Whether a cell of a header is that of the column of findings in a marked return."""
        return self.marked and isinstance(cell, str) and compact(cell) == FINDINGS_COLUMN

    def _is_second_row(self, top: list[Any], below: list[Any], wide: dict[int, int]) -> bool:
        """Whether the row below a header's first has names of its own, under cells that span several columns or none."""
        filled = filled_cells(below)
        # A number or a day below a header is data, however much of the row reads like names.
        if not all(isinstance(cell, str) for _, cell in filled):
            return False
        named = {column for column, cell in filled if self.field_for(cell)}
        if not named or len(named) * 2 < len(filled):
            return False
        spanned = _columns_within(wide, len(below))
        alone = [column for column, _ in filled if column not in spanned]
        # A name under a name is a row of data that says the same; a second row of a header stands under groups.
        return all(column in named and self.field_for(cell_in(top, column)) is None for column in alone)

    def _map(self, grid: Grid, header: Header) -> None:
        """Say which field each column is, and where that is not plain."""
        header.duplicates = _duplicates(header.texts)
        for name, columns in self._candidates(header.texts).items():
            header.columns[name] = self._best(grid, header, self.sheet.by_name[name], columns)
            if len({fold(header.texts[column]) for column in columns}) > 1:
                header.similar[name] = columns
        self._guess(header)

    def _candidates(self, texts: Mapping[int, str]) -> dict[str, list[int]]:
        """Field → the columns whose headers name it."""
        found: dict[str, list[int]] = {}
        for column, text in texts.items():
            named = self.field_for(text)
            if named is not None:
                found.setdefault(named.name, []).append(column)
        return found

    def _best(self, grid: Grid, header: Header, entry: Field, columns: list[int]) -> int:
        """Which of several columns with a field's header is the field."""
        if len(columns) == 1:
            return columns[0]
        content, rows = grid.content, grid.below(header.rows[-1], ROWS_LOOKED_AT)
        candidates = [
            Candidate(
                column,
                header.texts[column],
                column in content.hidden_columns,
                [content.cell(row, column) for row in rows],
            )
            for column in columns
        ]
        return best_column(entry, candidates)

    def _guess(self, header: Header) -> None:
        """Map a header whose words are only similar, if it can be just one field that has no column yet."""
        free = [entry for entry in self.sheet.inputs if entry.name not in header.columns]
        unknown = [(column, text) for column, text in header.unmapped.items() if not self._is_known(text)]
        header.guessed.update(guesses(unknown, free))
        header.columns.update(header.guessed)

    def _is_known(self, text: str) -> bool:
        """Whether a header without a column is known all the same: a second one of a field, or one that is no field."""
        return bool(self.sheet.auxiliary_role(text)) or self.field_for(text) is not None


def _duplicates(texts: Mapping[int, str]) -> dict[str, list[int]]:
    """Each text that stands over several columns, as the first of them writes it, with these columns."""
    alike = grouped(texts, lambda column: fold(texts[column]))
    return {texts[columns[0]]: columns for columns in alike.values() if len(columns) > 1}


def _columns_within(spans: dict[int, int], last: int) -> set[int]:
    """The columns up to `last` that lie within any of the spans first → last; each is visited once."""
    columns: set[int] = set()
    reached = 0
    for left, right in sorted(spans.items()):
        columns.update(range(max(left, reached + 1), min(right, last) + 1))
        reached = max(reached, right)
    return columns


def _counter_of_filled(cells: list[Any]) -> Callable[[int, int], bool]:
    """A function that tells whether any of the cells from one column to another is filled."""
    counts = list(accumulate((not is_blank(cell) for cell in cells), initial=0))

    def any_filled(first: int, last: int) -> bool:
        return counts[min(last, len(cells))] > counts[min(first - 1, len(cells))]

    return any_filled
