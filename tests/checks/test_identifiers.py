"""Numbers: unique in all tables of a kind, the unit's own, in their format; the advice never gives one number twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.checks.identifiers import rows_in_doubt
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_catalogue
from lzxl.submission import Submission
from tests.checks.tables import check, finding, found, submission, table

POWERS = "| 职权编码 | 职权名称 |\n|-|\n"
BELOW = {"header_row": 20}
"""A second table on the same sheet."""
COPIED = {"title": "权责清单 (2)"}
"""A second sheet of the same kind."""


def rows(codes: tuple[str, ...], first: int = 0) -> str:
    return POWERS + "\n".join(f"| {code} | 职权{number} |" for number, code in enumerate(codes, first))


def powers(*codes: str, **more: Any) -> Submission:
    labels = {"零报告": "是", "零报告原因": "本期没有发现。"}
    return submission("risk_register", {"powers": rows(codes)}, labels, **more)


def two_tables(first: tuple[str, ...], second: tuple[str, ...], place: dict[str, Any]) -> Submission:
    """A file with two tables of powers; the second one stands at `place`."""
    made = powers(*first)
    made.tables.append(table("risk_register", "powers", rows(second, len(first)), made.facts, **place))
    return made


def test_numbers_that_differ_pass() -> None:
    assert found(powers("HB01-Q01", "HB01-Q02")) == []


def test_a_number_used_before_is_said_where_it_comes_again() -> None:
    made = powers("HB01-Q01", "HB01-Q02", "HB01-Q01", "HB01-Q01")
    assert found(made) == [("not_unique", "A4"), ("not_unique", "A5")]
    assert [entry.message for entry in check(made)[0].findings if entry.code == "not_unique"] == [
        "职权编码“HB01-Q01”与第2行重复。"
    ] * 2


@pytest.mark.parametrize(
    ("place", "cell", "first"), [(BELOW, "A21", "与第2行重复"), (COPIED, "A2", "与“权责清单”表第2行重复")]
)
def test_a_number_used_in_another_table_is_said_with_where_it_stands_first(
    place: dict[str, Any], cell: str, first: str
) -> None:
    made = two_tables(("HB01-Q01",), ("HB01-Q01", "HB01-Q02"), place)
    assert found(made) == [("not_unique", cell)]
    said = finding(made, "not_unique")
    assert said.sheet == place.get("title", "权责清单")
    assert first in said.message
    assert said.remedy == Remedy("set", "HB01-Q03")


@pytest.mark.parametrize("place", [BELOW, COPIED])
def test_a_name_used_in_another_table_is_found_too(place: dict[str, Any]) -> None:
    made = powers("HB01-Q01")
    made.tables.append(table("risk_register", "powers", rows(("HB01-Q02",)), made.facts, **place))
    assert [code for code, _ in found(made)] == ["not_unique"]
    assert finding(made, "not_unique").header == "职权名称"


def test_numbers_of_tables_of_different_kinds_are_not_compared() -> None:
    tables = {"powers": rows(("HB01-Q01",)), "risk_points": "| 风险点编号 | 岗位 |\n|-|\n| HB01-Q01 | 出纳岗 |"}
    assert found(submission("risk_register", tables)) == [("bad_format", "A2")]


@pytest.mark.parametrize("place", [BELOW, COPIED])
def test_blank_numbers_of_two_tables_never_get_the_same_one(place: dict[str, Any]) -> None:
    made = two_tables(("", "HB01-Q07"), ("", ""), place)
    given = [entry.value for entry in check(made)[0].findings if entry.code == "number_given"]
    assert given == ["HB01-Q08", "HB01-Q09", "HB01-Q10"]


def test_a_number_lost_by_one_sheet_is_not_given_to_another_that_has_it() -> None:
    """A measure's risk point stands on the copied sheet: the blank number of the first one is not it."""
    risks = "| 风险点编号 | 职权 |\n|-|\n| {} | 现金管理 |"
    measures = "| 措施编号 | 关联风险点编号 |\n|-|\n| HB01-C001 | HB01-005 |\n| HB01-C002 | HB01-006 |"
    made = submission("risk_register", {"risk_points": risks.format(""), "measures": measures}, {"风险点数": "2"})
    made.tables.append(table("risk_register", "risk_points", risks.format("HB01-005"), made.facts, title="风险点 (2)"))
    assert finding(made, "missing_value").remedy == Remedy("set", "HB01-006")
    assert finding(made, "reference_lost").cell == "B3"
    assert "“风险点”表第2行" in finding(made, "reference_lost").fix


@pytest.mark.parametrize("place", [BELOW, COPIED])
def test_no_advice_is_given_to_a_row_whose_name_is_blank_or_used_before(place: dict[str, Any]) -> None:
    names = "| 职权编码 | 职权名称 |\n|-|\n| HB01-Q01 | 现金管理 |\n| HB01-Q02 | |\n| HB01-Q03 | 现金 管理 |\n| HB01-Q04 | 采购 |"
    made = submission("risk_register", {"powers": names})
    made.tables.append(table("risk_register", "powers", "| 职权名称 |\n|-|\n| 采购 |\n| 盖章 |", made.facts, **place))
    doubts = rows_in_doubt(Report(made, load_catalogue()), "powers", "power")
    assert [rows for _, rows in doubts] == [{1, 2}, {0}]


def test_a_number_of_another_unit() -> None:
    assert found(powers("HB01-Q01", "HB02-Q02")) == [("id_of_other_unit", "A3")]
    assert found(powers("HB01-Q01", "HB011-Q02")) == [("id_of_other_unit", "A3")]


def test_a_number_in_another_format_is_said_for_that_alone() -> None:
    assert found(powers("HB01-Q01", "HB02Q2")) == [("bad_format", "A3")]


def test_a_number_in_wide_letters_is_the_same_number() -> None:
    assert found(powers("HB01-Q01", "ＨＢ０１－ｑ０１")) == [("not_unique", "A3")]


CODES = st.lists(st.sampled_from(["", "HB01-Q01", "HB01-Q02", "HB02-Q01", "甲", "#N/A"]), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(CODES, CODES, st.sampled_from([BELOW, COPIED]))
def test_following_the_advice_leaves_every_number_right(
    codes: list[str], others: list[str], place: dict[str, Any]
) -> None:
    made = two_tables(tuple(codes), tuple(others), place)
    for said in check(made)[0].findings:
        if said.header == "职权编码" and said.severity == "error":
            assert said.remedy.action == "set"
            assert f"“{said.remedy.value}”" in said.fix
            row = int(said.cell[1:])
            second = row > 20 if place is BELOW else said.sheet != "权责清单"
            index = row - 21 if place is BELOW and second else row - 2
            (others if second else codes)[index] = said.remedy.value
    assert found(two_tables(tuple(codes), tuple(others), place)) == []
