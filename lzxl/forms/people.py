"""Who serves in which unit, from which day until which, and what units were called before (第六条、第七条).

Made from the sheets 人员 and 沿革 of the roster; a roster without them knows nobody, and nothing is asked of them then.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lzxl.forms.text import compact


@dataclass(frozen=True)
class Person:
    """One person in one place: whoever is moved has a row for each place. `None` days: always, or until now."""

    name: str
    unit: str
    post: str = ""
    duty: str = ""
    kind: str = ""
    is_middle: bool = False
    """Whether the person is a section head or above, who reports on duty and integrity (第八条(三))."""
    is_party: bool = False
    in_charge_of: tuple[str, ...] = ()
    """Codes of the units that a leader is in charge of."""
    authority: str = ""
    """The word for who manages the cadre: who may admonish goes by it (第八条(二)2)."""
    since: datetime.date | None = None
    until: datetime.date | None = None
    """The last day in the place."""
    duties: str = ""
    section: str = ""
    """The section of the unit that the person is of; "" where the unit has none, or the person is of none."""

    def serves_on(self, day: datetime.date) -> bool:
        """Whether the person is in the place on the day; its first and its last day count."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Renamed:
    """A unit that had another name, or another code too, until a day."""

    code: str
    former_code: str
    """Its code of before; that of now if it stayed."""
    former_name: str
    on: datetime.date


@dataclass(frozen=True)
class People:
    """Everybody on the roster, and the names that units had; empty if the roster has no such sheets."""

    persons: tuple[Person, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.persons)

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.persons:
            found.setdefault(compact(person.name), []).append(person)
        return found

    @cached_property
    def _by_unit(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.persons:
            found.setdefault(person.unit, []).append(person)
        return found

    def places_of(self, name: str) -> tuple[Person, ...]:
        """Every place that the person of that name has or had, in the roster's order; none if nobody is called so."""
        return tuple(self._by_name.get(compact(name), ()))

    def units_of(self, name: str, day: datetime.date) -> frozenset[str]:
        """The units that a person of that name serves in on the day: of one person no more than one."""
        return frozenset(person.unit for person in self.places_of(name) if person.serves_on(day))

    def unit_of(self, name: str, day: datetime.date) -> str:
        """The unit of the person on the day; "" if nobody of that name serves then, or several of one name do."""
        units = self.units_of(name, day)
        return next(iter(units)) if len(units) == 1 else ""

    def of_unit(self, code: str, day: datetime.date | None = None) -> tuple[Person, ...]:
        """The people of a unit on a day, in the roster's order; without a day, all that it ever had."""
        there = self._by_unit.get(code, ())
        return tuple(person for person in there if day is None or person.serves_on(day))

    def heads_of(self, code: str, day: datetime.date) -> tuple[Person, ...]:
        """Those of a unit's people who are section heads or above on the day: one of them signs for it (第七条)."""
        return tuple(person for person in self.of_unit(code, day) if person.is_middle)

    def moves(self, first: datetime.date, last: datetime.date) -> Iterator[tuple[Person, Person | None]]:
        """(the place left, the place come to, None if the person is nowhere then) of all who left one from `first` to `last`."""
        for person in self.persons:
            if person.until is not None and first <= person.until <= last:
                yield person, self._next_place(person, person.until)

    def _next_place(self, left: Person, until: datetime.date) -> Person | None:
        """The first place that somebody came to after leaving one."""
        came = [(other.since, other) for other in self.places_of(left.name) if other is not left and other.since]
        later = [(since, other) for since, other in came if since > until]
        # By the day alone: of two places on one day, the persons themselves have no order to be compared by.
        return min(later, key=lambda one: one[0], default=(None, None))[1]

    def former_codes(self, code: str) -> frozenset[str]:
        """The codes that a unit has or had."""
        return frozenset({code, *(entry.former_code for entry in self.renamed if entry.code == code)})
