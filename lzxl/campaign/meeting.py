"""Puts what waits for the leading group into the book of decisions, and tells of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lzxl.campaign.appraise import evaluation_of
from lzxl.campaign.books import NewRow, amend_book, read_book, write_books
from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.nil_returns import nil_returns_of
from lzxl.campaign.standing import Standing
from lzxl.campaign.warnings import stocktaking
from lzxl.checks.dates import period_days
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Sheet
from lzxl.forms.rules_of_books import Decided
from lzxl.submission import Submission
from lzxl.year.decided import DecisionRows, decision_rows
from lzxl.year.matters import Matter, open_dispositions, open_grades, open_levels, undecided, unwritten

_EXPLAINED = "uncovered_explained"
"""The finding about a key post or a power that a unit has no risk point for, and says why."""


@dataclass(frozen=True)
class Meeting:
    """What is open, and how many rows were written for it."""

    matters: tuple[Matter, ...]
    written: int
    words: dict[str, str]
    """Role of an object → what the book calls it."""

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        return {
            "version": 1,
            "open": [
                {"kind": self.words[one.role], "object": one.subject, "unit": one.unit, "text": one.text}
                for one in self.matters
            ],
        }


def open_matters(campaign: Campaign, standing: Standing, as_of: datetime.date | None = None) -> Meeting:
    """What waits for the leading group, with nothing written; `as_of`: by what was decided by that day.

    Raises BookError if a book cannot be read.
    """
    decisions = decisions_of(campaign)
    matters = tuple(undecided(_matters(campaign, standing, decisions, as_of), decisions))
    return Meeting(matters, 0, _words(_sheet(campaign)))


def prepare_meeting(campaign: Campaign, standing: Standing) -> Meeting:
    """Write every open matter into the book of decisions, each once. Raises BookError if it cannot be read or written."""
    form_id = book_with("decided")
    write_books(campaign, [form_id])
    book = read_book(campaign, form_id)
    decisions = decision_rows(book, campaign.grading, campaign.units)
    matters = tuple(undecided(_matters(campaign, standing, decisions), decisions))
    sheet = _sheet(campaign)
    words = _words(sheet)
    new = unwritten(matters, decisions)
    there = book.table(sheet.name) if book is not None else None
    first = len(there.rows) + 1 if there is not None else 1
    rows = [_row(sheet, words, one, _number(campaign, first + place)) for place, one in enumerate(new)]
    amend_book(campaign, form_id, rows)
    return Meeting(matters, len(rows), words)


def _sheet(campaign: Campaign) -> Sheet:
    """The sheet of the book of decisions that they stand on."""
    form = load_form(book_with("decided"), campaign.grading.id)
    return form.ruled_by("decided")[0]


def _matters(
    campaign: Campaign, standing: Standing, decisions: DecisionRows, as_of: datetime.date | None = None
) -> Iterator[Matter]:
    facts = facts_of(campaign, standing.counted, standing.as_of)
    evaluation, _ = evaluation_of(campaign, standing, read_book(campaign, book_with("checked")))
    yield from open_grades(evaluation, campaign.appraisal.best)
    yield from open_levels(rulings_of(campaign, facts, decisions, as_of))
    nil_returns = nil_returns_of(campaign, standing)
    waiting = {pair for pair, one in nil_returns.by_pair.items() if one.stage == "open"}
    yield from (_nil_return(one) for one in standing.counted if (one.unit_code, one.form) in waiting)
    yield from open_dispositions(stocktaking(campaign, standing.as_of).all)
    for unit, texts in _explained(standing).items():
        yield Matter("uncovered", unit, unit, "".join(dict.fromkeys(texts)))


def _explained(standing: Standing) -> dict[str, list[str]]:
    """Unit → what it says of the posts and powers that it has no risk point for."""
    explained: dict[str, list[str]] = {}
    # Why a unit has nothing at all is decided with its nil return.
    for checked in (one for one in standing.latest if not one.submission.is_nil_return):
        texts = [finding.message for finding in checked.findings if finding.code == _EXPLAINED]
        if texts:
            explained.setdefault(checked.submission.unit_code, []).extend(texts)
    return explained


def _nil_return(submission: Submission) -> Matter:
    title = load_form(submission.form).title
    nil = load_form(submission.form).nil_return
    cover = submission.cover
    reason = cover.values.get(nil.reason.name) if nil is not None and cover is not None else None
    why = f"，原因：{reason}" if reason else ""
    return Matter("nil_return", submission.unit_code, submission.unit_code, f"《{title}》零报告{why}")


def _words(sheet: Sheet) -> dict[str, str]:
    rule = sheet.rules.decided
    assert rule is not None
    vocabulary = sheet.by_name[rule.object].vocabulary
    assert vocabulary is not None
    return {word.role: word.word for word in vocabulary.words}


def _number(campaign: Campaign, number: int) -> str:
    days = period_days(campaign.config.period)
    return f"RD-{days[0].year}-{number:03d}" if days is not None else f"RD-{number:03d}"


def _row(sheet: Sheet, words: dict[str, str], matter: Matter, number: str) -> NewRow:
    """A matter as a row that waits for the meeting: all that is known before it."""
    rule: Decided | None = sheet.rules.decided
    assert rule is not None
    values = {
        rule.object: words[matter.role],
        rule.subject: matter.subject,
        rule.likelihood: matter.likelihood or None,
        rule.severity: matter.severity or None,
        rule.computed: matter.computed or None,
    }
    if rule.number:
        values[rule.number] = number
    if rule.note:
        values[rule.note] = matter.text
    return NewRow(sheet.name, values)
