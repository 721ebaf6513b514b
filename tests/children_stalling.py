"""A child that never answers, asked in place of the right one: how short a time is too short for that one, no machine says alike."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from lzxl.children import Answer, Limits, ask


def ask_one_that_stalls(_module: str, given: Any, *_question: object, limits: Limits) -> AbstractContextManager[Answer]:
    """What `lzxl.children.ask` gives of a child that has begun to work and goes on until its time is up."""
    return ask("tests.children_at_fault", given, "sleep", limits)
