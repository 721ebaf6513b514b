"""Numbers of rows: unique in their table, and beginning with the unit's own code."""

from __future__ import annotations

import re
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.model import Field
from lzxl.workbook.submission import Table


def check_identifiers(report: Report) -> None:
    """Findings `not_unique` and `id_of_other_unit`."""
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.unique and entry.name in table.columns:
                _check_unique(report, table, entry)
                _check_prefix(report, table, entry)


def is_well_formed(entry: Field, value: Any) -> bool:
    """Whether an identifier has its field's format; one that has not is reported for that alone."""
    pattern = entry.checks.get("str_matches", {}).get("pattern")
    return isinstance(value, str) and (pattern is None or re.match(pattern, value) is not None)


def next_free(entry: Field, taken: set[str], unit: str) -> str:
    """A number that is not taken yet, in the form of the last one, as an example for a message; "" if none can be told."""
    last = max((value for value in taken if is_well_formed(entry, value)), default="")
    match = re.fullmatch(r"(.*?)(\d+)", last)
    if match is None:
        return ""
    stem = match.group(1)
    if unit and not stem.startswith(f"{unit}-"):
        return ""
    number, width = int(match.group(2)), len(match.group(2))
    while f"{stem}{number:0{width}d}" in taken:
        number += 1
    return f"{stem}{number:0{width}d}"


def _check_unique(report: Report, table: Table, entry: Field) -> None:
    first_row: dict[Any, int] = {}
    taken = {value for value in table.values[entry.name] if value is not None}
    for index, value in enumerate(table.values[entry.name]):
        if value is None:
            continue
        if value in first_row:
            free = next_free(entry, taken, report.submission.unit_code) if entry.kind == "id" else ""
            taken.add(free)
            report.cell(
                "not_unique",
                table,
                entry.name,
                index,
                first=first_row[value],
                example=f"，例如 {free}" if free else "",
            )
        else:
            first_row[value] = table.rows[index]


def _check_prefix(report: Report, table: Table, entry: Field) -> None:
    unit = report.submission.unit_code
    if entry.kind != "id" or not unit or report.form.cover is None:
        return
    taken = {value for value in table.values[entry.name] if value is not None}
    for index, value in enumerate(table.values[entry.name]):
        if is_well_formed(entry, value) and not value.startswith(f"{unit}-"):
            free = next_free(entry, {known for known in taken if known.startswith(f"{unit}-")}, unit)
            report.cell(
                "id_of_other_unit", table, entry.name, index, unit=unit, example=f"，例如 {free}" if free else ""
            )
