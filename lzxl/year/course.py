"""The course of a warning: its row, its events, where it stands on a day, in which round, what is due, what is wrong with its rows.

What makes a course of rows is `lzxl.year.follow`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

from lzxl.year.events import Machine
from lzxl.year.said import Said
from lzxl.year.workdays import Calendar, workdays_between


@dataclass(frozen=True)
class Matter:
    """A row of 台账, as far as its course depends on it."""

    id: str
    unit: str = ""
    """The code of the unit concerned; "" if it is not known."""
    collected_on: datetime.date | None = None
    target_kind: str = ""
    target: str = ""
    authority: str = ""
    """干部管理权限: the organ that manages a cadre."""
    present_unit: str = ""
    """Where the person concerned is now, if that is another unit: papers go there, while the matter stays with `unit`."""
    source: str = ""
    risk_id: str = ""


@dataclass(frozen=True)
class EventRow:
    """A row of 办理过程. `at`: where it stands, in whatever way the caller counts rows."""

    at: int
    warning: str
    event: str
    """The name of the event in the machine; "" if 事项 is none."""
    day: datetime.date | None
    round: int | None = None
    handlers: tuple[str, ...] = ()
    result: str = ""
    content: str = ""
    number: str = ""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a row: the code of its finding, the row (None: the warning's own), and the part of it."""

    code: str
    at: int | None
    part: str
    """day, event, result, content, number, handlers, round; of a warning's own row: id, authority."""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """An event that counted, with the round that it belongs to, what it says, and the limit that it begins."""

    row: EventRow
    said: Said
    round: int
    from_state: str
    state: str
    due: datetime.date | None
    met_due: datetime.date | None
    """Until when it should have been done."""
    disposition: str = ""
    """The one that was spoken of when it was done."""
    paper: str = ""
    """What was sent with it, where that is no disposition."""


@dataclass(frozen=True)
class Standing:
    """Where a warning stands while its events are gone through."""

    state: str
    since: datetime.date | None = None
    round: int = 0
    failures: int = 0
    """Since the last approval."""
    rework: int = 0
    escalated: int = 0
    disposition: str = ""
    """The one that is spoken of: proposed, or approved."""
    approved: tuple[str, ...] = ()
    suspected: bool = False
    due: datetime.date | None = None
    limit: str = ""
    last: tuple[tuple[str, datetime.date], ...] = ()
    """Event → its last day."""

    def last_of(self, event: str) -> datetime.date | None:
        return dict(self.last).get(event)


@dataclass(frozen=True)
class Course:
    """What follows from a warning's events up to a day."""

    warning: Matter
    as_of: datetime.date
    standing: Standing
    done: tuple[Done, ...]
    faults: tuple[Fault, ...]
    machine: Machine
    calendar: Calendar

    @property
    def state(self) -> str:
        """As people are told it: 整改反馈中（第2轮）."""
        return self.machine.states[self.standing.state].told(self.standing.round)

    @property
    def kind(self) -> str:
        """The kind of what has to be done; "" for nothing."""
        return self.machine.states[self.standing.state].awaits

    @property
    def due(self) -> datetime.date | None:
        return self.standing.due if self.kind else None

    @property
    def overdue_workdays(self) -> int:
        """How many working days the limit has passed."""
        due = self.due
        return max(0, workdays_between(due, self.as_of, self.calendar)) if due else 0

    @property
    def ends(self) -> bool:
        return self.machine.states[self.standing.state].ends

    @property
    def is_proved(self) -> bool:
        """Whether it was verified as true, wholly or in part: then it is asked whether a breach is suspected."""
        return any(self.is_true(done) for done in self.marked("verified"))

    def is_true(self, done: Done) -> bool:
        """Whether the result of a verification is that there is something to it."""
        result = self.machine.events[done.row.event].result(done.said.result)
        return result is not None and "breach" in result.takes

    @property
    def waits_for_leaders(self) -> bool:
        """Whether what leads on from where it stands is the leaders' to do."""
        state = self.standing.state
        steps = {event.by for event in self.machine.events.values() if not event.is_note and event.leads_on(state)}
        return steps == {"leaders"}

    @property
    def first_disposition(self) -> str:
        return self.standing.approved[0] if self.standing.approved else ""

    @property
    def final_disposition(self) -> str:
        return self.standing.approved[-1] if self.standing.approved else ""

    @property
    def counts_in_dispositions(self) -> bool:
        """Whether it is one of those that got a disposition: never one that is suspected and transferred."""
        return bool(self.standing.approved) and not self.standing.suspected

    def between(self, first: str, second: str) -> int | None:
        """Working days from the first event that is marked `first` to the first marked `second`; None if one has not come."""
        begun, ended = self.marked(first), self.marked(second)
        return self._days(begun[0].row.day, ended[0].row.day) if begun and ended else None

    def _days(self, first: datetime.date | None, last: datetime.date | None) -> int | None:
        return workdays_between(first, last, self.calendar) if first and last else None

    @property
    def feedback_delays(self) -> tuple[int, ...]:
        """Of each feedback: how many working days it came late."""
        return tuple(self.delay(done) for done in self.marked("answered"))

    def delay(self, done: Done) -> int:
        """How many working days an event came late."""
        days = self._days(done.met_due, done.row.day)
        return max(0, days) if days is not None else 0

    def marked(self, mark: str) -> list[Done]:
        """The events that the machine marks so: received, verified, approved, delivered, answered, inspected, closed."""
        return [done for done in self.done if done.row.event == self.machine.marks[mark]]

    @property
    def closed_on(self) -> datetime.date | None:
        """The day of closing, or on which it came to its end if no row says that it was closed.

        Whoever is followed for half a year afterwards has been dealt with before: the end of that is no end of the matter.
        """
        if not self.ends:
            return None
        closing = self.marked("closed")
        return closing[-1].row.day if closing else self._came_to_its_end()

    def _came_to_its_end(self) -> datetime.date | None:
        last = dropwhile(self._only_ends_what_was_awaited, reversed(self.done))
        return next((done.row.day for done in last), self.standing.since)

    def _only_ends_what_was_awaited(self, done: Done) -> bool:
        """Whether it was at its end before, and was only followed."""
        before = self.machine.states.get(done.from_state)
        return before is not None and before.ends and bool(before.awaits)

    @property
    def register_to_close(self) -> int | None:
        """Working days from collection to closing."""
        return self._days(self.warning.collected_on, self.closed_on)

    @property
    def documents(self) -> tuple[str, ...]:
        """The numbers of its papers, in the order of their days."""
        return tuple(done.row.number for done in self.done if done.row.number)
