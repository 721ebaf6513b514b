"""Risk points and proved warnings, as decisions and appraisals need them, from what units filed and from the office's ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.submission import Submission, Table
from lzxl.year.cancelled import without_cancelled
from lzxl.year.course import Course
from lzxl.year.decisions import Point, ProvedWarning


def _tables(submissions: Iterable[Submission]) -> Iterator[tuple[Submission, Sheet, Table]]:
    for submission in map(without_cancelled, submissions):
        form = load_form(submission.form, submission.scheme)
        yield from ((submission, form.by_name[table.name], table) for table in submission.tables)


def risk_points(submissions: Iterable[Submission], grading: GradingTable) -> Iterator[Point]:
    """Every risk point with a number, as it is judged in what counts of the registers; one that is not judged has no level."""
    for submission, sheet, table in _tables(submissions):
        numbered, graded = sheet.rules.numbered, sheet.rules.graded
        if numbered is None or graded is None:
            continue
        for index, number in table.filled(numbered.number):
            words = str(table.get(graded.likelihood, index) or ""), str(table.get(graded.severity, index) or "")
            grade = grading.grade(*words)
            if number and grade is not None:
                yield Point(str(number), submission.unit_code, *words, grade.level, grade.open)


def proved_warnings(courses: Iterable[Course]) -> Iterator[ProvedWarning]:
    """Every warning of the office's ledger that was verified as true, wholly or in part, and names a risk point."""
    for course in courses:
        if course.is_proved and course.warning.risk_id:
            yield ProvedWarning(course.warning.id, course.warning.risk_id)
