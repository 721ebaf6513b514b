"""The office's ledger as it was read: its warnings with their events, and the course of each."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.people import People
from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import Events, Ledger
from lzxl.forms.text import compact, fold
from lzxl.groups import grouped
from lzxl.submission import Submission, Table
from lzxl.year.course import Course, EventRow, Matter
from lzxl.year.events import Machine
from lzxl.year.follow import Members, follow, nobody
from lzxl.year.workdays import Calendar

# Clerks keep names apart by whatever sign is at hand.
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True)
class Book:
    """The form of the ledger: its sheet of warnings and its sheet of events, with the rules that say which field is what."""

    form: Form
    warnings: Sheet
    ledger: Ledger
    events: Sheet
    rows: Events


def ledger_book(form: Form) -> Book | None:
    """The ledger's sheets, if the form is one."""
    ledgers, courses = form.rules_of(Ledger), form.rules_of(Events)
    return Book(form, *ledgers[0], *courses[0]) if ledgers and courses else None


def ledger_form() -> str:
    """The id of the form that is the ledger."""
    return next(one for one in form_ids() if ledger_book(load_form(one)) is not None)


def is_warning_number(text: str) -> bool:
    """Whether a text is written as the ledger numbers its warnings."""
    book = ledger_book(load_form(ledger_form()))
    assert book is not None
    [number] = (entry for entry in book.warnings.fields if entry.name == book.warnings.key)
    return re.search(number.checks["str_matches"]["pattern"], text) is not None


@dataclass(frozen=True)
class Entry:
    """A row of the ledger, and where it stands."""

    table: Table
    index: int
    matter: Matter


@dataclass(frozen=True)
class LedgerRead:
    """Everything that the ledger says. `EventRow.at` is the position in `places`."""

    book: Book
    entries: tuple[Entry, ...]
    rows: tuple[EventRow, ...]
    places: tuple[tuple[Table, int], ...]
    by_warning: Mapping[str, Sequence[EventRow]] = field(default_factory=dict)

    def courses(
        self, machine: Machine, calendar: Calendar, as_of: datetime.date, members: Members = nobody
    ) -> Iterator[tuple[Entry, Course]]:
        """The course of every warning that was there by the day.

        Of several rows with one number, which is found as such, the events are the first one's: not each is followed anew.
        """
        begun: set[str] = set()
        for entry in self.entries:
            collected = entry.matter.collected_on
            if collected is None or collected <= as_of:
                rows = self.by_warning.get(entry.matter.id, ()) if entry.matter.id not in begun else ()
                begun.add(entry.matter.id)
                yield entry, follow(machine, calendar, entry.matter, rows, as_of, members)


def read_ledger(machine: Machine, submission: Submission, units: Mapping[str, Unit]) -> LedgerRead:
    """What a submission of the ledger's form says. `units`: the roster; empty if there is none."""
    book = ledger_book(load_form(submission.form, submission.scheme))
    assert book is not None
    entries = tuple(_entries(book, submission, units))
    placed = list(submission.rows_of(book.events.name))
    rows = tuple(_row(machine, book.rows, at, *place) for at, place in enumerate(placed))
    return LedgerRead(book, entries, rows, tuple(placed), grouped(rows, lambda row: row.warning))


def _tables(submission: Submission, sheet: Sheet) -> list[Table]:
    return [table for table in submission.tables if table.name == sheet.name]


def _entries(book: Book, submission: Submission, units: Mapping[str, Unit]) -> Iterator[Entry]:
    part = book.ledger
    known = units_by_text(units)
    for table in _tables(submission, book.warnings):
        for index in table.indexes:
            number = _text(table.get(part.number, index))
            matter = Matter(
                id=number,
                unit=unit_code(_text(table.get(part.unit, index)), known),
                collected_on=table.day(part.collected_on, index),
                target_kind=_text(table.get(part.target_kind, index)),
                target=_text(table.get(part.target, index)),
                authority=_text(table.get(part.authority, index)),
                present_unit=unit_code(_text(table.get(part.present, index)), known) if part.present else "",
                source=_text(table.get(part.source, index)),
                risk_id=_text(table.get(part.risk, index)),
            )
            yield Entry(table, index, matter)


def _row(machine: Machine, part: Events, at: int, table: Table, index: int) -> EventRow:
    event = machine.find_event(table.get(part.event, index))
    typed = table.get(part.round, index)
    return EventRow(
        at=at,
        warning=_text(table.get(part.warning, index)),
        event=event.name if event is not None else "",
        day=table.day(part.day, index),
        # A number that is typed into a cell comes as a float.
        round=int(typed) if isinstance(typed, int | float) else None,
        handlers=tuple(filter(None, _BETWEEN_NAMES.split(_text(table.get(part.handlers, index))))),
        result=_text(table.get(part.result, index)),
        content=_text(table.get(part.content, index)),
        number=_text(table.get(part.number, index)),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def units_by_text(units: Mapping[str, Unit]) -> dict[str, str]:
    """Folded code, and folded name, of every unit → its code."""
    known = {fold(unit.name): code for code, unit in units.items()}
    # Codes last: the name of a unit that reads like another one's code must not stand for that.
    known.update({fold(code): code for code in units})
    return known


def unit_code(text: str, known: Mapping[str, str]) -> str:
    """The unit that is meant by a code, a name, or both: “HB10 综合行政执法大队”. What is none of the roster's stays as it is."""
    whole = known.get(fold(text))
    if whole:
        return whole
    match = re.match(r"[A-Za-z0-9]{2,12}", compact(text))
    if match is None:
        return text
    return known.get(fold(match[0]), match[0].upper() if not known else text)


def members_of(units: Mapping[str, Unit], people: People | None = None) -> Members:
    """Who is of a unit on a day: what the roster says, and the people that are known (`lzxl.forms.people`)."""

    def members(code: str, day: datetime.date) -> set[str]:
        unit = units.get(code)
        if unit is None:
            return set()
        named = {code, unit.name, *_BETWEEN_NAMES.split(unit.head), *_BETWEEN_NAMES.split(unit.liaison)}
        known = people.of_unit(code, day) if people is not None else ()
        return {name for name in (*named, *(person.name for person in known)) if name}

    return members
