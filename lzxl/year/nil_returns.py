"""What becomes of a nil return of the register: it is accepted by the leading group or not, or a warning contradicts it (第六条).

Pure: what came in, decisions, warnings and papers are handed in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from lzxl.year.course import Course, Done
from lzxl.year.decisions import Decision
from lzxl.year.workdays import Calendar, workday_after

Stage = Literal["open", "agreed", "denied", "revoked"]


@dataclass(frozen=True)
class NilFiled:
    """A nil return that was in order. `supplement`: the day on which rows came in after all; None: none have."""

    unit: str
    on: datetime.date
    supplement: datetime.date | None = None


@dataclass(frozen=True)
class Overturn:
    """The warning that a nil return is contradicted by. `verified`: as true; `settled`: the day of its transfer, else of that."""

    warning: str
    verified: datetime.date
    settled: datetime.date


@dataclass(frozen=True)
class NilReturn:
    """Where a nil return stands."""

    filed: NilFiled
    stage: Stage
    decision: Decision | None = None
    overturn: Overturn | None = None
    notice: datetime.date | None = None
    """The day on which the unit was told that its register is owed: as it is recorded, else the day of what it rests on."""
    is_recorded: bool = False
    """Whether the office's record of papers has the notice."""
    due: datetime.date | None = None
    """Until when the register is owed; None: it is not."""

    @property
    def unit(self) -> str:
        return self.filed.unit

    @property
    def is_late(self) -> bool:
        supplement = self.filed.supplement
        return bool(self.due and supplement and supplement > self.due)


@dataclass(frozen=True)
class Rules:
    """What nil returns are judged by: the word that accepts one, the limit of the supplement, and the office's calendar."""

    accepted: str
    workdays: int
    calendar: Calendar


def overturns(courses: Iterable[Course]) -> dict[str, list[Overturn]]:
    """Unit → its warnings that proved true, in the order of the days on which they did."""
    found: dict[str, list[Overturn]] = {}
    for course in courses:
        proved = next((done for done in course.marked("verified") if course.is_true(done)), None)
        if proved is not None and proved.row.day is not None:
            settled = _day_of(course.marked("transferred")) or proved.row.day
            found.setdefault(course.warning.unit, []).append(Overturn(course.warning.id, proved.row.day, settled))
    return {unit: sorted(of, key=lambda one: (one.verified, one.warning)) for unit, of in found.items()}


def _day_of(events: Sequence[Done]) -> datetime.date | None:
    return next((done.row.day for done in events if done.row.day is not None), None)


def judge(
    filed: NilFiled,
    decision: Decision | None,
    proved: Sequence[Overturn],
    notices: Sequence[datetime.date],
    rules: Rules,
) -> NilReturn:
    """Where a nil return stands. `decision`: the one that holds; `proved`: of its unit; `notices`: the days of those to it.

    A warning that proved true later revokes it, unless the leading group accepted it after that, knowing of it.
    """
    accepted_on = _accepted_on(decision, rules)
    # What proved true before it was filed contradicts nothing: the leading group had that before it.
    against = next((one for one in proved if one.verified > filed.on), None)
    if against is not None and (accepted_on is None or accepted_on <= against.verified):
        return _revoked(filed, decision, against, notices, rules)
    if decision is None:
        return NilReturn(filed, "open")
    if accepted_on is not None or decision.day is None:
        return NilReturn(filed, "agreed", decision)
    due = workday_after(decision.day, rules.workdays, rules.calendar)
    return NilReturn(filed, "denied", decision, notice=decision.day, due=due)


def _accepted_on(decision: Decision | None, rules: Rules) -> datetime.date | None:
    """The day on which the leading group accepted a nil return; None if it did not."""
    if decision is None or decision.result != rules.accepted:
        return None
    return decision.day


def _revoked(
    filed: NilFiled, decision: Decision | None, against: Overturn, notices: Sequence[datetime.date], rules: Rules
) -> NilReturn:
    """A nil return that a warning contradicts: the register is owed from the notice on, or what should have been its day."""
    recorded = min((day for day in notices if day >= against.verified), default=None)
    notice = recorded or against.settled
    due = workday_after(notice, rules.workdays, rules.calendar)
    return NilReturn(filed, "revoked", decision, against, notice, recorded is not None, due)
