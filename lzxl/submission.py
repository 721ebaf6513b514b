"""A submission as it was read: typed values in tables, each value with the cell it came from.

Everything here crosses a process border, so it is plain data: names of forms, sheets and fields, never the forms themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from lzxl.forms.findings import Finding
from lzxl.forms.load import DEFAULT_SCHEME, load_form
from lzxl.forms.model import Sheet
from lzxl.forms.places import WHOLE_FILE, Place, Placed

_Rule = TypeVar("_Rule")

NOT_CARRIED = "（个人信息，未转入）"
"""What stands for a cell whose content is no business of any form, and goes no further than its reader."""


RowKind = Literal[
    "data",
    "repeated_header",
    "column_numbers",
    "hint",
    "page_number",
    "subtotal",
    "total",
    "note",
    "blank_numbered",
    "blank_formulas",
    "placeholders",
    "end_mark",
    "title_of_next_table",
    "signature",
]

# What a row is that has content and is no data, as people call it.
ROW_KINDS: dict[str, str] = {
    "repeated_header": "重复的表头",
    "column_numbers": "栏目编号",
    "hint": "填写提示",
    "page_number": "页码",
    "subtotal": "小计",
    "total": "合计",
    "note": "说明文字",
    "blank_numbered": "只有序号或编号的预留行",
    "blank_formulas": "只有公式、未填写的预留行",
    "placeholders": "仅填写“/”“无”等符号的行",
    "end_mark": "“以下空白”等结束语",
    "title_of_next_table": "下一张表的标题",
    "signature": "签字落款",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the file that reading came upon, and that the typed values do not tell. What comes of it, rules say."""

    kind: str
    """What it is: a row left out, a hidden column, a cell that was read in a way worth saying …"""
    place: Place = WHOLE_FILE
    """Where; its field is the one that the cell was read as."""
    header: str = ""
    """The text of a header that names no field."""
    value: Any = ""
    """What stands there."""
    more: dict[str, Any] = field(default_factory=dict)
    """What else is known of it, by name: numbers, places, words of the file."""


NEEDED = frozenset({"split_row", "header_not_found", "column_private", "cells_lost"})
"""Kinds of facts that say how the file is to be understood: all of them are handed over."""


@dataclass(slots=True)
class Cells:
    """What tables and covers share: the values of fields, and what the cells hold where that is something else."""

    name: str
    """The sheet's name in the form, e.g. risk_points."""
    title: str
    """The sheet's name in the file."""


@dataclass(slots=True)
class Labels(Cells):
    """A cover: labelled cells."""

    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Field name → (row, column) of its value, from 1. A field whose label was not found is not in it."""
    label_cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Field name → (row, column) of its label."""
    values: dict[str, Any] = field(default_factory=dict)
    """Field name → typed value; None where blank or unreadable."""
    raw: dict[str, Any] = field(default_factory=dict)
    """Field name → what the cell holds, where that is not the value."""
    broken: set[str] = field(default_factory=set)
    """Fields whose cell holds something that cannot be read as a value of the field's kind."""
    remarks: dict[str, str] = field(default_factory=dict)
    """Field name → code of what is wrong with its content, or worth saying of how it was read."""

    def place(self, name: str) -> Place:
        """Where a field's value stands; the whole sheet if its label was not found."""
        if name not in self.cells:
            return Place(self.title, (), self.name, name)
        return Place.cell(self.title, *self.cells[name], self.name, name)


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A number that is said to be the sum of those in `column` from row `first` to row `last`."""

    stated: float
    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LiveSum:
    """A total that a formula made: the sum, or the mean, of the numbers of its column in the data rows first to last."""

    first: int
    last: int
    is_mean: bool = False


@dataclass(slots=True)
class Table(Cells):
    """One table. `values[field][i]` belongs to file row `rows[i]`; all lists have the length of `rows`."""

    header_rows: tuple[int, ...] = ()
    columns: dict[str, int] = field(default_factory=dict)
    """Field name → column in the file, from 1. A field without a column is not in it, nor in `values`."""
    unmapped: dict[int, str] = field(default_factory=dict)
    """Column → header, for headers that name no field."""
    rows: list[int] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    """Typed values: str, int, float, bool-free; dates are datetime.date, several choices a tuple; None is blank or broken."""
    raw: dict[str, dict[int, Any]] = field(default_factory=dict)
    """Field name → {index in rows: what the cell holds}, only where that differs from the value."""
    broken: dict[str, set[int]] = field(default_factory=dict)
    """Field name → indexes in rows whose cell holds something unreadable."""
    formulas: dict[str, set[int]] = field(default_factory=dict)
    """Field name → indexes in rows whose cell holds a formula."""
    told: dict[str, set[int]] = field(default_factory=dict)
    """Field name → indexes in rows whose value the roster tells: nobody typed it (`lzxl.checks.lookups`)."""
    dropped: dict[int, str] = field(default_factory=dict)
    """File row → reason, for every row below the header that has content and is no data."""
    left_out: dict[int, dict[int, Any]] = field(default_factory=dict)
    """File row → {column: what the cell holds}, for the rows in `dropped`, as far as they are given back."""
    spans: dict[tuple[int, int], int] = field(default_factory=dict)
    """(row, column) of a cell in `left_out` → how many columns it is merged across, where that is more than one."""
    sums: dict[tuple[int, int], LiveSum] = field(default_factory=dict)
    """(row, column) of a formula in a row of totals → what it adds up."""
    totals: dict[tuple[int, int], StatedTotal] = field(default_factory=dict)
    """(row, column) of a number that states a total → what it states, and of what."""
    derived: dict[str, int] = field(default_factory=dict)
    """Field name → column in the file, for the fields that are only shown and not read."""
    typed: dict[str, dict[int, Any]] = field(default_factory=dict)
    """Field name → {index in rows: what somebody typed there}, for these fields."""
    ours: tuple[int, ...] = ()
    """Columns that lzxl itself added to a marked return: their texts are nobody's content."""

    @property
    def indexes(self) -> range:
        """The index in `rows` of each row."""
        return range(len(self.rows))

    def filled(self, name: str) -> Iterator[tuple[int, Any]]:
        """(index in rows, value) of each row that has a value in a field; none if the table has no column for it."""
        for index, value in enumerate(self.values.get(name, ())):
            if value is not None:
                yield index, value

    def place(self, name: str, index: int) -> Place:
        """Where a field stands in row `index`; the whole sheet if the field has no column."""
        if name not in self.columns:
            return Place(self.title, (), self.name, name)
        return Place.cell(self.title, self.rows[index], self.columns[name], self.name, name)

    def row_place(self, index: int) -> Place:
        """The whole row `index`."""
        return Place.rows(self.title, self.rows[index], table=self.name)

    @property
    def rows_place(self) -> Place:
        """All rows from the first of its data to the last; the whole sheet if there is none."""
        return (
            Place.rows(self.title, self.rows[0], self.rows[-1], self.name)
            if self.rows
            else Place(self.title, table=self.name)
        )

    def header_place(self, column: int) -> Place:
        """The header of a column of the file."""
        return Place.cell(self.title, self.header_rows[-1], column, self.name)

    def get(self, name: str, index: int) -> Any:
        """The typed value of a field in row `index`; None also if the field has no column."""
        column = self.values.get(name)
        return None if column is None else column[index]

    def text(self, name: str, index: int) -> str:
        """The value of a field in row `index` as text; "" if there is none."""
        return str(self.get(name, index) or "")

    def day(self, name: str, index: int) -> datetime.date | None:
        """The day in a date field in row `index`; None also if the field has no column."""
        day = self.get(name, index)
        return day if isinstance(day, datetime.date) else None

    def shown(self, name: str, index: int) -> Any:
        """What the unit wrote: the raw content where it differs from the value, else the value."""
        return self.raw.get(name, {}).get(index, self.get(name, index))

    def all_shown(self, name: str) -> Sequence[Any]:
        """What the unit wrote in each row of a field that has a column."""
        values, raw = self.values[name], self.raw.get(name)
        if not raw:
            return values
        return [raw.get(index, value) for index, value in enumerate(values)]

    def is_broken(self, name: str, index: int) -> bool:
        return index in self.broken.get(name, ())

    def is_blank(self, name: str, index: int) -> bool:
        """Whether a field has a column, and nothing stands there in row `index`: what nobody can read is no blank."""
        return name in self.columns and self.get(name, index) is None and not self.is_broken(name, index)

    def only(self, indexes: Sequence[int]) -> Table:
        """The same with some of its rows; the very same object where these are all."""
        if len(indexes) == len(self.rows):
            return self
        place = {old: new for new, old in enumerate(indexes)}
        return replace(
            self,
            rows=[self.rows[index] for index in indexes],
            values={name: [column[index] for index in indexes] for name, column in self.values.items()},
            raw=_texts_at(self.raw, place),
            typed=_texts_at(self.typed, place),
            broken=_marks_at(self.broken, place),
            formulas=_marks_at(self.formulas, place),
            told=_marks_at(self.told, place),
        )


def _marks_at(marked: dict[str, set[int]], place: dict[int, int]) -> dict[str, set[int]]:
    return {name: {place[at] for at in found if at in place} for name, found in marked.items()}


def _texts_at(kept: dict[str, dict[int, Any]], place: dict[int, int]) -> dict[str, dict[int, Any]]:
    return {name: {place[at]: text for at, text in found.items() if at in place} for name, found in kept.items()}


@dataclass(frozen=True, slots=True)
class Unplaced(Placed):
    """Content of the file that belongs to no field: kept, reported, given back on a sheet of its own."""

    place: Place
    """Its cell."""
    header: str
    value: Any
    reason: str
    raw: Any = None
    """What the cell holds, where `value` is only how it reads."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a number stood for before: whose row it was, what it said, and where that stands, as people call it."""

    owner: str
    text: str
    origin: str
    is_filed: bool = True
    """Whether the unit filed the row; what it was sent to begin with, it may leave out."""


@dataclass(slots=True)
class Submission:
    """One file, read as a form. `form` is "" when the file is none of our forms; see `refusal`."""

    file: str
    container: str = ""
    """What the bytes are: xlsx, xlsm, xls, xlsb, ods."""
    is_locked: bool = False
    """Whether it came encrypted with a password of somebody's own (Excel has one for "read-only recommended")."""
    sha256: str = ""
    form: str = ""
    version: str = ""
    scheme: str = DEFAULT_SCHEME
    """The grading table whose words it is read with."""
    unit_code: str = ""
    unit_name: str = ""
    period: str = ""
    own_layout: bool = False
    """Whether it was read as a unit's own register, to be adopted."""
    stamped: bool = False
    """Whether the file carries the stamp of a distributed workbook."""
    sent_to: str = ""
    """Unit code of the stamp: whom the office sent the workbook to."""
    sent_for: str = ""
    """Period of the stamp."""
    sent_scheme: str = ""
    """Grading table of the stamp."""
    cover: Labels | None = None
    tables: list[Table] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    """Kind of fact → how many more there are than `facts` holds."""
    unplaced: list[Unplaced] = field(default_factory=list)
    signed: list[Unplaced] = field(default_factory=list)
    """What people wrote onto the lines for signatures, and the like: nothing to report, given back where it was."""
    refusal: Finding | None = None
    """Why the file could not be read at all; then there are no tables."""
    received: datetime.date | None = None
    """The day on which it came in, where that is known: no day that it tells of may lie behind."""
    round: str = ""
    """Label of the campaign's round that it counts for, where its form has rounds."""
    earlier: dict[str, dict[str, Earlier]] = field(default_factory=dict)
    """Sheet → number → what it stood for in the unit's version before this one, or in the workbook that was sent out."""
    before: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """Sheet → number → field → what a row of the last period said when the workbook was sent out, as texts are compared."""
    trace: str = ""
    """Where the reader broke on it, for developers: never shown, for it may quote a cell."""

    def with_tables(self, tables: Sequence[Table]) -> Submission:
        """The same with other tables; the very same object if each of them is the one that it has."""
        is_same = all(new is old for new, old in zip(tables, self.tables, strict=True))
        return self if is_same else replace(self, tables=list(tables))

    def table(self, name: str) -> Table | None:
        """The first table of that name, None if the file has none."""
        return next((table for table in self.tables if table.name == name), None)

    def tables_of(self, name: str) -> list[Table]:
        """All tables of one sheet of the form: a file may have several sheets of a kind, or several tables on one."""
        return [table for table in self.tables if table.name == name]

    def rows_of(self, name: str) -> Iterator[tuple[Table, int]]:
        """(table, index of the row in it) of every row of one sheet of the form."""
        for table in self.tables_of(name):
            for index in table.indexes:
                yield table, index

    def filled(self, sheet: str, name: str) -> Iterator[tuple[Table, int, Any]]:
        """(table, index of the row in it, value) of every row of one sheet of the form that has a value in a field."""
        for table in self.tables_of(sheet):
            for index, value in table.filled(name):
                yield table, index, value

    def rules_of(self, kind: type[_Rule]) -> Iterator[tuple[Table, Sheet, _Rule]]:
        """The tables whose sheet a kind of rule (`lzxl.forms.rules`) holds for, each with the sheet and the rule."""
        ruled = {sheet.name: (sheet, rule) for sheet, rule in load_form(self.form, self.scheme).rules_of(kind)}
        for table in self.tables:
            if table.name in ruled:
                yield table, *ruled[table.name]

    @property
    def is_read(self) -> bool:
        """Whether it could be read, and as one of the forms."""
        return self.refusal is None and bool(self.form)

    @property
    def reported_on(self) -> datetime.date | None:
        """The day that its cover says it was filled in on."""
        stated = self.cover.values.get("reported_on") if self.cover is not None else None
        return stated if isinstance(stated, datetime.date) else None

    @property
    def is_nil_return(self) -> bool:
        """Whether the unit declares that it has nothing to report (零报告)."""
        nil = load_form(self.form, self.scheme).nil_return if self.cover is not None else None
        return nil is not None and self.cover is not None and self.cover.values.get(nil.declared.name) == nil.affirmed

    @property
    def row_counts(self) -> dict[str, int]:
        """Sheet title in the file → number of data rows."""
        counts: dict[str, int] = {}
        for table in self.tables:
            counts[table.title] = counts.get(table.title, 0) + len(table.rows)
        return counts
