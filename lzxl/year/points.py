"""Risk points and proved warnings, as decisions and appraisals need them, from what units filed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.submission import Submission, Table
from lzxl.year.decisions import Point, ProvedWarning


def _tables(submissions: Iterable[Submission]) -> Iterator[tuple[Submission, Sheet, Table]]:
    for submission in submissions:
        form = load_form(submission.form, submission.scheme)
        yield from ((submission, form.by_name[table.name], table) for table in submission.tables)


def risk_points(submissions: Iterable[Submission], grading: GradingTable) -> Iterator[Point]:
    """Every risk point with a number, as it is judged in what counts of the registers; one that is not judged has no level."""
    for submission, sheet, table in _tables(submissions):
        numbered, graded = sheet.rules.numbered, sheet.rules.graded
        if numbered is None or graded is None:
            continue
        for index in range(len(table.rows)):
            number = table.get(numbered.number, index)
            words = str(table.get(graded.likelihood, index) or ""), str(table.get(graded.severity, index) or "")
            grade = grading.grade(*words)
            if number and grade is not None:
                yield Point(str(number), submission.unit_code, *words, grade.level, grade.open)


def proved_warnings(submissions: Iterable[Submission]) -> Iterator[ProvedWarning]:
    """Every warning that was verified as true and names a risk point."""
    for _, sheet, table in _tables(submissions):
        course = sheet.rules.course
        if course is None or not sheet.key:
            continue
        verification = sheet.by_name[course.verification].vocabulary
        proved = verification.in_role("proved") if verification is not None else ()
        links = [entry.name for entry in sheet.inputs if _names_a_risk_point(entry.references)]
        for index in range(len(table.rows)):
            if table.get(course.verification, index) in proved:
                for name in links:
                    if point := table.get(name, index):
                        yield ProvedWarning(str(table.get(sheet.key, index) or ""), str(point))


def _names_a_risk_point(reference: str) -> bool:
    """Whether a field refers to rows of another form that are graded."""
    form_id, _, rest = reference.partition(".")
    sheet_name = rest.partition(".")[0]
    if not sheet_name or rest.count(".") != 1:
        return False
    sheet = load_form(form_id).by_name.get(sheet_name)
    return sheet is not None and sheet.rules.graded is not None
