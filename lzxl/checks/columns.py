"""Content that stands in the wrong column, and numbers in a row that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.rules import Graded
from lzxl.forms.text import column_letters
from lzxl.forms.values import as_text, compound_levels, parse
from lzxl.submission import Table

_LIST_ITEM = re.compile(r"(?:^|\n)\s*(?:\d{1,2}\s*[.、．)）]|[（(]\d{1,2}[)）]|[一二三四五六七八九十]+、)")
_COUNT = Field("", "", "count", "", "internal")


def check_columns(report: Report) -> None:
    """Findings `type_in_wrong_column`, and for registers in a layout of their own `missing_level` and `count_mismatch`."""
    for table in report.submission.tables:
        sheet = report.form.by_name[table.name]
        for stray in sheet.rules.strays:
            if stray.field in table.columns:
                _check_wrong_column(report, table, sheet.by_name[stray.field], sheet.by_name[stray.words_of])
        if report.submission.own_layout and sheet.rules.graded is not None:
            _check_level_given(report, table, sheet.rules.graded)
            _check_risk_count(report, table, sheet.rules.graded)


def _check_wrong_column(report: Report, table: Table, entry: Field, other: Field) -> None:
    """A risk type where a power should stand: a word of another column's vocabulary is not this column's text."""
    assert other.vocabulary is not None
    code = entry.codes["wrong_column"]
    for index, text in enumerate(table.values[entry.name]):
        if isinstance(text, str) and other.vocabulary.find(text) is not None:
            report.cell(code, table, entry.name, index, other=other.title, remedy=Remedy("fill"))


def _check_level_given(report: Report, table: Table, rule: Graded) -> None:
    """A register with levels only: where even the level is blank, nothing says how grave the risk is."""
    entry = report.form.by_name[table.name].by_name[rule.level]
    told = {"first": report.field(table, rule.likelihood).title, "second": report.field(table, rule.severity).title}
    if rule.level not in table.columns:
        if table.rows:
            report.whole(
                "missing_level", table.rows_place.about(rule.level), header=entry.title, basis=entry.clause, **told
            )
        return
    for index, level in enumerate(table.values[rule.level]):
        is_blank = level is None and not table.is_broken(rule.level, index)
        if is_blank and table.row_place(index) not in report.split_rows:
            report.cell("missing_level", table, rule.level, index, value="", **told)


def _column_of_counts(sheet: Sheet, table: Table) -> int | None:
    """The column beside the form's that says how many risk points a row is for."""
    return next((col for col, text in table.unmapped.items() if sheet.auxiliary_role(text) == "risk_count"), None)


def _check_risk_count(report: Report, table: Table, rule: Graded) -> None:
    """One row for several risk points: the number stated, the list, and the levels must count the same."""
    column = _column_of_counts(report.form.by_name[table.name], table)
    if column is None:
        return
    header = "".join(table.unmapped[column].split())
    for index, place, stated in _stated_counts(report, table, column):
        parts = {f"{column_letters(column)}列为{stated}个": stated, **_counts_in(table, rule, index)}
        if len(set(parts.values())) > 1:
            report.whole("count_mismatch", place, header=header, value=stated, parts="，".join(parts))


def _stated_counts(report: Report, table: Table, column: int) -> Iterator[tuple[int, Place, int]]:
    """(row, cell, number) of each row that states in a column of no field how many risk points it has."""
    cells = {entry.place: entry.value for entry in report.submission.unplaced if entry.sheet == table.title}
    for index, row in enumerate(table.rows):
        place = Place.cell(table.title, row, column, table.name)
        stated = parse(_COUNT, cells.get(place)).value
        if isinstance(stated, int):
            yield index, place, stated


def _counts_in(table: Table, rule: Graded, index: int) -> dict[str, int]:
    """How many risk points the list and the levels of a row have, by how a message says it; only what tells a number."""
    counts = {}
    listed = len(_LIST_ITEM.findall(as_text(table.get(rule.listing, index) or "")))
    if listed > 1:
        counts[f"内容列{listed}条"] = listed
    levels = compound_levels(as_text(table.shown(rule.level, index) or ""))
    if levels is not None:
        total = sum(levels.values())
        counts[f"等级合计{total}个"] = total
    elif table.get(rule.level, index) is not None:
        counts["等级仅1个"] = 1
    return counts
