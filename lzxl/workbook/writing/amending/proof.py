"""The proof: a changed workbook reads as the one before with the changes, and as nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.model import Field
from lzxl.submission import Submission, Table
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.writing.amending.book import AmendedBook
from lzxl.workbook.writing.amending.changes import AmendError
from lzxl.workbook.writing.amending.held import as_read


@dataclass(frozen=True)
class _Expected:
    """What is to be read of a table that was read before."""

    before: Table
    new_rows: list[int] = field(default_factory=list)
    set_to: Mapping[tuple[int, int], tuple[Field, Any]] = field(default_factory=dict)

    def is_read(self, after: Table) -> bool:
        return self._has_rows(after) and all(
            self._reads_so(after, name, index) for name in self.before.columns for index in range(len(after.rows))
        )

    def _has_rows(self, after: Table) -> bool:
        """Whether the same rows and the new ones are read, in the same columns, and no other row is left out."""
        # A new row may stand where a prepared one was left out before.
        dropped = {row: kind for row, kind in self.before.dropped.items() if row not in self.new_rows}
        rows = [*self.before.rows, *self.new_rows]
        return (after.rows, after.columns, after.dropped) == (rows, self.before.columns, dropped)

    def _reads_so(self, after: Table, name: str, index: int) -> bool:
        change = self.set_to.get((after.rows[index], after.columns[name]))
        if change is not None:
            entry, held = change
            return bool(after.get(name, index) == as_read(entry, held))
        is_new = index >= len(self.before.rows)
        # What a new row was not given may be shown by a formula that stood ready there.
        return is_new or after.shown(name, index) == self.before.shown(name, index)


def prove(book: AmendedBook, content: WorkbookContent) -> None:
    """Raise AmendError unless the changed workbook's content reads as was asked for."""
    after = read_open(content, "", None, book.form.scheme)
    if not _has_same_frame(book.before, after):
        raise AmendError("unproved")
    for one, other in zip(book.before.tables, after.tables, strict=True):
        if not _expected(book, one).is_read(other):
            raise AmendError("unproved", sheet=one.title)
    if _beside(book.before) != _beside(after):
        raise AmendError("unproved")


def _has_same_frame(before: Submission, after: Submission) -> bool:
    return after.refusal is None and (after.form, len(after.tables)) == (before.form, len(before.tables))


def _beside(submission: Submission) -> list[tuple[Any, ...]]:
    """What stands outside of the fields."""
    return [(entry.place, entry.header, entry.value) for entry in submission.unplaced]


def _expected(book: AmendedBook, table: Table) -> _Expected:
    sheet = book.sheets.get(table.name)
    if sheet is None:
        return _Expected(table)
    is_last = table is sheet.table
    return _Expected(table, [row for row, _ in sheet.new_rows] if is_last else [], sheet.set_to)
