"""Charts in Word: what they show, what they are read out as, and that each opens the numbers it was drawn from."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from lzxl.papers import layout
from lzxl.papers.docx_chart import add_chart
from lzxl.papers.figures import Figure
from lzxl.papers.report_book import report_book
from lzxl.papers.told import Chart, Part, Table, Told

from .reading import needs_writer, pages_of, printed

FIGURE = Figure("表1", "整表", "单位统计", "A1:C3", "逐格照录")
LEVELS = Chart(
    "图1　等级", "个", {"一级": "#C00000", "二级": "#FFD966"}, (("办公室", (2, 5)), ("监测<站>&", (0, 3))), FIGURE
)
GRADES = Chart("图2　等次", "个", {"单位数": "#1F4E79"}, (("优秀", (3,)),), FIGURE)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = layout.blank_paper("图")
    for chart in (LEVELS, GRADES):
        add_chart(document.add_paragraph(), chart, 150)
    path = tmp_path_factory.mktemp("图") / "图.docx"
    path.write_bytes(layout.packed(document))
    return path


def test_the_numbers_that_word_shows_are_those_of_the_workbook_behind_it(paper: Path) -> None:
    with zipfile.ZipFile(paper) as packed:
        for number, chart in enumerate((LEVELS, GRADES), 1):
            drawn = packed.read(f"word/charts/chart{number}.xml").decode()
            sheet = load_workbook(io.BytesIO(packed.read(f"word/embeddings/chart{number}.xlsx"))).active
            rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            assert rows[0][1:] == list(chart.series)
            assert [(row[0], tuple(row[1:])) for row in rows[1:]] == list(chart.rows)
            values = re.findall(r"<c:val>.*?</c:val>", drawn)
            for place, told in enumerate(values):
                shown = [int(one) for one in re.findall(r"<c:v>(\d+)</c:v>", told)]
                assert shown == [counts[place] for _, counts in chart.rows]
            relations = packed.read(f"word/charts/_rels/chart{number}.xml.rels").decode()
            assert f"chart{number}.xlsx" in relations and 'Id="rId1"' in relations


def test_a_chart_is_read_out_in_words(paper: Path) -> None:
    told = [one.get("descr") for one in Document(str(paper)).element.body.iter(qn("wp:docPr"))]
    assert told == [LEVELS.told, GRADES.told]
    assert told[0] == "条形图，按一级、二级分段。办公室：一级2个，二级5个；监测<站>&：二级3个。"


def test_the_same_chart_has_the_same_bytes(paper: Path) -> None:
    document = layout.blank_paper("图")
    for chart in (LEVELS, GRADES):
        add_chart(document.add_paragraph(), chart, 150)
    assert layout.packed(document) == paper.read_bytes()


@needs_writer
def test_it_prints_with_its_labels_and_numbers(paper: Path, tmp_path: Path) -> None:
    printed(tmp_path, paper)
    [page] = pages_of(tmp_path / "图.pdf")
    assert all(text in page for text in ("办公室", "监测<站>&", "一级", "二级", "优秀", "5", "3"))


def test_the_workbook_has_numbers_as_numbers_charts_and_the_cell_of_each() -> None:
    cells = (("A2", "B2", "C2"), ("A3", "B3", "C3"))
    table = Table(
        "表1　各单位（个）", ("单位", "一级", "二级"), (("办公室", "2", "5"), ("监测站", "0", "3")), FIGURE, cells=cells
    )
    entries = Table("附录　数据出处（汇总.xlsx）", ("序", "数"), (("1", "表1"),), entries=(FIGURE,))
    told = Told("某局2026年度报告", (Part("一、总体情况", (table, LEVELS)), Part("附录", (entries,))))
    data = report_book(told)
    assert data == report_book(told)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["综合分析报告", "表1 各单位", "图1 等级", "附录 数据出处", "各表出处"]
    assert [[cell.value for cell in row] for row in book["表1 各单位"].iter_rows(min_row=3)] == [
        ["办公室", 2, 5],
        ["监测站", 0, 3],
    ]
    places = [[cell.value for cell in row] for row in book["各表出处"].iter_rows(min_row=3)]
    assert ["表1 各单位", "监测站", "二级", 3, "单位统计", "C3"] in places and len(places) == 4
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        drawing = packed.read("xl/drawings/drawing1.xml").decode()
        assert "条形图，按一级、二级分段。" in drawing and "xl/charts/chart1.xml" in packed.namelist()
