"""The pandera side of the checks: a sheet's schema from its description, and the cells that fail it.

The check names in `schemas/` are pandera's own. The libraries are imported on first use: a command that only reads does
without them, and one that checks imports them while the workbooks are being read (`warm_up`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lzxl.forms.load import load_form, load_forms
from lzxl.forms.model import Field, Form

if TYPE_CHECKING:
    import pandera.polars as pa

VOCABULARY = "vocabulary"
MISSING = "not_nullable"


def warm_up() -> None:
    """Import the frame libraries and build the schemas, half a second's work, while something else is waited for."""
    for form in load_forms().values():
        for sheet in form.sheets:
            frame_schema(form.id, form.scheme, sheet.name)
    failures(form, sheet.name, {entry.name: [] for entry in sheet.inputs})


def _column_type(entry: Field) -> Any:
    """The polars type of a field's column. A serial says nothing that is computed with: it is text."""
    import polars as pl

    return {"count": pl.Float64, "score": pl.Float64, "date": pl.Date}.get(entry.kind, pl.String)


@lru_cache(maxsize=256)
def _check(name: str, error: str, **arguments: Any) -> pa.Check:
    """pandera's check `name`; `error` is what its failures are called. Fields with the same limits share one."""
    import pandera.polars as pa

    check: pa.Check = getattr(pa.Check, name)(**arguments, error=error)
    return check


@lru_cache(maxsize=64)
def frame_schema(form_id: str, scheme: str, sheet_name: str) -> pa.DataFrameSchema:
    """One column a field, nullable unless required; each check is named after its entry in the form's description.

    Never `coerce`: it hides errors and corrupts values (a serial date becomes a day in 1970). Cells were
    parsed before.
    """
    import pandera.polars as pa

    columns = {}
    for entry in load_form(form_id, scheme).by_name[sheet_name].inputs:
        checks = [_check(name, name, **arguments) for name, arguments in entry.checks.items()]
        if entry.vocabulary is not None and entry.kind in ("choice", "level"):
            checks.append(_check("isin", VOCABULARY, allowed_values=entry.vocabulary.allowed))
        columns[entry.name] = pa.Column(_column_type(entry), checks=checks, nullable=not entry.required)
    return pa.DataFrameSchema(columns)


def failures(form: Form, sheet_name: str, columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, int]]:
    """(field, check, row) of every cell that fails, in the order of rows, then of columns.

    `columns`: field name → values, all of one length; text, numbers, dates, and None for blank or unreadable. The check
    is the name in the form's description, VOCABULARY, or MISSING.
    """
    import pandera.errors
    import polars as pl

    fields = form.by_name[sheet_name].by_name
    frame = pl.DataFrame(
        [pl.Series(name, values, _column_type(fields[name]), strict=False) for name, values in columns.items()]
    )
    try:
        # Each check is a query of its own over a few thousand cells: the streaming engine takes longer to start than to run.
        with pl.Config(engine_affinity="in-memory"):
            frame_schema(form.id, form.scheme, sheet_name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        order = {column: number for number, column in enumerate(frame.columns)}
        found = [
            (column, check, index)
            for column, check, index in zip(cases["column"], cases["check"], cases["index"], strict=True)
            if index is not None
        ]
        return sorted(found, key=lambda case: (case[2], order[case[0]]))
    return []
