"""The kinds of rules about people: who serves where, holds a post, answers for a row, files and signs (第七条)."""

from __future__ import annotations

from dataclasses import dataclass

from lzxl.forms.parts import part


@dataclass(frozen=True)
class Serving:
    """Rows of who serves in which unit, from which day until which (第七条)."""

    person: str = part("person")
    unit: str = part("id", refers=True)
    since: str = part("date")
    until: str = part("date")
    in_charge_of: str = part("list")
    """The units that a leader is in charge of: codes or names of units."""
    authority: str = part("choice", roles=("ours", "above"))
    """Who manages the cadre, and so may admonish (第八条(二)2)."""
    post: str = part("text", optional=True)
    section: str = part("text", optional=True)
    """The section of the unit that the person is of, where it has any."""


@dataclass(frozen=True)
class FormerNames:
    """Rows of what a unit was called before, and until when (第六条)."""

    unit: str = part("id", refers=True)
    former_code: str = part("id")
    former_name: str = part("text")
    changed_on: str = part("date")


@dataclass(frozen=True)
class Staffed:
    """Rows of a post each: the roster's people tell who holds it, of which section it is and who heads that, and which leader is in
    charge (第七条)."""

    post: str = part("text")
    holders: str = part("person")
    section: str = part("text", optional=True)
    head: str = part("person", optional=True)
    leader: str = part("person", optional=True)


@dataclass(frozen=True)
class Inherited:
    """Rows whose persons are those who hold the post of the row that they refer to, on a sheet that is `staffed`."""

    row: str = part("id", refers=True)
    persons: str = part("person")


@dataclass(frozen=True)
class Roll:
    """Rows that are each one of the unit's people, all of whom are due (第八条(三))."""

    person: str = part("person")
    workdays: int = 20
    """By when somebody who came lately has one: so many working days after the first in the place."""
    section: str = part("text", optional=True)
    duty_title: str = part("text", optional=True)
    post: str = part("text", optional=True)
    duties: str = part("text", optional=True)


@dataclass(frozen=True)
class Reported:
    """Rows that are each a report of the year: the unit's own, of section heads, or of party members (第八条(三))."""

    kind: str = part("choice", roles=("of_unit", "of_heads", "of_members"))
    person: str = part("person")
    submitted: str = part("date")
    duty_title: str = part("text", optional=True)


@dataclass(frozen=True)
class Charged:
    """Rows that persons of the unit answer for, each until a day (第八条(一)2)."""

    persons: str = part("person")
    until: str = part("date")
    """Blank: for good."""
    progress: str = part("choice", optional=True, roles=("done",))
    """What is done, nobody answers for any more."""


@dataclass(frozen=True)
class Termed:
    """Rows that are either to be done by a day or to be kept up for good: only the first are ever overdue (第八条(一)2)."""

    term: str = part("choice", roles=("dated", "lasting"))
    """Blank: what the day says, if there is one."""
    until: str = part("date")
    progress: str = part("choice", roles=("done",))
