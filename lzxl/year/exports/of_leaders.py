"""What is known of a leader with the units in charge (党风廉政建设责任制考核)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lzxl.forms.people import Person
from lzxl.year.course import Course, Done
from lzxl.year.exports.known import Known
from lzxl.year.exports.tables import Cell, Column, load_exports


@dataclass(frozen=True)
class Leader:
    """A leader with the units in charge."""

    name: str
    duty_title: str
    units: tuple[str, ...]


def leaders(known: Known) -> list[Leader]:
    """The leaders of the day by what the roster says of them, and those that only the list of units names."""
    serving = [one for one in known.people.persons if one.in_charge_of and one.serves_on(known.day)]
    duties = {person.name: person.duty or person.post for person in serving}
    return [
        Leader(name, duties.get(name, ""), tuple(dict.fromkeys(codes)))
        for name, codes in _charged(known, serving).items()
    ]


def _charged(known: Known, serving: Iterable[Person]) -> dict[str, list[str]]:
    """Name of a leader → the units that are said to be in the leader's charge: of the person first, then of the units."""
    charged: dict[str, list[str]] = {}
    for person in serving:
        charged.setdefault(person.name, []).extend(person.in_charge_of)
    for unit in known.units.values():
        if unit.leader:
            charged.setdefault(unit.leader, []).append(unit.code)
    return charged


def _person(known: Known, one: Leader, column: Column) -> Cell:
    return one.name


def _duty_title(known: Known, one: Leader, column: Column) -> Cell:
    return one.duty_title


def _in_charge(known: Known, one: Leader, column: Column) -> Cell:
    return "、".join(known.units[code].name if code in known.units else code for code in one.units)


def _points(known: Known, one: Leader, column: Column) -> Cell:
    return known.counted([point for point in known.points if point.unit in one.units])


def _warnings_in_charge(known: Known, one: Leader) -> list[Course]:
    return [course for course in known.courses if course.warning.unit in one.units]


def _warned(known: Known, one: Leader, column: Column) -> Cell:
    return len(_warnings_in_charge(known, one))


def _given(known: Known, one: Leader, column: Column) -> Cell:
    """How many warnings ended with which disposition."""
    counts = Counter(
        course.final_disposition for course in _warnings_in_charge(known, one) if course.counts_in_dispositions
    )
    return "、".join(f"{word}{count}" for word, count in sorted(counts.items()))


def _talks(known: Known, one: Leader, column: Column) -> Cell:
    """How often somebody was talked to: each time that such a disposition was delivered."""
    delivered = [(course, done) for course in _warnings_in_charge(known, one) for done in course.marked("delivered")]
    return sum(_has_talk(course, done) for course, done in delivered)


def _has_talk(course: Course, done: Done) -> bool:
    role = course.machine.role_of(done.disposition)
    return any(hint.disposition == role for hint in load_exports().hints if hint.disposition)


def _late(known: Known, one: Leader, column: Column) -> Cell:
    """How often an answer came late, or is late now."""
    courses = _warnings_in_charge(known, one)
    came = sum(delay > 0 for course in courses for delay in course.feedback_delays)
    return came + sum(bool(course.overdue_workdays) for course in courses if _waits_for_unit(course))


def _waits_for_unit(course: Course) -> bool:
    return course.machine.states[course.standing.state].unit_acts


def _grades(known: Known, one: Leader, column: Column) -> Cell:
    told = []
    for code in one.units:
        outcome = known.outcomes.get(code)
        if outcome is not None and code in known.units:
            told.append(f"{known.units[code].name} {outcome.grade or outcome.state}")
    return "；".join(told)


OF_LEADERS: Mapping[str, Callable[[Known, Leader, Column], Cell]] = {
    "person": _person,
    "duty_title": _duty_title,
    "in_charge": _in_charge,
    "points": _points,
    "warned": _warned,
    "given": _given,
    "talks": _talks,
    "late": _late,
    "grades": _grades,
}
"""What a column may show of one (`forms/sound_exports.py` names them as well)."""
