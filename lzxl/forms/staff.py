"""What the roster knows of one unit on a day: its people with their posts, who heads it, who of the leaders is in charge (第七条)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from lzxl.forms.model import Sheet
from lzxl.forms.people import People, Person
from lzxl.forms.persons import names_of
from lzxl.forms.posts import post_stem
from lzxl.forms.roster import Unit


@dataclass(frozen=True)
class Staff:
    """A unit's people of a day, and nobody else but the leaders who are in charge of it."""

    unit: Unit
    people: tuple[Person, ...]
    head: str
    """"" where it is not known who it is on the day."""
    liaison: str
    leaders: tuple[str, ...]
    """The leaders in charge, the one whom the roster names for the unit first."""

    def __bool__(self) -> bool:
        return bool(self.people)

    @property
    def leader(self) -> str:
        return self.leaders[0] if self.leaders else ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(person.name for person in self.people))

    def places_of(self, name: str) -> list[Person]:
        """The rows of the roster by which somebody is here: one for each post that the person has."""
        return [person for person in self.people if person.name == name]

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Everybody whom it tells, as names are compared."""
        return frozenset(name for text in (*self.names, self.head, *self.leaders) for name in names_of(text))

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """Post as the roster writes it → the names of those who hold it, as one cell says them; in the roster's order."""
        found: dict[str, list[str]] = {}
        for person in self.people:
            found.setdefault(person.post, []).append(person.name)
        return {post: "、".join(dict.fromkeys(names)) for post, names in found.items() if post}

    @cached_property
    def _holders_by_stem(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for person in self.people:
            found.setdefault(post_stem(person.post), []).append(person.name)
        return {stem: "、".join(dict.fromkeys(names)) for stem, names in found.items() if stem}

    def holders_of(self, post: str) -> str:
        """Who holds a post, whether its name ends in 岗 or not; "" if nobody does."""
        return self._holders_by_stem.get(post_stem(post), "")

    @cached_property
    def _sections_by_stem(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for person in self.people:
            found.setdefault(post_stem(person.post), person.section)
        return found

    @cached_property
    def _heads(self) -> dict[str, str]:
        """Section → the first of its people who is head of a section or above."""
        found: dict[str, str] = {}
        for person in self.people:
            if person.section and person.is_middle:
                found.setdefault(person.section, person.name)
        return found

    @property
    def only_section(self) -> str:
        """What every post is of where the unit has no sections: the unit itself; "" where it has some."""
        return "" if any(self._sections_by_stem.values()) else self.unit.name

    def section_of(self, post: str) -> str:
        """The section that a post is of by who holds it: the unit itself for whoever is of none; "" if that is not known."""
        stem = post_stem(post)
        return (self._sections_by_stem[stem] or self.unit.name) if stem in self._sections_by_stem else self.only_section

    def head_of(self, post: str) -> str:
        """Who heads the section that a post is of; the unit's head where it is of none, or the section has no head of its own."""
        return self._heads.get(self._sections_by_stem.get(post_stem(post), ""), self.head)


def staff_of(unit: Unit, people: People, day: datetime.date) -> Staff:
    """What is known of a unit on a day; nobody if the roster has no people of it."""
    present = people.of_unit(unit.code, day)
    heads = heads_on(unit, people, day)
    return Staff(
        unit=unit,
        people=present,
        head=heads[0] if heads and not has_left(unit, people, heads[0], day) else "",
        liaison="" if has_left(unit, people, unit.liaison, day) else unit.liaison,
        leaders=_leaders_on(unit, people, day),
    )


def heads_on(unit: Unit, people: People, day: datetime.date | None) -> list[str]:
    """Who could sign for the unit on the day, the likeliest first: its head, unless the head was not there yet or any more;
    and whoever of its people was head of a section or above then (第七条). A filing stays rightly signed when its signer moves."""
    if day is None or not people:
        return [unit.head] if unit.head else []
    then = [person.name for person in people.heads_of(unit.code, day)]
    is_there = not has_left(unit, people, unit.head, day)
    return list(dict.fromkeys([unit.head, *then] if is_there and unit.head else then or [unit.head]))


def has_left(unit: Unit, people: People, name: str, day: datetime.date) -> bool:
    """Whether somebody has a place in the unit, and is not in it on the day. Whom the roster's people do not tell of is there."""
    places = [person for person in people.places_of(name) if person.unit == unit.code]
    return bool(places) and not any(person.serves_on(day) for person in places)


def _leaders_on(unit: Unit, people: People, day: datetime.date) -> tuple[str, ...]:
    """The leaders who are in charge of a unit on a day."""
    places = people.places_of(unit.leader)
    # Leaders need not be among the roster's people: then the one whom it names for the unit counts.
    is_there = bool(unit.leader) and (not places or any(person.serves_on(day) for person in places))
    charged = [person.name for person in people.persons if unit.code in person.in_charge_of and person.serves_on(day)]
    return tuple(dict.fromkeys([unit.leader, *charged] if is_there else charged))


def roster_fields(sheet: Sheet) -> frozenset[str]:
    """The fields of a sheet's rows that are made of the roster's people before it is sent out."""
    roll, reported = sheet.rules.roll, sheet.rules.reported
    names = [roll.person, roll.section, roll.duty_title, roll.post, roll.duties] if roll is not None else []
    names += [reported.kind, reported.person, reported.duty_title] if reported is not None else []
    return frozenset(filter(None, [*names, *serials(sheet)])) if names else frozenset()


def serials(sheet: Sheet) -> list[str]:
    """The field that numbers a sheet's rows, if it has one that somebody fills in."""
    return [entry.name for entry in sheet.fields if entry.kind == "serial" and not entry.computed]


def roster_rows(sheet: Sheet, staff: Staff) -> list[dict[str, Any]]:
    """The rows that a unit's people make before the sheet is sent out: one for each self-check, and for each report that is due."""
    rows = [*_of_roll(sheet, staff), *_of_reports(sheet, staff)]
    numbered = [{**dict.fromkeys(serials(sheet), number), **row} for number, row in enumerate(rows, 1)]
    return [{name: value for name, value in row.items() if name and value} for row in numbered]


def told_of(sheet: Sheet, row: Mapping[str, Any], staff: Staff) -> dict[str, str]:
    """What the roster tells for a row by its post and its unit: field → names, or a section; "" where nothing is known."""
    rule = sheet.rules.staffed
    if rule is None:
        return {}
    post = str(row.get(rule.post) or "")
    told = {
        rule.holders: staff.holders_of(post) if post else "",
        rule.section: staff.section_of(post),
        rule.head: staff.head_of(post),
        rule.leader: staff.leader,
    }
    return {name: text for name, text in told.items() if name}


def still_theirs(sheet: Sheet, row: Mapping[str, Any], staff: Staff) -> dict[str, Any]:
    """A row of the last period without what the roster tells anew: persons who are not there any more, and what the row's post
    tells anyway."""
    if not staff:
        return dict(row)
    told = told_of(sheet, row, staff)
    return {
        name: value
        for name, value in row.items()
        if name not in sheet.looked_up or (value != told.get(name) and _is_there(sheet, name, value, staff))
    }


def _is_there(sheet: Sheet, name: str, value: Any, staff: Staff) -> bool:
    """Whether a field says nobody who is not in the unit any more."""
    return sheet.by_name[name].kind != "person" or names_of(str(value)) <= staff.known_names


def _of_roll(sheet: Sheet, staff: Staff) -> Iterator[dict[str, Any]]:
    rule = sheet.rules.roll
    if rule is None:
        return
    for person in staff.people:
        yield {
            rule.person: person.name,
            rule.section: person.section or staff.unit.name,
            rule.duty_title: person.duty,
            rule.post: person.post,
            rule.duties: person.duties,
        }


def _of_reports(sheet: Sheet, staff: Staff) -> Iterator[dict[str, Any]]:
    """The unit's own report, that of each section head or above, and one of each party member (第八条(三))."""
    rule = sheet.rules.reported
    if rule is None or not staff:
        return
    for role, name, duty in _due_reports(staff):
        yield {rule.kind: sheet.words(rule.kind, role)[0], rule.person: name, rule.duty_title: duty}


def _due_reports(staff: Staff) -> Iterator[tuple[str, str, str]]:
    """(role of the kind of report, who owes it, that person's duty)."""
    if staff.head:
        duties = {person.name: person.duty for person in staff.people}
        yield "of_unit", staff.head, duties.get(staff.head, "")
    for person in filter(attrgetter("is_middle"), staff.people):
        yield "of_heads", person.name, person.duty
    for person in filter(attrgetter("is_party"), staff.people):
        yield "of_members", person.name, person.duty
