"""What is known of a person: where, since when, which reports are filed, what was proved and followed (公务员年度考核)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence

from lzxl.forms.people import Person
from lzxl.forms.persons import names_of
from lzxl.year.course import Course, Done
from lzxl.year.events import Step
from lzxl.year.exports.known import Known
from lzxl.year.exports.tables import Cell, Column, Hint, load_exports
from lzxl.year.months import add_months

FILED, MISSING, NOT_YET = "已交", "未交", "未到期"


def persons(known: Known) -> list[Person]:
    """Everybody who serves on the day, and who left in the year without coming anywhere else, in the roster's order."""
    return [one for one in known.people.persons if one.serves_on(known.day) or _has_gone(known, one)]


def _has_gone(known: Known, person: Person) -> bool:
    until = person.until
    if until is None or not known.first_day <= until < known.day:
        return False
    return not any(other.until is None or other.until > until for other in known.people.places_of(person.name))


def _person(known: Known, one: Person, column: Column) -> Cell:
    return one.name


def _unit(known: Known, one: Person, column: Column) -> Cell:
    return known.told(one.unit)


def _post(known: Known, one: Person, column: Column) -> Cell:
    return one.post


def _staff_kind(known: Known, one: Person, column: Column) -> Cell:
    return one.kind


def _former_unit(known: Known, one: Person, column: Column) -> Cell:
    """Where somebody was before in the year; of who has gone, until when."""
    before = [
        f"{known.told(other.unit)}（至{other.until}）"
        for other in known.people.places_of(one.name)
        if other.until is not None and known.first_day <= other.until < known.day and other.unit != one.unit
    ]
    gone = [f"{one.until}离岗"] if not one.serves_on(known.day) else []
    return "；".join([*before, *gone])


def _self_check(known: Known, one: Person, column: Column) -> Cell:
    checks = known.self_checks.get(one.unit)
    if checks is None or not one.serves_on(known.day):
        return ""
    if one.name in checks.missing:
        return MISSING
    return NOT_YET if one.name in dict(checks.waiting) else FILED


def _reported(known: Known, one: Person, column: Column) -> Cell:
    """The reports that somebody owes: as a section head, as a party member."""
    filed = known.reports.get(one.unit)
    owed = _owed(one)
    if filed is None or not owed or not one.serves_on(known.day):
        return ""
    names = names_of(one.name)
    if any(names.isdisjoint(filed.get(of_heads, ())) for of_heads in owed):
        return MISSING
    is_late = any(filed[of_heads].get(name) for of_heads in owed for name in names)
    return f"{FILED}（迟交）" if is_late else FILED


def _owed(one: Person) -> list[bool]:
    """Which reports somebody owes: True as a section head, False as a party member."""
    return [of_heads for of_heads, owes in ((True, one.is_middle), (False, one.is_party)) if owes]


def _warnings_of(known: Known, one: Person) -> list[Course]:
    """A person's own: those of that name in one of the units where the person is or was."""
    units = {other.unit for other in known.people.places_of(one.name)}
    found = [course for name in names_of(one.name) for course in known.by_name.get(name, ())]
    by_number = {course.warning.id: course for course in found}
    return [one for one in by_number.values() if {one.warning.unit, one.warning.present_unit} & units]


def _proved(known: Known, one: Person, column: Column) -> Cell:
    return len(_warnings_of(known, one))


def _given(known: Known, one: Person, column: Column) -> Cell:
    """Each disposition that was delivered, with its day."""
    told = [
        f"{done.disposition}（{done.row.day}）"
        for course in _warnings_of(known, one)
        if course.counts_in_dispositions
        for done in course.marked("delivered")
        if done.disposition
    ]
    return "\n".join(told)


_Admonition = tuple[Course, Done, datetime.date]
"""A warning, the delivery of its disposition, and until when somebody is followed after it."""


def _admonitions(known: Known, one: Person) -> Iterator[_Admonition]:
    """Each disposition after which somebody is followed for some months."""
    for course in _warnings_of(known, one):
        for done in course.marked("delivered"):
            until = _followed_until(course, done)
            if until is not None:
                yield course, done, until


def _followed_until(course: Course, done: Done) -> datetime.date | None:
    """How long somebody is followed after a disposition was delivered; None: it is none of those."""
    machine, day = course.machine, done.row.day
    role, target = machine.role_of(done.disposition), machine.target_role(course.warning.target_kind)
    if not role or day is None:
        return None
    steps = (step for event in machine.events.values() for step in event.steps)
    after = (_months_of(step, course) for step in steps if (step.disposition, step.target) == (role, target))
    months = next(filter(None, after), 0)
    return add_months(day, months) if months else None


def _months_of(step: Step, course: Course) -> int:
    """How many months the first limit takes that a step begins and that is counted so; 0 if it begins none."""
    begun = (course.machine.limits[name].months for name in step.begins)
    return next(filter(None, begun), 0)


def _admonished(known: Known, one: Person, column: Column) -> Cell:
    return "\n".join(f"{done.row.day}至{until}" for _, done, until in _admonitions(known, one))


def _hint(known: Known, one: Person, column: Column) -> Cell:
    """What the reader should know of somebody, and is for the reader to decide."""
    warnings, admonitions = _warnings_of(known, one), list(_admonitions(known, one))
    told: dict[str, None] = {}
    for hint in load_exports().hints:
        told |= dict.fromkeys(_told_of_state(hint, warnings))
        told |= dict.fromkeys(_told_of_disposition(hint, admonitions))
    return "\n".join(told)


def _told_of_state(hint: Hint, warnings: Sequence[Course]) -> Iterator[str]:
    """What is said of each warning that is in the hint's state, with the last paper that was sent."""
    for course in warnings:
        papers = [done.row for done in course.done if done.row.number]
        if hint.state and hint.state == course.standing.state and papers:
            yield hint.text.format(number=papers[-1].number, day=papers[-1].day, since="", until="")


def _told_of_disposition(hint: Hint, admonitions: Sequence[_Admonition]) -> Iterator[str]:
    """What is said of each admonition that is the hint's disposition."""
    for course, done, until in admonitions:
        if hint.disposition and course.machine.role_of(done.disposition) == hint.disposition:
            yield hint.text.format(since=done.row.day, until=until, number=done.row.number, day=done.row.day)


OF_PERSONS: Mapping[str, Callable[[Known, Person, Column], Cell]] = {
    "person": _person,
    "unit": _unit,
    "post": _post,
    "staff_kind": _staff_kind,
    "former_unit": _former_unit,
    "self_check": _self_check,
    "reported": _reported,
    "proved": _proved,
    "given": _given,
    "admonished": _admonished,
    "hint": _hint,
}
"""What a column may show of one (`forms/sound_exports.py` names them as well)."""
