"""Feedback after its limit, or none though the limit is past: the row says why (第八条(二)1)."""

from __future__ import annotations

import datetime

from lzxl.checks.context import Context
from lzxl.checks.dates import last_known_day
from lzxl.checks.report import Report
from lzxl.checks.warnings import likely_row
from lzxl.forms.rules import Course
from lzxl.submission import Table


def check_feedback(report: Report, context: Context) -> None:
    """Findings `feedback_late` and `feedback_overdue`, at the remark that should give the reason."""
    filed = last_known_day(report, context)
    for table in report.submission.tables:
        course = report.form.by_name[table.name].rules.course
        if course is None:
            continue
        for index, due in table.filled(course.feedback_due):
            if isinstance(due, datetime.date) and not _is_explained(table, course, index):
                _check_row(report, table, course, index, due, filed)


def _is_explained(table: Table, course: Course, index: int) -> bool:
    return table.get(course.remark, index) is not None or table.is_broken(course.remark, index)


def _check_row(
    report: Report, table: Table, course: Course, index: int, due: datetime.date, filed: datetime.date | None
) -> None:
    answered = table.get(course.feedback_on, index)
    until = answered or _waited_until(table, course, index, filed)
    if until is None or until <= due or not _is_owed(report, table, course, index):
        return
    code = "feedback_overdue" if answered is None else "feedback_late"
    place = course.remark if course.remark in table.columns else course.feedback_due
    told = {"due": due.isoformat(), "until": until.isoformat(), **_titles(report, table, course)}
    report.cell(code, table, place, index, value="", **told)


def _titles(report: Report, table: Table, course: Course) -> dict[str, str]:
    """What the columns are called that the message speaks of."""
    named = {
        "limit": course.feedback_due,
        "answer": course.feedback_on,
        "explained": course.remark,
        "stage": course.state,
    }
    return {key: report.field(table, name).title for key, name in named.items()}


def _waited_until(table: Table, course: Course, index: int, filed: datetime.date | None) -> datetime.date | None:
    """The day until which there was no feedback; None where its day is unreadable, or asked for since there was some."""
    is_given = table.is_broken(course.feedback_on, index) or table.get(course.supervision, index) is not None
    return None if is_given else filed


def _is_owed(report: Report, table: Table, course: Course, index: int) -> bool:
    """Whether the warning was disposed of, as the rest of its row tells: a limit that is to be cleared binds nobody."""
    return not any(
        fault.code == "not_expected" and fault.name == course.feedback_due
        for fault in likely_row(report, table, index).faults
    )
