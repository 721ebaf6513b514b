"""What the office's own work goes by in a campaign: the machine with its limits, its calendar, and what was there before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lzxl.year.events import Machine
from lzxl.year.workdays import Calendar


@dataclass(frozen=True)
class Office:
    """A bureau's own settings and memory, for the checks of its books."""

    machine: Machine
    calendar: Calendar
    bureau: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)
    """Warning → how many rows of events it had when the ledger was last taken stock of."""
    other_numbers: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False)
    """Gives the numbers of papers that stand elsewhere than in the ledger. Called only where its numbers are looked through: another
    book is read then."""
