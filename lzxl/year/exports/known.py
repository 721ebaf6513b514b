"""All that is known on a day of the units, people, warnings and risk points that the tables speak of."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from lzxl.forms.people import People
from lzxl.forms.persons import names_of
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Listed
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table
from lzxl.year.course import Course
from lzxl.year.grades import Outcome
from lzxl.year.moves import SelfChecks
from lzxl.year.units import told_unit


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
        return told_unit(code, self.units)

    def of_power(self, unit: str, power: str) -> list[Registered]:
        """The risk points of a unit that are of a power."""
        kinds = self.powers.get(power, ())
        return [point for point in self.points if point.unit == unit and point.category in kinds]

    def counted(self, points: Sequence[Registered]) -> str:
        """How many risk points there are, by level."""
        counts = Counter(point.level for point in points)
        levels = "、".join(f"{level}{counts[level]}" for level in self.levels if counts[level])
        return f"{len(points)}个" + (f"（{levels}）" if levels else "")

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
        for table, sheet, rule in submission.rules_of(Listed):
            if sheet.key:
                yield from _categories(table, sheet.key, rule, _kinds(submission, rule))


def _categories(table: Table, key: str, rule: Listed, kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, number in table.filled(key):
        power = compact(table.text(rule.name, index))
        if number:
            yield str(number), kinds.get(power, "")


def _kinds(submission: Submission, rule: Listed) -> dict[str, str]:
    """Power of the unit's list, as texts are compared → what kind it is of."""
    return {
        compact(table.text(rule.listed_name, index)): table.text(rule.listed_words, index)
        for table, index in submission.rows_of(rule.sheet)
    }
