"""单位统计: one row per unit over all three stages, with totals; the table that the overview's charts stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lzxl.campaign.model import FILING_TITLES, Filing
from lzxl.forms.roster import Unit
from lzxl.summary.book import Book, Value, put_formula, put_text, put_title, set_page, span
from lzxl.summary.formulas import Region, cell, criterion, region
from lzxl.summary.statistics import REST, Cross, is_late
from lzxl.workbook.writing.measure import row_height

NAME = "单位统计"
LATE_MARK = "（迟报）"
BEHIND_MARK = "（更正版未通过）"
CHARTED_UNITS = 30
"""With more units than these the overview's chart shows the ones with the most risk points, listed below the table."""

_NAME_WIDTH = 20.0
# In characters: as many as stand slanted below a column without taking its room.
_LONGEST_LABEL, _LABEL_BEGINS, _LABEL_ENDS = 12, 6, 5
_GROUP_ROW, _HEAD_ROW, _FIRST = 2, 3, 4


@dataclass(frozen=True)
class UnitColumn:
    """A column: its heading, and by unit (its code, its row on the sheet) the formula and the value it has now.

    Without a formula the value is written as a text. `total` is "" for no total.
    """

    name: str
    title: str
    group: str
    width: float
    value: Callable[[str], Value]
    formula: Callable[[int], str] | None = None
    style: str = "number"
    total: str = "SUM"


def filing_word(filing: Filing) -> str:
    """How a filing is shown and counted: 已接收、已接收（迟报）、零报告、已退回……"""
    return FILING_TITLES[filing.state] + (LATE_MARK if is_late(filing) else "")


def is_behind(filing: Filing) -> bool:
    """Whether a version that was accepted counts while a later one, a correction, was not."""
    return filing.latest is not None and filing.latest.version > filing.version


def write_units(book: Book) -> Region:
    """Writes the sheet and returns the region of its unit rows."""
    columns = _columns(book)
    worksheet, styles, units = book.worksheets[NAME], book.styles, book.round.units
    note = "一个单位一行；各数由各总表逐行统计，公式可核对。“未报送”等报送情况以截至日的最新一版为准。"
    put_title(book, NAME, f"{book.round.bureau}{book.round.period}单位统计", note, len(columns))
    placed = region(NAME, _FIRST, len(units), [column.name for column in columns])
    _write_heads(book, columns)
    for position, unit in enumerate(units):
        row = _FIRST + position
        worksheet.set_row(row, max(20, row_height([(unit.name, _NAME_WIDTH)])))
        for index, column in enumerate(columns):
            value = column.value(unit.code)
            style = styles.get(column.style)
            if column.formula is None:
                put_text(worksheet, row, index, str(value), style)
            else:
                put_formula(worksheet, row, index, column.formula(row), style, value)
    _write_totals(book, columns, placed)
    worksheet.freeze_panes(_FIRST, 2)
    set_page(book, NAME, repeat=(0, _HEAD_ROW), titled=True)
    return placed


def chart_region(book: Book, placed: Region) -> Region:
    """The units that the overview's chart shows: all of them, or a list written below the totals.

    It is one of the greatest where there are many units, with short names where a long one would leave no room for the bars.
    A unit whose register does not count is not shown as one without risks: its name says how it stands.
    """
    counts, units = book.statistics.level_by_unit, book.round.units
    labels = [
        label + _why_none(book.round.filing_by_pair.get((unit.code, "risk_register")))
        for unit, label in zip(units, chart_labels(units, book.round.bureau), strict=True)
    ]
    shown = list(range(len(units)))
    title = "各单位简称（总览图表所用）"
    if len(units) > CHARTED_UNITS:
        shown = sorted(shown, key=lambda index: -counts.row_total(units[index].code))[:CHARTED_UNITS]
        title = f"风险点最多的{CHARTED_UNITS}个单位（总览图表所用）"
    elif labels == [unit.name for unit in units]:
        return placed
    worksheet, styles = book.worksheets[NAME], book.styles
    levels = [word for word in counts.columns if word in styles.colours]
    top = placed.last + 4
    put_text(worksheet, top - 1, 0, title, styles.get("section"))
    names = ["unit_code", "unit_name", *levels]
    for column, head in enumerate(("单位编码", "单位", *levels)):
        put_text(worksheet, top, column, head, styles.get("head"))
    for row, index in enumerate(shown, start=top + 1):
        code = units[index].code
        source = cell(placed.first + index, placed.columns["unit_code"])
        put_formula(worksheet, row, 0, source, styles.get("wide"), code)
        put_text(worksheet, row, 1, labels[index], styles.get("wide"))
        for column, level in enumerate(levels, start=2):
            source = cell(placed.first + index, placed.columns[level])
            put_formula(worksheet, row, column, source, styles.get("number"), counts.count(code, level))
    return region(NAME, top + 1, len(shown), names)


def chart_labels(units: Sequence[Unit], bureau: str) -> list[str]:
    """What a chart calls each unit: by its name, a long one without the bureau's and without its middle; different for each."""
    labels = [_short(unit.name, bureau) for unit in units]
    return [
        label if labels.count(label) == 1 or label == unit.name else f"{unit.code} {label}"
        for unit, label in zip(units, labels, strict=True)
    ]


def _why_none(register: Filing | None) -> str:
    """What stands behind a unit's name where a chart shows no risk point of it: that it said so, or that none counts yet."""
    return "" if register is None or register.state == "accepted" else f"（{FILING_TITLES[register.state]}）"


def _short(name: str, bureau: str) -> str:
    if len(name) <= _LONGEST_LABEL:
        return name
    rest = name.removeprefix(bureau) or name
    return rest if len(rest) <= _LONGEST_LABEL else f"{rest[:_LABEL_BEGINS]}…{rest[-_LABEL_ENDS:]}"


def _columns(book: Book) -> list[UnitColumn]:
    units, statistics = book.round.unit_by_code, book.statistics
    columns = [
        UnitColumn("unit_code", "单位编码", "单位", 9, lambda code: code, None, "centre", ""),
        UnitColumn("unit_name", "单位", "单位", _NAME_WIDTH, lambda code: units[code].name, None, "text", ""),
        UnitColumn(
            "risk_points", "风险点数", "风险等级", 9, statistics.level_by_unit.row_total, _rows(book, "风险点总表")
        ),
        *_crossed(book, "风险等级", "level", statistics.level_by_unit, width=7),
        UnitColumn(
            "open",
            "其中待认定",
            "风险等级",
            11,
            _number(statistics.open_by_unit),
            _rows(book, "风险点总表", {"open": criterion("待认定")}),
        ),
        *_crossed(book, "权力类别", "power_class", statistics.class_by_unit),
        *_crossed(book, "风险类型", "risk_type", statistics.type_by_unit),
    ]
    for name, title, sheet, numbers in (
        ("powers", "职权", "权责清单总表", statistics.powers_by_unit),
        ("measures", "防控措施", "防控措施总表", statistics.measures_by_unit),
        ("self_checks", "岗位自查", "岗位自查总表", statistics.self_checks_by_unit),
    ):
        columns.append(UnitColumn(name, title, "监督防范", 9, _number(numbers), _rows(book, sheet)))
    columns += [
        UnitColumn(
            "warnings", "预警信息", "预警控制", 9, _number(statistics.warnings_by_unit), _rows(book, "预警台账")
        ),
        UnitColumn(
            "overdue",
            "逾期未反馈",
            "预警控制",
            11,
            _number(statistics.overdue_by_unit),
            _rows(book, "预警台账", {"overdue": criterion("逾期")}),
        ),
    ]
    return columns + _appraisal_columns(book) + _filing_columns(book)


def _number(numbers: Mapping[str, int]) -> Callable[[str], int]:
    return lambda code: numbers.get(code, 0)


def _rows(book: Book, sheet: str, conditions: Mapping[str, str] | None = None) -> Callable[[int], str]:
    """Formula: how many rows the unit has on a full table, under conditions."""
    table = book.regions[sheet]
    return lambda row: book.totals.count(table, {"unit_code": f"$A{row + 1}", **(conditions or {})})


def _crossed(book: Book, group: str, field: str, counts: Cross, width: float = 13) -> list[UnitColumn]:
    """One column for each word; what no word holds is the rest of the unit's rows."""
    columns = []
    for word in counts.columns:
        formula = _rows(book, "风险点总表", {field: criterion(word)})
        if word == REST:
            known = [_rows(book, "风险点总表", {field: criterion(other)}) for other in counts.columns if other != REST]
            formula = _difference(_rows(book, "风险点总表"), known)
        name = f"{field}:{REST}" if word == REST else word
        columns.append(UnitColumn(name, word, group, width, _of(counts, word), formula))
    return columns


def _of(counts: Cross, word: str) -> Callable[[str], int]:
    return lambda code: counts.count(code, word)


def _difference(whole: Callable[[int], str], parts: list[Callable[[int], str]]) -> Callable[[int], str]:
    return lambda row: "-".join((whole(row), *(part(row) for part in parts)))


def _appraisal_columns(book: Book) -> list[UnitColumn]:
    scores = book.regions["考核得分"]
    by_code = {entry.unit_code: entry for entry in book.statistics.appraisals}

    def result(code: str) -> Value:
        entry = by_code[code]
        return entry.state if entry.result is None else float(entry.result)

    def source(name: str) -> Callable[[int], str]:
        return lambda row: scores.cell(scores.first + row - _FIRST, name)

    return [
        UnitColumn("result", "考核得分", "考核评责", 9, result, source("result"), "score", "AVERAGE"),
        UnitColumn(
            "grade", "等次", "考核评责", 9, lambda code: by_code[code].grade or "—", source("grade"), "centre", ""
        ),
    ]


def _filing_columns(book: Book) -> list[UnitColumn]:
    def word(form: str) -> Callable[[str], str]:
        return lambda code: filing_word(book.round.filing_by_pair[code, form])

    titles = {form: book.forms[form].title for form in book.round.forms}
    return [UnitColumn(form, titles[form], "报送情况", 17, word(form), None, "wide", "") for form in book.round.forms]


def _write_heads(book: Book, columns: list[UnitColumn]) -> None:
    worksheet, styles = book.worksheets[NAME], book.styles
    worksheet.set_row(_GROUP_ROW, 20)
    worksheet.set_row(_HEAD_ROW, 36)
    start = 0
    for index, column in enumerate(columns):
        worksheet.set_column(index, index, column.width)
        put_text(
            worksheet,
            _HEAD_ROW,
            index,
            column.title,
            styles.level(column.name, "head") if column.name in styles.colours else styles.get("head"),
        )
        if index + 1 == len(columns) or columns[index + 1].group != column.group:
            span(worksheet, _GROUP_ROW, start, _GROUP_ROW, index, styles.get("group"))
            put_text(worksheet, _GROUP_ROW, start, column.group, styles.get("group"))
            start = index + 1


def _write_totals(book: Book, columns: list[UnitColumn], placed: Region) -> None:
    worksheet, styles, row = book.worksheets[NAME], book.styles, placed.last + 1
    worksheet.set_row(row, 20)
    for index, column in enumerate(columns):
        if column.name == "unit_name":
            put_text(worksheet, row, index, "合计", styles.get("total"))
        elif column.total == "SUM":
            value = sum(int(column.value(unit.code)) for unit in book.round.units)
            put_formula(worksheet, row, index, f"SUM({placed.local(column.name)})", styles.get("total"), value)
        elif column.total == "AVERAGE":
            put_formula(
                worksheet,
                row,
                index,
                average_formula(placed, column.name),
                styles.get("total_score"),
                average_value(book),
            )
        else:
            put_text(worksheet, row, index, "", styles.get("total"))


def average_formula(table: Region, name: str, local: bool = True) -> str:
    """The mean of a column's numbers to one decimal; — while it has none."""
    numbers = table.local(name) if local else table.ref(name)
    return f'IF(COUNT({numbers})=0,"—",ROUND(AVERAGE({numbers}),1))'


def average_value(book: Book) -> Value:
    average = book.statistics.average
    return "—" if average is None else float(average)
