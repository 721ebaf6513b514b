"""How the faults of a course are told: what is missing, which step was taken, which are possible."""

from __future__ import annotations

from typing import Any

from lzxl.forms.findings import either
from lzxl.year.course import Fault
from lzxl.year.events import Machine
from lzxl.year.ledger import Book


def step_told(machine: Machine, fault: Fault) -> dict[str, Any]:
    """The details of a step that is not possible, or must not be, as the texts of findings say them."""
    details = dict(fault.details)
    if "event" in details:
        details["event"] = machine.events[details["event"]].title
    if "possible" in details:
        details["possible"] = either(details["possible"]) or "不必再办"
        transfer = machine.events[machine.marks["transferred"]].title
        details["why"] = f"涉嫌违纪违法的，只能{transfer}，不作处置。" if details.pop("suspected") else ""
    return details


def missing_told(machine: Machine, book: Book, fault: Fault) -> dict[str, Any]:
    """What an event's row lacks, and how it is written."""
    sheet, part = book.events, book.rows
    event = machine.events[fault.details["event"]]
    words = either([result.word for result in event.results])
    breach, degree = machine.breach_labels[0], machine.degree_labels[0]
    titles = {
        "result": (sheet.by_name[part.result].title, f"以{words}开头"),
        "breach": (f"“{breach}”", f"“{breach} {machine.answers.in_role('denied')[0]}”"),
        "degree": (f"“{degree}”", f"“{degree}”和程度"),
        "disposition": (machine.dispositions.title, either(machine.may_be_given())),
        "day": ("新的期限", "“延期至”和日期"),
        "number": (sheet.by_name[part.number].title, sheet.by_name[part.number].format),
        "content": ("情况说明", "签收人或者办理情况"),
    }
    missing, example = titles[fault.details["missing"]]
    return {"event": event.title, "missing": missing, "example": example}
