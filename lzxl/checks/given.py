"""Rows that the unit did not number get the next number of the unit that nothing uses (第八条(一)1).

Which one depends on the submission and on what the unit filed before alone: a later version that leaves the row blank again gets the
same. Where another sheet still refers to a number that no row has, the unit is asked whose it is (`lzxl.checks.lost`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lzxl.checks.identifiers import free_numbers, is_well_formed
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.rules import Numbered
from lzxl.forms.text import compact
from lzxl.submission import Earlier, Submission, Table

Content = tuple[str, str]
"""Whose row it is, and what it says, as texts are compared."""


def numbered(submission: Submission) -> Submission:
    """A submission whose rows all have numbers, as far as it is known which; the very same object if none was blank."""
    unit = submission.sent_to or submission.unit_code
    if not submission.is_read or not unit or submission.own_layout:
        return submission
    tables = list(submission.tables)
    for sheet, rule in load_form(submission.form, submission.scheme).rules_of(Numbered):
        if rule.given:
            tables = _Numbering(submission, sheet, rule, tables).with_numbers(unit)
    return submission.with_tables(tables)


class _Numbering:
    """Gives the rows of one sheet their numbers."""

    def __init__(self, submission: Submission, sheet: Sheet, rule: Numbered, tables: list[Table]) -> None:
        self._form = load_form(submission.form, submission.scheme)
        self._sheet, self._rule, self._tables = sheet, rule, tables
        self._entry = sheet.by_name[rule.number]
        self._own = [table for table in tables if table.name == sheet.name and rule.number in table.columns]
        self._known = submission.earlier.get(sheet.name, {})
        """What numbers stood for before."""
        rest = {fact.place for fact in submission.facts if fact.kind == "split_row"}
        self._blank = [(table, index) for table in self._own for index in _blank_rows(table, rule, rest)]

    def with_numbers(self, unit: str) -> list[Table]:
        """All tables of the form, those of the sheet with a number in each blank row for which one can be told."""
        if not self._blank:
            return self._tables
        given: dict[int, dict[int, str]] = {id(table): {} for table, _ in self._blank}
        for (table, index), number in zip(self._blank, self._numbers(unit), strict=True):
            if is_well_formed(self._entry, number):
                given[id(table)][index] = number
        return [_given(table, self._rule, given[id(table)]) if id(table) in given else table for table in self._tables]

    def _numbers(self, unit: str) -> list[str]:
        """A number for each blank row: the one that its content had before, else the next that nothing uses; else ""."""
        used = {str(value) for table in self._own for value in _numbers_in(table, self._rule)}
        before = _as_before(self._entry, self._rule, self._known, used, self._blank)
        used.update(filter(None, before))
        if _lost(self._form, f"{self._sheet.name}.{self._rule.number}", self._tables, used):
            return before
        # Nor what was used before, even if that row has gone: a number stands for one thing for good.
        fresh = free_numbers(self._entry, used | self._known.keys(), unit)
        return [number or next(fresh, "") for number in before]


def _blank_rows(table: Table, rule: Numbered, rest: set[Any]) -> list[int]:
    """The rows that say something and have no number; the rest of a row that a page break cut in two is none."""
    return [
        index
        for index, value in enumerate(table.values[rule.number])
        if value is None
        and not table.is_broken(rule.number, index)
        and table.get(rule.text, index) is not None
        and table.row_place(index) not in rest
    ]


def _numbers_in(table: Table, rule: Numbered) -> Iterator[Any]:
    """The numbers of a table's rows, and those of rows that are still to be filled in: these are taken too."""
    yield from (value for _, value in table.filled(rule.number))
    column = table.columns[rule.number]
    yield from (row[column] for row in table.left_out.values() if column in row)


def _lost(form: Form, number: str, tables: Sequence[Table], used: set[str]) -> bool:
    """Whether another sheet refers to a number that no row has."""
    return any(
        is_well_formed(reference, value) and value not in used
        for table in tables
        for reference in form.by_name[table.name].inputs
        if reference.references == number
        for _, value in table.filled(reference.name)
    )


def _as_before(
    entry: Field, rule: Numbered, known: Mapping[str, Earlier], used: set[str], places: Sequence[tuple[Table, int]]
) -> list[str]:
    """For each row the number that its content had before, if no other row has it now; else ""."""
    before: dict[Content, list[str]] = {}
    for number, row in known.items():
        if number not in used and is_well_formed(entry, number):
            before.setdefault(_content(row.owner, row.text), []).append(number)
    said = [_content(table.get(rule.owner, index), table.get(rule.text, index)) for table, index in places]
    return [before[content].pop(0) if before.get(content) else "" for content in said]


def _given(table: Table, rule: Numbered, numbers: Mapping[int, str]) -> Table:
    """A table with the numbers that its rows are given, by row."""
    column = [numbers.get(index, value) for index, value in enumerate(table.values[rule.number])]
    told = table.told.get(rule.number, set()) | numbers.keys()
    return replace(table, values={**table.values, rule.number: column}, told={**table.told, rule.number: told})


def _content(owner: Any, text: Any) -> Content:
    return compact(str(owner or "")), compact(str(text or ""))
