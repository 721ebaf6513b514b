"""The ledger of warnings in a campaign: new rows taken in from what units filed, its courses, and what was there before.

What earlier runs did is remembered (`lzxl.campaign.memory`).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.campaign import clock
from lzxl.campaign.books import Change, NewRow, SetCells, amend_book, read_book, write_books
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import Memory, machine_of, read_memory, remember
from lzxl.campaign.previous import carried_over
from lzxl.campaign.warning_rows import Numbers, code_written, new_rows, numbers_in, told_apart
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.staff import has_left
from lzxl.submission import Submission, Table
from lzxl.year import units
from lzxl.year.analysis import MEASURED, Levels, Point, analysis
from lzxl.year.course import Course, Matter
from lzxl.year.events import Machine
from lzxl.year.ledger import Entry, LedgerRead, ledger_book, ledger_form, members_of, read_ledger
from lzxl.year.workdays import said_of_years


@dataclass(frozen=True)
class Stocktaking:
    """The ledger as of a day: its warnings' courses, and how many rows were taken in."""

    as_of: datetime.date
    machine: Machine
    courses: tuple[tuple[Entry, Course], ...]
    taken: tuple[str, ...] = ()
    """Numbers of the warnings that this run took in."""
    carried: tuple[str, ...] = ()
    """Numbers of those that it carried over from the last period."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of how days were counted."""
        return said_of_years((self.as_of, course.due) for course in self.all if course.due)

    @property
    def headers(self) -> list[str]:
        """What the columns of the ledger are called that a command shows."""
        book = ledger_book(load_form(ledger_form()))
        assert book is not None
        part = book.ledger
        names = (part.number, part.unit, part.state, part.due, part.overdue)
        return [book.warnings.by_name[name].title for name in names]

    @property
    def all(self) -> list[Course]:
        return [course for _, course in self.courses]


def stocktaking(campaign: Campaign, as_of: datetime.date) -> Stocktaking:
    """The ledger as it stands, with nothing written. Raises BookError if it cannot be read."""
    machine = machine_of(campaign)
    submission = read_book(campaign, ledger_form())
    if submission is None:
        return Stocktaking(as_of, machine, ())
    return Stocktaking(as_of, machine, _courses(campaign, machine, submission, as_of))


def _courses(
    campaign: Campaign, machine: Machine, submission: Submission, as_of: datetime.date
) -> tuple[tuple[Entry, Course], ...]:
    read = read_ledger(machine, submission, campaign.units)
    return tuple(
        read.courses(machine, campaign.config.mail.calendar, as_of, members_of(campaign.units, campaign.people))
    )


def waiting_rows(campaign: Campaign, filed: Sequence[Submission]) -> dict[str, int]:
    """Unit code → rows that it filed and that the ledger does not have yet, so that none of them is lost from sight."""
    form_id = ledger_form()
    submission = read_book(campaign, form_id) or Submission("", form=form_id)
    read = read_ledger(machine_of(campaign), submission, campaign.units)
    new, _ = told_apart(campaign, read, filed, read_memory(campaign))
    return dict(Counter(code_written(row.values[read.book.ledger.unit]) for row in new))


def not_in_ledger(count: int, where: str = "") -> str:
    """What is said where warnings that units filed are not in the ledger yet. `where`: whose they are."""
    title = load_form(ledger_form()).title
    return f"另有{count}条预警信息尚未登入《{title}》{where}，汇总里不计；请先用 lzxl ledger 登入，再重新汇总。"


def take_ledger(campaign: Campaign, filed: Sequence[Submission], as_of: datetime.date) -> Stocktaking:
    """Take new rows of the accepted submissions into the ledger, bring its computed columns up to the day, and remember it.

    Each row is taken in once, whatever version of its form it comes in; numbers are given once. Raises BookError, with
    nothing written, if the ledger cannot be read or amended.
    """
    form_id = ledger_form()
    write_books(campaign, [form_id])
    machine, memory = machine_of(campaign), read_memory(campaign)
    submission = read_book(campaign, form_id)
    assert submission is not None
    read = read_ledger(machine, submission, campaign.units)
    known = {*(entry.matter.id for entry in read.entries), *memory.seen}
    # By today at least: as of an earlier day, what has ended since would be written down as open.
    carried = list(carried_over(campaign, known, max(as_of, clock.today())))
    memory, changes = new_rows(campaign, machine, read, filed, memory)
    # The numbers are remembered first: a run that is killed between the two gives them to nobody else.
    remember(campaign, memory)
    # Read again: in which rows of the file the new ones stand, only the file tells.
    if amend_book(campaign, form_id, [*carried, *changes]):
        submission = read_book(campaign, form_id)
        assert submission is not None
        read = read_ledger(machine, submission, campaign.units)
    courses = _courses(campaign, machine, submission, as_of)
    amend_book(campaign, form_id, [*_moved(campaign, machine, read, as_of), *_computed(read, courses)])
    remember(campaign, _with_seen(machine, memory, read))
    taken = tuple(change.values[read.book.ledger.number] for change in changes if isinstance(change, NewRow))
    return Stocktaking(as_of, machine, courses, taken, numbers_in(read, carried))


def _with_seen(machine: Machine, memory: Memory, read: LedgerRead) -> Memory:
    """What is remembered once the ledger is as it is: the same whether it took one run or, killed between, two."""
    seen = dict(memory.seen)
    for entry in read.entries:
        number = entry.matter.id
        if number:
            seen[number] = max(seen.get(number, 0), len(read.by_warning.get(number, ())))
    return Memory(memory.taken, Numbers(machine, read, memory).highest, seen)


# New rows


# Computed columns


def _computed(read: LedgerRead, courses: Sequence[tuple[Entry, Course]]) -> Iterator[Change]:
    """Values for computed cells without a formula: where there is one, it shows them by itself.

    A formula knows only the events of prepared rows: of a warning that has others below them, its place is taken by values.
    """
    ledger, rows = read.book.ledger, read.book.rows
    for entry, course in courses:
        values = {
            ledger.state: course.state,
            ledger.round: course.standing.round,
            ledger.due: course.due,
            ledger.overdue: course.overdue_workdays if course.due else None,
        }
        yield from _set(read.book.warnings, entry.table, entry.index, values, unseen=_goes_beyond(read, course))
        for done in course.done:
            table, index = read.places[done.row.at]
            yield from _set(read.book.events, table, index, {rows.due: done.due})


def _moved(campaign: Campaign, machine: Machine, read: LedgerRead, as_of: datetime.date) -> Iterator[Change]:
    """Where persons are now who have left the unit of their matter, as the roster's people tell; what was typed stays."""
    present = read.book.ledger.present
    untold = [entry for entry in read.entries if not entry.matter.present_unit] if present else []
    for entry in untold:
        now = _unit_now(campaign, entry.matter, as_of) if machine.is_person(entry.matter.target_kind) else ""
        if now:
            yield from _set(read.book.warnings, entry.table, entry.index, {present: told_unit(campaign, now)})


def _unit_now(campaign: Campaign, matter: Matter, as_of: datetime.date) -> str:
    """The unit in which the person of a matter serves on a day, where that is another than the matter's; else ""."""
    unit = campaign.units.get(matter.unit)
    has_gone = unit is not None and has_left(unit, campaign.people, matter.target, as_of)
    return campaign.people.unit_of(matter.target, as_of) if has_gone else ""


def _goes_beyond(read: LedgerRead, course: Course) -> bool:
    """Whether an event of a warning stands below the rows that formulas look at."""
    places = [read.places[row.at] for row in read.by_warning.get(course.warning.id, ())]
    return any(table.rows[index] - table.header_rows[-1] > read.book.events.capacity for table, index in places)


def _set(
    sheet: Sheet, table: Table, index: int, values: Mapping[str, Any], *, unseen: bool = False
) -> Iterator[SetCells]:
    """The cells of a row that take values; `unseen`: also those with a formula, which does not see what it speaks of."""
    free = {
        name: value
        for name, value in values.items()
        if name in table.columns and (unseen or index not in table.formulas.get(name, ()))
    }
    if free:
        yield SetCells(sheet.name, table.rows[index], free)


# What the registers say of risk points


def points_of(campaign: Campaign, filed: Sequence[Submission]) -> dict[str, Point]:
    """Every registered risk point by number: its type, class and level."""
    points: dict[str, Point] = {}
    for submission in filed:
        for sheet in load_form(submission.form, submission.scheme).ruled_by("graded"):
            if sheet.key:
                points.update(_points(campaign, submission, sheet))
    return points


def _points(campaign: Campaign, submission: Submission, sheet: Sheet) -> Iterator[tuple[str, Point]]:
    """(number, point) of each row that has a number."""
    for table, index in submission.rows_of(sheet.name):
        number = table.get(sheet.key, index)
        if number:
            yield str(number), _point(campaign, sheet, table, index)


def _point(campaign: Campaign, sheet: Sheet, table: Table, index: int) -> Point:
    listed, graded = sheet.rules.listed, sheet.rules.graded
    assert graded is not None
    words = table.get(graded.likelihood, index), table.get(graded.severity, index)
    grade = campaign.grading.grade(*map(str, words)) if all(words) else None
    level = grade.level if grade is not None else ""
    if listed is None:
        return Point("", "", level)
    return Point(table.text(listed.risk, index), table.text(listed.group, index), level)


# What commands show


def told_unit(campaign: Campaign, code: str) -> str:
    """A unit's code and name; the code alone if the roster has none such."""
    return units.told_unit(code, campaign.units)


def keyed(**values: Any) -> dict[str, Any]:
    """Values by name, as data for programs: their names there are no names of sheets, however they read."""
    return values


def ledger_data(campaign: Campaign, taking: Stocktaking, filed: Sequence[Submission]) -> dict[str, Any]:
    """The JSON of `lzxl ledger`."""
    return keyed(
        version=1,
        date=taking.as_of.isoformat(),
        warnings=[course_data(course) for course in taking.all],
        analysis=analysis_of(campaign, taking, filed),
    )


def analysis_of(campaign: Campaign, taking: Stocktaking, filed: Sequence[Submission]) -> dict[str, Any]:
    """What the warnings tell together, beside the registers that were filed."""
    levels = Levels(campaign.grading.level.allowed if campaign.grading.level.order == "gravest_first" else ())
    return analysis(taking.all, points_of(campaign, filed), levels)


def course_data(course: Course) -> dict[str, Any]:
    """A warning as data: no names, and nothing of what is told."""
    delays = course.feedback_delays
    return {
        "id": course.warning.id,
        "unit": course.warning.unit,
        "source": course.warning.source,
        "target_kind": course.warning.target_kind,
        "state": course.state,
        "round": course.standing.round,
        "rework": course.standing.rework,
        "escalated": course.standing.escalated,
        "due": course.due.isoformat() if course.due else None,
        "overdue_workdays": course.overdue_workdays,
        "first_disposition": course.first_disposition or None,
        "final_disposition": course.final_disposition or None,
        "feedbacks": len(delays),
        "feedbacks_late": sum(delay > 0 for delay in delays),
        "late_workdays": list(delays),
        "workdays": {name: of(course) for name, of in MEASURED.items()},
        **keyed(documents=list(course.documents)),
    }
