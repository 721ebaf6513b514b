"""A unit of the roster: who files, who answers for it, and what must be covered (第六条、第七条)."""

from __future__ import annotations

from dataclasses import dataclass


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
