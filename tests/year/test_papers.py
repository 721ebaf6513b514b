"""The numbers of papers: read, twice, left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.year.papers import Gap, PaperNumber, Twice, number_gaps, numbers_twice, read_number, told_serials


@pytest.mark.parametrize(
    "text", ["云环廉办〔2026〕3号", "云环廉办[2026]3号", "云环廉办（2026）第03号", " 云环廉办 【2026】 3 号"]
)
def test_a_number_whatever_its_brackets(text: str) -> None:
    assert read_number(text) == PaperNumber("云环廉办", 2026, 3)


def test_what_is_no_number() -> None:
    assert read_number("口头") is None
    assert read_number("") is None


def test_a_number_that_is_used_twice() -> None:
    rows = [(5, "云环廉办〔2026〕3号"), (7, "云环廉提〔2026〕3号"), (9, "云环廉办[2026]3号"), (10, ""), (11, "")]
    assert numbers_twice(rows) == [Twice(9, 5)]


def test_numbers_that_are_left_out() -> None:
    rows = [(5, "云环廉办〔2026〕3号"), (9, "云环廉办〔2026〕9号"), (10, "云环廉办〔2025〕7号")]
    assert number_gaps(rows) == [Gap(9, 3, 9, (4, 5, 6, 7, 8))]
    assert number_gaps(rows, ["云环廉办〔2026〕4号", "云环廉办〔2026〕6号"]) == [Gap(9, 3, 9, (5, 7, 8))]


SERIALS = st.sets(st.integers(1, 30), max_size=12)


@given(SERIALS, SERIALS)
def test_what_no_row_and_no_other_paper_has_is_told_once_up_to_the_last_row(rows: set[int], others: set[int]) -> None:
    """In turn, each at the first row behind it."""
    gaps = number_gaps(
        [(serial, f"云〔2026〕{serial}号") for serial in rows], [f"云[2026]{serial}号" for serial in others]
    )
    known = rows | others
    left = [serial for serial in range(min(known), max(rows)) if serial not in known] if rows else []
    assert [serial for gap in gaps for serial in gap.missing] == left
    for gap in gaps:
        assert all(gap.at == gap.after == min(row for row in rows if row > serial) for serial in gap.missing)
        assert gap.before in known and gap.before < gap.missing[0]


def test_how_they_are_told() -> None:
    assert told_serials([4, 5, 6, 7, 8]) == "4–8"
    assert told_serials([4, 5, 7, 9, 10, 11]) == "4、5、7、9–11"
