"""What is counted on of xlrd's private parts. A version that moved one of them fails here."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any

import pytest
import xlrd

from lzxl.workbook.reading.biff_records import stored_cells
from lzxl.workbook.reading.keepsakes_xls import read_xls_keepsakes
from lzxl.workbook.reading.ole import SIGNATURE
from lzxl.workbook.reading.xlrd_parts import NO_CELL, records_start, styles_of_row
from lzxl.workbook.reading.xls import open_book, stream_of

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
BOOKS = sorted(path for path in SAMPLES.iterdir() if path.read_bytes().startswith(SIGNATURE))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_the_styles_of_a_row_are_those_that_xlrd_gives_cell_by_cell(path: Path) -> None:
    there = 0
    for sheet in open_book(stream_of(path.read_bytes())).sheets():
        for row in range(sheet.nrows):
            styles = styles_of_row(sheet, row)
            assert len(styles) == sheet.row_len(row)
            for column, style in enumerate(styles):
                is_there = sheet.cell_type(row, column) != xlrd.XL_CELL_EMPTY
                assert style == (sheet.cell_xf_index(row, column) if is_there else NO_CELL)
                there += is_there
    assert there


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_sheet_s_records_begin_where_xlrd_says(path: Path) -> None:
    stream = stream_of(path.read_bytes())
    book = open_book(stream)
    for number, sheet in enumerate(book.sheets()):
        stored = stored_cells(stream, records_start(book, number)).places  # from 1
        shown = [(row, column) for row in range(sheet.nrows) for column in range(sheet.row_len(row))]
        assert {(row + 1, column + 1) for row, column in shown if sheet.cell_value(row, column)} <= stored


def test_a_place_without_a_cell_has_no_look_whatever_the_last_style_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places without a cell are told from styles: -1 is no style, and not the last one of the list."""
    data = (SAMPLES / "望川区生态环境局党风廉政风险点岗位排查及防控措施一览表.et").read_bytes()
    before = read_xls_keepsakes(data)

    def with_a_loud_last_style(stream: bytes) -> Any:
        book = open_book(stream)
        struck, loud = copy(book.font_list[0]), copy(book.xf_list[0])
        struck.struck_out, loud.font_index = 1, len(book.font_list)
        book.font_list.append(struck)
        book.xf_list.append(loud)
        return book

    monkeypatch.setattr("lzxl.workbook.reading.keepsakes_xls.open_book", with_a_loud_last_style)
    assert all(not look.strike for sheet in read_xls_keepsakes(data).looks.values() for look in sheet)
    assert read_xls_keepsakes(data).looks == before.looks
