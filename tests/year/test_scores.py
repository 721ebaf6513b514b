"""The score of a unit (第八条(三)): three parts, one result, exact; held against a second, plain computation in fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.appraisal import load_appraisal
from lzxl.year.scores import Parts, after_deductions, exact, result_of, sum_of_items, unrounded

SCHEME = load_appraisal()
HUNDREDTHS = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)
SMALL = st.integers(0, 2_000).map(lambda number: Decimal(number) / 100)


def parts(self_score: str, inspection: str, final: str, bonus: str = "0", penalty: str = "0") -> Parts:
    return Parts(*(Decimal(text) for text in (self_score, inspection, final, bonus, penalty)))


@pytest.mark.parametrize(
    ("given_parts", "weighted", "result"),
    [
        (parts("96.0", "97.0", "98.0"), "97.20", "97.2"),
        (parts("98.0", "95.5", "94.0"), "95.40", "95.4"),
        (parts("97.0", "95.0", "95.0"), "95.40", "95.4"),
        (parts("90.25", "90.0", "89.75"), "89.950", "90.0"),
        (parts("100.0", "88.0", "85.5"), "89.40", "89.4"),
        (parts("94.5", "83.0", "78.0"), "83.30", "83.3"),
    ],
)
def test_the_units_of_the_example(given_parts: Parts, weighted: str, result: str) -> None:
    assert unrounded(SCHEME, given_parts) == Decimal(weighted)
    assert str(result_of(SCHEME, given_parts)) == result


@pytest.mark.parametrize(
    ("weighted", "result", "grade"),
    [
        ("89.949", "89.9", "良好"),
        ("89.950", "90.0", "优秀"),
        ("79.95", "80.0", "良好"),
        ("59.94", "59.9", "不合格"),
        ("59.95", "60.0", "合格"),
        ("0", "0.0", "不合格"),
    ],
)
def test_the_grade_is_that_of_the_result_as_shown(weighted: str, result: str, grade: str) -> None:
    found = result_of(SCHEME, parts(weighted, weighted, weighted))
    assert found is not None
    assert (str(found), SCHEME.grade(found)) == (result, grade)


def test_what_is_added_is_capped_and_the_result_stays_within_a_hundred_and_nothing() -> None:
    assert result_of(SCHEME, parts("100", "100", "100", bonus="3")) == 100
    assert result_of(SCHEME, parts("90", "90", "90", bonus="5")) == 93
    assert result_of(SCHEME, parts("90", "90", "90", bonus="5", penalty="1.5")) == Decimal("91.5")
    assert result_of(SCHEME, parts("1", "1", "1", penalty="5")) == 0


def test_a_part_that_is_not_there_is_never_taken_for_nothing() -> None:
    incomplete = Parts(Decimal(92), Decimal(90), None)
    assert result_of(SCHEME, incomplete) is None
    assert incomplete.missing() == ("final_score",)


def test_items_are_added_exactly_and_one_missing_leaves_no_sum() -> None:
    assert sum_of_items([0.1] * 10) == 1
    assert sum_of_items([5, None]) is None
    assert sum_of_items([]) is None


def test_an_item_never_loses_more_than_it_has() -> None:
    points = {"13": Decimal(4), "12": Decimal(6)}
    five_times = [("13", Decimal(1))] * 5
    assert after_deductions(points, five_times) == 6
    assert after_deductions(points, [("12", exact(0.5)), ("12", exact(0.1))]) == Decimal("9.4")
    assert after_deductions(points, [("99", Decimal(1))]) == 10


def _plain_result(given_parts: Parts) -> Fraction:
    """The same law once more, in fractions and by counting halves."""
    total = Fraction(0)
    for name, weight in SCHEME.weights.items():
        total += Fraction(weight) / 100 * Fraction(getattr(given_parts, name))
    total += min(Fraction(given_parts.bonus), Fraction(SCHEME.bonus_cap)) - Fraction(given_parts.penalty)
    total = max(Fraction(0), min(Fraction(100), total))
    return Fraction(floor(total * 10 + Fraction(1, 2)), 10)


@settings(deadline=None)
@given(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS, SMALL, SMALL)
def test_the_result_is_that_of_a_plain_computation(
    own: Decimal, inspection: Decimal, final: Decimal, bonus: Decimal, penalty: Decimal
) -> None:
    given_parts = Parts(own, inspection, final, bonus, penalty)
    found = result_of(SCHEME, given_parts)
    assert found is not None
    assert Fraction(found) == _plain_result(given_parts)
    assert 0 <= found <= 100


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), SMALL, min_size=1), st.data())
def test_deductions_in_any_order_take_the_same(points: dict[str, Decimal], data: st.DataObject) -> None:
    deductions = data.draw(st.lists(st.tuples(st.sampled_from(sorted(points)), SMALL)))
    plain = sum(
        max(Fraction(0), Fraction(most) - sum(Fraction(off) for item, off in deductions if item == name))
        for name, most in points.items()
    )
    assert Fraction(after_deductions(points, deductions)) == plain
    assert after_deductions(points, deductions[::-1]) == after_deductions(points, deductions)
