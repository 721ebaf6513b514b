"""What the leading group decided on risk points, to be asked of one point as it stands in a file, whoever's file that is.

The register as a whole is judged by `lzxl.year.decisions.rule`; a check of one submission asks the same of each of its points
alone, so that what it says of a file hangs on that file and on the decisions, and on nobody else's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lzxl.forms.grading import GradingTable
from lzxl.year.decisions import Decision, Period, Point, ProvedWarning, Ruling, rule


@dataclass(frozen=True)
class Resolved:
    """The rows of 认定 on risk points, the warnings that were proved, and the period; without any, nothing was decided."""

    decisions: tuple[Decision, ...] = ()
    proved: tuple[ProvedWarning, ...] = ()
    period: Period | None = None

    @cached_property
    def _by_object(self) -> Mapping[str, list[Decision]]:
        by_object: dict[str, list[Decision]] = {}
        for decision in self.decisions:
            by_object.setdefault(decision.object, []).append(decision)
        return by_object

    @cached_property
    def _by_point(self) -> Mapping[str, list[ProvedWarning]]:
        by_point: dict[str, list[ProvedWarning]] = {}
        for warning in self.proved:
            by_point.setdefault(warning.point, []).append(warning)
        return by_point

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

    def ruling_on(self, point: Point, grading: GradingTable) -> Ruling | None:
        """The decision that holds for a point, judged as it is given; None if none does."""
        concerning = [*self._by_object.get(point.number, ()), *self._by_object.get(point.cell, ())]
        if not concerning:
            return None
        warnings = self._by_point.get(point.number, ())
        return rule([point], concerning, warnings, grading, self.period).holding.get(point.number)
