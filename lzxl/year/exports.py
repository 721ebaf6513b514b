"""What the year's work hands to the three other appraisals: a table of persons, one of leaders, one of units (第八条(三)).

Which tables there are, for whom, and with which columns, schemas/exports.yaml says; here is what is known of a row. Pure: facts
are handed in.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from lzxl.data import data_folder
from lzxl.forms.load import load_form, read_sound
from lzxl.forms.people import People, Person
from lzxl.forms.persons import names_of
from lzxl.forms.roster import Unit
from lzxl.forms.rules import made
from lzxl.forms.text import compact
from lzxl.submission import Submission
from lzxl.year.course import Course, Done, add_months
from lzxl.year.grades import Outcome
from lzxl.year.moves import SelfChecks

NOT_SCORED = "未评"
FILED, MISSING, NOT_YET = "已交", "未交", "未到期"
Cell = str | int | float
"""What a cell shows; "" for nothing."""


@dataclass(frozen=True)
class Column:
    """A column: what it shows, of rows of which power, or of which item of the appraisal."""

    shows: str
    title: str
    width: float
    power: str = ""
    item: str = ""


@dataclass(frozen=True)
class Hint:
    """What is said of a person whose warning is in a state, or who was given a disposition."""

    text: str
    state: str = ""
    disposition: str = ""


@dataclass(frozen=True)
class Export:
    """A table, with its readers; `folder`: its own, below that of all."""

    export: str
    title: str
    folder: str
    readers: str
    note: str
    rows: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Exports:
    """All tables, the folder that theirs are in, and what is said of persons."""

    clause: str
    folder: str
    hints: tuple[Hint, ...]
    exports: tuple[Export, ...]


@lru_cache(maxsize=4)
def load_exports() -> Exports:
    """The tables of `schemas/exports.yaml`. Raises ConfigError if it is not sound."""
    found: Exports = made(Exports, read_sound(data_folder("schemas"), "exports.yaml"))
    return found


@dataclass(frozen=True)
class Registered:
    """A risk point: its number, the level that counts, and the kind of power that it is of ("" if its power is on no list)."""

    number: str
    unit: str
    level: str
    category: str


@dataclass(frozen=True)
class Known:
    """All that is known on the day, by units' codes."""

    units: Mapping[str, Unit]
    people: People
    first_day: datetime.date
    day: datetime.date
    courses: Sequence[Course] = ()
    points: Sequence[Registered] = ()
    levels: Sequence[str] = ()
    """Gravest first."""
    powers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A power that units hold → the kinds of power that it is made of."""
    self_checks: Mapping[str, SelfChecks] = field(default_factory=dict)
    reports: Mapping[str, Mapping[bool, Mapping[str, bool]]] = field(default_factory=dict)
    """Unit → of heads, or of members → name, as names are compared → whether the report came late."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    scores: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """(unit, item) → what the year-end check gave."""

    @cached_property
    def by_number(self) -> dict[str, Registered]:
        return {point.number: point for point in self.points}

    @cached_property
    def by_name(self) -> dict[str, list[Course]]:
        """Name, as names are compared → the warnings of persons that are told of: proved, and not with somebody else still."""
        found: dict[str, list[Course]] = {}
        for course in self.courses:
            if course.machine.is_person(course.warning.target_kind) and course.is_proved and not is_elsewhere(course):
                for name in names_of(course.warning.target):
                    found.setdefault(name, []).append(course)
        return found

    def told(self, code: str) -> str:
        unit = self.units.get(code)
        return f"{code} {unit.name}" if unit is not None else code

    def of_power(self, unit: str, power: str) -> list[Registered]:
        """The risk points of a unit that are of a power."""
        kinds = self.powers.get(power, ())
        return [point for point in self.points if point.unit == unit and point.category in kinds]

    def warned_of_power(self, unit: str, power: str) -> list[Course]:
        """The warnings of a unit that are linked to one of those."""
        numbers = {point.number for point in self.of_power(unit, power)}
        return [one for one in self.courses if one.warning.unit == unit and one.warning.risk_id in numbers]


def is_elsewhere(course: Course) -> bool:
    """Whether a matter is to be transferred, or is, and nothing has been answered: then nothing is told of it."""
    events = course.machine.events
    answered = any(events[done.row.event].by == "elsewhere" for done in course.done)
    return course.standing.suspected and not answered


def categories(submissions: Iterable[Submission]) -> Iterator[tuple[str, str]]:
    """(number of a risk point, the kind of power that its power is of in the unit's own list)."""
    for submission in submissions:
        form = load_form(submission.form, submission.scheme)
        for table in submission.tables:
            sheet = form.by_name[table.name]
            rule = sheet.rules.listed
            if rule is None or not sheet.key:
                continue
            kinds = {
                compact(str(other.get(rule.listed_name, index) or "")): str(other.get(rule.listed_words, index) or "")
                for other in submission.tables
                if other.name == rule.sheet
                for index in range(len(other.rows))
            }
            for index in table.indexes:
                number, power = table.get(sheet.key, index), compact(str(table.get(rule.name, index) or ""))
                if number:
                    yield str(number), kinds.get(power, "")


# Rows


@dataclass(frozen=True)
class Leader:
    """A leader with the units in charge."""

    name: str
    duty_title: str
    units: tuple[str, ...]


def rows_of(export: Export, known: Known, hints: Sequence[Hint]) -> list[tuple[Cell, ...]]:
    """The rows of a table, cell by cell."""
    subjects = _SUBJECTS[export.rows](known)
    return [
        tuple(_FACTS[export.rows][column.shows](known, one, column, hints) for column in export.columns)
        for one in subjects
    ]


def _persons(known: Known) -> list[Person]:
    """Everybody who serves on the day, and who left in the year without coming anywhere else, in the roster's order."""
    return [one for one in known.people.persons if one.serves_on(known.day) or _has_gone(known, one)]


def _has_gone(known: Known, person: Person) -> bool:
    until = person.until
    if until is None or not known.first_day <= until < known.day:
        return False
    return not any(other.until is None or other.until > until for other in known.people.places_of(person.name))


def _leaders(known: Known) -> list[Leader]:
    """The leaders of the day by what the roster says of them, and those that only the list of units names."""
    charged: dict[str, list[str]] = {}
    duties: dict[str, str] = {}
    for person in known.people.persons:
        if person.in_charge_of and person.serves_on(known.day):
            charged.setdefault(person.name, []).extend(person.in_charge_of)
            duties[person.name] = person.duty or person.post
    for unit in known.units.values():
        if unit.leader:
            charged.setdefault(unit.leader, []).append(unit.code)
    return [Leader(name, duties.get(name, ""), tuple(dict.fromkeys(codes))) for name, codes in charged.items()]


_SUBJECTS: Mapping[str, Callable[[Known], Sequence[Any]]] = {
    "person": _persons,
    "leader": _leaders,
    "unit": lambda known: list(known.units.values()),
}
Fact = Callable[[Known, Any, Column, Sequence[Hint]], Cell]
_FACTS: dict[str, dict[str, Fact]] = {rows: {} for rows in _SUBJECTS}


def facts_shown() -> dict[str, set[str]]:
    """What can be shown of each kind of row."""
    return {rows: set(facts) for rows, facts in _FACTS.items()}


def _of(rows: str) -> Callable[[Callable[[Known, Any, Column], Cell]], Callable[[Known, Any, Column], Cell]]:
    """Lets a function be what a column shows of such rows, under the function's own name."""

    def keep(fact: Callable[[Known, Any, Column], Cell]) -> Callable[[Known, Any, Column], Cell]:
        _FACTS[rows][fact.__name__.split("__")[-1]] = lambda known, one, column, hints: fact(known, one, column)
        return fact

    return keep


# Of a person


@_of("person")
def person(known: Known, one: Person, column: Column) -> Cell:
    return one.name


@_of("person")
def unit(known: Known, one: Person, column: Column) -> Cell:
    return known.told(one.unit)


@_of("person")
def post(known: Known, one: Person, column: Column) -> Cell:
    return one.post


@_of("person")
def staff_kind(known: Known, one: Person, column: Column) -> Cell:
    return one.kind


@_of("person")
def former_unit(known: Known, one: Person, column: Column) -> Cell:
    """Where somebody was before in the year; of who has gone, until when."""
    before = [
        f"{known.told(other.unit)}（至{other.until}）"
        for other in known.people.places_of(one.name)
        if other.until is not None and known.first_day <= other.until < known.day and other.unit != one.unit
    ]
    gone = [f"{one.until}离岗"] if not one.serves_on(known.day) else []
    return "；".join([*before, *gone])


@_of("person")
def self_check(known: Known, one: Person, column: Column) -> Cell:
    checks = known.self_checks.get(one.unit)
    if checks is None or not one.serves_on(known.day):
        return ""
    if one.name in checks.missing:
        return MISSING
    return NOT_YET if one.name in dict(checks.waiting) else FILED


@_of("person")
def reported(known: Known, one: Person, column: Column) -> Cell:
    """The reports that somebody owes: as a section head, as a party member."""
    filed = known.reports.get(one.unit)
    owed = [of_heads for of_heads, owes in ((True, one.is_middle), (False, one.is_party)) if owes]
    if filed is None or not owed or not one.serves_on(known.day):
        return ""
    names = names_of(one.name)
    lacking = [of_heads for of_heads in owed if not names & filed.get(of_heads, {}).keys()]
    if lacking:
        return MISSING
    late = any(filed[of_heads][name] for of_heads in owed for name in names)
    return f"{FILED}（迟交）" if late else FILED


def _warnings_of(known: Known, one: Person) -> list[Course]:
    """A person's own: those of that name in one of the units where the person is or was."""
    units = {other.unit for other in known.people.places_of(one.name)}
    found = [course for name in names_of(one.name) for course in known.by_name.get(name, ())]
    by_number = {course.warning.id: course for course in found}
    return [one for one in by_number.values() if {one.warning.unit, one.warning.present_unit} & units]


@_of("person")
def proved(known: Known, one: Person, column: Column) -> Cell:
    return len(_warnings_of(known, one))


@_of("person")
def given(known: Known, one: Person, column: Column) -> Cell:
    """Each disposition that was delivered, with its day."""
    told = [
        f"{done.disposition}（{done.row.day}）"
        for course in _warnings_of(known, one)
        if course.counts_in_dispositions
        for done in course.marked("delivered")
        if done.disposition
    ]
    return "\n".join(told)


def _admonitions(known: Known, one: Person) -> Iterator[tuple[Course, Done, datetime.date]]:
    """(warning, delivery, last day) of each disposition after which somebody is followed for some months."""
    for course in _warnings_of(known, one):
        for done in course.marked("delivered"):
            until = _followed_until(course, done)
            if until is not None:
                yield course, done, until


def _followed_until(course: Course, done: Done) -> datetime.date | None:
    """How long somebody is followed after a disposition was delivered; None: it is none of those."""
    machine, day = course.machine, done.row.day
    role, target = machine.role_of(done.disposition), machine.target_role(course.warning.target_kind)
    for event in machine.events.values():
        for step in event.steps:
            limits = [machine.limits[name] for name in step.begins if machine.limits[name].months]
            if limits and role and (step.disposition, step.target) == (role, target) and day is not None:
                return add_months(day, limits[0].months)
    return None


@_of("person")
def admonished(known: Known, one: Person, column: Column) -> Cell:
    return "\n".join(f"{done.row.day}至{until}" for _, done, until in _admonitions(known, one))


def _hint(known: Known, one: Person, column: Column, hints: Sequence[Hint]) -> Cell:
    """What the reader should know of somebody, and is for the reader to decide."""
    told: list[str] = []
    for hint in hints:
        for course in _warnings_of(known, one):
            papers = [done.row for done in course.done if done.row.number]
            if hint.state and hint.state == course.standing.state and papers:
                told.append(hint.text.format(number=papers[-1].number, day=papers[-1].day, since="", until=""))
        for course, done, until in _admonitions(known, one) if hint.disposition else ():
            if course.machine.role_of(done.disposition) == hint.disposition:
                told.append(hint.text.format(since=done.row.day, until=until, number=done.row.number, day=done.row.day))
    return "\n".join(dict.fromkeys(told))


_FACTS["person"]["hint"] = _hint


# Of a leader


@_of("leader")
def leader__person(known: Known, one: Leader, column: Column) -> Cell:
    return one.name


@_of("leader")
def duty_title(known: Known, one: Leader, column: Column) -> Cell:
    return one.duty_title


@_of("leader")
def in_charge(known: Known, one: Leader, column: Column) -> Cell:
    return "、".join(known.units[code].name if code in known.units else code for code in one.units)


@_of("leader")
def leader__points(known: Known, one: Leader, column: Column) -> Cell:
    return _counted(known, [point for point in known.points if point.unit in one.units])


def _counted(known: Known, points: Sequence[Registered]) -> str:
    """How many they are, by level."""
    counts = Counter(point.level for point in points)
    levels = "、".join(f"{level}{counts[level]}" for level in known.levels if counts[level])
    return f"{len(points)}个" + (f"（{levels}）" if levels else "")


def _warnings_in_charge(known: Known, one: Leader) -> list[Course]:
    return [course for course in known.courses if course.warning.unit in one.units]


@_of("leader")
def leader__warned(known: Known, one: Leader, column: Column) -> Cell:
    return len(_warnings_in_charge(known, one))


@_of("leader")
def leader__given(known: Known, one: Leader, column: Column) -> Cell:
    """How many warnings ended with which disposition."""
    counts = Counter(
        course.final_disposition for course in _warnings_in_charge(known, one) if course.counts_in_dispositions
    )
    return "、".join(f"{word}{count}" for word, count in sorted(counts.items()))


@_of("leader")
def talks(known: Known, one: Leader, column: Column) -> Cell:
    """How often somebody was talked to: each time that such a disposition was delivered."""
    delivered = [(course, done) for course in _warnings_in_charge(known, one) for done in course.marked("delivered")]
    return sum(_has_talk(course, done) for course, done in delivered)


def _has_talk(course: Course, done: Done) -> bool:
    role = course.machine.role_of(done.disposition)
    return any(hint.disposition == role for hint in load_exports().hints if hint.disposition)


@_of("leader")
def late(known: Known, one: Leader, column: Column) -> Cell:
    """How often an answer came late, or is late now."""
    courses = _warnings_in_charge(known, one)
    came = sum(delay > 0 for course in courses for delay in course.feedback_delays)
    return came + sum(bool(course.overdue_workdays) for course in courses if _waits_for_unit(course))


def _waits_for_unit(course: Course) -> bool:
    return course.machine.states[course.standing.state].unit_acts


@_of("leader")
def grades(known: Known, one: Leader, column: Column) -> Cell:
    told = []
    for code in one.units:
        outcome = known.outcomes.get(code)
        if outcome is not None and code in known.units:
            told.append(f"{known.units[code].name} {outcome.grade or outcome.state}")
    return "；".join(told)


# Of a unit


@_of("unit")
def unit__unit(known: Known, one: Unit, column: Column) -> Cell:
    return known.told(one.code)


@_of("unit")
def unit__points(known: Known, one: Unit, column: Column) -> Cell:
    return _counted(known, known.of_power(one.code, column.power))


@_of("unit")
def unit__warned(known: Known, one: Unit, column: Column) -> Cell:
    return len(known.warned_of_power(one.code, column.power))


@_of("unit")
def reworked(known: Known, one: Unit, column: Column) -> Cell:
    return sum(course.standing.rework for course in known.warned_of_power(one.code, column.power))


@_of("unit")
def score(known: Known, one: Unit, column: Column) -> Cell:
    given_score = known.scores.get((one.code, column.item))
    return NOT_SCORED if given_score is None else float(given_score)
