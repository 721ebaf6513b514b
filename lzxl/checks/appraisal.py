"""Scores within their points, lost points with evidence, items as sent out (第八条(三))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.model import Sheet
from lzxl.forms.rules import Scored
from lzxl.forms.text import compact
from lzxl.forms.values import display, shorten_number
from lzxl.submission import Table

_FULL_POINTS = 100


def check_appraisal(report: Report) -> None:
    """Findings about the score sheet; nothing for other forms."""
    for table, _, rule in report.submission.rules_of(Scored):
        _check_scores(report, table, rule)
        _check_points(report, table, rule)
        if not report.submission.own_layout:
            _check_items(report, table)


def _check_scores(report: Report, table: Table, rule: Scored) -> None:
    expected = expected_items(report, table)
    for index, score in table.filled(rule.own):
        points = expected.get(index, {}).get(rule.points, table.get(rule.points, index))
        if points is None:
            continue
        # What is less than nothing, or more than all, is said to be out of range.
        if points < score <= _FULL_POINTS:
            report.cell("score_over_points", table, rule.own, index, points=shorten_number(points))
        elif 0 <= score < points and table.is_blank(rule.evidence, index):
            own = report.field(table, rule.own).title
            report.cell("deduction_without_reason", table, rule.evidence, index, own=own, value="")


def _check_points(report: Report, table: Table, rule: Scored) -> None:
    points = table.values.get(rule.points)
    if not points or any(value is None for value in points):
        return
    total = sum(points)
    # Points may be tenths, which floats do not add up to the whole.
    if abs(total - _FULL_POINTS) > 1e-6:
        report.cell("points_not_hundred", table, rule.points, 0, value=shorten_number(total))


def expected_items(report: Report, table: Table) -> dict[int, dict[str, Any]]:
    """Row → the item as the office sent it out, for every row that can be told: by place, by content, or by what is left."""
    sheet = report.form.by_name[table.name]
    rule = sheet.rules.scored
    if rule is None or report.submission.own_layout:
        return {}
    contents = [compact(table.text(rule.content, index)) for index in table.indexes]
    items = list(_items_of(sheet))
    matched = _matched(contents, [compact(item[rule.content]) for item in items])
    return {index: items[number] for index, number in matched.items()}


def _items_of(sheet: Sheet) -> Iterator[dict[str, Any]]:
    """The standard rows of a sheet, but for their running numbers: these a unit may renumber."""
    for row in sheet.standard_rows:
        item = dict(zip(sheet.standard_columns, row, strict=True))
        yield {name: value for name, value in item.items() if sheet.by_name[name].kind != "serial"}


class _Matching:
    """Which item each row is, of those that no row before is."""

    def __init__(self, contents: Sequence[str], items: Sequence[str]) -> None:
        self._contents = contents
        self._free = dict(enumerate(items))
        self.found: dict[int, int] = {}
        """Row → number of the item."""

    def by_place(self) -> None:
        for index, content in enumerate(self._contents):
            if self._free.get(index) == content:
                self._match(index, index)

    def by_content(self) -> None:
        for index in self._left():
            number = next((number for number, item in self._free.items() if item == self._contents[index]), None)
            if number is not None:
                self._match(index, number)

    def by_what_is_left(self) -> None:
        """No row was added and none taken away: what fits nothing is what was rewritten."""
        for index, number in zip(self._left(), list(self._free), strict=True):
            self._match(index, number)

    def _left(self) -> list[int]:
        return [index for index in range(len(self._contents)) if index not in self.found]

    def _match(self, index: int, number: int) -> None:
        self.found[index] = number
        del self._free[number]


def _matched(contents: Sequence[str], items: Sequence[str]) -> dict[int, int]:
    """Row → number of the item that it is. `contents`: what each row says; `items`: what each item says."""
    matching = _Matching(contents, items)
    matching.by_place()
    matching.by_content()
    if len(contents) == len(items):
        matching.by_what_is_left()
    return matching.found


def _check_items(report: Report, table: Table) -> None:
    """The items, points and rules are the office's: a unit that changed one changed its appraisal."""
    for index, expected in expected_items(report, table).items():
        for name, value in expected.items():
            actual, told = table.get(name, index), display(value)
            if actual is not None and compact(display(actual)) != compact(told):
                report.cell("item_changed", table, name, index, expected=told, remedy=Remedy("set", value))
