"""第八条(一)2: 类别等级 and 防控措施覆盖 as they are stored, for whoever opens them where nothing is calculated."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from lzxl.forms.load import load_vocabularies
from lzxl.summary.statistics import REST
from lzxl.summary.workbook import write_summary

from .rounds import OFFICE, make_round, sample_round, submission


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("summary") / "汇总.xlsx"
    write_summary(sample_round(), path)
    return path


@pytest.fixture(scope="module")
def stored(path: Path) -> Any:
    return openpyxl.load_workbook(path, data_only=True)


def blocks(worksheet: Any) -> list[list[tuple[Any, ...]]]:
    """The tables of a sheet: each from its header to its row 合计."""
    found: list[list[tuple[Any, ...]]] = []
    rows = list(worksheet.iter_rows(values_only=True))
    for number, row in enumerate(rows):
        if str(row[0] or "").startswith(("一、", "二、")):
            end = next(below for below in range(number, len(rows)) if "合计" in rows[below][:2])
            found.append(rows[number + 1 : end + 1])
    return found


def test_every_share_is_that_of_the_number_beside_it(stored: Any) -> None:
    tables = blocks(stored["类别等级"])
    assert len(tables) == 2
    for header, *rows in tables:
        whole = rows[-1][header.index("合计")]
        assert whole == 5
        for row in rows:
            numbers = [row[column] for column, title in enumerate(header) if title not in (None, "占比") and column]
            shares = [row[column] for column, title in enumerate(header) if title == "占比"]
            assert shares == [number / whole for number in numbers]
            assert row[header.index("合计")] == sum(numbers[:-1])
        assert rows[-1][-1] == 1 or rows[-1][header.index("合计") + 1] == 1


def test_measures_are_counted_by_unit_and_their_totals_stand_below(stored: Any) -> None:
    worksheet = stored["防控措施覆盖"]
    _, (head, parts, *rows) = blocks(worksheet)
    *units, total = rows
    assert head[:2] == ("单位编码", "单位") and total[:2] == (None, "合计")
    assert [row[:2] for row in units] == [("HB01", "办公室"), ("HB02", units[1][1]), ("HB03", units[2][1])]
    aspects = [title for title in head[2:] if title]
    each = parts.count("风险点数")
    assert len(aspects) == each == 3
    for column in range(2, len(parts)):
        assert total[column] == sum(row[column] for row in units), parts[column]
    points = [column for column, title in enumerate(parts) if title == "风险点数"]
    assert sum(total[column] for column in points) == 5
    assert points == [2 + number * (points[1] - points[0]) for number in range(3)]


def test_an_aspects_title_spans_its_risk_points_and_its_layers(stored: Any) -> None:
    worksheet = stored["防控措施覆盖"]
    row = next(row for row in range(1, worksheet.max_row + 1) if worksheet.cell(row, 1).value == "单位编码")
    merged = sorted(
        (area.min_col, area.max_col)
        for area in worksheet.merged_cells.ranges
        if area.min_row == row and area.min_col > 2
    )
    assert [left for left, _ in merged] == [3, 7, 11]
    assert all(right - left == 3 for left, right in merged)
    assert [worksheet.cell(row + 1, left).value for left, _ in merged] == ["风险点数"] * 3


def test_columns_are_wide_enough_for_what_they_hold(stored: Any) -> None:
    for name, least in (("类别等级", 20), ("防控措施覆盖", 10)):
        assert stored[name].column_dimensions["A"].width >= least


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def looks(path: Path, name: str) -> dict[tuple[int, int], tuple[str, ...]]:
    """(row, column) → font, ground and lines of a cell, in numbers. (openpyxl forgets them where cells are merged.)"""
    number = openpyxl.load_workbook(path, read_only=True).sheetnames.index(name) + 1
    with zipfile.ZipFile(path) as package:
        sheet = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    kinds = [
        (style.get("fontId", ""), style.get("fillId", ""), style.get("borderId", ""))
        for style in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")
    ]
    cells = sheet.iter(f"{_MAIN}c")
    return {coordinate_to_tuple(cell.get("r", "")): kinds[int(cell.get("s", "0"))] for cell in cells}


@pytest.mark.parametrize("name", ["类别等级", "防控措施覆盖", "考核得分"])
def test_a_row_of_totals_looks_like_one_from_its_first_cell_to_its_last(stored: Any, path: Path, name: str) -> None:
    worksheet, look = stored[name], looks(path, name)
    totals = [row for row in worksheet.iter_rows() if {cell.value for cell in row[:2]} & {"合计", "平均分"}]
    assert totals
    for row in totals:
        last = max(cell.column for cell in row if cell.value is not None)
        assert len({look[row[0].row, column] for column in range(1, last + 1)}) == 1


def test_what_spans_two_columns_looks_alike_in_both(stored: Any, path: Path) -> None:
    look = looks(path, "防控措施覆盖")
    areas = [area for area in stored["防控措施覆盖"].merged_cells.ranges if area.min_row > 2]
    assert areas
    for area in areas:
        assert len({look[cell] for cell in area.cells}) == 1, area.coord


def test_a_level_heads_its_column_in_its_own_colour(stored: Any) -> None:
    worksheet = stored["类别等级"]
    levels = {"一级", "二级", "三级"}
    heads = [row for row in worksheet.iter_rows() if levels <= {cell.value for cell in row}]
    assert len(heads) == 2
    for row in heads:
        colours = {str(cell.value): cell.fill.fgColor.rgb for cell in row if cell.value is not None}
        assert len({colours[level] for level in levels} | {colours["合计"]}) == 4


def test_the_first_table_stands_below_the_title_and_names_its_rows(stored: Any) -> None:
    worksheet = stored["类别等级"]
    assert str(worksheet["A4"].value).startswith("一、")
    words = load_vocabularies()["power_class"].allowed
    assert [worksheet.cell(row, 1).value for row in range(6, 6 + len(words))] == [*words]


def test_a_rest_is_what_the_words_leave_over_and_no_count_of_its_own_name(tmp_path: Path) -> None:
    """Nobody writes 未填 into a cell: a count of it would be 0 as soon as the sheet is calculated anew."""
    rows = """
        | 风险点编号 | 职权 | 权力类别 | 风险类型 | 风险点 | 发生可能性 | 后果程度 | 直接责任人 |
        |---|---|---|---|---|---|---|---|
        | HB01-001 | 印章管理 | | 岗位职责风险 | 用印审批不严 | 较大 | 严重 | 祁小满 |
        | HB01-002 | 印章管理 | 二类内部权力 | 制度机制风险 | 介绍信缺漏 | | | 祁小满 |
    """
    write_summary(make_round([submission(OFFICE, "risk_register", risk_points=rows)]), tmp_path / "汇总.xlsx")
    worksheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["类别等级"]
    texts = [str(cell.value) for row in worksheet.iter_rows() for cell in row if cell.value is not None]
    assert REST in texts
    assert [text for text in texts if text.startswith("=") and REST in text] == []
