"""Ctrl-C is never lost, wherever it strikes.

Python raises KeyboardInterrupt at whatever line the main thread stands. If that line belongs to a library that drops every
error (an optional import, a callback from C), the interruption is gone and the command goes on to its end. So a press is
remembered too, and the command asks at its own milestones whether there was one.
"""

from __future__ import annotations

import signal
from types import FrameType

_pressed = False


def watch() -> None:
    """From now on remember a press of Ctrl-C. For the main thread of a command; leaves a handler of somebody else's alone."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _press)


def _press(number: int, frame: FrameType | None) -> None:
    global _pressed  # noqa: PLW0603 - a press concerns the whole process
    _pressed = True
    signal.default_int_handler(number, frame)


def heed() -> None:
    """Raise KeyboardInterrupt if Ctrl-C was pressed, though somebody dropped it. For places where to stop loses nothing."""
    if _pressed:
        raise KeyboardInterrupt


__all__ = ["heed", "watch"]
