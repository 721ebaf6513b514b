"""Rows that the unit says are no risk points any more (变动): they stand in its form, and count for nothing (第八条(三))."""

from __future__ import annotations

from collections.abc import Collection

from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.submission import Submission, Table


def change_words(sheet: Sheet, role: str) -> tuple[str, ...]:
    """The words of a role that say what became of a row since the last period; none where units are not asked."""
    rule = sheet.rules.compared
    return sheet.words(rule.change, role) if rule is not None else ()


def without_cancelled(submission: Submission) -> Submission:
    """A submission without cancelled rows and without what refers to them; the very same object if there are none."""
    if not submission.is_read:
        return submission
    form, tables = load_form(submission.form, submission.scheme), list(submission.tables)
    for sheet in form.tables:
        tables = _without_cancelled_of(form, sheet, tables)
    return submission.with_tables(tables)


def _without_cancelled_of(form: Form, sheet: Sheet, tables: list[Table]) -> list[Table]:
    """All tables of a form without the cancelled rows of one sheet and what refers to them."""
    cancelled = {table.get(sheet.key, index) for table in tables for index in _cancelled(sheet, table)}
    if not cancelled:
        return tables
    reference = f"{sheet.name}.{sheet.key}"
    left = [_without(_cancelled(sheet, table), table) for table in tables]
    return [_without_references(form.by_name[table.name], table, reference, cancelled) for table in left]


def _cancelled(sheet: Sheet, table: Table) -> set[int]:
    """The indexes of the rows that are cancelled; none in a table of another sheet."""
    rule, words = sheet.rules.compared, change_words(sheet, "cancelled")
    if rule is None or table.name != sheet.name:
        return set()
    return {index for index, word in table.filled(rule.change) if word in words}


def _without(gone: Collection[int], table: Table) -> Table:
    return table.only([index for index in table.indexes if index not in gone])


def _without_references(sheet: Sheet, table: Table, reference: str, numbers: Collection[object]) -> Table:
    """A table without the rows that refer to one of `numbers`."""
    names = [entry.name for entry in sheet.inputs if entry.references == reference]
    # Of what is filled in only: a cancelled row without a number must not take with it every row that refers to none.
    gone = {index for name in names for index, number in table.filled(name) if number in numbers}
    return table.only([index for index in table.indexes if index not in gone])
