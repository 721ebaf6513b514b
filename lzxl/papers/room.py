"""How much is told in a table that has room on one page only: everything, or measures shortly, or some rows by number alone.

Nothing is left out silently: whatever has no room is named by its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lzxl.papers.kinds import Room

_CLAUSE, _PHRASE = re.compile(r"[。；;]"), re.compile(r"[。；;，,]")

_NAMED_IN_A_LINE = 8


@dataclass(frozen=True)
class Line:
    """What of a risk point takes room in a table."""

    number: str
    headline: str
    measure: str


def fitted(lines: Sequence[Line], room: Room) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """(the lines that are told, the numbers of those for which there is no room)."""
    short: tuple[Line, ...] = ()
    for told in _WAYS:
        short = tuple(map(told, lines))
        if sum(height(one, room) for one in short) <= room.lines:
            return short, ()
    kept = _as_many(short, room)
    return short[:kept], tuple(one.number for one in lines[kept:])


def _as_many(lines: Sequence[Line], room: Room) -> int:
    """How many of the first lines there is room for, with what it takes to name the others."""
    heights = [height(one, room) for one in lines]
    fitting = (
        kept for kept in range(len(lines), 0, -1) if sum(heights[:kept]) + naming(len(lines) - kept) <= room.lines
    )
    return next(fitting, 0)


def spare(told: Sequence[Line], left: int, room: Room) -> int:
    """How many lines of text the page has still room for. `left`: how many points are told by their number."""
    return max(0, room.lines - sum(height(one, room) for one in told) - naming(left))


def naming(count: int) -> int:
    """How many lines of text it takes to name so many by their numbers."""
    return 1 + -(-count // _NAMED_IN_A_LINE) if count else 0


def height(one: Line, room: Room) -> int:
    """How many lines of text a row takes; it is never lower than two of them."""
    return max(2, _lines(one.headline, room.headline), _lines(one.measure, room.measure))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column that is so many characters wide."""
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))


def _whole(one: Line) -> Line:
    return one


def _first_clause(one: Line) -> Line:
    return replace(one, measure=_CLAUSE.split(one.measure, maxsplit=1)[0])


def _first_phrase(one: Line) -> Line:
    return replace(one, measure=_PHRASE.split(one.measure, maxsplit=1)[0])


def _by_number(one: Line) -> Line:
    return replace(one, measure=f"见登记表{one.number}")


_WAYS: tuple[Callable[[Line], Line], ...] = (_whole, _first_clause, _first_phrase, _by_number)
"""The ways of telling a line, the fullest first."""
