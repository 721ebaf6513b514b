"""Risk points and proved warnings, as decisions and appraisals need them, from what units filed and from the office's ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lzxl.forms.grading import GradingTable
from lzxl.forms.rules import Graded, Numbered
from lzxl.submission import Submission, Table
from lzxl.year.cancelled import without_cancelled
from lzxl.year.course import Course
from lzxl.year.decisions import Point, ProvedWarning


def risk_points(submissions: Iterable[Submission], grading: GradingTable) -> Iterator[Point]:
    """Every risk point with a number, as it is judged in what counts of the registers; one that is not judged is left out."""
    for submission in map(without_cancelled, submissions):
        for table, numbered, graded in _registers(submission):
            for index, number in table.filled(numbered.number):
                words = table.text(graded.likelihood, index), table.text(graded.severity, index)
                grade = grading.grade(*words)
                if grade is not None:
                    yield Point(str(number), submission.unit_code, *words, grade.level, grade.open)


def _registers(submission: Submission) -> Iterator[tuple[Table, Numbered, Graded]]:
    """The tables whose rows are numbered and judged, with the rules for both."""
    for table, sheet, graded in submission.rules_of(Graded):
        if sheet.rules.numbered is not None:
            yield table, sheet.rules.numbered, graded


def proved_warnings(courses: Iterable[Course]) -> Iterator[ProvedWarning]:
    """Every warning of the office's ledger that was verified as true, wholly or in part, and names a risk point."""
    for course in courses:
        if course.is_proved and course.warning.risk_id:
            yield ProvedWarning(course.warning.id, course.warning.risk_id)
