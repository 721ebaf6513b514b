"""Finds the header of a table by its words, wherever it stands and however it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact, fold, fold_unbracketed, tidy
from lzxl.forms.values import as_text, is_blank, parse
from lzxl.workbook.layout import FINDINGS_COLUMN
from lzxl.workbook.reading.grid import Grid

# A header cell is short, but for an instruction in brackets; a longer text is never looked up as one.
LONGEST_HEADER = 40
_LONGEST_WITH_INSTRUCTION = 400
# How many rows below a header are looked at to choose between columns.
_ROWS_LOOKED_AT = 50
# A table that says on which page things are is a list of contents.
_PAGES = frozenset(map(fold, ("页码", "页次", "页号", "页数", "所在页", "所在页码", "起始页", "起止页码", "起止页次")))
_UP_TO_BRACKET = re.compile(r"[^(（\[【〔]*")
_FIRST_LINE = re.compile(r"[^\n]*")
# A header without the table's own subject (it was renamed) must have this many others.
ENOUGH_WITHOUT_SUBJECT = 6
# Two headers that share this much are one, renamed: 风险发生的可能性 and 风险发生可能性.
SAME_WORDS = 0.8


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
        if len(text) > LONGEST_HEADER:
            text = without_instruction(text)
        try:
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
        texts = others = 0
        begins_with_text = True
        for cell in cells:
            if type(cell) is str:
                texts += bool(cell)
            elif cell is not None:
                begins_with_text = begins_with_text and texts > 0
                others += 1
        if texts < 2 or others > texts:
            return False
        named = self.matches(cells)
        distinct = {entry.name for _, entry in named}
        if len(distinct) < 2:
            return False
        if not distinct.intersection(self.sheet.subject) and len(distinct) < ENOUGH_WITHOUT_SUBJECT:
            return False
        filled = sum(not is_blank(cell) for cell in cells)
        if others and 2 * len(distinct) < (filled - others if begins_with_text else filled + others):
            return False
        if any(type(cell) is str and len(cell) <= LONGEST_HEADER and fold(cell) in _PAGES for cell in cells):
            return False
        return (len(distinct) >= 3 and 3 * len(distinct) >= filled) or (
            len(distinct) == 2 and 3 * len(distinct) >= 2 * filled
        )

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
            upper = top[column - 1] if column <= len(top) else None
            lower = below[column - 1] if column <= len(below) else None
            if self.marked and isinstance(upper, str) and compact(upper) == FINDINGS_COLUMN:
                header.ours.add(column)
                continue
            if not is_blank(lower):
                header.texts[column] = tidy(as_text(lower))
            elif not is_blank(upper) and not any_below(column, wide.get(column, column)):
                header.texts[column] = tidy(as_text(upper))
        self._map(grid, header)
        return header

    def _is_second_row(self, top: list[Any], below: list[Any], wide: dict[int, int]) -> bool:
        """Whether the row below a header's first has names of its own, under cells that span several columns or none."""
        filled = [(column, cell) for column, cell in enumerate(below, 1) if not is_blank(cell)]
        named = [column for column, cell in filled if isinstance(cell, str) and self.field_for(cell)]
        if not named or len(named) * 2 < len(filled) or not all(isinstance(cell, str) for _, cell in filled):
            return False
        spanned = _columns_within(wide, len(below))
        for column, _ in filled:
            upper = top[column - 1] if column <= len(top) else None
            if column in spanned:
                continue
            if column not in named or (not is_blank(upper) and self.field_for(upper) is not None):
                return False
        return True

    def _map(self, grid: Grid, header: Header) -> None:
        candidates: dict[str, list[int]] = {}
        by_text: dict[str, list[int]] = {}
        for column, text in header.texts.items():
            by_text.setdefault(fold(text), []).append(column)
            named = self.field_for(text)
            if named is not None:
                candidates.setdefault(named.name, []).append(column)
        for name, columns in candidates.items():
            header.columns[name] = self._best(grid, header, self.sheet.by_name[name], columns)
        header.duplicates = {header.texts[columns[0]]: columns for columns in by_text.values() if len(columns) > 1}
        for name, columns in candidates.items():
            texts = {fold(header.texts[column]) for column in columns}
            if len(columns) > 1 and len(texts) > 1:
                header.similar[name] = columns
        self._guess(header)

    def _best(self, grid: Grid, header: Header, entry: Field, columns: list[int]) -> int:
        """Which of several columns with a field's header is the field.

        A visible one that has content, whose title is exact or comes first among the aliases, that reads best.
        """
        if len(columns) == 1:
            return columns[0]
        content, rows = grid.content, grid.below(header.rows[-1], _ROWS_LOOKED_AT)

        def rank(column: int) -> tuple[bool, bool, bool, int, int, int]:
            readable = sum(_reads(entry, content.cell(row, column)) for row in rows)
            place = _place_among_names(entry, header.texts[column])
            return column not in content.hidden_columns, place == 0, readable > 0, -place, readable, -column

        return max(columns, key=rank)

    def _guess(self, header: Header) -> None:
        """Map a header whose words are only similar, if it can be just one field that has no column yet."""
        free = [entry for entry in self.sheet.inputs if entry.name not in header.columns]
        for column, text in header.unmapped.items():
            folded = fold(text)
            if len(folded) < 4 or self.sheet.auxiliary_role(text) or self.field_for(text) is not None:
                continue
            near = [
                entry
                for entry in free
                if any(
                    len(key) >= 4 and SequenceMatcher(None, folded, key).ratio() >= SAME_WORDS
                    for key in entry.header_keys
                )
            ]
            if len(near) == 1 and near[0].name not in header.columns:
                header.columns[near[0].name] = column
                header.guessed[near[0].name] = column


def without_instruction(text: str) -> str:
    """A long header without what stands in brackets behind its words: 防控措施（针对本风险点，…… → 防控措施."""
    if len(text) > _LONGEST_WITH_INSTRUCTION:
        return ""
    words = _head(_UP_TO_BRACKET.match(text)).strip()
    if not words or words == text.strip():
        words = _head(_FIRST_LINE.match(text.strip()))
    return words if len(words) <= LONGEST_HEADER else ""


def _head(found: re.Match[str] | None) -> str:
    return found.group(0) if found is not None else ""


def _reads(entry: Field, raw: Any) -> bool:
    if is_blank(raw):
        return False
    parsed = parse(entry, raw)
    return parsed.value is not None and not parsed.problem


def _place_among_names(entry: Field, text: str) -> int:
    """0 for a field's title, then its aliases in their order."""
    for keys in (fold(text), fold_unbracketed(text)):
        for place, name in enumerate((entry.title, *entry.aliases)):
            if fold(name) == keys:
                return place
    return len(entry.aliases) + 1


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
