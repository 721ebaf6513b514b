"""Content that stands in the wrong cells of a row: two cells with each other's content, a row pasted one column off.

Cell by cell, such a row asks for a heap of wrong mending. So it is told as what happened, once, and everything else is
judged as the row will be when that is mended. Nothing of it is guessed: only words, numbers of rows, days and scores that
cannot stand where they stand, and do stand as they should one cell further, tell.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from lzxl.checks.identifiers import is_well_formed
from lzxl.checks.shifted import Alignment, Shift, runs_of
from lzxl.forms.findings import Catalogue, Finding, Phrase
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.text import column_letters, compact
from lzxl.forms.values import CellError, as_text, is_blank, parse
from lzxl.submission import Fact, Submission, Table, Unplaced

# Kinds of which a content can be told to be one, or not to be one.
_CLOSED = frozenset({"choice", "level", "id", "date", "score", "count"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A message names no more cells than this.
_MOST_NAMED = 8


def as_meant(submission: Submission, catalogue: Catalogue) -> tuple[Submission, list[Finding]]:
    """`submission` as it reads once swapped cells and shifted rows are put right, and a finding for each of these.

    The very same object if there are none. A register in a layout of its own is left alone: its columns are anybody's guess.
    """
    if submission.own_layout:
        return submission, []
    form = load_form(submission.form, submission.scheme)
    doubtful = [_rows_in_doubt(form.by_name[table.name], table) for table in submission.tables]
    if not any(doubtful):
        return submission, []
    beside = {entry.place: entry for entry in submission.unplaced if not entry.header}
    mended: list[_Mender] = []
    tables = list(submission.tables)
    for position, (table, rows) in enumerate(zip(submission.tables, doubtful, strict=True)):
        if rows:
            mender = _Mender(form.by_name[table.name], table, beside, catalogue)
            tables[position] = mender.mend(rows)
            mended.append(mender)
    return _with_what_moved(submission, tables, mended)


def _with_what_moved(
    submission: Submission, tables: list[Table], mended: Sequence[_Mender]
) -> tuple[Submission, list[Finding]]:
    """`submission` with the tables put right: what was known of cells that moved is not true of them any more."""
    moved: set[Place] = set()
    found: list[Finding] = []
    read_anew: list[Fact] = []
    for mender in mended:
        moved |= mender.moved
        found += mender.findings
        read_anew += mender.facts
    if not moved:
        return submission, []
    facts = [*(fact for fact in submission.facts if fact.place not in moved), *read_anew]
    left = [entry for entry in submission.unplaced if entry.place not in moved]
    return replace(submission, tables=tables, facts=facts, unplaced=left), found


def _rows_in_doubt(sheet: Sheet, table: Table) -> list[int]:
    """The rows of which a cell at least holds what cannot stand there."""
    wrong: set[int] = set()
    for name in table.columns:
        entry = sheet.by_name[name]
        if entry.kind in _CLOSED:
            wrong |= table.broken.get(name, set())
            wrong |= _cells_in_doubt(entry, table.values[name])
    return sorted(wrong)


def _cells_in_doubt(entry: Field, values: Sequence[Any]) -> set[int]:
    """The cells of a closed column whose value is no word of its list, or no number of its form."""
    if entry.vocabulary is not None:
        sound = {None, *entry.vocabulary.allowed}
    elif entry.kind == "id":
        sound = {value for value in set(values) if value is None or is_well_formed(entry, value)}
    else:
        return set()
    return {index for index, value in enumerate(values) if value not in sound}


class _Mender:
    """Puts the rows of one table right, on a copy of it."""

    def __init__(self, sheet: Sheet, table: Table, beside: dict[Place, Unplaced], catalogue: Catalogue) -> None:
        self._sheet = sheet
        self._source = table
        self._beside = beside
        self._catalogue = catalogue
        self._fields = {column: sheet.by_name[name] for name, column in table.columns.items()}
        self._first, self._last = min(self._fields), max(self._fields)
        self._edge = max(self._last, *table.derived.values(), 0)
        self._known: dict[tuple[int, type, Any], bool] = {}
        self.findings: list[Finding] = []
        self.facts: list[Fact] = []
        """How the cells that were put elsewhere read there."""
        self.moved: set[Place] = set()
        """Every cell whose content goes elsewhere, or comes from elsewhere."""

    @cached_property
    def _told_by_others(self) -> dict[int, Counter[str]]:
        """Column → the texts that stand in it, with how often: what other rows have there as well belongs there."""
        return {
            column: Counter(compact(value) for value in self._source.values[entry.name] if isinstance(value, str))
            for column, entry in self._fields.items()
            if entry.kind not in _CLOSED
        }

    def mend(self, rows: Sequence[int]) -> Table:
        """The table with `rows` as they are meant, as far as that can be told."""
        source = self._source
        self._table = replace(
            source,
            values={name: list(values) for name, values in source.values.items()},
            raw={name: dict(cells) for name, cells in source.raw.items()},
            broken={name: set(indexes) for name, indexes in source.broken.items()},
            formulas={name: set(indexes) for name, indexes in source.formulas.items()},
        )
        shifts: list[tuple[int, Shift]] = []
        for index in rows:
            raws = self._raws(index)
            shift = self._shift_of(raws)
            if shift is not None:
                shifts.append((index, shift))
                self._move(index, raws, shift)
            else:
                self._swap(index, raws)
        for first, last, shift in runs_of(shifts):
            self._say_shifted(first, last, shift)
        return self._table

    def _raws(self, index: int) -> dict[int, Any]:
        """Column → what the row holds there, from the table's first column to one beyond its last.

        A field's cell with a formula is not in it: what it shows is made of others.
        """
        raws: dict[int, Any] = {}
        for column in range(self._first - 1, self._last + 2):
            entry = self._fields.get(column)
            if entry is None:
                raws[column] = self._beside_at(index, column)
            elif index not in self._source.formulas.get(entry.name, ()):
                # What the roster tells is no evidence of what the row was meant to say: the cell is blank.
                is_told = index in self._source.told.get(entry.name, ())
                raws[column] = None if is_told else _plain(self._source.shown(entry.name, index))
        return raws

    def _beside_at(self, index: int, column: int) -> Any:
        """What stands in a column of the row that is no field's; None for a blank."""
        if column < 1:
            return None
        kept = self._beside.get(Place.cell(self._source.title, self._source.rows[index], column))
        return kept.value if kept is not None else None

    def _fits(self, column: int, raw: Any, is_own: bool) -> bool | None:
        """Whether a content can stand in a column: True if it tells that it belongs there, None if it tells nothing."""
        entry = self._fields.get(column)
        if entry is None or raw is None:
            return None
        if isinstance(raw, CellError):
            return False
        if entry.kind not in _CLOSED:
            return self._fits_text(column, entry, raw, is_own)
        return self._fits_closed(column, raw)

    def _fits_closed(self, column: int, raw: Any) -> bool:
        """`_is_of` a column's field; most rows say what others said."""
        # To a dictionary 1 and TRUE are one key; in a cell they are two contents.
        key = column, type(raw), raw
        if key not in self._known:
            self._known[key] = _is_of(self._fields[column], raw)
        return self._known[key]

    def _fits_text(self, column: int, entry: Field, raw: Any, is_own: bool) -> bool | None:
        if entry.kind == "person" and _is_no_name(raw):
            return False
        if entry.kind not in ("text", "person") or not isinstance(raw, str):
            return None
        # Its own cell is one of those that say so.
        return True if self._told_by_others[column][compact(raw)] > int(is_own) else None

    def _is_wrong(self, raws: Mapping[int, Any], column: int) -> bool:
        """Whether what a row holds in a column cannot stand there."""
        return self._fits(column, raws.get(column), is_own=True) is False

    # A row that is pasted one column off

    def _shift_of(self, raws: dict[int, Any]) -> Shift | None:
        found = [shift for step in (1, -1) if (shift := self._aligned(raws, step).shift()) is not None]
        # A row that would be right after either move tells of neither.
        return found[0] if len(found) == 1 else None

    def _aligned(self, raws: dict[int, Any], step: int) -> Alignment:
        columns = [*range(self._first, self._last + 1)]
        own = {column: self._fits(column, raws.get(column), is_own=True) for column in columns}
        to = {column: self._fits(column, raws.get(column - step), is_own=False) for column in columns}
        serial = {column for column, entry in self._fields.items() if entry.kind == "serial"}
        return Alignment(step, raws, own, to, frozenset(serial))

    def _move(self, index: int, raws: dict[int, Any], shift: Shift) -> None:
        """Put what stands in the shift's columns where it belongs; the cell at its far end is blank then."""
        for column in range(shift.first, shift.last + 1):
            self._put(index, column + shift.step, raws.get(column))
        self._put(index, shift.first if shift.step == 1 else shift.last, None)
        # Which of the cells before it is the one that is blank then, nobody can tell.
        for column in range(shift.doubtful, shift.first + 1) if shift.doubtful < shift.first else ():
            self._put(index, column, None)
            if column in self._fields:
                self._table.broken[self._fields[column].name].add(index)

    def _put(self, index: int, column: int, raw: Any) -> None:
        """Let a cell of the copy hold `raw`, read as its field."""
        table = self._table
        entry = self._fields.get(column)
        place = Place.cell(table.title, table.rows[index], column, table.name, entry.name if entry else "")
        self.moved.add(place)
        if entry is None:
            return
        parsed = parse(entry, raw)
        table.values[entry.name][index] = parsed.value
        table.raw.setdefault(entry.name, {}).pop(index, None)
        table.broken.setdefault(entry.name, set()).discard(index)
        table.formulas.setdefault(entry.name, set()).discard(index)
        if parsed.problem:
            table.broken[entry.name].add(index)
        if parsed.problem or parsed.note:
            table.raw[entry.name][index] = raw
            self.facts.append(Fact(parsed.problem or parsed.note, place, value=raw))

    def _say_shifted(self, first: int, last: int, shift: Shift) -> None:
        rows = self._source.rows
        inside = min(shift.last, self._edge)
        raws = self._raws(first)
        column = next(column for column in range(shift.first, shift.last + 1) if self._is_wrong(raws, column))
        self.findings.append(
            self._catalogue.finding(
                "row_shifted",
                Place.range(self._source.title, (rows[first], shift.first), (rows[last], inside), self._source.name),
                example=self._cell(rows[first], column),
                header=self._fields[column].title,
                value=as_text(raws[column]),
                rows=str(rows[first]) if first == last else f"{rows[first]}至{rows[last]}",
                way=Phrase("right" if shift.step == 1 else "left"),
                doubtful=self._doubtful(first, last, shift),
                outside=self._outside(first, last, shift),
            )
        )

    def _cell(self, row: int, column: int) -> Place:
        """A cell of the table as the file has it."""
        entry = self._fields.get(column)
        return Place.cell(self._source.title, row, column, self._source.name, entry.name if entry else "")

    def _outside(self, first: int, last: int, shift: Shift) -> Phrase | str:
        """What ran over the table's edge, as a message says it: there the return has its own column."""
        if shift.last <= self._edge:
            return ""
        indexes = [index for index in range(first, last + 1) if self._raws(index).get(shift.last) is not None]
        if not indexes:
            return ""
        named = [self._cell(self._source.rows[index], shift.last) for index in indexes[:_MOST_NAMED]]
        case = "outside_more" if indexes[_MOST_NAMED:] else "outside"
        return Phrase(case, {"cells": named, "column": column_letters(self._edge)})

    def _doubtful(self, first: int, last: int, shift: Shift) -> Phrase | str:
        """What may have to be moved as well, as a message says it; "" if nothing may."""
        if shift.doubtful == shift.first:
            return ""
        rows = self._source.rows
        begin, end = self._cell(rows[first], shift.doubtful), self._cell(rows[last], shift.first - 1)
        return Phrase("doubtful", {"first": begin, "last": end})

    # Two cells with each other's content

    def _swap(self, index: int, raws: dict[int, Any]) -> None:
        pairs = list(self._pairs(raws))
        used = Counter(column for pair in pairs for column in pair)
        for one, other in pairs:
            # A cell that would fit in two places tells of neither, too.
            if used[one] == used[other] == 1:
                self._put(index, one, raws[other])
                self._put(index, other, raws[one])
                self._say_swapped(index, raws, one, other)

    def _pairs(self, raws: dict[int, Any]) -> Iterator[tuple[int, int]]:
        closed = [
            column for column, entry in self._fields.items() if entry.kind in _CLOSED and self._is_wrong(raws, column)
        ]
        for one in closed:
            for other in self._fields:
                is_seen = other == one or (other in closed and other < one)
                if not is_seen and self._belongs(one, raws.get(other)) and self._accepts(other, raws, raws[one]):
                    yield (min(one, other), max(one, other))

    def _belongs(self, column: int, raw: Any) -> bool:
        """Whether a content tells by itself that it belongs into a closed column: numbers may belong anywhere."""
        entry = self._fields[column]
        return entry.kind not in ("score", "count") and raw is not None and self._fits_closed(column, raw)

    def _accepts(self, column: int, raws: dict[int, Any], raw: Any) -> bool:
        """Whether a column that has no business with what it holds would take `raw`."""
        entry = self._fields[column]
        if entry.kind in _CLOSED:
            return self._is_wrong(raws, column) and self._belongs(column, raw)
        is_at_home = self._fits(column, raws.get(column), is_own=True) is True
        return not is_at_home and self._fits(column, raw, is_own=False) is True

    def _say_swapped(self, index: int, raws: dict[int, Any], one: int, other: int) -> None:
        row = self._source.rows[index]
        self.findings.append(
            self._catalogue.finding(
                "cells_swapped",
                self._cell(row, one),
                header=self._fields[one].title,
                value=as_text(raws[one]),
                other=self._fields[other].title,
                other_value=as_text(raws[other]),
                other_cell=self._cell(row, other),
            )
        )


def _is_no_name(raw: Any) -> bool:
    """Whether a content is a number or a day, which no person is called."""
    return isinstance(raw, int | float | datetime.date) or _DAY.fullmatch(str(raw)) is not None


def _plain(shown: Any) -> Any:
    """What a cell shows as one content; None for a blank."""
    if is_blank(shown):
        return None
    return "、".join(shown) if isinstance(shown, tuple) else shown


def _is_of(entry: Field, raw: Any) -> bool:
    """Whether a content is one of a closed kind: one of its words, a number of its form, a day, a number."""
    if entry.kind in ("choice", "level") and isinstance(raw, str) and not _is_word(entry, raw):
        return False  # which word it is like, takes a while to find out
    parsed = parse(entry, raw)
    if parsed.problem or parsed.value is None:
        return False
    if entry.vocabulary is not None:
        return parsed.value in entry.vocabulary.allowed
    return is_well_formed(entry, parsed.value) if entry.kind == "id" else True


def _is_word(entry: Field, text: str) -> bool:
    return entry.vocabulary is not None and entry.vocabulary.find(text) is not None
