"""Lists that a file keeps in one place and speaks of by number elsewhere: fonts, fills, styles, authors, strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def numbered(entries: Sequence[T], number: int, missing: T) -> T:
    """The entry of a number, counted from 0; `missing` for a number that the list does not have: a file may say any."""
    return entries[number] if 0 <= number < len(entries) else missing
