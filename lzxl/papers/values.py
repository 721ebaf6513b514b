"""What is filled into a paper: fields by the names that stand in its template."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import Standing
from lzxl.forms.load import load_form
from lzxl.papers.occasions import Occasion, OfNilReturn, OfWarning
from lzxl.papers.templates import Value, Values
from lzxl.papers.year import OfDecisions, OfResult, OfResults
from lzxl.year.course import Course, Done
from lzxl.year.events import Evidence, Limit
from lzxl.year.grades import LEADERS
from lzxl.year.ledger import ledger_book, ledger_form
from lzxl.year.registers import Entry, register_entries, register_sheet
from lzxl.year.said import day_in, evidence_in, rest_of
from lzxl.year.workdays import workday_after

SUPPLEMENT = "supplement"
"""The limit for filing after a nil return was revoked."""


@dataclass(frozen=True)
class Known:
    """What papers are filled in from, besides what each follows."""

    campaign: Campaign
    points: Mapping[str, Entry] = field(default_factory=dict)
    """The registered risk points by number, with the level that counts."""
    limits: Mapping[str, Limit] = field(default_factory=dict)

    def unit(self, code: str) -> str:
        """What a unit is called; its code if the roster has none such."""
        unit = self.campaign.units.get(code)
        return unit.name if unit is not None else code


def known_of(campaign: Campaign, standing: Standing, limits: Mapping[str, Limit]) -> Known:
    """What is known on the day of the standing. Raises BookError if a book cannot be read."""
    facts = facts_of(campaign, standing.counted, standing.as_of)
    rulings = rulings_of(campaign, facts, decisions_of(campaign), standing.as_of)
    levels = rulings.levels(facts.registered)
    points = {entry.number: entry for entry in register_entries(standing.counted, levels)}
    return Known(campaign, points, limits)


def told_day(day: datetime.date | None) -> str:
    """A day as papers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def values_of(known: Known, one: Occasion, number: str, day: datetime.date) -> Values:
    """The fields of a paper. `day`: the one that it bears."""
    config = known.campaign.config
    values: dict[str, Value] = {"机关": config.bureau, "期次": config.period, "文号": number, "日期": told_day(day)}
    # What was transferred is another organ's to tell of: the number says which matter it is, and nothing else does.
    if not one.kind.tells_content:
        return {**values, _title("number"): one.object}
    if isinstance(one.about, OfWarning):
        return {**values, **_of_warning(known, one.about)}
    if isinstance(one.about, OfNilReturn):
        return {**values, **_of_nil_return(known, one.about, day)}
    unit = known.unit(one.unit)
    if isinstance(one.about, OfDecisions):
        about = one.about
        return {
            **values,
            "单位": unit,
            "认定日": told_day(about.day),
            "会议": about.meeting or LEADERS,
            "各项": about.rows,
        }
    if isinstance(one.about, OfResult):
        return {**values, **one.about.texts, "单位": unit, "各项": [one.about.row]}
    if isinstance(one.about, OfResults):
        return {**values, **one.about.texts, "各单位": one.about.rows}
    return values


def _of_warning(known: Known, about: OfWarning) -> dict[str, str]:
    course, entry = about.course, about.entry
    matter, book = course.warning, ledger_book(load_form(ledger_form()))
    assert book is not None
    unit = known.unit(matter.unit)
    is_person = course.machine.is_person(matter.target_kind)
    target = matter.target or unit
    # A section by itself says nothing on a paper; one that shares its name with the unit would say that twice.
    section = target if target in unit or unit in target else f"{unit}{target}"
    return {
        _title("number"): matter.id,
        "对象": target,
        "称呼": f"{target}同志" if is_person else section,
        "单位": unit,
        _title("duty"): _said(entry.table.get(book.ledger.duty, entry.index)),
        _title("collected_on"): told_day(matter.collected_on),
        _title("text"): _said(entry.table.get(book.ledger.text, entry.index)),
        **_of_point(known, matter.risk_id),
        **_of_verification(course, about.done),
        **_of_disposition(course, about.done),
        **_of_rework(course, about.done),
        **_of_event(course, about.done),
    }


def _title(part: str) -> str:
    """What a part of the ledger is called there: its field of a paper is called alike."""
    book = ledger_book(load_form(ledger_form()))
    assert book is not None
    return book.warnings.by_name[getattr(book.ledger, part)].title


def _said(value: object) -> str:
    """A text as it stands within a sentence."""
    # Clerks end a cell with a full stop: within the paper's sentence there would be two.
    return str(value or "").strip(" 　。；;\n")


def _of_point(known: Known, number: str) -> dict[str, str]:
    """The linked risk point, under the titles of the register; all of it "" if none is registered under the number."""
    _, sheet = register_sheet()
    level = next(entry.title for entry in sheet.fields if entry.computed == "level")
    point = known.points.get(number)
    told = (number, _said(point.headline), point.level) if point is not None else ("", "", "")
    return dict(zip((sheet.by_name[sheet.key].title, sheet.title, level), told, strict=True))


def _of_verification(course: Course, done: Done) -> dict[str, str]:
    """What the last verification before an event found."""
    before = [one for one in course.marked("verified") if one.row.at == done.row.at or _precedes(course, one, done)]
    if not before:
        return dict.fromkeys(("核实结论", "核实日期", "程度", "成因"), "")
    last = before[-1]
    result = course.machine.events[course.machine.marks["verified"]].result(last.said.result)
    return {
        "核实结论": result.word if result is not None else "",
        "核实日期": told_day(last.row.day),
        "程度": last.said.degree,
        "成因": last.said.cause,
    }


def _precedes(course: Course, one: Done, other: Done) -> bool:
    return course.done.index(one) < course.done.index(other)


def _of_disposition(course: Course, done: Done) -> dict[str, str]:
    """Who approved what, and until when it is answered."""
    machine = course.machine
    role = machine.role_of(done.disposition)
    limit = next((one for one in machine.limits.values() if one.disposition == role and one.workdays), None)
    months = next((one.months for one in machine.limits.values() if one.months), 0)
    return {
        "处置": done.disposition,
        "批准人": _approved_by(done),
        "批准日期": told_day(done.row.day),
        "反馈工作日": str(limit.workdays) if limit is not None else "",
        "跟踪月数": str(months),
        **_evidences(course, done),
    }


def _evidences(course: Course, done: Done) -> dict[str, str]:
    """By its title each evidence that any mandate asks for: what the events say of it where this disposition's own asks, else ""."""
    machine = course.machine
    told = {entry.title: "" for mandate in machine.mandates for entry in mandate.evidence}
    texts = [text for one in course.done for text in (one.row.result, one.row.content)]
    own = machine.mandate(done.disposition, course.warning.target_kind)
    for entry in own.evidence if own is not None else ():
        by_approval = _approved_by(done) if entry.by == done.row.event else ""
        told[entry.title] = _evidence(entry, texts) or by_approval
    return told


def _approved_by(done: Done) -> str:
    return "、".join(done.row.handlers)


def _evidence(entry: Evidence, texts: Sequence[str]) -> str:
    """What was written down of a thing; a day as papers write it."""
    said = evidence_in(entry, texts)
    return told_day(day_in(said)) or said


def _of_rework(course: Course, done: Done) -> dict[str, str]:
    """What the inspection found that asks for the work to be done anew, and which paper went before."""
    before = course.done[: course.done.index(done)]
    numbers = filter(None, (one.row.number for one in reversed(before)))
    reworked = sum(bool(one.paper) for one in (*before, done))
    return {
        "上次文号": next(numbers, ""),
        **_of_inspection(course, done),
        "反馈期限": told_day(done.due),
        "重新整改次数": str(reworked) if reworked else "",
    }


def _of_inspection(course: Course, done: Done) -> dict[str, str]:
    """What an inspection found that a paper follows at once."""
    if not done.paper:
        return dict.fromkeys(("督查日期", "督查情况"), "")
    told = rest_of(course.machine, course.machine.events[done.row.event], done.row.result)
    return {"督查日期": told_day(done.row.day), "督查情况": told or _said(done.row.content)}


def _of_event(course: Course, done: Done) -> dict[str, str]:
    """The event that the paper follows: when, by whom, by which letter; and when the matter had been transferred, if it was."""
    transferred = course.marked("transferred")
    return {
        "办理日期": told_day(done.row.day),
        "结论出自": _approved_by(done),
        "来文文号": done.row.number,
        "移送日期": told_day(transferred[-1].row.day) if transferred else "",
    }


def _of_nil_return(known: Known, about: OfNilReturn, day: datetime.date) -> dict[str, str]:
    one = about.nil_return
    # From the day on the paper: that is when the unit is told that its register is owed.
    due = workday_after(day, known.limits[SUPPLEMENT].workdays, known.campaign.config.mail.calendar)
    return {
        "单位": known.unit(one.unit),
        "表名": load_form(about.form).title,
        "报送日期": told_day(one.filed.on),
        "补报期限": told_day(due),
    }
