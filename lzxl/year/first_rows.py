"""Rows of a sheet that stand on the rows of another one, the first of each there: a risk point's first measure (第八条(一)2).

`first_of` of a field says which field of the other sheet it is. Whoever counts the rows of such a sheet takes them from here, with
those that stand on the sheet itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.forms.following import group_of
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table


@dataclass(frozen=True)
class RowsOf:
    """Rows of a sheet, and where they stand."""

    table: Table
    """They, as rows of the sheet."""
    home: Table
    """The table of the file that holds them."""
    indexes: Sequence[int]
    """For each of them, its row in `home`."""
    own: Mapping[str, str]
    """Field of the sheet → field of `home`, where `home` is another sheet's."""

    def at(self, name: str, index: int) -> tuple[Table, str, int]:
        """Where a field of one of them stands: table, field and row."""
        return self.home, self.own.get(name, name), self.indexes[index]


def rows_of(submission: Submission, sheet: Sheet) -> Iterator[RowsOf]:
    """The rows of a sheet: first those on the rows of other sheets of its form, then those on its own."""
    yield from first_rows(submission, sheet)
    for table in submission.tables_of(sheet.name):
        yield RowsOf(table, table, table.indexes, {})


def first_rows(submission: Submission, sheet: Sheet) -> Iterator[RowsOf]:
    """The rows of a sheet that stand on the rows of other sheets of its form."""
    for home in load_form(submission.form, submission.scheme).tables:
        own = home.first_rows_of.get(sheet.name)
        if own:
            yield from (_first_rows(sheet, table, own) for table in submission.tables_of(home.name))


def tables_of(submission: Submission, sheet: Sheet) -> list[Table]:
    """Every row of a sheet as tables of it; one that stands on both sheets counts once, as its own sheet has it."""
    said = {what for table in submission.tables_of(sheet.name) for what in _all_said(sheet, table)}
    return [
        one.table if one.table is one.home else _without(sheet, one.table, said) for one in rows_of(submission, sheet)
    ]


def first_repeated(submission: Submission, sheet: Sheet) -> Iterator[tuple[RowsOf, int, tuple[Table, str, int]]]:
    """Each row on a sheet itself that says what stands on the row of another sheet: (rows, row, where it stands there)."""
    first = _said_on_other_rows(submission, sheet)
    if not first:
        return
    for table in submission.tables_of(sheet.name):
        rows = RowsOf(table, table, table.indexes, {})
        for index, what in enumerate(_all_said(sheet, table)):
            if what in first:
                yield rows, index, first[what]


def _said_on_other_rows(submission: Submission, sheet: Sheet) -> dict[tuple[str, ...], tuple[Table, str, int]]:
    """What the rows of a sheet say that stand on the rows of others → where; of two that say the same, the last."""
    rule = sheet.rules.numbered
    if rule is None:
        return {}
    return {
        what: one.at(rule.text, index)
        for one in first_rows(submission, sheet)
        for index, what in enumerate(_all_said(sheet, one.table))
        if what
    }


def _first_rows(sheet: Sheet, home: Table, own: Mapping[str, str]) -> RowsOf:
    """The rows that stand in the fields `own` of another sheet's table: those that say something of their subject."""
    subject = [own[name] for name in sheet.subject if name in own]
    indexes = sorted({index for name in subject for index, _ in home.filled(name)})
    there = home.only(indexes)
    read = {name: mine for name, mine in own.items() if mine in home.columns}
    values = {name: list(there.values[mine]) for name, mine in read.items()}
    table = Table(
        sheet.name,
        home.title,
        header_rows=home.header_rows,
        columns={name: home.columns[mine] for name, mine in read.items()},
        rows=list(there.rows),
        values=values | _groups(sheet, values),
        broken={name: set(there.broken.get(mine, ())) for name, mine in read.items()},
    )
    return RowsOf(table, home, indexes, own)


def _groups(sheet: Sheet, values: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The groups that follow from the words of the rows."""
    return {
        rule.group: [group_of(sheet, rule.words, word) or None for word in values[rule.words]]
        for rule in sheet.rules.groups
        if rule.words in values
    }


def _all_said(sheet: Sheet, table: Table) -> Iterator[tuple[str, str] | None]:
    """For each row what it says, and of which row of the other sheet, as texts are compared; None where it lacks one of both."""
    rule = sheet.rules.numbered
    for index in table.indexes:
        owner, text = (table.get(rule.owner, index), table.get(rule.text, index)) if rule is not None else (None, None)
        yield (compact(str(owner)), compact(str(text))) if owner and text else None


def _without(sheet: Sheet, table: Table, said: Collection[tuple[str, str] | None]) -> Table:
    """A table without the rows that say what is said elsewhere."""
    kept = [index for index, what in enumerate(_all_said(sheet, table)) if what is None or what not in said]
    return table.only(kept)
