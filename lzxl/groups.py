"""Things put together by what they share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

_Shared = TypeVar("_Shared", bound=Hashable)
_Thing = TypeVar("_Thing")


def grouped(things: Iterable[_Thing], shared: Callable[[_Thing], _Shared]) -> dict[_Shared, list[_Thing]]:
    """What `shared` gives of things → those of which it gives that, in their order; the first comes first."""
    groups: dict[_Shared, list[_Thing]] = {}
    for thing in things:
        groups.setdefault(shared(thing), []).append(thing)
    return groups


def apart(things: Iterable[_Thing], is_so: Callable[[_Thing], bool]) -> tuple[list[_Thing], list[_Thing]]:
    """Those of which `is_so` holds, and the others, each in their order."""
    groups = grouped(things, is_so)
    return groups.get(True, []), groups.get(False, [])
