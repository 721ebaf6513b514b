"""Rules over several submissions: one unit filed twice, the same number in two units, a warning about no risk point."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lzxl.checks.identifiers import columns_of_numbers, is_well_formed
from lzxl.checks.report import Report
from lzxl.forms.load import load_form
from lzxl.forms.model import Field
from lzxl.forms.text import compact
from lzxl.groups import grouped
from lzxl.submission import Table

# A message names no more files than this.
_MOST_NAMED = 5


def check_together(reports: Sequence[Report]) -> None:
    """Findings `unit_filed_twice`, `duplicate_id_across_files`, `number_in_other_round` and `risk_id_unknown`."""
    _check_filed_twice(reports)
    _check_ids(reports)
    _check_rounds(reports)
    _check_other_forms(reports)


def which_counts(files: Sequence[Report]) -> Report:
    """Of several files from one unit for one form: the one with the latest date of filing, then the last by name."""

    def key(report: Report) -> tuple[str, str]:
        filed = report.submission.reported_on
        return (filed.isoformat() if filed else "", report.submission.file)

    return max(files, key=key)


def _check_filed_twice(reports: Sequence[Report]) -> None:
    filed = (report for report in reports if report.own_code and report.form.cover is not None)
    for files in grouped(filed, _what_it_is).values():
        if len(files) > 1:
            _say_filed_twice(files)


def _what_it_is(report: Report) -> tuple[str, str, str, str]:
    """The unit, the form, and the round or the period that a file is of: what names its round is of one period, however that is
    written."""
    label = report.submission.round
    return report.own_code, report.form.id, label, "" if label else compact(report.submission.period)


def _say_filed_twice(files: Sequence[Report]) -> None:
    used = which_counts(files).submission.file
    for report in files:
        # One more than are named: the report's own file may be among them.
        others = [other.submission.file for other in files[: _MOST_NAMED + 1] if other is not report][:_MOST_NAMED]
        value = others[0]
        if len(files) > _MOST_NAMED + 1:
            others[-1] += f"等{len(files) - 1}个文件"
        report.whole("unit_filed_twice", form=report.form.title, others=others, used=used, value=value)


class _Number(NamedTuple):
    """A number of a row that is written as numbers of its kind are."""

    table: Table
    entry: Field
    row: int
    value: str


def _numbers_in(report: Report) -> Iterator[_Number]:
    for table, entry in columns_of_numbers(report.submission, report.form):
        for index, value in table.filled(entry.name):
            if is_well_formed(entry, value):
                yield _Number(table, entry, index, value)


def _check_ids(reports: Sequence[Report]) -> None:
    """Row numbers are the bureau's: two units must not use the same one.

    A number that begins with another unit's code is reported for that alone.
    """
    owners: dict[tuple[str, str, str], str] = {}
    for report in reports:
        unit = report.own_code
        for cell in _numbers_in(report):
            if cell.value.startswith(f"{unit}-"):
                continue
            if owners.setdefault((report.form.id, cell.table.name, cell.value), unit) != unit:
                report.cell("duplicate_id_across_files", cell.table, cell.entry.name, cell.row)


def _check_rounds(reports: Sequence[Report]) -> None:
    """A number stands for one row in all rounds that add up: what was filed in one is not filed again in another.

    It is told of the file that came in last: the one before may be accepted already.
    """
    filed = [report for report in reports if report.submission.round and report.form.adds_up and report.own_code]
    owners: dict[tuple[str, str, str, str], str] = {}
    # What is only being checked has not come in: it is later than all that has.
    for report in sorted(filed, key=lambda report: report.submission.received or datetime.date.max):
        here = report.submission.round
        for cell in _numbers_in(report):
            owner = owners.setdefault((report.own_code, report.form.id, cell.table.name, cell.value), here)
            if owner != here:
                report.cell("number_in_other_round", cell.table, cell.entry.name, cell.row, round=owner)


def _check_other_forms(reports: Sequence[Report]) -> None:
    """What a number of another form refers to stands in what the same unit filed of that, where it did."""
    referring = [(report, entry) for report in reports for entry in _references(report)]
    wanted = {entry.references for _, entry in referring}
    known: dict[tuple[str, str], set[str]] = {}
    for report in reports:
        for place, numbers in _filed_at(report, wanted):
            known.setdefault((report.own_code, place), set()).update(numbers)
    for report, entry in referring:
        there = known.get((report.own_code, entry.references))
        if there:
            _check_numbers(report, entry, there)


def _filed_at(report: Report, places: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What a unit filed at those places (form, sheet, field) that are of the report's form."""
    if not report.own_code:
        return
    for place in places:
        form_id, sheet, name = place.split(".")
        if form_id == report.form.id:
            yield place, [value for _, _, value in report.filled(sheet, name)]


def _references(report: Report) -> Iterator[Field]:
    """The fields of the report's form that refer to another form: form, sheet, field."""
    for sheet in report.form.tables:
        yield from (entry for entry in sheet.inputs if entry.references.count(".") == 2)


def _check_numbers(report: Report, entry: Field, numbers: set[str]) -> None:
    form_id, sheet, _ = entry.references.split(".")
    form = load_form(form_id)
    told = {"form": form.title, "target": form.by_name[sheet].title}
    own = [
        table for table in report.submission.tables if report.form.by_name[table.name].by_name.get(entry.name) is entry
    ]
    for table in own:
        for index, value in table.filled(entry.name):
            if value not in numbers and is_well_formed(entry, value):
                report.cell("risk_id_unknown", table, entry.name, index, **told)
