"""Numbers as people write them: the number that is written, or a finding; never two numbers joined to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.model import Field
from lzxl.forms.values import Parsed, parse

SCORE = Field("f", "自评分", "score", "第八条(三)", "internal")
COUNT = Field("f", "数目", "count", "第七条", "internal")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200", 1200),
        ("1，200", 1200),
        ("1 200", 1200),
        ("1\u00a0200", 1200),
        ("12,345,678", 12345678),
        ("1,200.5", 1200.5),
        ("３．５ 分", 3.5),
        ("- 2", -2),
        ("−2", -2),
        (" 1\u200b6 ", 16),
        ("2 万", 20000),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: float) -> None:
    assert parse(SCORE, text).value == number


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("0,5", "0.5"), ("0，5", "0.5"), ("1,2", "1.2"), ("0,500", "0.500"), ("3。5", "3.5"), ("3·5分", "3.5")],
)
def test_a_comma_that_may_be_a_decimal_point_is_asked_about(text: str, suggestion: str) -> None:
    assert parse(SCORE, text) == Parsed(None, "decimal_comma", suggestion=suggestion)


@pytest.mark.parametrize(
    "text",
    [
        "3\n2",
        "3 2",
        "3 20",
        "3、2",
        "3 2000",
        "1,20,000",
        "1,2345",
        "3-5",
        "3~5",
        "3²",
        "3①",
        "3. 5",
        "1 200\n300",
        "12 34 567",
    ],
)
def test_two_numbers_in_one_cell_are_no_number(text: str) -> None:
    assert parse(SCORE, text).problem in ("number_unreadable", "decimal_comma")
    assert parse(COUNT, text).value is None


@given(
    st.integers(0, 10**7),
    st.sampled_from(["", ",", "，", " ", "\u2009"]),
    st.sampled_from(["", "\u200b", "\u2060", "\u202c", "\ufe0e"]),
    st.booleans(),
)
def test_a_whole_number_in_any_spelling_reads_back(number: int, group: str, unseen: str, is_wide: bool) -> None:
    text = f"{number:,}".replace(",", group)
    written = unseen.join([text[:1], text[1:]]) + unseen
    if is_wide:
        written = written.translate({ord(digit): ord("０") + int(digit) for digit in "0123456789"})
    assert parse(COUNT, written).value == number


@given(
    st.integers(0, 99), st.integers(0, 99), st.sampled_from([",", "，", "\n", " ", "、", "/", ";", "和", "\u3000", "·"])
)
def test_two_numbers_never_give_a_third(one: int, other: int, between: str) -> None:
    assert parse(SCORE, f"{one}{between}{other}").value is None
