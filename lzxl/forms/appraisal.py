"""How appraisal scores become one result and one grade (第八条(三)), by a scheme that is data: schemas/appraisal.yaml.

The rules give neither weights nor grades; the scheme names its source, and whatever shows a result shows that too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.load import read_sound

SCORE_FIELDS = ("self_score", "inspection_score", "final_score")
"""The three ways of 考核评责, as fields of the appraisal form: 自查, 日常督查, 年终检查."""

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class GradeBand:
    """A grade and the lowest result that earns it."""

    grade: str
    lowest: Decimal


@dataclass(frozen=True)
class AppraisalScheme:
    """Weights in percent by score field, grade bands from best to worst, and what both rest on."""

    weights: Mapping[str, Decimal]
    bands: tuple[GradeBand, ...]
    basis: str

    def result(self, totals: Mapping[str, Decimal]) -> Decimal:
        """The weighted result of the score totals (by score field), half-up to one decimal."""
        weighted = sum((weight * totals[name] for name, weight in self.weights.items()), Decimal(0)) / 100
        return round_half_up(weighted)

    def grade(self, result: Decimal) -> str:
        """The grade of a result; a result below every band gets the lowest grade."""
        return next((band.grade for band in self.bands if result >= band.lowest), self.bands[-1].grade)


def round_half_up(number: Decimal) -> Decimal:
    """`number` to one decimal, halves away from zero: 89.95 → 90.0."""
    return number.quantize(_TENTH, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=4)
def load_appraisal(folder: Path | None = None) -> AppraisalScheme:
    """The scheme of `schemas/appraisal.yaml`. Raises ConfigError if its weights or bands cannot be used."""
    return build_scheme(read_sound(folder or data_folder("schemas"), "appraisal.yaml"))


def build_scheme(data: Mapping[str, Any]) -> AppraisalScheme:
    """The scheme described by `data`.

    Raises ConfigError unless the weights are those of the three scores and sum to 100, the bands start at 0, rise
    without repeating a grade or a limit and stay within 100, and the basis is named.
    """
    try:
        weights = {str(name): Decimal(str(weight)) for name, weight in data["weights"].items()}
        bands = tuple(GradeBand(str(band["grade"]), Decimal(str(band["from"]))) for band in data["grades"])
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise ConfigError(f"考核办法 appraisal.yaml 缺少或者有误：{error}", code="appraisal_malformed") from None
    basis = str(data.get("basis", "")).strip()
    if set(weights) != set(SCORE_FIELDS):
        raise ConfigError(
            f"考核办法 appraisal.yaml 的权重应正好是这三项：{'、'.join(SCORE_FIELDS)}。",
            code="appraisal_weights_unknown",
        )
    if any(not weight.is_finite() or weight < 0 for weight in weights.values()) or sum(weights.values()) != 100:
        raise ConfigError("考核办法 appraisal.yaml 的三项权重不得为负，合计应为100。", code="appraisal_weights_wrong")
    if not basis:
        raise ConfigError("考核办法 appraisal.yaml 未写明权重和等次的依据（basis）。", code="appraisal_without_basis")
    _check_bands(bands)
    return AppraisalScheme(
        {name: weights[name] for name in SCORE_FIELDS},
        tuple(sorted(bands, key=lambda band: band.lowest, reverse=True)),
        basis,
    )


def _check_bands(bands: tuple[GradeBand, ...]) -> None:
    if not bands:
        raise ConfigError("考核办法 appraisal.yaml 未写等次。", code="appraisal_without_grades")
    limits = [band.lowest for band in bands]
    if any(not limit.is_finite() or not 0 <= limit <= 100 for limit in limits):
        raise ConfigError("考核办法 appraisal.yaml 的等次起点应在0到100之间。", code="appraisal_limit_out_of_range")
    if len(set(limits)) != len(limits) or len({band.grade for band in bands}) != len(bands):
        raise ConfigError("考核办法 appraisal.yaml 的等次或起点有重复。", code="appraisal_grades_repeated")
    if limits != sorted(limits, reverse=True):
        raise ConfigError("考核办法 appraisal.yaml 的等次应从高到低排列。", code="appraisal_grades_unordered")
    if min(limits) != 0:
        raise ConfigError(
            f"考核办法 appraisal.yaml 的等次有空档：最低一等应从0分起，现在是{min(limits)}分。",
            code="appraisal_grades_with_gap",
        )
