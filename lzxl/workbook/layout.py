"""Where things are in a standard workbook: the one source for building, filling, marking and comparing it.

Rows and columns are counted from 1. No other module knows a row number or a column letter. Imported without openpyxl.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address, column_letters

NOTES_SHEET = "填表说明"
WORDS_SHEET = "词表"
STAMP_SHEET = "_lzxl"
RULES_SHEET = "办理规则"
COURSE_SHEET = "办理推算"
PEOPLE_SHEET = "本单位人员"
DECIDED_SHEET = "认定情况"
DECIDED = "lz_decided"
"""The workbook's name for the table of decisions on the hidden sheet."""
FINDINGS_SHEET = "问题清单"
UNPLACED_SHEET = "未能归位内容"
UNPLACED_CONTENT_COLUMN = 5
"""Column of 未能归位内容 that has what is listed there."""
FINDINGS_COLUMN = "问题"
"""Header of the column that a marked return has right of each table."""

OWN_SHEETS = frozenset(
    {
        NOTES_SHEET,
        WORDS_SHEET,
        STAMP_SHEET,
        FINDINGS_SHEET,
        UNPLACED_SHEET,
        RULES_SHEET,
        COURSE_SHEET,
        PEOPLE_SHEET,
        DECIDED_SHEET,
    }
)
"""Sheets that lzxl writes and that hold nothing a unit reports."""

_REACH = 2000
"""Rows below the header that drop-downs, formats and filters cover at least."""


def quoted(title: str) -> str:
    """A sheet's title as a formula or a link names it."""
    return "'" + title.replace("'", "''") + "'"


@dataclass(frozen=True)
class LabelLayout:
    """A cover: big title, one row a field (label, value, help), then the signature lines."""

    title: str
    title_row: int
    subtitle_row: int
    first_row: int
    rows: Mapping[str, int]
    """Field name → row."""
    label_column: int
    value_column: int
    help_column: int
    signature_row: int

    def label(self, name: str) -> tuple[int, int]:
        """(row, column) of a field's label."""
        return self.rows[name], self.label_column

    def value(self, name: str) -> tuple[int, int]:
        """(row, column) of the cell that a field's value is typed into."""
        return self.rows[name], self.value_column

    def help(self, name: str) -> tuple[int, int]:
        """(row, column) of the help beside a field."""
        return self.rows[name], self.help_column

    def reference(self, name: str) -> str:
        """A field's value as a formula on another sheet names it, e.g. '封面'!$C$5."""
        row, column = self.value(name)
        return f"{quoted(self.title)}!${column_letters(column)}${row}"


@dataclass(frozen=True)
class TableLayout:
    """A table: title, unit line, note, a row of small hints, header, data."""

    title: str
    title_row: int
    unit_row: int
    note_row: int
    hint_row: int
    header_row: int
    first_row: int
    capacity: int
    """Rows that carry formulas in the blank workbook."""
    columns: Mapping[str, int]
    """Field name → column."""

    @property
    def last_column(self) -> int:
        return len(self.columns)

    @property
    def findings_column(self) -> int:
        """The column 问题 of a marked return."""
        return self.last_column + 1

    @property
    def last_formula_row(self) -> int:
        return self.first_row + self.capacity - 1

    @property
    def reach(self) -> int:
        """The last row that drop-downs, formats and filters cover; rows may be typed below it all the same."""
        return self.first_row + max(_REACH, 2 * self.capacity) - 1

    def cell(self, name: str, row: int) -> str:
        """The A1 address of a field in a row."""
        return address(row, self.columns[name])

    def span(self, name: str, *, absolute: bool = False) -> str:
        """The range of a column from the first data row to `reach`, e.g. C6:C2005 or $C$6:$C$2005."""
        letters = column_letters(self.columns[name])
        if absolute:
            return f"${letters}${self.first_row}:${letters}${self.reach}"
        return f"{letters}{self.first_row}:{letters}{self.reach}"


@lru_cache(maxsize=64)
def _label_layout(title: str, names: tuple[str, ...]) -> LabelLayout:
    first = 4
    return LabelLayout(
        title=title,
        title_row=2,
        subtitle_row=3,
        first_row=first,
        rows={name: first + position for position, name in enumerate(names)},
        label_column=2,
        value_column=3,
        help_column=4,
        signature_row=first + len(names) + 1,
    )


@lru_cache(maxsize=64)
def _table_layout(title: str, names: tuple[str, ...], capacity: int) -> TableLayout:
    return TableLayout(
        title=title,
        title_row=1,
        unit_row=2,
        note_row=3,
        hint_row=4,
        header_row=5,
        first_row=6,
        capacity=capacity,
        columns={name: position for position, name in enumerate(names, start=1)},
    )


def label_layout(sheet: Sheet) -> LabelLayout:
    """Where the fields of a cover are."""
    return _label_layout(sheet.title, sheet.names)


def table_layout(sheet: Sheet) -> TableLayout:
    """Where the fields of a table are."""
    return _table_layout(sheet.title, sheet.names, sheet.capacity)


def sheet_titles(form: Form) -> tuple[str, ...]:
    """Every sheet of a standard workbook, in order."""
    return (NOTES_SHEET, *(sheet.title for sheet in form.sheets), WORDS_SHEET, STAMP_SHEET)
