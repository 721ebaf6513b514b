"""How appraisal scores become one result and one grade (第八条(三)), by a scheme that is data: schemas/appraisal.yaml.

The rules give neither weights nor grades; the scheme names its source, and whatever shows a result shows that too. A bureau's
own settings (`[appraisal]` in lzxl.toml) take the place of the file's, key by key, and are judged by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from lzxl.data import schemas_folder
from lzxl.errors import ConfigError
from lzxl.forms.load import read_sound

SCORE_FIELDS = ("self_score", "inspection_score", "final_score")
"""The three ways of 考核评责, as fields of the appraisal form: 自查, 日常督查, 年终检查."""
SETTINGS = ("weights", "basis", "grades", "quota", "bonus_cap", "zero_item", "self_above_final", "groups")
"""What a bureau may set, as the keys are called in schemas/appraisal.yaml and under [appraisal] in lzxl.toml."""

NAME = "appraisal.yaml"
"""The file of `schemas/`."""
SECTION = NAME.removesuffix(".yaml")
"""The section of lzxl.toml that is called like it."""

FULL = Decimal(100)
_TENTH = Decimal("0.1")
_FILE = f"考核办法 {NAME}"


@dataclass(frozen=True)
class GradeBand:
    """A grade and the lowest result that earns it."""

    grade: str
    lowest: Decimal


@dataclass(frozen=True)
class Tariff:
    """What a fact takes off: the number of the item, and points for each time; 0: it is only listed."""

    item: str
    points: Decimal


@dataclass(frozen=True)
class AppraisalScheme:
    """Weights in percent by score field, grade bands from best to worst, and what both rest on."""

    weights: Mapping[str, Decimal]
    bands: tuple[GradeBand, ...]
    basis: str
    quota: Decimal | None = None
    """At most this percent of the units that have a result get the best grade; None: as many as earn it."""
    bonus_cap: Decimal = Decimal(0)
    """Points above the three scores are added up to this."""
    zero_item: str = ""
    """The best grade of a unit with an item of no points; "": any."""
    self_above_final: Decimal | None = None
    """From this distance on it is said that the unit's own total is above the appraisers'."""
    proposals: Mapping[str, Tariff] = field(default_factory=dict)
    """Kind of fact → what is taken off for each."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Kinds of units that are ranked together; those that are not named are ranked by their kind. (): all together."""

    @property
    def best(self) -> str:
        """The best grade, the one that the quota is of."""
        return self.bands[0].grade

    @property
    def grades(self) -> tuple[str, ...]:
        """All grades, the best first."""
        return tuple(band.grade for band in self.bands)

    def result(self, totals: Mapping[str, Decimal]) -> Decimal:
        """The weighted result of the score totals (by score field), half-up to one decimal."""
        return round_half_up(self.weighted(totals))

    def weighted(self, totals: Mapping[str, Decimal]) -> Decimal:
        """The weighted sum of the score totals (by score field), exact."""
        return sum((weight * totals[name] for name, weight in self.weights.items()), Decimal(0)) / FULL

    def grade(self, result: Decimal) -> str:
        """The grade of a result; a result below every band gets the lowest grade."""
        return next((band.grade for band in self.bands if result >= band.lowest), self.bands[-1].grade)

    def below(self, grade: str) -> str:
        """The grade after `grade`; the worst one itself has none after it."""
        place = self.grades.index(grade)
        return self.grades[min(place + 1, len(self.grades) - 1)]

    def worst(self, grades: list[str]) -> str:
        """The worst of some grades, of which there is at least one."""
        return max(grades, key=self.grades.index)


def round_half_up(number: Decimal) -> Decimal:
    """`number` to one decimal, halves away from zero: 89.95 → 90.0."""
    # As people reckon on paper; Python's round() takes 89.85 as a double and the even digit.
    return number.quantize(_TENTH, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=4)
def load_appraisal(folder: Path | None = None) -> AppraisalScheme:
    """The scheme of `schemas/appraisal.yaml`. Raises ConfigError if its weights or bands cannot be used."""
    return build_scheme(read_sound(schemas_folder(folder), NAME))


def own_scheme(file: str, settings: Mapping[str, Any], folder: Path | None = None) -> AppraisalScheme:
    """The scheme with a bureau's own `settings` (those of `SETTINGS` that it names) in the place of the file's.

    `file`: what is to be mended if they cannot be used. Raises ConfigError with a sentence for each mistake.
    """
    together = {**read_sound(schemas_folder(folder), NAME), **settings}
    if "grades" in settings and "zero_item" not in settings:
        together["zero_item"] = _second_grade(settings["grades"])
    return build_scheme(together, f"{file} 的 [{SECTION}] ")


def _second_grade(grades: Any) -> str:
    """The grade after the best of a bureau's own ones, whose names the file's own limit does not know."""
    try:
        return str(grades[1]["grade"])
    except (LookupError, TypeError):
        return ""


def build_scheme(data: Mapping[str, Any], where: str = _FILE + " ") -> AppraisalScheme:
    """The scheme described by `data`; `where`: what holds it, as a sentence begins.

    Raises ConfigError, with a sentence for each mistake, unless the weights are those of the three scores and sum to 100, the bands
    start at 0, fall without repeating a grade or a limit and stay within 100, the basis is named, and the other numbers make sense.
    """
    try:
        scheme = _made(data)
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise ConfigError(f"{where}缺少或者有误：{error}。", code="appraisal_malformed") from None
    mistakes = [
        *_mistakes_in_weights(scheme),
        *_mistakes_in_bands(scheme.bands),
        *_mistakes_in_limits(scheme),
        *_mistakes_in_comparisons(scheme),
    ]
    if mistakes:
        sentences = "\n".join(f"{where}{sentence}" for _, sentence in mistakes)
        raise ConfigError(sentences, code="appraisal_unusable", mistakes=[code for code, _ in mistakes])
    return scheme


def _made(data: Mapping[str, Any]) -> AppraisalScheme:
    """The scheme as `data` says it, whether or not it makes sense."""
    return AppraisalScheme(
        _weights(data["weights"]),
        tuple(GradeBand(str(band["grade"]), _number(band["from"])) for band in data["grades"]),
        str(data.get("basis", "")).strip(),
        quota=_number_if_any(data.get("quota")),
        bonus_cap=_number(data.get("bonus_cap", 0)),
        zero_item=str(data.get("zero_item") or ""),
        self_above_final=_number_if_any(data.get("self_above_final")),
        proposals={str(kind): _tariff(one) for kind, one in data.get("proposals", {}).items()},
        groups=tuple(tuple(map(str, group)) for group in _lists(data.get("groups", ()))),
    )


def _weights(data: Mapping[str, Any]) -> dict[str, Decimal]:
    """The weights in the order of the three scores; what is none of them behind."""
    given = {str(name): _number(weight) for name, weight in data.items()}
    # In one order whatever the file's: weights stand in columns, and in sentences.
    names = [name for name in SCORE_FIELDS if name in given] + sorted(set(given) - set(SCORE_FIELDS))
    return {name: given[name] for name in names}


def _tariff(data: Mapping[str, Any]) -> Tariff:
    return Tariff(str(data["item"]), _number(data["points"]))


def _lists(groups: Any) -> Any:
    """`groups`, if it is a list of lists."""
    # A text is a list of its characters to Python: each would be a kind of units.
    if isinstance(groups, str) or any(isinstance(group, str) for group in groups):
        raise TypeError("groups 应是几组单位类别")
    return groups


def _number(value: Any) -> Decimal:
    # YAML reads on and yes, as true, for truth, which is 1 to Python: nobody means one point.
    if isinstance(value, bool):
        raise TypeError(f"{value} 不是数")
    # By its digits: Decimal(0.1) is not 0.1, and three weights of it would not add up to 100.
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value} 不是数")
    return number


def _number_if_any(value: Any) -> Decimal | None:
    return None if value is None else _number(value)


Mistake = tuple[str, str]
"""A mistake's code, and the rest of its sentence."""


def _mistakes_in_weights(scheme: AppraisalScheme) -> Iterator[Mistake]:
    if set(scheme.weights) != set(SCORE_FIELDS):
        yield "appraisal_weights_unknown", f"的权重应正好是这三项：{'、'.join(SCORE_FIELDS)}。"
    elif any(weight < 0 for weight in scheme.weights.values()) or sum(scheme.weights.values()) != FULL:
        said = "、".join(f"{weight.normalize():f}" for weight in scheme.weights.values())
        total = sum(scheme.weights.values(), Decimal(0)).normalize()
        yield "appraisal_weights_wrong", f"的三项权重不得为负，合计应为100，现为{said}，合计{total:f}。"
    if not scheme.basis:
        yield "appraisal_without_basis", "未写明权重和等次的依据（basis）。"


def _mistakes_in_bands(bands: tuple[GradeBand, ...]) -> Iterator[Mistake]:
    if not bands:
        yield "appraisal_without_grades", "未写等次。"
        return
    limits = [band.lowest for band in bands]
    if not all(map(_is_of_hundred, limits)):
        yield "appraisal_limit_out_of_range", "的等次起点应在0到100之间。"
    yield from _bands_out_of_order(bands)
    if min(limits) > 0:
        lowest = _told(min(limits))
        yield (
            "appraisal_grades_with_gap",
            f"的等次有空档：最低一等应从0分起，现在是{lowest}分，0到{lowest}分没有等次。",
        )


def _bands_out_of_order(bands: tuple[GradeBand, ...]) -> Iterator[Mistake]:
    """Bands go from high to low, each with a grade and a limit of its own: only the first fault is told."""
    limits = [band.lowest for band in bands]
    if twice := _repeated([band.grade for band in bands]):
        yield "appraisal_grades_repeated", f"的等次有重复：{twice}。"
    elif twice := _repeated(list(map(_told, limits))):
        same = "、".join(band.grade for band in bands if _told(band.lowest) == twice)
        yield "appraisal_grades_repeated", f"的等次起点有重复：{same}都从{twice}分起。"
    elif limits != sorted(limits, reverse=True):
        yield "appraisal_grades_unordered", "的等次应从高到低排列。"


def _told(number: Decimal) -> str:
    """A number as people write it: 90, not 9E+1."""
    return f"{number.normalize():f}"


def _repeated(texts: list[str]) -> str:
    """The first text that stands there twice, "" if none does."""
    return next((text for text in texts if texts.count(text) > 1), "")


def _mistakes_in_limits(scheme: AppraisalScheme) -> Iterator[Mistake]:
    if scheme.quota is not None and not _is_of_hundred(scheme.quota):
        yield "appraisal_quota_out_of_range", "的优秀名额（quota）是百分数，应在0到100之间。"
    if not _is_of_hundred(scheme.bonus_cap):
        yield "appraisal_bonus_out_of_range", "的加分上限（bonus_cap）应在0到100之间。"
    if scheme.zero_item not in ("", *scheme.grades):
        told = f"没有“{scheme.zero_item}”，可用：{'、'.join(scheme.grades)}。"
        yield "appraisal_zero_item_unknown", f"的有零分项的最高等次（zero_item）{told}"


def _is_of_hundred(number: Decimal) -> bool:
    return 0 <= number <= FULL


def _mistakes_in_comparisons(scheme: AppraisalScheme) -> Iterator[Mistake]:
    """A unit's own total is compared with the appraisers', and units of one group with each other."""
    if scheme.self_above_final is not None and scheme.self_above_final <= 0:
        yield "appraisal_gap_not_positive", "的自查与年终检查相差提示（self_above_final）应大于0。"
    if twice := _repeated(list(chain.from_iterable(scheme.groups))):
        yield "appraisal_groups_overlap", f"的排名分组（groups）里“{twice}”出现两次。"
