"""Grading: likelihood × severity → level, from a table that is data (分级).

The table may be any size. Loading it proves that it is total (a level and a basis for every cell), unambiguous, and
monotone (more likely or graver never grades lower). Imported without pandas, polars, pandera or xlwings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from lzxl.errors import ConfigError
from lzxl.forms.vocabulary import Vocabulary

INVALID = "用词不在可选范围"
"""What stands in the place of a level for a word that is not in its vocabulary: in every sheet and every function."""
DECIDED = "规则未明示，领导小组决定一律定为{level}"
"""What a level rests on where the leading group has decided all cells that the rules leave open (`open_cells`)."""


@dataclass(frozen=True)
class Grade:
    """The level of one cell of the table and what it rests on. `open` cells are those that the rules leave open."""

    likelihood: str
    severity: str
    level: str
    basis: str
    open: bool = False


@dataclass(frozen=True)
class GradingTable:
    """A total, monotone table of grades over two closed vocabularies."""

    id: str
    title: str
    likelihood: Vocabulary
    severity: Vocabulary
    level: Vocabulary
    grades: tuple[Grade, ...]
    principle: str = ""

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Grade]:
        return {(grade.likelihood, grade.severity): grade for grade in self.grades}

    def grade(self, likelihood: str, severity: str) -> Grade | None:
        """The grade of two words of the vocabularies; None if either is not a word of them."""
        return self._cells.get((likelihood, severity))

    def pairs_for(self, level: str) -> tuple[Grade, ...]:
        """The cells that have `level`, in table order: what may be chosen to reach it."""
        return tuple(grade for grade in self.grades if grade.level == level)


def build_table(
    data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary], open_cells: str | None = None
) -> GradingTable:
    """The grading table described by `data` (schemas/grading/*.yaml).

    `open_cells`: the level that the leading group has decided on for every cell that the rules leave open (lzxl.toml): then
    none is open any more, and each says so as its basis. None keeps the file's.
    Raises ConfigError if a cell is missing, doubled, unknown, without basis, or breaks monotony.
    """
    name = str(data.get("id", "?"))
    likelihood, severity, level = _vocabularies_of(name, data, vocabularies)
    if open_cells is not None and open_cells not in level.allowed:
        raise ConfigError(
            f"未明示情形的等级“{open_cells}”不是风险等级，可用：{'、'.join(level.allowed)}。",
            code="open_cells_no_level",
            open_cells=open_cells,
        )
    cells: dict[tuple[str, str], Grade] = {}
    for grade in _by_score(name, data) if "bands" in data else _listed(data, open_cells):
        cell = (grade.likelihood, grade.severity)
        if grade.likelihood not in likelihood.allowed or grade.severity not in severity.allowed:
            raise ConfigError(
                f"分级表“{name}”有词表以外的组合：{'×'.join(cell)}。", code="grading_cell_unknown", name=name
            )
        _require_level(name, grade, level)
        if cell in cells:
            raise ConfigError(f"分级表“{name}”的{'×'.join(cell)}出现两次。", code="grading_cell_twice", name=name)
        cells[cell] = grade
    grades = tuple(_in_order(name, cells, likelihood, severity))
    # It says how open cells are dealt with: where the leading group has decided them all it would mislead.
    principle = data.get("principle", "") if any(grade.open for grade in grades) else ""
    table = GradingTable(name, str(data["title"]), likelihood, severity, level, grades, principle)
    _require_monotone(table)
    return table


def _vocabularies_of(
    name: str, data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> tuple[Vocabulary, Vocabulary, Vocabulary]:
    """The vocabularies of likelihood, severity and level that a table names."""
    try:
        likelihood, severity, level = (
            vocabularies[data.get(role, role)] for role in ("likelihood", "severity", "level")
        )
    except KeyError as error:
        raise ConfigError(
            f"分级表“{name}”引用的词表不存在：{error.args[0]}。", code="grading_vocabulary_unknown", name=name
        ) from None
    return likelihood, severity, level


def _require_level(name: str, grade: Grade, level: Vocabulary) -> None:
    """A cell has a level that there is, and says what it rests on."""
    cell = f"{grade.likelihood}×{grade.severity}"
    if grade.level not in level.allowed:
        raise ConfigError(
            f"分级表“{name}”的{cell}等级“{grade.level}”不是风险等级。",
            code="grading_no_level",
            name=name,
            level=grade.level,
        )
    if not grade.basis:
        raise ConfigError(f"分级表“{name}”的{cell}未写明定级依据。", code="grading_without_basis", name=name)


def _in_order(
    name: str, cells: Mapping[tuple[str, str], Grade], likelihood: Vocabulary, severity: Vocabulary
) -> Iterator[Grade]:
    """Every cell of a table, row by row."""
    for first, second in product(likelihood.allowed, severity.allowed):
        if (first, second) not in cells:
            raise ConfigError(
                f"分级表“{name}”缺少{first}×{second}的等级。",
                code="grading_cell_missing",
                name=name,
                first=first,
                second=second,
            )
        yield cells[first, second]


def _listed(data: Mapping[str, Any], open_cells: str | None) -> list[Grade]:
    """The grades of a table that names every cell."""
    grades = []
    for entry in data["cells"]:
        pair = str(entry["likelihood"]), str(entry["severity"])
        is_open = bool(entry.get("open", False))
        if is_open and open_cells is not None:
            grades.append(Grade(*pair, open_cells, DECIDED.format(level=open_cells)))
        else:
            grades.append(Grade(*pair, str(entry["level"]), str(entry.get("basis", "")), is_open))
    return grades


def _by_score(name: str, data: Mapping[str, Any]) -> list[Grade]:
    """The grades of a table that multiplies scores and puts the products into bands.

    `scores`: likelihood and severity → word → number; `bands`: from the gravest, each a level and the lowest product that
    has it, the last from 0. Raises ConfigError if the bands leave a gap or do not fall.
    """
    try:
        likelihoods, severities = data["scores"]["likelihood"], data["scores"]["severity"]
        bands = [(str(band["level"]), int(band["from"])) for band in data["bands"]]
        lowest = [start for _, start in bands]
        # Else a product would be in no band, or in two.
        if lowest != sorted(set(lowest), reverse=True) or lowest[-1] != 0:
            raise ConfigError(
                f"分级表“{name}”的分数段应从高到低排列、不重复，最后一段从0起。",
                code="grading_bands_unordered",
                name=name,
            )
        pairs = product(likelihoods.items(), severities.items())
        grades = [_graded(likelihood, severity, bands) for likelihood, severity in pairs]
    # StopIteration: scores below nought have a product that is in no band.
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
        raise ConfigError(
            f"分级表“{name}”的分数或分数段缺少或者有误：{error}", code="grading_scores_malformed", name=name
        ) from None
    return grades


def _graded(likelihood: tuple[str, Any], severity: tuple[str, Any], bands: list[tuple[str, int]]) -> Grade:
    """The grade of two words, each with its points, by the band that the product of these is in."""
    (one, first), (other, second) = likelihood, severity
    points = int(first) * int(second)
    place = next(place for place, (_, start) in enumerate(bands) if points >= start)
    level, start = bands[place]
    limit = f"{start}分以上" if start else f"不足{bands[place - 1][1]}分"
    basis = f"{one}（{first}分）×{other}（{second}分）＝{points}分，{limit}为{level}"
    return Grade(str(one), str(other), level, basis)


def gravity(vocabulary: Vocabulary, word: str) -> int:
    """How grave a word is among its vocabulary, 0 the least; ConfigError if the vocabulary does not say its direction."""
    if not vocabulary.order:
        raise ConfigError(f"词表“{vocabulary.title}”未写明轻重方向（order）。", code="vocabulary_without_order")
    position = vocabulary.allowed.index(word)
    return position if vocabulary.order == "gravest_last" else len(vocabulary.allowed) - 1 - position


def gravities(vocabulary: Vocabulary) -> dict[str, int]:
    """Each word of a vocabulary → how grave it is."""
    return {word: gravity(vocabulary, word) for word in vocabulary.allowed}


def _require_monotone(table: GradingTable) -> None:
    for one, other in product(table.grades, repeat=2):
        if _is_as_grave(table, one, other) and gravity(table.level, one.level) < gravity(table.level, other.level):
            raise ConfigError(
                f"分级表“{table.id}”前后矛盾：{one.likelihood}×{one.severity}不轻于"
                f"{other.likelihood}×{other.severity}，等级反而更低（{one.level}低于{other.level}）。",
                code="grading_contradicts_itself",
                id=table.id,
                likelihood=one.likelihood,
                severity=one.severity,
                level=one.level,
            )


def _is_as_grave(table: GradingTable, one: Grade, other: Grade) -> bool:
    """Whether a cell's likelihood and severity are both at least as grave as another's."""
    likelihoods = gravity(table.likelihood, one.likelihood), gravity(table.likelihood, other.likelihood)
    severities = gravity(table.severity, one.severity), gravity(table.severity, other.severity)
    return likelihoods[0] >= likelihoods[1] and severities[0] >= severities[1]
