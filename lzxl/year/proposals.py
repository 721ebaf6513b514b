"""Deductions that the year's records prove, each with its line of evidence (考核评责): proposed, never decided by the program.

Facts are handed in; what a fact takes off which item, the scheme says (`proposals` in schemas/appraisal.yaml).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lzxl.forms.appraisal import AppraisalScheme
from lzxl.year.course import Course


@dataclass(frozen=True)
class Feedback:
    """A unit's answer to a warning in one round. `on` None: it is still owed."""

    round: int
    due: datetime.date
    on: datetime.date | None
    late_workdays: int


@dataclass(frozen=True)
class WarningFacts:
    """What the ledger knows of a warning that an appraisal looks at."""

    number: str
    unit: str
    feedbacks: tuple[Feedback, ...] = ()
    rework: int = 0


def warning_facts(course: Course) -> WarningFacts:
    """What a warning's course tells: each answer with its limit, and one that is still owed after it."""
    answers = [
        Feedback(done.round, done.met_due, done.row.day, course.delay(done))
        for done in course.marked("answered")
        if done.met_due is not None
    ]
    answers += _still_owed(course)
    return WarningFacts(course.warning.id, course.warning.unit, tuple(answers), course.standing.rework)


def _still_owed(course: Course) -> list[Feedback]:
    """The answer of a unit whose limit is past."""
    state = course.machine.states[course.standing.state]
    if not state.unit_acts or course.due is None or not course.overdue_workdays:
        return []
    return [Feedback(course.standing.round, course.due, None, course.overdue_workdays)]


@dataclass(frozen=True)
class Filed:
    """How a unit filed one form."""

    unit: str
    form: str
    """Its title."""
    deadline: datetime.date | None
    first: datetime.date | None
    """The day on which it first came in."""
    is_late: bool
    again: int
    """How often it was filed anew, after it was given back or of the unit's own accord."""


@dataclass(frozen=True)
class Reports:
    """Reports of a unit's people that were due, by who owes them: section heads, or party members."""

    unit: str
    of_heads: bool
    due: int
    filed: int
    late: int = 0


@dataclass(frozen=True)
class Record:
    """All facts of a year that something may be taken off for."""

    warnings: tuple[WarningFacts, ...] = ()
    filed: tuple[Filed, ...] = ()
    reports: tuple[Reports, ...] = ()
    uncovered_posts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Unit → key posts of the roster without a risk point."""
    not_publicised: tuple[str, ...] = ()
    """Units whose risk points were not publicised, where the office keeps a record of that."""
    nil_overturned: Mapping[str, str] = field(default_factory=dict)
    """Unit → the warning that its nil return was overturned by."""


@dataclass(frozen=True)
class Proposal:
    """A deduction with its evidence; 0 points: only the fact is listed."""

    unit: str
    item: str
    points: Decimal
    evidence: str


def propose(scheme: AppraisalScheme, record: Record) -> list[Proposal]:
    """Every deduction that the records prove, in the order of units' facts; kinds without a tariff are left out."""
    found = []
    for kind, unit, times, evidence in _facts(record):
        tariff = scheme.proposals.get(kind)
        if tariff is not None and times:
            found.append(Proposal(unit, tariff.item, tariff.points * times, evidence))
    return found


_Fact = tuple[str, str, int, str]
"""Kind, unit, how often, and the line of evidence."""


def _facts(record: Record) -> Iterator[_Fact]:
    for warning in record.warnings:
        yield from _of_warning(warning)
    for filed in record.filed:
        yield from _of_filing(filed)
    for reports in record.reports:
        yield from _of_reports(reports)
    for unit, posts in record.uncovered_posts.items():
        yield "key_post_uncovered", unit, len(posts), f"重点岗位未登记风险点：{'、'.join(posts)}"
    for unit in record.not_publicised:
        yield "not_publicised", unit, 1, "工作记录中未见本单位风险点和防控措施的公示"
    for unit, number in record.nil_overturned.items():
        yield "nil_overturned", unit, 1, f"零报告之后有属实预警 {number}"


def _of_warning(warning: WarningFacts) -> Iterator[_Fact]:
    for one in warning.feedbacks:
        if one.late_workdays > 0:
            done = f"实为{one.on}" if one.on is not None else "尚未反馈"
            line = f"{warning.number} 第{one.round}轮反馈应于{one.due}，{done}，逾期{one.late_workdays}个工作日"
            yield "late_feedback", warning.unit, 1, line
    if warning.rework:
        yield "rework", warning.unit, warning.rework, f"{warning.number} 重新整改{warning.rework}次"


def _of_filing(filed: Filed) -> Iterator[_Fact]:
    if filed.is_late:
        yield "filed_late", filed.unit, 1, f"《{filed.form}》应于{filed.deadline}前报送，{filed.first}收到"
    if filed.again > 0:
        yield "filed_again", filed.unit, filed.again, f"《{filed.form}》先后报送{filed.again + 1}版"


def _of_reports(reports: Reports) -> Iterator[_Fact]:
    lacking = max(0, reports.due - reports.filed)
    line = f"应交{reports.due}人（名册），实交{reports.filed}人，缺{lacking}人"
    if reports.of_heads:
        yield "head_report_missing", reports.unit, lacking, line
        yield "head_report_late", reports.unit, reports.late, f"中层以上干部报告迟交{reports.late}份"
    else:
        yield "member_report_missing", reports.unit, lacking, line


def by_item(proposals: Iterable[Proposal]) -> dict[tuple[str, str], tuple[Decimal, str]]:
    """(unit, item) → what is proposed to be taken off in all, and the lines of evidence."""
    points: dict[tuple[str, str], Decimal] = {}
    lines: dict[tuple[str, str], list[str]] = {}
    for one in proposals:
        key = one.unit, one.item
        points[key] = points.get(key, Decimal(0)) + one.points
        lines.setdefault(key, []).append(one.evidence)
    return {key: (points[key], "\n".join(lines[key])) for key in points}
