"""Merging: every row of every unit once, with where it came from, and levels that nobody typed."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from lzxl.summary.merge import merge

from .rounds import FINANCE, OFFICE, PERMITS, made_table, make_round, sample_round, submission


def points(text: str) -> str:
    return "| 风险点编号 | 风险类型 | 发生可能性 | 后果程度 |\n" + text


def test_rows_come_in_roster_order_then_file_order_whatever_order_files_came_in() -> None:
    later = submission(PERMITS, "risk_register", risk_points=points("| HB02-001 | | 较大 | 严重 |"))
    first = submission(
        OFFICE,
        "risk_register",
        risk_points=points("| HB01-002 | | 较大 | 严重 |\n| HB01-001 | | 较小 | 较轻微 |"),
    )
    merged = merge(make_round([later, first])).risk_points
    assert merged.select("unit_code", "unit_name", "file", "sheet", "row", "id").rows() == [
        ("HB01", "办公室", "HB01/廉政风险点登记表.xlsx", "风险点", 4, "HB01-002"),
        ("HB01", "办公室", "HB01/廉政风险点登记表.xlsx", "风险点", 5, "HB01-001"),
        ("HB02", "行政审批科", "HB02/廉政风险点登记表.xlsx", "风险点", 4, "HB02-001"),
    ]


def test_the_level_is_computed_and_a_typed_one_is_not_used() -> None:
    typed = submission(
        OFFICE,
        "risk_register",
        risk_points="""
            | 风险点编号 | 发生可能性 | 后果程度 | 风险等级 |
            | HB01-001 | 较大 | 严重 | 三级 |
            | HB01-002 | 较小 | 较严重 | 一级 |
            | HB01-003 | 较小 | | 一级 |
        """,
    )
    merged = merge(make_round([typed])).risk_points
    assert merged["level"].to_list() == ["一级", "三级", None]
    assert merged["open"].to_list() == [False, True, False]
    assert "规则未明示" in str(merged["basis"][1])


def test_open_cells_follow_the_grading_table_of_the_round() -> None:
    risky = submission(OFFICE, "risk_register", risk_points=points("| HB01-001 | | 较大 | 较轻微 |"))
    assert merge(make_round([risky], open_cells="二级")).risk_points["level"].to_list() == ["二级"]


def test_values_are_typed() -> None:
    merged = merge(sample_round())
    assert merged.warnings.schema["due"] == pl.Date
    assert merged.items.schema["self_score"] == pl.Float64
    assert merged.risk_points.schema["row"] == pl.Int64
    assert merged.items["self_score"].to_list() == [59.5, 38, 60, 38]
    assert merged.warnings["collected_on"][0] == date(2026, 4, 16)


def test_several_choices_are_joined() -> None:
    table = made_table("risk_register", "powers", {"power": ["印章管理"], "responsible": ["祁小满"]}, 1)
    register = submission(OFFICE, "risk_register")
    register.tables.append(table)
    assert merge(make_round([register])).tables["risk_register", "powers"]["responsible"].to_list() == ["祁小满"]


def test_columns_that_a_file_does_not_have_are_blank() -> None:
    merged = merge(sample_round()).risk_points
    assert merged.filter(pl.col("unit_code") == "HB02")["responsible"].to_list() == [None, None]


def test_a_sheet_that_a_unit_split_in_two_is_read_whole() -> None:
    register = submission(OFFICE, "risk_register", risk_points=points("| HB01-001 | | 较大 | 严重 |"))
    register.tables.append(made_table("risk_register", "risk_points", {"id": ["HB01-002"]}, 1, first_row=30))
    merged = merge(make_round([register])).risk_points
    assert merged.select("id", "row").rows() == [("HB01-001", 4), ("HB01-002", 30)]


def test_a_measure_takes_the_type_of_its_risk_point_in_the_same_unit_only() -> None:
    measures = "| 措施编号 | 关联风险点编号 | 防控层次 |\n| C1 | X-001 | 自我预防 |\n| C2 | X-002 | 自我预防 |"
    one = submission(
        OFFICE, "risk_register", risk_points=points("| X-001 | 思想道德风险 | 较大 | 严重 |"), measures=measures
    )
    other = submission(
        PERMITS, "risk_register", risk_points=points("| X-001 | 制度机制风险 | 较小 | 较轻微 |"), measures=measures
    )
    merged = merge(make_round([one, other])).measures
    assert merged["aspect"].to_list() == ["思想道德风险", None, "制度机制风险", None]
    assert merged["risk_level"].to_list() == ["一级", None, "三级", None]


def test_a_doubled_risk_point_does_not_double_its_measures() -> None:
    register = submission(
        OFFICE,
        "risk_register",
        risk_points=points("| X-001 | 思想道德风险 | 较大 | 严重 |\n| X-001 | 制度机制风险 | 较大 | 严重 |"),
        measures="| 措施编号 | 关联风险点编号 |\n| C1 | X-001 |",
    )
    assert merge(make_round([register])).measures["aspect"].to_list() == ["思想道德风险"]


def test_how_warnings_stand_follows_from_the_events_of_the_offices_ledger() -> None:
    warnings = merge(sample_round()).warnings
    assert warnings["state"].to_list() == ["已办结", "整改反馈中（第1轮）", "核实中", "已登记"]
    assert warnings["disposition"].to_list() == ["警示提醒", "警示提醒", None, None]
    assert warnings["due"].to_list() == [None, date(2026, 11, 19), date(2026, 12, 1), None]
    assert warnings["overdue"].to_list() == [None, 7, 0, None]
    assert warnings["is_overdue"].to_list() == [False, True, False, False]


def test_what_a_unit_files_is_no_warning_of_the_ledger_yet() -> None:
    filed = [entry for entry in sample_round().submissions if entry.form == "warning_intake"]
    merged = merge(make_round(filed))
    assert merged.tables["warning_intake", "warnings"].height == 4
    assert merged.warnings.height == 0


def test_only_what_is_to_be_done_by_a_day_that_is_past_and_is_not_done_is_overdue() -> None:
    """Without a word, the day says that there is one; the day itself is not past yet."""
    day = sample_round().day
    past, today = day - timedelta(days=1), day
    rows = [
        ("限期完成", past, "推进中", True),
        ("限期完成", past, "", True),
        ("", past, "未启动", True),
        ("限期完成", past, "已完成", False),
        ("长期坚持", past, "推进中", False),
        ("限期完成", today, "推进中", False),
        ("", "", "", False),
    ]
    lines = "\n".join(
        f"| C{number} | {term} | {until} | {done} |" for number, (term, until, done, _) in enumerate(rows)
    )
    register = submission(OFFICE, "risk_register", measures=f"| 措施编号 | 类型 | 完成时限 | 完成情况 |\n{lines}")
    merged = merge(make_round([register])).measures
    assert merged["is_overdue"].to_list() == [expected for *_, expected in rows]


def test_a_round_without_submissions_has_every_table_with_its_columns() -> None:
    merged = merge(make_round([]))
    assert all(frame.height == 0 for frame in merged.tables.values())
    assert "level" in merged.risk_points.columns
    assert len(merged.tables) == 8


def test_a_unit_form_is_never_counted_twice_and_strangers_never() -> None:
    register = submission(OFFICE, "risk_register")
    with pytest.raises(ValueError, match="twice"):
        make_round([register, register])
    with pytest.raises(ValueError, match="not of this round"):
        make_round([register], units=[FINANCE], filings=[])
