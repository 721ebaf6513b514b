"""How many things are named in one sentence: the first of them, and 等."""

from __future__ import annotations

from collections.abc import Sequence


def first_few(texts: Sequence[str], most: int, between: str = "、", counted: str = "") -> str:
    """At most so many of the texts, and 等 if there are more: 甲、乙等. `counted`: how many there are is said by this: 甲、乙等5项."""
    more = f"等{len(texts)}{counted}" if counted else "等"
    return between.join(texts[:most]) + more * (len(texts) > most)
