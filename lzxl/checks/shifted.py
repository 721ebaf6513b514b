"""A row that is pasted one column off: whether it would be right if what stands in its columns stood one further.

Only contents that can be told to be of a kind speak for it, and none is written over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lzxl.forms.text import compact
from lzxl.forms.values import as_text

# So many cells that fit one column further, and not where they are, make a row that is pasted one column off.
_LEAST_SHIFTED = 2
# Of those that do not fit there either, so many times as many must fit: a row may have faults of its own besides.
_PER_OTHER = 3


@dataclass(frozen=True)
class Shift:
    """Columns `first` to `last` of a row hold what belongs `step` columns further (1 to the right, -1 to the left).

    From `doubtful` to the column before `first` the texts may belong further too: they tell nothing.
    """

    step: int
    first: int
    last: int
    doubtful: int


@dataclass(frozen=True)
class Alignment:
    """A row, and whether it would be right if what stands in its columns stood `step` further."""

    step: int
    raws: Mapping[int, Any]
    """Column → content, None for a blank."""
    own: Mapping[int, bool | None]
    """Column → whether its content belongs there."""
    to: Mapping[int, bool | None]
    """Column → whether the content that would come from `-step` beside it belongs there."""
    serial: frozenset[int]
    """Columns of running numbers, which may be written over."""

    def shift(self) -> Shift | None:
        """The run of columns that this puts right; None if there is none, or if something would be written over."""
        core = self._core()
        if core is None:
            return None
        low, high = self._widened(*core)
        end = low if self.step == -1 else high
        if not self._is_told(range(low, high + 1)) or not self._may_be_written_over(end):
            return None
        if self.step == -1:
            return Shift(self.step, low + 1, high + 1, low + 1)
        return Shift(self.step, self._certain(core[0], low) - 1, high - 1, low - 1)

    def _certain(self, column: int, low: int) -> int:
        """From which column on, down to `low`, a run that goes to the right is told by its contents one after another."""
        while column > low and self.to[column - 1] is True and self.own.get(column - 2) is False:
            column -= 1
        return column

    def _is_told(self, columns: Sequence[int]) -> bool:
        """Whether enough of a run speaks for its being shifted, and little enough against it."""
        against = sum(self._is_against(column) for column in columns)
        telling = sum(self._is_for(column) and self._is_odd(column) for column in columns)
        if telling < _LEAST_SHIFTED or against * _PER_OTHER > telling:
            return False
        return any(self.own[column] is False for column in columns)

    def _is_for(self, column: int) -> bool:
        """Whether content would come that belongs in a column: a blank alone does not call one from where it belongs."""
        if self.to[column] is not True or self.own[column] is True:
            return False
        return self.own[column] is False or self.own.get(column - self.step) is not True

    def _is_odd(self, column: int) -> bool:
        """Whether a cell is not as it should be: wrong, or blank where something would come."""
        return self.own[column] is False or self.raws.get(column) is None

    def _stays(self, column: int) -> bool:
        """Whether a content belongs where it is, and would not where it would go."""
        return self.own.get(column) is True and self.to.get(column + self.step) is not True

    def _is_against(self, column: int) -> bool:
        return self.to[column] is False or self._stays(column)

    def _core(self) -> tuple[int, int] | None:
        """The run of columns for which most speaks: each cell that only fits further counts for it, others against it."""
        score = best = 0
        start, core = min(self.own), None
        for column in self.own:
            if score <= 0:
                start, score = column, 0
            if self._is_against(column):
                score -= 2 * _PER_OTHER - 2
            elif self._is_for(column):
                score += 2
            if score > best:
                best, core = score, (start, column)
        return core

    def _widened(self, low: int, high: int) -> tuple[int, int]:
        """The run with the cells beside it that speak neither for nor against it, up to the blank cell that was left."""
        while self._may_join(low - 1) and (self.step == 1 or self._goes_on(low, -1)):
            low -= 1
        while self._may_join(high + 1) and (self.step == -1 or self._goes_on(high, 1)):
            high += 1
        return low, high

    def _goes_on(self, column: int, way: int) -> bool:
        """Whether the run has not come to the blank that the content left behind: a cell here, or a wrong one beyond."""
        if self.raws.get(column) is not None:
            return True
        beyond = column + way
        while self._may_join(beyond):
            if self.own[beyond] is False:
                return True
            beyond += way
        return False

    def _may_join(self, column: int) -> bool:
        """Whether neither the content that would come nor the one that is there speaks against it."""
        inside = column in self.own and self._filled[0] <= column - self.step <= self._filled[1]
        return inside and self.to[column] is not False and not (self._stays(column) or self._stays(column - self.step))

    @cached_property
    def _filled(self) -> tuple[int, int]:
        """The first and the last column that hold something."""
        filled = [column for column, raw in self.raws.items() if raw is not None]
        return filled[0], filled[-1]

    def _may_be_written_over(self, column: int) -> bool:
        """Whether a cell that takes content, and gives none away, is blank, a running number, or says the same."""
        raw = self.raws.get(column)
        if raw is None or column in self.serial:
            return True
        return compact(as_text(raw)) == compact(as_text(self.raws[column - self.step] or ""))


def runs_of(shifts: Iterable[tuple[int, Shift]]) -> list[tuple[int, int, Shift]]:
    """(first row, last row, shift) of neighbouring rows that are shifted alike."""
    runs: list[tuple[int, int, Shift]] = []
    for index, shift in shifts:
        if runs and runs[-1][1] == index - 1 and runs[-1][2] == shift:
            runs[-1] = (runs[-1][0], index, shift)
        else:
            runs.append((index, index, shift))
    return runs
