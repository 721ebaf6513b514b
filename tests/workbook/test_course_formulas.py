"""What the ledger's workbook shows while events are typed is what the office works out: in LibreOffice, IronCalc and formualizer."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign import clock
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.course import EventRow, Matter
from lzxl.year.follow import follow
from lzxl.year.ledger import ledger_book
from tests.year.ledger import MACHINE, PLAIN, SECTION, TWICE_REWORKED, event_rows
from tests.year.test_course import RESULTS, STEPS, Plain, goes_on, row

from ..libreoffice import Office
from .engines import Engine, Values, by_formualizer, by_ironcalc, plain

pytestmark = pytest.mark.slow

Walked = list[tuple[Matter, list[EventRow]]]
SINCE = datetime.date(2025, 3, 3)


@cache
def walked() -> Walked:
    """The case of two reworks, and walks at random: most steps lawful, some not, for sections and for persons."""
    chance = random.Random(20260327)
    found: Walked = [(SECTION, event_rows(TWICE_REWORKED))]
    for number in range(2, 31):
        matter = replace(SECTION, id=f"YJ-2026-{number:03d}", collected_on=SINCE)
        if number % 3 == 0:
            matter = replace(matter, target_kind="个人", target="某甲")
        found.append((matter, [replace(one, warning=matter.id) for one in _walk(chance, number % 3 == 0)]))
    return found


def _walk(chance: random.Random, is_person: bool) -> list[EventRow]:
    table, on, rows = Plain(is_person), SINCE, []
    choices = [(event, result) for event in STEPS for result in RESULTS.get(event, [""])]
    for at in range(chance.randint(1, 12)):
        on += datetime.timedelta(days=chance.randint(1, 25))
        fitting = [choice for choice in choices if replace(table).take(*choice, on)]
        onward = [choice for choice in fitting if goes_on(table, *choice, on)] or fitting
        event, result = chance.choice(choices if chance.random() < 0.1 else onward)
        table.take(event, result, on)
        rows.append(row(at, event, on, result))
    return rows


@cache
def filled() -> bytes:
    """A ledger with all of them, their events mixed as they come in a year."""
    form = load_form("warning_ledger")
    book = ledger_book(form)
    assert book is not None
    workbook = build_workbook(form, load_grading())
    ledger, part = book.ledger, book.rows
    for number, (matter, _) in enumerate(walked()):
        values = {
            ledger.number: matter.id,
            ledger.collected_on: matter.collected_on,
            ledger.target_kind: matter.target_kind,
        }
        _type(workbook[book.warnings.title], book.warnings, number, values)
    for number, event in enumerate(in_a_year()):
        title = MACHINE.events[event.event].title
        values = {part.warning: event.warning, part.event: title, part.day: event.day, part.result: event.result}
        _type(workbook[book.events.title], book.events, number, values)
    return workbook_bytes(workbook, shown_values(workbook, form, load_grading()))


def in_a_year() -> list[EventRow]:
    """The events of all warnings as they are typed: not warning by warning, and some of them late."""
    rows = [one for _, events in walked() for one in events]
    random.Random(7).shuffle(rows)
    return rows


def _type(worksheet: Any, sheet: Any, number: int, values: dict[str, Any]) -> None:
    layout = table_layout(sheet)
    for name, value in values.items():
        worksheet.cell(layout.first_row + number, layout.columns[name]).value = value


def expected() -> Values:
    """What the office works out for every computed cell of a warning or an event."""
    book = ledger_book(load_form("warning_ledger"))
    assert book is not None
    shown: Values = {}
    warnings, events = table_layout(book.warnings), table_layout(book.events)
    places = {(one.warning, one.at): number for number, one in enumerate(in_a_year())}
    for number, (matter, rows) in enumerate(walked()):
        course = follow(MACHINE, PLAIN, matter, rows, clock.today())
        values = {
            book.ledger.state: course.state,
            book.ledger.round: course.standing.round,
            book.ledger.due: _serial(course.due),
            book.ledger.overdue: course.overdue_workdays if course.due else "",
        }
        for name, value in values.items():
            shown[book.warnings.title, warnings.first_row + number, warnings.columns[name]] = plain(value)
        dues = {done.row.at: done.due for done in course.done}
        for one in rows:
            at = events.first_row + places[one.warning, one.at]
            shown[book.events.title, at, events.columns[book.rows.due]] = plain(_serial(dues.get(one.at)))
    return shown


def _serial(day: datetime.date | None) -> int | str:
    return (day - datetime.date(1899, 12, 30)).days if day is not None else ""


def test_the_walks_come_to_many_states() -> None:
    states = {follow(MACHINE, PLAIN, matter, rows, clock.today()).standing.state for matter, rows in walked()}
    assert len(states) >= 9


@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_other_programs_show_what_the_office_works_out(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "预警处置台账.xlsx"
    path.write_bytes(filled())
    wanted = expected()
    shown = engine(path, list(wanted))
    assert {cell: value for cell, value in shown.items() if value != wanted[cell]} == {}


@pytest.mark.libreoffice
def test_libreoffice_shows_what_the_office_works_out(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "预警处置台账.xlsx"
    path.write_bytes(filled())
    wanted = expected()
    with office.open(path) as document:
        document.recalculate()
        rows = {title: document.sheet(title).everything() for title in {cell[0] for cell in wanted}}
    shown = {(title, line, column): plain(rows[title][line - 1][column - 1]) for title, line, column in wanted}
    assert {cell: value for cell, value in shown.items() if value != wanted[cell]} == {}
