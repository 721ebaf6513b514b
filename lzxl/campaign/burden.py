"""What a round asks of its units: how many cells they type, counted so that a form that grows is seen to grow.

A cell counts that the form asks the unit for and that somebody typed: not what the workbook said when it was sent out, nor what a
formula shows or the program works out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.model import TypedCells
from lzxl.campaign.previous import last_campaign
from lzxl.campaign.standing import Standing, take_stock
from lzxl.checks.blank import FILLED_BY_OFFICE
from lzxl.faults import attempt
from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.submission import Labels, Submission, Table
from lzxl.workbook.reading.jobs import Job


def typed_cells(campaign: Campaign, standing: Standing) -> TypedCells:
    """How many cells the submissions that count had typed into them, and how many those of the last period had.

    The last period is that of the settings (`previous`); of a folder that is none or that cannot be read, nothing is known.
    """
    return TypedCells(sum(typed_by_unit(campaign, standing).values()), _last_year(campaign))


def typed_by_unit(campaign: Campaign, standing: Standing) -> Mapping[str, int]:
    """Unit code → the cells that the unit typed into the submissions that count."""
    counts: Counter[str] = Counter()
    for submission, typed in zip(standing.counted, typed_in_each(campaign, standing.counted), strict=True):
        counts[submission.unit_code] += typed
    return counts


def typed_in_each(campaign: Campaign, submissions: Sequence[Submission]) -> list[int]:
    """For each submission how many cells its unit typed into the workbook that it had been sent."""
    return [typed_in(one, sent) for one, sent in zip(submissions, _sent(campaign, submissions), strict=True)]


def _last_year(campaign: Campaign) -> int | None:
    last = last_campaign(campaign)
    if last is None:
        return None
    count: Callable[[], int | None] = partial(_of_campaign, last)
    return attempt(count, lambda trouble: None)


def _of_campaign(campaign: Campaign) -> int:
    return sum(typed_by_unit(campaign, take_stock(campaign)).values())


def _sent(campaign: Campaign, submissions: Sequence[Submission]) -> list[Submission | None]:
    """For each submission the workbook in 发放 that it began as; None if there is none that can be read."""
    paths = [sent_path(campaign, campaign.units[one.unit_code], one.form, one.round) for one in submissions]
    there = [path for path in paths if path.is_file()]
    jobs = [Job(path, campaign.relative(path), scheme=campaign.grading.id) for path in there]
    read = dict(zip(there, read_with_cache(campaign.root, jobs) if jobs else [], strict=True))
    return [_usable(read.get(path), one) for path, one in zip(paths, submissions, strict=True)]


def _usable(sent: Submission | None, submission: Submission) -> Submission | None:
    return sent if sent is not None and sent.refusal is None and sent.form == submission.form else None


def typed_in(submission: Submission, sent: Submission | None) -> int:
    """How many cells somebody typed into a submission; `sent`: the workbook that it began as, None if that is not known."""
    form = load_form(submission.form, submission.scheme)
    typed = _on_cover(form, submission.cover, sent.cover if sent is not None else None)
    for sheet in form.tables:
        typed += _in_tables(sheet, submission, _given(sheet, sent))
    return typed


def _on_cover(form: Form, cover: Labels | None, sent: Labels | None) -> int:
    if cover is None or form.cover is None:
        return 0
    given = sent.values if sent is not None else {}
    asked = [entry.name for entry in form.cover.inputs if not entry.computed and entry.name not in FILLED_BY_OFFICE]
    return sum(_holds(cover, name) and cover.values.get(name) != given.get(name) for name in asked)


def _holds(cover: Labels, name: str) -> bool:
    return cover.values.get(name) is not None or name in cover.broken


def _given(sheet: Sheet, sent: Submission | None) -> Counter[tuple[str, Any]]:
    """(field, value) → how often a sheet had it before anybody typed into it; without a workbook, by its standard rows."""
    given: Counter[tuple[str, Any]] = Counter()
    if sent is None:
        for row in sheet.standard_rows:
            given.update(zip(sheet.standard_columns, row, strict=True))
        return given
    for table in sent.tables_of(sheet.name):
        for name in table.columns:
            given.update((name, value) for _, value in table.filled(name))
        given.update(_numbers_in_reserve(sheet, table))
    return given


def _numbers_in_reserve(sheet: Sheet, table: Table) -> Iterator[tuple[str, Any]]:
    """The numbers of rows that were sent out with nothing else in them."""
    rule = sheet.rules.numbered
    if rule is None or not rule.given or rule.number not in table.columns:
        return
    column = table.columns[rule.number]
    for row in table.left_out.values():
        if column in row:
            yield rule.number, row[column]


def _in_tables(sheet: Sheet, submission: Submission, given: Counter[tuple[str, Any]]) -> int:
    """Typed cells of a sheet. What was given counts for no cell in whichever row of its column it is now: rows are sorted,
    put in and taken out."""
    asked = [entry.name for entry in sheet.inputs if not entry.computed]
    left, typed = Counter(given), 0
    for table in submission.tables_of(sheet.name):
        for name in asked:
            values = _typed_values(table, name)
            said = Counter((name, value) for value in values)
            typed += (said - left).total()
            left -= said
            typed += len(table.broken.get(name, set()) - table.formulas.get(name, set()))
    return typed


def _typed_values(table: Table, name: str) -> list[Any]:
    """What the cells of a column say, those of formulas not, nor what the roster tells."""
    ours = table.formulas.get(name, set()) | table.told.get(name, set())
    return [value for index, value in table.filled(name) if index not in ours]
