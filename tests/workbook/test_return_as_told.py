"""Whoever does on a marked return, to the letter, what a finding says of a row or a cell has then what was meant."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string, coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.workbook.layout import UNPLACED_SHEET, label_layout, table_layout
from lzxl.workbook.reading.keepsakes import read_keepsakes
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.mark import write_return
from lzxl.workbook.writing.save import workbook_bytes
from tests.rewritings.filled import filled_bytes, filled_workbook

pytestmark = pytest.mark.slow

PERIOD = "2026年度"
TABLES = [(form, sheet.name) for form in unit_form_ids() for sheet in load_form(form).tables]


def check(path: Path) -> Checked:
    return check_submissions([read_submission(path, path.name)], Context(load_grading(), PERIOD))[0]


def give_back(workbook: Workbook, folder: Path) -> tuple[Checked, Workbook]:
    """File a workbook and take its return, as the unit opens it."""
    (folder / "来件.xlsx").write_bytes(workbook_bytes(workbook))
    checked = check(folder / "来件.xlsx")
    keepsakes = read_keepsakes(folder / "来件.xlsx")
    write_return(checked.submission, checked.findings, load_grading(), folder / "退回.xlsx", keepsakes=keepsakes)
    return checked, load_workbook(folder / "退回.xlsx")


def sent_again(workbook: Workbook, folder: Path) -> Checked:
    workbook.save(folder / "再报.xlsx")
    return check(folder / "再报.xlsx")


@lru_cache(maxsize=8)
def clean(form_id: str, folder: Path) -> Checked:
    path = folder / "原表.xlsx"
    path.write_bytes(filled_bytes(form_id))
    return check(path)


def last_input(sheet: Sheet) -> int:
    return max(column for name, column in table_layout(sheet).columns.items() if not sheet.by_name[name].derived)


def paste_off(worksheet: Worksheet, sheet: Sheet, row: int, start: int, step: int) -> None:
    """Paste a row's content from column `start` on one column to the right (1) or to the left (-1), over formulas too."""
    last = last_input(sheet)
    cells = {column: content(worksheet, row, column) for column in range(1, last + 2)}
    for column in range(start, last + 1):
        worksheet.cell(row, column + (step == 1)).value = cells[column + (step == -1)]
    worksheet.cell(row, start if step == 1 else last).value = None


def content(worksheet: Worksheet, row: int, column: int) -> Any:
    value = worksheet.cell(row, column).value
    return None if isinstance(value, str) and value.startswith("=") else value


def move_as_told(worksheet: Worksheet, said: Finding, start: int) -> None:
    """Cut the block, paste it one column further; then what ran over the edge, from where it is said to be.

    `start`: from this column on the row was pasted wrongly, as the unit sees.
    """
    first, last, way = re.findall(r"^请将([A-Z]+\d+):([A-Z]+\d+)的内容整体向(.)移一列", said.fix)[0]
    (top, left), (bottom, right) = coordinate_to_tuple(first), coordinate_to_tuple(last)
    for also in re.findall("，([A-Z]+[0-9]+):[A-Z]+[0-9]+中同样错位的一并移动", said.fix):
        left = max(start, coordinate_to_tuple(also)[1])
    for row in range(top, bottom + 1):
        cells = {column: worksheet.cell(row, column).value for column in range(left, right + 1)}
        for column in cells:
            worksheet.cell(row, column).value = None
        for column, value in cells.items():
            worksheet.cell(row, column + (1 if way == "右" else -1)).value = value
    for outside, letters in re.findall(
        "，([A-Z]+[0-9]+)的内容（在退回件中放在“问题”栏右边）移入同一行的([A-Z]+)列", said.fix
    ):
        row, column = coordinate_to_tuple(outside)
        worksheet.cell(row, column_index_from_string(letters)).value = worksheet.cell(row, column + 1).value
        worksheet.cell(row, column + 1).value = None


# Of the two columns of the reports that tell where cells belong, one is written over when a row is pasted to the left.
# Nor is a row of 权责清单 whose 职权 has gone: its class follows from a formula, and each cell is told by itself.
NOT_TOLD = {("self_appraisal", "reports", -1), ("risk_register", "powers", -1)}
MOVED = [(*table, step) for table in TABLES for step in (1, -1) if (*table, step) not in NOT_TOLD]


@pytest.mark.parametrize(("form_id", "name", "step"), MOVED)
def test_a_row_that_is_moved_on_its_return_as_told_is_the_row_that_was_meant(
    form_id: str, name: str, step: int, tmp_path: Path
) -> None:
    sheet = load_form(form_id).by_name[name]
    row, start = table_layout(sheet).first_row + 1, 2
    workbook = filled_workbook(form_id)
    paste_off(workbook[sheet.title], sheet, row, start, step)
    lost = content(filled_workbook(form_id)[sheet.title], row, start) if step == -1 else None
    checked, returned = give_back(workbook, tmp_path)
    said = [
        entry for entry in checked.findings if entry.sheet == sheet.title and re.search(rf"[A-Z]{row}\b", entry.cell)
    ]
    shifted = [entry for entry in said if entry.code == "row_shifted"]
    assert shifted
    assert said == shifted
    move_as_told(returned[sheet.title], shifted[0], start)
    if lost is not None:
        returned[sheet.title].cell(row, start).value = lost
    again = sent_again(returned, tmp_path)
    meant = clean(form_id, tmp_path)
    for table, other in zip(again.submission.tables, meant.submission.tables, strict=True):
        assert (table.values, table.typed) == (other.values, other.typed)
    assert [entry for entry in again.findings if entry.severity != "info"] == []


TELEPHONE, INFORMANT = "13800001234", "周建国"


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_nothing_private_in_a_unit_s_own_texts_and_comments_is_carried_back(form_id: str, tmp_path: Path) -> None:
    form = load_form(form_id)
    assert form.cover is not None
    workbook = filled_workbook(form_id)
    layout, table = label_layout(form.cover), table_layout(form.main_sheet)
    cover, main = workbook[form.cover.title], workbook[form.main_sheet.title]
    cover.cell(layout.signature_row + 3, 2).value = f"联系电话 {TELEPHONE}"
    cover.cell(layout.signature_row + 5, 2).value = "举报人"
    cover.cell(layout.signature_row + 5, 3).value = INFORMANT
    main.cell(table.first_row, table.last_column + 4).value = f"举报人{INFORMANT}，手机{TELEPHONE}"
    main.cell(table.first_row + 1, table.last_column + 4).value = int(TELEPHONE)
    below = main.max_row + 3
    main.cell(below, 1).value = f"填表人：张三 {TELEPHONE}"
    main.cell(table.first_row, 3).comment = Comment(f"举报人电话{TELEPHONE}", "李四")
    cover.cell(*layout.value("unit_name")).comment = Comment(f"举报人：{INFORMANT}", "李四")
    _, returned = give_back(workbook, tmp_path)
    with zipfile.ZipFile(tmp_path / "退回.xlsx") as parts:
        texts = {name: parts.read(name).decode("utf-8", "ignore") for name in parts.namelist()}
    assert [name for name, text in texts.items() if TELEPHONE in text or INFORMANT in text] == []
    listed = [str(cell.value) for row in returned[UNPLACED_SHEET].iter_rows() for cell in row]
    assert [entry for entry in listed if entry.startswith("批注中含有")] == [
        "批注中含有举报人姓名，已隐去；批注中也不得填写这些信息",
        "批注中含有手机号，已隐去；批注中也不得填写这些信息",
    ]
    assert returned[form.main_sheet.title].cell(table.first_row, 3).comment.text.startswith("举报人电话〔已隐去〕")
