"""A row pasted one column off and two cells with each other's content are told as that, once, with the cells to move."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lzxl.api import check as check_files
from lzxl.checks import misplaced, order
from lzxl.checks.context import Context
from lzxl.checks.follows import with_what_follows
from lzxl.checks.misplaced import as_meant
from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_grading, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.forms.text import address, column_index
from lzxl.submission import Submission
from lzxl.workbook.layout import table_layout
from tests.checks.clerk import Desk, desk
from tests.checks.tables import found, submission

# From here on a row tells nothing: scores stand among scores, days among days.
UNTOLD_FROM = {"risk_points": 17, "items": 4, "warnings": 17, "measures": 3}
pytestmark = pytest.mark.usefixtures("sheets_judged_once")

BUREAU = load_bureau()
UNITS = {sample.unit.code: sample for sample in BUREAU.units}
CONTEXT = Context(load_grading(), BUREAU.period, {code: sample.unit for code, sample in UNITS.items()})
CASES = Path(__file__).parents[1] / "cases" / "office"


def own(one: Desk) -> list[Finding]:
    return [entry for entry in check_submissions([one.read()], CONTEXT)[0].findings if entry.severity != "info"]


def filled(form_id: str, code: str = "HB05") -> Desk:
    return desk(UNITS[code], form_id, BUREAU.period)


def tables() -> Iterator[tuple[str, str]]:
    """The tables that tell where their cells belong: a row of one with two columns that do may as well be wrong in itself."""
    for form_id in unit_form_ids():
        for sheet in filled(form_id).form.tables:
            if columns_that_tell(sheet):
                yield form_id, sheet.name


def last_column(sheet: Sheet) -> int:
    return max(column for name, column in table_layout(sheet).columns.items() if not sheet.by_name[name].derived)


def paste_off(one: Desk, name: str, index: int, start: int, step: int) -> int:
    """Paste a row's content from column `start` on one column to the right (1) or to the left (-1); the row in the file."""
    sheet = one.form.by_name[name]
    content, row = one.sheet(sheet.title), table_layout(sheet).first_row + index
    cells = {column: content.cell(row, column) for column in range(1, last_column(sheet) + 2)}
    for column in range(start, last_column(sheet) + 1):
        content.put(row, column + (step == 1), cells[column + (step == -1)])
    content.put(row, start if step == 1 else last_column(sheet), None)
    return row


def move_as_told(one: Desk, said: Finding) -> None:
    """Do what `row_shifted` says: cut the block, and paste it one column further."""
    block, way = re.findall(r"^请将(\S+)的内容整体向(.)移一列", said.fix)[0]
    first, last = block.split(":")
    content = one.sheet(said.sheet)
    columns = range(column_index(first.rstrip("0123456789")), column_index(last.rstrip("0123456789")) + 1)
    for row in range(
        int(first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), int(last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) + 1
    ):
        cells = {column: content.cell(row, column) for column in columns}
        for column in columns:
            content.put(row, column, None)
        for column, cell in cells.items():
            content.put(row, column + (1 if way == "右" else -1), cell)
    for outside, letters in re.findall(
        "，([A-Z]+[0-9]+)的内容（在退回件中放在“问题”栏右边）移入同一行的([A-Z]+)列", said.fix
    ):
        beyond = outside.rstrip("0123456789")
        row = int(outside[len(beyond) :])
        content.put(row, column_index(letters), content.cell(row, column_index(beyond)))
        content.put(row, column_index(beyond), None)


def columns_that_tell(sheet: Sheet) -> int:
    """The first column from which on at least three columns hold words, numbers of rows, days or scores."""
    closed = ("choice", "id", "date", "score", "count")
    telling = [
        table_layout(sheet).columns[entry.name] for entry in sheet.inputs if entry.kind in closed and not entry.computed
    ]
    return sorted(telling)[-3] if len(telling) > 2 else 0


@pytest.mark.parametrize(("form_id", "name"), list(tables()))
def test_a_row_pasted_one_column_to_the_right_is_said_as_that_and_moved_back_is_right(form_id: str, name: str) -> None:
    sheet = filled(form_id).form.by_name[name]
    told = 0
    for start in range(1, columns_that_tell(sheet) + 1):
        one = filled(form_id)
        row = paste_off(one, name, 1, start, 1)
        findings = own(one)
        if "text_unplaced" in [entry.code for entry in findings]:
            pytest.fail("what runs over the table's edge is part of what happened")
        shifted = [entry for entry in findings if entry.code == "row_shifted"]
        if not shifted and start > UNTOLD_FROM.get(name, 40):
            continue
        assert [entry.code for entry in findings] == ["row_shifted"], start
        move_as_told(one, shifted[0])
        clean = filled(form_id)
        assert [one.sheet(sheet.title).cell(row, column) for column in range(1, 40)] == [
            clean.sheet(sheet.title).cell(row, column) for column in range(1, 40)
        ]
        assert own(one) == []
        told += 1
    assert told


@pytest.mark.parametrize(("form_id", "name"), list(tables()))
def test_a_row_pasted_one_column_to_the_left_asks_to_move_it_and_to_fill_what_was_lost(form_id: str, name: str) -> None:
    sheet = filled(form_id).form.by_name[name]
    told = 0
    for start in range(2, columns_that_tell(sheet) + 1):
        one = filled(form_id)
        row = paste_off(one, name, 1, start, -1)
        shifted = [entry for entry in own(one) if entry.code == "row_shifted"]
        if not shifted:
            continue
        told += 1
        assert {entry.cell for entry in own(one)} <= {shifted[0].cell, address(row, start)} | references(one)
        also = re.findall(r"，([A-Z]+)\d+:[A-Z]+\d+中同样错位的一并移动", shifted[0].fix)
        block = re.findall(r"^请将([A-Z]+)\d+:([A-Z]+)\d+的", shifted[0].fix)[0]
        assert column_index(also[0] if also else block[0]) <= start <= column_index(block[0])
    assert told


def references(one: Desk) -> set[str]:
    """Cells of findings that are about what was lost with the cell that was written over."""
    lost = (
        "reference_lost",
        "reference_unknown",
        "power_unknown",
        "power_lost",
        "key_post_uncovered",
        "power_uncovered",
    )
    return {entry.cell for entry in own(one) if entry.code in (*lost, "measure_not_linked", "points_not_hundred")}


def test_a_move_may_write_over_a_running_number_and_over_nothing_else() -> None:
    again = filled("risk_register")
    row = paste_off(again, "risk_points", 1, 1, 1)
    content = again.sheet("风险点")
    content.put(row, 1, content.cell(row, 2))  # numbered once more beside what was pasted
    assert "row_shifted" in [entry.code for entry in own(again)]
    typed = filled("risk_register")
    row = paste_off(typed, "risk_points", 1, 2, 1)
    content = typed.sheet("风险点")
    content.put(row, 2, content.cell(row + 1, 2))  # another number in the cell that the row left blank
    assert "row_shifted" not in [entry.code for entry in own(typed)]


def test_neighbouring_rows_that_are_pasted_alike_are_one_finding() -> None:
    one = filled("risk_register")
    for index in (1, 2, 3):
        row = paste_off(one, "risk_points", index, 3, 1)
    [said] = own(one)
    assert said.code == "row_shifted"
    assert said.message.startswith(f"第{row - 2}至{row}行的内容错位一列，")
    move_as_told(one, said)
    assert own(one) == []


def test_what_else_is_wrong_with_a_shifted_row_is_said_with_the_move_at_the_cell_of_then() -> None:
    one = filled("risk_register")
    sheet = one.form.by_name["risk_points"]
    columns, row = table_layout(sheet).columns, table_layout(sheet).first_row + 1
    one.sheet(sheet.title).put(row, columns["likelihood"], "中")
    paste_off(one, "risk_points", 1, 3, 1)
    [said] = own(one)
    assert said.code == "row_shifted"
    cell = address(row, columns["likelihood"])
    assert f"移动后，下列各处还须改正：（1）{cell}“发生可能性”：“中”不在“发生可能性”的可选范围之内。请改为" in said.fix
    move_as_told(one, said)
    assert [(entry.code, entry.cell) for entry in own(one)] == [("word_not_in_vocabulary", cell)]


def test_of_many_faults_in_a_shifted_row_the_first_are_said_and_the_others_in_the_next_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "_MOST_NAMED", 1)
    one = filled("risk_register")
    sheet = one.form.by_name["risk_points"]
    columns, row = table_layout(sheet).columns, table_layout(sheet).first_row + 1
    for name, text in (("description", "钱"), ("likelihood", "中")):
        one.sheet(sheet.title).put(row, columns[name], text)
    paste_off(one, "risk_points", 1, 3, 1)
    [said] = own(one)
    assert said.fix.endswith("另有1处，移动后重新报送时再列出。")
    move_as_told(one, said)
    assert "（1）" + address(row, columns["description"]) in said.fix
    one.sheet(sheet.title).put(row, columns["description"], one.clean["risk_points"][1]["description"])
    assert [entry.cell for entry in own(one)] == [address(row, columns["likelihood"])]


def swap(one: Desk, name: str, index: int, first: str, second: str) -> None:
    sheet = one.form.by_name[name]
    layout, content = table_layout(sheet), one.sheet(sheet.title)
    row = layout.first_row + index
    left, right = layout.columns[first], layout.columns[second]
    one_cell, other = content.cell(row, left), content.cell(row, right)
    content.put(row, left, other)
    content.put(row, right, one_cell)


@pytest.mark.parametrize(
    ("form_id", "name", "first", "second"),
    [
        ("risk_register", "risk_points", "likelihood", "severity"),
        ("risk_register", "risk_points", "risk_type", "power"),
        ("risk_register", "risk_points", "id", "severity"),
        ("risk_register", "measures", "id", "risk_id"),
        ("risk_register", "measures", "risk_id", "means"),
        ("risk_register", "self_checks", "likelihood", "severity"),
        ("warning_intake", "warnings", "collected_on", "channel"),
        ("warning_intake", "warnings", "id", "risk_id"),
        ("self_appraisal", "reports", "report_type", "submitted_on"),
    ],
)
def test_two_cells_with_each_others_content_are_one_finding_that_asks_to_swap_them(
    form_id: str, name: str, first: str, second: str
) -> None:
    one = filled(form_id)
    swap(one, name, 0, first, second)
    [said] = own(one)
    assert said.code == "cells_swapped"
    sheet = one.form.by_name[name]
    row = table_layout(sheet).first_row
    cells = sorted(table_layout(sheet).columns[entry] for entry in (first, second))
    assert said.fix == f"请将{address(row, cells[0])}和{address(row, cells[1])}两格的内容对调。"
    swap(one, name, 0, first, second)
    assert own(one) == []


def test_the_first_witness_of_swapped_cells() -> None:
    findings = check_files([CASES / "r55可能性后果对调.xlsx"]).files[0].findings
    # It was filled in before risk points had a column for the means of their first measure: nothing is asked of that.
    [grave] = [entry for entry in findings if entry.severity != "info"]
    assert (grave.code, grave.cell) == ("cells_swapped", "J6")
    assert grave.message == ("“发生可能性”填的是“严重”，“后果程度”（K6）填的是“较小”，两格的内容填反了。")


def risks(row: str) -> Submission:
    table = "| 风险点编号 | 职权 | 权力类别 | 风险类型 | 发生可能性 | 后果程度 |\n|-|\n" + row
    return submission("risk_register", {"risk_points": table})


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        # A wrong word beside a name that happens to be a word: which belongs where, nobody can tell.
        (
            "| HB01-001 | 思想道德风险 | 二类内部权力 | 钱的事 | 较大 | 严重 |",
            ["type_in_wrong_column", "type_outside_three"],
        ),
        ("| HB01-001 | 现金管理 | 二类内部权力 | 岗位职责风险 | 严重 | 严重 |", ["word_not_in_vocabulary"]),
        (
            "| HB01-001 | 现金管理 | 二类内部权力 | 岗位职责风险 | 严重 |  |",
            ["word_not_in_vocabulary", "missing_severity"],
        ),
        ("| HB01-001 | 现金管理 | 二类内部权力 | 岗位职责风险 | 中 | 较小 |", ["word_not_in_vocabulary"] * 2),
    ],
)
def test_what_does_not_fit_each_others_place_is_not_said_to_be_swapped(row: str, codes: list[str]) -> None:
    assert [code for code, _ in found(risks(row))] == codes


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_a_clean_file_is_read_as_it_is(form_id: str) -> None:
    for code in UNITS:
        read = filled(form_id, code).read()
        meant, found_of_it = as_meant(read, load_catalogue())
        assert meant is read and found_of_it == []


def test_what_was_filed_stays_as_it_was_filed() -> None:
    one = filled("risk_register")
    swap(one, "risk_points", 0, "likelihood", "severity")
    read = one.read()
    before: Any = copy.deepcopy(read)
    checked = check_submissions([read], CONTEXT)[0]
    assert checked.submission == with_what_follows(read)
    assert read == before


def test_one_and_true_are_two_things_although_python_says_that_they_are_equal() -> None:
    """What was found of a 1 is not said of a TRUE further down: a tick is no number of points."""
    one = filled("self_appraisal")
    sheet = one.form.by_name["items"]
    layout = table_layout(sheet)
    column = layout.columns["points"]
    mender = misplaced._Mender(sheet, one.read().tables[0], {}, load_catalogue())
    assert mender._fits_closed(column, 1) is True
    assert mender._fits_closed(column, True) is False
    assert mender._fits_closed(column, 1) is True
    other = misplaced._Mender(sheet, one.read().tables[0], {}, load_catalogue())
    assert other._fits_closed(column, True) is False
    assert other._fits_closed(column, 1) is True
