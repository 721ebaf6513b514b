"""The live formulas of what hangs on all units together: grades within the quota, what the quota does to a unit, ranks (第八条(三)).

They look along the columns of 考核意见 and at their own row, so that the rows may be sorted. A unit with a result has a number in
that column; conditions are those of COUNTIFS, which programs understand alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lzxl.forms.appraisal import FULL, AppraisalScheme
from lzxl.forms.rules_of_books import Opined
from lzxl.year.grades import INCOMPLETE, OVER_QUOTA, QUOTA_FULL, TIED, UNDECIDED


@dataclass(frozen=True)
class Ranked:
    """The formulas of one row. `here`: field → its cell in the row; `spans`: field → its whole column."""

    scheme: AppraisalScheme
    rule: Opined
    here: Mapping[str, str]
    spans: Mapping[str, str]

    def formulas(self) -> dict[str, str]:
        """Field → its formula without "="."""
        return {self.rule.grade: self._grade(), self.rule.rank: self._rank(), self.rule.quota_note: self._note()}

    def _grade(self) -> str:
        """What was decided unless it is above the ceiling; else the worse of ceiling and result, within the quota."""
        result = self.here[self.rule.result]
        earned = chosen_of(self.scheme, f"MAX({place_of(self.scheme, result)},{self._place_of_ceiling()})")
        undecided = f"IF({self._is_waiting()},{self._kept()},{earned})"
        return f'IF({result}="",{text(INCOMPLETE)},IF({self._is_decided()},{self._decided()},{undecided}))'

    def _decided(self) -> str:
        """What was decided, as long as no more units were decided to have the best grade than may have it."""
        decided = self.here[self.rule.decided]
        if self.scheme.quota is None:
            return decided
        return f"IF(AND({decided}={text(self.scheme.best)},{self._over()}),{text(UNDECIDED)},{decided})"

    def _kept(self) -> str:
        """What the quota leaves of the best grade to a unit that has earned it."""
        best = text(self.scheme.best)
        if self.scheme.quota is None:
            return best
        beyond = f"IF({self._is_tied()},{text(UNDECIDED)},{text(self.scheme.below(self.scheme.best))})"
        return f"IF({self._over()},{text(UNDECIDED)},IF({self._has_place()},{best},{beyond}))"

    def _note(self) -> str:
        """What the quota does to those who were decided to have the best grade, and to those who wait for it."""
        if self.scheme.quota is None:
            return '""'
        result, decided, best = self.here[self.rule.result], self.here[self.rule.decided], text(self.scheme.best)
        over = said(OVER_QUOTA, chosen=self._decided_best(), quota=self._quota())
        tied = said(TIED, equals=self._waiting(self._same()), left=f"({self._free()}-{self._waiting(self._above())})")
        full = said(QUOTA_FULL, quota=self._quota())
        waiting = f'IF({self._has_place()},"",IF({self._is_tied()},{tied},{full}))'
        wants = f"IF({self._is_decided()},{decided}={best},{self._is_waiting()})"
        beyond = f'IF({self._is_decided()},"",{waiting})'
        return f'IF({result}="","",IF({wants},IF({self._over()},{over},{beyond}),""))'

    def _rank(self) -> str:
        """One more than how many of the group have a better result: 1-2-2-4."""
        result = self.here[self.rule.result]
        group = f",{self.spans[self.rule.group]},{self.here[self.rule.group]}" if self.scheme.groups else ""
        better = f'COUNTIFS({self._of_units()},{self.spans[self.rule.result]},">"&{result}{group})'
        return f'IF({result}="","",1+{better})'

    # How the unit stands

    def _is_decided(self) -> str:
        """Whether the leading group decided on it, and not above its ceiling."""
        decided = self.here[self.rule.decided]
        return f'AND({decided}<>"",{self._place(decided)}>={self._place_of_ceiling()})'

    def _is_waiting(self) -> str:
        """Whether it has earned the best grade, which nothing but the quota can take from it."""
        lowest = number(self.scheme.bands[0].lowest)
        return f"AND({self.here[self.rule.result]}>={lowest},{self._place_of_ceiling()}=1)"

    def _has_place(self) -> str:
        """Whether all who wait and have as much as it find a place."""
        return f"{self._waiting(self._above())}+{self._waiting(self._same())}<={self._free()}"

    def _is_tied(self) -> str:
        """Whether there are places left for some of those who equal it."""
        return f"{self._waiting(self._above())}<{self._free()}"

    # How many

    def _quota(self) -> str:
        """The share of the units that have a result, rounded down; no number beside a whole one is left by the inner ROUND."""
        assert self.scheme.quota is not None
        units = f'COUNTIFS({self._of_units()},{self.spans[self.rule.result]},">=0")'
        return f"INT(ROUND({number(self.scheme.quota)}*{units}/{FULL},6))"

    def _of_units(self) -> str:
        """The condition that a row is a unit's: only there is a ceiling. A total that somebody types below has a result as well."""
        return f'{self.spans[self.rule.ceiling]},"?*"'

    def _free(self) -> str:
        return f"({self._quota()}-{self._decided_best()})"

    def _over(self) -> str:
        return f"{self._decided_best()}>{self._quota()}"

    def _decided_best(self) -> str:
        """Those who were decided to have the best grade, and may have it."""
        best = text(self.scheme.best)
        return self._counted(f'{self.spans[self.rule.result]},">=0",{self.spans[self.rule.decided]},{best}')

    def _waiting(self, more: str) -> str:
        """Those who wait for the best grade and have such a result: nothing was decided on them."""
        earned = f'{self.spans[self.rule.result]},">={number(self.scheme.bands[0].lowest)}",{more}'
        decided = f'{earned},{self.spans[self.rule.decided]},"?*"'
        # By a difference: for a cell in which nothing stands, programs have no condition that they understand alike.
        return f"({self._counted(earned)}-{self._counted(decided)})"

    def _above(self) -> str:
        return f'{self.spans[self.rule.result]},">"&{self.here[self.rule.result]}'

    def _same(self) -> str:
        return f"{self.spans[self.rule.result]},{self.here[self.rule.result]}"

    def _counted(self, conditions: str) -> str:
        """How many units of which the best grade is the ceiling."""
        return f"COUNTIFS({self.spans[self.rule.ceiling]},{text(self.scheme.best)},{conditions})"

    # Grades as numbers: 1 is the best

    def _place_of_ceiling(self) -> str:
        return self._place(self.here[self.rule.ceiling])

    def _place(self, cell: str) -> str:
        """The place of the grade that a cell names."""
        place = str(len(self.scheme.grades))
        for at, grade in reversed(list(enumerate(self.scheme.grades[:-1], start=1))):
            place = f"IF({cell}={text(grade)},{at},{place})"
        return place


def place_of(scheme: AppraisalScheme, result: str) -> str:
    """The place of the grade that a result earns: 1 is the best."""
    place = str(len(scheme.bands))
    for at, band in reversed(list(enumerate(scheme.bands[:-1], start=1))):
        place = f"IF({result}>={number(band.lowest)},{at},{place})"
    return place


def chosen_of(scheme: AppraisalScheme, place: str) -> str:
    """The grade of a place."""
    return f"CHOOSE({place},{','.join(map(text, scheme.grades))})"


def said(words: str, **parts: str) -> str:
    """A text of `lzxl.year.grades` with formulas in its gaps."""
    marks = {name: f'"&{formula}&"' for name, formula in parts.items()}
    return f'"{words.format(**marks)}"'.removeprefix('""&')


def number(value: Decimal) -> str:
    """A number as formulas have it."""
    # normalize() takes the zeros off 0.50, and makes 1E+2 of 100: f writes that as 100.
    return f"{value.normalize():f}"


def text(words: str) -> str:
    """A text as formulas have it."""
    return '"' + words.replace('"', '""') + '"'
