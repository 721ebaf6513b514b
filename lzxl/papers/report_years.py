"""与上年比较 of the report: what came and went, which levels rose and fell with their warnings, what was copied; the trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lzxl.forms.model import Sheet
from lzxl.papers.figures import Block, Figure, Summary
from lzxl.papers.marks import Marks
from lzxl.papers.templates import Value
from lzxl.papers.told import Chart, Table
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.summary.trend import PERIOD, TREND
from lzxl.summary.years import COMPARED, COPIED, KIND, LEVEL, LEVEL_BEFORE, MEASURES_CHANGED, STEP, WARNED, WORDING
from lzxl.year.registers import register_sheet, serial_title

_MOST_LISTED = 10
_FELL, _ROSE = "降低", "提高"
_OF_TREND = ("期数", "历年风险点", "历年趋势表", "历年趋势图")
_FIELDS = ("风险点变动", "等级提高", "等级降低", "一字不差", "措施变动")


@dataclass(frozen=True)
class Compared:
    """The list of 与上年比较 in the summary, as the report tells it."""

    summary: Summary

    @cached_property
    def block(self) -> Block:
        return self.summary.block(COMPARED, serial_title(), COMPARED)

    def kinds(self) -> Mapping[str, Figure]:
        """How many risk points stayed, came and went."""
        return self.summary.counted(COMPARED, KIND)

    def rows(self) -> Iterator[Mapping[str, str]]:
        """Each risk point of either period: title → what stands there."""
        return (dict(zip(self.block.titles, row, strict=True)) for row in self.block.rows)

    def moved(self, word: str) -> list[str]:
        """The points whose level moved so, each with both levels and the proved warnings beside it."""
        number = _number_title(register_sheet()[1])
        found = (row for row in self.rows() if row[STEP].startswith(word))
        return [f"{row[number]}（{row[LEVEL_BEFORE]}→{row[LEVEL]}，{_warned(row[WARNED])}）" for row in found]

    def copied(self) -> list[str]:
        """Per unit how many of its points that stayed are the same word for word, most of them first."""
        name = UNIT_COLUMNS[-1].title
        stayed = Counter(row[name] for row in self.rows() if row[WORDING])
        same = Counter(row[name] for row in self.rows() if row[WORDING] == COPIED)
        return [f"{unit}{count}/{stayed[unit]}个" for unit, count in same.most_common()]

    def measures(self) -> Mapping[str, int]:
        """What became of measures → of how many, as the summary tells it point by point, one a line."""
        lines = (line for row in self.rows() for line in row[MEASURES_CHANGED].split("\n") if line)
        return Counter(line.partition("：")[0] for line in lines)


def compared_fields(summary: Summary, marks: Marks) -> dict[str, Value]:
    """五、与上年比较; all blank where there is no period before."""
    if not summary.has(COMPARED):
        return dict.fromkeys(_FIELDS, "")
    found = Compared(summary)
    source = found.block.figure
    measures = "，".join(f"{word}{count}条" for word, count in found.measures().items())
    values = (
        marks.words(_listed(found.kinds().items())),
        *(_moved(found.moved(word), marks, source) for word in (_ROSE, _FELL)),
        marks.words((_shown(found.copied()),), source),
        marks.words((measures,), source),
    )
    return dict(zip(_FIELDS, values, strict=True))


def _number_title(sheet: Sheet) -> str:
    return sheet.by_name[sheet.key].title


def _warned(numbers: str) -> str:
    return f"本期属实预警{numbers}" if numbers else "本期无属实预警"


def trend_fields(summary: Summary, marks: Marks, levels: Mapping[str, str]) -> dict[str, Value]:
    """How the periods followed each other, the earliest first; all blank where they are too few. `levels`: each with its colour."""
    if not summary.has(TREND):
        return dict.fromkeys(_OF_TREND, "")
    block = summary.block(TREND, PERIOD, TREND)
    told = "，".join(f"{row[0]}{row[1]}个" for row in block.rows)
    places = [block.column(level) for level in levels]
    bars = tuple((row[0], tuple(int(row[place]) for place in places)) for row in block.rows)
    picked = block.titles[:-1]
    table = Table("", picked, tuple(block.picked(picked)), block.figure, cells=tuple(block.picked_cells(picked)))
    values = (
        marks.words((str(len(block.rows)),), block.figure),
        marks.words((told,), block.figure),
        marks.block(table),
        marks.block(Chart("历年风险点等级", "个", levels, bars, block.figure)),
    )
    return dict(zip(_OF_TREND, values, strict=True))


def _moved(points: Sequence[str], marks: Marks, source: Figure) -> Value:
    """The points whose level moved one way, and how many they are."""
    if not points:
        return ""
    return {"个数": marks.words((str(len(points)),), source), "各点": marks.words((_shown(points),), source)}


def _shown(names: Sequence[str]) -> str:
    return "、".join(names[:_MOST_LISTED]) + ("等" if len(names) > _MOST_LISTED else "")


def _listed(counts: Iterable[tuple[str, Figure]]) -> Iterator[str | Figure]:
    """Words with their figures, one after the other."""
    for place, (word, figure) in enumerate(counts):
        yield f"{'，' if place else ''}{word}"
        yield figure
        yield "个"
