"""第八条(三): results, grades and ranks as they are stored, for whoever opens them where nothing is calculated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from lzxl.forms.appraisal import load_appraisal
from lzxl.summary.round import Round
from lzxl.summary.scores import NAME
from lzxl.summary.workbook import write_summary

from .rounds import OFFICE, PERMITS, UNITS, make_round, sample_round, submission


def scores(round: Round, folder: Path) -> Any:
    write_summary(round, folder / "汇总.xlsx")
    return openpyxl.load_workbook(folder / "汇总.xlsx", data_only=True)[NAME]


def row_of(worksheet: Any, value: str, column: int = 1) -> int:
    """The row in which a value stands."""
    (row,) = (row for row in range(1, worksheet.max_row + 1) if worksheet.cell(row, column).value == value)
    return int(row)


def column_of(worksheet: Any, title: str) -> int:
    head = row_of(worksheet, "单位编码")
    (column,) = (column for column in range(1, worksheet.max_column + 1) if worksheet.cell(head, column).value == title)
    return int(column)


def test_below_the_units_stands_the_average_of_those_that_are_scored(tmp_path: Path) -> None:
    given = {"HB01": ("80", "80", "80"), "HB02": ("91", "91", "91")}
    worksheet = scores(make_round([], scores=given), tmp_path)
    row = row_of(worksheet, UNITS[-1].code) + 1
    said = {column: worksheet.cell(row, column).value for column in range(1, worksheet.max_column + 1)}
    assert {column: value for column, value in said.items() if value is not None} == {
        column_of(worksheet, "单位"): "平均分", column_of(worksheet, "结果"): 85.5,
    }  # fmt: skip


def test_below_that_stand_the_grades_and_what_each_begins_with_lowest_first(tmp_path: Path) -> None:
    worksheet = scores(sample_round(), tmp_path)
    top = row_of(worksheet, "等次标准")
    assert top > row_of(worksheet, UNITS[-1].code) + 1
    bands = load_appraisal().bands
    listed = [
        (worksheet.cell(row, 1).value, worksheet.cell(row, 2).value) for row in range(top + 1, top + 2 + len(bands))
    ]
    assert listed == [("得分起点", "等次"), *((band.lowest, band.grade) for band in bands[::-1])]
    assert worksheet.max_row == top + 1 + len(bands)


def test_a_grade_is_looked_up_among_those_that_stand_below(tmp_path: Path) -> None:
    shown = scores(sample_round(), tmp_path)
    formulas = openpyxl.load_workbook(tmp_path / "汇总.xlsx")[NAME]
    first, last = row_of(shown, "得分起点") + 1, shown.max_row
    said = formulas.cell(row_of(shown, OFFICE.code), column_of(shown, "按分数等次")).value.replace("$", "")
    assert f",A{first}:A{last},B{first}:B{last})" in said


def test_the_units_can_be_filtered_in_every_column_and_nothing_below_them(tmp_path: Path) -> None:
    worksheet = scores(sample_round(), tmp_path)
    head, last = row_of(worksheet, "单位编码"), row_of(worksheet, UNITS[-1].code)
    right = worksheet.cell(head, worksheet.max_column).column_letter
    assert worksheet.auto_filter.ref == f"A{head}:{right}{last}"
    assert worksheet.freeze_panes == f"C{head + 1}"


def test_without_a_book_of_the_offices_no_unit_has_a_result_whatever_it_gave_itself(tmp_path: Path) -> None:
    filed = [submission(OFFICE, "self_appraisal", items="| 考核内容 | 分值 | 自评分 |\n| 全部 | 100 | 100 |")]
    worksheet = scores(make_round(filed), tmp_path)
    row = row_of(worksheet, OFFICE.code)
    said = {
        title: worksheet.cell(row, column_of(worksheet, title)).value for title in ("自查", "年终检查", "结果", "名次")
    }
    assert said == {"自查": 100, "年终检查": None, "结果": "未齐", "名次": "—"}
    blank = row_of(worksheet, PERMITS.code)
    assert worksheet.cell(blank, column_of(worksheet, "自查")).value is None
    assert worksheet.cell(blank, column_of(worksheet, "结果")).value == "未齐"


def test_results_grades_and_ranks_are_stored_as_they_are_evaluated(tmp_path: Path) -> None:
    write_summary(sample_round(), tmp_path / "汇总.xlsx")
    worksheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)[NAME]
    rows = list(worksheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "单位编码")
    titles = [str(title) for title in rows[head]]
    of = {row[0]: dict(zip(titles, row, strict=True)) for row in rows[head + 1 :] if str(row[0]).startswith("HB")}
    rank, grade = (next(title for title in titles if word in title) for word in ("名次", "等次"))
    results = {code: row["结果"] for code, row in of.items()}
    scored = sorted(
        (code for code, value in results.items() if isinstance(value, float)), key=lambda code: -results[code]
    )
    assert scored and len(scored) < len(of)
    for code, row in of.items():
        if code in scored:
            assert row[rank] == scored.index(code) + 1
            assert row[grade] not in (None, "—")
        else:
            assert (row[rank], row[grade]) == ("—", "—")
