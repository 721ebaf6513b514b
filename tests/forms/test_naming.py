"""Of many things a sentence names the first few, and says that there are more."""

from __future__ import annotations

import pytest

from lzxl.forms.naming import first_few

NAMES = ["办公室", "人事科", "财务科"]


@pytest.mark.parametrize(
    ("most", "told"),
    [(1, "办公室等"), (2, "办公室、人事科等"), (3, "办公室、人事科、财务科"), (4, "办公室、人事科、财务科")],
)
def test_more_are_there_only_where_some_are_not_named(most: int, told: str) -> None:
    assert first_few(NAMES, most) == told


def test_how_many_there_are_counts_those_that_are_named_too() -> None:
    assert first_few(NAMES, 2, counted="个") == "办公室、人事科等3个"
    assert first_few(NAMES, 3, counted="个") == "办公室、人事科、财务科"


def test_what_has_commas_of_its_own_is_kept_apart_by_another_sign() -> None:
    assert first_few(["甲，一份", "乙，两份", "丙，三份"], 2, "；") == "甲，一份；乙，两份等"


def test_of_nothing_nothing_is_named() -> None:
    assert first_few([], 3, counted="个") == ""
