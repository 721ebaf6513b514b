"""What the leading group decided on risk points, to be asked of one point as it stands in a file, whoever's file that is.

The register as a whole is judged by `lzxl.year.decisions.rule`; a check of one submission asks the same of each of its points
alone, so that what it says of a file hangs on that file and on the decisions, and on nobody else's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lzxl.forms.grading import Grade, GradingTable
from lzxl.groups import grouped
from lzxl.year.decisions import Decision, Period, Point, ProvedWarning, Ruling, Told, rule, telling


@dataclass(frozen=True)
class Resolved:
    """The rows of 认定 on risk points, the warnings that were proved, and the period; without any, nothing was decided."""

    decisions: tuple[Decision, ...] = ()
    proved: tuple[ProvedWarning, ...] = ()
    period: Period | None = None

    @cached_property
    def _by_object(self) -> Mapping[str, list[Decision]]:
        return grouped(self.decisions, lambda decision: decision.object)

    @cached_property
    def _by_point(self) -> Mapping[str, list[ProvedWarning]]:
        return grouped(self.proved, lambda warning: warning.point)

    def of_unit(self, points: Iterable[Point], grading: GradingTable, others: Collection[str]) -> list[Ruling]:
        """The decisions that hold for a unit's points, each number once. `others`: the codes of the other units: a number of theirs
        is passed over, since what was decided on their point is not this unit's to read."""
        found: dict[str, Ruling] = {}
        for point in points:
            if point.number.rpartition("-")[0] in others or point.number in found:
                continue
            ruling = self.ruling_on(point, grading)
            if ruling is not None:
                found[point.number] = ruling
        return list(found.values())

    def told(self, points: Iterable[Point], grading: GradingTable, others: Collection[str]) -> list[Told]:
        """What a unit's workbook says of decisions, in every state that its points may come into, and of points that it may add.

        `others` as of `of_unit`. A decision on a whole cell is told once: it holds for all points but those that are told apart.
        """
        known = {point.number: point for point in points if point.number}
        told: list[Told] = []
        for grade in grading.grades:
            whole = self._on_whole_cell(grade, grading)
            told += [whole] if whole is not None else []
            for number, point in known.items():
                state = _in_state(point, grade)
                is_own = number.rpartition("-")[0] not in others
                alone = self._on_point(state, grading) if is_own else None
                told += _told_apart(state, alone, whole, grade)
        return told

    def _on_whole_cell(self, grade: Grade, grading: GradingTable) -> Told | None:
        ruling = self.ruling_on(_in_state(Point("", "", "", "", ""), grade), grading)
        return replace(telling(ruling), object=ruling.point.cell) if ruling is not None else None

    def _on_point(self, point: Point, grading: GradingTable) -> Told | None:
        ruling = self.ruling_on(point, grading)
        return telling(ruling) if ruling is not None else None

    def ruling_on(self, point: Point, grading: GradingTable) -> Ruling | None:
        """The decision that holds for a point, judged as it is given; None if none does."""
        concerning = [*self._by_object.get(point.number, ()), *self._by_object.get(point.cell, ())]
        if not concerning:
            return None
        warnings = self._by_point.get(point.number, ())
        return rule([point], concerning, warnings, grading, self.period).holding.get(point.number)


def _in_state(point: Point, grade: Grade) -> Point:
    return replace(point, likelihood=grade.likelihood, severity=grade.severity, level=grade.level)


def _told_apart(point: Point, alone: Told | None, whole: Told | None, grade: Grade) -> Iterator[Told]:
    """What has to be said of a point besides what is said of its cell: nothing where both are the same."""
    if alone is None and whole is not None:  # a row of its own, which does not hold, keeps it out of its cell's
        yield Told(point.number, point.likelihood, point.severity, grade.level, grade.basis)
    elif alone is not None and (whole is None or (alone.level, alone.text) != (whole.level, whole.text)):
        yield alone
