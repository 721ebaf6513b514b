"""The nouns of a campaign: what the office has from each unit of the roster."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from lzxl.campaign.rounds import title_of
from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.states import FileState

Slot = tuple[str, str, str]
"""(unit code, form, label of the round or ""): what a unit files once, in as many versions as it takes."""


def nil_state(form_id: str) -> FileState:
    """How a nil return stands when it is in order: that a unit has no risk at all, the leading group has to accept (第六条)."""
    return FileState.NIL_OPEN if load_form(form_id).is_graded else FileState.NIL


@dataclass(frozen=True)
class Latest:
    """The latest version of a submission. `state`: one of `lzxl.states.FOUND`."""

    version: int
    state: FileState
    errors: int
    warnings: int


@dataclass(frozen=True)
class Filing:
    """What the office has from one unit for one form in one round: the version that counts, or that there is none."""

    unit: Unit
    form: str
    state: FileState
    """One of `lzxl.states.OF_FILINGS`."""
    version: int = 0
    """Number of the version that counts (the latest accepted, else the latest); 0 when missing."""
    versions: int = 0
    """How many versions came in."""
    late: bool = False
    received: str = ""
    """ISO date on which the version that counts was received."""
    file: str = ""
    errors: int = 0
    warnings: int = 0
    office_only: int = 0
    """How many findings only the office hears of, besides."""
    latest: Latest | None = None
    """How the very latest version stands; None when missing. It is the one that counts, unless that is an earlier one."""
    rows: Mapping[str, int] = field(default_factory=dict)
    round: str = ""
    """Label of the round, "" where the form is filed once."""
    deadline: datetime.date | None = None
    """By when it was due; None where no day is set."""

    @property
    def slot(self) -> Slot:
        return self.unit.code, self.form, self.round

    @property
    def title(self) -> str:
        """What people call the form, with its round."""
        return title_of(self.form, self.round)


@dataclass(frozen=True)
class TypedCells:
    """How many cells units typed into the submissions that count (`lzxl.campaign.burden`)."""

    asked: int
    last_year: int | None
    """The same of the last period; None where no last period is known."""

    @property
    def told(self) -> str:
        last = f"（上年{self.last_year:,}格）" if self.last_year is not None else ""
        return f"本次要求填{self.asked:,}格{last}"
