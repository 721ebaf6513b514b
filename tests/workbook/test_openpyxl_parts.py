"""What is counted on of openpyxl's private parts. A version that moved one of them fails here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.workbook.writing.openpyxl_parts import (
    existing_cell,
    existing_cells,
    merge_in_row,
    set_normal_font,
    set_style,
    style_of,
    with_border,
)

BOX = Border(left=Side(style="thin", color="FF112233"))


def _saved(workbook: Workbook) -> Workbook:
    file = io.BytesIO()
    workbook.save(file)
    return load_workbook(io.BytesIO(file.getvalue()))


def test_a_cell_that_is_not_there_is_not_made_by_asking() -> None:
    worksheet = Workbook().active
    worksheet["B2"] = "风险"
    found = existing_cell(worksheet, 2, 2)
    assert found is not None
    assert found.value == "风险"
    assert existing_cell(worksheet, 3, 3) is None
    assert worksheet.dimensions == "B2:B2"


def test_the_cells_that_are_there_are_told_and_none_is_made() -> None:
    worksheet = Workbook().active
    worksheet["B2"], worksheet["D9"] = "风险", "措施"
    assert {place: cell.value for place, cell in existing_cells(worksheet)} == {(2, 2): "风险", (9, 4): "措施"}
    assert worksheet.dimensions == "B2:D9"
    assert existing_cell(worksheet, 5, 3) is None


def test_rows_that_are_merged_alike_are_the_bytes_that_openpyxl_writes() -> None:
    def written(merge: Callable[[Worksheet, int, int, int], object]) -> bytes:
        workbook = Workbook()
        worksheet = workbook.active
        for row, (last, font, has_end) in enumerate([(4, "宋体", True), (4, "宋体", False), (3, "黑体", True)] * 2, 1):
            worksheet.cell(row, 1, "风险").font = Font(name=font)
            for column in range(1, last + has_end):
                worksheet.cell(row, column).border = BOX
            merge(worksheet, row, 1, last)
        file = io.BytesIO()
        workbook.save(file)
        with zipfile.ZipFile(file) as parts:
            return parts.read("xl/worksheets/sheet1.xml") + parts.read("xl/styles.xml")

    known: dict[object, list[StyleArray]] = {}
    alike = written(lambda sheet, row, first, last: merge_in_row(sheet, row, first, last, known))
    assert len(known) == 3
    assert alike == written(
        lambda sheet, row, first, last: sheet.merge_cells(
            start_row=row, end_row=row, start_column=first, end_column=last
        )
    )


def test_the_style_of_a_column_goes_to_a_cell_and_each_keeps_its_own() -> None:
    workbook = Workbook()
    worksheet = workbook.active
    column = worksheet.column_dimensions["A"]
    column.font = Font(name="仿宋", sz=14)
    for row in (1, 2):
        set_style(worksheet.cell(row, 1), style_of(column))
    worksheet["A2"].fill = PatternFill("solid", fgColor="FFFFEEDD")
    first, second = (_saved(workbook).active.cell(row, 1) for row in (1, 2))
    assert (first.font.name, first.font.sz) == (second.font.name, second.font.sz) == ("仿宋", 14)
    assert first.fill.fill_type is None
    assert second.fill.fgColor.rgb == "FFFFEEDD"


def test_a_border_is_added_to_a_style_and_nothing_else_changes() -> None:
    workbook = Workbook()
    worksheet = workbook.active
    worksheet["A1"].font = Font(name="黑体", b=True)
    plain = style_of(worksheet["A1"])
    set_style(worksheet["B1"], with_border(workbook, plain, BOX))
    set_style(worksheet["C1"], plain)
    sheet = _saved(workbook).active
    assert sheet["B1"].border.left.style == "thin"
    assert (sheet["B1"].font.name, sheet["B1"].font.b) == ("黑体", True)
    assert sheet["C1"].border.left.style is None


def test_the_normal_font_is_the_first_of_the_file() -> None:
    workbook = Workbook()
    set_normal_font(workbook, Font(name="宋体", sz=10, charset=134))
    workbook.active["A1"] = "风险"
    cell = _saved(workbook).active["A1"]
    assert (cell.font.name, cell.font.sz) == ("宋体", 10)
