"""Which decision of the leading group holds for which risk point, and what is wrong with the others (认定).

A decision holds for the state that it was made on: when likelihood or severity of the point changed since, it is stale, and
the computed level counts again. A row of a point beats a row that decides a whole cell of the grading table; a later day beats
an earlier one; two rows of one day on one object hold neither. A level is lowered only with a reason, and against a proved
warning of the year that is linked to the point only where the reason names that warning.

Pure: points, decisions and warnings are handed in, and so is the period that decisions belong to.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lzxl.forms.grading import GradingTable, gravity
from lzxl.forms.text import compact
from lzxl.groups import apart, grouped

FaultCode = Literal[
    "decision_without_row",
    "decisions_conflict",
    "level_not_in_vocabulary",
    "decision_outside_period",
    "decision_incomplete",
    "decision_stale",
    "lowered_despite_warning",
]
Lacking = Literal["when", "circumstances", "why"]
"""What a decision cannot do without: when it was made, the state that it was made on, and why a level was lowered."""
Period = tuple[datetime.date, datetime.date]
"""The first and the last day that belong to it."""
_LEAST_REASON = 4
"""Characters that a reason has beside the number of the warning that it speaks of."""


@dataclass(frozen=True)
class Point:
    """A risk point as it stands in the register: what it was given, and what follows by the grading table."""

    number: str
    unit: str
    likelihood: str
    severity: str
    level: str
    """The computed level."""
    is_open: bool = False
    """Whether the rules leave its cell of the table open, so that the leading group has to decide."""

    @property
    def cell(self) -> str:
        return cell_of(self.likelihood, self.severity)


@dataclass(frozen=True)
class Decision:
    """One row of 认定 on risk points, as it was typed. `row`: what finds it again, any number; "" and None: not filled in."""

    row: int
    subject: str
    """The number of the point; "" if the row decides every point of a cell."""
    likelihood: str = ""
    severity: str = ""
    computed: str = ""
    """The computed level at the time."""
    result: str = ""
    """The level that was decided; "" as long as none was."""
    reason: str = ""
    meeting: str = ""
    minutes: str = ""
    day: datetime.date | None = None
    is_lasting: bool = False
    """Whether it holds beyond its period."""

    @property
    def cell(self) -> str:
        return cell_of(self.likelihood, self.severity)

    @property
    def object(self) -> str:
        """What it decides on: a point, or a whole cell."""
        return self.subject or self.cell

    @property
    def is_made(self) -> bool:
        """Whether anything was decided: until then it is a row that waits for the meeting."""
        return bool(self.result)


@dataclass(frozen=True)
class ProvedWarning:
    """A warning of the year that was verified as true, and the risk point that it is linked to."""

    number: str
    point: str


@dataclass(frozen=True)
class Fault:
    """Why a row does not hold."""

    row: int
    code: FaultCode
    facts: Mapping[str, str] = field(default_factory=dict)
    lacks: Lacking | None = None
    """What is not filled in, of a decision that is incomplete."""


@dataclass(frozen=True)
class Ruling:
    """The decision that holds for a point."""

    point: Point
    decision: Decision
    change: int
    """By how many levels it is graver than the computed one: 0 the same, negative if it was lowered."""

    @property
    def level(self) -> str:
        return self.decision.result


@dataclass(frozen=True)
class Rulings:
    """What holds for the points of a register."""

    holding: Mapping[str, Ruling]
    """Number of the point → the decision that holds."""
    faults: tuple[Fault, ...]
    """Why rows do not hold, in the order of the rows."""
    undecided: tuple[Point, ...]
    """Points that the leading group has to decide on: of open cells, and those whose decision is stale."""

    def level_of(self, point: Point) -> str:
        """The level that counts."""
        ruling = self.holding.get(point.number)
        return ruling.level if ruling is not None else point.level

    def levels(self, points: Iterable[Point]) -> dict[str, str]:
        """Number of each point → the level that counts."""
        return {point.number: self.level_of(point) for point in points}


def meeting_of(ruling: Ruling) -> str:
    """Where it was decided: the meeting, and the number of its minutes."""
    decision = ruling.decision
    return "，".join(part for part in (decision.meeting, decision.minutes) if part)


def told_of(ruling: Ruling) -> str:
    """What a unit is told of a decided level: when and where it was decided, and the computed level beside it. Not why: a reason
    may speak of a warning, which is not everybody's to read."""
    where = meeting_of(ruling)
    decided = f"领导小组{ruling.decision.day}认定为{ruling.level}" + (f"（{where}）" if where else "")
    return decided + (f"；按分级表为{ruling.point.level}" if ruling.change else "")


@dataclass(frozen=True)
class Told:
    """What a unit's workbook says where the leading group decided: of a point, or of every point of a cell, in one state."""

    object: str
    """The number of the point, or the cell as people name it."""
    likelihood: str
    severity: str
    level: str
    text: str


def telling(ruling: Ruling) -> Told:
    """What is said of a ruling, of its own point alone."""
    point = ruling.point
    return Told(point.number, point.likelihood, point.severity, ruling.level, told_of(ruling))


def basis_of(ruling: Ruling) -> str:
    """What a decided level rests on."""
    decision = ruling.decision
    change = f"比计算等级{ruling.point.level}{'提高' if ruling.change > 0 else '降低'}" if ruling.change else ""
    parts = (f"领导小组{decision.day}认定", meeting_of(ruling), change, decision.reason)
    return "，".join(part for part in parts if part)


def cell_of(likelihood: str, severity: str) -> str:
    """A cell of the grading table as people name it; "" if it is not known."""
    return f"{likelihood}×{severity}" if likelihood and severity else ""


def rule(
    points: Sequence[Point],
    decisions: Sequence[Decision],
    warnings: Iterable[ProvedWarning],
    grading: GradingTable,
    period: Period | None = None,
    as_of: datetime.date | None = None,
) -> Rulings:
    """Which decisions on risk points hold. `period`: None if its days are not known.

    `as_of`: only what was decided by that day counts; None for all.
    """
    on_points, on_cells = apart(_made(decisions, as_of), lambda one: bool(one.subject))
    judge = _Judge(grading.level.allowed, period)
    bench = _Bench(judge, _by_point(warnings), grading)
    single, stale = _ruled_alone(points, on_points, bench)
    # Whoever wrote a row of its own for a point meant no other row for it, even where that row does not hold.
    claimed = {one.subject for one in on_points} - stale
    free = [point for point in points if point.number not in claimed]
    holding = single | _ruled_by_cell(free, on_cells, bench)
    waiting = [point for point in points if point.is_open or point.number in stale]
    undecided = tuple(point for point in waiting if point.number not in holding)
    return Rulings(holding, judge.in_order(), undecided)


def _ruled_alone(
    points: Sequence[Point], decisions: Sequence[Decision], bench: _Bench
) -> tuple[dict[str, Ruling], set[str]]:
    """The rulings of rows on one point each, by its number, and the points that have changed since they were decided."""
    by_number = {point.number: point for point in points}
    holding: dict[str, Ruling] = {}
    stale: set[str] = set()
    for number, decision in bench.judge.latest(decisions, lambda one: one.subject, by_number).items():
        ruling = bench.of_point(by_number[number], decision)
        if ruling is not None:
            holding[number] = ruling
        elif bench.judge.faults[decision.row].code == "decision_stale":
            stale.add(number)
    return holding, stale


def _ruled_by_cell(points: Sequence[Point], decisions: Sequence[Decision], bench: _Bench) -> dict[str, Ruling]:
    """The rulings of rows on all points of a cell, by the number of the point."""
    in_cell = grouped(points, lambda point: point.cell)
    holding: dict[str, Ruling] = {}
    for cell, decision in bench.judge.latest(decisions, lambda one: one.cell).items():
        for point in in_cell.get(cell, ()):
            ruling = bench.of_cell(point, decision)
            if ruling is not None:
                holding[point.number] = ruling
    return holding


def settled(
    decisions: Sequence[Decision],
    known: Collection[str] | None,
    words: Sequence[str] | None,
    period: Period | None = None,
    as_of: datetime.date | None = None,
) -> tuple[dict[str, Decision], tuple[Fault, ...]]:
    """Which decisions hold on objects that have no state: grades, nil returns, dispositions. Object → decision, and the faults.

    `known`: the objects that there are. `words`: what may be decided. None for either: that is not known, and not asked.
    `period`: None where it may be decided on any day, as grades are in the year after.
    """
    judge = _Judge(words, period)
    chosen = judge.latest(_made(decisions, as_of), lambda one: one.object, known)
    return chosen, judge.in_order()


def _made(decisions: Sequence[Decision], as_of: datetime.date | None) -> list[Decision]:
    """The rows in which something was decided by that day."""
    made = [one for one in decisions if one.is_made]
    return [one for one in made if as_of is None or one.day is None or one.day <= as_of]


def _by_point(warnings: Iterable[ProvedWarning]) -> dict[str, list[str]]:
    by_point: dict[str, list[str]] = {}
    for warning in warnings:
        by_point.setdefault(warning.point, []).append(warning.number)
    return by_point


def _of_last_day(decisions: Sequence[Decision]) -> list[Decision]:
    """Those of the latest day; there may be several."""
    last = max(one.day for one in decisions if one.day is not None)
    return [one for one in decisions if one.day == last]


@dataclass
class _Judge:
    """Looks at rows whatever they decide on, and keeps why they do not hold: the first reason of each."""

    words: Sequence[str] | None
    period: Period | None
    faults: dict[int, Fault] = field(default_factory=dict)

    def blame(self, decision: Decision, code: FaultCode, lacks: Lacking | None = None, **facts: str) -> None:
        self.faults.setdefault(decision.row, Fault(decision.row, code, facts, lacks))

    def in_order(self) -> tuple[Fault, ...]:
        return tuple(self.faults[row] for row in sorted(self.faults))

    def latest(
        self,
        decisions: Sequence[Decision],
        object_of: Callable[[Decision], str],
        known: Collection[str] | None = None,
    ) -> dict[str, Decision]:
        """Object → the row that decides it: the one of the latest day, of those on an object that there is, in time.

        A row whose word is none still stands against another of its day: who wrote both meant one of them.
        """
        with_object = (one for one in decisions if self._has_object(one, object_of(one), known))
        by_object = grouped(filter(self._is_in_time, with_object), object_of)
        latest = {name: _of_last_day(rows) for name, rows in by_object.items()}
        for name, rows in latest.items():
            self._blame_conflict(name, rows)
        return {name: rows[0] for name, rows in latest.items() if len(rows) == 1 and self._is_word(rows[0])}

    def _blame_conflict(self, name: str, rows: Sequence[Decision]) -> None:
        """Of several rows of one day none holds, and each is told so."""
        for one in rows if len(rows) > 1 else ():
            self.blame(one, "decisions_conflict", object=name, day=str(one.day))

    def _has_object(self, decision: Decision, name: str, known: Collection[str] | None) -> bool:
        if name and (known is None or name in known):
            return True
        self.blame(decision, "decision_without_row", object=name)
        return False

    def _is_word(self, decision: Decision) -> bool:
        if self.words is None or decision.result in self.words:
            return True
        self.blame(decision, "level_not_in_vocabulary", allowed="、".join(self.words))
        return False

    def _is_in_time(self, decision: Decision) -> bool:
        if decision.day is None:
            self.blame(decision, "decision_incomplete", "when")
            return False
        if self.period is None:
            return True
        first, last = self.period
        # What was decided to last may have been decided long ago.
        if (decision.is_lasting and decision.day <= last) or first <= decision.day <= last:
            return True
        self.blame(decision, "decision_outside_period", day=str(decision.day))
        return False


@dataclass(frozen=True)
class _Bench:
    """Looks at what a row makes of one risk point."""

    judge: _Judge
    warnings: Mapping[str, Sequence[str]]
    grading: GradingTable

    def of_point(self, point: Point, decision: Decision) -> Ruling | None:
        """The ruling of a row on its point; None if it does not hold."""
        if not decision.cell:
            self.judge.blame(decision, "decision_incomplete", "circumstances")
            return None
        if decision.cell != point.cell:
            self.judge.blame(
                decision,
                "decision_stale",
                point=point.number,
                then=decision.cell,
                now=point.cell,
                level=point.level,
            )
            return None
        return self.of_cell(point, decision)

    def of_cell(self, point: Point, decision: Decision) -> Ruling | None:
        """The ruling of a row whose cell is the point's; None if it must not lower the level of this one."""
        change = gravity(self.grading.level, decision.result) - gravity(self.grading.level, point.level)
        if change < 0 and not compact(decision.reason):
            self.judge.blame(decision, "decision_incomplete", "why")
            return None
        against = self.warnings.get(point.number, ()) if change < 0 else ()
        unnamed = [number for number in against if not _speaks_of(decision.reason, number)]
        if unnamed:
            self.judge.blame(
                decision,
                "lowered_despite_warning",
                point=point.number,
                warnings="、".join(unnamed),
                level=point.level,
            )
            return None
        return Ruling(point, decision, change)


def _speaks_of(reason: str, warning: str) -> bool:
    """Whether a reason names the warning, and says something beside its number."""
    said, number = compact(reason), compact(warning)
    # Whoever writes the number and nothing else has given no reason.
    return number in said and len(said) - len(number) >= _LEAST_REASON
