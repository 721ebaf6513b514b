"""A bureau's own form as Excel saves it: equal neighbouring columns are declared as one."""

from __future__ import annotations

from pathlib import Path

from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.writing.build import load_template
from lzxl.workbook.writing.fill import fill_workbook
from lzxl.workbook.writing.save import workbook_bytes

CASE = Path(__file__).parents[1] / "cases" / "engines" / "模板_列已合并声明.xlsx"


def test_columns_declared_as_one_are_each_like_the_first_and_can_be_filled() -> None:
    form = load_form("risk_register")
    workbook = load_template(CASE.read_bytes(), form, load_grading())
    sheet = workbook[form.main_sheet.title]
    assert (sheet.column_dimensions["C"].width, sheet.column_dimensions["D"].width) == (15, 15)
    assert sheet.column_dimensions["D"]._style == sheet.column_dimensions["C"]._style
    sample = load_bureau().units[0]
    fill_workbook(workbook, form, sample.cover(form.id), sample.tables(form.id))
    assert workbook_bytes(workbook)
