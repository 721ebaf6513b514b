"""A form as its file says it, made whole with what all forms share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def whole_form(form: Mapping[str, Any], cover: Mapping[str, Any]) -> dict[str, Any]:
    """A form as its file says it, with the fields of the cover that all forms share before those of its own."""
    sheets = [_whole_sheet(sheet, cover) for sheet in form["sheets"]]
    return {**form, "sheets": sheets}


def _whole_sheet(sheet: Mapping[str, Any], cover: Mapping[str, Any]) -> Mapping[str, Any]:
    if sheet["layout"] != "labels":
        return sheet
    return {**sheet, "fields": [*cover["fields"], *sheet["fields"]]}
