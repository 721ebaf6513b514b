"""A unit's three scores and the one result of them, in exact decimal arithmetic (第八条(三): 自查、日常督查、年终检查).

    自查 = Σ self                                         the unit gives it, item by item
    日常督查 = Σ p − Σ min(pᵢ, what was deducted on i in the year)   of the office's records of inspections
    年终检查 = Σ final                                      the appraisers give it, item by item
    R = round_half_up(w₁·自查 + w₂·日常督查 + w₃·年终检查 + min(加分, cap) − 减分, 1), within 0…100

A part that is not there is never taken for nothing: then there is no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lzxl.forms.appraisal import FULL, SCORE_FIELDS, AppraisalScheme, round_half_up

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Parts:
    """What a unit's result is made of. None: the part is not there, or not complete."""

    self_score: Decimal | None = None
    inspection_score: Decimal | None = None
    final_score: Decimal | None = None
    bonus: Decimal = NOTHING
    """What is added above the scores, before the cap."""
    penalty: Decimal = NOTHING
    """What is taken off beside the items, as a positive number."""

    def missing(self) -> tuple[str, ...]:
        """Those of `SCORE_FIELDS` that are not there."""
        return tuple(name for name in SCORE_FIELDS if getattr(self, name) is None)


def exact(value: float | int | Decimal) -> Decimal:
    """A number of a cell as people read it: 0.1 is a tenth, not the binary number beside it."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def sum_of_items(scores: Iterable[float | Decimal | None]) -> Decimal | None:
    """The sum of the scores of all items; None if one of them is not given, or if there is no item."""
    given = list(scores)
    if not given or any(score is None for score in given):
        return None
    return sum((exact(score) for score in given if score is not None), NOTHING)


def after_deductions(points: Mapping[str, Decimal], deductions: Iterable[tuple[str, Decimal]]) -> Decimal:
    """What is left of all items' `points` when each item has lost what was deducted on it, which is never more than it has.

    `deductions`: (item, points off), in any order and as often as it was found. Those on an item that there is not are left out
    here: they are told as findings where they stand.
    """
    lost = dict.fromkeys(points, NOTHING)
    for item, off in deductions:
        if item in lost:
            lost[item] += off
    return sum((points[item] - min(points[item], lost[item]) for item in points), NOTHING)


def unrounded(scheme: AppraisalScheme, parts: Parts) -> Decimal | None:
    """The weighted sum with what is added and taken off, exact and before any limit; None while a part is missing."""
    totals: dict[str, Decimal] = {}
    for name in SCORE_FIELDS:
        total: Decimal | None = getattr(parts, name)
        if total is None:
            return None
        totals[name] = total
    return scheme.weighted(totals) + min(parts.bonus, scheme.bonus_cap) - parts.penalty


def result_of(scheme: AppraisalScheme, parts: Parts) -> Decimal | None:
    """The result, half-up to one decimal and within 0…100; None while a part is missing."""
    number = unrounded(scheme, parts)
    if number is None:
        return None
    return round_half_up(min(max(number, NOTHING), FULL))
