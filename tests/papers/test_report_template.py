"""The report is the office's to edit in Word: what its template says, in its order, is what Word, the page and the workbook say."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Paper
from openpyxl import load_workbook

from lzxl.api import consolidate
from lzxl.campaign.folder import Campaign, require_campaign
from lzxl.campaign.meeting import open_matters
from lzxl.data import data_folder
from lzxl.papers.figures import Summary
from lzxl.papers.report import Material, gathered
from lzxl.papers.report_book import report_book
from lzxl.papers.report_page import report_page
from lzxl.papers.report_word import told_report, word_papers
from lzxl.papers.templates import TemplateUnfitError
from lzxl.papers.told import Table

from .conftest import DAY

REPORT, BRIEF = "综合分析报告", "领导参阅"
Edit = Callable[[Paper], object]


@dataclass(frozen=True)
class Desk:
    """A campaign whose year was gathered once."""

    campaign: Campaign
    material: Material

    def edited(self, title: str, edit: Edit) -> None:
        """Put an edited copy of a template into the campaign."""
        paper = Document(str(data_folder("papers") / f"{title}.docx"))
        edit(paper)
        target = self.campaign.folder("模板") / f"{title}.docx"
        target.parent.mkdir(exist_ok=True)
        paper.save(str(target))

    def document(self, title: str = REPORT) -> Paper:
        return Document(io.BytesIO(word_papers(self.campaign, self.material)[title]))

    def page(self) -> str:
        return report_page(told_report(self.campaign, self.material))


@pytest.fixture(scope="module")
def gathered_once(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("模板") / "2026年度"))
    campaign, day = require_campaign(root, given=True), date.fromisoformat(DAY)
    made = consolidate(campaign, as_of=day)
    meeting = open_matters(campaign, made.standing, day)
    return Desk(campaign, gathered(campaign, Summary(made.path), meeting, day))


@pytest.fixture
def desk(gathered_once: Desk) -> Desk:
    shutil.rmtree(gathered_once.campaign.folder("模板"), ignore_errors=True)
    return gathered_once


def texts(paper: Paper) -> list[str]:
    return [paragraph.text for paragraph in paper.paragraphs]


def found(paper: Paper, begin: str) -> int:
    """The place of the paragraph of the body that begins so."""
    return next(place for place, text in enumerate(texts(paper)) if text.startswith(begin))


def said(paper: Paper, begin: str, text: str) -> None:
    """Make the paragraph that begins so say something else."""
    first, *others = paper.paragraphs[found(paper, begin)].runs
    first.text = text
    for run in others:
        run.text = ""


def without(paper: Paper, *begins: str) -> None:
    for begin in begins:
        element = paper.paragraphs[found(paper, begin)]._p
        element.getparent().remove(element)


def move_section(paper: Paper) -> None:
    """八、下一步工作 before 六、存在问题."""
    paragraphs = paper.paragraphs
    begin, end, target = (found(paper, text) for text in ("八、", "{{ 办公室 }}", "六、"))
    for paragraph in paragraphs[begin : end - 1]:
        paragraphs[target]._p.addprevious(paragraph._p)


def test_nothing_of_a_field_or_a_mark_is_left_in_what_is_made(desk: Desk) -> None:
    for data in word_papers(desk.campaign, desk.material).values():
        text = "".join(one.text or "" for one in Document(io.BytesIO(data)).element.body.iter())
        assert text and not {"{", "}", "\ufdd0", "\ufdd1"} & set(text)
    assert not {"\ufdd0", "\ufdd1"} & set(desk.page())


def test_a_section_that_the_office_moved_stands_there_in_word_page_and_workbook(desk: Desk) -> None:
    desk.edited(REPORT, move_section)
    order = ["五、与上年比较", "八、下一步工作", "六、存在问题", "七、提请研究事项"]
    assert [text for text in texts(desk.document()) if text in order] == order
    assert [text for text in re.findall(r"<h2[^>]*>([^<]*)</h2>", desk.page()) if text in order] == order
    book = load_workbook(io.BytesIO(report_book(told_report(desk.campaign, desk.material))))
    column = [cell.value for cell in book["综合分析报告"]["A"]]
    assert [text for text in column if text in order] == order


def test_a_sentence_that_the_office_changed_has_its_figures(desk: Desk) -> None:
    desk.edited(
        REPORT, lambda paper: said(paper, "本期应报单位", "全局{{ 应报单位 }}个单位共有风险点{{ 登记风险点 }}个。")
    )
    figures = {one.what: one.shown for one in desk.material.summary.figures}
    wanted = f"全局{figures['应报单位（个）']}个单位共有风险点{figures['风险点总数']}个。"
    assert wanted in texts(desk.document())
    rows = [[cell.text for cell in row.cells] for row in desk.document().tables[-1].rows][1:3]
    assert [row[:3] for row in rows] == [
        ["1", "应报单位（个）", figures["应报单位（个）"]],
        ["2", "风险点总数", figures["风险点总数"]],
    ]
    assert 'href="#figure-1"' in desk.page()


def test_a_table_that_the_office_dropped_stands_nowhere_nor_in_the_appendix(desk: Desk) -> None:
    before = {table.caption: table for table in told_report(desk.campaign, desk.material).tables}
    desk.edited(REPORT, lambda paper: without(paper, "表3", "{{ 措施覆盖表", "防控措施按三个方面"))
    told = told_report(desk.campaign, desk.material)
    assert before.keys() - {table.caption for table in told.tables} == {"表3　防控措施的方面和层次（条）"}
    dropped = before["表3　防控措施的方面和层次（条）"].figure
    assert dropped is not None and dropped not in told.entries and "防控措施覆盖" not in desk.page()
    assert [table.rows[0].cells[0].text for table in desk.document().tables] == [
        table.titles[0] for table in told.tables
    ]


def test_without_its_appendix_the_page_links_nowhere(desk: Desk) -> None:
    desk.edited(REPORT, lambda paper: without(paper, "附录", "{{ 数据出处表"))
    assert told_report(desk.campaign, desk.material).entries == ()
    assert "figure-" not in desk.page()


def test_a_table_of_the_offices_own_and_a_condition_on_a_figure_are_filled_in(desk: Desk) -> None:
    def edit(paper: Paper) -> None:
        table = paper.add_table(rows=2, cols=2)
        for cell, text in zip(
            (*table.rows[0].cells, *table.rows[1].cells), ("项目", "数", "风险点", "{{ 登记风险点 }}"), strict=True
        ):
            cell.text = text
        said(paper, "本期应报单位", '{% if 预警逾期数 == "0" %}没有逾期{% else %}逾期{{ 预警逾期数 }}件{% endif %}')

    desk.edited(REPORT, edit)
    figures = {one.what: one.shown for one in desk.material.summary.figures}
    assert f"逾期{figures['预警逾期']}件" in texts(desk.document())
    rows = [[cell.text for cell in row.cells] for row in desk.document().tables[-1].rows]
    assert rows == [["项目", "数"], ["风险点", figures["风险点总数"]]]
    own = [table for table in told_report(desk.campaign, desk.material).tables if table.titles == ("项目", "数")]
    assert own == [Table("", ("项目", "数"), (("风险点", figures["风险点总数"]),), shares=(1, 1))]


@pytest.mark.parametrize("title", [REPORT, BRIEF])
def test_a_field_that_there_is_not_is_named_with_its_template(desk: Desk, title: str) -> None:
    desk.edited(title, lambda paper: said(paper, "本期应报单位", "共{{ 单位总数 }}个"))
    with pytest.raises(TemplateUnfitError, match=rf"模板/{title}\.docx.*单位总数.*可用：.*应报单位") as caught:
        word_papers(desk.campaign, desk.material)
    assert caught.value.code == "template_field_unknown"


@pytest.mark.parametrize("text", ["见{{ 措施覆盖表 }}", "{{ 措施覆盖表 }}{{ 等次图 }}"])
def test_a_table_that_does_not_stand_alone_is_named(desk: Desk, text: str) -> None:
    desk.edited(REPORT, lambda paper: said(paper, "本期应报单位", text))
    with pytest.raises(TemplateUnfitError, match=r"模板/综合分析报告\.docx.*措施覆盖表.*单独占一段") as caught:
        told_report(desk.campaign, desk.material)
    assert caught.value.code == "template_block_misplaced"


def test_a_table_in_a_header_is_named(desk: Desk) -> None:
    desk.edited(REPORT, lambda paper: setattr(paper.sections[0].header.paragraphs[0], "text", "{{ 等次图 }}"))
    with pytest.raises(TemplateUnfitError, match=r"等次图.*单独占一段"):
        told_report(desk.campaign, desk.material)


def test_a_figure_in_a_header_is_filled_in(desk: Desk) -> None:
    desk.edited(
        REPORT, lambda paper: setattr(paper.sections[0].header.paragraphs[0], "text", "风险点{{ 登记风险点 }}个")
    )
    figures = {one.what: one.shown for one in desk.material.summary.figures}
    assert desk.document().sections[0].header.paragraphs[0].text == f"风险点{figures['风险点总数']}个"


def test_both_papers_have_the_same_bytes_whenever_they_are_made(desk: Desk) -> None:
    assert word_papers(desk.campaign, desk.material) == word_papers(desk.campaign, desk.material)


def test_headings_are_headings_to_word_too(desk: Desk) -> None:
    paper = desk.document()
    headings = [one.text for one in paper.paragraphs if one.style is not None and one.style.name == "公文一级标题"]
    assert len(headings) == 10 and headings[0] == "一、总体情况"
    assert paper.styles["公文一级标题"].element.xpath("string(.//w:outlineLvl/@w:val)") == "0"
