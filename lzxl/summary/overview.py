"""总览: the one page that goes to the leading group: key figures, charts, heat map and filing, all live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lzxl.campaign.rounds import title_of
from lzxl.campaign.warnings import not_in_ledger
from lzxl.forms.grading import GradingTable
from lzxl.states import ACCEPTABLE, GIVEN_BACK, WITHOUT_ROWS, FileState
from lzxl.summary import charts
from lzxl.summary.book import Book, Value, put_formula, put_text, set_page, span
from lzxl.summary.formulas import Region, cell, criterion, rows_in
from lzxl.summary.round import Round
from lzxl.summary.statistics import FilingCounts, gravest_first, words_of
from lzxl.summary.styles import SERIES
from lzxl.summary.units import LATE_MARK, average_formula, average_value, filing_column, is_behind

NAME = "总览"

_COLUMNS, _COLUMN_WIDTH = 24, 8.2
_RIGHT, _RIGHT_WIDTH = 15, 9
_ROW_HEIGHT = 18
_FILING_CARDS, _RISK_CARDS, _MIDDLE = 3, 6, 9
_LOWER_HEIGHT = 12


@dataclass(frozen=True)
class Card:
    """One key figure."""

    label: str
    formula: str
    value: Value
    style: str = "card_value"


@dataclass(frozen=True)
class Sources:
    """The tables that the charts stand on."""

    units: Region
    classes: Region
    coverage: Region
    channels: Region


def write_overview(book: Book, sources: Sources) -> None:
    """Writes the page. All other sheets are there already: it only points at them."""
    worksheet, styles = book.worksheets[NAME], book.styles
    # 2 is on the screen as well; 1 is on paper alone.
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, _COLUMNS - 1, _COLUMN_WIDTH)
    worksheet.set_default_row(_ROW_HEIGHT)
    _write_title(book)
    heat_top = _MIDDLE
    filing_top = _write_heat_map(book, heat_top) + 1
    filing = _write_filing(book, filing_top)
    middle_end = filing.last
    _write_cards(book, _FILING_CARDS, _filing_cards(book, filing))
    _write_cards(book, _RISK_CARDS, _risk_cards(book))
    _place(book, _level_chart(book, sources), (_MIDDLE, 0, middle_end, _RIGHT - 1), "本期未登记风险点。")
    lower = middle_end + 2
    third = _COLUMNS // 3
    for position, (chart, sentence) in enumerate(
        (
            (_class_chart(book, sources), "本期未登记风险点。"),
            (_layer_chart(book, sources), "本期未登记防控措施。"),
            (_channel_chart(book, sources), "本期未登记预警信息。"),
        )
    ):
        area = (lower, position * third, lower + _LOWER_HEIGHT - 1, (position + 1) * third - 1)
        _place(book, chart, area, sentence)
    notes = lower + _LOWER_HEIGHT + 1
    _set_height(book, lower - 1, 8)
    _set_height(book, notes - 1, 6)
    for row, text in enumerate(_notes(book), start=notes):
        _set_height(book, row, 15)
        span(worksheet, row, 0, row, _COLUMNS - 1, styles.get("footnote"))
        put_text(worksheet, row, 0, text, styles.get("footnote"))
    worksheet.print_area(0, 0, notes + len(_notes(book)) - 1, _COLUMNS - 1)
    set_page(book, NAME, repeat=None, pages_tall=1)
    worksheet.set_header("")
    worksheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.55)


def _set_height(book: Book, row: int, height: float) -> None:
    """Sets a row's height and remembers it: charts are as tall as the rows they lie on."""
    book.worksheets[NAME].set_row(row, height)
    book.overview_heights[row] = height


def _write_title(book: Book) -> None:
    worksheet, styles, day = book.worksheets[NAME], book.styles, date.fromisoformat(book.round.as_of)
    _set_height(book, 0, 38)
    span(worksheet, 0, 0, 0, _COLUMNS - 1, styles.get("page_title"))
    put_text(worksheet, 0, 0, f"{book.round.bureau}{book.round.period}廉政风险防控汇总", styles.get("page_title"))
    _set_height(book, 1, 20)
    span(worksheet, 1, 0, 1, _COLUMNS - 1, styles.get("page_subtitle"))
    put_text(worksheet, 1, 0, f"截至{day.year}年{day.month}月{day.day}日", styles.get("page_subtitle"))
    for row in (2, 5, 8):
        _set_height(book, row, 8)


def _write_cards(book: Book, top: int, cards: Sequence[Card]) -> None:
    """A band of key figures over the whole width: labels in row `top`, figures below."""
    worksheet, styles = book.worksheets[NAME], book.styles
    _set_height(book, top, 20)
    _set_height(book, top + 1, 32)
    for position, card in enumerate(cards):
        left = position * _COLUMNS // len(cards)
        right = (position + 1) * _COLUMNS // len(cards) - 1
        span(worksheet, top, left, top, right, styles.get("card_label"))
        put_text(worksheet, top, left, card.label, styles.get("card_label"))
        span(worksheet, top + 1, left, top + 1, right, styles.get(card.style))
        put_formula(worksheet, top + 1, left, card.formula, styles.get(card.style), card.value)


def _filing_cards(book: Book, filing: Region) -> list[Card]:
    counts, total = book.statistics.filing, filing.last
    parts = [
        Card("应报单位（个）", rows_in(book.regions["单位统计"]), len(book.round.units)),
        Card("应报表单（份）", cell(total, filing.columns["due"]), sum(entry.due for entry in counts)),
    ]
    for name, label, style in (
        ("filed", "已报", "card_value"),
        ("late", "迟报", "card_value"),
        ("nil", "零报告", "card_value"),
        ("returned", "退回", "card_alert"),
        ("missing", "未报送", "card_alert"),
    ):
        number = sum(getattr(entry, name) for entry in counts)
        parts.append(Card(label, cell(total, filing.columns[name]), number, style if number else "card_value"))
    scores = book.regions["考核得分"]
    parts.append(Card("考核平均分", average_formula(scores, "result", local=False), average_value(book), "card_score"))
    return parts


def _risk_cards(book: Book) -> list[Card]:
    statistics, points = book.statistics, book.rows_of("risks")
    warnings, risks = book.rows_of("alerts"), book.table("risks").sheet.title
    opened, overdue = sum(statistics.open_by_unit.values()), sum(statistics.overdue_by_unit.values())
    return [
        Card(f"{risks}总数", rows_in(points), book.merged.risk_points.height),
        *(
            Card(
                f"{level}{risks}",
                book.totals.count(points, {"level": criterion(level)}),
                statistics.level_by_unit.column_total(level),
                "card_value" if position or not statistics.level_by_unit.column_total(level) else "card_alert",
            )
            for position, level in enumerate(gravest_first(book.round.grading.level))
        ),
        Card("其中待认定", book.totals.count(points, {"open": criterion("待认定")}), opened),
        Card(book.table("prevention").sheet.title, rows_in(book.rows_of("prevention")), book.merged.measures.height),
        Card("预警信息", rows_in(warnings), book.merged.warnings.height),
        Card(
            "预警逾期",
            book.totals.count(warnings, {"is_overdue": criterion("逾期")}),
            overdue,
            "card_alert" if overdue else "card_value",
        ),
    ]


def _write_heat_map(book: Book, top: int) -> int:
    """Likelihood × severity, each cell its count and its level; returns the row behind it."""
    worksheet, styles, grading = book.worksheets[NAME], book.styles, book.round.grading
    counts, points = book.statistics.heat_map, book.rows_of("risks")
    likely, severe = (book.table("risks").header(name) for name in ("likelihood", "severity"))
    likelihoods, severities = gravest_first(grading.likelihood), gravest_first(grading.severity)
    width = max(1, (_RIGHT_WIDTH - 2) // len(likelihoods))
    left = _RIGHT + _RIGHT_WIDTH - width * len(likelihoods)
    _set_height(book, top, 22)
    title = f"风险矩阵（{likely}×{severe}，个）"
    put_text(worksheet, top, _RIGHT, title, styles.get("section"))
    span(worksheet, top + 1, _RIGHT, top + 1, left - 1, styles.get("head"))
    put_text(worksheet, top + 1, _RIGHT, f"{severe}＼{likely.removeprefix('发生')}", styles.get("head"))
    for column, likelihood in enumerate(likelihoods):
        start = left + column * width
        span(worksheet, top + 1, start, top + 1, start + width - 1, styles.get("head"))
        put_text(worksheet, top + 1, start, likelihood, styles.get("head"))
    for position, severity in enumerate(severities):
        row = top + 2 + 2 * position
        _set_height(book, row, 24)
        span(worksheet, row, _RIGHT, row + 1, left - 1, styles.get("head"))
        put_text(worksheet, row, _RIGHT, severity, styles.get("head"))
        for column, likelihood in enumerate(likelihoods):
            start = left + column * width
            grade = grading.grade(likelihood, severity)
            level = grade.level if grade else ""
            count_style, level_style = styles.level(level, "heat_count"), styles.level(level, "heat_level")
            wanted = {"likelihood": criterion(likelihood), "severity": criterion(severity)}
            span(worksheet, row, start, row, start + width - 1, count_style)
            formula, number = book.totals.count(points, wanted), counts.count(severity, likelihood)
            put_formula(worksheet, row, start, formula, count_style, number)
            span(worksheet, row + 1, start, row + 1, start + width - 1, level_style)
            shown = f"{level}（规则未明示）" if grade and grade.open else level
            put_text(worksheet, row + 1, start, shown, level_style)
    return top + 2 + 2 * len(severities)


_FILING_COLUMNS = (
    ("due", "应报"),
    ("filed", "已报"),
    ("late", "迟报"),
    ("nil", "零报告"),
    ("returned", "退回"),
    ("missing", "未报送"),
)


def _write_filing(book: Book, top: int) -> Region:
    """Filing by form with totals; the region's last row is the totals."""
    worksheet, styles, units = book.worksheets[NAME], book.styles, book.regions["单位统计"]
    _set_height(book, top - 1, 8)
    _set_height(book, top, 22)
    put_text(worksheet, top, _RIGHT, "报送情况（份）", styles.get("section"))
    label_end = _RIGHT + _RIGHT_WIDTH - len(_FILING_COLUMNS) - 1
    span(worksheet, top + 1, _RIGHT, top + 1, label_end, styles.get("head"))
    put_text(worksheet, top + 1, _RIGHT, "表单", styles.get("head"))
    for column, (_, title) in enumerate(_FILING_COLUMNS, start=label_end + 1):
        put_text(worksheet, top + 1, column, title, styles.get("head"))
    placed = Region(
        NAME,
        top + 2,
        top + 2 + len(book.statistics.filing),
        {name: label_end + 1 + position for position, (name, _) in enumerate(_FILING_COLUMNS)},
    )
    for row, entry in enumerate(book.statistics.filing, start=placed.first):
        span(worksheet, row, _RIGHT, row, label_end, styles.get("label"))
        put_text(worksheet, row, _RIGHT, title_of(entry.form, entry.label), styles.get("label"))
        for name, formula in _filing_formulas(units, entry).items():
            put_formula(worksheet, row, placed.columns[name], formula, styles.get("number"), getattr(entry, name))
    span(worksheet, placed.last, _RIGHT, placed.last, label_end, styles.get("total"))
    put_text(worksheet, placed.last, _RIGHT, "合计", styles.get("total"))
    for name, column in placed.columns.items():
        rows = f"{cell(placed.first, column)}:{cell(placed.last - 1, column)}"
        # Without a form there is no row to add up, and the range would take in the total itself.
        formula = f"SUM({rows})" if book.statistics.filing else "0"
        number = sum(getattr(entry, name) for entry in book.statistics.filing)
        put_formula(worksheet, placed.last, column, formula, styles.get("total"), number)
    return placed


def _filing_formulas(units: Region, entry: FilingCounts) -> dict[str, str]:
    states = units.ref(filing_column(entry.form, entry.label))

    def number(of: Iterable[FileState], *marks: str) -> str:
        words = [state.chinese + mark for state in of for mark in marks]
        return "+".join(f"COUNTIF({states},{criterion(word)})" for word in words)

    either = ("", LATE_MARK)
    return {
        "due": f"COUNTA({states})",
        "filed": number(ACCEPTABLE, *either),
        "late": number((*ACCEPTABLE, *GIVEN_BACK), LATE_MARK),
        "nil": number(WITHOUT_ROWS, *either),
        "returned": number(GIVEN_BACK, *either),
        "missing": number((FileState.MISSING,), ""),
    }


def _level_chart(book: Book, sources: Sources) -> charts.Drawn | None:
    counts = book.statistics.level_by_unit
    if not counts.total:
        return None
    charted = sources.units.last - sources.units.first + 1
    everyone = charted == len(book.round.units)
    return charts.columns(
        book.workbook,
        "各单位风险点等级分布" if everyone else f"风险点最多的{charted}个单位的等级分布",
        sources.units,
        [level for level in counts.columns if level in book.styles.colours],
        book.styles.colours,
        label="unit_name",
        greatest=max(counts.row_total(code) for code in counts.rows),
        stacked=True,
        slanted=charted > 6,
    )


def _class_chart(book: Book, sources: Sources) -> charts.Drawn | None:
    counts, colours = book.statistics.class_by_level, book.styles.colours
    if not counts.total:
        return None
    levels = [level for level in counts.columns if level in colours]
    greatest = max(map(max, counts.counts))
    register = book.table("risks")
    title = f"{register.header('power_class')}与{register.header('level')}"
    return charts.columns(book.workbook, title, sources.classes, levels, colours, greatest=greatest)


def _layer_chart(book: Book, sources: Sources) -> charts.Drawn | None:
    counts, table = book.statistics.coverage, book.table("prevention")
    layers = words_of(table.sheet, "layer")
    if not counts.total:
        return None
    colours = dict(zip(layers, SERIES, strict=False))
    greatest = max(map(max, counts.counts))
    title = f"{table.sheet.title}：{book.table('risks').header('risk_type')}与{table.header('layer')}"
    return charts.columns(book.workbook, title, sources.coverage, layers, colours, greatest=greatest, axis="条")


def _channel_chart(book: Book, sources: Sources) -> charts.Drawn | None:
    counts = book.statistics.channel_by_disposition
    if not counts.total:
        return None
    greatest = max(counts.row_total(row) for row in counts.rows)
    return charts.bars(
        book.workbook, "预警信息来源", sources.channels, "total", SERIES[1], greatest=greatest, axis="条"
    )


def _place(book: Book, drawn: charts.Drawn | None, area: tuple[int, int, int, int], sentence: str) -> None:
    """A chart over an area of cells, or the sentence that says why there is none."""
    worksheet = book.worksheets[NAME]
    top, left, bottom, right = area
    if drawn is None:
        span(worksheet, top, left, bottom, right, book.styles.get("empty"))
        put_text(worksheet, top, left, sentence, book.styles.get("empty"))
        return
    gap = 2 if right == _COLUMNS - 1 else 6
    # In Excel, a column has 7 pixels a character and 5 besides, and a point of a row's height is 4/3 of a pixel.
    width = (right - left + 1) * int(_COLUMN_WIDTH * 7 + 5) - gap
    height = sum(round(book.overview_heights.get(row, _ROW_HEIGHT) * 4 / 3) for row in range(top, bottom + 1))
    drawn.chart.set_size({"width": width, "height": height})
    # 1: it moves and grows with its cells, wherever a program makes these wider than Excel does.
    worksheet.insert_chart(top, left, drawn.chart, {"object_position": 1, "description": drawn.alternative})


def _told_grading(grading: GradingTable) -> str:
    """How levels come about, and which cells of the table the rules leave open."""
    told = f"风险等级按“{grading.title}”由发生可能性和后果程度得出，不取手填等级。"
    opened = "、".join(f"{grade.likelihood}×{grade.severity}" for grade in grading.grades if grade.open)
    if not opened:
        return told
    return f"{told}规则未明示的组合（{opened}）按{grading.principle or '暂定等级'}，逐项见“待认定”表。"


def _notes(book: Book) -> list[str]:
    notes = [
        "已报＝已接收＋零报告；退回含无法读取的文件，以及未认可、已撤销的零报告；迟报指收到时已过期限。应报＝已报＋退回＋未报送。",
        _told_grading(book.round.grading),
        f"预警逾期：按处置台账的办理过程，到{book.round.as_of}已过下一期限。考核：{book.scheme.basis}。",
    ]
    behind = sum(is_behind(filing) for filing in book.round.filings)
    if behind:
        notes.append(f"另有{behind}份的更正版未通过，仍按以前通过的一版统计，见“未报送单位”表。")
    if book.round.waiting:
        notes.append(_told_waiting(book.round))
    if book.round.typed is not None:
        notes.append(f"{book.round.typed.told}：已报各表中由单位填写的格数，预先填好和自动得出的不计。")
    return [f"{number}. {note}" for number, note in enumerate(notes, 1)]


def _told_waiting(round: Round) -> str:
    waiting = round.waiting
    where = "、".join(f"{unit.code} {waiting[unit.code]}条" for unit in round.units if unit.code in waiting)
    return not_in_ledger(sum(waiting.values()), f"（{where}）")
