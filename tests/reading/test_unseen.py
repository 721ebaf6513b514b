"""What nobody can see, and values in any usual spelling, in whole workbooks: the conditions of tests/cases/reading."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path

import pytest

from lzxl.checks.run import Checked, check_submissions
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.text import address
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open, read_submission
from lzxl.workbook.reading.recognise import read_stamp, readable_sheets
from lzxl.workbook.writing.mark import write_return
from tests.checks.tables import BARE
from tests.rewritings.filled import filled, main_sheet

CASES = Path(__file__).parent.parent / "cases" / "reading"
DAY = datetime.date


@cache
def checked(case: str) -> Checked:
    (path,) = (CASES / case).glob("*.xlsx")
    [result] = check_submissions([read_submission(path, path.name)], BARE)
    return result


def said(case: str) -> dict[str, str]:
    """Sheet!cell → code of what the unit is told of the case's cells, but of what older forms said and asked for."""
    told = [finding for finding in checked(case).findings if finding.told_to != "office"]
    found = [finding for finding in told if finding.code not in ("word_alias", "column_unplaced", "column_missing")]
    return {f"{finding.sheet}!{finding.cell}": finding.code for finding in found}


def values(case: str, table: str, name: str) -> list[object]:
    found = checked(case).submission.table(table)
    assert found is not None
    return found.values[name]


def test_a_day_written_with_its_time_is_that_day() -> None:
    case = "02-text-date-with-time"
    assert values(case, "warnings", "collected_on")[:2] == [DAY(2026, 6, 1), DAY(2026, 9, 3)]
    assert set(said(case).values()) == {"date_as_text"}


def test_cells_that_show_nothing_are_blank() -> None:
    assert said("05-unicode-blanks") == {
        "权责清单!F6": "missing_value",
        "权责清单!H6": "missing_value",
        "权责清单!F7": "missing_value",
    }


@pytest.mark.parametrize("case", ["06-invisible-characters", "21-radicals-for-ideographs"])
def test_what_nobody_can_see_is_read_as_if_it_were_not_there(case: str, tmp_path: Path) -> None:
    assert set(said(case).values()) == {"text_normalised"}
    # It is gone from the return, in which nothing is left to be said of it.
    target = tmp_path / "退回件.xlsx"
    write_return(checked(case).submission, checked(case).findings, load_grading(), target)
    [again] = check_submissions([read_submission(target, target.name)], BARE)
    # What an older form did not ask for is all that is asked for; what it asked for beside is kept.
    kept = ("word_alias", "column_unplaced", "text_unplaced")
    assert {finding.header for finding in again.findings if finding.code not in kept} <= {"防控方式"}


def test_two_names_in_a_cell_are_two_persons() -> None:
    content, sheet = filled("risk_register"), load_form("risk_register").main_sheet
    layout = table_layout(sheet)
    row, column = layout.first_row, layout.columns["leader"]
    main_sheet(content, "risk_register").put(row, column, "韩立群\n夏雨薇")
    [result] = check_submissions([read_open(content, "表.xlsx", "risk_register")], BARE)
    table = result.submission.table(sheet.name)
    assert table is not None and table.values["leader"][0] == "韩立群、夏雨薇"
    told = {finding.code for finding in result.findings if finding.cell == address(row, column)}
    assert told == {"names_apart"}


def test_a_decimal_comma_and_two_numbers_are_asked_about() -> None:
    found = said("14-decimal-comma")
    assert (found["考核评分!F9"], found["考核评分!F10"]) == ("decimal_comma", "number_unreadable")
    assert values("14-decimal-comma", "items", "self_score")[3:5] == [None, None]


def test_spellings_that_name_a_day_are_read() -> None:
    case = "18-dates-that-do-name-a-day"
    assert values(case, "warnings", "collected_on")[0] == DAY(2026, 5, 27)
    assert set(said(case).values()) == {"date_as_text"}


def test_a_stroke_in_an_optional_cell_is_blank() -> None:
    found = said("23-closing-words-and-placeholders")
    assert not {"预警信息!K7", "预警信息!T7", "封面!C13"}.intersection(found)
    assert values("23-closing-words-and-placeholders", "warnings", "risk_id")[1] is None


def test_a_day_that_may_be_one_short_is_to_be_looked_at() -> None:
    assert said("26-dates-one-day-short") == {"预警信息!C6": "date_near_midnight"}


def test_a_row_of_nothing_that_can_be_seen_is_no_row() -> None:
    sheet = SheetContent("表", rows={1: ["甲", "\u2003"], 2: ["\u200b", None, "\u3164\u2800"], 3: [None, 0.0]})
    sheet.forget_blanks()
    assert sheet.rows == {1: ["甲", None], 3: [None, 0.0]}


def test_our_own_sheets_and_marks_are_known_with_unseen_characters_in_them() -> None:
    stamp = SheetContent(
        "_lzxl\u200b", rows={1: ["lzxl_form\ufeff", "risk_register\u200e"], 2: ["lzxl_period", "2026年度\u00ad"]}
    )
    content = WorkbookContent("xlsx", [stamp, SheetContent("填表说明\u2060", rows={1: ["说明"]})])
    assert (read_stamp(content).form, read_stamp(content).period) == ("risk_register", "2026年度")
    assert readable_sheets(content) == []
    assert load_form("risk_register").title
