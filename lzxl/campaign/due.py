"""What is due on a day, and with whom: steps of warnings, forms that were not filed, decisions that are open, what moves bring."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lzxl.campaign.books import read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.meeting import open_matters
from lzxl.campaign.moves import follows_of, records_of
from lzxl.campaign.nil_returns import STATES, NilReturns, nil_returns_of
from lzxl.campaign.roster_found import roster_doubts
from lzxl.campaign.standing import Standing, take_stock
from lzxl.campaign.warnings import Stocktaking, keyed, stocktaking, told_unit
from lzxl.forms.load import book_with, load_form
from lzxl.forms.naming import first_few
from lzxl.states import FileState
from lzxl.year.activities import publicity_in
from lzxl.year.course import Course
from lzxl.year.moves import Follow, open_follows
from lzxl.year.workdays import said_of_years, workday_after, workdays_between


@dataclass(frozen=True)
class Due:
    """Something to be done. `workdays_left` is negative when it is overdue; None: no day is set for it."""

    kind: str
    object: str
    unit: str
    unit_title: str
    state: str
    due: datetime.date | None
    workdays_left: int | None
    who: str
    text: str

    @property
    def is_overdue(self) -> bool:
        return self.workdays_left is not None and self.workdays_left < 0

    @property
    def left(self) -> str:
        """How much time is left, as people say it."""
        if self.workdays_left is None:
            return ""
        if self.workdays_left < 0:
            return f"逾期{-self.workdays_left}个工作日"
        return f"{self.workdays_left}个工作日" if self.workdays_left else "当天到期"

    @property
    def row(self) -> list[str]:
        return [self.kind, self.object, self.unit_title, str(self.due or ""), self.left, self.who, self.text]

    @property
    def as_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "object": self.object,
            "unit": self.unit,
            "state": self.state,
            "due": self.due.isoformat() if self.due else None,
            "workdays_left": self.workdays_left,
            "who": self.who,
            "text": self.text,
        }


def due_today(campaign: Campaign, on: datetime.date) -> tuple[list[Due], list[str]]:
    """What is due on a day, overdue first, then by day; and what is to be said of the roster and of how days were counted."""
    taking = stocktaking(campaign, on)
    kinds = taking.machine.kinds
    standing = take_stock(campaign, as_of=on)
    nil_returns = nil_returns_of(campaign, standing)
    items = [
        *_of_warnings(campaign, taking),
        *_unfiled(campaign, standing, on, kinds["unfiled"]),
        *_to_supplement(campaign, taking, nil_returns),
        *_publicity(campaign, taking),
        *_undecided(campaign, taking, standing),
        *_of_moves(campaign, standing, on, kinds),
    ]
    items.sort(key=lambda item: (item.due is None, item.due or on, list(kinds.values()).index(item.kind), item.object))
    counted = ((on, item.due) for item in items if item.due is not None and item.workdays_left is not None)
    return items, [*filter(None, [roster_doubts(campaign)]), *said_of_years(counted)]


def due_data(on: datetime.date, items: Iterable[Due]) -> dict[str, Any]:
    """The JSON of `lzxl today`."""
    return keyed(version=1, date=on.isoformat(), items=[item.as_data for item in items])


def _of_warnings(campaign: Campaign, taking: Stocktaking) -> Iterable[Due]:
    for course in taking.all:
        if course.kind:
            yield _of_warning(campaign, taking, course)


def _of_warning(campaign: Campaign, taking: Stocktaking, course: Course) -> Due:
    state = taking.machine.states[course.standing.state]
    due = course.due
    left = workdays_between(taking.as_of, due, course.calendar) if due else None
    unit = course.warning.unit
    title = told_unit(campaign, unit)
    late = f"，逾期{-left}个工作日" if left is not None and left < 0 else ""
    text = (
        f"{course.state}{late}；催办{title}{state.todo}"
        if state.unit_acts and late
        else f"{course.state}{late}；{state.todo}"
    )
    who = _who(campaign, course)
    if course.warning.present_unit and _has_paper(course):
        now = course.warning.present_unit
        text += f"；对象现在{told_unit(campaign, now)}，文书送{_unit_people(campaign, now)}"
    return Due(taking.machine.kinds[course.kind], course.warning.id, unit, title, course.state, due, left, who, text)


def _has_paper(course: Course) -> bool:
    """Whether the next step is with whom the paper goes to: it is to be delivered, or was and is to be answered."""
    machine, state = course.machine, course.standing.state
    delivered = machine.events[machine.marks["delivered"]]
    return machine.states[state].unit_acts or delivered.starts_from(state)


def _unit_people(campaign: Campaign, code: str) -> str:
    """Whom to call of a unit: its head and its liaison."""
    unit = campaign.units.get(code)
    if unit is None:
        return code
    return f"{unit.name}：" + "、".join(dict.fromkeys(filter(None, (unit.head, unit.liaison))))


def _who(campaign: Campaign, course: Course) -> str:
    """Whom to call: the unit whose turn it is, the leaders, or who of the office handled it last."""
    machine, state = course.machine, course.standing.state
    if machine.states[state].unit_acts:
        return _unit_people(campaign, course.warning.present_unit or course.warning.unit)
    if course.waits_for_leaders:
        return machine.actors["leaders"]
    return "、".join(_last_handlers(course)) or machine.actors["office"]


def _last_handlers(course: Course) -> tuple[str, ...]:
    """Who of the office handled it last."""
    events = course.machine.events
    office = [done.row.handlers for done in course.done if events[done.row.event].by == "office" and done.row.handlers]
    return office[-1] if office else ()


def _undecided(campaign: Campaign, taking: Stocktaking, standing: Standing) -> Iterable[Due]:
    """What waits for the leading group; no day is set for its meeting."""
    meeting = open_matters(campaign, standing, taking.as_of)
    kind, who = taking.machine.kinds["undecided"], taking.machine.actors["leaders"]
    # A warning that waits for the leaders is there already, with its limit.
    listed = {course.warning.id for course in taking.all}
    for matter in meeting.matters:
        if matter.subject in listed:
            continue
        title = told_unit(campaign, matter.unit)
        yield Due(kind, matter.subject, matter.unit, title, meeting.words[matter.role], None, None, who, matter.text)


def _to_supplement(campaign: Campaign, taking: Stocktaking, nil_returns: NilReturns) -> Iterable[Due]:
    """Registers that units owe because their nil return was not accepted, or is contradicted by a warning."""
    kind = taking.machine.kinds["unfiled"]
    for (code, form), one in nil_returns.by_pair.items():
        if one.due is None or one.filed.supplement is not None:
            continue
        left = workdays_between(taking.as_of, one.due, campaign.config.mail.calendar)
        state = STATES[one.stage].chinese
        who = _unit_people(campaign, code)
        text = f"{state}，须补报《{load_form(form).title}》"
        if one.overturn is not None:
            text += f"（属实预警{one.overturn.warning}）"
            if not one.is_recorded:
                text += "；撤销零报告告知书未见于文号簿，期限暂从核实、移送之日起算，请发出并登记"
                who = f"{taking.machine.actors['office']}；{who}"
        yield Due(kind, load_form(form).title, code, told_unit(campaign, code), state, one.due, left, who, text)


def _publicity(campaign: Campaign, taking: Stocktaking) -> Iterable[Due]:
    """What was made public, with the day on which that ends, until it is written down what came of it."""
    kind, limit = taking.machine.kinds["publicity"], taking.machine.limits["publicity"]
    record = read_book(campaign, book_with("recorded"))
    for one in publicity_in(record, campaign.units, taking.as_of):
        if one.is_settled:
            continue
        calendar = campaign.config.mail.calendar
        due = workday_after(one.day, limit.workdays, calendar)
        left = workdays_between(taking.as_of, due, calendar)
        over = due < taking.as_of
        state = f"{limit.title}满" if over else f"{limit.title}内"
        sheet = load_form(book_with("recorded")).ruled_by("recorded")[0]
        text = f"{one.day}起公示；{'请' if over else '期满'}在“{sheet.title}”写明结果（有无意见、如何处理）"
        title = told_unit(campaign, one.unit) if one.unit else ""
        yield Due(kind, one.scope, one.unit, title, state, due, left, taking.machine.actors["office"], text)


def _unfiled(campaign: Campaign, standing: Standing, on: datetime.date, kind: str) -> Iterable[Due]:
    """Forms that units owe, whose deadline is set: that of the round, where the form has rounds."""
    for filing in standing.filings:
        if filing.state != FileState.MISSING or filing.deadline is None:
            continue
        unit = filing.unit
        yield Due(
            kind,
            filing.title,
            unit.code,
            f"{unit.code} {unit.name}",
            FileState.MISSING.chinese,
            filing.deadline,
            workdays_between(on, filing.deadline, campaign.config.mail.calendar),
            _unit_people(campaign, unit.code),
            f"《{filing.title}》未报",
        )


# Of what is listed in a sentence, so many are named.
_MOST_NAMED = 8


def _of_moves(campaign: Campaign, standing: Standing, on: datetime.date, kinds: Mapping[str, str]) -> Iterable[Due]:
    """What has to be handed over where somebody left, and the self-checks of who came."""
    found = open_follows(follows_of(campaign, records_of(campaign, standing)), on)
    rows: dict[tuple[str, str], list[Follow]] = {}
    for follow in found:
        if follow.kind == "handover":
            rows.setdefault((follow.person.name, follow.unit), []).append(follow)
        elif follow.kind == "self_check":
            yield _of_move(campaign, follow, on, kinds["self_check"], follow.text + "，并重签承诺书")
        else:
            yield _of_move(campaign, follow, on, kinds["handover"], follow.text)
    for (name, _), same in rows.items():
        numbers = first_few([follow.subject for follow in same], _MOST_NAMED)
        text = f"{name}{same[0].person.until}离岗，还有{len(same)}行由其负责：{numbers}；请改为接手的人后重新报送"
        yield _of_move(campaign, same[0], on, kinds["handover"], text)


def _of_move(campaign: Campaign, follow: Follow, on: datetime.date, kind: str, text: str) -> Due:
    left = workdays_between(on, follow.due, campaign.config.mail.calendar) if follow.due else None
    who = _unit_people(campaign, follow.unit)
    title = told_unit(campaign, follow.unit)
    return Due(kind, follow.person.name, follow.unit, title, "待办", follow.due, left, who, text)
