"""Finds the header of a table by its words, wherever it stands and however it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact, fold, tidy
from lzxl.forms.values import is_blank, parse
from lzxl.workbook.layout import FINDINGS_COLUMN
from lzxl.workbook.reading.content import SheetContent

# A header cell is short; a longer text is never looked up as one.
_LONGEST_HEADER = 40
# A header without the table's own subject (it was renamed) must have this many others.
_ENOUGH_WITHOUT_SUBJECT = 6
# Two headers that share this much are one, renamed: 风险发生的可能性 and 风险发生可能性.
_SAME_WORDS = 0.8


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
        if not isinstance(text, str) or len(text) > _LONGEST_HEADER:
            return None
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
        """Whether a row reads like a header: mostly field names, and nothing that only data holds."""
        for cell in cells:  # most rows are data, and most data have a number or a date
            if cell is not None and not isinstance(cell, str):
                return False
        filled = [cell for cell in cells if not is_blank(cell)]
        if len(filled) < 2:
            return False
        distinct = {named.name for _, named in self.matches(cells)}
        if not distinct.intersection(self.sheet.subject) and len(distinct) < _ENOUGH_WITHOUT_SUBJECT:
            return False
        return (len(distinct) >= 3 and 3 * len(distinct) >= len(filled)) or (
            len(distinct) == 2 and 3 * len(distinct) >= 2 * len(filled)
        )

    def find(self, content: SheetContent, first_row: int = 1) -> Header | None:
        """The first header at or below `first_row`."""
        for row in sorted(number for number in content.rows if number >= first_row):
            if self.is_header(content.rows[row]):
                return self.read(content, row)
        return None

    def read(self, content: SheetContent, row: int) -> Header:
        """The header that starts in `row`: its second row, if it has one, and its columns."""
        header = Header((row,))
        top = content.rows[row]
        wide = {left: right for first, left, last, right in content.merges if first <= row <= last and right > left}
        below = content.rows.get(row + 1, [])
        if self._is_second_row(content, row, below, wide):
            header.rows = (row, row + 1)
        else:
            below = []
        for column in range(1, max(len(top), len(below)) + 1):
            upper = top[column - 1] if column <= len(top) else None
            lower = below[column - 1] if column <= len(below) else None
            if self.marked and isinstance(upper, str) and compact(upper) == FINDINGS_COLUMN:
                header.ours.add(column)
                continue
            if not is_blank(lower):
                header.texts[column] = tidy(str(lower))
            elif not is_blank(upper) and not self._is_group(column, wide, below):
                header.texts[column] = tidy(str(upper))
        self._map(content, header)
        return header

    def _is_group(self, column: int, wide: dict[int, int], below: list[Any]) -> bool:
        """Whether the top cell spans columns that have headers of their own in the second row."""
        right = wide.get(column, column)
        return any(not is_blank(below[index - 1]) for index in range(column, min(right, len(below)) + 1))

    def _is_second_row(self, content: SheetContent, row: int, below: list[Any], wide: dict[int, int]) -> bool:
        filled = [(column, cell) for column, cell in enumerate(below, 1) if not is_blank(cell)]
        if not filled or not all(isinstance(cell, str) and self.field_for(cell) for _, cell in filled):
            return False
        top = content.rows[row]
        for column, _ in filled:
            upper = top[column - 1] if column <= len(top) else None
            grouped = any(left <= column <= right for left, right in wide.items())
            if not is_blank(upper) and not grouped and self.field_for(upper) is not None:
                return False
        return True

    def _map(self, content: SheetContent, header: Header) -> None:
        candidates: dict[str, list[int]] = {}
        by_text: dict[str, list[int]] = {}
        for column, text in header.texts.items():
            by_text.setdefault(fold(text), []).append(column)
            named = self.field_for(text)
            if named is not None:
                candidates.setdefault(named.name, []).append(column)
        for name, columns in candidates.items():
            header.columns[name] = self._best(content, header, self.sheet.by_name[name], columns)
        header.duplicates = {header.texts[columns[0]]: columns for columns in by_text.values() if len(columns) > 1}
        for name, columns in candidates.items():
            texts = {fold(header.texts[column]) for column in columns}
            if len(columns) > 1 and len(texts) > 1:
                header.duplicates[self.sheet.by_name[name].title] = columns
        self._guess(header)

    def _best(self, content: SheetContent, header: Header, entry: Field, columns: list[int]) -> int:
        """Which of several columns with a field's header is the field: a visible one, whose title is exact, that reads best."""

        def rank(column: int) -> tuple[bool, bool, int, int]:
            readable = 0
            for row, cells in content.rows.items():
                if row > header.rows[-1] and column <= len(cells) and not is_blank(cells[column - 1]):
                    parsed = parse(entry, cells[column - 1])
                    readable += parsed.value is not None and not parsed.problem
            exact = fold(header.texts[column]) == fold(entry.title)
            return column not in content.hidden_columns, exact, readable, -column

        return columns[0] if len(columns) == 1 else max(columns, key=rank)

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
                    len(key) >= 4 and SequenceMatcher(None, folded, key).ratio() >= _SAME_WORDS
                    for key in entry.header_keys
                )
            ]
            if len(near) == 1 and near[0].name not in header.columns:
                header.columns[near[0].name] = column
                header.guessed[near[0].name] = column
