"""综合分析报告 and 领导参阅: what the year came to, for the leading group, with the place of every figure in the summary.

The text is made of sentences with figures of `lzxl.papers.figures`; tables are taken over from the summary as they stand. Of units
and posts, never of persons. Here is what they say; `report_word` and `report_page` set it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.meeting import Meeting
from lzxl.campaign.places import LETTERS
from lzxl.files import PRIVATE, store_durably
from lzxl.forms.load import load_form
from lzxl.papers.figures import Block, Figure, Summary
from lzxl.papers.report_years import compared_texts
from lzxl.summary.styles import SERIES, gravest_first, level_colours
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.year.registers import register_sheet

OVERVIEW, UNITS, CLASSES, COVERAGE, ALERTS, SCORES, UNFILED, COMPARED, ANALYSIS = (
    "总览",
    "单位统计",
    "类别等级",
    "防控措施覆盖",
    "预警台账",
    "考核得分",
    "未报送单位",
    "与上年比较",
    "预警分析",
)
"""The sheets of the summary that figures are taken from."""
TOTAL = "合计"
RATES, STEPS, MEDIAN = "指标", "步骤", "中位数"
"""Titles of the analysis of warnings."""
CODE, NAME = (column.title for column in UNIT_COLUMNS)
LATE = "预警逾期"
_SHOWN, _GRADE, _WHY = (1, 2, 3, 4, 6, 8, 9), 8, 10
"""Of the table of scores: the columns that are shown, the final grade, and what is to be known of it."""
_MOST_MATTERS = 8
_MOST_LISTED = 10
_MOST_BARS = 20
"""So many units a chart can name on one page."""
OFFICE = "廉政风险防控办公室"
REPORT, BRIEF = "综合分析报告", "领导参阅"


@dataclass(frozen=True)
class Sentence:
    """A paragraph: words and figures in turn; `sources` are the tables that its other numbers were read from."""

    pieces: tuple[str | Figure, ...]
    sources: tuple[Figure, ...] = ()

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.shown for one in self.pieces)


@dataclass(frozen=True)
class Table:
    """A table with its caption. `figure`: its entry, where it was taken over; `shares`: how wide its columns are."""

    caption: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figure: Figure | None = None
    shares: tuple[float, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    """Where each of `rows` stands in the summary, of a table that was taken over."""


@dataclass(frozen=True)
class Chart:
    """Stacked bars: of each row its label and a count for each of the series, which have a colour each."""

    title: str
    unit: str
    series: Mapping[str, str]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    figure: Figure

    @property
    def told(self) -> str:
        """What it shows, in words."""
        rows = []
        for label, counts in self.rows:
            pieces = [f"{name}{count}{self.unit}" for name, count in zip(self.series, counts, strict=True) if count]
            rows.append(f"{label}：{'，'.join(pieces) or '无'}")
        return f"条形图，按{'、'.join(self.series)}分段。{'；'.join(rows)}。"


Line = Sentence | Table | Chart


@dataclass(frozen=True)
class Told:
    """What the report says: its parts in order, each a heading with paragraphs, tables and charts."""

    bureau: str
    period: str
    day: datetime.date
    parts: tuple[tuple[str, tuple[Line, ...]], ...]
    matters: tuple[tuple[str, str, str, str], ...]
    """(what kind, on what, which unit, what is to be decided) of everything that is open."""
    summary: Summary

    @property
    def characters(self) -> int:
        """How long the text is, tables and appendix apart."""
        return sum(len(one.text) for _, lines in self.parts for one in lines if isinstance(one, Sentence))

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    @property
    def title_lines(self) -> tuple[str, str]:
        """The title as it stands above the report: no word of it is broken."""
        return f"{self.bureau}{self.period}", f"廉政风险防控{REPORT}"

    @property
    def matters_table(self) -> Table | None:
        """附表: what is to be decided; None: nothing."""
        if not self.matters:
            return None
        titles = ("事项", "对象", "单位", "内容")
        return Table("附表　提请研究事项", titles, self.matters, shares=(2, 3.3, 3.7, 8.4))

    @property
    def appendix(self) -> Table:
        """附录: each figure with its place and rule, in the order of `summary.figures`, numbered from 1."""
        rows = tuple(
            (str(number), one.what, one.shown, one.sheet, one.cell, one.rule)
            for number, one in enumerate(self.summary.figures, 1)
        )
        caption = f"附录　数据出处（{self.summary.path.name}）"
        titles = ("序", "数", "值", "工作表", "单元格", "算法")
        return Table(caption, titles, rows, shares=(1, 4, 1.6, 2.4, 2.4, 6))


def told(campaign: Campaign, summary: Summary, meeting: Meeting, day: datetime.date) -> Told:
    """The report on what the summary shows. Raises UnreadableError if a figure is not where it should be."""
    names = {code: unit.name for code, unit in campaign.units.items()}
    matters = tuple(
        (meeting.words[one.role], one.subject, names.get(one.unit, one.unit), one.text) for one in meeting.matters
    )
    levels = tuple(campaign.grading.level.allowed)
    colours = level_colours(gravest_first(campaign.grading.level))
    overall = _overall(summary, levels)
    units = summary.block(UNITS, CODE, "表1：各单位风险点和等级")
    scores = summary.block(SCORES, CODE, "表5：考核得分、等次、名次")
    parts = (
        ("一、总体情况", overall),
        ("二、监督防范", _prevention(summary, units, {level: colours[level] for level in levels})),
        ("三、预警控制", _alerts(summary, units)),
        ("四、考核评责", _appraisal(summary, scores)),
        ("五、与上年比较", _compared(summary)),
        ("六、存在问题", tuple(_problems(summary, units, scores))),
        ("七、提请研究事项", tuple(map(_said, _to_decide(matters)))),
        ("八、下一步工作", tuple(map(_said, _next_steps(matters)))),
    )
    return Told(campaign.config.bureau, campaign.config.period, day, parts, matters, summary)


def _said(text: str, *sources: Block) -> Sentence:
    """A paragraph whose numbers were read from tables."""
    return Sentence((text,), tuple(one.figure for one in sources))


def _listed(counts: Iterable[tuple[str, Figure]]) -> list[str | Figure]:
    """甲1个，乙2个."""
    pieces: list[str | Figure] = []
    for word, figure in counts:
        pieces += [f"，{word}" if pieces else word, figure, "个"]
    return pieces


def _taken(caption: str, block: Block, titles: Sequence[str] = ()) -> Table:
    """A table as it stands in the summary, or those columns of it."""
    picked = tuple(titles) or block.titles
    cells = tuple(block.picked_cells(picked))
    return Table(caption, picked, tuple(block.picked(picked)), block.figure, cells=cells)


def _overall(summary: Summary, levels: Sequence[str]) -> tuple[Sentence]:
    units, forms, filed, late, nil, returned, unfiled, average = summary.across(OVERVIEW, "应报单位（个）")
    points, *rest = summary.across(OVERVIEW, "风险点总数")
    counts, (undecided, measures, warnings, overdue) = rest[: len(levels)], rest[len(levels) :]
    graded = _listed(zip(levels, counts, strict=True))
    round_pieces = (
        "本期应报单位",
        units,
        "个，应报表单",
        forms,
        "份，已报",
        filed,
        "份（其中零报告",
        nil,
        "份），迟报",
    )
    late_pieces = (late, "份，退回", returned, "份，未报送", unfiled, "份。共登记风险点", points, "个，其中")
    open_pieces = ("，待认定", undecided, "个；防控措施", measures, "条。预警信息", warnings, "件，逾期", overdue)
    return (Sentence((*round_pieces, *late_pieces, *graded, *open_pieces, "件。考核平均", average, "分。")),)


def _prevention(summary: Summary, units: Block, levels: Mapping[str, str]) -> tuple[Line, ...]:
    """`levels`: each level with its colour."""
    form_id, register = register_sheet()
    measures = next(one.title for one in load_form(form_id).tables if one.rules.termed is not None)
    classes = summary.block(CLASSES, register.by_name["power_class"].title, "表2：权力类别和等级")
    covered = summary.block(COVERAGE, register.by_name["risk_type"].title, "表3：三方面和三层次的防控措施")
    shares = "，".join(f"{row[0]}{row[classes.column(TOTAL)]}个" for row in classes.rows if row[0] not in (TOTAL, ""))
    empty = [
        f"{row[0]}的{title}"
        for row in covered.rows
        if row[0] != TOTAL
        for title, cell in zip(covered.titles[1:], row[1:], strict=True)
        if cell == "0"
    ]
    gaps = f"没有措施的环节：{'、'.join(empty)}。" if empty else "三个方面、三个层次都有措施。"
    picked = (NAME, units.titles[2], *levels, "其中待认定", measures)
    return (
        _said(f"按权力类别，{shares}。各单位风险点和等级见表1，类别和等级见表2。", classes),
        _taken("表1　各单位风险点和等级（个）", units, picked),
        _level_chart(units, levels),
        _taken("表2　权力类别和等级（个）", classes, (classes.titles[0], *levels, TOTAL)),
        _class_chart(classes, levels),
        _said(f"防控措施按三个方面、三个层次统计，见表3。{gaps}", covered),
        _taken("表3　防控措施的方面和层次（条）", covered),
    )


def _level_chart(units: Block, levels: Mapping[str, str]) -> Chart:
    """Units by level, in the order of the table; if they are too many, those with the most points."""
    named = [row for row in units.rows if row[0]]
    places = [units.column(level) for level in levels]
    bars = [(row[units.column(NAME)], tuple(_number(row[place]) for place in places)) for row in named]
    title = "图1　各单位风险点等级"
    if len(bars) > _MOST_BARS:
        title = f"图1　风险点最多的{_MOST_BARS}个单位的等级"
        bars = sorted(bars, key=lambda one: -sum(one[1]))[:_MOST_BARS]
    return Chart(title, "个", levels, tuple(bars), units.figure)


def _class_chart(classes: Block, levels: Mapping[str, str]) -> Chart:
    """How many points of each level the classes of powers have."""
    places = [classes.column(level) for level in levels]
    named = [row for row in classes.rows if row[0] not in (TOTAL, "")]
    bars = tuple((row[0], tuple(_number(row[place]) for place in places)) for row in named)
    return Chart("图2　各类权力风险点等级", "个", levels, bars, classes.figure)


def _number(shown: str) -> int:
    """A count as it is shown; nothing, or a dash, is none."""
    return int(shown) if shown.isdigit() else 0


def _alerts(summary: Summary, units: Block) -> tuple[Line, ...]:
    sources = summary.block(ALERTS, "来源", "表4：预警来源和处置")
    if not sources.rows or sources.rows[-1][-1] in ("", "0"):
        return (_said("本期没有预警信息。", sources),)
    whole, states = sources.rows[-1], summary.block(ALERTS, "状态", "预警状态和来源")
    stand = "，".join(f"{row[0]}{row[-1]}件" for row in states.rows if row[0] != TOTAL)
    given = "，".join(
        f"{title}{cell}件" for title, cell in zip(sources.titles[1:], whole[1:], strict=True) if title != TOTAL
    )
    warned = units.column(LATE) - 1
    busiest = sorted((row for row in units.rows if row[0]), key=lambda row: -int(row[warned] or 0))[:3]
    most = "、".join(f"{row[1]}（{row[warned]}件）" for row in busiest if row[warned] != "0")
    text = (
        f"预警信息共{whole[-1]}件，按处置方式，{given}。来源和处置见表4。按办理状态，{stand}。"
        f"预警较多的单位：{most or '无'}。"
    )
    return (_said(text, sources, states, units), _taken("表4　预警来源和处置（件）", sources), *_handled(summary))


def _handled(summary: Summary) -> tuple[Line, ...]:
    """How well and how fast warnings were handled, and when they came; nothing where the summary has no analysis."""
    if not summary.has(ANALYSIS):
        return ()
    rates, days = summary.block(ANALYSIS, RATES, "办理质量"), summary.block(ANALYSIS, STEPS, "办理工作日")
    quality = "，".join(f"{row[0]}{row[1]}" for row in rates.rows)
    median = days.column(MEDIAN)
    took = "，".join(f"{row[0]}{row[median]}日" for row in days.rows if row[median] not in ("", "—"))
    text = f"办理质量：{quality}。所用工作日的中位数：{took or '尚无'}。"
    return (_said(text, rates, days), *_by_month(summary))


def _by_month(summary: Summary) -> tuple[Line, ...]:
    """In which months most warnings came in, and a chart of all of them."""
    months = summary.block(ANALYSIS, "月份", "图3：各月预警件数")
    bars = tuple((row[0], tuple(map(_number, row[1:-1]))) for row in months.rows if row[0] != TOTAL)
    if not bars:
        return ()
    greatest = max(sum(counts) for _, counts in bars)
    busiest = "、".join(_told_month(month) for month, counts in bars if sum(counts) == greatest)
    colours = {name: SERIES[place % len(SERIES)] for place, name in enumerate(months.titles[1:-1])}
    chart = Chart("图3　各月预警件数（按来源）", "件", colours, bars, months.figure)
    return (_said(f"按月份，预警最多的是{busiest}，{greatest}件。", months), chart)


def _told_month(month: str) -> str:
    """2026-11 → 2026年11月."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def _appraisal(summary: Summary, scores: Block) -> tuple[Line, ...]:
    grades = {row[_GRADE] for row in scores.rows} - {"—", ""}
    counts = {grade: sum(row[_GRADE] == grade for row in scores.rows) for grade in grades}
    counted = "，".join(
        f"{grade}{count}个" for grade, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    missing = [row[1] for row in scores.rows if row[0] and row[_GRADE] in ("—", "")]
    left = f"{'、'.join(missing)}缺少得分，不定等次。" if missing else ""
    return (
        _said(f"已定等次的单位：{counted or '无'}。{left}得分、等次、名次见表5。", scores),
        _taken("表5　考核得分、等次和名次", scores, [scores.titles[place] for place in _SHOWN]),
        *_grade_chart(scores, counts),
    )


def _grade_chart(scores: Block, counts: Mapping[str, int]) -> tuple[Chart, ...]:
    """How many units have each grade, the commonest first; none as long as no unit has one."""
    if not counts:
        return ()
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    bars = tuple((grade, (count,)) for grade, count in ordered)
    return (Chart("图4　考核等次", "个", {"单位数": SERIES[0]}, bars, scores.figure),)


def _compared(summary: Summary) -> tuple[Sentence, ...]:
    if not summary.has(COMPARED):
        return (_said("本期没有设上一期，不作比较。"),)
    return tuple(Sentence(pieces, sources) for pieces, sources in compared_texts(summary))


def _problems(summary: Summary, units: Block, scores: Block) -> list[Sentence]:
    """What is wrong, each with its number and units."""
    found: list[tuple[str, Block]] = []
    unfiled = summary.block(UNFILED, _serial(), "未报送、退回、迟报的单位")
    if unfiled.rows:
        listed = [f"{row[2]}《{row[3]}》{row[4]}" for row in unfiled.rows]
        more = "等" if len(listed) > _MOST_LISTED else ""
        found.append((f"报送不够及时、完整的{len(listed)}份：{'；'.join(listed[:_MOST_LISTED])}{more}。", unfiled))
    place = units.column(LATE)
    late = [(row[1], row[place]) for row in units.rows if row[0] and row[place] not in ("", "0")]
    if late:
        told_late = "、".join(f"{name}（{count}件）" for name, count in late)
        found.append((f"预警办理逾期的单位{len(late)}个：{told_late}。", units))
    place = _WHY
    noted = [f"{row[1]}：{row[place]}" for row in scores.rows if row[0] and "核对" in row[place]]
    if noted:
        found.append((f"自查分明显高于年终检查分的单位{len(noted)}个：{'；'.join(noted)}。", scores))
    return [_said(f"{number}．{text}", block) for number, (text, block) in enumerate(found, 1)] or [
        _said("各单位报送、预警办理、自查得分均未发现上述问题。", unfiled, units, scores)
    ]


def _serial() -> str:
    """What the running number of a row is called."""
    return next(entry.title for entry in register_sheet()[1].fields if entry.kind == "serial")


def _to_decide(matters: Sequence[tuple[str, str, str, str]]) -> list[str]:
    if not matters:
        return ["本期没有待研究的事项。"]
    kinds = dict.fromkeys(kind for kind, *_ in matters)
    lines = []
    for number, kind in enumerate(kinds, 1):
        own = [one for one in matters if one[0] == kind]
        shown = "、".join(one[1] or one[2] for one in own[:_MOST_MATTERS])
        more = "等" if len(own) > _MOST_MATTERS else ""
        lines.append(f"{number}．{kind}{len(own)}项：{shown}{more}。")
    return [*lines, "逐项见综合分析报告附表，会后在 认定.xlsx 里填写认定结果、会议和认定日期。"]


def _next_steps(matters: Sequence[tuple[str, str, str, str]]) -> list[str]:
    lines = [
        "未报送和退回的表，由各单位负责人在接到通知后按期补报；办公室逐份核对。",
        "逾期未反馈的预警，由办公室当日催办，仍不反馈的提交领导小组。",
        "没有防控措施的方面和层次，由有关单位在修正风险点内容时补上，一级风险点优先。",
    ]
    if matters:
        lines.insert(0, "提请研究的事项，由领导小组会议逐项认定；办公室会后印发认定通知，重新汇总。")
    return [f"{number}．{text}" for number, text in enumerate(lines, 1)]


def paper_path(campaign: Campaign, report: Told, title: str, suffix: str) -> Path:
    """Where a paper of a report lies."""
    return campaign.folder(LETTERS) / f"{safe_name(f'{title}_{report.period}')}{suffix}"


def store_papers(campaign: Campaign, report: Told, papers: Mapping[str, bytes], suffix: str) -> list[Path]:
    """Write title → bytes into 文书, each whole and its owner's alone to read; gives where they are."""
    paths = []
    for title, data in papers.items():
        path = paper_path(campaign, report, title, suffix)
        store_durably(path, data, PRIVATE)
        paths.append(path)
    return paths
