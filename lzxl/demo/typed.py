"""What a unit types of its rows where the workbook knows its people: all but the persons that formulas show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lzxl.forms.model import Form, Sheet
from lzxl.forms.staff import Staff, told_of

Rows = Sequence[Mapping[str, Any]]


def typed_rows(form: Form, rows: Mapping[str, Rows], staff: Staff) -> dict[str, list[dict[str, Any]]]:
    """The rows of a form's sheets, without the persons that are looked up by post or taken over from the row referred to."""
    return {
        name: [
            _without(row, told_of(form.by_name[name], row, staff))
            for row in _without_inherited(form, form.by_name[name], rows)
        ]
        for name in rows
    }


def _without(row: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if told.get(name) != value}


def _without_inherited(form: Form, sheet: Sheet, rows: Mapping[str, Rows]) -> Rows:
    """The rows of a sheet without the persons who are those of the row that each refers to."""
    rule = sheet.rules.inherited
    if rule is None:
        return rows[sheet.name]
    home, _, number = sheet.by_name[rule.row].references.partition(".")
    staffed = form.by_name[home].rules.staffed
    assert staffed is not None
    persons = {row[number]: row.get(staffed.holders) for row in rows.get(home, ())}
    return [
        {name: value for name, value in row.items() if name != rule.persons or persons.get(row.get(rule.row)) != value}
        for row in rows[sheet.name]
    ]
