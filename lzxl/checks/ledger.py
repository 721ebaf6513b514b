"""The office's ledger of warnings: steps that are possible, days in order, who may handle what, papers' numbers (第八条(二))."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.load import book_with, load_form
from lzxl.submission import Table
from lzxl.year.course import Course, Done, Fault
from lzxl.year.events import Machine, load_machine
from lzxl.year.ledger import Entry, LedgerRead, ledger_book, members_of, read_ledger
from lzxl.year.mandates import mandate_faults
from lzxl.year.office import Office
from lzxl.year.papers import Gap, number_gaps, numbers_twice, told_serials
from lzxl.year.telling import missing_told, step_told
from lzxl.year.workdays import Calendar


def check_ledger(report: Report, context: Context) -> None:
    """Everything that is wrong with the courses of the ledger's warnings, at the cells where it is mended."""
    if ledger_book(report.form) is None or report.submission.own_layout:
        return
    office = context.office
    machine, calendar, bureau = _gone_by(office)
    read = read_ledger(machine, report.submission, context.units)
    checked = _Checked(report, machine, read)
    members = members_of(context.units, context.people)
    for entry, course in read.courses(machine, calendar, context.today or datetime.date.max, members):
        checked.say_faults(entry, course, bureau)
        checked.say_rounds(entry, course)
    checked.say_numbers(office.other_numbers() if office is not None else ())
    if office is not None:
        checked.say_vanished(office.seen)


def _gone_by(office: Office | None) -> tuple[Machine, Calendar, tuple[str, ...]]:
    """What courses are followed by, and what the bureau is called; without a campaign, the rules' own limits, and no holidays."""
    if office is None:
        return load_machine(), Calendar(), ()
    return office.machine, office.calendar, (office.bureau,)


def _gap_told(gap: Gap) -> dict[str, Any]:
    record = load_form(book_with("papers"))
    title = record.ruled_by("papers")[0].title
    return {"before": gap.before, "after": gap.after, "missing": told_serials(gap.missing), "record": title}


@dataclass(frozen=True)
class _Checked:
    """Says what is wrong with the rows of a ledger."""

    report: Report
    machine: Machine
    read: LedgerRead

    def say_faults(self, entry: Entry, course: Course, bureau: Sequence[str]) -> None:
        """Everything that is wrong with a warning's course. `bureau`: what the bureau is called, where that is known."""
        rows = self.read.by_warning.get(entry.matter.id, ())
        for fault in (*course.faults, *mandate_faults(course, rows, bureau)):
            self.say(entry, fault)

    def say(self, entry: Entry, fault: Fault) -> None:
        """A fault of a warning's course, at its row."""
        if fault.at is None:
            return
        table, index = self.read.places[fault.at]
        name = getattr(self.read.book.rows, fault.part)
        details = self._told(entry, fault)
        self._cell(fault.code, table, name, index, warning=entry.matter.id, **details)

    def _cell(self, code: str, table: Table, name: str, index: int, **details: Any) -> None:
        """A finding at a field's cell; at the row, where the file has no such column."""
        if name in table.columns:
            self.report.cell(code, table, name, index, **details)
            return
        title = self.report.field(table, name).title
        self.report.whole(code, table.row_place(index), header=title, value="", **details)

    def _told(self, entry: Entry, fault: Fault) -> dict[str, Any]:
        """The details of a fault as its texts say them."""
        told: dict[str, Callable[[Fault], dict[str, Any]]] = {
            "date_order": self._earlier,
            "event_incomplete": self._missing,
            "admonition_without_authority": self._evidence,
        }
        return told[fault.code](fault) if fault.code in told else step_told(self.machine, fault)

    def _earlier(self, fault: Fault) -> dict[str, Any]:
        ledger = self.read.book.warnings.by_name[self.read.book.ledger.collected_on]
        title, day = fault.details["earlier"] or ledger.title, fault.details["earlier_day"]
        return {"earlier": f"“{title}”（{day}）", "others": f"“{title}”"}

    def _missing(self, fault: Fault) -> dict[str, Any]:
        return missing_told(self.machine, self.read.book, fault)

    def _evidence(self, fault: Fault) -> dict[str, Any]:
        missing = fault.details["missing"]
        return {"missing": missing, "example": f"{missing[0]}：……"}

    def say_rounds(self, entry: Entry, course: Course) -> None:
        """Rounds that are typed and are not those that follow from the events."""
        for done in course.done:
            if done.row.round is not None and done.row.round != done.round:
                self._say_round(done)

    def _say_round(self, done: Done) -> None:
        table, index = self.read.places[done.row.at]
        remedy = Remedy("set", done.round)
        self._cell("event_round_differs", table, self.read.book.rows.round, index, round=done.round, remedy=remedy)

    def say_numbers(self, elsewhere: Iterable[str]) -> None:
        """Numbers of papers that are used twice or left out."""
        name = self.read.book.rows.number
        numbered = [(row.at, row.number) for row in self.read.rows if row.number]
        for twice in numbers_twice(numbered):
            table, index = self.read.places[twice.at]
            other_table, other = self.read.places[twice.before]
            self._cell("document_number_twice", table, name, index, other=other_table.rows[other])
        for gap in number_gaps(numbered, elsewhere):
            table, index = self.read.places[gap.at]
            self._cell("document_number_gap", table, name, index, **_gap_told(gap))

    def say_vanished(self, seen: Mapping[str, int]) -> None:
        """Warnings and events that were there when the ledger was last taken stock of, and are not now."""
        there = {entry.matter.id for entry in self.read.entries}
        title = self.read.book.warnings.title
        for number, count in sorted(seen.items()):
            rows = len(self.read.by_warning.get(number, ()))
            if number not in there:
                self._vanished(title, f"预警{number}")
            elif rows < count:
                self._vanished(self.read.book.events.title, f"预警{number}的{count - rows}个事项")

    def _vanished(self, sheet: str, what: str) -> None:
        from lzxl.forms.places import Place

        titles = [table.title for table in self.report.submission.tables if table.title == sheet]
        self.report.whole(
            "book_row_vanished", Place(titles[0]) if titles else Place(sheet), what=what, sheet_title=sheet
        )
