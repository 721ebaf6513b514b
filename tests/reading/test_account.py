"""No cell is lost in silence: each that is not blank is placed, kept as unplaced, or in a row left out with a reason."""

from __future__ import annotations

import copy
import datetime
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.load import load_catalogue, load_form, load_grading
from lzxl.forms.text import address, compact
from lzxl.forms.values import CellError, is_blank
from lzxl.submission import Submission, Table
from lzxl.workbook.layout import OWN_SHEETS, table_layout
from lzxl.workbook.reading.account import Account, OwnTexts
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.save import workbook_bytes
from tests.facts import found as found_of
from tests.rewritings.filled import FORMS, filled, main_sheet
from tests.rewritings.layout import REWRITINGS, Rewriting, number_over_the_serial

pytestmark = pytest.mark.slow

Cells = set[tuple[str, str]]
# Lines over tables and helps beside the cover that show what the cover or a table says.
LIVE = ("单位：", "期次：", "维护单位：", "必填。")


@lru_cache(maxsize=len(FORMS))
def printed(form_id: str) -> frozenset[str]:
    """Every text of the blank workbook of a form."""
    data = workbook_bytes(build_workbook(load_form(form_id), load_grading()))
    content = open_content(data, judge(data).container)
    return frozenset(
        compact(cell)
        for sheet in content.sheets
        for cells in sheet.rows.values()
        for cell in cells
        if isinstance(cell, str)
    )


def held(content: WorkbookContent, form_id: str) -> Cells:
    """Every cell that somebody filled: not blank, and not printed on the standard workbook."""
    found = set()
    for sheet in content.sheets:
        for row, cells in sheet.rows.items() if sheet.name not in OWN_SHEETS else ():
            for column, cell in enumerate(cells, 1):
                if is_blank(cell):
                    continue
                is_printed = isinstance(cell, str) and (compact(cell) in printed(form_id) or cell.startswith(LIVE))
                if not is_printed:
                    found.add((sheet.name, address(row, column)))
    return found


def accounted(content: WorkbookContent, submission: Submission) -> Cells:
    """Every cell that the submission places, keeps apart, or leaves out with its row."""
    found = {(entry.sheet, entry.cell) for entry in submission.unplaced}
    sheets = {sheet.name: sheet for sheet in content.sheets}
    if submission.cover is not None:
        cover = submission.cover
        places = {*cover.cells.values(), *cover.label_cells.values()}
        found |= {(cover.title, address(*place)) for place in places}
    for table in submission.tables:
        sheet = sheets[table.title]
        taken = {*table.columns.values(), *_derived(submission, table, sheet)}
        for row in (*table.header_rows, *table.dropped):
            for column in range(1, len(sheet.rows[row]) + 1):
                if row in table.dropped or column in taken or column in table.unmapped:
                    found.add((table.title, address(row, column)))
        found |= {(table.title, address(row, column)) for row in table.rows for column in taken}
    return found


def _derived(submission: Submission, table: Table, sheet: SheetContent) -> set[int]:
    """The columns of what is only shown: they are the form's, and nobody reads them."""
    fields = load_form(submission.form).by_name[table.name].fields
    titles = tuple(compact(entry.title) for entry in fields if entry.derived)
    header = sheet.rows[table.header_rows[-1]]
    return {
        column for column, cell in enumerate(header, 1) if isinstance(cell, str) and compact(cell).startswith(titles)
    }


def lost(content: WorkbookContent, submission: Submission) -> Cells:
    return held(content, submission.form) - accounted(content, submission)


def read(content: WorkbookContent, form_id: str, own_layout: bool = False) -> Submission:
    submission = read_open(content, "报送.xlsx", form_id, own_layout=own_layout)
    assert submission.refusal is None
    assert not [entry for entry in found_of(submission) if entry.code == "cells_lost"]
    return submission


every_form = pytest.mark.parametrize("form_id", FORMS)

JUNK = st.sampled_from(
    [
        "请复核", "王科长已阅", "合计", "注：见附件", "以下空白", "/", "同上", "序号", "负责人", "单位：某局", "填表人：甲 审核人：乙",
        "风险点", "单位名称", 2026.0, 3.0, 0.0, True, False, datetime.date(2026, 3, 1), CellError("#REF!"), "１", "小计", "第1页 共3页",
    ]
)  # fmt: skip
PLACES = st.tuples(st.integers(0, 4), st.integers(1, 40), st.integers(1, 30), JUNK)
MERGES = st.tuples(st.integers(0, 4), st.integers(1, 40), st.integers(1, 20), st.integers(0, 3), st.integers(0, 4))


@every_form
@settings(max_examples=40, deadline=None)
@given(
    junk=st.lists(PLACES, max_size=14),
    merges=st.lists(MERGES, max_size=5),
    renamed=st.lists(st.integers(0, 4), max_size=2),
    doubled=st.booleans(),
    own_layout=st.booleans(),
)
def test_every_cell_is_placed_kept_apart_or_left_out_with_its_row(
    form_id: str, junk: list[Any], merges: list[Any], renamed: list[int], doubled: bool, own_layout: bool
) -> None:
    content = filled(form_id)
    content.sheets = [sheet for sheet in content.sheets if sheet.name not in OWN_SHEETS]
    for number, row, column, value in junk:
        content.sheets[number % len(content.sheets)].put(row, column, value)
    for number, row, column, down, across in merges:
        content.sheets[number % len(content.sheets)].merges.append((row, column, row + down, column + across))
    if doubled:
        _add_table_below(main_sheet(content, form_id))
    for number in renamed:
        content.sheets[number % len(content.sheets)].name = f"Sheet{number}"
    if len({sheet.name for sheet in content.sheets}) < len(content.sheets):
        return
    assert lost(content, read(content, form_id, own_layout)) == set()


def _add_table_below(sheet: SheetContent) -> None:
    """The same table once more, further down."""
    last = max(sheet.rows)
    for row, cells in list(sheet.rows.items()):
        sheet.rows[row + last + 2] = list(cells)


def comparable(submission: Submission) -> tuple[Any, ...]:
    cover = submission.cover.values if submission.cover is not None else {}
    return cover, [(table.name, table.values, table.broken) for table in submission.tables]


@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda rewriting: rewriting.name)
@every_form
def test_a_change_of_layout_changes_nothing_that_is_reported(form_id: str, rewriting: Rewriting) -> None:
    content = filled(form_id)
    plain = read(content, form_id)
    rewriting.apply(content, form_id)
    submission = read(content, form_id)
    assert comparable(submission) == comparable(plain)
    said = Counter(entry.code for entry in found_of(submission)) - Counter(entry.code for entry in found_of(plain))
    assert set(said) <= rewriting.said
    assert lost(content, submission) == set()


def test_every_workbook_of_the_demonstration_is_accounted_for(demo: Path) -> None:
    taken = 0
    for path in sorted((demo / "收件").rglob("*.xls*")):
        data = path.read_bytes()
        verdict = judge(data)
        if verdict.code or verdict.is_locked:
            continue
        content = open_content(data, verdict.container)
        submission = read_open(content, path.name)
        if submission.refusal is None:
            taken += 1
            assert lost(content, submission) == set(), path.name
    assert taken > 30


def test_a_file_that_was_not_read_whole_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a reader lose a cell, the count of its own says so, and the submission goes back."""
    monkeypatch.setattr(Account, "held", property(lambda account: account.settled + 1))
    submission = read_open(filled("warning_intake"), "报送.xlsx")
    [lost_in, *_] = [entry for entry in found_of(submission) if entry.code == "cells_lost"]
    assert (lost_in.severity, lost_in.sheet) == ("error", "封面")


def test_two_sheets_of_one_name_are_both_read_and_said() -> None:
    content = filled("warning_intake")
    content.sheets.append(copy.deepcopy(main_sheet(content, "warning_intake")))
    submission = read(content, "warning_intake")
    first, second = submission.tables
    assert first.values == second.values
    assert "sheet_name_twice" in {entry.code for entry in found_of(submission)}


def test_what_a_merged_range_hides_is_kept_apart() -> None:
    content = filled("risk_register")
    sheet = main_sheet(content, "risk_register")
    sheet.merges.append((6, 3, 7, 3))
    submission = read(content, "risk_register")
    assert [(entry.cell, entry.reason) for entry in submission.unplaced] == [("C7", "被合并单元格盖住的内容")]


def test_what_stands_below_a_signature_is_no_signature() -> None:
    form = load_form("risk_register")
    content = SheetContent("封面")
    content.put(1, 1, "单位负责人签字：王一")
    content.put(2, 1, "附：会议记录一份")
    account = Account(content)
    assert form.cover is not None
    account.settle([1, 2], OwnTexts.of(form, form.cover, True), None, "封面上的其他文字")
    assert [(entry.value, entry.reason) for entry in account.signed] == [("单位负责人签字：王一", "签字落款")]
    assert [(entry.value, entry.reason) for entry in account.unplaced] == [("附：会议记录一份", "封面上的其他文字")]


def test_the_catalogue_knows_the_finding() -> None:
    assert load_catalogue().rules["cells_lost"].severity == "error"


@every_form
def test_a_number_typed_over_the_first_header_costs_that_column_only(form_id: str) -> None:
    content = filled(form_id)
    plain = read(content, form_id)
    number_over_the_serial(content, form_id)
    submission = read(content, form_id)
    name = load_form(form_id).main
    [before], [after] = ([table for table in entry.tables if table.name == name] for entry in (plain, submission))
    assert after.values == {field: values for field, values in before.values.items() if field != "serial"}
    assert lost(content, submission) == set()


def test_a_remark_beside_the_rows_is_kept_and_said() -> None:
    content = filled("risk_register")
    beside = table_layout(load_form("risk_register").main_sheet).last_column + 1
    main_sheet(content, "risk_register").put(7, beside, "李主任：已阅，同意")
    submission, cell = read(content, "risk_register"), address(7, beside)
    assert [(entry.cell, entry.value) for entry in submission.unplaced] == [(cell, "李主任：已阅，同意")]
    assert ("text_unplaced", cell) in {(entry.code, entry.cell) for entry in found_of(submission)}
