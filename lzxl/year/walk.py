"""Goes through a warning's events, one after another: where each leads, which limit it begins, and what is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from lzxl.year.course import Done, EventRow, Fault, Matter, Standing
from lzxl.year.events import Event, Machine, Step
from lzxl.year.months import add_months
from lzxl.year.said import Said, said_in
from lzxl.year.steps import likely, possible, possible_events
from lzxl.year.workdays import Calendar, workday_after


class Walk:
    """Goes through a warning's events, one after another."""

    def __init__(self, machine: Machine, calendar: Calendar, warning: Matter) -> None:
        self.machine = machine
        self.calendar = calendar
        self.warning = warning
        self.done: list[Done] = []
        self.faults: list[Fault] = []
        first = machine.events[machine.implied].steps[0].to
        self._implied = Standing(first, since=warning.collected_on)
        self.standing = self._implied
        self._supposed: Standing | None = None
        """Where it would stand with a step that was not possible; None while all were."""

    def go(self, row: EventRow) -> None:
        """Go one event further, or tell why that is not possible."""
        assert row.day is not None
        event = self.machine.events[row.event]
        said = said_in(self.machine, event, row.result, row.content)
        # The row of the ledger is this event already: whoever records it once
        # more has done nothing that is not possible.
        if row.event == self.machine.implied and not self.done and self.standing == self._implied:
            self.done.append(Done(row, said, 0, self.machine.begins, self.standing.state, None, None))
            return
        step = possible(self.machine, self.standing, event, said, row.day, self.warning)
        if step is None:
            self._suppose(row, event, said)
        else:
            before = self.standing
            self.standing, due = self.after(before, event, said, row.day, step)
            self._supposed = None
            round_ = before.round + (step.round == "this")
            disposition = self.standing.disposition
            states = before.state, self.standing.state
            self.done.append(Done(row, said, round_, *states, due, before.due, disposition, step.paper))
        # An escalation is to a graver disposition, which has to be named: the one before does not stand for it.
        spoken_of = "" if step is not None and step.escalates else self._seems.disposition
        self.faults += incomplete(event, said, row, spoken_of)

    @property
    def _seems(self) -> Standing:
        """Where the warning seems to stand, by steps that were not possible and were told."""
        return self._supposed or self.standing

    def _suppose(self, row: EventRow, event: Event, said: Said) -> None:
        """A step that is not possible from where the warning stands: told, unless it follows one that was told."""
        assert row.day is not None
        if self._supposed is not None:
            step = possible(self.machine, self._supposed, event, said, row.day, self.warning)
            if step is not None:
                self._supposed, _ = self.after(self._supposed, event, said, row.day, step)
                return
        at = self._seems
        if not self._says_nothing(event, said):
            self.faults.append(self._not_possible(row, event, at))
        self._supposed, _ = self.after(at, event, said, row.day, likely(event, said, at))

    def _says_nothing(self, event: Event, said: Said) -> bool:
        """Whether only the word of the result is missing: that is told by itself, if the event is possible at all."""
        return bool(event.results) and not said.result and event.starts_from(self._seems.state)

    def _not_possible(self, row: EventRow, event: Event, at: Standing) -> Fault:
        state = self.machine.states[at.state]
        code = event.otherwise or ("" if event.is_note else state.otherwise) or "illegal_step"
        details = {
            "state": state.told(at.round),
            "event": event.name,
            "possible": possible_events(self.machine, at.state),
            "suspected": at.suspected,
        }
        return Fault(code, row.at, "event", details)

    def after(
        self, at: Standing, event: Event, said: Said, day: datetime.date, step: Step
    ) -> tuple[Standing, datetime.date | None]:
        """Where a step leads, and the limit that it begins."""
        state = step.to or at.state
        disposition = said.disposition or at.disposition
        is_approval = step.round == "this"
        last = tuple({**dict(at.last), event.name: day}.items())
        moved = replace(
            at,
            state=state,
            since=day if step.to else at.since,
            round=at.round + bool(step.round),
            failures=0 if is_approval else at.failures + (step.failures != ""),
            rework=at.rework + (step.failures != ""),
            escalated=at.escalated + step.escalates,
            disposition=disposition,
            approved=(*at.approved, disposition) if is_approval else at.approved,
            suspected=at.suspected or step.breach == "suspected",
            last=last,
        )
        limit, due = self.limit(moved, step, day)
        # A limit that was put off without saying to when stays as it was.
        if due is None and "day" in event.takes:
            limit, due = moved.limit, said.day or moved.due
            return replace(moved, due=due), due
        if due is not None:
            return replace(moved, due=due, limit=limit), due
        # A limit goes on as long as the same thing is waited for.
        kept = self.machine.states[state].awaits == self.machine.states[at.state].awaits
        return (moved if kept else replace(moved, due=None, limit="")), None

    def limit(self, at: Standing, step: Step, day: datetime.date) -> tuple[str, datetime.date | None]:
        """The limit that a step begins, and its last day: of several that hold, the one that ends first."""
        role = self.machine.role_of(at.disposition)
        ends: list[tuple[datetime.date, str]] = []
        for name in step.begins:
            limit = self.machine.limits[name]
            if limit.disposition in ("", role):
                begun = at.last_of(limit.since) if limit.since else day
                ends.append((end_of(begun or day, limit.workdays, limit.months, self.calendar), name))
        due, name = min(ends, default=(None, ""))
        return name, due


def end_of(day: datetime.date, workdays: int, month_count: int, calendar: Calendar) -> datetime.date:
    """The last day of a limit of so many working days, or months, after a day."""
    return add_months(day, month_count) if month_count else workday_after(day, workdays, calendar)


def incomplete(event: Event, said: Said, row: EventRow, spoken_of: str) -> list[Fault]:
    """What an event's row should say and does not. `spoken_of`: the disposition that is known without it."""
    faults = [
        Fault("event_incomplete", row.at, part, {"event": event.name, "missing": name})
        for name, part in _missing(event, said, row, spoken_of)
    ]
    if event.content == "never" and row.content:
        faults.append(Fault("transfer_says_content", row.at, "content", {"event": event.name}))
    return faults


def _missing(event: Event, said: Said, row: EventRow, spoken_of: str) -> Iterator[tuple[str, str]]:
    """(what is missing, the part of the row where it is to be said)."""
    for name in _unsaid(event, said, spoken_of):
        yield name, "result"
    if "number" in event.needs and not row.number:
        yield "number", "number"
    if "content" in event.needs and not (row.result or row.content):
        yield "content", "result"


def _unsaid(event: Event, said: Said, spoken_of: str) -> Iterator[str]:
    """What an event's result takes, by the names of the machine, and does not say."""
    result = event.result(said.result)
    if event.results and result is None:
        yield "result"
    is_said = {
        "breach": said.breach is not None,
        # What is suspected to be a breach goes on without one.
        "degree": bool(said.degree or said.breach),
        "disposition": bool(said.disposition or spoken_of),
        "day": said.day is not None,
    }
    takes = event.takes_with(result)
    yield from (name for name, says in is_said.items() if name in takes and not says)
