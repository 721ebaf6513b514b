"""What a check knows besides the submissions: the grading table, and the campaign if there is one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_grading
from lzxl.forms.people import People
from lzxl.forms.periods import stated_period
from lzxl.forms.roster import Unit
from lzxl.year.facts import Facts
from lzxl.year.office import Office
from lzxl.year.resolved import Resolved


@dataclass(frozen=True)
class Context:
    """`period` "" and `units` empty mean: no campaign, nothing to compare with."""

    grading: GradingTable
    period: str = ""
    units: Mapping[str, Unit] = field(default_factory=dict)
    people: People = field(default_factory=People)
    """Who serves in which unit; empty: nobody is known, and nothing is compared with it."""
    today: datetime.date | None = field(default=None, compare=False)
    """The day of the check, for files whose day of receipt is not known; None: no day is compared with it."""
    facts: Facts = field(default_factory=Facts, compare=False)
    """What the campaign knows that the office's books are compared with."""
    resolved: Callable[[], Resolved] = field(default=Resolved, compare=False)
    """Gives what the leading group decided on risk points. Called only where a typed level or a return
    asks for it: the books are read then."""
    office: Office | None = field(default=None, compare=False)
    """What the office's own work goes by; None where there is no campaign."""
    rounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Form → what its rounds are called, for those that have any."""
    faults: Path | None = field(default=None, compare=False)
    """Where the details of unforeseen trouble are kept; None for a place of the system's own."""

    def labels_of(self, form: str) -> tuple[str, ...]:
        return self.rounds.get(form, ())

    def period_of(self, form: str, label: str) -> str:
        """The period as the cover of a form states it: with the round, where the form has rounds and one is known."""
        return stated_period(self.period, label) if label in self.labels_of(form) else self.period

    def graded_by(self, scheme: str) -> Context:
        """The context for a submission of that grading table: without a campaign, each file says its own."""
        return self if scheme == self.grading.id else replace(self, grading=load_grading(scheme))
