"""Persons whom the roster knows: what a unit left blank is looked up for the day of filing, and what a formula shows that day is
looked up anew where it is of nobody who was there then (第七条).

What somebody typed stays as it is. Without 人员 on the roster nothing is looked up.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lzxl.checks.context import Context
from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.persons import names_of
from lzxl.forms.staff import Staff, staff_of, told_of
from lzxl.submission import Submission, Table


def looked_up(submission: Submission, context: Context) -> Submission:
    """A submission with the persons whom the roster's people tell; the very same object if there are none."""
    staff = _staff_of(submission, context) if context.people and submission.refusal is None else None
    if not staff:
        return submission
    form = load_form(submission.form, submission.scheme)
    tables = [_staffed(form.by_name[table.name], table, staff) for table in submission.tables]
    tables = [_inherited(form, form.by_name[table.name], table, tables, staff) for table in tables]
    return submission.with_tables(tables)


def _staff_of(submission: Submission, context: Context) -> Staff | None:
    """What the roster knows of the unit on the day; None if the unit or the day is not known."""
    unit = context.units.get(submission.sent_to or submission.unit_code)
    day = _day_of(submission) or context.today
    return staff_of(unit, context.people, day) if unit is not None and day is not None else None


def _day_of(submission: Submission) -> datetime.date | None:
    """The day on which it was filled in, else that on which it came in."""
    return submission.reported_on or submission.received


def _staffed(sheet: Sheet, table: Table, staff: Staff) -> Table:
    """The rows with who holds each row's post, the section that it is of, who heads that, and who is in charge."""
    rule = sheet.rules.staffed
    if rule is None:
        return table
    told = [told_of(sheet, {rule.post: table.get(rule.post, index)}, staff) for index in table.indexes]
    names = told[0] if told else ()
    return _with_known(table, {name: [row[name] for row in told] for name in names}, staff)


def _inherited(form: Form, sheet: Sheet, table: Table, tables: Sequence[Table], staff: Staff) -> Table:
    """The rows with the persons of the rows that they refer to."""
    rule = sheet.rules.inherited
    if rule is None or not table.rows:
        return table
    home, _, number = sheet.by_name[rule.row].references.partition(".")
    source = form.by_name[home].rules.staffed
    if source is None:
        return table
    persons = _holders([other for other in tables if other.name == home], number, source.holders)
    known = [str(persons.get(key) or "") for key in table.values.get(rule.row, ())]
    return _with_known(table, {rule.persons: known}, staff)


def _holders(tables: Iterable[Table], number: str, holders: str) -> dict[object, object]:
    """Number of a row → who stands in it; of rows with one number, the last."""
    return {key: table.get(holders, index) for table in tables for index, key in table.filled(number)}


def _with_known(table: Table, known: Mapping[str, Sequence[str]], staff: Staff) -> Table:
    """A table with persons where nobody typed any. `known`: field → a text for each row, "" where nobody is known."""
    for name, persons in known.items():
        if name in table.values and len(persons) == len(table.rows):
            asked = {index for index in table.indexes if _is_asked(table, name, index, staff.known_names)}
            table = _looked_up(table, name, {index: persons[index] for index in sorted(asked) if persons[index]})
    return table


def _looked_up(table: Table, name: str, persons: Mapping[int, str]) -> Table:
    """A table with what the roster knows in a field, by row; the very same object where nothing is other for it."""
    column = [persons.get(index, value) for index, value in enumerate(table.values[name])]
    if column == table.values[name]:
        return table
    return replace(table, values={**table.values, name: column}, told={**table.told, name: set(persons)})


def _is_asked(table: Table, name: str, index: int, there: frozenset[str]) -> bool:
    """Whether the roster is asked who stands in a cell: a blank one, and one whose formula shows somebody who was not there."""
    value = table.get(name, index)
    if value is None:
        return not table.is_broken(name, index)
    return index in table.formulas.get(name, ()) and not names_of(str(value)) <= there
