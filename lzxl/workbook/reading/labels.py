"""Reads labelled cells: a cover sheet, and the 填报单位：… 填报时间：… lines around a table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact, tidy
from lzxl.forms.values import is_blank, parse, shows_nothing
from lzxl.submission import Labels
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.label_rules import NamedCell, label_places, may_be_label

_SEAL = re.compile(r"[(（\[]\s*(?:盖章|公章|签章|章|签字|签名)\s*[)）\]]")
_FULL_DATE = re.compile(r"^\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?:制|填)?$")


# Labels are looked for in no longer text: what is longer is a paragraph.
_LONGEST_LINE = 500
# A label this short may be the end of another word.
_SHORT_LABEL = 3
# What people put beside the cover's own labels, one after another in a cell; it ends the value before it.
_OTHER_LABELS = re.compile(
    r"(?:单位|部门|科室|分管|主管|主要|填报|填表|制表|本人)?(?:审核人?|复核人?|审批人?|批准人?|制表人?|填表人?|填报人?|经办人?|校对人?|"
    r"负责人|领导|组长|局长|书记|主任|联系人|联系电话|联系方式|电话|手机号?|日期|时间)(?:签字|签名|盖章|签章)?"
    r"\s*(?:[(（][^)）]{0,6}[)）])?\s*[:：]"
    r"|(?<=[\s,，;；、。)）])[\u4e00-\u9fff]{2,8}(?:[(（][^)）]{0,6}[)）])?\s*[:：]"
)
# One line often holds the unit and, behind blanks, a day without a label: 填报单位：办公室　　2026年3月5日.
_TRAILING_DATE = re.compile(r"\s+\d{4}\s*[-./年].*$", re.DOTALL)


def find_labels(content: SheetContent, sheet: Sheet) -> dict[str, tuple[int, int]]:
    """Field name → (row, column) of its label, a cell of its own with the value to the right of it.

    Which cell is it, where several could be, `label_rules` decides.
    """
    right_edge = {(top, left): right for top, left, _, right in content.merges}
    named = [
        NamedCell(row, column, right_edge.get((row, column), column), entry.name)
        for row in sorted(content.rows)
        for column, cell in enumerate(content.rows[row], 1)
        if isinstance(cell, str) and may_be_label(cell) and (entry := sheet.field_for_header(cell)) is not None
    ]
    return label_places(named)


def read_cover(content: SheetContent, sheet: Sheet, date1904: bool) -> Labels:
    """The cover: each label is a cell of its own, its value is the cell to the right (of its merged range)."""
    labels = Labels(sheet.name, content.name)
    right_edge = {(top, left): right for top, left, _, right in content.merges}
    for name, (row, column) in sorted(find_labels(content, sheet).items(), key=lambda entry: entry[1]):
        place = (row, right_edge.get((row, column), column) + 1)
        labels.cells[name] = place
        labels.label_cells[name] = (row, column)
        raw = content.cell(*place)
        if place in content.formulas and shows_nothing(sheet.by_name[name], raw):
            raw = None
        _put(labels, sheet.by_name[name], raw, date1904)
        if place in content.remarks:
            labels.remarks.setdefault(name, content.remarks[place])
            labels.raw.setdefault(name, raw)
    return labels


def _put(labels: Labels, named: Field, raw: Any, date1904: bool) -> None:
    parsed = parse(named, raw, date1904)
    labels.values[named.name] = parsed.value
    if parsed.problem:
        labels.broken.add(named.name)
    if parsed.problem or parsed.note:
        labels.remarks[named.name] = parsed.problem or parsed.note
        labels.raw[named.name] = raw


@lru_cache(maxsize=16)
def _label_pattern(titles: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first, for the first alternative that fits wins; with blanks between, as people spread 单　位.
    words = "|".join(r"\s*".join(map(re.escape, title)) for title in sorted(titles, key=len, reverse=True))
    return re.compile(rf"({words})\s*(?:[(（][^)）]{{0,6}}[)）])?\s*[:：]")


def read_labels_around(content: SheetContent, sheet: Sheet, rows: list[int], date1904: bool) -> Labels:
    """The labels in free rows above or below a table (`rows`): label and value in one cell, or in neighbouring cells."""
    labels = Labels(sheet.name, content.name)
    titles = tuple(title for entry in sheet.fields for title in (entry.title, *entry.aliases))
    pattern = _label_pattern(titles)
    for row in rows:
        for column, cell in enumerate(content.rows.get(row, ()), 1):
            line = tidy(cell) if isinstance(cell, str) and len(cell) <= _LONGEST_LINE else ""
            marks = list(pattern.finditer(line))
            for mark in marks:
                _read_marked(labels, sheet, content, (row, column), line, mark, date1904)
            if not marks and not is_blank(cell):
                _read_lone_date(labels, sheet, cell, (row, column), date1904)
    return labels


def _read_marked(
    labels: Labels,
    sheet: Sheet,
    content: SheetContent,
    place: tuple[int, int],
    cell: str,
    mark: re.Match[str],
    date1904: bool,
) -> None:
    """The value behind one label of a line: up to the next label, known or not, else in the next cell."""
    named = sheet.field_for_header(mark.group(1))
    if named is None or named.name in labels.values or not _begins_a_label(cell, mark):
        return
    row, column = place
    following = _OTHER_LABELS.search(cell, mark.end())
    end = following.start() if following else len(cell)
    value: Any = _SEAL.sub("", cell[mark.end() : end]).strip(" \t\n\u3000()（）,，;；、")
    if named.kind == "person":
        # 填报人：王某　2026年3月1日 is one cell on paper forms, and the day no part of the name.
        value = _TRAILING_DATE.sub("", value).strip(" \t\n\u3000,，;；、")
    labels.label_cells[named.name] = place
    if value:
        place = (row, column)
    else:
        place = (row, column + 1)
        value = content.cell(*place)
        if is_blank(value):
            # A label without a value says nothing: another row may have the label that is filled in.
            del labels.label_cells[named.name]
            return
    labels.cells[named.name] = place
    _put(labels, named, value, date1904)


def _begins_a_label(cell: str, mark: re.Match[str]) -> bool:
    """Whether a label's words stand alone, and are not the end of another label: 单位 in 考核单位：…"""
    start = mark.start()
    if start == 0 or len(compact(mark.group(1))) > _SHORT_LABEL or not "\u4e00" <= cell[start - 1] <= "\u9fff":
        return True
    # 填报人：甲审核人：乙 has no space between a value and the next label.
    return ":" in cell[:start] or "：" in cell[:start]


def unexplained(cell: str, sheet: Sheet) -> bool:
    """Whether a cell that was read for its labels says more than these: a label that the cover does not have."""
    return any(sheet.field_for_header(mark.group().rstrip(":： ")) is None for mark in _OTHER_LABELS.finditer(cell))


def _read_lone_date(labels: Labels, sheet: Sheet, cell: Any, place: tuple[int, int], date1904: bool) -> None:
    """A date that stands alone above a table is the date of filing."""
    named = sheet.by_name.get("reported_on")
    if named is not None and named.name not in labels.values and _is_full_date(cell):
        labels.cells[named.name] = place
        _put(labels, named, cell, date1904)


def _is_full_date(cell: Any) -> bool:
    # A day and a moment have a year, a time of day has none.
    return _FULL_DATE.match(compact(cell)) is not None if isinstance(cell, str) else hasattr(cell, "year")
