"""Whether a disposition was given by whom may give it: by 干部管理权限, with what has to be written down for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lzxl.year.course import Course, Done, EventRow, Fault
from lzxl.year.events import Mandate
from lzxl.year.said import is_above, missing_evidence


def mandate_faults(course: Course, rows: Sequence[EventRow], bureau: Iterable[str] = ()) -> list[Fault]:
    """What is wrong with the approvals of a warning's dispositions. `rows`: its rows; `bureau`: what the bureau is called."""
    faults: list[Fault] = []
    for done in course.marked("approved"):
        faults += _of_approval(course, done, rows, tuple(bureau))
    return faults


def _of_approval(course: Course, done: Done, rows: Sequence[EventRow], bureau: tuple[str, ...]) -> list[Fault]:
    machine, warning = course.machine, course.warning
    disposition = done.disposition
    if done.state not in _approved_states(course) or not disposition:
        return []
    mandate = machine.mandate(disposition, warning.target_kind)
    if mandate is None:
        return [Fault("order_for_person", done.row.at, "result", {"disposition": disposition})]
    if mandate.above and is_above(warning.authority, mandate.above, bureau):
        return [Fault("not_ours_to_admonish", done.row.at, "result", {"authority": warning.authority})]
    return _evidence(course, mandate, done, rows)


def _approved_states(course: Course) -> set[str]:
    """The states that an approval leads to."""
    event = course.machine.events[course.machine.marks["approved"]]
    return {step.to for step in event.steps if step.round == "this"}


def _evidence(course: Course, mandate: Mandate, done: Done, rows: Sequence[EventRow]) -> list[Fault]:
    come = {other.row.event for other in course.done}
    texts = [text for row in rows for text in (row.result, row.content)]
    missing = missing_evidence((entry for entry in mandate.evidence if entry.by in come), texts)
    return [Fault("admonition_without_authority", done.row.at, "content", {"missing": missing})] if missing else []
