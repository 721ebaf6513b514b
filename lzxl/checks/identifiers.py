"""Numbers of rows: unique in their table, and beginning with the unit's own code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Field
from lzxl.forms.text import compact
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
    if not isinstance(value, str):
        return False
    check = entry.checks.get("str_matches")
    return check is None or _compiled(check["pattern"]).match(value) is not None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def rows_in_doubt(report: Report, table: Table, name: str) -> set[int]:
    """The rows whose number or name is blank, used before, or no sound number: advice is given to no others."""
    if name not in table.columns:
        return set()
    entry = report.field(table, name)
    if entry.kind == "id":
        return set(range(len(table.rows))) - sound_rows(report, table, entry)
    seen: set[str] = set()
    doubtful = set()
    for index, value in enumerate(table.values[name]):
        key = compact(value) if isinstance(value, str) else ""
        if not key or key in seen:
            doubtful.add(index)
        seen.add(key)
    return doubtful


def plan_numbers(report: Report) -> None:
    """Advise a number for every row whose own is blank, unreadable, ill-formed, foreign or used before.

    A number that other sheets refer to and no row has goes to the first such row; then come numbers not used yet.
    """
    for table in report.submission.tables:
        for entry in report.form.by_name[table.name].inputs:
            if entry.unique and entry.kind == "id" and entry.name in table.columns:
                sound = sound_rows(report, table, entry)
                lost = lost_numbers(report, table, entry)
                taken = {*(value for value in table.values[entry.name] if value is not None), *lost}
                for index in range(len(table.rows)):
                    if index in sound:
                        continue
                    number = lost.pop(0) if lost else next_free(entry, taken, report.own_code)
                    if number:
                        taken.add(number)
                        report.advise(table, entry.name, index, Remedy("set", number))


def sound_rows(report: Report, table: Table, entry: Field) -> set[int]:
    """The rows whose number is well-formed, the unit's own, and the first of its kind."""
    unit = report.own_code if report.form.cover is not None else ""
    seen: set[str] = set()
    sound = set()
    for index, value in enumerate(table.values[entry.name]):
        if value not in seen and is_well_formed(entry, value) and (not unit or value.startswith(f"{unit}-")):
            seen.add(value)
            sound.add(index)
    return sound


def lost_numbers(report: Report, table: Table, entry: Field) -> list[str]:
    """Numbers of the unit that another sheet refers to and that no row of `table` has, in the order of reference."""
    known = set(table.values[entry.name])
    lost: dict[str, None] = {}
    for other in report.submission.tables:
        for reference in report.form.by_name[other.name].inputs:
            if reference.references == f"{table.name}.{entry.name}" and reference.name in other.columns:
                for value in other.values[reference.name]:
                    own = is_well_formed(entry, value) and value.startswith(f"{report.own_code}-")
                    if own and value not in known:
                        lost[value] = None
    return list(lost)


_EXAMPLE = re.compile(r"如 [A-Z0-9]+-([A-Z]*)(\d+)")


def next_free(entry: Field, taken: set[str], unit: str) -> str:
    """A number of `unit` that is not taken yet, after the last one; "" if the unit or the form of numbers is unknown."""
    example = _EXAMPLE.search(entry.format)
    if example is None or not unit:
        return ""
    stem, width = f"{unit}-{example.group(1)}", len(example.group(2))
    used = [int(value[len(stem) :]) for value in taken if re.fullmatch(re.escape(stem) + r"\d+", value)]
    return f"{stem}{max(used, default=0) + 1:0{width}d}"


def _check_unique(report: Report, table: Table, entry: Field) -> None:
    first_row: dict[Any, int] = {}
    for index, value in enumerate(table.values[entry.name]):
        if value is None:
            continue
        if value in first_row:
            report.cell("not_unique", table, entry.name, index, first=first_row[value])
        else:
            first_row[value] = table.rows[index]


def _check_prefix(report: Report, table: Table, entry: Field) -> None:
    unit = report.own_code
    if entry.kind != "id" or not unit or report.form.cover is None:
        return
    start = f"{unit}-"
    for index, value in enumerate(table.values[entry.name]):
        if value is not None and not value.startswith(start) and is_well_formed(entry, value):
            report.cell("id_of_other_unit", table, entry.name, index, unit=unit)
