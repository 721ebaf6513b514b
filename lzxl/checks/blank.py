"""A workbook that was sent back as it was sent out: one finding says it, not twenty about each empty cell."""

from __future__ import annotations

from lzxl.forms.load import load_form
from lzxl.forms.model import Form
from lzxl.forms.staff import roster_fields
from lzxl.submission import Labels, Submission, Table

# What the office fills in on the cover before it sends a workbook out.
FILLED_BY_OFFICE = frozenset({"unit_name", "unit_code", "period", "liaison", "head"})
MAY_BE_NIL = "；本期确无内容的，{told}"
"""What is added for a form whose cover asks whether there is anything to report."""


def is_untouched(submission: Submission, *, has_people: bool = False) -> bool:
    """Whether nobody has filled in anything: neither on the cover nor, beside the standard rows, in a table.

    `has_people`: whether the workbooks are sent out with the roster's people, whose rows are nobody's work then.
    """
    form = load_form(submission.form, submission.scheme)
    if submission.own_layout or form.cover is None or submission.cover is None:
        return False
    if submission.cover.broken or _filled(submission.cover) - FILLED_BY_OFFICE:
        return False
    return bool(submission.tables) and not any(_is_touched(table, form, has_people) for table in submission.tables)


def _filled(cover: Labels) -> set[str]:
    return {name for name, value in cover.values.items() if value is not None}


def _is_touched(table: Table, form: Form, has_people: bool) -> bool:
    """Whether anything stands in a table beside its standard rows, and what the roster tells of people."""
    sheet = form.by_name[table.name]
    ours = {*sheet.standard_columns, *(roster_fields(sheet) if has_people else ())}
    return bool(table.broken) or any(_is_written(table, name) for name in table.values if name not in ours)


def _is_written(table: Table, name: str) -> bool:
    """Whether a column holds anything that is no result of a formula."""
    formulas = table.formulas.get(name, ())
    return any(index not in formulas for index, _ in table.filled(name))
