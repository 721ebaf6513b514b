"""Reads labelled cells: a cover sheet, and the 填报单位：… 填报时间：… lines around a table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact
from lzxl.forms.values import is_blank, parse
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.submission import Labels

_SEAL = re.compile(r"[(（\[]\s*(?:盖章|公章|签章|章|签字|签名)\s*[)）\]]")
_FULL_DATE = re.compile(r"^\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?:制|填)?$")


def read_cover(content: SheetContent, sheet: Sheet, date1904: bool) -> Labels:
    """The cover: each label is a cell of its own, its value is the cell to the right (of its merged range)."""
    labels = Labels(sheet.name, content.name)
    right_edge = {(top, left): right for top, left, _, right in content.merges}
    for row in sorted(content.rows):
        for column, cell in enumerate(content.rows[row], 1):
            if not isinstance(cell, str) or is_blank(cell) or len(cell) > 30:
                continue
            named = sheet.field_for_header(cell)
            if named is None or named.name in labels.cells:
                continue
            value_column = right_edge.get((row, column), column) + 1
            labels.cells[named.name] = (row, value_column)
            _take(labels, named, content.cell(row, value_column), date1904)
            if (row, value_column) in content.remarks:
                labels.remarks.setdefault(named.name, content.remarks[row, value_column])
                labels.raw.setdefault(named.name, content.cell(row, value_column))
    return labels


def _take(labels: Labels, named: Field, raw: Any, date1904: bool) -> None:
    parsed = parse(named, raw, date1904)
    labels.values[named.name] = parsed.value
    if parsed.problem:
        labels.broken.add(named.name)
    if parsed.problem or parsed.note:
        labels.remarks[named.name] = parsed.problem or parsed.note
        labels.raw[named.name] = raw


@lru_cache(maxsize=16)
def _label_pattern(titles: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(r"\s*".join(map(re.escape, title)) for title in sorted(titles, key=len, reverse=True))
    return re.compile(rf"({words})\s*(?:[(（][^)）]{{0,6}}[)）])?\s*[:：]")


def read_labels_around(content: SheetContent, sheet: Sheet, rows: list[int], date1904: bool) -> Labels:
    """The labels in free rows above or below a table (`rows`): label and value in one cell, or in neighbouring cells."""
    labels = Labels(sheet.name, content.name)
    titles = tuple(title for entry in sheet.fields for title in (entry.title, *entry.aliases))
    pattern = _label_pattern(titles)
    for row in rows:
        cells = content.rows.get(row, [])
        for column, cell in enumerate(cells, 1):
            if is_blank(cell):
                continue
            if not isinstance(cell, str):
                _take_lone_date(labels, sheet, cell, row, column, date1904)
                continue
            marks = list(pattern.finditer(cell))
            for index, mark in enumerate(marks):
                named = sheet.field_for_header(mark.group(1))
                end = marks[index + 1].start() if index + 1 < len(marks) else len(cell)
                text = _SEAL.sub("", cell[mark.end() : end]).strip(" \t\u3000()（）")
                if named is None or named.name in labels.values:
                    continue
                place = (row, column)
                value: Any = text
                if not text:
                    place = (row, column + 1)
                    value = content.cell(*place)
                    if is_blank(value):
                        continue
                labels.cells[named.name] = place
                _take(labels, named, value, date1904)
            if not marks:
                _take_lone_date(labels, sheet, cell, row, column, date1904)
    return labels


def _take_lone_date(labels: Labels, sheet: Sheet, cell: Any, row: int, column: int, date1904: bool) -> None:
    """A date that stands alone above a table is the date of filing."""
    named = sheet.by_name.get("reported_on")
    if named is None or named.name in labels.values:
        return
    if isinstance(cell, str) and not _FULL_DATE.match(compact(cell)):
        return
    if not isinstance(cell, str) and not hasattr(cell, "year"):
        return
    labels.cells[named.name] = (row, column)
    _take(labels, named, cell, date1904)
