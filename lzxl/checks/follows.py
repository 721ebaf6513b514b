"""What follows from other cells is worked out anew, whatever a live formula showed (`lzxl.workbook.writing.formulas`); what somebody
typed stays, to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lzxl.forms.following import followed_fields, group_of, rule_of
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.rules import Grouped, Listed
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table

Row = Mapping[str, Any]


def listed_groups(rule: Listed, rows: Sequence[Row]) -> dict[str, str]:
    """Name of a row of the list, spaces apart → its group; of two with one name the first. `rows`: with their groups."""
    found: dict[str, str] = {}
    for row in rows:
        if row.get(rule.listed_name):
            found.setdefault(compact(str(row[rule.listed_name])), str(row.get(rule.listed_group) or ""))
    return found


def with_what_follows(submission: Submission) -> Submission:
    """A submission with the groups that follow where nobody typed one; the very same object if there are none."""
    if not submission.is_read:
        return submission
    form = load_form(submission.form, submission.scheme)
    tables = submission.tables
    for sheet in form.tables:  # lists stand before the sheets that name their rows
        for entry in followed_fields(sheet):
            tables = _filled_in(sheet, entry, tables)
    return submission.with_tables(tables)


def _filled_in(sheet: Sheet, entry: Field, tables: Sequence[Table]) -> list[Table]:
    """All tables, those of one sheet with a column of groups as they follow."""
    return [_filled(sheet, table, entry, tables) if table.name == sheet.name else table for table in tables]


def _filled(sheet: Sheet, table: Table, entry: Field, tables: Sequence[Table]) -> Table:
    """A table with a column of groups as they follow. What nobody typed is worked out, whatever a formula showed."""
    groups = _followed(sheet, table, entry, tables)
    written = table.values.get(entry.name, [None] * len(table.rows))
    formulas, broken = table.formulas.get(entry.name, set()), table.broken.get(entry.name, set())
    column = [
        value if index not in formulas and (value is not None or index in broken) else group or None
        for index, (value, group) in enumerate(zip(written, groups, strict=True))
    ]
    if column == written:
        return table
    return replace(
        table,
        values={**table.values, entry.name: column},
        broken={**table.broken, entry.name: broken - formulas},
    )


def _followed(sheet: Sheet, table: Table, entry: Field, tables: Sequence[Table]) -> list[str]:
    """The group of each row of a table, "" where none follows."""
    rule = rule_of(sheet, entry.name)
    if isinstance(rule, Grouped):
        return [group_of(sheet, rule.words, table.get(rule.words, index)) for index in table.indexes]
    known = listed_groups(rule, list(_rows_of_list(rule, tables)))
    return [known.get(compact(table.text(rule.name, index)), "") for index in table.indexes]


def _rows_of_list(rule: Listed, tables: Sequence[Table]) -> Iterator[Row]:
    """The rows of the list that a rule speaks of: what each is called, and its group."""
    for other in tables:
        for index in other.indexes if other.name == rule.sheet else ():
            yield {name: other.get(name, index) for name in (rule.listed_name, rule.listed_group)}
