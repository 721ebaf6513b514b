"""What the campaign knows that the office's books are compared with, and what the leading group's decisions make of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lzxl.campaign import clock
from lzxl.campaign.books import BookError, book_path, read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.previous import last_campaign
from lzxl.campaign.standing import Standing, context_of
from lzxl.campaign.warnings import stocktaking
from lzxl.checks.context import Context
from lzxl.checks.dates import period_days
from lzxl.forms.load import book_with
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from lzxl.year.course import Course
from lzxl.year.decided import DecisionRows, decision_rows
from lzxl.year.decisions import Decision, Rulings, Told, rule
from lzxl.year.facts import Facts
from lzxl.year.ledger import ledger_form
from lzxl.year.points import proved_warnings, risk_points
from lzxl.year.resolved import Resolved


def facts_of(campaign: Campaign, counted: Iterable[Submission], as_of: datetime.date | None = None) -> Facts:
    """What is known of a campaign by the submissions that count and by its ledger of warnings; `as_of`: None is today."""
    return Facts(
        tuple(risk_points(counted, campaign.grading)),
        tuple(proved_warnings(_warnings(campaign, as_of or clock.today()))),
        campaign.appraisal.grades,
    )


def _warnings(campaign: Campaign, as_of: datetime.date) -> list[Course]:
    """The warnings of the ledger; none of one that cannot be read: whoever works on it says so."""
    try:
        return stocktaking(campaign, as_of).all
    except BookError:
        return []


def context_with_facts(campaign: Campaign, standing: Standing) -> Context:
    """What the checks of the office's books know of the campaign."""
    return replace(context_of(campaign), facts=facts_of(campaign, standing.counted))


def decisions_of(campaign: Campaign) -> DecisionRows:
    """What stands in the campaign's book of decisions. Raises BookError if it cannot be read."""
    book = read_book(campaign, book_with("decided"))
    return decision_rows(book, campaign.grading, campaign.units)


def rulings_of(
    campaign: Campaign, facts: Facts, decisions: DecisionRows, as_of: datetime.date | None = None
) -> Rulings:
    """Which decisions on risk points hold; `as_of`: of those that were made by that day.

    What was decided to last in the period before still holds, unless a later row of this period decides on the same object.
    """
    period = period_days(campaign.config.period)
    together = [*_lasting(campaign), *decisions.on("risk_point")]
    return rule(facts.registered, together, facts.proved, campaign.grading, period, as_of)


def resolved_of(campaign: Campaign) -> Resolved:
    """What the leading group decided on risk points, to be asked of each file that is checked.

    The books are read once, and again when one of them changed. Of one that cannot be read nothing is known, and whoever works on
    it says so: what units file is taken in all the same.
    """
    last = last_campaign(campaign)
    books = [book_path(campaign, ledger_form())]
    books += [book_path(one, book_with("decided")) for one in (campaign, last) if one is not None]
    state = tuple(_state(path) for path in books)
    if state not in campaign.resolved:
        campaign.resolved.clear()
        campaign.resolved[state] = _resolved(campaign)
    return campaign.resolved[state]


def told_decisions(campaign: Campaign, unit: Unit, submissions: Iterable[Submission]) -> list[Told]:
    """What a unit's workbook says of decisions: on the risk points of its submissions, and on those that it may add."""
    points = risk_points(submissions, campaign.grading)
    return resolved_of(campaign).told(points, campaign.grading, campaign.units.keys() - {unit.code})


def _resolved(campaign: Campaign) -> Resolved:
    try:
        decisions = [*_lasting(campaign), *decisions_of(campaign).on("risk_point")]
    except BookError:
        return Resolved()
    made = tuple(one for one in decisions if one.is_made)
    proved = tuple(proved_warnings(_warnings(campaign, clock.today()))) if made else ()
    return Resolved(made, proved, period_days(campaign.config.period))


def _state(path: Path) -> tuple[int, int] | None:
    """What tells that a file was written anew; None if it is not there."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns


def _lasting(campaign: Campaign) -> list[Decision]:
    """The decisions of the last period that hold beyond it; their rows have numbers below 0. None without a last period."""
    last = last_campaign(campaign)
    rows = decisions_of(last).on("risk_point") if last is not None else ()
    lasting = [one for one in rows if one.is_lasting and one.is_made]
    # Below 0: of two rows on one object the later one holds, and these are all earlier than those of this period.
    return [replace(one, row=place - len(lasting)) for place, one in enumerate(lasting)]
