"""How much two texts have in common."""

from __future__ import annotations

_GRAM = 3


def grams(text: str) -> frozenset[str]:
    """Every few characters in a row of a text; the text itself if it is shorter."""
    return frozenset(text[place : place + _GRAM] for place in range(max(1, len(text) - _GRAM + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0, nothing in common, to 1."""
    together = len(one | other)
    return len(one & other) / together if together else 1.0
