"""What follows from a warning's events: its course as of a day, with all that is wrong with its rows.

A pure fold over the rows of 办理过程 in the order of their days (rows of one day in the order in which they stand). A step that
is not possible changes nothing and is told with those that are; what follows it is judged as if it had been done, so that
one mistake is one finding. Deadlines are counted in working days after the day of the event that begins them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Sequence

from lzxl.year.course import Course, EventRow, Fault, Matter
from lzxl.year.events import Machine
from lzxl.year.walk import Walk
from lzxl.year.workdays import Calendar

# The dot stands within the names of some peoples: 买买提·艾山.
_NAME_BEFORE = r"([\u4e00-\u9fff·]{2,10}?)\s*"

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
    walk = Walk(machine, calendar, warning)
    for row in ordered:
        walk.go(row)
    faults = walk.faults
    if any(fault.part == "event" for fault in faults):
        standing_order = sorted(reached, key=lambda row: row.at)
        faults = _fewer(faults, _as_they_stand(machine, calendar, warning, standing_order))
    faults = [*faults, *_before_collection(warning, ordered), *_own_people(machine, warning, ordered, members)]
    return Course(warning, as_of, walk.standing, tuple(walk.done), tuple(faults), machine, calendar)


def _as_they_stand(machine: Machine, calendar: Calendar, warning: Matter, rows: Sequence[EventRow]) -> list[Fault]:
    """What is wrong if the rows are meant in the order in which they stand: days that go back are wrong then."""
    walk = Walk(machine, calendar, warning)
    faults: list[Fault] = []
    latest: EventRow | None = None
    for row in rows:
        walk.go(row)
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
    signers = signers_in(machine, rows)
    faults = []
    for row in rows:
        event = machine.events[row.event]
        if event.by not in ("office", "leaders") or row.day is None:
            continue
        # Whoever signed for the unit is of it, whatever the roster says.
        own = {*members(warning.unit, row.day), *signers, warning.target} - {""}
        if not own.isdisjoint(row.handlers):
            faults.append(Fault(event.own_unit or "handler_of_own_unit", row.at, "handlers", {}))
    return faults


def signers_in(machine: Machine, rows: Iterable[EventRow]) -> set[str]:
    """Who took a paper for the unit, and is one of its people: 符海涛 签收."""
    delivered = (row.result for row in rows if row.event == machine.marks["delivered"])
    return {name for text in delivered for name in re.findall(_NAME_BEFORE + re.escape(machine.signed), text)}
