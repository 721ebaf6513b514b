"""What a summary is made from: one round of filing, with the submissions that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from lzxl.campaign.compare import TrendPoint
from lzxl.campaign.model import Filing, Slot, TypedCells
from lzxl.forms.appraisal import AppraisalScheme, load_appraisal
from lzxl.forms.findings import Finding
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.roster import Unit
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.year.appraised import Appraised, candidates, self_totals, standard_items, units_scoring_sheet
from lzxl.year.compared import Comparison
from lzxl.year.course import Course
from lzxl.year.decisions import Rulings
from lzxl.year.grades import Evaluation, evaluate
from lzxl.year.ledger import Entry
from lzxl.year.moves import Follow, SelfChecks


@dataclass(frozen=True)
class Round:
    """One bureau, one period, as of one day. Nothing else goes into a summary, so equal rounds give equal bytes.

    units        in roster order, which is the order of everything
    filings      one per unit × round of a form; a pair without one counts as missing
    submissions  those that count (accepted or nil): at most one per unit × form, of forms whose rounds add up one per round
    findings     (file, unit code, form id, finding) of every unit's latest file, returned ones too
    as_of        ISO date that decides what is overdue
    forms        the forms that the units were asked for, in the order of the year's work
    rounds       (form, label) of their rounds that have begun, in that order; by default each form has one without a label
    rulings      which decisions of the leading group hold for the risk points
    scheme       how scores become results and grades
    evaluation   how the units stand by the office's book of the appraisal; None where there is none: then no unit has all scores
    typed        how many cells the units typed, this period and the last; None where nobody counted them
    self_checks  who of the roster's people has filed a self-check, by unit; none if the roster names nobody
    follows      what follows from the moves of the period
    comparison   the register beside that of the period before; None where that is not known
    trend        this period and those before it, the earliest first; none where they are too few to be a trend
    courses      the warnings of the office's ledger with their courses as of the day; none as long as there is no ledger
    waiting      unit code → warnings that it filed and that are not in the ledger yet

    Raises ValueError for a submission or filing of a unit outside the roster, and for one that would count twice.
    """

    bureau: str
    period: str
    as_of: str
    units: tuple[Unit, ...]
    filings: tuple[Filing, ...]
    submissions: tuple[Submission, ...]
    findings: tuple[tuple[str, str, str, Finding], ...]
    grading: GradingTable
    forms: tuple[str, ...] = field(default_factory=unit_form_ids)
    rounds: tuple[tuple[str, str], ...] | None = None
    rulings: Rulings = field(default_factory=lambda: Rulings({}, (), ()))
    scheme: AppraisalScheme = field(default_factory=load_appraisal)
    evaluation: Evaluation | None = None
    typed: TypedCells | None = None
    self_checks: tuple[SelfChecks, ...] = ()
    follows: tuple[Follow, ...] = ()
    comparison: Comparison | None = None
    trend: tuple[TrendPoint, ...] = ()
    courses: tuple[tuple[Entry, Course], ...] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)
    analysis: Mapping[str, Any] | None = None
    """What the warnings tell together (`lzxl.year.analysis`); None: there are none."""

    def __post_init__(self) -> None:
        date.fromisoformat(self.as_of)
        if len(self.unit_by_code) != len(self.units):
            raise ValueError("a unit code occurs twice in the roster")
        counted = [
            (one.unit_code, one.form, one.round if load_form(one.form).adds_up else "") for one in self.submissions
        ]
        filed = [filing.slot for filing in self.filings]
        for code, form, _ in (*counted, *filed):
            if code not in self.unit_by_code or form not in self.forms:
                raise ValueError(f"not of this round: unit {code!r}, form {form!r}")
        if len(set(counted)) != len(counted) or len(set(filed)) != len(filed):
            raise ValueError("a unit's form would be counted twice")

    @cached_property
    def unit_by_code(self) -> Mapping[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @property
    def begun(self) -> tuple[tuple[str, str], ...]:
        """(form, label) of everything that the units have been asked for by now."""
        return tuple((form, "") for form in self.forms) if self.rounds is None else self.rounds

    @cached_property
    def filing_by_slot(self) -> Mapping[Slot, Filing]:
        """(unit code, form id, label) → filing, for every unit × round, in roster order."""
        known = {filing.slot: filing for filing in self.filings}
        return {
            (unit.code, form, label): known.get(
                (unit.code, form, label), Filing(unit, form, FileState.MISSING, round=label)
            )
            for unit in self.units
            for form, label in self.begun
        }

    def filing_of(self, code: str, form: str) -> Filing | None:
        """The unit's filing of a form: of the last round that it has filed in, else of the last one; None before the first."""
        own = [filing for filing in self.filing_by_slot.values() if (filing.unit.code, filing.form) == (code, form)]
        return next((filing for filing in reversed(own) if filing.state != FileState.MISSING), own[-1] if own else None)

    @cached_property
    def outcomes(self) -> Evaluation:
        """How the units stand: by the office's book; without one, by their own scores alone, which make no result."""
        if self.evaluation is not None:
            return self.evaluation
        items, own = standard_items(units_scoring_sheet()), self_totals(self.submissions)
        return evaluate(self.scheme, candidates(self.units, items, own, Appraised(), {}))

    @property
    def day(self) -> date:
        return date.fromisoformat(self.as_of)
