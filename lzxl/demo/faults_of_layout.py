"""Faults, and harmless oddities, of how a workbook of the sample bureau is laid out: its rows, columns, headers and sheets."""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl.styles import Font, PatternFill

from lzxl.demo.paper import Paper
from lzxl.forms.text import address


def hidden_row(paper: Paper) -> None:
    row = paper.row("risk_points", 4)
    paper.worksheet("risk_points").row_dimensions[row].hidden = True
    paper.expect("hidden_row", "risk_points", f"{row}:{row}", "隐藏行（照常计入）")


def hidden_column(paper: Paper) -> None:
    cell = address(paper.header_row("risk_points"), paper.column("risk_points", "remark"))
    paper.worksheet("risk_points").column_dimensions[cell.rstrip("0123456789")].hidden = True
    paper.expect("hidden_column", "risk_points", cell, "隐藏列")


def extra_column(paper: Paper) -> None:
    sheet = paper.worksheet("risk_points")
    column = max(paper.column("risk_points", entry.name) for entry in paper.form.by_name["risk_points"].fields) + 1
    header = sheet.cell(paper.header_row("risk_points"), column, "身份证号")
    for index in range(3):
        # No division has the code 999999 (GB/T 2260): these are nobody's numbers.
        sheet.cell(paper.row("risk_points", index), column, f"99999919900101{index:04d}")
    number = sheet.cell(paper.row("risk_points", 3), column, 999999199001010048)
    paper.expect("column_private", "risk_points", header.coordinate, "自加的身份证号栏（个人信息，不转入）")
    paper.expect("id_digits_lost", "risk_points", number.coordinate, "18位号码按数字存，末位丢失")


def renamed_header(paper: Paper) -> None:
    cell = paper.worksheet("risk_points").cell(
        paper.header_row("risk_points"), paper.column("risk_points", "likelihood"), "风险发生的可能性"
    )
    paper.expect("header_renamed", "risk_points", cell.coordinate, "表头“发生可能性”被改名")


def deleted_column(paper: Paper) -> None:
    column = paper.column("self_checks", "filled_on")
    paper.worksheet("self_checks").delete_cols(column)
    paper.expect("column_missing", "self_checks", address(paper.header_row("self_checks"), 1), "“填表日期”一栏被删去")


def moved_column(paper: Paper) -> None:
    """Swap 岗位 and 职权, headers and all: read by header, so nothing is wrong."""
    sheet = paper.worksheet("risk_points")
    left, right = paper.column("risk_points", "post"), paper.column("risk_points", "power")
    for row in range(paper.header_row("risk_points"), paper.row("risk_points", -1) + 1):
        one, other = sheet.cell(row, left), sheet.cell(row, right)
        one.value, other.value = other.value, one.value


def messy_headers(paper: Paper) -> None:
    """Line breaks, spaces and full-width brackets in headers: the same headers, so nothing is wrong."""
    sheet = paper.worksheet("risk_points")
    row = paper.header_row("risk_points")
    for field_name, text in (("responsible", "直接\n责任人"), ("section", "单位 ／科室"), ("point", "风险点（名称）")):
        sheet.cell(row, paper.column("risk_points", field_name), text)


def merged_sections(paper: Paper) -> None:
    """The unit merged its own name down the column: every row has it, so nothing is wrong."""
    sheet = paper.worksheet("risk_points")
    column = paper.column("risk_points", "section")
    if len({row["section"] for row in paper.rows["risk_points"]}) == 1:
        sheet.merge_cells(
            start_row=paper.row("risk_points", 0),
            end_row=paper.row("risk_points", -1),
            start_column=column,
            end_column=column,
        )


def stray_cell(paper: Paper) -> None:
    """A coloured cell in the last row of the sheet: formatting is no content, so nothing is wrong."""
    paper.worksheet("risk_points").cell(1048576, 3).fill = PatternFill("solid", fgColor="FFFF00")


def repeated_header(paper: Paper) -> None:
    """The header printed again above the last row, as page-wise copies have it."""
    sheet, name = paper.worksheet("risk_points"), "risk_points"
    last = paper.row(name, -1)
    for entry in paper.form.by_name[name].inputs:
        column = paper.column(name, entry.name)
        if not str(sheet.cell(last, column).value).startswith("="):
            sheet.cell(last + 1, column, sheet.cell(last, column).value)
        sheet.cell(last, column, entry.title)
    paper.expect("row_dropped", name, f"{last}:{last}", "中间又印了一次表头（不计入）")


def extra_sheet(paper: Paper) -> None:
    sheet = paper.workbook.create_sheet("通讯录")
    sheet["A1"] = "姓名"
    sheet["B1"] = "短号"
    sheet["A2"] = "张三"
    sheet["B2"] = "6601"
    paper.expect("sheet_unplaced", "通讯录", "", "多出一张与本表无关的工作表")


def old_version(paper: Paper) -> None:
    properties: Any = paper.workbook.custom_doc_props  # type: ignore[attr-defined]  # missing from the stubs
    properties["lzxl_version"].value = "2025.1"
    paper.expect("version_old", "", "", "用的是旧版表")


def shifted_row(paper: Paper) -> None:
    """A row pasted one column to the right, from its section on."""
    sheet, row = paper.worksheet("risk_points"), paper.row("risk_points", 4)
    first, last = paper.column("risk_points", "section"), paper.column("risk_points", "leader") + 1
    own = paper.rows["risk_points"][4]
    texts = {paper.column("risk_points", name): value for name, value in own.items()}
    for column in range(first, last):
        sheet.cell(row, column + 1).value = texts.get(column)
    sheet.cell(row, first).value = None
    block = f"{address(row, first + 1)}:{address(row, last)}"
    paper.expect("row_shifted", "risk_points", block, "整行粘贴时错位一列")


def struck_row(paper: Paper) -> None:
    sheet, row = paper.worksheet("risk_points"), paper.row("risk_points", 6)
    for entry in paper.form.by_name["risk_points"].inputs:
        cell = sheet.cell(row, paper.column("risk_points", entry.name))
        cell.font = copy(cell.font) + Font(strike=True)
    paper.expect("row_struck", "risk_points", f"{row}:{row}", "整行划了删除线（照常计入）")
