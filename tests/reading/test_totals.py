"""A total that somebody wrote is compared with its rows: one that is wrong hides a row, or counts one twice."""

from __future__ import annotations

from lzxl.checks.report import Report
from lzxl.checks.totals import check_totals
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_form
from lzxl.forms.model import Sheet
from lzxl.submission import Submission, Table
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.totals import wrong_totals
from tests.reading.books import content, extract

HEADER = ["项目", "考核内容", "分值", "自评分", "本科得分", "合计"]


def item(points: object, own: object, final: object, total: object = None, section: object = "一") -> list[object]:
    return [section, f"内容{points}{own}{final}", points, own, final, total]


def totals(sheet: SheetContent) -> list[Finding]:
    entry = load_form("self_appraisal").main_sheet
    [table] = extract(sheet, "self_appraisal").tables
    return judged(sheet, entry, table, "self_appraisal")


def judged(sheet: SheetContent, entry: Sheet, table: Table, form: str = "risk_register") -> list[Finding]:
    """What is found of a table's totals where all that they add up is right."""
    report = Report(
        Submission("甲.xlsx", form=form, tables=[table], facts=wrong_totals(sheet, entry, table)), load_catalogue()
    )
    check_totals(report)
    return report.findings


def places(findings: list[Finding]) -> list[tuple[str, str, object]]:
    return [(entry.cell, entry.value, entry.remedy.value) for entry in findings]


def rows(*lines: list[object]) -> SheetContent:
    return content({1: HEADER} | dict(enumerate(lines, 2)))


def test_right_totals_say_nothing() -> None:
    assert totals(rows(item(5, 4, 3.5), item(3, 3, 2.1), ["总分", None, 8, 7, 5.6])) == []


def test_a_wrong_total_is_told_with_its_rows_and_what_is_right() -> None:
    found = totals(rows(item(5, 4, 3), item(3, 3, 2), ["总分", None, 8, 9, 5]))
    assert places(found) == [("D4", "9", 7)]
    assert "D2至D3" in found[0].message
    assert found[0].basis == "第八条(三)"  # that of the sheet it stands in


def test_a_subtotal_adds_since_the_last_one_and_a_total_adds_all() -> None:
    lines = [item(5, 4, 3), ["小计", None, 5, 4, 3], item(3, 3, 2), ["小计", None, 8, 3, 2], ["合计", None, 8, 7, 5]]
    assert places(totals(rows(*lines))) == [("C5", "8", 3)]


def test_numbers_typed_as_text_are_added_as_people_read_them() -> None:
    assert totals(rows(item(5, "4分", "３"), item("3", 3, 2), ["总分", None, 8, 7, 5])) == []


def test_a_total_over_words_is_not_compared() -> None:
    sheet = content({1: HEADER, 2: ["一", "内容", 5, 4, 3, "好"], 3: ["合计", 30, 5, 4, 3]})
    assert totals(sheet) == []


def test_a_blank_total_is_no_total() -> None:
    assert totals(rows(item(5, 4, 3), ["总分", None, None, "", 3])) == []


def section_totals(*stated: object) -> SheetContent:
    """Sections of two rows each, with their 合计 merged beside them."""
    lines = [item(5, 4, 3, value, f"节{n}") for n, stated_value in enumerate(stated) for value in (stated_value, None)]
    merges = [(2 + 2 * n, 6, 3 + 2 * n, 6) for n in range(len(stated))]
    return content({1: HEADER} | dict(enumerate(lines, 2)), merges)


def test_section_totals_add_the_column_that_most_of_them_agree_with() -> None:
    assert totals(section_totals(8, 8, 8)) == []
    assert places(totals(section_totals(8, 9, 8))) == [("F4", "9", 8)]
    assert places(totals(section_totals(10, 10, 9))) == [("F6", "9", 10)]


def test_section_totals_that_agree_with_no_column_are_not_guessed_about() -> None:
    assert totals(section_totals(1, 2, 3)) == []


def test_the_serial_is_never_added() -> None:
    header = ["序号", "单位", "岗位", "风险点", "防控措施", "风险点数量"]
    lines = {
        2: [1, "甲", "乙", "丙", "丁", 2],
        3: [2, "甲", "乙", "戊", "己", 1],
        4: ["合计", None, None, None, None, 4],
    }
    sheet = content({1: header, **lines})
    [table] = extract(sheet).tables
    found = judged(sheet, load_form("risk_register").main_sheet, table)
    assert places(found) == [("F4", "4", 3)]
    lines[4] = ["合计", 9, None, None, None, 3]
    sheet = content({1: header, **lines})
    [table] = extract(sheet).tables
    assert judged(sheet, load_form("risk_register").main_sheet, table) == []


def test_a_mean_is_compared_as_a_mean() -> None:
    lines = [item(5, 4, 3), item(3, 3, 2)]
    assert totals(rows(*lines, ["平均值", None, 4, 3.5, 2.5])) == []
    assert places(totals(rows(*lines, ["平均值", None, 4, 3.5, 2.6]))) == [("E4", "2.6", 2.5)]
    assert totals(rows(*lines, item(1, 1, 1), ["平均", None, 3, 2.67, 2])) == []


def test_a_row_of_totals_may_count_or_average_a_column() -> None:
    lines = [item(5, 4, 3), item(3, 3, 2)]
    assert totals(rows(*lines, ["汇总", None, 8, 2, 2.5])) == []
    assert places(totals(rows(*lines, ["汇总", None, 8, 9, 5]))) == [("D4", "9", 7)]
    assert places(totals(rows(*lines, ["合计", None, 8, 2, 5]))) == [("D4", "2", 7)]


def test_a_total_that_counts_rows_is_compared_with_the_rows() -> None:
    header = ["序号", "单位", "岗位", "风险点", "防控措施"]
    lines = {number: [number - 1, "甲", "乙", f"丙{number}", "丁"] for number in (2, 3, 4)}
    for stated, wrong in (("3个", []), ("共4个", [("C5", "4", 3)]), (4.0, [("C5", "4", 3)]), ("4人", [])):
        sheet = content({1: header, **lines, 5: ["合计", None, stated]})
        [table] = extract(sheet).tables
        found = judged(sheet, load_form("risk_register").main_sheet, table)
        assert places(found) == wrong
        assert {entry.severity for entry in found} <= {"warning"}


def test_a_total_whose_formula_has_no_stored_value_is_told() -> None:
    sheet = rows(item(5, 4, 3), ["合计", None, None, None, None])
    sheet.formulas = {(3, 4): False}
    found = [(entry.code, entry.cell) for entry in extract(sheet, "self_appraisal").findings]
    assert ("formula_without_value", "D3") in found
