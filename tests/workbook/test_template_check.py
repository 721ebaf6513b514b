"""A bureau may restyle the standard workbook; what would break collection is found before it is sent out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from lzxl.errors import UnreadableError
from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Form
from lzxl.workbook.layout import WORDS_SHEET, label_layout, table_layout
from lzxl.workbook.writing.build import standard_path
from lzxl.workbook.writing.template_check import check_template

Edit = Callable[[Workbook], None]


@pytest.fixture
def codes(
    register: Form, tmp_path: Path, opened: Callable[[Path], Workbook]
) -> Callable[[Edit], list[tuple[str, str]]]:
    """(code, sheet!cell) of what is found in a copy of the register's workbook after an edit."""

    def check(edit: Edit) -> list[tuple[str, str]]:
        workbook = opened(standard_path(register))
        edit(workbook)
        workbook.save(tmp_path / "改版.xlsx")
        found = check_template(tmp_path / "改版.xlsx", register)
        assert all("{" not in finding.message + finding.fix for finding in found)
        return [(finding.code.removeprefix("template_"), f"{finding.sheet}!{finding.cell}") for finding in found]

    return check


@pytest.mark.parametrize("form_id", form_ids())
def test_the_standard_workbooks_fit(form_id: str) -> None:
    form = load_form(form_id)
    assert check_template(standard_path(form), form) == []


def test_other_fonts_widths_titles_and_hidden_columns_fit(codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def restyle(workbook: Workbook) -> None:
        sheet = workbook["风险点"]
        sheet["A1"] = "××县生态环境局廉政风险点登记表"
        sheet["A1"].font = Font(name="方正小标宋", sz=22)
        sheet.column_dimensions["D"].hidden = True
        sheet.column_dimensions["I"].width = 80
        sheet["H5"] = "风 险\n点"

    assert codes(restyle) == []


def test_a_sheet_that_is_gone(codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    assert codes(lambda workbook: workbook.remove(workbook["防控措施"])) == [("sheet_missing", "防控措施!")]


def test_a_header_with_another_text(codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def rename(workbook: Workbook) -> None:
        workbook["权责清单"]["C5"] = "权力"

    assert codes(rename) == [("header_missing", "权责清单!C5")]


def test_a_column_that_was_moved(register: Form, codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def swap(workbook: Workbook) -> None:
        sheet = workbook["权责清单"]
        sheet["G5"], sheet["H5"] = sheet["H5"].value, sheet["G5"].value

    assert codes(swap) == [("header_moved", "权责清单!H5"), ("header_moved", "权责清单!G5")]


def test_a_label_of_the_cover(register: Form, codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    assert register.cover is not None
    row, column = label_layout(register.cover).label("period")

    def rename(workbook: Workbook) -> None:
        workbook["封面"].cell(row, column).value = "年份"

    assert codes(rename) == [("header_missing", f"封面!B{row}")]


def test_a_column_that_was_added(codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def add(workbook: Workbook) -> None:
        workbook["权责清单"]["J5"] = "分管领导批示"

    assert codes(add) == [("column_added", "权责清单!J5")]


def test_a_drop_down_that_is_gone_or_too_short(register: Form, codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    layout = table_layout(register.by_name["risk_points"])

    def damage(workbook: Workbook) -> None:
        validations = workbook["风险点"].data_validations.dataValidation
        gone = next(entry for entry in validations if entry.formula1 == "lz_words_risk_type")
        validations.remove(gone)
        short = next(entry for entry in validations if entry.formula1 == "lz_words_severity")
        short.sqref = type(short.sqref)(f"{layout.cell('severity', 6)}:{layout.cell('severity', 105)}")

    assert codes(damage) == [("choice_missing", "风险点!G6"), ("choice_short", "风险点!K106:K505")]


def test_words_that_were_changed_or_lost(codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def damage(workbook: Workbook) -> None:
        words = workbook[WORDS_SHEET]
        for column in range(1, words.max_column + 1):
            if words.cell(1, column).value == "后果程度":
                words.cell(2, column).value = "重大"
        del workbook.defined_names["lz_words_layer"]

    assert codes(damage) == [("words_differ", "!"), ("words_missing", "!")]


def test_a_level_formula_that_was_typed_over(register: Form, codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    layout = table_layout(register.by_name["risk_points"])

    def damage(workbook: Workbook) -> None:
        for row in (7, 9):
            workbook["风险点"][layout.cell("level", row)] = "一级"

    assert codes(damage) == [("formula_missing", "风险点!L7:L9")]


def test_a_stamp_of_another_version_or_none(register: Form, codes: Callable[[Edit], list[tuple[str, str]]]) -> None:
    def older(workbook: Workbook) -> None:
        workbook.custom_doc_props["lzxl_version"].value = "2025.1"

    def bare(workbook: Workbook) -> None:
        workbook.remove(workbook["_lzxl"])
        for name in list(workbook.custom_doc_props.names):
            del workbook.custom_doc_props[name]

    assert codes(older) == [("version_differs", "!")]
    assert codes(bare) == [("stamp_missing", "!"), ("sheet_missing", "_lzxl!")]


def test_a_file_that_is_no_workbook(register: Form, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(UnreadableError, match="找不到"):
        check_template(path, register)
    path.write_bytes(b"no workbook")
    with pytest.raises(UnreadableError, match="另存为"):
        check_template(path, register)


def test_another_forms_workbook(register: Form) -> None:
    found = {finding.code for finding in check_template(standard_path(load_form("unit_roster")), register)}
    assert {"template_stamp_missing", "template_sheet_missing"} <= found
