"""People in the course of a year: who has filed the self-check that is due, and what follows from each move (第七条、第八条(三)).

Made from the roster's people and the accepted submissions; nothing is known of a unit whose people the roster does not name.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.forms.people import People, Person
from lzxl.forms.persons import names_of
from lzxl.forms.roster import ROSTER_FORM, Unit
from lzxl.forms.rules_of_people import Charged, Roll
from lzxl.forms.staff import has_left, heads_on
from lzxl.forms.terms import is_done
from lzxl.submission import Submission, Table
from lzxl.year.workdays import Calendar, workday_after

_ONE = datetime.timedelta(days=1)

Kind = Literal["handover", "self_check", "pledge", "signature", "roster"]


@dataclass(frozen=True)
class SelfChecks:
    """The self-checks of a unit on a day, by the names of its people."""

    unit: str
    due: tuple[str, ...]
    missing: tuple[str, ...]
    """Those of `due` of whom no accepted form has one."""
    waiting: tuple[tuple[str, datetime.date], ...] = ()
    """Who came lately and need not have filed it yet, each with the last day for it; not among `due`."""

    @property
    def filed(self) -> int:
        return len(self.due) - len(self.missing)

    @property
    def rate(self) -> float | None:
        """The share of those due who have filed it; None where nobody is due."""
        return self.filed / len(self.due) if self.due else None


@dataclass(frozen=True)
class Follow:
    """One thing that follows from a move."""

    kind: Kind
    person: Person
    """In the place that was left, or, for one who only came, in that come to."""
    now: Person | None
    """In the place come to; None if the person is nowhere then."""
    unit: str
    """The unit that has to see to it."""
    text: str
    subject: str = ""
    """The number of the row that it is about."""
    due: datetime.date | None = None
    is_done: bool | None = None
    """Whether it is done; None: no form tells."""


@dataclass(frozen=True)
class Records:
    """What moves are judged by: the roster, what was accepted, and the day."""

    units: Mapping[str, Unit]
    people: People
    submissions: Sequence[Submission]
    day: datetime.date
    calendar: Calendar

    def filed_in(self, unit: str) -> frozenset[str]:
        """Who has a self-check in the unit's accepted forms, as names are compared."""
        filed: set[str] = set()
        for table, sheet in self.tables_of(unit):
            if sheet.rules.roll is not None:
                for _, text in table.filled(sheet.rules.roll.person):
                    filed |= names_of(str(text))
        return frozenset(filed)

    def tables_of(self, unit: str) -> Iterator[tuple[Table, Sheet]]:
        """The tables of a unit's accepted forms, each with what its form says of it."""
        for submission in self.submissions:
            if submission.unit_code == unit:
                form = load_form(submission.form, submission.scheme)
                yield from ((table, form.by_name[table.name]) for table in submission.tables)

    def last_day_for(self, arrival: Person) -> datetime.date | None:
        """Until when somebody who came files the self-check; None if he was always there."""
        roll = _roll()
        if roll is None or arrival.since is None:
            return None
        return workday_after(arrival.since, roll.workdays, self.calendar)


def _roll() -> Roll | None:
    """The rule of the sheet that has a row for each of a unit's people."""
    sheets = (sheet for form_id in unit_form_ids() for sheet in load_form(form_id).tables)
    return next(filter(None, (sheet.rules.roll for sheet in sheets)), None)


# Self-checks


def self_checks(records: Records) -> tuple[SelfChecks, ...]:
    """The self-checks of each unit whose people the roster names, in the roster's order; none if nobody has to file any."""
    if not records.people or _roll() is None:
        return ()
    return tuple(_self_checks(records, code) for code in records.units if records.people.of_unit(code))


def _self_checks(records: Records, code: str) -> SelfChecks:
    filed = records.filed_in(code)
    due, missing, waiting = list[str](), list[str](), dict[str, datetime.date]()
    for person in records.people.of_unit(code, records.day):
        last = records.last_day_for(person)
        if names_of(person.name) <= filed:
            due.append(person.name)
        elif last is not None and last >= records.day:
            waiting[person.name] = last
        else:
            due.append(person.name)
            missing.append(person.name)
    return SelfChecks(code, tuple(dict.fromkeys(due)), tuple(dict.fromkeys(missing)), tuple(waiting.items()))


# What follows from a move


def follows(records: Records, first: datetime.date, last: datetime.date) -> tuple[Follow, ...]:
    """All that follows from the moves of the days from `first` to `last`, in the roster's order of people."""
    moves = list(records.people.moves(first, last))
    came = [(left, now) for left, now in moves if now is not None]
    came += _newcomers(records.people, {id(now) for _, now in came}, first, last)
    found: list[Follow] = []
    for left, now in moves:
        found += _of_leaving(records, left, now)
    for left, now in came:
        found += _of_coming(records, left, now)
    # By identity: people are values, and two rows of the roster may say the same.
    position = {id(person): number for number, person in enumerate(records.people.persons)}
    return tuple(sorted(found, key=lambda follow: position[id(follow.person)]))


def _newcomers(
    people: People, arrived: Collection[int], first: datetime.date, last: datetime.date
) -> Iterator[tuple[Person, Person]]:
    """Whoever came in the days from `first` to `last` and left no other place for it, in both places of a move."""
    for person in people.persons:
        if person.since is not None and first <= person.since <= last and id(person) not in arrived:
            yield person, person


def _of_leaving(records: Records, left: Person, now: Person | None) -> Iterator[Follow]:
    """What the unit that was left has to see to; nothing comes of another post of the same unit."""
    if now is not None and now.unit == left.unit:
        return
    yield from _handed_over(records, left, now)
    unit, until = records.units.get(left.unit), left.until
    if unit is not None and until is not None:
        if left.is_middle or _is(unit.head, left):
            yield _signature(records, unit, left, now, until)
        yield from _roster_slips(records, left, now)


def _handed_over(records: Records, left: Person, now: Person | None) -> Iterator[Follow]:
    """The rows that somebody else is to answer for now."""
    for sheet, number, limit in _rows_of(records, left):
        told = f"（期限{limit}）" if limit is not None else ""
        text = f"“{sheet.title}”{number}{told}仍由{left.name}负责，请改为接手的人后重新报送"
        yield Follow("handover", left, now, left.unit, text, number, is_done=False)


def _signature(records: Records, unit: Unit, left: Person, now: Person | None, until: datetime.date) -> Follow:
    """Who signs for the unit from the day after on."""
    heads = [name for name in heads_on(unit, records.people, until + _ONE) if names_of(name) != names_of(left.name)]
    who = f"由{'、'.join(heads)}签字" if heads else "未登记可以签字的负责人，请在名册里补上"
    text = f"自{until + _ONE}起{unit.name}{who}；{left.name}此前签的仍然有效"
    return Follow("signature", left, now, unit.code, text, is_done=bool(heads))


def _roster_slips(records: Records, left: Person, now: Person | None) -> Iterator[Follow]:
    """Where the roster's list of units still names somebody who has left."""
    titles = {entry.name: entry.title for entry in load_form(ROSTER_FORM).main_sheet.fields}
    for unit in records.units.values():
        for name in _still_named(records, unit, left):
            text = f"名册里{unit.name}的“{titles[name]}”仍是{left.name}，请改为现任"
            yield Follow("roster", left, now, unit.code, text, is_done=False)


def _still_named(records: Records, unit: Unit, left: Person) -> Iterator[str]:
    """The fields of a unit in which the roster names somebody who left it, or a leader who serves nowhere."""
    for name in ("head", "liaison") if unit.code == left.unit else ():
        if _is(getattr(unit, name), left) and has_left(unit, records.people, left.name, records.day):
            yield name
    if _is(unit.leader, left) and not records.people.units_of(unit.leader, records.day):
        yield "leader"


def _is(name: str, person: Person) -> bool:
    return bool(name) and names_of(name) == names_of(person.name)


def _rows_of(records: Records, left: Person) -> Iterator[tuple[Sheet, str, datetime.date | None]]:
    """(sheet, number, day) of the rows that somebody who left still answers for; of what was to be done by then, none."""
    for table, sheet in records.tables_of(left.unit):
        charged = sheet.rules.charged
        for index in _rows_naming(left, table, _answering(sheet)):
            if charged is None:
                yield sheet, _named(sheet, table, index), None
            elif not _is_over(sheet, charged, table, index, left.until):
                yield sheet, _named(sheet, table, index), table.day(charged.until, index)


def _answering(sheet: Sheet) -> str:
    """The field that says who answers for a row; "" if the sheet has none."""
    if sheet.rules.charged is not None:
        return sheet.rules.charged.persons
    return sheet.rules.staffed.holders if sheet.rules.staffed is not None else ""


def _rows_naming(person: Person, table: Table, name: str) -> Iterator[int]:
    return (index for index, text in table.filled(name) if names_of(person.name) & names_of(str(text)))


def _is_over(sheet: Sheet, rule: Charged, table: Table, index: int, until: datetime.date | None) -> bool:
    """Whether a row was to be done by the day on which somebody left, or is done."""
    limit = table.day(rule.until, index)
    was_due = limit is not None and until is not None and limit <= until
    return was_due or is_done(sheet, rule.progress, table.get(rule.progress, index))


def _named(sheet: Sheet, table: Table, index: int) -> str:
    """A row by its number, or where it stands."""
    numbered = sheet.rules.numbered
    number = table.get(numbered.number, index) if numbered is not None else None
    return str(number or f"第{table.rows[index]}行")


def _of_coming(records: Records, left: Person, now: Person) -> Iterator[Follow]:
    """What the unit that somebody came to has to see to."""
    unit = records.units.get(now.unit)
    if unit is None or now.since is None:
        return
    due = records.last_day_for(now)
    filed = names_of(now.name) <= records.filed_in(now.unit)
    text = f"{now.name}{now.since}到{unit.name}“{now.post}”，须交新岗位的个人自查表"
    yield Follow("self_check", left, now, now.unit, text, due=due, is_done=filed)
    text = f"{now.name}须按新岗位重签承诺书"
    yield Follow("pledge", left, now, now.unit, text, due=due)
    if now.is_middle:
        text = f"自{now.since}起{now.name}可以为{unit.name}签字"
        yield Follow("signature", left, now, now.unit, text, is_done=True)


def open_follows(found: Iterable[Follow], day: datetime.date) -> list[Follow]:
    """Those that have come to be on the day and are not known to be done; what no form tells of is not among them."""
    return [follow for follow in found if follow.is_done is False and _has_come(follow, day)]


def _has_come(follow: Follow, day: datetime.date) -> bool:
    """Whether somebody has left by the day and, for a self-check, has come to the other place."""
    if (follow.person.until or datetime.date.min) >= day:
        return False
    return follow.now is None or follow.kind != "self_check" or (follow.now.since or day) <= day
