"""Numbers: unique in their table, the unit's own, in their format; the advice never gives one number twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.workbook.submission import Submission
from tests.checks.tables import check, found, submission


def powers(*codes: str, **more: object) -> Submission:
    rows = "\n".join(f"| {code} | 职权{number} |" for number, code in enumerate(codes))
    labels = {"零报告": "是", "零报告原因": "本期没有发现。"}
    return submission("risk_register", {"powers": "| 职权编码 | 职权名称 |\n|-|\n" + rows}, labels, **more)


def test_numbers_that_differ_pass() -> None:
    assert found(powers("HB01-Q01", "HB01-Q02")) == []


def test_a_number_used_before_is_said_where_it_comes_again() -> None:
    assert found(powers("HB01-Q01", "HB01-Q02", "HB01-Q01")) == [("not_unique", "A4")]


def test_a_number_of_another_unit() -> None:
    assert found(powers("HB01-Q01", "HB02-Q02")) == [("id_of_other_unit", "A3")]
    assert found(powers("HB01-Q01", "HB011-Q02")) == [("id_of_other_unit", "A3")]


def test_a_number_in_another_format_is_said_for_that_alone() -> None:
    assert found(powers("HB01-Q01", "HB02Q2")) == [("bad_format", "A3")]


def test_a_number_in_wide_letters_is_the_same_number() -> None:
    assert found(powers("HB01-Q01", "ＨＢ０１－ｑ０１")) == [("not_unique", "A3")]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["", "HB01-Q01", "HB01-Q02", "HB02-Q01", "甲", "#N/A"]), min_size=1, max_size=8))
def test_following_the_advice_leaves_every_number_right(codes: list[str]) -> None:
    made = powers(*codes)
    for finding in check(made)[0].findings:
        if finding.header == "职权编码" and finding.severity == "error":
            assert finding.remedy.action == "set"
            assert f"“{finding.remedy.value}”" in finding.fix
            codes[int(finding.cell[1:]) - 2] = finding.remedy.value
    assert found(powers(*codes)) == []
