"""综合分析报告 and 领导参阅 of the sample bureau; that every figure is right, `test_report_recounted.py` says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from lzxl.demo.bureau import load_bureau
from lzxl.errors import UnreadableError
from lzxl.papers.figures import Summary
from tests.scenarios.books import columns_of, header_row, lzxl
from tests.scenarios.office_desk import invoke

from .conftest import DAY
from .reading import needs_writer, pages_of, printed, text_of

NAMES = {str(row["person"]) for row in load_bureau().people_rows()}
Row = dict[str, Any]


def report(root: Path) -> Path:
    return root / "文书" / "综合分析报告_2026年度.docx"


def figures(root: Path) -> dict[str, tuple[str, str, str]]:
    """What → (value, sheet, cell), as the appendix has it."""
    rows = [[cell.text for cell in row.cells] for row in Document(str(report(root))).tables[-1].rows]
    assert rows[0] == ["序", "数", "值", "工作表", "单元格", "算法"]
    return {row[1]: (row[2], row[3], row[4]) for row in rows[1:]}


def rows_in(path: Path, sheet: str, title: str) -> Iterator[Row]:
    """The rows of a table in a file, by the titles of its columns, as far down as there is something under a title."""
    worksheet = load_workbook(path, data_only=True)[sheet]
    head = header_row(worksheet, title)
    columns = columns_of(worksheet, head)
    for row in range(head + 1, worksheet.max_row + 1):
        if worksheet.cell(row, columns[title]).value not in (None, ""):
            yield {name: worksheet.cell(row, column).value for name, column in columns.items()}


def test_every_figure_stands_in_the_cell_that_is_named(reported: Path) -> None:
    [path] = (reported / "汇总").glob(f"*汇总_2026年度_截至{DAY}.xlsx")
    workbook = load_workbook(path, data_only=True)
    found = figures(reported)
    assert len(found) > 20
    for what, (value, sheet, cell) in found.items():
        if ":" not in cell:
            assert float(workbook[sheet][cell].value) == float(value), what
        else:
            assert workbook[sheet][cell], what


def test_each_number_of_the_summary_paragraph_has_its_entry(reported: Path) -> None:
    values = Counter(value for value, _, _ in figures(reported).values())
    text = text_of(report(reported))
    paragraph = text.split("一、总体情况\n")[1].split("\n")[0]
    numbers = re.findall(r"\d+(?:\.\d+)?", paragraph)
    assert len(numbers) == 16
    assert [number for number in numbers if number not in values] == []


def test_it_has_its_parts_in_order_and_is_no_longer_than_it_may_be(reported: Path) -> None:
    text = text_of(report(reported))
    parts = ["一、总体", "二、监督", "三、预警", "四、考核", "五、与上年", "六、存在", "七、提请", "八、下一步"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert len("".join(one.text for one in Document(str(report(reported))).paragraphs)) <= 4000
    assert "制度机制风险的自我预防" in text  # the one cell of aspects and layers without a measure
    assert len(NAMES) > 80 and [name for name in NAMES if name in text] == []


def test_what_is_open_is_what_the_meeting_has_to_decide(reported: Path) -> None:
    opened = json.loads(lzxl(reported, "meeting", "--format", "json"))["open"]
    table = Document(str(report(reported))).tables[-2]
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert [row[1] for row in rows] == [one["object"] for one in opened]
    kinds = Counter(one["kind"] for one in opened)
    brief = text_of(reported / "文书" / "领导参阅_2026年度.docx")
    for kind, count in kinds.items():
        assert f"{kind}{count}项：" in brief


def test_a_figure_that_is_not_where_it_should_be_ends_it(reported: Path, tmp_path: Path) -> None:
    [path] = (reported / "汇总").glob(f"*汇总_2026年度_截至{DAY}.xlsx")
    workbook = load_workbook(path)
    [cell] = [cell for row in workbook["总览"].iter_rows() for cell in row if cell.value == "风险点总数"]
    cell.value = "点数"
    workbook.save(tmp_path / "汇总.xlsx")
    with pytest.raises(UnreadableError, match=r"总览.*风险点总数"):
        Summary(tmp_path / "汇总.xlsx").beneath("总览", "风险点总数")


def test_a_bureau_that_has_nothing_yet_gets_a_report(tmp_path: Path) -> None:
    from tests.campaign.office import open_campaign

    root = open_campaign(tmp_path / "2026年度").root
    ended = invoke(root, "report")
    assert ended.exception is None and ended.return_value in (None, 0), ended.output
    assert "本期没有预警信息" in text_of(report(root))


def test_each_number_of_a_table_stands_in_the_cell_that_is_named(reported: Path) -> None:
    book = load_workbook(report(reported).with_suffix(".xlsx"))
    [path] = (reported / "汇总").glob(f"*汇总_2026年度_截至{DAY}.xlsx")
    summary = load_workbook(path, data_only=True)
    places = list(rows_in(report(reported).with_suffix(".xlsx"), "各表出处", "单元格"))
    assert len(places) > 150
    for one in places:
        there = summary[one["工作表"]][one["单元格"]].value
        assert str(one["值"]) == str(there) or float(one["值"]) == round(float(there), 1), one
    assert sum(name.startswith("图") for name in book.sheetnames) == 4
    assert sum(name.startswith("表") for name in book.sheetnames) == 5


def test_how_well_and_how_fast_warnings_were_handled_stands_in_the_text(reported: Path) -> None:
    [path] = (reported / "汇总").glob(f"*汇总_2026年度_截至{DAY}.xlsx")
    text = text_of(report(reported))
    for title, column in (("指标", "比率"), ("步骤", "中位数")):
        rows = [row for row in rows_in(path, "预警分析", title) if row[column] not in (None, "—")][:4]
        for row in rows:
            value = row[column]
            shown = f"{value * 100:.1f}%" if title == "指标" else f"{value:g}日"
            assert f"{row[title]}{shown}" in text
    assert Document(str(report(reported))).element.body.xpath("count(.//w:drawing)") == 4


@pytest.mark.libreoffice
@needs_writer
def test_the_leaders_page_is_one_page_and_all_pages_are_numbered(reported: Path, tmp_path: Path) -> None:
    brief = reported / "文书" / "领导参阅_2026年度.docx"
    printed(tmp_path, report(reported), brief)
    [page] = pages_of(tmp_path / f"{brief.stem}.pdf")
    assert page.endswith("—1—") and "提请研究事项" in page and "廉政风险防控办公室" in page
    pages = pages_of(tmp_path / f"{report(reported).stem}.pdf")
    assert len(pages) <= 12
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, 1))
