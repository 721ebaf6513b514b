"""What follows from a warning's events: where it stands on a day, in which round, what is due, and what is wrong with its rows.

A pure fold over the rows of 办理过程 in the order of their days (rows of one day in the order in which they stand). A step that
is not possible changes nothing and is told with those that are; what follows it is judged as if it had been done, so that
one mistake is one finding. Deadlines are counted in working days after the day of the event that begins them.
"""

from __future__ import annotations

import calendar as months
import datetime
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lzxl.year.events import Event, Machine, Step
from lzxl.year.said import Said, said_in
from lzxl.year.workdays import Calendar, workday_after, workdays_between

_NAME_BEFORE = r"([\u4e00-\u9fff·]{2,10}?)\s*"


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
        """The day of closing, or on which it came to its end if no row says that it was closed."""
        if not self.ends:
            return None
        closing = self.marked("closed")
        return closing[-1].row.day if closing else self.standing.since

    @property
    def register_to_close(self) -> int | None:
        """Working days from collection to closing."""
        return self._days(self.warning.collected_on, self.closed_on)

    @property
    def documents(self) -> tuple[str, ...]:
        """The numbers of its papers, in the order of their days."""
        return tuple(done.row.number for done in self.done if done.row.number)


Members = Callable[[str, datetime.date], Collection[str]]
"""Who is of a unit on a day: names, and what the unit itself is called."""


def nobody(unit: str, day: datetime.date) -> Collection[str]:
    """Where it is not known who is of which unit."""
    return ()


def in_order(rows: Iterable[EventRow]) -> list[EventRow]:
    """Rows in the order of their days; those of one day as they stand."""
    return sorted((row for row in rows if row.day is not None), key=lambda row: (row.day, row.at))


def follow(
    machine: Machine,
    calendar: Calendar,
    warning: Matter,
    rows: Sequence[EventRow],
    as_of: datetime.date,
    members: Members = nobody,
) -> Course:
    """The course of a warning as of a day: what happened later is not looked at. Linear but for the sorting of its rows."""
    reached = [row for row in rows if row.day is not None and row.day <= as_of and row.event in machine.events]
    ordered = in_order(reached)
    walk = _Walk(machine, calendar, warning)
    for row in ordered:
        walk.take(row)
    faults = walk.faults
    if any(fault.part == "event" for fault in faults):
        standing_order = sorted(reached, key=lambda row: row.at)
        faults = _fewer(faults, _as_they_stand(machine, calendar, warning, standing_order))
    faults = [*faults, *_before_collection(warning, ordered), *_own_people(machine, warning, ordered, members)]
    return Course(warning, as_of, walk.standing, tuple(walk.done), tuple(faults), machine, calendar)


def _as_they_stand(machine: Machine, calendar: Calendar, warning: Matter, rows: Sequence[EventRow]) -> list[Fault]:
    """What is wrong if the rows are meant in the order in which they stand: days that go back are wrong then."""
    walk = _Walk(machine, calendar, warning)
    faults: list[Fault] = []
    latest: EventRow | None = None
    for row in rows:
        walk.take(row)
        assert row.day is not None
        if latest is not None and latest.day is not None and row.day < latest.day:
            earlier = machine.events[latest.event].title
            faults.append(Fault("date_order", row.at, "day", {"earlier": earlier, "earlier_day": latest.day}))
        else:
            latest = row
    return [*walk.faults, *faults]


def _fewer(by_day: list[Fault], as_they_stand: list[Fault]) -> list[Fault]:
    """Rows in a lawful order with a day that goes back are a slip in the day; else their days count."""
    steps = [fault for fault in as_they_stand if fault.part == "event"]
    return by_day if steps else as_they_stand


def _before_collection(warning: Matter, rows: Sequence[EventRow]) -> list[Fault]:
    collected = warning.collected_on
    if collected is None:
        return []
    return [
        Fault("date_order", row.at, "day", {"earlier": "", "earlier_day": collected})
        for row in rows
        if row.day is not None and row.day < collected
    ]


def _own_people(machine: Machine, warning: Matter, rows: Sequence[EventRow], members: Members) -> list[Fault]:
    """Whoever handles or inspects a matter is not of the unit that it concerns."""
    faults = []
    signers = signers_in(machine, rows)
    for row in rows:
        event = machine.events[row.event]
        if event.by not in ("office", "leaders") or row.day is None:
            continue
        own = {*members(warning.unit, row.day), *signers, warning.target} - {""}
        named = [name for name in row.handlers if name in own]
        if named:
            faults.append(Fault(event.own_unit or "handler_of_own_unit", row.at, "handlers", {}))
    return faults


def signers_in(machine: Machine, rows: Iterable[EventRow]) -> set[str]:
    """Who took a paper for the unit, and is one of its people: 符海涛 签收."""
    delivered = (row.result for row in rows if row.event == machine.marks["delivered"])
    return {name for text in delivered for name in re.findall(_NAME_BEFORE + re.escape(machine.signed), text)}


class _Walk:
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

    def take(self, row: EventRow) -> None:
        """Go one event further, or tell why that is not possible."""
        assert row.day is not None
        event = self.machine.events[row.event]
        said = said_in(self.machine, event, row.result, row.content)
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
        spoken_of = "" if step is not None and step.escalates else (self._supposed or self.standing).disposition
        self.faults += incomplete(event, said, row, spoken_of)

    def _suppose(self, row: EventRow, event: Event, said: Said) -> None:
        """A step that is not possible from where the warning stands: told, unless it follows one that was told."""
        assert row.day is not None
        if self._supposed is not None:
            step = possible(self.machine, self._supposed, event, said, row.day, self.warning)
            if step is not None:
                self._supposed, _ = self.after(self._supposed, event, said, row.day, step)
                return
        at = self._supposed or self.standing
        if not self._says_nothing(event, said):
            self.faults.append(self._not_possible(row, event, at))
        self._supposed, _ = self.after(at, event, said, row.day, _likely(event, said, at))

    def _says_nothing(self, event: Event, said: Said) -> bool:
        """Whether only the word of the result is missing: that is told by itself, if the event is possible at all."""
        at = (self._supposed or self.standing).state
        return bool(event.results) and not said.result and any(at in step.sources for step in event.steps)

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
        if due is None and "day" in event.takes:
            limit, due = moved.limit, said.day or moved.due
            return replace(moved, due=due), due
        if due is not None:
            return replace(moved, due=due, limit=limit), due
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


def _likely(event: Event, said: Said, at: Standing) -> Step:
    """The step that was probably meant by an event that is not possible, or does not say its result."""

    def unlikely(step: Step) -> tuple[bool, bool, bool]:
        is_conditional = bool(step.breach or step.failures or step.target or step.disposition)
        return bool(said.result) and step.result != said.result, at.state not in step.sources, is_conditional

    return min(event.steps, key=unlikely)


def end_of(day: datetime.date, workdays: int, month_count: int, calendar: Calendar) -> datetime.date:
    """The last day of a limit of so many working days, or months, after a day."""
    return add_months(day, month_count) if month_count else workday_after(day, workdays, calendar)


def add_months(day: datetime.date, count: int) -> datetime.date:
    """The same day some months later, or the last of that month if it has none such."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    if year > datetime.MAXYEAR:
        return datetime.date.max
    return datetime.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def possible(
    machine: Machine, at: Standing, event: Event, said: Said, day: datetime.date, warning: Matter
) -> Step | None:
    """The step that the event is from where the warning stands; None if it is not possible."""
    for step in event.steps:
        if (
            at.state in step.sources
            and step.result in ("", said.result)
            and _fits(machine, step, at, said, day, warning)
        ):
            return step
    return None


def _fits(machine: Machine, step: Step, at: Standing, said: Said, day: datetime.date, warning: Matter) -> bool:
    """Whether the conditions of a step hold."""
    if step.breach and not said.breach:
        return False
    if step.failures and (step.failures == "first") != (at.failures == 0):
        return False
    if step.target and step.target != machine.target_role(warning.target_kind):
        return False
    if step.disposition and step.disposition != machine.role_of(at.disposition):
        return False
    return not step.within or at.since is None or day <= add_months(at.since, step.within)


def possible_events(machine: Machine, state: str) -> list[str]:
    """What may be done in a state, but for what may be done in any: the titles of the events."""
    return [
        event.title
        for event in machine.events.values()
        if not event.is_note and any(state in step.sources for step in event.steps)
    ]


def incomplete(event: Event, said: Said, row: EventRow, spoken_of: str) -> list[Fault]:
    """What an event's row should say and does not. `spoken_of`: the disposition that is known without it."""
    missing: list[tuple[str, str]] = []
    result = event.result(said.result)
    takes = (*event.takes, *(result.takes if result is not None else ()))
    if event.results and result is None:
        missing.append(("result", "result"))
    if "breach" in takes and said.breach is None:
        missing.append(("breach", "result"))
    if "degree" in takes and not said.degree and not said.breach:
        missing.append(("degree", "result"))
    if "disposition" in takes and not (said.disposition or spoken_of):
        missing.append(("disposition", "result"))
    if "day" in takes and said.day is None:
        missing.append(("day", "result"))
    if "number" in event.needs and not row.number:
        missing.append(("number", "number"))
    if "content" in event.needs and not (row.result or row.content):
        missing.append(("content", "result"))
    faults = [Fault("event_incomplete", row.at, part, {"event": event.name, "missing": name}) for name, part in missing]
    if event.content == "never" and row.content:
        faults.append(Fault("transfer_says_content", row.at, "content", {"event": event.name}))
    return faults
