"""综合分析报告 as a page: what the Word report says, in one file that fetches nothing, fits a telephone and prints."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import stat
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from docx import Document

from lzxl.papers.figures import Block, Figure
from lzxl.papers.report import level_chart
from lzxl.papers.report_page import report_page
from lzxl.papers.told import Chart, Part, Sentence, Table, Told
from tests.functions.test_wps import CHROMIUM, in_chromium

from .reading import pages_of
from .test_report import NAMES, report

VOID = {"meta", "col", "rect"}
PHONE = 360


@pytest.fixture(scope="module")
def page(reported: Path) -> str:
    return file_of(reported).read_text(encoding="utf-8")


def file_of(root: Path) -> Path:
    return root / "文书" / "综合分析报告_2026年度.html"


class Outline(HTMLParser):
    """The elements of a page in their order: tag, attributes, and the text within, links to sources apart."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(markup)
        self.close()
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, dict(attrs), list[str]())
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not any(attributes.get("class") == "sources" for _, attributes, _ in self._open):
            for _, _, texts in self._open:
                texts.append(data)

    def texts(self, *tags: str) -> list[str]:
        return ["".join(texts) for tag, _, texts in self.elements if tag in tags]

    def having(self, name: str) -> list[str]:
        return [value for _, attributes, _ in self.elements if (value := attributes.get(name)) is not None]


def test_it_is_the_owners_alone_and_the_word_files_stay_as_they_were(reported: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(file_of(reported).stat().st_mode) == 0o600
    assert report(reported).is_file() and not (reported / "文书" / "领导参阅_2026年度.html").exists()


def test_it_says_all_that_the_word_report_says(reported: Path, page: str) -> None:
    outline, paper = Outline(page), Document(str(report(reported)))
    told = {"".join(text.split()) for text in outline.texts("p", "h1", "h2", "caption", "figcaption")}
    words = {"".join(one.text.split()) for one in paper.paragraphs} - {""}
    assert len(words) > 20 and words - told == set()
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert len(cells) > 300 and outline.texts("th", "td") == cells


def test_no_name_of_a_person_stands_in_it(page: str) -> None:
    assert len(NAMES) > 80 and [name for name in NAMES if name in page] == []


def test_each_figure_is_linked_to_its_entry(reported: Path, page: str) -> None:
    outline = Outline(page)
    entries = [row.cells for row in Document(str(report(reported))).tables[-1].rows][1:]
    anchors = [one for one in outline.having("id") if one.startswith("figure-")]
    assert anchors == [f"figure-{number}" for number in range(1, len(entries) + 1)]
    targets = [one.removeprefix("#") for one in outline.having("href")]
    assert set(targets) <= set(outline.having("id"))
    assert set(anchors) - set(targets) == set(), "an entry that nothing leads to"
    first = page.split("一、总体情况</h2>")[1].partition("</p>")[0]
    links = re.findall(r'<a href="#figure-(\d+)"[^>]*>([^<]*)</a>', first)
    assert len(links) == 16
    assert [(entries[int(number) - 1][0].text, entries[int(number) - 1][2].text) for number, _ in links] == links


def test_the_charts_tell_in_words_what_they_draw(reported: Path, page: str) -> None:
    outline, paper = Outline(page), Document(str(report(reported)))
    levels, classes, months, grades = outline.texts("desc")
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    places = [rows[0].index(level) for level in ("一级", "二级", "三级")]
    for row in rows[1:-1]:
        graded = "，".join(f"{rows[0][place]}{row[place]}个" for place in places if row[place] not in ("0", ""))
        assert f"{row[0]}：{graded or '无'}" in levels
    whole = paper.tables[3].rows[-1].cells[-1].text
    assert sum(map(int, re.findall(r"(\d+)件", months))) == int(whole) > 0
    points = paper.tables[1].rows[-1].cells[-1].text
    assert sum(map(int, re.findall(r"(\d+)个", classes))) == int(points) > 0
    assert sum(map(int, re.findall(r"(\d+)个", grades))) > 0
    drawn = page.split("<svg")[3]
    assert sum(map(int, re.findall(r">(\d+)件</text>", drawn))) == int(whole)


def test_a_chart_of_many_units_shows_those_with_the_most_points() -> None:
    figure = Figure("表1", "整表", "单位统计", "A1:C25", "逐格照录")
    rows = tuple((f"U{n}", f"单位{n}", str(n)) for n in range(1, 26))
    many = level_chart(Block(figure, ("单位编码", "单位", "一级"), (*rows, ("", "合计", "325"))), {"一级": "#C00000"})
    assert many.title == "风险点最多的20个单位的等级"
    assert [label for label, _ in many.rows] == [f"单位{n}" for n in range(25, 5, -1)]
    few = level_chart(Block(figure, ("单位编码", "单位", "一级"), rows[:3]), {"一级": "#C00000"})
    assert [counts for _, counts in few.rows] == [(1,), (2,), (3,)]


def test_it_can_be_walked_by_keyboard_and_read_aloud(page: str) -> None:
    outline = Outline(page)
    assert outline.elements[0][1] == {"lang": "zh-CN"}
    headings = [tag for tag, _, _ in outline.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == "h1" and set(headings[1:]) == {"h2"} and len(headings) == 11
    assert page.index('<a class="skip" href="#text">') < page.index("<h1>") < page.index('<main id="text"')
    tables = page.count("<table ")
    assert tables == page.count("<caption>") == 7
    scopes = [(tag, attributes.get("scope")) for tag, attributes, _ in outline.elements if tag == "th"]
    assert {scope for _, scope in scopes} == {"col", "row"}
    for tag, attributes, _ in outline.elements:
        if tag == "svg":
            assert attributes["role"] == "img" and str(attributes["aria-labelledby"]).split() != []
            assert set(str(attributes["aria-labelledby"]).split()) <= set(outline.having("id"))
    assert len(outline.having("id")) == len(set(outline.having("id")))


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    outline = Outline(page)
    assert {tag for tag, _, _ in outline.elements} & {"script", "link", "img", "iframe", "image", "use"} == set()
    assert outline.having("src") == [] and [one for one in outline.having("href") if not one.startswith("#")] == []
    assert [name for _, attributes, _ in outline.elements for name in attributes if name.startswith("on")] == []
    assert re.search(r"url\(|@import|@font-face", page) is None


def test_what_stands_in_a_book_is_text_and_no_markup() -> None:
    evil = "\"><script>alert('1')</script>&\x01"
    figure = Figure(evil, evil, evil, evil, evil)
    lines = (
        Sentence((evil, figure), (figure,)),
        Table(evil, (evil, "数"), ((evil, evil),), figure),
        Chart(evil, evil, {evil: "#C00000"}, ((evil, (3,)),), figure),
        Table(evil, (evil,), ((evil,),), entries=(figure,)),
    )
    made = report_page(Told(evil, (Part(evil, lines),)))
    assert "<script" not in made and "\x01" not in made
    kinds = {tag for tag, _, _ in Outline(made).elements}
    plain = Told("局", (Part("一", (Sentence(("字", figure)),)),))
    assert "script" not in kinds and {tag for tag, _, _ in Outline(report_page(plain)).elements} < kinds


def test_a_bureau_that_has_nothing_yet_gets_a_page(tmp_path: Path) -> None:
    from tests.campaign.office import open_campaign
    from tests.scenarios.office_desk import invoke

    root = open_campaign(tmp_path / "2026年度").root
    ended = invoke(root, "report", "--format", "html")
    assert ended.exception is None and ended.return_value in (None, 0), ended.output
    assert "本期没有预警信息" in file_of(root).read_text(encoding="utf-8")


# In a browser


def browse(folder: Path, page: Path, *options: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += [f"--user-data-dir={folder / 'profile'}", *options, page.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode("utf-8")


def measured(folder: Path, page: str, width: int) -> dict[str, Any]:
    """How wide the page is on a screen of a width, and what it fetched."""
    script = (
        "window.onload = function () { var inside = document.getElementById('it').contentWindow;"
        "var root = inside.document.documentElement;"
        "var told = {inner: inside.innerWidth, wide: root.scrollWidth, right: Math.max.apply(null,"
        "Array.from(root.querySelectorAll('main *')).map(function (one) { return one.getBoundingClientRect().right; })),"
        "caption: root.querySelector('caption').getBoundingClientRect().width,"
        "fetched: inside.performance.getEntriesByType('resource').map(function (one) { return one.name; })};"
        "document.body.innerHTML = '<pre id=\"told\">' + encodeURIComponent(JSON.stringify(told)) + '</pre>'; };"
    )
    frame = f'<iframe id="it" width="{width}" height="800" style="border:0" srcdoc="{html.escape(page)}"></iframe>'
    (folder / "frame.html").write_text(
        f'<meta charset="utf-8"><body><script>{script}</script>{frame}', encoding="utf-8"
    )
    shown = browse(folder, folder / "frame.html", "--virtual-time-budget=20000", "--dump-dom")
    found = re.search(r'<pre id="told">(.*?)</pre>', shown)
    assert found, shown[-500:]
    told: dict[str, Any] = json.loads(unquote(found.group(1)))
    return told


@in_chromium
def test_a_telephone_shows_it_without_scrolling_sideways(tmp_path: Path, page: str) -> None:
    told = measured(tmp_path, page, PHONE)
    assert told["inner"] == PHONE and told["wide"] <= PHONE and told["right"] <= PHONE
    assert told["caption"] > PHONE / 2, "a caption of one letter a line"
    assert told["fetched"] == []
    # The measure itself: the same page with something that is too wide.
    assert measured(tmp_path, page.replace("<p>", '<p style="width:500px">', 1), PHONE)["right"] > PHONE


@in_chromium
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_it_prints_with_the_heads_of_tables_on_each_page(tmp_path: Path, reported: Path) -> None:
    browse(tmp_path, file_of(reported), f"--print-to-pdf={tmp_path / 'page.pdf'}", "--no-pdf-header-footer")
    size = subprocess.run(["pdfinfo", str(tmp_path / "page.pdf")], capture_output=True, encoding="utf-8", check=True)
    assert re.search(r"Page size: +59[45][.\d]* x 84[12]", size.stdout)
    pages = pages_of(tmp_path / "page.pdf")
    whole = "".join(pages)
    assert "跳到正文" not in whole and "附录" in whole
    appendix = pages[next(place for place, text in enumerate(pages) if "附录　数据出处".replace("　", "") in text) :]
    assert len(appendix) > 1 and all("单元格算法" in text for text in appendix)
