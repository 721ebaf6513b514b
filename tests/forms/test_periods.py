"""A cover may name a round beside its period, as people write it."""

from __future__ import annotations

import pytest

from lzxl.forms.periods import is_of_period, label_in, label_key, stated_period, without_label

PERIOD = "2026年度"
QUARTERS = ("第一季度", "第二季度")
MONTHS = ("1月", "2月", "11月", "12月")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026年度（第一季度）", "第一季度"),
        ("2026年度(第二季度)", "第二季度"),
        ("2026 年度 第 1 季度", "第一季度"),
        ("2026年度·二季度", "第二季度"),
        ("２０２６年度（第２季度）", "第二季度"),
        ("2026年第二季度", "第二季度"),
        ("第二季度", "第二季度"),
        ("二季度", "第二季度"),
        ("2026年度", ""),
        ("", ""),
        ("2026年度（第三季度）", ""),
        ("2025年度（第一季度）", ""),
        ("2025年第一季度", ""),
        ("第一季度和第二季度", ""),
        ("2026年度第一、第二季度", ""),
        ("2026年度第一季度、第二季度", ""),
    ],
)
def test_a_label_is_found_in_what_the_cover_says(text: str, label: str) -> None:
    assert label_in(text, PERIOD, QUARTERS) == label
    assert is_of_period(text, PERIOD, QUARTERS) == (bool(label) or text == PERIOD)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026年度（11月）", "11月"),
        ("2026年度1月", "1月"),
        ("2026年12月", "12月"),
        ("2026年度21月", ""),
        ("十一月", "11月"),
    ],
)
def test_a_label_is_no_part_of_a_longer_number(text: str, label: str) -> None:
    assert label_in(text, PERIOD, MONTHS) == label


@pytest.mark.parametrize(
    ("one", "other"), [("第十二期", "12 期"), ("第二十期", "第20期"), ("第三十一期", "31期"), ("第十期", "10期")]
)
def test_numerals_are_numbers(one: str, other: str) -> None:
    assert label_key(one) == label_key(other)


def test_what_is_printed_is_read_again() -> None:
    for label in (*QUARTERS, ""):
        stated = stated_period(PERIOD, label)
        assert label_in(stated, PERIOD, QUARTERS) == label
        assert without_label(stated, QUARTERS) == PERIOD
