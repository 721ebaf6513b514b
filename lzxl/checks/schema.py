"""The pandera schema of a sheet, made from the form's description: the check names in `schemas/` are pandera's own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandera.polars as pa
import polars as pl

from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet

VOCABULARY = "vocabulary"

_TYPES: dict[str, Any] = {"serial": pl.String, "count": pl.Float64, "score": pl.Float64, "date": pl.Date}


def column_type(entry: Field) -> Any:
    """The polars type of a field's column. A serial says nothing that is computed with: it is text."""
    return _TYPES.get(entry.kind, pl.String)


@lru_cache(maxsize=64)
def frame_schema(form_id: str, sheet_name: str) -> pa.DataFrameSchema:
    """One column a field, nullable unless required; each check is named after its entry in the form's description.

    Never `coerce`: it hides errors and corrupts values (research/peers.md §0). Cells were parsed before.
    """
    sheet: Sheet = load_form(form_id).by_name[sheet_name]
    columns = {}
    for entry in sheet.inputs:
        checks = [getattr(pa.Check, name)(**arguments, error=name) for name, arguments in entry.checks.items()]
        if entry.vocabulary is not None and entry.kind in ("choice", "level"):
            checks.append(pa.Check.isin(entry.vocabulary.allowed, error=VOCABULARY))
        columns[entry.name] = pa.Column(column_type(entry), checks=checks, nullable=not entry.required)
    return pa.DataFrameSchema(columns)
