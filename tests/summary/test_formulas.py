"""Criteria and ranges of the live totals."""

from __future__ import annotations

import pytest

from lzxl.summary.charts import step
from lzxl.summary.formulas import Region, Totals, criterion, region

TABLE = Region("表", 1, 9, {"unit_code": 0, "word": 1, "score": 27})


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("一级", '"一级"'),
        ("a*b?c~d", '"a~*b~?c~~d"'),
        (">5", '"=>5"'),
        ("=x", '"==x"'),
        ('他说"好"', '"他说""好"""'),
    ],
)
def test_a_criterion_matches_that_word_and_nothing_else(word: str, written: str) -> None:
    assert criterion(word) == written


def test_ranges_are_bounded() -> None:
    assert TABLE.ref("score") == "'表'!$AB$2:$AB$10"
    assert region("表", 1, 0, ["a"]).ref("a") == "'表'!$A$2:$A$2"


def test_exact_totals_compare_plain_texts() -> None:
    totals = Totals(["HB01", "011"])
    wanted = {"unit_code": "$A5", "word": criterion(">a*")}
    assert totals.count(TABLE, wanted) == "SUMPRODUCT(('表'!$A$2:$A$10=$A5)*('表'!$B$2:$B$10=\">a*\")*1)"


@pytest.mark.parametrize("code", ["011", "1E5", "TRUE", "MAR10", "DEC2026", "10JAN"])
def test_codes_that_look_like_values_make_totals_exact(code: str) -> None:
    assert "SUMPRODUCT" in Totals(["HB01", code]).count(TABLE, {"unit_code": "$A5"})
    assert "COUNTIFS" in Totals(["HB01", "FGSP"]).count(TABLE, {"unit_code": "$A5"})


@pytest.mark.parametrize(
    ("greatest", "expected"), [(0, 1), (6, 1), (7, 2), (20, 5), (46, 10), (125, 50), (12000, 2000)]
)
def test_axis_steps_are_round(greatest: int, expected: int) -> None:
    assert step(greatest) == expected
