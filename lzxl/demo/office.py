"""What the sample bureau's office scores the units by: inspections of the year, the year-end check, opinions (考核评定)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from lzxl.campaign.appraise import appraise, items_of
from lzxl.campaign.books import Change, NewRow, SetCells, amend_book, read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import take_stock
from lzxl.demo.bureau import SampleUnit, load_bureau
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Sheet
from lzxl.submission import Submission, Table
from lzxl.year.appraised import Item, item_number
from lzxl.year.scores import exact

_APPRAISER = "考核组"
_INSPECTED_ON = datetime.date(2026, 9, 15)
_SEEN = "日常督查抽查，落实情况与标准有差距"
_WEIGHED = "考核组已看过记录，按实际影响核定"


def appraise_units(campaign: Campaign, day: datetime.date) -> None:
    """Let the office score every unit in its book, as it would by hand between two runs of `lzxl appraise`."""
    standing, form_id = take_stock(campaign, as_of=day), book_with("checked")
    appraise(campaign, standing, day)
    book = read_book(campaign, form_id)
    assert book is not None
    amend_book(campaign, form_id, list(_scores(book, items_of(campaign))))
    appraise(campaign, standing, day)


def _scores(book: Submission, items: tuple[Item, ...]) -> Iterator[Change]:
    samples = {sample.unit.code: sample for sample in load_bureau().units}
    inspections = _sheet_with(book, "inspected")
    for sample in samples.values():
        yield from _inspected(inspections, sample, items)
    checks = _sheet_with(book, "checked")
    for table in book.tables:
        for index in table.indexes if table.name == checks.name else ():
            yield _checked(checks, table, index, samples, items)


def _sheet_with(book: Submission, rule: str) -> Sheet:
    return next(sheet for sheet in load_form(book.form).sheets if getattr(sheet.rules, rule) is not None)


def _inspected(sheet: Sheet, sample: SampleUnit, items: tuple[Item, ...]) -> Iterator[Change]:
    """A row for each item that an inspection of the year took points off."""
    rule = sheet.rules.inspected
    assert rule is not None
    scores = sample.content["appraisal"]
    for number, item in enumerate(items):
        off = item.points - exact(scores["inspection_scores"][number])
        if off > 0:
            fact = scores["deductions"][number] or _SEEN
            named = {"day": _INSPECTED_ON, "fact": fact, "inspector": _APPRAISER}
            values = {rule.unit: sample.unit.code, rule.item: item.number, rule.lost: float(off)}
            yield NewRow(sheet.name, {**named, **values})


def _checked(
    sheet: Sheet, table: Table, index: int, samples: dict[str, SampleUnit], items: tuple[Item, ...]
) -> SetCells:
    """The score of one unit's item in the year-end check, with the reason where it is less than its points or more than proposed."""
    rule = sheet.rules.checked
    assert rule is not None
    numbers = [item.number for item in items]
    number = numbers.index(item_number(table.get(rule.item, index), items))
    scores = samples[str(table.get(rule.unit, index))].content["appraisal"]
    given = exact(scores["final_scores"][number])
    proposed = exact(table.get(rule.proposed, index) or Decimal(0))
    reason = scores["deductions"][number] or (_WEIGHED if given > proposed else None)
    values = {rule.given: float(given), rule.reason: reason, rule.by: _APPRAISER}
    return SetCells(sheet.name, table.rows[index], values)
