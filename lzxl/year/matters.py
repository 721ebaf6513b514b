"""What waits for the leading group: open levels, nil returns, explanations, grades and dispositions (认定).

Each open matter becomes one row of 认定, once: an object whose row still waits for its meeting is not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lzxl.year.course import Course
from lzxl.year.decided import DecisionRows
from lzxl.year.decisions import Fault, Point, Rulings
from lzxl.year.grades import Evaluation

_JUDGED = frozenset({"risk_point", "grade", "nil_return"})
"""Kinds of objects whose matters are those for which no decision holds."""


@dataclass(frozen=True)
class Matter:
    """One open matter. `role`: of the word that says what kind of object it is (`Decided.object`)."""

    role: str
    subject: str
    """What names the object: a number, or a unit's code."""
    unit: str
    text: str
    """What is to be decided, for people."""
    likelihood: str = ""
    severity: str = ""
    computed: str = ""
    """What follows by the rules until it is decided."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The object with the state that it is in: the same matter has the same."""
        return self.role, self.subject, self.likelihood, self.severity


def open_levels(rulings: Rulings) -> list[Matter]:
    """Risk points of open cells, and those whose decision is stale."""
    stale = {fault.facts["point"]: fault for fault in rulings.faults if fault.code == "decision_stale"}
    return [_level(point, stale.get(point.number)) for point in rulings.undecided]


def _level(point: Point, stale: Fault | None) -> Matter:
    if stale is not None:
        text = f"认定时为{stale.facts['then']}，现为{point.cell}，原认定不再适用，按计算等级{point.level}计"
    else:
        text = f"{point.cell}，规则未明示，暂按{point.level}计"
    return Matter("risk_point", point.number, point.unit, text, point.likelihood, point.severity, point.level)


def open_grades(evaluation: Evaluation, best: str) -> list[Matter]:
    """Units that are equal at the edge of the quota."""
    return [
        Matter("grade", one.unit, one.unit, f"考核结果{one.result}分，{'；'.join(one.why)}", computed=best)
        for one in evaluation.outcomes
        if one.unit in evaluation.to_decide
    ]


def open_dispositions(courses: Iterable[Course]) -> list[Matter]:
    """Warnings whose next step is the leaders': a disposition that is proposed, or one that is to be a graver one."""
    found = []
    for course in courses:
        if course.waits_for_leaders:
            spoken, warning = course.standing.disposition, course.warning
            found.append(Matter("disposition", warning.id, warning.unit, _told(course), computed=spoken))
    return found


def _told(course: Course) -> str:
    """The state of a warning, with what is proposed for it and what was given before."""
    spoken = course.standing.disposition
    proposed = f"，建议{spoken}" if spoken and not course.standing.approved else ""
    given = f"，已给予{course.final_disposition}" if course.final_disposition else ""
    return f"{course.state}{proposed}{given}"


def undecided(matters: Iterable[Matter], decisions: DecisionRows) -> list[Matter]:
    """Those that no decision answers yet. What is judged by its decision is open only as long as none holds; of the others any
    row answers."""
    answered = {
        (row.role, row.decision.subject) for row in decisions.rows if row.decision.is_made and row.role not in _JUDGED
    }
    return [one for one in matters if (one.role, one.subject) not in answered]


def unwritten(matters: Sequence[Matter], decisions: DecisionRows) -> list[Matter]:
    """Those that have no row yet which waits for the meeting."""
    waiting = {
        (row.role, row.decision.subject, row.decision.likelihood, row.decision.severity)
        for row in decisions.rows
        if not row.decision.is_made
    }
    return [one for one in matters if one.key not in waiting]
