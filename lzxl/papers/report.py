"""What the report and 领导参阅 are filled in with: every field that their templates may have, from the summary as it was written.

The words stand in the templates (schemas/papers/report.txt and what it includes, or the office's own copy). Fields are figures of
`lzxl.papers.figures`, lists made of them, tables that are taken over from the summary as they stand, and charts. Of units and posts,
never of persons.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.meeting import Meeting
from lzxl.campaign.places import LETTERS
from lzxl.files import PRIVATE, store_durably
from lzxl.forms.load import load_form
from lzxl.forms.naming import first_few
from lzxl.groups import apart, grouped
from lzxl.papers.figures import Block, Figure, Summary
from lzxl.papers.marks import Entries, Marks
from lzxl.papers.report_years import compared_fields, trend_fields
from lzxl.papers.templates import Value, Values
from lzxl.papers.told import Chart, Table
from lzxl.papers.values import told_day
from lzxl.summary.styles import SERIES, gravest_first, level_colours
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.year.registers import register_sheet, serial_title

OVERVIEW, UNITS, CLASSES, COVERAGE, ALERTS, SCORES, UNFILED, ANALYSIS = (
    "总览",
    "单位统计",
    "类别等级",
    "防控措施覆盖",
    "预警台账",
    "考核得分",
    "未报送单位",
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
_NONE = ("—", "")
"""What a cell of the summary shows where there is nothing."""
_MOST_MATTERS = 8
_MOST_LISTED = 10
_MOST_BRIEFED = 8
"""So many matters have room on the leaders' one page."""
_MOST_BARS = 20
"""So many units a chart can name on one page."""
OFFICE = "廉政风险防控办公室"


Fields = dict[str, Value]


@dataclass(frozen=True)
class Material:
    """What the papers of a year are made of: the fields, and what the marks in them are of."""

    values: Values
    marks: Marks
    summary: Summary
    period: str


@dataclass(frozen=True)
class _Problem:
    """Something that is wrong: its field, what in it says how many there are and which, and the table that they stand in."""

    name: str
    count: str
    which: str
    listed: Sequence[str]
    text: str
    block: Block


def gathered(campaign: Campaign, summary: Summary, meeting: Meeting, day: datetime.date) -> Material:
    """The fields, of what the summary shows. Raises UnreadableError if a figure is not where it should be."""
    fields = _Fields(campaign, summary)
    names = campaign.unit_names
    matters = [
        {"事项": meeting.words[one.role], "对象": one.subject, "单位": names.get(one.unit, one.unit), "内容": one.text}
        for one in meeting.matters
    ]
    values: Fields = {
        "机关": campaign.config.bureau,
        "期次": campaign.config.period,
        "日期": told_day(day),
        "办公室": OFFICE,
        "汇总表": summary.path.name,
        **fields.overall(),
        **fields.prevention(),
        **fields.alerts(),
        **fields.appraisal(),
        **compared_fields(summary, fields.marks),
        **trend_fields(summary, fields.marks, fields.colours),
        **fields.problems(),
        **to_decide(matters, fields.marks),
        "数据出处表": fields.marks.block(Entries()),
    }
    return Material(values, fields.marks, summary, campaign.config.period)


class _Fields:
    """The fields of each part of the report."""

    def __init__(self, campaign: Campaign, summary: Summary) -> None:
        self.summary, self.marks = summary, Marks()
        self.levels = tuple(campaign.grading.level.allowed)
        colours = level_colours(gravest_first(campaign.grading.level))
        self.colours = {level: colours[level] for level in self.levels}
        self.units = summary.block(UNITS, CODE, "各单位风险点和等级")
        self.scores = summary.block(SCORES, CODE, "考核得分、等次、名次")

    def overall(self) -> Fields:
        """一、总体情况: the round, the risk points, the warnings, the scores."""
        round_names = ("应报单位", "应报表单", "已报", "迟报", "零报告数", "退回", "未报送", "考核平均分")
        counted = self.summary.across(OVERVIEW, "应报单位（个）")
        points, *rest = self.summary.across(OVERVIEW, "风险点总数")
        levels, others = rest[: len(self.levels)], rest[len(self.levels) :]
        names = ("待认定", "措施数", "预警数", "预警逾期数")
        # Strict: with one figure more in the summary, each name would have its neighbour's.
        figures = [*zip(round_names, counted, strict=True), ("登记风险点", points), *zip(names, others, strict=True)]
        graded = self.marks.words(_listed(zip(self.levels, levels, strict=True)))
        return {**{name: self.marks.figure(one) for name, one in figures}, "各等级": graded}

    def prevention(self) -> Fields:
        """二、监督防范: levels by unit and class, and what measures leave open."""
        form_id, register = register_sheet()
        measures = load_form(form_id).ruled_by("termed")[0].title
        classes = self.summary.block(CLASSES, register.by_name["power_class"].title, "权力类别和等级")
        covered = self.summary.block(COVERAGE, register.by_name["risk_type"].title, "三方面和三层次的防控措施")
        whole = classes.column(TOTAL)
        shares = "，".join(f"{row[0]}{row[whole]}个" for row in _parts(classes))
        picked = (NAME, self.units.titles[2], *self.levels, "其中待认定", measures)
        chart = level_chart(self.units, self.colours)
        return {
            "按类别": self._words(shares, classes),
            "各单位等级表": self._columns_of(self.units, picked),
            "各单位等级图题": chart.title,
            "各单位等级图": self.marks.block(chart),
            "类别等级表": self._columns_of(classes, (classes.titles[0], *self.levels, TOTAL)),
            "类别等级图": self.marks.block(_class_chart(classes, self.colours)),
            "没有措施的环节": self._words("、".join(_empty_cells(covered)), covered),
            "措施覆盖表": self._columns_of(covered),
        }

    def alerts(self) -> Fields:
        """三、预警控制: where warnings came from, what was done on them, how well and how fast."""
        sources = self.summary.block(ALERTS, "来源", "预警来源和处置")
        if not sources.rows or sources.rows[-1][-1] in ("", "0"):
            return dict.fromkeys((*_OF_ALERTS, *_OF_ANALYSIS), "")
        whole, states = sources.rows[-1], self.summary.block(ALERTS, "状态", "预警状态和来源")
        given = (f"{title}{cell}件" for title, cell in zip(sources.titles[1:-1], whole[1:-1], strict=True))
        stand = (f"{row[0]}{row[-1]}件" for row in _parts(states))
        values = (
            self._words(whole[-1], sources),
            self._words("，".join(given), sources),
            self._words("，".join(stand), states),
            self._words("、".join(_most_warned(self.units)) or "无", self.units),
            self._columns_of(sources),
        )
        return {**dict(zip(_OF_ALERTS, values, strict=True)), **self._analysis()}

    def _analysis(self) -> Fields:
        """What the analysis of warnings tells; nothing where the summary has none."""
        if not self.summary.has(ANALYSIS):
            return dict.fromkeys(_OF_ANALYSIS, "")
        return {**self._handling(), **self._months()}

    def _handling(self) -> Fields:
        """How well and how fast warnings were handled."""
        rates = self.summary.block(ANALYSIS, RATES, "办理质量")
        days = self.summary.block(ANALYSIS, STEPS, "办理工作日")
        median = days.column(MEDIAN)
        quality = "，".join(f"{row[0]}{row[1]}" for row in rates.rows)
        took = "，".join(f"{row[0]}{row[median]}日" for row in days.rows if row[median] not in _NONE)
        values = (self._words(quality, rates), self._words(took or "尚无", days))
        return dict(zip(_OF_HANDLING, values, strict=True))

    def _months(self) -> Fields:
        """In which months most warnings came in, and a chart of all of them."""
        months = self.summary.block(ANALYSIS, "月份", "各月预警件数")
        bars = tuple((row[0], tuple(map(_number, row[1:-1]))) for row in _parts(months))
        if not bars:
            return dict.fromkeys(_OF_MONTHS, "")
        totals = {month: sum(counts) for month, counts in bars}
        greatest = max(totals.values())
        busiest = "、".join(_told_month(month) for month, total in totals.items() if total == greatest)
        colours = {name: SERIES[place % len(SERIES)] for place, name in enumerate(months.titles[1:-1])}
        chart = Chart("各月预警件数（按来源）", "件", colours, bars, months.figure)
        values = (self._words(busiest, months), self._words(str(greatest), months), self.marks.block(chart))
        return dict(zip(_OF_MONTHS, values, strict=True))

    def appraisal(self) -> Fields:
        """四、考核评责: how many units have each grade, and which have none."""
        graded, waiting = apart(_of_units(self.scores), lambda row: row[_GRADE] not in _NONE)
        counts = Counter(map(itemgetter(_GRADE), graded))
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        counted = "，".join(f"{grade}{count}个" for grade, count in ordered)
        missing = "、".join(row[1] for row in waiting)
        bars = tuple((grade, (count,)) for grade, count in ordered)
        chart = Chart("考核等次", "个", {"单位数": SERIES[0]}, bars, self.scores.figure)
        return {
            "各等次单位数": self._words(counted or "无", self.scores),
            "未定等次的单位": self._words(missing, self.scores),
            "考核得分表": self._columns_of(self.scores, [self.scores.titles[place] for place in _SHOWN]),
            "等次图": self.marks.block(chart) if bars else "",
        }

    def problems(self) -> Fields:
        """六、存在问题: what is wrong, each with its running number, how many there are of it, and which."""
        found = self._problems_found()
        fields: Fields = {one.name: "" for one in found}
        for number, one in enumerate((one for one in found if one.listed), 1):
            told = {
                one.count: self._words(str(len(one.listed)), one.block),
                one.which: self._words(one.text, one.block),
            }
            fields[one.name] = {"序": str(number), **told}
        return fields

    def _problems_found(self) -> Sequence[_Problem]:
        unfiled = self.summary.block(UNFILED, serial_title(), "未报送、退回、迟报的单位")
        filings = [f"{row[2]}《{row[3]}》{row[4]}" for row in unfiled.rows]
        place = self.units.column(LATE)
        late = [f"{row[1]}（{row[place]}件）" for row in _of_units(self.units) if row[place] not in ("", "0")]
        noted = [f"{row[1]}：{row[_WHY]}" for row in _of_units(self.scores) if "核对" in row[_WHY]]
        return (
            _Problem("报送问题", "份数", "各份", filings, first_few(filings, _MOST_LISTED, "；"), unfiled),
            _Problem("逾期问题", "个数", "各单位", late, "、".join(late), self.units),
            _Problem("核对问题", "个数", "各单位", noted, "；".join(noted), self.scores),
        )

    def _words(self, text: str, *sources: Block) -> str:
        """A text whose numbers were read from tables."""
        return self.marks.words((text,) if text else (), *(one.figure for one in sources))

    def _columns_of(self, block: Block, titles: Sequence[str] = ()) -> str:
        """A table as it stands in the summary, or those columns of it."""
        picked = tuple(titles) or block.titles
        cells = tuple(block.picked_cells(picked))
        return self.marks.block(Table("", picked, tuple(block.picked(picked)), block.figure, cells=cells))


_OF_ALERTS = ("预警件数", "按处置方式", "按办理状态", "预警较多的单位", "预警来源表")
_OF_HANDLING = ("办理质量", "办理工作日")
_OF_MONTHS = ("预警最多的月份", "预警最多的月份件数", "各月预警图")
_OF_ANALYSIS = (*_OF_HANDLING, *_OF_MONTHS)
"""Fields that are blank where there is nothing to tell of."""


def to_decide(matters: Sequence[Mapping[str, str]], marks: Marks) -> Fields:
    """七、提请研究事项: kind by kind, and matter by matter; on the leaders' page each with its text, as long as all have room."""
    by_kind = grouped(matters, itemgetter("事项"))
    # All of them or none: some would be taken for all.
    briefed = matters if len(matters) <= _MOST_BRIEFED else ()
    titles = ("事项", "对象", "单位", "内容")
    table = Table("", titles, tuple(map(itemgetter(*titles), matters)), shares=(2, 3.3, 3.7, 8.4))
    return {
        "各类事项": [{"序": str(number), **_of_kind(*one)} for number, one in enumerate(by_kind.items(), 1)],
        "待研究事项": matters,
        "待研究事项表": marks.block(table) if matters else "",
        "各项": [{"序": str(number), **one} for number, one in enumerate(briefed, 1)],
    }


def _of_kind(kind: str, matters: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """How many matters of a kind there are, and on what."""
    subjects = [one["对象"] or one["单位"] for one in matters]
    return {"事项": kind, "项数": str(len(matters)), "对象": first_few(subjects, _MOST_MATTERS)}


def _of_units(block: Block) -> list[tuple[str, ...]]:
    """The rows of a table of units that are a unit's: the row of totals has no code."""
    return [row for row in block.rows if row[0]]


def _parts(block: Block) -> list[tuple[str, ...]]:
    """The rows of a table that its total is of."""
    return [row for row in block.rows if row[0] not in (TOTAL, "")]


def _listed(counts: Iterable[tuple[str, Figure]]) -> list[str | Figure]:
    """甲1个，乙2个."""
    pieces: list[str | Figure] = []
    for word, figure in counts:
        pieces += [f"，{word}" if pieces else word, figure, "个"]
    return pieces


def _empty_cells(covered: Block) -> list[str]:
    """The aspects and layers without a measure."""
    return [
        f"{row[0]}的{title}"
        for row in _parts(covered)
        for title, cell in zip(covered.titles[1:], row[1:], strict=True)
        if cell == "0"
    ]


def _most_warned(units: Block) -> list[str]:
    """The three units with most warnings, each with how many."""
    place = units.column(LATE) - 1
    busiest = sorted(_of_units(units), key=lambda row: -int(row[place] or 0))[:3]
    return [f"{row[1]}（{row[place]}件）" for row in busiest if row[place] != "0"]


def level_chart(units: Block, levels: Mapping[str, str]) -> Chart:
    """Units by level, in the order of the table; if they are too many, those with the most points."""
    places = [units.column(level) for level in levels]
    bars = [(row[units.column(NAME)], tuple(_number(row[place]) for place in places)) for row in _of_units(units)]
    title = "各单位风险点等级"
    if len(bars) > _MOST_BARS:
        title = f"风险点最多的{_MOST_BARS}个单位的等级"
        bars = sorted(bars, key=lambda one: -sum(one[1]))[:_MOST_BARS]
    return Chart(title, "个", levels, tuple(bars), units.figure)


def _class_chart(classes: Block, levels: Mapping[str, str]) -> Chart:
    """How many points of each level the classes of powers have."""
    places = [classes.column(level) for level in levels]
    bars = tuple((row[0], tuple(_number(row[place]) for place in places)) for row in _parts(classes))
    return Chart("各类权力风险点等级", "个", levels, bars, classes.figure)


def _number(shown: str) -> int:
    """A count as it is shown; nothing, or a dash, is none."""
    return int(shown) if shown.isdigit() else 0


def _told_month(month: str) -> str:
    """2026-11 → 2026年11月."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


def paper_path(campaign: Campaign, title: str, suffix: str) -> Path:
    """Where a paper of a report lies."""
    return campaign.folder(LETTERS) / f"{safe_name(f'{title}_{campaign.config.period}')}{suffix}"


def store_papers(campaign: Campaign, papers: Mapping[str, bytes], suffix: str) -> list[Path]:
    """Write title → bytes into 文书, each whole and its owner's alone to read; gives where they are."""
    paths = []
    for title, data in papers.items():
        path = paper_path(campaign, title, suffix)
        store_durably(path, data, PRIVATE)
        paths.append(path)
    return paths
