"""What the parent asks of a reading child, and how much a file may cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
WALL_SECONDS = 60.0
MOST_ANSWER_BYTES = 64 * 1024**2
"""What a child may say of one file: the parent has to take it in whole, at a few times its size."""


@dataclass(frozen=True)
class Job:
    """One file to read. `file` is the name shown to people; see `read_submission` for the rest."""

    path: Path
    file: str
    form: str | None = None
    own_layout: bool = False
    scheme: str = ""
    passwords: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """What may open it if it is encrypted; only the children see them."""


class BookJob(Job):
    """Asks for one of the office's books: names of persons stand there, so that it is kept in no cache, and it is to be written as
    well, so that no password is tried on it."""


class WhatElse(Job):
    """Asks for what stands in the job's file beside the contents of its cells: comments, pictures, colours (Keepsakes)."""


@dataclass(frozen=True)
class Amend(Job):
    """Asks for the job's file, which must be of the job's form, with changes (`lzxl.workbook.writing.amend`)."""

    changes: tuple[Any, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Amended:
    """The answer: what was read, and what the file is to be."""

    sha256: str = ""
    """Of the bytes that were read."""
    data: bytes = b""
    """The whole file with the changes; empty where nothing changes, or nothing may."""
    code: str = ""
    """Why it is not amended (`lzxl.workbook.writing.amending.changes.AmendError`)."""
    facts: dict[str, str] = field(default_factory=dict)
    """Where and what that is, by name; no text of a cell."""


class WhichPassword(Job):
    """Asks nothing but which of the job's passwords opens the file: its number, or None."""
