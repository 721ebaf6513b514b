"""What a unit's numbers stood for before: in the workbook that it was sent, and in the versions before this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.store import Stored, versions_before
from lzxl.checks.given import numbered
from lzxl.checks.identifiers import is_well_formed
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.rules import Numbered
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Earlier, Submission, Table
from lzxl.workbook.reading.jobs import Job
from lzxl.year.cancelled import change_words
from lzxl.year.registers import shown_fields

_SENT = "发放的表"
# The office asks to delete such rows if they do not count.
_WITHDRAWN = ("hidden_row", "row_struck")


def remember_numbers(campaign: Campaign, originals: Sequence[Stored], submissions: Sequence[Submission]) -> None:
    """Give each submission, which is the original beside it, what its numbers stood for before (`Submission.earlier`)."""
    sources = [_sources(campaign, stored) for stored in originals]
    jobs = [job for own in sources for job, _ in own]
    # All at once: what is not in the cache is read by several children side by side.
    before = iter(read_with_cache(campaign.root, jobs, ahead=campaign.ahead) if jobs else ())
    for stored, submission, own in zip(originals, submissions, sources, strict=True):
        read = [(next(before), origin) for _, origin in own]
        submission.earlier = _known_by(stored, read)
        sent = [one for one, origin in read if origin == _SENT and one.form == stored.form and one.refusal is None]
        submission.before = _last_period(sent[0]) if sent else {}


def _known_by(stored: Stored, before: Sequence[tuple[Submission, str]]) -> dict[str, dict[str, Earlier]]:
    """What the numbers of an original stood for in what was there before it, the oldest first, each with what people call it."""
    known: dict[str, dict[str, Earlier]] = {}
    for read, origin in before:
        if read.form == stored.form and read.refusal is None:
            # What it left blank was given a number by what had come before it.
            whole = numbered(replace(read, earlier=known))
            for sheet, numbers in _numbers(whole, stored.unit.code, origin).items():
                # The oldest first: what a later version says of a number takes the place of what one before it said.
                known.setdefault(sheet, {}).update(numbers)
    return known


def _sources(campaign: Campaign, stored: Stored) -> list[tuple[Job, str]]:
    """(what to read, what people call it), the oldest first. A workbook was sent with rows only after another period or round."""
    found = []
    sent = sent_path(campaign, stored.unit, stored.form, stored.round)
    is_prefilled = campaign.config.previous or campaign.config.rounds_of(stored.form)[0].label != stored.round
    if is_prefilled and sent.is_file():
        found.append((Job(sent, campaign.relative(sent), scheme=campaign.grading.id), _SENT))
    for one in versions_before(campaign, stored):  # all of them: which number a row was given follows from those before
        job = Job(one.path, campaign.relative(one.path), scheme=campaign.grading.id)
        of_round = f"“{one.round}”" if one.round != stored.round else ""
        found.append((job, f"{of_round}第{one.version}版"))
    return found


def _last_period(read: Submission) -> dict[str, dict[str, dict[str, str]]]:
    """Sheet → number → field → what each row of the last period says in the workbook that was sent out."""
    sheets = {sheet.name: sheet for sheet in load_form(read.form, read.scheme).tables if change_words(sheet, "kept")}
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table in read.tables:
        if table.name in sheets:
            found.setdefault(table.name, {}).update(_kept_rows(sheets[table.name], table))
    return found


def _kept_rows(sheet: Sheet, table: Table) -> dict[str, dict[str, str]]:
    rule, kept, names = sheet.rules.compared, change_words(sheet, "kept"), _thought_over(sheet)
    assert rule is not None
    return {
        str(table.get(sheet.key, index)): {name: compact(display(table.get(name, index))) for name in names}
        for index, word in table.filled(rule.change)
        if word in kept and table.get(sheet.key, index)
    }


def _thought_over(sheet: Sheet) -> list[str]:
    """The fields that say what a row is: not what the roster tells, nor days that every period sets anew."""
    anew = {*sheet.looked_up, *(sheet.carried.within_period + sheet.carried.with_the_day if sheet.carried else ())}
    return [entry.name for entry in shown_fields(sheet) if entry.name not in anew]


def _unnumbered(row: Earlier) -> str:
    """What a row without a number is known by among those with one: no number looks like it."""
    return f"{row.owner}\n{compact(row.text)}"


def _numbers(read: Submission, unit: str, origin: str) -> dict[str, dict[str, Earlier]]:
    """Sheet → sound number that one row has → that row. What was used twice stood for nothing. Of rows that are kept, those
    without a number are there too.

    Rows that stood there hidden or struck out, and those of a file that said 零报告, were never filed: the unit may take them out.
    """
    ruled = load_form(read.form, read.scheme).rules_of(Numbered)
    return {sheet.name: _numbers_of(read, unit, sheet, rule, origin) for sheet, rule in ruled}


def _numbers_of(read: Submission, unit: str, sheet: Sheet, rule: Numbered, origin: str) -> dict[str, Earlier]:
    rows: dict[str, list[Earlier]] = {}
    for number, row in _rows(read, sheet.name, rule, origin):
        if number is None and rule.kept:
            rows[_unnumbered(row)] = [row]
        elif is_well_formed(sheet.by_name[rule.number], number) and number.startswith(f"{unit}-"):
            rows.setdefault(number, []).append(row)
    return {number: same[0] for number, same in rows.items() if len(same) == 1}


def _rows(read: Submission, sheet: str, rule: Numbered, origin: str) -> Iterator[tuple[Any, Earlier]]:
    """(what stands as its number, row) of the rows of a sheet that say something."""
    withdrawn = {fact.place for fact in read.facts if fact.kind in _WITHDRAWN}
    is_sent = origin == _SENT or read.is_nil_return
    for table, index in read.rows_of(sheet):
        text = table.get(rule.text, index)
        if isinstance(text, str):
            is_filed = not is_sent and table.row_place(index) not in withdrawn
            owner = table.text(rule.owner, index)
            yield table.get(rule.number, index), Earlier(owner, text, origin, is_filed)
