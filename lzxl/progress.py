"""How far long work has come: told to whoever asked, whatever the work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (files done, files in all); may be called from other threads."""


def stepper(progress: Progress | None, total: int) -> Callable[[], None] | None:
    """What to call after each of `total` files; None if nobody asked."""
    if progress is None:
        return None
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    return step
