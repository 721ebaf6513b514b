"""All families of rules, in the order in which they speak, each with what it may look at.

Rules of one submission depend on nothing but the submission, the forms and the settings (`Context`: roster, period, the day):
they find the same of it whatever else is checked with it, so that they may run wherever the submission is. Rules between
submissions speak when these are done, and nothing that they find is learnt by one of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Literal

from lzxl.checks.appraisal import check_appraisal
from lzxl.checks.cells import check_covers, check_tables
from lzxl.checks.changes import check_changes
from lzxl.checks.columns import check_columns
from lzxl.checks.context import Context
from lzxl.checks.counts import check_counts
from lzxl.checks.dates import check_dates
from lzxl.checks.decisions import check_decisions
from lzxl.checks.identifiers import check_identifiers
from lzxl.checks.ledger import check_ledger
from lzxl.checks.levels import check_levels
from lzxl.checks.links import check_links
from lzxl.checks.people import check_handed_over, check_people
from lzxl.checks.persons import check_persons
from lzxl.checks.presence import check_presence
from lzxl.checks.privacy import check_privacy
from lzxl.checks.repeats import check_numbers_of_before, check_repeats
from lzxl.checks.report import Report
from lzxl.checks.required import check_required
from lzxl.checks.roster import check_roster
from lzxl.checks.scoring import check_scoring
from lzxl.checks.together import check_together
from lzxl.checks.totals import check_totals

Scope = Literal["one submission", "between submissions"]
Check = Callable[[Sequence[Report], Context], None]


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that belong together. `check` is handed many reports at once, for what costs the same of one as of many."""

    name: str
    scope: Scope
    check: Check
    own_layouts: bool = True
    """Whether they hold for a register in a layout of its own as well: its columns are anybody's guess, and a person looks
    at every row."""


def _one(check: Callable[[Report], None], own_layouts: bool = True) -> Family:
    return _one_in_context(wraps(check)(lambda report, _: check(report)), own_layouts)


def _one_in_context(check: Callable[[Report, Context], None], own_layouts: bool = True) -> Family:
    def check_each(reports: Sequence[Report], context: Context) -> None:
        for report in reports:
            check(report, context)

    return Family(check.__name__.lstrip("_"), "one submission", check_each, own_layouts)


def _between(check: Callable[[Sequence[Report]], None]) -> Family:
    return Family(check.__name__, "between submissions", lambda reports, _: check(reports), own_layouts=False)


def _check_levels(report: Report, context: Context) -> None:
    check_levels(report, context.graded_by(report.submission.scheme))


FAMILIES: tuple[Family, ...] = (
    Family("check_tables", "one submission", lambda reports, _: check_tables(reports)),
    Family("check_covers", "one submission", lambda reports, _: check_covers(reports)),
    _one_in_context(check_presence),
    _one(check_identifiers),
    _one_in_context(_check_levels),
    _one(check_columns),
    _one(check_links, own_layouts=False),
    _one(check_counts),
    _one_in_context(check_dates, own_layouts=False),
    _one(check_required, own_layouts=False),
    _one_in_context(check_ledger, own_layouts=False),
    _one(check_appraisal),
    _one(check_persons),
    _one(check_people),
    _one_in_context(check_handed_over),
    _one(check_privacy),
    _one_in_context(check_roster, own_layouts=False),
    _one_in_context(check_decisions),
    _one_in_context(check_scoring),
    _one(check_repeats, own_layouts=False),
    _one(check_changes, own_layouts=False),
    _one(check_totals),
    _between(check_numbers_of_before),
    _between(check_together),
)


def judge(reports: Sequence[Report], context: Context, scope: Scope) -> None:
    """Let the rules of a scope speak, in their order."""
    on_forms = [report for report in reports if not report.submission.own_layout]
    for family in FAMILIES:
        if family.scope == scope:
            family.check(reports if family.own_layouts else on_forms, context)
