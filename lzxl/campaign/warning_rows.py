"""The rows that the office's ledger of warnings takes in: what units filed and it has not had, each with its number (第八条(二)1)."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.campaign.books import Change, NewRow, SetCells
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import Memory
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact, fold
from lzxl.forms.values import display
from lzxl.submission import Submission, Table
from lzxl.year.events import Machine
from lzxl.year.ledger import Entry, LedgerRead


def numbers_in(read: LedgerRead, rows: Sequence[NewRow]) -> tuple[str, ...]:
    """The numbers of the warnings among new rows of the ledger, which may be of events too."""
    return tuple(row.values[read.book.ledger.number] for row in rows if row.sheet == read.book.warnings.name)


@dataclass(frozen=True)
class _Filed:
    """A row that a unit filed: its digest, and the values that the ledger takes of it."""

    digest: str
    values: Mapping[str, Any]


def new_rows(
    campaign: Campaign, machine: Machine, read: LedgerRead, filed: Sequence[Submission], memory: Memory
) -> tuple[Memory, list[Change]]:
    """Changes that give numbers to rows without one, and add what units filed and is not there yet."""
    part = read.book.ledger
    numbers = Numbers(machine, read, memory)
    changes: list[Change] = []
    for entry in read.entries:
        if not entry.matter.id and entry.matter.collected_on is not None:
            number = numbers.next(entry.matter.collected_on)
            changes.append(SetCells(read.book.warnings.name, entry.table.rows[entry.index], {part.number: number}))
    new, known = told_apart(campaign, read, filed, memory)
    taken = {**{row.digest: "" for row in known}, **memory.taken}
    for row in new:
        # A number that was given and never written (a run was killed between) is given to its row again.
        number = taken.get(row.digest) or numbers.next(row.values[part.collected_on])
        taken[row.digest] = number
        changes.append(NewRow(read.book.warnings.name, {part.number: number, **row.values}))
    return Memory(taken, numbers.highest, memory.seen), changes


def told_apart(
    campaign: Campaign, read: LedgerRead, filed: Sequence[Submission], memory: Memory
) -> tuple[list[_Filed], list[_Filed]]:
    """(rows that the ledger does not have yet, those that it has or had) of what units filed; of two alike the second is there."""
    part = read.book.ledger
    there = {_content_key(read, entry) for entry in read.entries}
    given = {entry.matter.id for entry in read.entries}
    new, known = [], []
    for row in _filed_rows(campaign, read, filed):
        key = _key(row.values[part.unit], row.values.get(part.collected_on), row.values.get(part.text))
        number = memory.taken.get(row.digest, "")
        if key in there or (number and (number in given or number in memory.seen)):
            known.append(row)
        else:
            new.append(row)
            there.add(key)
    return new, known


class Numbers:
    """Gives numbers, none of them twice: beyond whatever stands in the ledger or was given before."""

    def __init__(self, machine: Machine, read: LedgerRead, memory: Memory) -> None:
        self.machine = machine
        self.highest = dict(memory.highest)
        for text in (*(entry.matter.id for entry in read.entries), *(row.warning for row in read.rows)):
            # Written by hand: isdigit() would hold for ① and ², which int() refuses, and for thousands of digits.
            known = re.fullmatch(f"{re.escape(machine.number_prefix)}-([0-9]{{4}})-([0-9]{{1,9}})", text)
            if known is not None:
                year, serial = known.groups()
                self.highest[year] = max(self.highest.get(year, 0), int(serial))

    def next(self, day: datetime.date) -> str:
        year = str(day.year)
        self.highest[year] = self.highest.get(year, 0) + 1
        return f"{self.machine.number_prefix}-{year}-{self.highest[year]:0{self.machine.number_digits}d}"


def _content_key(read: LedgerRead, entry: Entry) -> tuple[str, str, str]:
    part, table = read.book.ledger, entry.table
    return _key(entry.matter.unit, entry.matter.collected_on, table.get(part.text, entry.index))


def _key(unit: object, day: object, text: object) -> tuple[str, str, str]:
    return code_written(unit), str(day or ""), fold(str(text or ""))


def code_written(unit: object) -> str:
    """The code of a unit that is written with its name behind it."""
    return str(unit or "").split(" ", 1)[0]


def _filed_rows(campaign: Campaign, read: LedgerRead, filed: Sequence[Submission]) -> Iterator[_Filed]:
    """The rows that units filed on the form which the ledger takes them from, in the order of the units."""
    part = read.book.ledger
    form_id = part.taken_from
    sheet = load_form(form_id, campaign.grading.id).by_name[part.taken_rows]
    with_rows = (submission for submission in filed if submission.form == form_id and not submission.is_nil_return)
    for submission in with_rows:
        for table, index in submission.rows_of(sheet.name):
            values = _values(campaign, read, sheet, submission, table, index)
            if values.get(part.text) and values.get(part.collected_on):
                yield _Filed(_digest(campaign, sheet, submission, table, index), values)


def _digest(campaign: Campaign, sheet: Sheet, submission: Submission, table: Table, index: int) -> str:
    """What a row is known by again: its own number, else what it says."""
    own = table.get(sheet.key, index) if sheet.key else None
    said = own or "|".join(display(table.get(name, index)) for name in sheet.subject)
    # Each round begins with a file of its own, and may begin its numbers anew. Of a cover that names a round, nothing counts
    # but the round.
    period = (campaign.config.period, submission.round) if submission.round else (submission.period,)
    text = "\n".join((submission.unit_code, *period, compact(str(said))))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _values(
    campaign: Campaign,
    read: LedgerRead,
    sheet: Sheet,
    submission: Submission,
    table: Table,
    index: int,
) -> dict[str, Any]:
    """What the ledger takes of a row: what has a column there, and the rest as a remark. Whom it concerns, the office adds."""
    warnings, part = read.book.warnings, read.book.ledger
    values: dict[str, Any] = {}
    rest: list[str] = []
    for entry in sheet.inputs:
        value = table.get(entry.name, index)
        if value in (None, "", ()) or entry.kind == "serial" or entry.name == sheet.key:
            continue
        home = _home(warnings, entry)
        if home is not None and not home.computed:
            values[home.name] = value
        elif home is None:
            rest.append(f"{entry.title}：{display(value)}")
    unit = campaign.units.get(submission.unit_code)
    name = unit.name if unit is not None else submission.unit_name
    values[part.unit] = f"{submission.unit_code} {name}".strip()
    if rest and part.remark not in values:
        values[part.remark] = "；".join(rest)[:500]
    return values


def _home(warnings: Sheet, entry: Field) -> Field | None:
    """The column of the ledger that a column of the unit's form goes to."""
    return warnings.field_for_header(entry.title)
