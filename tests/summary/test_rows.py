"""Rows that are written at once, past XlsxWriter: a version that moved the steps they replace fails here."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from lzxl.summary.rows import CellWriter, RowsWorkbook, RowsWorksheet

TEXTS = ["一级", "<r>markup</r>", " 前后有空格 ", "a_x0041_b", "一级", "", "第一行\n第二行", "A & B <C>"]
NUMBERS = [1.0, None, 0.1, 1e15, 2.0, 3.0, 4.0, 89.95]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A heading and a last row by XlsxWriter's own calls, and the rows between them at once."""
    path = tmp_path / "汇总.xlsx"
    workbook = RowsWorkbook(str(path))
    worksheet = workbook.add_worksheet("总表", RowsWorksheet)
    bold, plain = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "0.0"})
    worksheet.write_row(0, 0, ["等级", "得分"], bold)
    columns = [
        CellWriter(worksheet, 0, 1).words(pl.Series(TEXTS), lambda text: bold if text == "一级" else plain),
        CellWriter(worksheet, 1, 1).numbers(pl.Series(NUMBERS), plain),
    ]
    worksheet.put_rows(1, [20.0] * len(TEXTS), columns)
    worksheet.write_string(len(TEXTS) + 1, 0, "一级", plain)
    worksheet.write_formula(len(TEXTS) + 1, 1, "=SUM(B2:B9)", plain, sum(filter(None, NUMBERS)))
    workbook.close()
    return path


def test_every_cell_comes_back_as_it_was_given(written: Path) -> None:
    sheet = load_workbook(written)["总表"]
    assert [sheet.cell(row, 1).value or "" for row in range(2, 10)] == TEXTS
    assert [sheet.cell(row, 2).value for row in range(2, 10)] == NUMBERS
    assert [sheet.cell(row, 1).font.b for row in range(2, 10)] == [text == "一级" for text in TEXTS]
    assert {sheet.row_dimensions[row].height for row in range(2, 10)} == {20}


def test_what_stands_above_and_below_the_rows_stays(written: Path) -> None:
    sheet = load_workbook(written)["总表"]
    assert [cell.value for cell in sheet[1]] == ["等级", "得分"]
    assert [cell.value for cell in sheet[10]] == ["一级", "=SUM(B2:B9)"]
    assert load_workbook(written, data_only=True)["总表"]["B10"].value == pytest.approx(sum(filter(None, NUMBERS)))


def test_each_text_is_stored_once_and_counted_as_often_as_it_is_used(written: Path) -> None:
    import re
    import zipfile

    with zipfile.ZipFile(written) as package:
        shared = package.read("xl/sharedStrings.xml").decode()
        used = package.read("xl/worksheets/sheet1.xml").decode().count(' t="s"')
    assert shared.count("一级") == 1
    assert re.search(r'count="(\d+)" uniqueCount="(\d+)"', shared).groups() == (str(used), str(shared.count("<si>")))  # type: ignore[union-attr]
