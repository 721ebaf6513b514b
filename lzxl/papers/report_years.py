"""与上年比较 of the report: what came and went, which levels rose and fell with their warnings, what was copied, the measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lzxl.forms.model import Sheet
from lzxl.papers.figures import Block, Figure, Summary
from lzxl.summary.tables import UNIT_COLUMNS
from lzxl.summary.years import COMPARED, COPIED, KIND, LEVEL, LEVEL_BEFORE, MEASURES_CHANGED, STEP, WARNED, WORDING
from lzxl.year.registers import register_sheet

_MOST_LISTED = 10
_FELL, _ROSE = "降低", "提高"
Pieces = tuple[str | Figure, ...]


@dataclass(frozen=True)
class Compared:
    """The list of 与上年比较 in the summary, as the report tells it."""

    summary: Summary

    @cached_property
    def block(self) -> Block:
        sheet = register_sheet()[1]
        serial = next(entry.title for entry in sheet.fields if entry.kind == "serial")
        return self.summary.block(COMPARED, serial, COMPARED)

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


def compared_texts(summary: Summary) -> list[tuple[Pieces, tuple[Figure, ...]]]:
    """The paragraphs, each with its pieces and the tables that its other numbers were read from."""
    found = Compared(summary)
    told: list[Pieces] = [
        ("与上年登记的风险点比较：", *_listed(found.kinds().items()), f"。逐项见汇总表“{COMPARED}”。")
    ]
    told += [(_moved(word, found.moved(word)),) for word in (_ROSE, _FELL)]
    copied = found.copied()
    if copied:
        told.append((f"与上年一字不差的（供了解，不作为退回理由）：{_shown(copied)}。",))
    measures = found.measures()
    said = "，".join(f"{word}{count}条" for word, count in measures.items())
    told.append((f"防控措施：{said}。" if said else "防控措施没有变化。",))
    first, *rest = told
    return [(first, ()), *((pieces, (found.block.figure,)) for pieces in rest)]


def _number_title(sheet: Sheet) -> str:
    return sheet.by_name[sheet.key].title


def _warned(numbers: str) -> str:
    return f"本期属实预警{numbers}" if numbers else "本期无属实预警"


def _moved(word: str, points: Sequence[str]) -> str:
    return f"等级{word}{len(points)}个：{_shown(points)}。" if points else f"没有等级{word}的风险点。"


def _shown(names: Sequence[str]) -> str:
    return "、".join(names[:_MOST_LISTED]) + ("等" if len(names) > _MOST_LISTED else "")


def _listed(counts: Iterable[tuple[str, Figure]]) -> Iterator[str | Figure]:
    """Words with their figures, one after the other."""
    for place, (word, figure) in enumerate(counts):
        yield f"{'，' if place else ''}{word}"
        yield figure
        yield "个"
