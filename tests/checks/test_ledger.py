"""The ledger of warnings by itself, without a campaign: every finding at the cell where it is mended."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest

import lzxl
from lzxl.data import data_folder
from tests.scenarios.books import type_rows

pytestmark = pytest.mark.slow

BOOK = "预警处置台账.xlsx"
WARNING = {
    "预警编号": "YJ-2026-001",
    "采集日期": datetime.date(2026, 3, 9),
    "来源": "信访投诉举报",
    "对象类型": "个人",
    "对象": "甲某",
    "所属单位": "HB10",
    "主要问题": "同类案件处罚幅度悬殊",
}


def checked(tmp_path: Path, *rows: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Code → (severity, cell, message) of everything found in a ledger with one warning and these events."""
    path = tmp_path / BOOK
    shutil.copy(data_folder("workbooks") / BOOK, path)
    type_rows(path, "台账", [WARNING])
    first = {
        "预警编号": "YJ-2026-001",
        "轮次": None,
        "事项": None,
        "日期": None,
        "结果": None,
        "内容": None,
        "文号": None,
    }
    type_rows(path, "办理过程", [{**first, **row} for row in rows])
    [file] = lzxl.check([str(path)]).files
    return {finding.code: (finding.severity, finding.cell, finding.message) for finding in file.findings}


def event(title: str, day: int, result: str = "", **more: Any) -> dict[str, Any]:
    return {"事项": title, "日期": datetime.date(2026, 3, day), "结果": result or None, **more}


def test_a_step_that_is_not_possible_is_told_with_those_that_are(tmp_path: Path) -> None:
    found = checked(tmp_path, event("受理", 10), event("反馈", 12))
    assert found.keys() == {"illegal_step"}
    assert found["illegal_step"][:2] == ("error", "C7")
    assert "此时为“核实中”，不能办理“反馈”" in found["illegal_step"][2]


def test_the_columns_of_an_empty_ledger_say_nothing(tmp_path: Path) -> None:
    assert checked(tmp_path, event("受理", 10, "受理")) == {}


def test_a_round_that_does_not_follow(tmp_path: Path) -> None:
    found = checked(tmp_path, event("受理", 10, 轮次=1))
    assert (found.keys(), found["event_round_differs"][:2]) == ({"event_round_differs"}, ("warning", "B6"))


def test_a_number_that_the_ledger_does_not_have(tmp_path: Path) -> None:
    found = checked(tmp_path, event("受理", 10, 预警编号="YJ-2026-009"))
    assert [cell for _, cell, _ in found.values()] == ["A6"]


@pytest.mark.parametrize(
    ("result", "missing"),
    [("属实；问题程度 较重", "“是否涉嫌违纪违法”"), ("属实；不涉嫌违纪违法", "“问题程度”"), ("查过了", "结果")],
)
def test_what_a_verification_must_say(tmp_path: Path, result: str, missing: str) -> None:
    found = checked(tmp_path, event("受理", 10), event("核实", 20, result))
    assert (found.keys(), found["event_incomplete"][1]) == ({"event_incomplete"}, "F7")
    assert f"缺少{missing}" in found["event_incomplete"][2]


def test_a_transfer_says_its_number_only(tmp_path: Path) -> None:
    before = (event("受理", 10), event("核实", 20, "属实；涉嫌违纪违法 是"))
    without = checked(tmp_path, *before, event("移送", 23))
    assert (without.keys(), without["event_incomplete"][1]) == ({"event_incomplete"}, "I8")
    told = checked(tmp_path, *before, event("移送", 23, 内容="收受礼金", 文号="云环廉移〔2026〕1号"))
    assert (told.keys(), told["transfer_says_content"][:2]) == ({"transfer_says_content"}, ("warning", "G8"))


def test_a_person_is_not_ordered_to_rectify(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        event("受理", 10),
        event("核实", 20, "属实；问题程度 严重；不涉嫌违纪违法"),
        event("处置建议", 23, "责令整改"),
        event("批准", 24, "同意 责令整改"),
    )
    assert (found.keys(), found["order_for_person"][:2]) == ({"order_for_person"}, ("warning", "F9"))
