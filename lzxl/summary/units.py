"""单位统计: one row per unit over all three stages, with totals; the table that the overview's charts stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lzxl.campaign.model import Filing
from lzxl.campaign.rounds import title_of
from lzxl.forms.model import STAGES
from lzxl.forms.roster import Unit
from lzxl.forms.shown import Tally
from lzxl.states import FileState
from lzxl.summary.book import Book, Value, put_formula, put_text, put_title, set_readable_page, span
from lzxl.summary.formulas import Region, cell, criterion, region
from lzxl.summary.full import FullTable
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
    return filing.state.chinese + (LATE_MARK if is_late(filing) else "")


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
    # The list that the overview's chart may be made of stands below, and is nothing to print.
    set_readable_page(
        book,
        NAME,
        [column.width for column in columns],
        placed.last + 1,
        repeated=2,
        repeat=(0, _HEAD_ROW),
        titled=True,
        starts=[index for index in range(1, len(columns)) if columns[index].group != columns[index - 1].group],
    )
    return placed


def chart_region(book: Book, placed: Region) -> Region:
    """The units that the overview's chart shows: all of them, or a list written below the totals.

    It is one of the greatest where there are many units, with short names where a long one would leave no room for the bars.
    A unit whose register does not count is not shown as one without risks: its name says how it stands.
    """
    counts, units = book.statistics.level_by_unit, book.round.units
    register = book.table("risks").form.id
    labels = [
        label + _why_none(book.round.filing_of(unit.code, register))
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
    return "" if register is None or register.state == FileState.ACCEPTED else f"（{register.state.chinese}）"


def _short(name: str, bureau: str) -> str:
    if len(name) <= _LONGEST_LABEL:
        return name
    rest = name.removeprefix(bureau) or name
    return rest if len(rest) <= _LONGEST_LABEL else f"{rest[:_LABEL_BEGINS]}…{rest[-_LABEL_ENDS:]}"


def _columns(book: Book) -> list[UnitColumn]:
    """The unit, what the forms have counted of it (word by word first, then by stage), its appraisal, how it filed."""
    units = book.round.unit_by_code
    columns = [
        UnitColumn("unit_code", "单位编码", "单位", 9, lambda code: code, None, "centre", ""),
        UnitColumn("unit_name", "单位", "单位", _NAME_WIDTH, lambda code: units[code].name, None, "text", ""),
    ]
    plain: dict[str, list[UnitColumn]] = {stage: [] for stage in STAGES}
    for table in book.tables:
        tally = table.shown.tally
        if tally is not None and tally.by:
            columns += _by_words(book, table, tally)
        elif tally is not None:
            plain[table.form.stage] += _counted_apart(book, table, tally)
        if table.shown.evaluated_as == "alerts":
            plain[table.form.stage].append(_overdue(book, table))
    plain[book.table("scoring").form.stage] += _appraisal_columns(book)
    return [*columns, *(column for stage in STAGES for column in plain[stage]), *_filing_columns(book)]


def _counted(book: Book, table: FullTable, title: str, group: str) -> UnitColumn:
    """How many rows the unit has on a full table."""
    numbers = book.statistics.rows_by_unit[table.key]
    return UnitColumn(_name(table), title, group, 8, _number(numbers), _rows(book, table))


def _counted_apart(book: Book, table: FullTable, tally: Tally) -> list[UnitColumn]:
    """How many rows the unit has on a full table; those of words that are counted apart have columns of their own behind."""
    whole = _counted(book, table, tally.title, table.form.stage)
    field, role = tally.apart or ("", "")
    words = table.sheet.words(field, role)
    if not words:
        return [whole]
    counts = book.statistics.words_by_unit[(*table.key, field)]
    rows = book.statistics.rows_by_unit[table.key]
    parts = [_rows(book, table, {field: criterion(word)}) for word in words]

    def others(code: str) -> int:
        return rows.get(code, 0) - sum(counts.count(code, word) for word in words)

    rest = replace(whole, value=others, formula=_difference(_rows(book, table), parts))
    apart = (
        UnitColumn(_name(table, field, word), word, table.form.stage, 8, _of(counts, word), formula)
        for word, formula in zip(words, parts, strict=True)
    )
    return [rest, *apart]


def _overdue(book: Book, table: FullTable) -> UnitColumn:
    numbers, formula = book.statistics.overdue_by_unit, _rows(book, table, {"is_overdue": criterion("逾期")})
    return UnitColumn("overdue", "预警逾期", table.form.stage, 8, _number(numbers), formula)


def _by_words(book: Book, table: FullTable, tally: Tally) -> list[UnitColumn]:
    """All rows of a full table, and those of each word of the fields that they are counted by, each field a group.

    The register's groups are called as its fields; those of other forms say what is counted, too.
    """
    is_register = table.shown.evaluated_as == "risks"
    groups = {name: table.header(name) if is_register else f"{tally.title}：{table.header(name)}" for name in tally.by}
    columns = [_counted(book, table, tally.title, groups[tally.by[0]])]
    for field, group in groups.items():
        width = 7 if table.sheet.by_name[field].kind == "level" else 13
        columns += _crossed(book, table, group, field, width)
        if is_register and field == "level":
            numbers, formula = book.statistics.open_by_unit, _rows(book, table, {"open": criterion("待认定")})
            columns.append(UnitColumn("open", "其中待认定", group, 11, _number(numbers), formula))
    return columns


def _name(table: FullTable, *more: str) -> str:
    """A column's name, which no other table's has; those of the register's levels are the words, for the charts."""
    return ":".join((*table.key, *more))


def _number(numbers: Mapping[str, int]) -> Callable[[str], int]:
    return lambda code: numbers.get(code, 0)


def _rows(book: Book, table: FullTable, conditions: Mapping[str, str] | None = None) -> Callable[[int], str]:
    """Formula: how many rows the unit has on a full table, under conditions."""
    rows = book.regions[table.title]
    return lambda row: book.totals.count(rows, {"unit_code": f"$A{row + 1}", **(conditions or {})})


def _crossed(book: Book, table: FullTable, group: str, field: str, width: float) -> list[UnitColumn]:
    """One column for each word; what no word holds is the rest of the unit's rows."""
    counts = book.statistics.words_by_unit[(*table.key, field)]
    is_charted = table.shown.evaluated_as == "risks" and field == "level"
    words = [word for word in counts.columns if word != REST]
    formulas = {word: _rows(book, table, {field: criterion(word)}) for word in words}
    names = {word: word if is_charted else _name(table, field, word) for word in words}
    if REST in counts.columns:
        formulas[REST] = _difference(_rows(book, table), list(formulas.values()))
        names[REST] = _name(table, field, REST)
    return [UnitColumn(names[word], word, group, width, _of(counts, word), formulas[word]) for word in counts.columns]


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

    def grade(code: str) -> Value:
        return by_code[code].grade or "—"

    def source(name: str) -> Callable[[int], str]:
        return lambda row: scores.cell(scores.first + row - _FIRST, name)

    stage = book.table("scoring").form.stage
    return [
        UnitColumn("result", "考核得分", stage, 9, result, source("result"), "score", "AVERAGE"),
        UnitColumn("grade", "等次", stage, 9, grade, source("grade"), "centre", ""),
    ]


def _filing_columns(book: Book) -> list[UnitColumn]:
    def word(form: str, label: str) -> Callable[[str], str]:
        return lambda code: filing_word(book.round.filing_by_slot[code, form, label])

    return [
        UnitColumn(filing_column(*one), title_of(*one), "报送情况", 17, word(*one), None, "wide", "")
        for one in book.round.begun
    ]


def filing_column(form: str, label: str) -> str:
    """What the column is known by that says how a form was filed in a round."""
    return f"{form}:{label}" if label else form


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
            styles.level(column.title, "head") if column.title in styles.colours else styles.get("head"),
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
    # AVERAGE passes over texts (未齐), and is an error where there is no number at all.
    return f'IF(COUNT({numbers})=0,"—",ROUND(AVERAGE({numbers}),1))'


def average_value(book: Book) -> Value:
    average = book.statistics.average
    return "—" if average is None else float(average)
