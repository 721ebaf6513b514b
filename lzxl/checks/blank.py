"""A workbook that was sent back as it was sent out: one finding says it, not twenty about each empty cell."""

from __future__ import annotations

from lzxl.forms.load import load_form
from lzxl.submission import Submission

# What the office fills in on the cover before it sends a workbook out.
FILLED_BY_OFFICE = frozenset({"unit_name", "unit_code", "period", "liaison", "head"})
MAY_BE_NIL = "；本期确无内容的，{told}"
"""What is added for a form whose cover asks whether there is anything to report."""


def is_untouched(submission: Submission) -> bool:
    """Whether nobody has filled in anything: neither on the cover nor, beside the standard rows, in a table."""
    form = load_form(submission.form, submission.scheme)
    if submission.own_layout or form.cover is None or submission.cover is None:
        return False
    if (
        any(value is not None and name not in FILLED_BY_OFFICE for name, value in submission.cover.values.items())
        or submission.cover.broken
    ):
        return False
    for table in submission.tables:
        standard = form.by_name[table.name].standard_columns
        for name, values in table.values.items():
            if name not in standard and any(value is not None for value in values):
                return False
        if table.broken:
            return False
    return bool(submission.tables)
