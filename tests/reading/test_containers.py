"""One little ledger in every container: the same table comes out, and what is wrong with it is told in each.

`tests/data/little.xls` (BIFF8) and `tests/data/little.ods` were made from `as_xlsx()` with LibreOffice 7.4
(`soffice --headless --convert-to xls little.xlsx`, the same with ods); they are small and stay as they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.forms.values import CellError
from lzxl.submission import Submission
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from tests.facts import found as found_of
from tests.reading.books import Cell, Day, Formula, sheet_xml, xlsb, xlsx

DATA = Path(__file__).parents[1] / "data"
SHEET = "预警台账"
HEADER = 3
# Row 5 is hidden, column H (备注) too, 反映主要问题 is merged over rows 6 and 7.
ROWS: dict[int, list[Cell]] = {
    1: ["某局预警信息台账"],
    HEADER: ["序号", "采集日期", "涉及岗位或环节", "反映主要问题", "来源明细", "已采取措施", "紧急", "备注"],
    4: [
        1,
        Day(46082),
        "执法大队",
        "罚款未开票",
        Formula("NA()", "#N/A"),
        "约谈",
        Formula('"是"&""', "是"),
        "甲",
    ],
    5: [2, Day(46083), "监测站", "仪器外借未登记", "热线", "核对", "否", "乙"],
    6: [3, Day(46084), "审批科", "超时限办结", "巡察", "补报", "否", "丙"],
    7: [4, Day(46085), "财务室", None, Formula("NA()", "#N/A"), "停办", "否", "丁"],
}
DAYS = [datetime.date(2026, 3, day) for day in (1, 2, 3, 4)]


def as_xlsx(rows: dict[int, list[Cell]] = ROWS, *, date1904: bool = False, macros: bool = False) -> bytes:
    body = sheet_xml(rows, hidden_rows=[5], hidden_columns=[8], merges=["D6:D7"], dimension="A1")
    return xlsx({SHEET: body}, date1904=date1904, more={"xl/vbaProject.bin": b"macros"} if macros else None)


def as_xlsb(date1904: bool = False) -> bytes:
    return xlsb(SHEET, ROWS, hidden_rows=[5], hidden_columns=[8], merges=[(6, 4, 7, 4)], date1904=date1904)


CONTAINERS: dict[str, Callable[[], bytes]] = {
    "ledger.xlsx": as_xlsx,
    "ledger.xlsm": lambda: as_xlsx(macros=True),
    "ledger.xls": (DATA / "little.xls").read_bytes,
    "ledger.et": (DATA / "little.xls").read_bytes,
    "ledger.ods": (DATA / "little.ods").read_bytes,
    "ledger.xlsb": as_xlsb,
}
every_container = pytest.mark.parametrize("name", CONTAINERS)


def opened(name: str) -> WorkbookContent:
    data = CONTAINERS[name]()
    return open_content(data, judge(data).container)


def sheet(name: str) -> SheetContent:
    [found] = [entry for entry in opened(name).sheets if entry.rows]
    return found


def read(data: bytes, tmp_path: Path, name: str = "ledger.xlsx") -> Submission:
    path = tmp_path / name
    path.write_bytes(data)
    return read_submission(path, name, "warning_intake", own_layout=True)


@every_container
def test_the_same_table_comes_out_of_every_container(name: str, tmp_path: Path) -> None:
    submission = read(CONTAINERS[name](), tmp_path, name)
    assert submission.refusal is None
    [table] = submission.tables
    assert (table.title, table.header_rows, table.rows) == (SHEET, (HEADER,), [4, 5, 6, 7])
    assert table.values == {
        "serial": [1, 2, 3, 4],
        "collected_on": DAYS,
        "post": ["执法大队", "监测站", "审批科", "财务室"],
        "problem": ["罚款未开票", "仪器外借未登记", "超时限办结", "超时限办结"],
        "source_detail": [None, "热线", "巡察", None],
        "taken": ["约谈", "核对", "补报", "停办"],
        "urgent": ["是", "否", "否", "否"],
        "remark": ["甲", "乙", "丙", "丁"],
    }


@every_container
def test_what_is_wrong_is_told_in_every_container(name: str, tmp_path: Path) -> None:
    submission = read(CONTAINERS[name](), tmp_path, name)
    told = {(finding.code, finding.cell) for finding in found_of(submission)}
    assert told - {("macros_ignored", "")} == {
        ("error_value", "E4"),
        ("error_value", "E7"),
        ("formula_value_used", "G4"),
        ("hidden_row", "5:5"),
        ("hidden_column", "H3"),
    }


@every_container
def test_marks_of_every_container(name: str) -> None:
    content = sheet(name)
    assert content.hidden_rows == {5}
    assert content.hidden_columns == {8}
    assert content.merges == [(6, 4, 7, 4)]
    assert content.formulas == {(4, 5): True, (4, 7): True, (7, 5): True}
    assert content.cell(4, 5) == content.cell(7, 5) == CellError("#N/A")


def test_only_the_bytes_say_what_a_file_is() -> None:
    told = {name: judge(make()).container for name, make in CONTAINERS.items()}
    assert told == {
        "ledger.xlsx": "xlsx",
        "ledger.xlsm": "xlsm",
        "ledger.xls": "xls",
        "ledger.et": "xls",
        "ledger.ods": "ods",
        "ledger.xlsb": "xlsb",
    }


def test_macros_are_told_and_not_run(tmp_path: Path) -> None:
    told = [finding.code for finding in found_of(read(CONTAINERS["ledger.xlsm"](), tmp_path))]
    assert "macros_ignored" in told
    assert "macros_ignored" not in [finding.code for finding in found_of(read(as_xlsx(), tmp_path))]


@pytest.mark.parametrize("make", [as_xlsx, as_xlsb])
def test_a_workbook_that_counts_from_1904(make: Callable[..., bytes], tmp_path: Path) -> None:
    """Macs used to: the same numbers are four years and a day later."""
    data = make(date1904=True)
    assert open_content(data, judge(data).container).date1904
    [table] = read(data, tmp_path).tables
    assert table.values["collected_on"] == [day + datetime.timedelta(1462) for day in DAYS]


def test_a_number_in_a_date_column_counts_from_the_workbooks_own_first_day(tmp_path: Path) -> None:
    rows = {**ROWS, 4: [1, 44620, "执法大队", "罚款未开票"]}
    for date1904, expected in ((False, datetime.date(2022, 2, 28)), (True, datetime.date(2026, 3, 1))):
        [table] = read(as_xlsx(rows, date1904=date1904), tmp_path).tables
        assert table.values["collected_on"][0] == expected


def test_a_formula_without_a_stored_result_is_told_and_is_no_blank(tmp_path: Path) -> None:
    rows = {**ROWS, 4: [1, Day(46082), "执法大队", "罚款未开票", Formula("A1&B1"), "约谈", "否", "甲"]}
    submission = read(as_xlsx(rows), tmp_path)
    assert ("formula_without_value", "E4") in {(finding.code, finding.cell) for finding in found_of(submission)}
    assert submission.tables[0].is_broken("source_detail", 0)


def test_a_formula_that_shows_nothing_is_a_blank(tmp_path: Path) -> None:
    rows = {**ROWS, 4: [1, Day(46082), "执法大队", "罚款未开票", Formula('""', ""), "约谈", "否", "甲"]}
    submission = read(as_xlsx(rows), tmp_path)
    assert "formula_without_value" not in {finding.code for finding in found_of(submission)}
    assert submission.tables[0].values["source_detail"][0] is None


def test_hidden_sheets_are_read_and_told(tmp_path: Path) -> None:
    for state in ("hidden", "veryHidden"):
        data = xlsx({SHEET: sheet_xml(ROWS), "说明": sheet_xml({})}, states={SHEET: state})
        submission = read(data, tmp_path)
        assert [finding.sheet for finding in found_of(submission) if finding.code == "hidden_sheet"] == [SHEET]
        assert len(submission.tables[0].rows) == 4
