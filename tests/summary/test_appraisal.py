"""The appraisal scheme (第八条(三)): weights, bands, rounding, ranks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from lzxl.errors import ConfigError
from lzxl.forms.appraisal import build_scheme, load_appraisal, round_half_up
from lzxl.summary.statistics import Appraisal, average, evaluated

from .rounds import UNITS, by_book

GRADES = [{"grade": "优秀", "from": 90}, {"grade": "合格", "from": 60}, {"grade": "不合格", "from": 0}]
WEIGHTS = {"self_score": 20, "inspection_score": 40, "final_score": 40}


def scored(*scores: tuple[str, str, str | None]) -> tuple[Appraisal, ...]:
    """The first units with three scores each."""
    codes = (unit.code for unit in UNITS)
    return evaluated(by_book(UNITS, dict(zip(codes, scores, strict=False))))


def test_the_scheme_of_the_product_loads_and_names_its_source() -> None:
    scheme = load_appraisal()
    assert sum(scheme.weights.values()) == 100
    assert "细则未规定" in scheme.basis


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": {**WEIGHTS, "final_score": 41}}, "合计应为100"),
        ({"weights": {"self_score": 50, "final_score": 50}}, "这三项"),
        ({"weights": {"self_score": -20, "inspection_score": 60, "final_score": 60}}, "不得为负"),
        ({"weights": {**WEIGHTS, "final_score": "四十"}}, "有误"),
        ({"grades": []}, "未写等次"),
        ({"grades": GRADES[:2]}, "空档"),
        ({"grades": [*GRADES, {"grade": "优秀", "from": 95}]}, "重复"),
        ({"grades": GRADES[::-1]}, "从高到低"),
        ({"grades": [{"grade": "优秀", "from": 120}, *GRADES[1:]]}, "0到100"),
        ({"grades": [{"grade": "优秀"}]}, "有误"),
        ({"basis": " "}, "依据"),
    ],
)
def test_a_scheme_that_cannot_be_used_is_refused(change: dict[str, Any], said: str) -> None:
    build_scheme({"weights": WEIGHTS, "grades": GRADES, "basis": "某办法"})
    with pytest.raises(ConfigError, match=said):
        build_scheme({"weights": WEIGHTS, "grades": GRADES, "basis": "某办法", **change})


@pytest.mark.parametrize(
    ("name", "said"), [("quota", "百分数，应在0到100之间"), ("bonus_cap", "加分上限（bonus_cap）应在0到100之间")]
)
def test_a_quota_and_the_most_that_is_added_lie_between_nothing_and_all(name: str, said: str) -> None:
    plain = {"weights": WEIGHTS, "grades": GRADES, "basis": "某办法"}
    for number in (0, 0.5, 100):
        assert getattr(build_scheme({**plain, name: number}), name) == Decimal(str(number))
    for number in (-1, 101):
        with pytest.raises(ConfigError) as caught:
            build_scheme({**plain, name: number})
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("number", "rounded"), [("89.95", "90.0"), ("89.949", "89.9"), ("0.05", "0.1"), ("80", "80.0")]
)
def test_halves_round_up(number: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(number))) == rounded


def test_the_grade_is_that_of_the_result_as_shown() -> None:
    entry, *_ = scored(("89.95", "89.95", "89.95"))
    assert (entry.result, entry.grade) == (Decimal("90.0"), "优秀")


def test_equal_results_share_a_rank_and_the_next_is_left_out() -> None:
    low, high = ("80", "80", "80"), ("85", "85", "85")
    assert [entry.rank for entry in scored(low, high, low)] == [2, 1, 2]


def test_a_missing_score_gives_no_result_no_grade_and_no_rank() -> None:
    first, second, _ = scored(("100", "100", None))
    assert (first.result, first.grade, first.rank, first.state) == (None, "", 0, "未齐")
    assert first.totals == {"self_score": 100, "inspection_score": 100, "final_score": None}
    assert (second.totals["self_score"], second.state) == (None, "未齐")
    assert average([first, second]) is None
