"""A unit of the roster: who files, who answers for it, and what must be covered (第六条、第七条)."""

from __future__ import annotations

from dataclasses import dataclass

ROSTER_FORM = "unit_roster"
"""The form that the roster is filled in on."""
UNIT_KIND = "unit_kind"
"""The field that says what kind of unit it is."""
ROSTER_FIELDS = ("code", "unit_name", UNIT_KIND, "head", "liaison", "email", "powers", "key_posts", "leader")
"""The fields of its main sheet that a unit is made of; a unit's own `name` is its `unit_name` there."""


@dataclass(frozen=True)
class Unit:
    """One unit of the roster. `powers` and `key_posts` must each be covered by a risk point."""

    code: str
    name: str
    kind: str = ""
    head: str = ""
    liaison: str = ""
    email: str = ""
    powers: tuple[str, ...] = ()
    key_posts: tuple[str, ...] = ()
    leader: str = ""
    """Of the bureau's leaders, the one who is in charge of it."""
