"""The papers of the year's decisions and appraisal: what makes them due, and what they tell. Of units, never of persons."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lzxl.campaign.appraise import evaluation_of
from lzxl.campaign.books import read_book
from lzxl.campaign.facts import decisions_of, facts_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import Standing
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Sheet
from lzxl.forms.rules_of_books import Decided, Opined
from lzxl.forms.values import display
from lzxl.papers.kinds import kinds_on, paper_kinds
from lzxl.papers.occasions import Occasion
from lzxl.submission import Submission
from lzxl.year.decided import OF_UNITS, Row
from lzxl.year.decisions import Point
from lzxl.year.grades import Evaluation, Outcome
from lzxl.year.units import unit_code

Rows = tuple[Mapping[str, str], ...]
"""The rows of a table in a paper."""


@dataclass(frozen=True)
class OfDecisions:
    """What was decided on a unit's matters on one day."""

    day: datetime.date
    meeting: str
    rows: Rows


@dataclass(frozen=True)
class OfResult:
    """How a unit was appraised: under the titles of the book."""

    texts: Mapping[str, str]
    row: Mapping[str, str]


@dataclass(frozen=True)
class OfResults:
    """How all units were appraised."""

    rows: Rows
    texts: Mapping[str, str]


def occasions_of_year(campaign: Campaign, standing: Standing) -> Iterator[Occasion]:
    """The papers that are due by 认定 and 考核评定. Raises BookError if a book cannot be read."""
    yield from _of_decisions(campaign, standing)
    book = read_book(campaign, book_with("checked"))
    if book is not None:
        evaluation, _ = evaluation_of(campaign, standing, book)
        yield from _of_results(campaign, evaluation, book)
        yield from _of_all(campaign, evaluation)


def _of_decisions(campaign: Campaign, standing: Standing) -> Iterator[Occasion]:
    """One for each unit and day, in the order of the days: of several on one unit, that is the order of their papers."""
    decisions = decisions_of(campaign)
    points = facts_of(campaign, standing.counted, standing.as_of).registered
    for kind in (one for one in paper_kinds() if one.objects):
        rows = [row for row in decisions.rows if row.role in kind.objects and row.decision.is_made]
        for (day, unit), of_unit in sorted(_by_day_and_unit(campaign, rows, points, standing.as_of).items()):
            meetings = "、".join(dict.fromkeys(row.decision.meeting for row in of_unit if row.decision.meeting))
            about = OfDecisions(day, meetings, tuple(map(_decided, of_unit)))
            yield Occasion(kind, unit, unit, day, about=about)


def _by_day_and_unit(
    campaign: Campaign, rows: Iterable[Row], points: Sequence[Point], as_of: datetime.date
) -> dict[tuple[datetime.date, str], list[Row]]:
    """The decisions up to a day, by their days and the units that they concern."""
    found: dict[tuple[datetime.date, str], list[Row]] = {}
    for row in rows:
        day = row.decision.day
        if day is not None and day <= as_of:
            for unit in _concerned(row, points) & campaign.units.keys():
                found.setdefault((day, unit), []).append(row)
    return found


def _concerned(row: Row, points: Sequence[Point]) -> set[str]:
    """The units that a decision is on: the one that it names, or those whose points it decides."""
    made = row.decision
    if row.role in OF_UNITS:
        return {made.subject}
    return {one.unit for one in points if made.object in (one.number, one.cell)}


def _decided(row: Row) -> Mapping[str, str]:
    made = row.decision
    _, rule = load_form(book_with("decided")).rules_of(Decided)[0]
    return {
        "事项": display(row.table.get(rule.object, row.index)),
        "号": made.object,
        "原定": made.computed,
        "结论": made.result,
        "缘由": made.reason,
    }


def _opined(book: Submission) -> tuple[Sheet, Opined]:
    return load_form(book.form, book.scheme).rules_of(Opined)[0]


def _of_results(campaign: Campaign, evaluation: Evaluation, book: Submission) -> Iterator[Occasion]:
    """One for each unit whose grade is settled and that has an opinion."""
    sheet, rule = _opined(book)
    settled = set(evaluation.settled)
    for kind in kinds_on("graded"):
        for table, index, _ in book.filled(sheet.name, rule.opinion):
            unit = unit_code(table.get(rule.unit, index), campaign.units)
            if unit in settled:
                # A unit that stands twice in the book gets one paper.
                settled.discard(unit)
                told = {entry.title: display(table.get(entry.name, index)) for entry in sheet.fields}
                yield Occasion(kind, unit, unit, about=OfResult(told, told))


def _of_all(campaign: Campaign, evaluation: Evaluation) -> Iterator[Occasion]:
    """One for the bureau, as soon as no grade is left to be decided."""
    if evaluation.to_decide or not evaluation.ranked:
        return
    told = (_told_outcome(campaign, one) for one in sorted(evaluation.outcomes, key=_by_rank))
    rows = tuple({"序": str(number), **one} for number, one in enumerate(told, 1))
    counts = Counter(one.grade for one in evaluation.outcomes)
    texts = {
        "总数": str(len(rows)),
        "有结果数": str(evaluation.ranked),
        "平均分": display(evaluation.average),
        "等次分布": "，".join(f"{grade}{counts[grade]}个" for grade in campaign.appraisal.grades if counts[grade]),
        "依据": campaign.appraisal.basis.rstrip("。"),
    }
    for kind in kinds_on("ranked"):
        yield Occasion(kind, campaign.config.period, "", about=OfResults(rows, texts))


def _by_rank(one: Outcome) -> tuple[bool, int]:
    """Units without a rank come last."""
    return one.rank is None, one.rank or 0


def _told_outcome(campaign: Campaign, one: Outcome) -> Mapping[str, str]:
    return {
        "单位": campaign.units[one.unit].name,
        "得分": display(one.result),
        "等次": one.grade or one.state,
        "名次": str(one.rank or ""),
    }
