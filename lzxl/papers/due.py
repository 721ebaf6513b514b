"""Which papers are due on a day, which were made, and which went out: by the ledger, the nil returns and the record of papers.

A paper is known by its kind and its object; of several of one kind on one object, by their order. What 文号簿 has for it counts
as made, unless it is void; what the ledger's row has a number for went out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from lzxl.campaign.books import read_book
from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.nil_returns import nil_returns_of
from lzxl.campaign.places import LETTERS
from lzxl.campaign.standing import Standing
from lzxl.campaign.warnings import keyed, stocktaking
from lzxl.forms.load import book_with
from lzxl.groups import grouped
from lzxl.papers.kinds import PaperKind, going_with, kinds_on, paper_kinds
from lzxl.papers.occasions import Occasion, OfNilReturn, OfWarning
from lzxl.papers.year import occasions_of_year
from lzxl.year.course import Course, Done
from lzxl.year.ledger import Entry
from lzxl.year.mandates import mandate_faults
from lzxl.year.papers import Recorded, number_gaps, recorded_papers, told_serials
from lzxl.year.units import unit_code

State = Literal["due", "made", "sent", "barred"]
STATES: Mapping[State, str] = {"due": "应制发", "made": "已制作", "sent": "已发出", "barred": "不能制发"}


@dataclass(frozen=True)
class Notice:
    """A paper: how it stands, its number, and where it is."""

    occasion: Occasion
    state: State
    number: str = ""
    path: Path | None = None

    @property
    def as_data(self) -> dict[str, Any]:
        """For programs: no names and nothing of what is told."""
        one = self.occasion
        return keyed(
            kind=one.kind.title,
            object=one.object,
            unit=one.unit,
            state=self.state,
            number=self.number or None,
            file=self.path.name if self.path is not None else None,
            why=one.barred or None,
        )


@dataclass(frozen=True)
class Notices:
    """All papers of a campaign as of a day."""

    as_of: datetime.date
    all: tuple[Notice, ...]
    record: tuple[Recorded, ...]
    ledger_numbers: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def as_data(self) -> dict[str, Any]:
        return {"version": 1, "date": self.as_of.isoformat(), "notices": [one.as_data for one in self.all]}


def notices_on(campaign: Campaign, standing: Standing) -> Notices:
    """How the papers stand on the day of the standing. Raises BookError if a book cannot be read."""
    taking = stocktaking(campaign, standing.as_of)
    occasions = [
        *_of_warnings(campaign, taking.courses),
        *_of_nil_returns(campaign, standing),
        *occasions_of_year(campaign, standing),
    ]
    record = recorded_papers(read_book(campaign, book_with("papers")))
    numbers = tuple(number for course in taking.all for number in course.documents)
    notices = tuple(_noticed(campaign, occasions, record))
    return Notices(standing.as_of, notices, tuple(record), numbers, tuple(_gaps(record, numbers)))


def _gaps(record: Sequence[Recorded], elsewhere: Sequence[str]) -> Iterator[str]:
    """What is said of numbers that no paper has."""
    for gap in number_gaps([(one.at, one.number) for one in record], elsewhere):
        number = next(one.number for one in record if one.at == gap.at)
        yield f"文号簿第{gap.at}行 {number} 之前缺{told_serials(gap.missing)}号，请查明并补记（不用了的记“作废”）。"


def _noticed(campaign: Campaign, occasions: Sequence[Occasion], record: Sequence[Recorded]) -> Iterator[Notice]:
    # A void number is no paper's any more: whoever voids it has the paper made anew, under the next one.
    left = grouped((row for row in record if not row.is_void), lambda row: (row.kind, _about(campaign, row)))
    for one in occasions:
        own = _claimed(left.get((one.kind.title, one.object), []), one.number)
        number = one.number or (own.number if own is not None else "")
        path = _whole_paper(campaign, one, number) if number else None
        yield Notice(one, _state(one, own), number, path)


def _about(campaign: Campaign, row: Recorded) -> str:
    """What a paper of the record is about: by hand, one that is not of a warning often has nothing there but its unit."""
    return unit_code(row.object or row.unit, campaign.units) or row.object


def _claimed(rows: list[Recorded], number: str) -> Recorded | None:
    """The row of the number that the ledger has, else the first that is of no other. It is taken out of those that are left."""
    own = next((row for row in rows if row.number == number), rows[0] if rows else None)
    if own is not None:
        rows.remove(own)
    return own


def _whole_paper(campaign: Campaign, one: Occasion, number: str) -> Path | None:
    """Where a paper is, if it and all that goes along with it are there."""
    path = paper_path(campaign, one, number)
    files = (path, *paths_beside(campaign, one, number))
    return path if all(file.is_file() for file in files) else None


def _state(one: Occasion, own: Recorded | None) -> State:
    if one.number or one.is_past:
        return "sent"
    if one.barred:
        return "barred"
    return "made" if own is not None else "due"


def paths_beside(campaign: Campaign, one: Occasion, number: str) -> list[Path]:
    """Where the papers are that go along with it."""
    return [paper_path(campaign, replace(one, kind=kind), number) for kind in going_with(one.kind)]


def paper_path(campaign: Campaign, one: Occasion, number: str) -> Path:
    """Where a paper is, or is to be."""
    parts = (one.kind.title, number, one.object)
    return campaign.folder(LETTERS) / f"{safe_name('_'.join(part for part in parts if part))}.docx"


# What papers follow


def _of_warnings(campaign: Campaign, courses: Sequence[tuple[Entry, Course]]) -> Iterator[Occasion]:
    for entry, course in courses:
        for place, done in enumerate(course.done):
            kind = _kind_of(course, done)
            if kind is not None:
                yield _occasion(campaign, OfWarning(entry, course, done), kind, place)


def _kind_of(course: Course, done: Done) -> PaperKind | None:
    """The paper that follows an event; None if none does."""
    mandated = _mandated(course, done)
    return next((kind for kind in paper_kinds() if _follows(kind, done, mandated)), None)


def _mandated(course: Course, done: Done) -> str:
    """The paper by which a disposition is given that an event approved; "" if it approved none."""
    machine = course.machine
    approval = machine.events[machine.marks["approved"]]
    approving = {step.to for step in approval.steps if step.round == "this"}
    if done.row.event != approval.name or done.state not in approving:
        return ""
    mandate = machine.mandate(done.disposition, course.warning.target_kind)
    return mandate.paper if mandate is not None else ""


def _follows(kind: PaperKind, done: Done, mandated: str) -> bool:
    """Whether an event asks for a kind of paper: by the disposition that it approved, its own paper, or the state it led to."""
    if kind.by_mandate:
        return kind.title == mandated
    if kind.sent_with:
        return kind.sent_with == done.paper
    return bool(kind.state) and kind.state == done.state != done.from_state


def _occasion(campaign: Campaign, about: OfWarning, kind: PaperKind, place: int) -> Occasion:
    """What follows a paper's event tells whether it went out: its delivery, its transfer, or for one that goes with its event
    that the unit answered."""
    course, done = about.course, about.done
    went_out = course.machine.marks[_mark_of_sending(kind)]
    following = [one for one in course.done[place + 1 :] if one.row.event == went_out]
    is_past = bool(following)
    barred = "" if is_past else _barred(campaign, about, kind)
    matter, number = course.warning, _number_sent(kind, done, following)
    return Occasion(kind, matter.id, matter.unit, done.row.day, is_past, number, barred, about)


def _number_sent(kind: PaperKind, done: Done, following: Sequence[Done]) -> str:
    """The number with which a paper went out: that of its own event where it goes with it, else of the one that sent it."""
    if kind.sent_with:
        return done.row.number
    return following[0].row.number if following else ""


def _mark_of_sending(kind: PaperKind) -> str:
    if kind.sent_with:
        return "answered"
    return "transferred" if kind.state else "delivered"


def _barred(campaign: Campaign, about: OfWarning, kind: PaperKind) -> str:
    """Why a disposition's paper must not be made: it is not ours to give."""
    if not kind.by_mandate:
        return ""
    course = about.course
    rows = [done.row for done in course.done]
    faults = mandate_faults(course, rows, (campaign.config.bureau,))
    codes = {fault.code for fault in faults if fault.at == about.done.row.at}
    mandate = course.machine.mandate(about.done.disposition, course.warning.target_kind)
    return mandate.note if mandate is not None and "not_ours_to_admonish" in codes else ""


def _of_nil_returns(campaign: Campaign, standing: Standing) -> Iterator[Occasion]:
    kinds = kinds_on("nil_revoked")
    for kind in kinds:
        for form, one in nil_returns_of(campaign, standing).revoked:
            if one.overturn is not None:
                on = one.overturn.settled
                # The unit is not told of the warning: nothing of it stands on the paper, nor in its name.
                yield Occasion(kind, one.unit, one.unit, on, one.is_recorded, about=OfNilReturn(form, one))


def with_number(notice: Notice, number: str, path: Path) -> Notice:
    """A paper that was made."""
    return replace(notice, state="made" if notice.state == "due" else notice.state, number=number, path=path)
