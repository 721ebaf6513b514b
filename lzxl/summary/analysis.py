"""预警分析: what the year's warnings tell together, for those who decide: rates, working days, counts, what to look into (第八条(二)2).

The figures are those of `lzxl ledger` (lzxl.year.analysis); they rest on events, which no other sheet of the summary has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lzxl.groups import apart
from lzxl.summary import charts
from lzxl.summary.book import Book, put_formula, put_text, put_title, set_page, span
from lzxl.summary.formulas import Region, region
from lzxl.summary.styles import SERIES
from lzxl.year.events import load_machine

NAME = "预警分析"

_WIDTHS = (24.0, 11.0, 11.0, 11.0, 11.0, 11.0, 3.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0)
_CHART_COLUMN, _CHART_PIXELS = 7, 522
"""Charts stand beside the tables, from this column on."""
_TABLE_COLUMNS = 6
_CHARTS = ((3, 280), (15, 400))
"""Of each chart the row that it begins in, and its height in pixels: both end above the first page's end."""
_LAST_OF_CHARTS = 31
_MOST_UNITS = 12
"""So many units a chart can name."""
_ROW = 20
_MONTHS = 12

_RATES = {
    "proved_rate": ("属实率", "属实和部分属实÷已核实"),
    "disposed_on_time_rate": ("及时处置率", "期限内批准÷已批准"),
    "feedback_on_time_rate": ("及时反馈率", "期限内反馈÷已反馈（每一轮各算一次）"),
    "passed_at_once_rate": ("一次合格率", "第一次督查即合格÷已督查"),
}
_DAYS = {
    "verify": ("received", "verified"),
    "decide": ("verified", "approved"),
    "deliver": ("approved", "delivered"),
}
"""Limit of the course → the marks of the events between which days are counted."""
_WHOLE = {"register_to_close": ("全程", "采集至办结")}
_KINDS = {
    "by_verification": "核实结果",
    "by_degree": "问题程度",
    "by_disposition": "最终处置",
    "papers": "发出文书",
    "by_target_kind": "",
    "by_class": "",
    "by_risk_type": "",
    "by_level": "关联风险点等级",
    "causes": "成因",
    "stages": "发生环节",
}
"""What is counted → what it is called; "": as the form calls it."""
_LEVEL_HINTS = {True: "多次预警而等级低，可研究是否提高", False: "无预警的高等级点，可结合多年情况研究"}


def write_analysis(book: Book, found: Mapping[str, Any]) -> None:
    """The sheet, of the analysis of at least one warning."""
    worksheet = book.worksheets[NAME]
    for column, width in enumerate(_WIDTHS):
        worksheet.set_column(column, column, width)
    note = (
        f"共{found['count']}件，由台账的办理过程算出，与 lzxl ledger 的数相同。期限和天数都按工作日；没有发生的不算率，显示“—”。"
        "等级、处置方面的提示只供研究，程序不作决定。"
    )
    put_title(book, NAME, f"{book.round.bureau}{book.round.period}预警信息分析", note, len(_WIDTHS), 30)
    row = _write_rates(book, 3, found)
    row = _write_days(book, row + 1, found["workdays"])
    months = _write_months(book, row + 1, found["by_month"])
    worksheet.set_h_pagebreaks([months.last + 4])  # what stands beside the charts is one page
    units = _write_counts(book, months.last + 4, "四、按单位", "单位", _by_unit(book, found["by_unit"]))
    ledger, register = book.table("alerts"), book.table("risks")
    called = {
        "by_target_kind": ledger.header("target_kind"),
        "by_class": register.header("power_class"),
        "by_risk_type": register.header("risk_type"),
    }
    titles = {**_KINDS, **called}
    kinds = [(titles[key], word, count) for key in _KINDS for word, count in _in_order(book, found[key])]
    last = _write_kinds(book, units.last + 4, kinds)
    last = _write_questions(book, last + 3, _questions(found))
    _draw(book, found, months, units)
    worksheet.print_area(0, 0, max(last, _LAST_OF_CHARTS), len(_WIDTHS) - 1)
    set_page(book, NAME, paper="A4", repeat=None, titled=True)


def _section(book: Book, row: int, title: str, heads: Sequence[str]) -> int:
    """A section's title, and the headings of its table over the columns of tables; gives the first row below."""
    worksheet = book.worksheets[NAME]
    worksheet.set_row(row, 24)
    put_text(worksheet, row, 0, title, book.styles.get("section"))
    worksheet.set_row(row + 1, 22)
    for column, text in enumerate(heads):
        put_text(worksheet, row + 1, column, text, book.styles.get("head"))
    return row + 2


def _write_rates(book: Book, top: int, found: Mapping[str, Any]) -> int:
    worksheet, styles = book.worksheets[NAME], book.styles
    first = _section(book, top, "一、办理质量", ("指标", "比率", "怎样算"))
    span(worksheet, first - 1, 2, first - 1, _TABLE_COLUMNS - 1, styles.get("head"))
    put_text(worksheet, first - 1, 2, "怎样算", styles.get("head"))
    for row, (name, (title, meaning)) in enumerate(_RATES.items(), start=first):
        worksheet.set_row(row, _ROW)
        put_text(worksheet, row, 0, title, styles.get("label"))
        _put_number(book, row, 1, found[name], "percent")
        span(worksheet, row, 2, row, _TABLE_COLUMNS - 1, styles.get("text"))
        put_text(worksheet, row, 2, meaning, styles.get("text"))
    return first + len(_RATES)


def _write_days(book: Book, top: int, workdays: Mapping[str, Mapping[str, float | None]]) -> int:
    worksheet, styles = book.worksheets[NAME], book.styles
    first = _section(book, top, "二、办理工作日", ("步骤", "平均", "中位数", "起止"))
    span(worksheet, first - 1, 3, first - 1, _TABLE_COLUMNS - 1, styles.get("head"))
    put_text(worksheet, first - 1, 3, "起止", styles.get("head"))
    measured = {**dict(_measured()), **_WHOLE}
    for row, (name, (title, meaning)) in enumerate(measured.items(), start=first):
        worksheet.set_row(row, _ROW)
        put_text(worksheet, row, 0, title, styles.get("label"))
        for column, measure in enumerate(("mean", "median"), start=1):
            _put_number(book, row, column, workdays[name][measure], "score")
        span(worksheet, row, 3, row, _TABLE_COLUMNS - 1, styles.get("text"))
        put_text(worksheet, row, 3, meaning, styles.get("text"))
    return first + len(measured)


def _measured() -> Iterator[tuple[str, tuple[str, str]]]:
    """What is measured, what it is called, and from which event to which."""
    machine = load_machine()
    for name, marks in _DAYS.items():
        first, last = (machine.events[machine.marks[mark]].title for mark in marks)
        yield name, (machine.limits[name].title, f"{first}至{last}")


def _put_number(book: Book, row: int, column: int, value: float | None, style: str) -> None:
    """A number, or a dash where there is none."""
    worksheet, styles = book.worksheets[NAME], book.styles
    if value is None:
        put_text(worksheet, row, column, "—", styles.get("centre"))
    else:
        worksheet.write_number(row, column, value, styles.get(style))


def _write_months(book: Book, top: int, months: Mapping[str, Mapping[str, int]]) -> Region:
    """Months by source, with totals; every month from the first to the last, also one without a warning."""
    worksheet, styles = book.worksheets[NAME], book.styles
    sources = sorted({source for counts in months.values() for source in counts})
    first = _section(book, top, "三、按月和来源", ("月份", *sources, "合计"))
    worksheet.set_row(first - 1, 34)
    listed = list(_months_between(min(months), max(months))) if months else []
    placed = region(NAME, first, len(listed), ("label", *sources, "total"))
    for row, month in enumerate(listed, start=first):
        worksheet.set_row(row, _ROW)
        counts = months.get(month, {})
        put_text(worksheet, row, 0, month, styles.get("label"))
        for source in sources:
            worksheet.write_number(row, placed.columns[source], counts.get(source, 0), styles.get("number"))
        worksheet.write_number(row, placed.columns["total"], sum(counts.values()), styles.get("number"))
    sums = {source: sum(counts.get(source, 0) for counts in months.values()) for source in sources}
    _write_total(book, placed, {**sums, "total": sum(sums.values())})
    return placed


def _months_between(first: str, last: str) -> Iterable[str]:
    year, month = map(int, first.split("-"))
    while (now := f"{year}-{month:02d}") <= last:
        yield now
        year, month = (year + 1, 1) if month == _MONTHS else (year, month + 1)


def _write_total(book: Book, placed: Region, sums: Mapping[str, int]) -> None:
    """The sums below a table, as formulas."""
    worksheet, row = book.worksheets[NAME], placed.last + 1
    worksheet.set_row(row, _ROW)
    put_text(worksheet, row, 0, "合计", book.styles.get("total"))
    for name, total in sums.items():
        formula = f"SUM({placed.local(name)})"
        put_formula(worksheet, row, placed.columns[name], formula, book.styles.get("total"), total)


def _in_order(book: Book, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Levels gravest first, other words by how many there are."""
    levels = list(book.styles.colours)
    place = {word: levels.index(word) if word in levels else len(levels) for word in counts}
    return sorted(counts.items(), key=lambda pair: (place[pair[0]], -pair[1], pair[0]))


def _by_unit(book: Book, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The units' names with their warnings, most first; of those with as many, in the roster's order.

    What stands in place of a code and is none may be anything, a name too: it is counted, and not shown.
    """
    units = book.round.unit_by_code
    order = {code: number for number, code in enumerate(units)}
    known = sorted((code for code in counts if code in units), key=lambda code: (-counts[code], order[code]))
    unknown = sum(count for code, count in counts.items() if code not in units)
    return [*((units[code].name, counts[code]) for code in known), *([("单位不在名册", unknown)] if unknown else [])]


def _write_counts(book: Book, top: int, title: str, head: str, rows: Sequence[tuple[str, int]]) -> Region:
    worksheet, styles = book.worksheets[NAME], book.styles
    first = _section(book, top, title, (head, "件数"))
    placed = region(NAME, first, len(rows), ("label", "total"))
    for row, (label, count) in enumerate(rows, start=first):
        worksheet.set_row(row, _ROW)
        put_text(worksheet, row, 0, label, styles.get("label"))
        worksheet.write_number(row, 1, count, styles.get("number"))
    _write_total(book, placed, {"total": sum(count for _, count in rows)})
    return placed


def _write_kinds(book: Book, top: int, rows: Sequence[tuple[str, str, int]]) -> int:
    """Counts of all the other kinds, one below the other; gives the last row."""
    worksheet, styles = book.worksheets[NAME], book.styles
    first = _section(book, top, "五、按其他分类", ("分类", "类别", "", "件数"))
    span(worksheet, first - 1, 1, first - 1, 2, styles.get("head"))
    put_text(worksheet, first - 1, 1, "类别", styles.get("head"))
    above = ""
    for row, (kind, word, count) in enumerate(rows, start=first):
        worksheet.set_row(row, _ROW)
        put_text(worksheet, row, 0, kind if kind != above else "", styles.get("label"))
        span(worksheet, row, 1, row, 2, styles.get("wide"))
        put_text(worksheet, row, 1, word, styles.get("wide"))
        worksheet.write_number(row, 3, count, styles.get("number"))
        above = kind
    return first + len(rows) - 1


def _questions(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what, which, what may be done) of everything that somebody should look into."""
    repeated = [
        ("重复预警（同一对象）", "、".join(one), "12个月内两件以上，研究是否从重处置")
        for one in found["repeat_targets"]
    ]
    points = [("重复预警（同一风险点）", "、".join(one), "检查措施是否有效") for one in found["repeat_points"]]
    uncovered = found["uncovered"]
    unlisted = [("未列入登记表的风险", "、".join(uncovered), "修正风险内容：请有关单位补登风险点")] if uncovered else []
    loud, quiet = apart(found["suspicious_levels"], lambda one: bool(one["count"]))
    levels = [
        (f"等级待研究（{len(group)}个）", _named(group), _LEVEL_HINTS[group is loud])
        for group in (loud, quiet)
        if group
    ]
    return [*repeated, *points, *unlisted, *levels]


def _named(points: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(str(one["id"]) for one in points)


def _write_questions(book: Book, top: int, rows: Sequence[tuple[str, str, str]]) -> int:
    """What to look into, over the whole width; gives the last row."""
    worksheet, styles = book.worksheets[NAME], book.styles
    first = _section(book, top, "六、请研究的情况", ("情况",))
    last_column = len(_WIDTHS) - 1
    _spanned(book, first - 1, ("情况", "预警编号或风险点编号", "建议"), "head")
    for row, texts in enumerate(rows, start=first):
        room = sum(_WIDTHS[1:_CHART_COLUMN])
        worksheet.set_row(row, _ROW * max(1, -(-int(len(texts[1]) * 1.3) // int(room)), -(-len(texts[2]) * 2 // 70)))
        _spanned(book, row, texts, "text")
    if not rows:
        span(worksheet, first, 0, first, last_column, styles.get("empty"))
        put_text(worksheet, first, 0, "没有重复预警、未登记的风险和等级可疑的风险点。", styles.get("empty"))
    return first + max(len(rows), 1) - 1


def _spanned(book: Book, row: int, texts: Sequence[str], style: str) -> None:
    worksheet, styles = book.worksheets[NAME], book.styles
    for (left, right), text in zip(
        ((0, 0), (1, _CHART_COLUMN - 1), (_CHART_COLUMN, len(_WIDTHS) - 1)), texts, strict=True
    ):
        one = styles.get("label" if style == "text" and left == 0 else style)
        span(worksheet, row, left, row, right, one)
        put_text(worksheet, row, left, text, one)


def _draw(book: Book, found: Mapping[str, Any], months: Region, units: Region) -> None:
    """The charts that there is something to see in."""
    worksheet = book.worksheets[NAME]
    sources = [name for name in months.columns if name not in ("label", "total")]
    drawn = []
    if sources:
        colours = dict(zip(sources, [SERIES[number % len(SERIES)] for number in range(len(sources))], strict=True))
        greatest = max(sum(counts.values()) for counts in found["by_month"].values())
        title = "各月预警件数（按来源）"
        made = charts.columns(
            book.workbook,
            title,
            months,
            sources,
            colours,
            greatest=greatest,
            stacked=True,
            slanted=True,
            axis="件",
        )
        drawn.append(made)
    if found["by_unit"]:
        shown = Region(units.sheet, units.first, min(units.last, units.first + _MOST_UNITS - 1), units.columns)
        greatest = max(found["by_unit"].values())
        title = "各单位预警件数" if shown.last == units.last else f"预警最多的{_MOST_UNITS}个单位"
        drawn.append(charts.bars(book.workbook, title, shown, "total", SERIES[1], greatest=greatest, axis="件"))
    for one, (top, height) in zip(drawn, _CHARTS, strict=False):
        one.chart.set_size({"width": _CHART_PIXELS, "height": height})
        worksheet.insert_chart(top, _CHART_COLUMN, one.chart, {"object_position": 1, "description": one.alternative})
