"""综合分析报告 and 领导参阅 in Word, as `lzxl.papers.report` tells them, with native charts."""

from __future__ import annotations

from docx.document import Document as Paper
from docx.shared import Pt

from lzxl.campaign.folder import Campaign
from lzxl.papers import layout
from lzxl.papers.docx_chart import add_chart
from lzxl.papers.kinds import paper_kinds
from lzxl.papers.report import BRIEF, OFFICE, REPORT, Chart, Sentence, Table, Told
from lzxl.papers.templates import fill_in, template_of
from lzxl.papers.values import told_day

_SMALL = Pt(10.5)
_BRIEFED = ("一、总体情况", "七、提请研究事项")
"""The parts of the report that the leaders' page has."""
# So many matters have room on the leaders' one page.
_MOST_LISTED = 8


def word_papers(campaign: Campaign, report: Told) -> dict[str, bytes]:
    """Title → bytes of both documents. Raises TemplateUnfitError for a template of the leaders' page that cannot be used."""
    return {REPORT: _report(report), BRIEF: _brief(campaign, report)}


def _report(report: Told) -> bytes:
    paper = layout.blank_paper(report.title)
    layout.add_title(paper, "\n".join(report.title_lines))
    for heading, lines in report.parts:
        layout.add_text(paper, heading, font=layout.HEADING, indent=2).paragraph_format.keep_with_next = True
        for line in lines:
            if isinstance(line, Sentence):
                layout.add_text(paper, line.text, indent=2)
            elif isinstance(line, Table):
                _table(paper, line)
            else:
                _chart(paper, line)
    _signed(paper, report)
    layout.add_break(paper)
    matters = report.matters_table
    if matters is not None:
        _table(paper, matters)
        layout.add_text(paper, "")
    _table(paper, report.appendix)
    return layout.packed(paper)


def _brief(campaign: Campaign, report: Told) -> bytes:
    """One page: the six numbers, and what is to be decided, each matter with its text while there is room."""
    parts = {heading: [line.text for line in lines if isinstance(line, Sentence)] for heading, lines in report.parts}
    overall, to_decide = (parts[heading] for heading in _BRIEFED)
    has_room = len(report.matters) <= _MOST_LISTED
    matters = [
        f"（{place}）{unit}{subject}：{text}"
        for place, (_, subject, unit, text) in enumerate(report.matters, 1)
        if has_room
    ]
    kind = next(one for one in paper_kinds() if one.on == "reported")
    place, template = template_of(campaign, kind)
    values = {
        "机关": report.bureau,
        "期次": report.period,
        "日期": told_day(report.day),
        "办公室": OFFICE,
        "总体": overall,
        "研究": to_decide,
        "各项": matters,
    }
    return fill_in(place, template, values)


def _signed(paper: Paper, report: Told) -> None:
    layout.add_gap(paper)
    layout.add_right(paper, OFFICE, 4).paragraph_format.keep_with_next = True
    layout.add_right(paper, told_day(report.day), 4)


def _chart(paper: Paper, told: Chart) -> None:
    """A native chart below its title; it is read out in the words that the page has for it."""
    above = layout.add_text(paper, told.title, font=layout.HEADING, size=layout.FOUR, side=layout.CENTRE)
    above.paragraph_format.keep_with_next = True
    paragraph = paper.add_paragraph()
    paragraph.alignment = layout.CENTRE
    add_chart(paragraph, told, layout.WIDTH)


def _table(paper: Paper, told: Table) -> None:
    above = layout.add_text(paper, told.caption, font=layout.HEADING, size=layout.FOUR, side=layout.CENTRE)
    above.paragraph_format.keep_with_next = True
    table = layout.add_table(paper, told.shares or (2.6, *[1.0] * (len(told.titles) - 1)))
    layout.add_row(table, told.titles, lines=0.8, size=_SMALL, is_head=True)
    numbers = () if told.shares else tuple(range(len(told.titles)))
    for row in told.rows:
        layout.add_row(table, row, lines=0.7, size=_SMALL, centred=numbers[1:])
