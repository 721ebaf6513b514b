"""What a paper is due for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from lzxl.papers.kinds import PaperKind
from lzxl.year.course import Course, Done
from lzxl.year.ledger import Entry
from lzxl.year.nil_returns import NilReturn


@dataclass(frozen=True)
class Occasion:
    """A paper that is due, or was. `about`: what it tells of, one of the classes below or of `lzxl.papers.year`."""

    kind: PaperKind
    object: str
    unit: str
    on: datetime.date | None = None
    is_past: bool = False
    """Whether what the paper leads to has happened already."""
    number: str = ""
    """The number that the office's ledger has for it."""
    barred: str = ""
    """Why it must not be made."""
    about: Any = None


@dataclass(frozen=True)
class OfWarning:
    """A warning, and the event of it that a paper follows."""

    entry: Entry
    course: Course
    done: Done


@dataclass(frozen=True)
class OfNilReturn:
    """A nil return that was revoked, and the form that it was of."""

    form: str
    nil_return: NilReturn
