"""Rules over several files, the score sheet, signatures, and the order in which findings are read."""

from __future__ import annotations

import datetime

import pytest

from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_form
from lzxl.submission import Submission
from tests.checks.tables import check, finding, found, submission

RISKS = "| 风险点编号 | 岗位 |\n|-|\n"


def register(code: str, *numbers: str, **more: str) -> Submission:
    rows = "\n".join(f"| {number} | 岗位 |" for number in numbers)
    return submission("risk_register", {"risk_points": RISKS + rows}, {"单位编码": code}, file=f"{code}.xlsx", **more)


def together(*files: Submission) -> list[list[str]]:
    codes = ("unit_filed_twice", "duplicate_id_across_files", "number_in_other_round", "risk_id_unknown")
    return [[entry.code for entry in one.findings if entry.code in codes] for one in check(*files)]


def test_a_unit_that_filed_twice_is_told_which_counts() -> None:
    first, second = register("HB01", "HB01-001"), register("HB01", "HB01-001")
    second.file = "更正.xlsx"
    assert together(first, second) == [["unit_filed_twice"], ["unit_filed_twice"]]
    assert together(first, register("HB02", "HB02-001")) == [[], []]


def test_two_units_must_not_use_one_number() -> None:
    assert together(register("HB01", "HB03-001"), register("HB02", "HB03-001")) == [[], ["duplicate_id_across_files"]]
    assert together(register("HB01", "HB01-001"), register("HB02", "HB02-001")) == [[], []]


def in_round(label: str, *numbers: str, day: int = 1) -> Submission:
    rows = "| 预警编号 |\n|-|\n" + "\n".join(f"| {number} |" for number in numbers)
    one = submission("warning_intake", {"warnings": rows}, {"单位编码": "HB01"}, file=f"{label}.xlsx")
    one.round, one.received = label, datetime.date(2026, 4, day)
    return one


def test_a_number_is_not_used_in_two_rounds_that_add_up() -> None:
    first, second = in_round("第一季度", "HB01-YJ001", day=8), in_round("第二季度", "HB01-YJ001", "HB01-YJ002", day=9)
    assert together(first, second) == [[], ["number_in_other_round"]]
    assert together(second, first) == [["number_in_other_round"], []], "whatever comes first in the list"
    [said] = [one for one in check(first, second)[1].findings if one.code == "number_in_other_round"]
    assert said.value == "HB01-YJ001"
    assert "已在“第一季度”报过" in said.message
    assert together(first, in_round("第二季度", "HB01-YJ002")) == [[], []]


def test_rounds_that_take_each_others_place_have_the_same_numbers() -> None:
    files = [register("HB01", "HB01-001"), register("HB01", "HB01-001")]
    for one, label in zip(files, ("年初", "年中"), strict=True):
        one.round = label
    assert together(*files) == [[], []]


@pytest.mark.parametrize("number", ["", "HB01-001", "HB02-001", "001"])
def test_blanks_and_numbers_that_are_wrong_by_themselves_are_not_said_to_be_used_twice(number: str) -> None:
    assert together(register("HB01", number), register("HB02", number)) == [[], []]


def test_a_warning_names_a_risk_point_of_its_own_unit_where_that_was_filed() -> None:
    rows = "| 预警编号 | 关联风险点编号 |\n|-|\n| HB01-YJ001 | HB01-002 |"
    ledger = submission("warning_intake", {"warnings": rows})
    assert together(ledger) == [[]]
    assert together(ledger, register("HB01", "HB01-001")) == [["risk_id_unknown"], []]
    assert together(ledger, register("HB01", "HB01-002")) == [[], []]


def items(**changes: dict[int, object]) -> Submission:
    """The score sheet as the office sent it out, full marks by the unit; changes: field → {row: value}."""
    sheet = load_form("self_appraisal").by_name["items"]
    titles = [sheet.by_name[name].title for name in sheet.standard_columns]
    lines = ["| " + " | ".join([*titles, "自评分", "佐证材料"]) + " |", "|-|"]
    for number, standard in enumerate(sheet.standard_rows):
        row = dict(zip(sheet.standard_columns, standard, strict=True))
        row.update(self_score=row["points"], evidence="")
        for name, cells in changes.items():
            row[name] = cells.get(number, row[name])
        lines.append("| " + " | ".join(str(value) for value in row.values()) + " |")
    return submission("self_appraisal", {"items": "\n".join(lines)})


def test_the_score_sheet_as_sent_out_passes() -> None:
    assert found(items()) == []


def test_scores_stay_within_their_points_and_lost_points_have_evidence() -> None:
    assert found(items(self_score={0: 4})) == [("score_over_points", "F2")]
    assert found(items(self_score={0: 2})) == [("deduction_without_reason", "G2")]
    assert found(items(self_score={0: 2}, evidence={0: "未传达，会议记录"})) == []
    assert found(items(self_score={0: 2}, evidence={0: "#N/A"})) == [("error_value", "G2")]
    assert found(items(self_score={0: ""})) == [("missing_score", "F2")]


def test_a_changed_item_is_said_with_what_was_sent_out() -> None:
    made = items(points={0: 4})
    assert found(made) == [("points_not_hundred", "D2"), ("item_changed", "D2")][::-1]
    assert finding(made, "item_changed").remedy == Remedy("set", 3)


def test_scores_are_held_against_the_points_as_sent_out() -> None:
    assert ("score_over_points", "F2") in found(items(points={0: 4}, self_score={0: 4}))


def test_an_item_written_over_another_is_found_by_its_place() -> None:
    content = load_form("self_appraisal").by_name["items"].standard_rows[4][2]
    assert found(items(content={2: content})) == [("item_changed", "C4")]


def test_the_personal_form_is_signed_by_its_person() -> None:
    rows = "| 姓名 | 本人签字 |\n|-|\n| 张三 | 张　三 |\n| 李四 | 张三 |\n| 王五 |  |"
    made = submission("risk_register", {"self_checks": rows}, {"零报告": "是", "零报告原因": "本期没有发现。"})
    assert found(made) == [("signature_mismatch", "B3"), ("missing_value", "B4")]
    assert finding(made, "missing_value").remedy == Remedy("set", "王五")


def test_findings_come_in_reading_order() -> None:
    rows = "| 岗位 | 风险点编号 |\n|-|\n|  | 甲 |\n|  | HB01-002 |"
    made = submission("risk_register", {"risk_points": rows}, {"填报人": ""})
    cells = [cell for _, cell in found(made)]
    assert cells == ["封面!B4", "A2", "B2", "A3"]


def test_a_risk_type_in_the_column_of_powers() -> None:
    rows = "| 风险点编号 | 职权 | 风险类型 |\n|-|\n| HB01-001 | 制度机制 | 制度机制风险 |\n| HB01-002 | 现金管理 | 制度机制风险 |"
    assert found(submission("risk_register", {"risk_points": rows})) == [("type_in_wrong_column", "B2")]


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        (("2026-11-16", "2026-11-17"), "乙.xlsx"),
        (("2026-11-17", "2026-11-16"), "甲.xlsx"),
        (("2026-11-16", "2026-11-16"), "甲.xlsx"),
        (("", "2026-11-16"), "乙.xlsx"),
        (("2026-11-16", ""), "甲.xlsx"),
        (("2026-10-30", "2026-11-02"), "乙.xlsx"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_files_the_one_filed_last_counts_and_of_one_day_the_last_by_name(
    days: tuple[str, str], counts: str, turned: bool
) -> None:
    files = [
        submission("risk_register", {"risk_points": RISKS + "| HB01-001 | 岗位 |"}, {"填报日期": day}, file=name)
        for name, day in zip(("甲.xlsx", "乙.xlsx"), days, strict=True)
    ]
    for one in check(*(files[::-1] if turned else files)):
        [said] = [entry for entry in one.findings if entry.code == "unit_filed_twice"]
        assert f"暂以“{counts}”为准" in said.message
