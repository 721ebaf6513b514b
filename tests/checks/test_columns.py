"""Content in the wrong column, and the numbers of a row that stands for several risk points."""

from __future__ import annotations

import pytest

from lzxl.forms.places import Place
from lzxl.submission import Submission, Unplaced
from tests.checks.tables import check, finding, found, submission


def test_a_word_of_another_columns_list_is_no_power() -> None:
    rows = "| 风险点编号 | 职权 | 风险类型 |\n|-|\n| HB01-001 | 制度机制 | 制度机制风险 |\n| HB01-002 | 现金管理 | 制度机制风险 |"
    assert found(submission("risk_register", {"risk_points": rows})) == [("type_in_wrong_column", "B2")]


def own_layout(rows: str, counts: tuple[object, ...] = ()) -> Submission:
    """A register in a layout of its own; `counts`: what its column 风险点数 (the fourth) states in each row."""
    made = submission(
        "risk_register", {"risk_points": f"| 岗位 | 风险点表现形式 | 风险等级 |\n|-|\n{rows}"}, own_layout=True
    )
    [table] = made.tables
    if counts:
        table.unmapped[4] = "风险点数"
        for row, count in zip(table.rows, counts, strict=True):
            place = Place.cell(table.title, row, 4, table.name)
            made.unplaced = [*made.unplaced, Unplaced(place, "风险点数", count, "")]
    return made


def codes(made: Submission) -> list[tuple[str, str]]:
    told = ("missing_level", "count_mismatch")
    return [(entry.code, entry.cell) for entry in check(made)[0].findings if entry.code in told]


def test_a_row_without_a_level_does_not_say_how_grave_it_is() -> None:
    assert codes(own_layout("| 采购员 | 围标 | 一级 |\n| 采购员 | 串标 |  |")) == [("missing_level", "C3")]
    assert codes(own_layout("| 采购员 | 围标 | 很高 |")) == [], "what cannot be read is said for that"


def test_a_register_without_a_column_of_levels_is_told_once() -> None:
    made = own_layout("| 采购员 | 围标 | 一级 |\n| 采购员 | 串标 | 一级 |")
    [table] = made.tables
    del table.columns["level"], table.values["level"]
    assert [code for code, _ in codes(made)] == ["missing_level"]


@pytest.mark.parametrize(
    ("row", "count", "parts"),
    [
        ("| 采购员 | 围标 | 一级 |", 1, ""),
        ("| 采购员 | 围标 | 一级 |", 2, "D列为2个，等级仅1个"),
        ("| 采购员 | 1.围标 | 一级 |", 2, "D列为2个，等级仅1个"),
        ("| 采购员 | 1.围标\\n2.串标 | 1高1中 |", 2, ""),
        ("| 采购员 | 1.围标\\n2.串标 | 1高1中 |", 3, "D列为3个，内容列2条，等级合计2个"),
        ("| 采购员 | 1.围标\\n2.串标\\n3.泄密 | 1高1中 |", 3, "D列为3个，内容列3条，等级合计2个"),
    ],
)
def test_what_is_stated_listed_and_graded_is_the_same_number(row: str, count: int, parts: str) -> None:
    made = own_layout(row, (count,))
    if parts:
        said = finding(made, "count_mismatch")
        assert (said.cell, parts in said.message) == ("D2", True), said.message
    else:
        assert "count_mismatch" not in [code for code, _ in codes(made)]
