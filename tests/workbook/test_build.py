"""The blank standard workbooks hold what the schemas say, in the form that bureaus' programs can use."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pytest
from openpyxl import Workbook, load_workbook

from lzxl import files
from lzxl.errors import OutputError
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import form_ids, load_form, load_grading
from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import address, column_letters
from lzxl.workbook.layout import (
    COURSE_SHEET,
    NOTES_SHEET,
    RULES_SHEET,
    STAMP_SHEET,
    WORDS_SHEET,
    label_layout,
    table_layout,
)
from lzxl.workbook.writing.build import build_workbook, save_workbook, standard_path, workbook_bytes
from lzxl.workbook.writing.fill import fill_workbook
from lzxl.workbook.writing.formulas import INVALID, RULED_ROWS, graded_by
from lzxl.workbook.writing.shown import shown_values
from lzxl.workbook.writing.tables import body_alignment

FORMS = [load_form(form_id) for form_id in form_ids()]
TABLES = [(form, sheet) for form in FORMS for sheet in form.tables]
GRADED = [(form, sheet) for form, sheet in TABLES if form.is_graded and graded_by(sheet, load_grading())]
SAFE_FUNCTIONS = {
    *("AND", "COUNT", "COUNTA", "COUNTIF", "DATE", "EDATE", "FIND", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER"),
    *("LEFT", "LEN", "MATCH", "MAX", "MID", "MIN", "OR", "ROW", "SMALL", "SUBSTITUTE", "SUMPRODUCT", "TODAY"),
}

by_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
by_table = pytest.mark.parametrize(("form", "sheet"), TABLES, ids=lambda value: value.title)
by_graded_table = pytest.mark.parametrize(("form", "sheet"), GRADED, ids=lambda value: value.title)


def parts(data: bytes) -> dict[str, str]:
    """Part → canonical XML: zlib and lxml versions change the bytes of a package, not what it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: canonicalize(package.read(name)) for name in package.namelist()}


def standard_bytes(form: Form, grading: GradingTable) -> bytes:
    workbook = build_workbook(form, grading)
    return workbook_bytes(workbook, shown_values(workbook, form, grading))


@by_form
def test_the_committed_workbook_is_what_the_schema_builds_today(form: Form, grading: GradingTable) -> None:
    committed, built = parts(standard_path(form).read_bytes()), parts(standard_bytes(form, grading))
    assert list(committed) == list(built)
    assert [name for name in built if committed[name] != built[name]] == [], "run: lzxl workbooks build"


@by_form
def test_a_blank_workbook_is_small_enough_to_mail(form: Form) -> None:
    # The ledger of warnings, which is never mailed, works out states and limits in every row.
    assert standard_path(form).stat().st_size < (300_000 if has_a_course(form) else 130_000)


def has_a_course(form: Form) -> bool:
    return any(sheet.rules.events for sheet in form.sheets)


@by_form
def test_the_same_content_gives_the_same_bytes_and_no_clock(form: Form, grading: GradingTable, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    save_workbook(build_workbook(form, grading), path)
    with zipfile.ZipFile(path) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-01-01T00:00:00Z" in package.read("docProps/core.xml")


@by_form
def test_sheets_are_those_of_the_form_and_three_of_our_own(form: Form, grading: GradingTable) -> None:
    workbook = build_workbook(form, grading)
    of_the_course = [RULES_SHEET, COURSE_SHEET] if has_a_course(form) else []
    titles = [sheet.title for sheet in form.sheets]
    assert workbook.sheetnames == [NOTES_SHEET, *titles, WORDS_SHEET, *of_the_course, STAMP_SHEET]
    assert workbook[WORDS_SHEET].sheet_state == "hidden"
    assert workbook[STAMP_SHEET].sheet_state == "veryHidden"
    assert workbook.active.title == form.sheets[0].title


@by_table
def test_headers_stand_where_the_layout_says(form: Form, sheet: Sheet, grading: GradingTable) -> None:
    worksheet, layout = build_workbook(form, grading)[sheet.title], table_layout(sheet)
    for field in sheet.fields:
        assert worksheet.cell(layout.header_row, layout.columns[field.name]).value == field.title
        assert worksheet.column_dimensions[column_letters(layout.columns[field.name])].width == field.width
    assert worksheet.freeze_panes == address(layout.first_row, 1)
    assert worksheet.print_title_rows == f"${layout.header_row}:${layout.header_row}"
    is_wide = (
        sum(field.width for field in sheet.fields) > {"A3": 147, "A4": 100}[form.paper]
    )  # at 100 %, within the margins
    assert worksheet.page_setup.orientation == "landscape" or not is_wide
    assert worksheet.page_setup.paperSize == {"A3": 8, "A4": 9}[form.paper]
    assert (worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight) == (1, 0)


@by_form
def test_the_cover_has_a_label_an_input_and_help_for_each_field(form: Form, grading: GradingTable) -> None:
    if form.cover is None:
        return
    worksheet, layout = build_workbook(form, grading)[form.cover.title], label_layout(form.cover)
    for field in form.cover.fields:
        assert worksheet.cell(*layout.label(field.name)).value == field.title
        assert not worksheet.cell(*layout.value(field.name)).protection.locked
        assert field.help in worksheet.cell(*layout.help(field.name)).value
    texts = " ".join(str(cell.value) for row in worksheet.iter_rows() for cell in row if cell.value)
    for signature in ("填报人签字", "联络员签字", "单位负责人签字（盖章）", "日期"):
        assert signature in texts


@by_table
def test_each_choice_column_has_a_drop_down_far_beyond_its_capacity(
    form: Form, sheet: Sheet, grading: GradingTable
) -> None:
    worksheet, layout = build_workbook(form, grading)[sheet.title], table_layout(sheet)
    validations = {
        str(validation.sqref): validation
        for validation in worksheet.data_validations.dataValidation
        if validation.type == "list"
    }
    choices = [field for field in sheet.fields if field.kind == "choice" and not field.computed]
    assert {layout.span(field.name) for field in choices} == set(validations)
    for field in choices:
        validation = validations[layout.span(field.name)]
        assert validation.formula1 == f"lz_words_{field.vocabulary.name}"  # type: ignore[union-attr]
        assert validation.showErrorMessage and validation.errorStyle == "stop"
        assert all(word in validation.error for word in field.vocabulary.allowed[:5])  # type: ignore[union-attr]
    assert layout.reach >= layout.first_row + 2 * sheet.capacity - 1


@by_form
def test_messages_keep_within_what_excel_opens(form: Form, grading: GradingTable) -> None:
    for worksheet in build_workbook(form, grading).worksheets:
        for validation in worksheet.data_validations.dataValidation:
            for text, limit in (
                (validation.prompt, 255),
                (validation.error, 255),
                (validation.promptTitle, 32),
                (validation.errorTitle, 32),
            ):
                assert len(text or "") <= limit


@by_form
def test_words_stand_behind_their_names(form: Form, grading: GradingTable) -> None:
    workbook = build_workbook(form, grading)
    for vocabulary in form.vocabularies:
        [(title, bounds)] = workbook.defined_names[f"lz_words_{vocabulary.name}"].destinations
        words = [cell.value for row in workbook[title][bounds.replace("$", "")] for cell in row]
        assert tuple(words) == vocabulary.allowed


@by_form
def test_the_notes_define_every_word_and_name_the_open_cells(form: Form, grading: GradingTable) -> None:
    cells = [c.value for row in build_workbook(form, grading)[NOTES_SHEET].iter_rows() for c in row if c.value]
    text = "\n".join(map(str, cells))
    for vocabulary in form.vocabularies:
        for word in vocabulary.words:
            assert word.word in text and word.definition in text
    if any(form is graded for graded, _ in GRADED):
        for grade in grading.grades:
            assert f"{grade.level}\n{grade.basis}" in cells
        assert "较大×较轻微（三级）、较小×较严重（三级）" in text


@by_form
def test_only_functions_of_excel_2007_are_used(form: Form, grading: GradingTable) -> None:
    workbook = build_workbook(form, grading)
    formulas = [name.attr_text for name in workbook.defined_names.values()]
    for worksheet in workbook.worksheets:
        formulas += [c.value for row in worksheet.iter_rows() for c in row if c.data_type == "f"]
        for ranged in worksheet.conditional_formatting:
            formulas += [formula for rule in ranged.rules for formula in rule.formula]
    used = {function for formula in formulas for function in re.findall(r"([A-Z][A-Z0-9.]*)\(", formula)}
    assert used and used <= SAFE_FUNCTIONS


@by_graded_table
def test_level_basis_groups_and_running_numbers_are_formulas_in_every_row_of_the_capacity(
    form: Form, sheet: Sheet, grading: GradingTable
) -> None:
    worksheet, layout = build_workbook(form, grading)[sheet.title], table_layout(sheet)
    for field in sheet.fields:
        values = [worksheet.cell(row, layout.columns[field.name]).data_type for row in range(6, 6 + sheet.capacity + 1)]
        assert values == (
            ["f"] * sheet.capacity
            if field.computed in ("level", "basis", "group", "serial")
            else ["n"] * sheet.capacity
        ) + ["n"]


@by_table
def test_the_body_is_unlocked_to_the_last_column_and_the_head_is_locked(
    form: Form, sheet: Sheet, grading: GradingTable
) -> None:
    """Excel sorts and deletes rows on a protected sheet only if every cell of them is unlocked."""
    worksheet, layout = build_workbook(form, grading)[sheet.title], table_layout(sheet)
    protection = worksheet.protection
    assert protection.sheet and protection.password is None
    allowed = (protection.sort, protection.autoFilter, protection.formatColumns, protection.formatRows)
    assert not any((*allowed, protection.insertRows, protection.deleteRows))
    assert all(not dimension.protection.locked for dimension in worksheet.column_dimensions.values())
    assert max(dimension.max or 0 for dimension in worksheet.column_dimensions.values()) == 16384
    for (row, _), cell in worksheet._cells.items():  # those that exist; iter_rows would add locked ones
        assert cell.protection.locked == (row < layout.first_row)


def test_the_appraisal_comes_with_its_standard_rows(grading: GradingTable) -> None:
    form = load_form("self_appraisal")
    sheet = form.by_name["items"]
    worksheet, layout = build_workbook(form, grading)[sheet.title], table_layout(sheet)
    rows = [
        tuple(worksheet.cell(layout.first_row + index, layout.columns[name]).value for name in sheet.standard_columns)
        for index in range(len(sheet.standard_rows))
    ]
    assert rows == list(sheet.standard_rows)


@by_table
def test_a_blank_table_prints_one_ruled_page_and_a_filled_one_all_its_rows(
    form: Form, sheet: Sheet, grading: GradingTable
) -> None:
    layout, end = table_layout(sheet), column_letters(table_layout(sheet).last_column)
    workbook = build_workbook(form, grading)
    assert workbook[sheet.title].print_area == f"'{sheet.title}'!$A$1:${end}${layout.first_row + RULED_ROWS - 1}"
    fill_workbook(workbook, form, {}, {sheet.name: [{sheet.subject[0]: "某"}] * (RULED_ROWS + 7)})
    assert workbook[sheet.title].print_area == f"'{sheet.title}'!$A$1:${end}${layout.first_row + RULED_ROWS + 6}"


@by_form
def test_every_formula_stores_what_it_shows(form: Form, grading: GradingTable) -> None:
    workbook = build_workbook(form, grading)
    shown = shown_values(workbook, form, grading)
    formulas = {
        (sheet.title, cell.coordinate)
        for sheet in workbook.worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    }
    assert formulas == {(title, cell) for title, cells in shown.items() for cell in cells}
    stored = load_workbook(io.BytesIO(standard_bytes(form, grading)), data_only=True)
    assert all((stored[title][cell].value or "") == shown[title][cell] for title, cell in formulas)


@by_form
def test_parts_are_named_relative_to_the_part_that_has_them(form: Form, grading: GradingTable) -> None:
    targets = [
        target
        for name, xml in parts(standard_bytes(form, grading)).items()
        if name.endswith(".rels")
        for target in re.findall('Target="([^"]*)"', xml)
    ]
    assert targets
    assert [target for target in targets if target.startswith("/")] == []


def test_the_bytes_are_the_same_where_lxml_is_installed(tmp_path: Path) -> None:
    """openpyxl takes lxml, where it is there, to write XML; a stand-in that cannot write shows that it is not asked."""
    (tmp_path / "lxml").mkdir()
    (tmp_path / "lxml" / "__init__.py").write_text("")
    (tmp_path / "lxml" / "etree.py").write_text("LXML_VERSION = (6, 1, 3, 0)\n")
    code = "import lzxl, openpyxl, lzxl.workbook.writing.save; print(openpyxl.LXML)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


class TestSaving:
    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "文件").write_bytes(b"")
        with pytest.raises(OutputError, match="有一段是文件"):
            save_workbook(Workbook(), tmp_path / "文件" / "a.xlsx")

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (PermissionError(errno.EACCES, "x"), "没有权限写入.*请先关闭再试"),
            (OSError(errno.ENOSPC, "x"), "磁盘空间不足"),
            (OSError(errno.EIO, "input/output error"), "请检查磁盘"),
        ],
        ids=["locked", "full", "other"],
    )
    def test_a_failure_leaves_the_old_file_and_no_other(
        self, error: OSError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"old")

        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(files.os, "fsync", fail)
        with pytest.raises(OutputError, match=words) as raised:
            save_workbook(Workbook(), path)
        assert str(path) in str(raised.value)
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]

    def test_it_replaces_the_old_file(self, tmp_path: Path, opened: Callable[[Path], Workbook]) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(b"old")
        save_workbook(Workbook(), path)
        assert opened(path).sheetnames == ["Sheet"]


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_real_spreadsheet_program_computes_the_grading_table(
    grading: GradingTable, register: Form, tmp_path: Path
) -> None:
    """Each pair gives the table's level and basis; a wrong word 用词不在可选范围; a blank nothing; the count is live."""
    wrong = ("重大", "??", "较*", "较大 ")
    pairs = [
        *product(grading.likelihood.allowed, grading.severity.allowed),
        *((word, "严重") for word in wrong),
        *(("较大", word) for word in wrong),
        (None, "严重"),
        ("较大", None),
        (None, None),
    ]
    sheets = [sheet for form, sheet in GRADED if form.id == register.id]
    workbook = build_workbook(register, grading)
    for sheet in sheets:
        likelihood, severity = (field.name for field in graded_by(sheet, grading) or ())
        subject = sheet.subject[0]
        rows = [{subject: "某", likelihood: one, severity: other} for one, other in pairs]
        rows += [{}] * sheet.capacity + [{subject: "容量以外的一行", likelihood: "较大", severity: "严重"}]
        fill_workbook(workbook, register, {}, {sheet.name: rows})
    save_workbook(workbook, tmp_path / "grading.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "grading.xlsx")], check=True, capture_output=True, timeout=120)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Print area cannot be set")
        computed = load_workbook(tmp_path / "out" / "grading.xlsx", data_only=True)
    for sheet in sheets:
        layout, worksheet = table_layout(sheet), computed[sheet.title]
        for row, (likelihood, severity) in enumerate(pairs, start=layout.first_row):
            grade = grading.grade(likelihood or "", severity or "")
            blank = likelihood is None or severity is None
            expected = (grade.level, grade.basis) if grade else (None, None) if blank else (INVALID, None)
            assert (worksheet[layout.cell("level", row)].value or None) == expected[0], (likelihood, severity)
            if "basis" in layout.columns:
                assert (worksheet[layout.cell("basis", row)].value or None) == expected[1], (likelihood, severity)
        beyond = layout.first_row + len(pairs) + sheet.capacity
        assert beyond > layout.last_formula_row
        assert worksheet[layout.cell("level", beyond)].value == "一级"
    assert register.cover is not None
    cover = computed[register.cover.title]
    assert f"现有{len(pairs) + 1}行" in cover.cell(*label_layout(register.cover).help("row_count")).value


def test_a_computed_word_is_centred_and_a_computed_sentence_stands_left() -> None:
    sheets = {sheet.title: sheet for sheet in load_form("appraisal").tables}
    grades = sheets["考核意见"].by_name
    assert {body_alignment(grades[name]).horizontal for name in ("grade_by_score", "final_grade")} == {"center"}
    assert body_alignment(grades["explanation"]).horizontal == "left"
    assert body_alignment(sheets["年终检查"].by_name["evidence"]).horizontal == "left"
