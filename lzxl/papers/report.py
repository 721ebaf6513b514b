"""综合分析报告 and 领导参阅: what the year came to, for the leading group, with the place of every figure in the summary.

The text is made of sentences with figures of `lzxl.papers.figures`; tables are taken over from the summary as they stand. Of units
and posts, never of persons.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docx.document import Document as Paper
from docx.shared import Pt

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.meeting import Meeting
from lzxl.campaign.places import LETTERS
from lzxl.files import PRIVATE, store_durably
from lzxl.forms.load import load_form
from lzxl.papers import layout
from lzxl.papers.figures import Block, Summary
from lzxl.papers.values import told_day
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.year.registers import register_sheet

OVERVIEW, UNITS, CLASSES, COVERAGE, ALERTS, SCORES, UNFILED, COMPARED = (
    "总览",
    "单位统计",
    "类别等级",
    "防控措施覆盖",
    "预警台账",
    "考核得分",
    "未报送单位",
    "与上年比较",
)
"""The sheets of the summary that figures are taken from."""
TOTAL = "合计"
CODE, NAME = (column.title for column in UNIT_COLUMNS)
LATE = "预警逾期"
_SHOWN, _GRADE, _WHY = (1, 2, 3, 4, 6, 8, 9), 8, 10
"""Of the table of scores: the columns that are shown, the final grade, and what is to be known of it."""
_MOST_MATTERS = 8
_MOST_LISTED = 10
_SMALL = Pt(10.5)


@dataclass(frozen=True)
class Told:
    """What the report says: its parts in order, each a heading with paragraphs and tables."""

    bureau: str
    period: str
    day: datetime.date
    parts: tuple[tuple[str, tuple[str | tuple[str, Block, tuple[str, ...]], ...]], ...]
    matters: tuple[tuple[str, str, str, str], ...]
    """(what kind, on what, which unit, what is to be decided) of everything that is open."""
    summary: Summary

    @property
    def characters(self) -> int:
        """How long the text is, tables and appendix apart."""
        return sum(len(one) for _, lines in self.parts for one in lines if isinstance(one, str))


def told(campaign: Campaign, summary: Summary, meeting: Meeting, day: datetime.date) -> Told:
    """The report on what the summary shows. Raises UnreadableError if a figure is not where it should be."""
    names = {code: unit.name for code, unit in campaign.units.items()}
    matters = tuple(
        (meeting.words[one.role], one.subject, names.get(one.unit, one.unit), one.text) for one in meeting.matters
    )
    levels = tuple(campaign.grading.level.allowed)
    overall = _overall(summary, levels)
    units = summary.block(UNITS, CODE, "表1：各单位风险点和等级")
    scores = summary.block(SCORES, CODE, "表5：考核得分、等次、名次")
    parts = (
        ("一、总体情况", overall),
        ("二、监督防范", _prevention(summary, units, levels)),
        ("三、预警控制", _alerts(summary, units)),
        ("四、考核评责", _appraisal(summary, scores)),
        ("五、与上年比较", _compared(summary)),
        ("六、存在问题", tuple(_problems(summary, units, scores))),
        ("七、提请研究事项", tuple(_to_decide(matters))),
        ("八、下一步工作", tuple(_next_steps(matters))),
    )
    return Told(campaign.config.bureau, campaign.config.period, day, parts, matters, summary)


def _overall(summary: Summary, levels: Sequence[str]) -> tuple[str]:
    units, forms, filed, late, nil, returned, unfiled, average = summary.across(OVERVIEW, "应报单位（个）")
    points, *rest = summary.across(OVERVIEW, "风险点总数")
    counts, (undecided, measures, warnings, overdue) = rest[: len(levels)], rest[len(levels) :]
    graded = "，".join(f"{level}{count}个" for level, count in zip(levels, counts, strict=True))
    return (
        f"本期应报单位{units}个，应报表单{forms}份，已报{filed}份（其中零报告{nil}份），迟报{late}份，退回{returned}份，"
        f"未报送{unfiled}份。共登记风险点{points}个，其中{graded}，待认定{undecided}个；防控措施{measures}条。"
        f"预警信息{warnings}件，逾期{overdue}件。考核平均{average}分。",
    )


def _prevention(
    summary: Summary, units: Block, levels: Sequence[str]
) -> tuple[str | tuple[str, Block, tuple[str, ...]], ...]:
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
        f"按权力类别，{shares}。各单位风险点和等级见表1，类别和等级见表2。",
        ("表1　各单位风险点和等级（个）", units, picked),
        ("表2　权力类别和等级（个）", classes, (classes.titles[0], *levels, TOTAL)),
        f"防控措施按三个方面、三个层次统计，见表3。{gaps}",
        ("表3　防控措施的方面和层次（条）", covered, covered.titles),
    )


def _alerts(summary: Summary, units: Block) -> tuple[str | tuple[str, Block, tuple[str, ...]], ...]:
    sources = summary.block(ALERTS, "来源", "表4：预警来源和处置")
    if not sources.rows or sources.rows[-1][-1] in ("", "0"):
        return ("本期没有预警信息。",)
    whole, states = sources.rows[-1], summary.block(ALERTS, "状态", "预警状态和来源")
    stand = "，".join(f"{row[0]}{row[-1]}件" for row in states.rows if row[0] != TOTAL)
    given = "，".join(
        f"{title}{cell}件" for title, cell in zip(sources.titles[1:], whole[1:], strict=True) if title != TOTAL
    )
    warned = units.column(LATE) - 1
    busiest = sorted((row for row in units.rows if row[0]), key=lambda row: -int(row[warned] or 0))[:3]
    most = "、".join(f"{row[1]}（{row[warned]}件）" for row in busiest if row[warned] != "0")
    return (
        f"预警信息共{whole[-1]}件，按处置方式，{given}。来源和处置见表4。按办理状态，{stand}。"
        f"预警较多的单位：{most or '无'}。",
        ("表4　预警来源和处置（件）", sources, sources.titles),
    )


def _appraisal(summary: Summary, scores: Block) -> tuple[str | tuple[str, Block, tuple[str, ...]], ...]:
    grades = {row[_GRADE] for row in scores.rows} - {"—", ""}
    counts = {grade: sum(row[_GRADE] == grade for row in scores.rows) for grade in grades}
    counted = "，".join(
        f"{grade}{count}个" for grade, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    missing = [row[1] for row in scores.rows if row[0] and row[_GRADE] in ("—", "")]
    left = f"{'、'.join(missing)}缺少得分，不定等次。" if missing else ""
    return (
        f"已定等次的单位：{counted or '无'}。{left}得分、等次、名次见表5。",
        ("表5　考核得分、等次和名次", scores, tuple(scores.titles[place] for place in _SHOWN)),
    )


def _compared(summary: Summary) -> tuple[str, ...]:
    if not summary.has(COMPARED):
        return ("本期没有设上一期，不作比较。",)
    kinds = "，".join(f"{word}{count}个" for word, count in summary.counted(COMPARED, "比较结果").items())
    return (f"与上年登记的风险点比较：{kinds}。逐项见汇总表“{COMPARED}”。",)


def _problems(summary: Summary, units: Block, scores: Block) -> list[str]:
    """What is wrong, each with its number and units."""
    found = []
    unfiled = summary.block(UNFILED, _serial(), "未报送、退回、迟报的单位")
    if unfiled.rows:
        listed = [f"{row[2]}《{row[3]}》{row[4]}" for row in unfiled.rows]
        more = "等" if len(listed) > _MOST_LISTED else ""
        found.append(f"报送不够及时、完整的{len(listed)}份：{'；'.join(listed[:_MOST_LISTED])}{more}。")
    place = units.column(LATE)
    late = [(row[1], row[place]) for row in units.rows if row[0] and row[place] not in ("", "0")]
    if late:
        told_late = "、".join(f"{name}（{count}件）" for name, count in late)
        found.append(f"预警办理逾期的单位{len(late)}个：{told_late}。")
    place = _WHY
    noted = [f"{row[1]}：{row[place]}" for row in scores.rows if row[0] and "核对" in row[place]]
    if noted:
        found.append(f"自查分明显高于年终检查分的单位{len(noted)}个：{'；'.join(noted)}。")
    return [f"{number}．{text}" for number, text in enumerate(found, 1)] or [
        "各单位报送、预警办理、自查得分均未发现上述问题。"
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


# The documents


def write_report(campaign: Campaign, report: Told) -> list[Path]:
    """Write both documents into 文书, their owner's alone to read; gives where they are."""
    files = {"综合分析报告": _report(report), "领导参阅": _brief(report)}
    paths = []
    for title, data in files.items():
        path = campaign.folder(LETTERS) / f"{safe_name(f'{title}_{report.period}')}.docx"
        store_durably(path, data, PRIVATE)
        paths.append(path)
    return paths


def _report(report: Told) -> bytes:
    title = f"{report.bureau}{report.period}廉政风险防控综合分析报告"
    paper = layout.blank_paper(title)
    layout.add_title(paper, title)
    for heading, lines in report.parts:
        layout.add_text(paper, heading, font=layout.HEADING, indent=2).paragraph_format.keep_with_next = True
        for line in lines:
            if isinstance(line, str):
                layout.add_text(paper, line, indent=2)
            else:
                _table(paper, line[0], line[2], line[1].picked(line[2]))
    _signed(paper, report)
    layout.add_break(paper)
    if report.matters:
        _table(paper, "附表　提请研究事项", ("事项", "对象", "单位", "内容"), report.matters, (2, 3.3, 3.7, 8.4))
        layout.add_text(paper, "")
    figures = [
        (str(number), one.what, one.shown, one.sheet, one.cell, one.rule)
        for number, one in enumerate(report.summary.figures, 1)
    ]
    name = report.summary.path.name
    _table(
        paper,
        f"附录　数据出处（{name}）",
        ("序", "数", "值", "工作表", "单元格", "算法"),
        figures,
        (1, 4, 1.6, 2.4, 2.4, 6),
    )
    return layout.packed(paper)


def _brief(report: Told) -> bytes:
    """One page: the six numbers, and what is to be decided."""
    title = f"{report.period}廉政风险防控领导参阅"
    paper = layout.blank_paper(title)
    layout.add_title(paper, title)
    parts = dict(report.parts)
    for heading in ("一、总体情况", "七、提请研究事项"):
        layout.add_text(
            paper, heading, font=layout.HEADING, indent=2, line=Pt(26)
        ).paragraph_format.keep_with_next = True
        for line in parts[heading]:
            if isinstance(line, str):
                layout.add_text(paper, line, size=layout.FOUR, indent=2, line=Pt(24))
    _signed(paper, report)
    return layout.packed(paper)


def _signed(paper: Paper, report: Told) -> None:
    layout.add_text(paper, "").paragraph_format.keep_with_next = True
    for text in ("廉政风险防控办公室", told_day(report.day)):
        paragraph = layout.add_text(paper, text, side=layout.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(64)


def _table(
    paper: Paper,
    caption: str,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float] | None = None,
) -> None:
    above = layout.add_text(paper, caption, font=layout.HEADING, size=layout.FOUR, side=layout.CENTRE)
    above.paragraph_format.keep_with_next = True
    table = layout.add_table(paper, shares or (2.6, *[1.0] * (len(titles) - 1)))
    layout.add_row(table, titles, lines=0.8, size=_SMALL, is_head=True)
    numbers = tuple(range(len(titles))) if shares is None else ()
    for row in rows:
        layout.add_row(table, row, lines=0.7, size=_SMALL, centred=numbers[1:])
