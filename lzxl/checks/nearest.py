"""Which of several names was probably meant: a bounded search, for comparing every name with every other is quadratic."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

# Longer texts are no names.
_LONGEST = 100
# How many pairs of names are compared for one file: twenty times what the largest register of anyone's asks for.
_MOST_COMPARED = 40_000


class Nearest:
    """Stops comparing when a file asks for more than any honest one."""

    def __init__(self, compared: int = 0) -> None:
        self.compared = compared
        """How many pairs of names were compared so far."""

    def find(self, text: str, names: Sequence[str]) -> str | None:
        """The one of `names` that `text` is nearly; None if none is, or if too much has been asked for already."""
        if len(text) > _LONGEST or self.compared + len(names) > _MOST_COMPARED:
            return None
        self.compared += len(names)
        close = get_close_matches(text, [name for name in names if len(name) <= _LONGEST], n=1, cutoff=0.5)
        return close[0] if close else None
