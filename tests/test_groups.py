"""Things put together by what they share: none is lost, none comes twice, and their order stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lzxl.groups import apart, grouped

NUMBERS = st.lists(st.integers(-9, 9))


@given(NUMBERS)
def test_every_thing_is_in_the_group_of_what_it_shares_and_in_order(numbers: list[int]) -> None:
    groups = grouped(numbers, abs)
    assert list(groups) == list(dict.fromkeys(map(abs, numbers))), "the group of the first thing comes first"
    for shared, things in groups.items():
        assert things == [number for number in numbers if abs(number) == shared]


@given(NUMBERS)
def test_what_is_set_apart_and_what_is_left_are_all(numbers: list[int]) -> None:
    below, others = apart(numbers, lambda number: number < 0)
    assert below == [number for number in numbers if number < 0]
    assert others == [number for number in numbers if number >= 0]
