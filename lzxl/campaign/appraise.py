"""Keeps the book of the appraisal up to the year's records, and works out how the units stand (考核评责)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lzxl.campaign.books import Change, NewRow, SetCells, amend_book, read_book, write_books
from lzxl.campaign.facts import decisions_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.record import record_of
from lzxl.campaign.standing import Standing
from lzxl.forms.appraisal import SCORE_FIELDS, round_half_up
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Sheet
from lzxl.forms.rules_of_books import CheckedItems, Opined
from lzxl.submission import Submission, Table
from lzxl.workbook.writing.amending.live import Live
from lzxl.workbook.writing.appraised import results_of
from lzxl.year.appraised import (
    Appraised,
    Item,
    appraised,
    candidates,
    item_number,
    self_totals,
    standard_items,
    units_scoring_sheet,
)
from lzxl.year.decisions import Decision, settled
from lzxl.year.grades import Evaluation, Outcome, evaluate
from lzxl.year.opinions import Loss, draft
from lzxl.year.proposals import Proposal, by_item, propose
from lzxl.year.units import unit_code

_TO_MEND = datetime.timedelta(days=30)
"""From the day of the appraisal until a unit is to say how it mends what is wrong: the bureau's own, to be changed in the draft."""


@dataclass(frozen=True)
class AppraisalResult:
    """How the units stand, and what was proposed."""

    evaluation: Evaluation
    proposals: tuple[Proposal, ...]
    basis: str

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        found = self.evaluation
        return {
            "version": 1,
            "quota_excellent": found.quota,
            "eligible_excellent": list(found.eligible),
            "to_decide": list(found.to_decide),
            "average_of_scored": _number(found.average),
            "ranked": found.ranked,
            "results": [_outcome(one) for one in found.outcomes],
            "proposed": [
                {"unit": one.unit, "item": int(one.item), "deduction": _number(one.points), "evidence": one.evidence}
                for one in self.proposals
                if one.points
            ],
            "listed": [
                {"unit": one.unit, "item": int(one.item), "evidence": one.evidence}
                for one in self.proposals
                if not one.points
            ],
        }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "unit": one.unit,
        **{name.removesuffix("_score"): _number(getattr(one.parts, name)) for name in SCORE_FIELDS},
        "result": _number(one.result),
        "by_score": one.by_score,
        "grade": one.grade,
        "why": "；".join(one.why),
        "rank": one.rank,
        "state": one.state,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def items_of(campaign: Campaign) -> tuple[Item, ...]:
    """The items that the units of a campaign are appraised by."""
    return standard_items(units_scoring_sheet())


def evaluation_of(campaign: Campaign, standing: Standing, book: Submission | None) -> tuple[Evaluation, Appraised]:
    """How the units stand by what counts of their own scores, by the book, and by what the leading group decided."""
    items = items_of(campaign)
    said = appraised(book, items, campaign.units)
    decided = decided_grades(campaign)
    own = self_totals(standing.counted)
    known = candidates(campaign.units.values(), items, own, said, decided)
    return evaluate(campaign.appraisal, known), said


def evaluation_now(campaign: Campaign, standing: Standing) -> Evaluation:
    """How the units stand by the office's book as it is, which may have nothing yet."""
    return evaluation_of(campaign, standing, read_book(campaign, book_with("checked")))[0]


def decided_grades(campaign: Campaign) -> Mapping[str, Decision]:
    """Unit → the decision on its grade that holds."""
    rows = decisions_of(campaign).on("grade")
    return settled(rows, campaign.units, campaign.appraisal.grades)[0]


def appraise(campaign: Campaign, standing: Standing, day: datetime.date) -> AppraisalResult:
    """Put rows, proposals, results and drafts into the book, and tell them.

    What somebody typed stays. Raises BookError if the book cannot be read or written.
    """
    form_id = book_with("checked")
    write_books(campaign, [form_id])
    proposals = propose(campaign.appraisal, record_of(campaign, standing, day))
    items = items_of(campaign)
    proposed = by_item(proposals)
    book = read_book(campaign, form_id)
    assert book is not None
    if amend_book(campaign, form_id, list(_checked_rows(campaign, book, items, proposed))):
        book = read_book(campaign, form_id)
        assert book is not None
    evaluation, said = evaluation_of(campaign, standing, book)
    for _ in ("rows", "formulas"):  # a row has to be there before its formulas can speak of their own row
        if amend_book(campaign, form_id, list(_Opinions(campaign, book, items, said, day).changes(evaluation))):
            book = read_book(campaign, form_id)
            assert book is not None
    return AppraisalResult(evaluation, tuple(proposals), campaign.appraisal.basis)


def _sheet_of(form_id: str, rule: str) -> Sheet:
    return next(sheet for sheet in load_form(form_id).sheets if getattr(sheet.rules, rule) is not None)


def _checked_rows(
    campaign: Campaign,
    book: Submission,
    items: Sequence[Item],
    proposed: Mapping[tuple[str, str], tuple[Decimal, str]],
) -> Iterator[Change]:
    """A row for each unit and item that has none yet, and what is proposed now for those that are there."""
    sheet = _sheet_of(book.form, "checked")
    rule = sheet.rules.checked
    assert rule is not None
    points = {item.number: item for item in items}
    there: set[tuple[str, str]] = set()
    for table, index in book.rows_of(sheet.name):
        key = unit_code(table.get(rule.unit, index), campaign.units), item_number(table.get(rule.item, index), items)
        if all(key):
            there.add(key)
            yield from _updated(sheet, table, index, _proposed_values(rule, points[key[1]], proposed.get(key)))
    for unit in campaign.units.values():
        for item in items:
            key = unit.code, item.number
            if key not in there:
                values: dict[str, Any] = {rule.unit: unit.code, rule.item: item.number, rule.content: item.content}
                values[rule.points] = _cell(item.points)
                yield NewRow(sheet.name, {**values, **_proposed_values(rule, item, proposed.get(key))})


def _proposed_values(rule: CheckedItems, item: Item, proposed: tuple[Decimal, str] | None) -> dict[str, Any]:
    off, evidence = proposed or (Decimal(0), "")
    # Several facts may take off more than an item has.
    off = min(off, item.points)
    return {
        rule.lost: _cell(off) if off else None,
        rule.evidence: evidence or None,
        rule.proposed: _cell(item.points - off),
    }


def _cell(number: Decimal) -> float | int:
    """A number as a cell holds it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _updated(sheet: Sheet, table: Table, index: int, values: Mapping[str, Any]) -> Iterator[Change]:
    """The cells of a row that say something else now."""
    # A formula is put in whatever its cell shows: that may be right where the formula is an older one.
    changed = {
        name: value for name, value in values.items() if isinstance(value, Live) or table.get(name, index) != value
    }
    if changed:
        yield SetCells(sheet.name, table.rows[index], changed)


@dataclass(frozen=True)
class _Opinions:
    """Writes what came of it for each unit, with a draft where nobody wrote an opinion."""

    campaign: Campaign
    book: Submission
    items: Sequence[Item]
    said: Appraised
    day: datetime.date

    def changes(self, evaluation: Evaluation) -> Iterator[Change]:
        sheet = _sheet_of(self.book.form, "opined")
        rule = sheet.rules.opined
        assert rule is not None
        rows: dict[str, tuple[Table, int]] = {}
        results = results_of(self.book, self.campaign.appraisal, self.items, self.campaign.units)
        for table, index in self.book.rows_of(sheet.name):
            rows.setdefault(unit_code(table.get(rule.unit, index), self.campaign.units), (table, index))
        for outcome in evaluation.outcomes:
            values = self._values(rule, outcome)
            if outcome.unit not in rows:
                yield NewRow(sheet.name, {rule.unit: outcome.unit, **values})
                continue
            table, index = rows[outcome.unit]
            if table.shown(rule.opinion, index) is not None:
                del values[rule.opinion]
            if results is not None:
                formulas = results.of_unit(outcome.unit, table.rows[index])
                values.update({name: Live(formula, values[name]) for name, formula in formulas.items()})
            yield from _updated(sheet, table, index, values)

    def _values(self, rule: Opined, outcome: Outcome) -> dict[str, Any]:
        parts = outcome.parts
        scores = {
            rule.own: parts.self_score,
            rule.inspected: parts.inspection_score,
            rule.checked: parts.final_score,
            rule.result: outcome.result,
        }
        return {
            **{name: _cell(score) if score is not None else None for name, score in scores.items()},
            rule.by_score: outcome.by_score or None,
            rule.ceiling: outcome.ceiling,
            rule.decided: outcome.decided or None,
            rule.grade: outcome.grade or outcome.state,
            rule.group: outcome.group or None,
            rule.rank: outcome.rank,
            rule.quota_note: outcome.quota_note or None,
            rule.why: "；".join(outcome.why) or None,
            rule.opinion: self._draft(outcome) or None,
        }

    def _draft(self, outcome: Outcome) -> str:
        losses = list(self._losses(outcome.unit))
        lost = {loss.item for loss in losses}
        kept = [item.content for item in self.items if item.number not in lost]
        name = self.campaign.units[outcome.unit].name
        return draft(name, outcome, kept, losses, self.day + _TO_MEND)

    def _losses(self, unit: str) -> Iterator[Loss]:
        """What the year-end check and the inspections took off, with the facts that stand beside it."""
        yield from self._checks(unit)
        yield from self._inspections(unit)

    def _checks(self, unit: str) -> Iterator[Loss]:
        rule = _sheet_of(self.book.form, "checked").rules.checked
        assert rule is not None
        points = {item.number: item.points for item in self.items}
        for one in self.said.checked:
            off = (
                points[one.item] - one.given if one.unit == unit and one.item and one.given is not None else Decimal(0)
            )
            if off > 0:
                fact = _first_said(one.table, one.index, (rule.reason, rule.evidence)) or "年终检查扣分"
                yield Loss(one.item, _points_off(off), fact)

    def _inspections(self, unit: str) -> Iterator[Loss]:
        sheet = _sheet_of(self.book.form, "inspected")
        rule = sheet.rules.inspected
        assert rule is not None
        for table, index in self.book.rows_of(sheet.name):
            number = item_number(table.get(rule.item, index), self.items)
            if number and unit_code(table.get(rule.unit, index), self.campaign.units) == unit:
                # By its text: as a float a tenth is not quite a tenth, and rounding by halves would show that.
                off = round_half_up(Decimal(str(table.get(rule.lost, index) or 0)))
                yield Loss(number, _points_off(off), _first_said(table, index, sheet.subject) or "督查扣分")


def _first_said(table: Table, index: int, names: Iterable[str]) -> str:
    """The first text that a row has in one of these fields; "" if it has none."""
    texts = (table.get(name, index) for name in names)
    return next((str(text) for text in texts if text), "")


def _points_off(points: Decimal) -> str:
    return f"{points.normalize():f}"
