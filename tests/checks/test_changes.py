"""变动: what a unit says of last year's rows and what it wrote there agree, and none of them goes without a reason (第八条(三))."""

from __future__ import annotations

import pytest

from lzxl.submission import Submission
from lzxl.year.cancelled import without_cancelled
from tests.checks.tables import check, submission

HEAD = "| 风险点编号 | 岗位 | 职权 | 风险点 | 变动 | 变动理由 |\n|-|\n"
BEFORE = {"HB01-001": {"power": "用车", "point": "公车私用"}, "HB01-002": {"power": "用印", "point": "私用公章"}}


def register(*rows: str, measures: str = "") -> Submission:
    tables = {"risk_points": HEAD + "\n".join(rows)}
    if measures:
        tables["measures"] = f"| 措施编号 | 关联风险点编号 |\n|-|\n{measures}"
    return submission("risk_register", tables, before={"risk_points": BEFORE})


def told(made: Submission) -> list[tuple[str, str, str]]:
    codes = ("removed_without_reason", "change_not_said", "change_unfounded")
    [checked] = check(made)
    return [(entry.code, entry.cell, entry.severity) for entry in checked.findings if entry.code in codes]


KEPT = "| HB01-002 | 文秘岗 | 用印 | 私用公章 | 不变 | |"


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("| HB01-001 | 车管岗 | 用车 | 公车 私用 | 不变 | |", []),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用和油卡套现 | 修改 | |", []),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用和油卡套现 | 不变 | |", [("change_not_said", "E2", "info")]),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用和油卡套现 | | |", []),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用 | 修改 | |", [("change_unfounded", "E2", "info")]),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用 | 新增 | |", [("change_unfounded", "E2", "info")]),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用 | 取消 | 车辆已移交 |", []),
        ("| HB01-001 | 车管岗 | 用车 | 公车私用 | 取消 | |", [("removed_without_reason", "F2", "error")]),
        ("| HB01-003 | 车管岗 | 用车 | 油卡套现 | | |", [("removed_without_reason", "", "warning")]),
    ],
)
def test_what_is_said_of_a_row_is_what_became_of_it(row: str, codes: list[tuple[str, str, str]]) -> None:
    assert told(register(row, KEPT)) == codes


def test_what_is_told_names_what_differs_and_what_is_gone() -> None:
    [checked] = check(register("| HB01-001 | 车管岗 | 用车 | 油卡套现 | 不变 | |"))
    said = {entry.code: entry.message for entry in checked.findings}
    assert said["change_not_said"] == "本行填“不变”，但与上年的风险点不同。"
    assert said["removed_without_reason"] == "上年的HB01-002本版中没有，未写明理由。"


def test_a_first_year_is_asked_for_nothing() -> None:
    made = register("| HB01-001 | 车管岗 | 用车 | 油卡套现 | 不变 | |")
    made.before = {}
    assert told(made) == []


def test_a_cancelled_row_and_what_refers_to_it_count_for_nothing() -> None:
    row = "| HB01-001 | 车管岗 | 用车 | 公车私用 | 取消 | 车辆已移交 |"
    made = register(row, KEPT, measures="| HB01-C001 | HB01-001 |\n| HB01-C002 | HB01-002 |")
    left = without_cancelled(made)
    assert [
        (table.name, table.values[name], table.rows) for table, name in zip(left.tables, ("id", "risk_id"), strict=True)
    ] == [
        ("risk_points", ["HB01-002"], [3]),
        ("measures", ["HB01-002"], [3]),
    ]
    assert without_cancelled(left) is left
    assert len(made.tables[0].rows) == 2, "what the unit filed stays as it is"


def test_a_cancelled_row_without_a_number_takes_nothing_with_it() -> None:
    """A measure that does not say whose it is was dropped with it: nothing was taken for a number that both have."""
    row = "| | 车管岗 | 用车 | 公车私用 | 取消 | 车辆已移交 |"
    made = register(row, KEPT, measures="| HB01-C001 | |\n| HB01-C002 | HB01-002 |")
    points, measures = without_cancelled(made).tables
    assert points.values["id"] == ["HB01-002"]
    assert measures.values["risk_id"] == [None, "HB01-002"]
