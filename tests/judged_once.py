"""Checks a sheet that has not changed once a module: what tests share that check the same workbooks again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from lzxl.checks import cells, schema
from lzxl.forms.model import Form


@pytest.fixture(scope="module")
def sheets_judged_once() -> Any:
    """Answers from memory what pandera says of a sheet that has not changed: most of such a test's time, asked ten times over.

    The answer depends on nothing but the schema and the values (told apart by how they are written: 1 is not True).
    """
    known: dict[tuple[str, str, str, str], list[tuple[str, str, int]]] = {}

    def remembered(form: Form, sheet_name: str, columns: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, int]]:
        key = (form.id, form.scheme, sheet_name, repr(list(columns.items())))
        if key not in known:
            known[key] = schema.failures(form, sheet_name, columns)
        return list(known[key])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cells, "failures", remembered)
        yield
