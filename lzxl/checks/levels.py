"""The level is computed, never typed: a typed one is compared (第八条(一)1, 分级)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.grading import Grade
from lzxl.forms.model import Vocabulary
from lzxl.submission import Table


def check_levels(report: Report, context: Context) -> None:
    """Findings `level_mismatch` and `level_impossible` wherever a level was typed."""
    for table in report.submission.tables:
        sheet = report.form.by_name[table.name]
        if "level" not in sheet.by_name or "level" not in table.columns:
            continue
        formulas = table.formulas.get("level", set())
        for index, level in enumerate(table.values["level"]):
            if level is not None and index not in formulas and level in context.grading.level.allowed:
                _compare(report, context, table, index, level)


def _compare(report: Report, context: Context, table: Table, index: int, level: str) -> None:
    likelihood = _word(context.grading.likelihood, table.get("likelihood", index))
    severity = _word(context.grading.severity, table.get("severity", index))
    if likelihood and severity:
        grade = context.grading.grade(likelihood, severity)
        assert grade is not None
        if grade.level != level:
            report.cell(
                "level_mismatch",
                table,
                "level",
                index,
                chosen=f"发生可能性“{likelihood}”、后果程度“{severity}”",
                expected=grade.level,
                grade_basis=grade.basis,
            )
    elif not _fitting(context, level, likelihood, severity):
        # One of the two is missing: whatever is chosen for it must be able to give the typed level.
        known = f"发生可能性为“{likelihood}”" if likelihood else f"后果程度为“{severity}”"
        report.cell("level_impossible", table, "level", index, known=known)


def _word(vocabulary: Vocabulary, value: object) -> str:
    """The word that a cell holds; "" if it is blank or holds anything else, however like a word it is."""
    return value if isinstance(value, str) and value in vocabulary.allowed else ""


def _fitting(context: Context, level: str, likelihood: str, severity: str) -> list[Grade]:
    """The cells of the grading table with `level`, for what is known; those that the rules name first."""
    grades = [
        grade
        for grade in context.grading.pairs_for(level)
        if likelihood in ("", grade.likelihood) and severity in ("", grade.severity)
    ]
    return sorted(grades, key=lambda grade: grade.open)


def words_beside_level(context: Context, table: Table, index: int) -> dict[str, list[str]]:
    """What a typed level says of a row's blank or unknown likelihood and severity: field → the words that give this level.

    Those of the rules' own cells come first; none where that hangs on the other of the two, which is unknown as well.
    A field that is right, and a row whose level is not typed or fits nothing, are not in it.
    """
    likelihood = _word(context.grading.likelihood, table.get("likelihood", index))
    severity = _word(context.grading.severity, table.get("severity", index))
    level = table.get("level", index)
    if not isinstance(level, str) or index in table.formulas.get("level", ()):
        return {}
    fitting = _fitting(context, level, likelihood, severity)
    unknown = [name for name, word in (("likelihood", likelihood), ("severity", severity)) if not word]
    if not fitting:
        return {}
    if len(unknown) > 1:
        return {name: [] for name in unknown}
    return {name: list(dict.fromkeys(str(getattr(grade, name)) for grade in fitting)) for name in unknown}
