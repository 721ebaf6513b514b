"""第八条(二)1: feedback after its limit, or none though the limit is past, is explained."""

from __future__ import annotations

import datetime

import pytest

from lzxl.checks.context import Context
from lzxl.forms.load import load_grading
from tests.checks.tables import found, submission

ROW = {
    "预警编号": "HB01-YJ001", "采集日期": "2026-03-01", "预警对象类型": "科室", "核实情况": "属实",
    "核实结束日期": "2026-03-05", "问题程度": "轻微", "处置方式": "警示提醒", "处置日期": "2026-03-06",
    "承办人": "张三", "反馈期限": "2026-03-20", "反馈日期": "2026-03-18", "督查结果": "合格", "状态": "已办结", "备注": "",
}  # fmt: skip
OPEN = {"反馈日期": "", "督查结果": "", "状态": "已处置"}
REMARK = "N2"


def said(context: Context | None = None, filed: str = "2026-11-16", **changes: str) -> list[tuple[str, str]]:
    row = ROW | changes
    table = f"| {' | '.join(row)} |\n|-|\n| {' | '.join(row.values())} |"
    made = submission("warning_intake", {"warnings": table}, {"填报日期": filed})
    about = ("feedback_late", "feedback_overdue")
    return [entry for entry in found(made, context or Context(load_grading())) if entry[0] in about]


@pytest.mark.parametrize(("day", "is_late"), [("2026-03-19", False), ("2026-03-20", False), ("2026-03-21", True)])
def test_feedback_on_the_last_day_is_in_time(day: str, is_late: bool) -> None:
    assert said(反馈日期=day) == ([("feedback_late", REMARK)] if is_late else [])


@pytest.mark.parametrize(("filed", "is_overdue"), [("2026-03-20", False), ("2026-03-21", True)])
def test_without_feedback_the_limit_is_past_on_the_day_after_it(filed: str, is_overdue: bool) -> None:
    assert said(filed=filed, **OPEN) == ([("feedback_overdue", REMARK)] if is_overdue else [])


def test_where_no_day_of_filing_is_known_it_is_today_that_counts() -> None:
    today = Context(load_grading(), today=datetime.date(2026, 3, 21))
    assert said(today, filed="", **OPEN) == [("feedback_overdue", REMARK)]
    assert said(filed="", **OPEN) == []


def test_a_reason_in_the_remarks_is_what_was_asked_for() -> None:
    assert said(反馈日期="2026-03-21", 备注="当事人出差") == []
    assert said(备注="当事人出差", **OPEN) == []


def test_feedback_whose_day_cannot_be_read_was_given() -> None:
    assert said(反馈日期="已反馈", 督查结果="", 状态="已反馈") == []


def test_a_limit_that_has_to_be_cleared_binds_nobody() -> None:
    assert (
        said(核实情况="不属实", 问题程度="", 处置方式="予以了结", 处置日期="", 承办人="", 反馈日期="", 督查结果="")
        == []
    )
