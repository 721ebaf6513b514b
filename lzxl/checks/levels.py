"""The level is computed, never typed: a typed one is compared (第八条(一)1, 分级)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.grading import Grade
from lzxl.forms.model import Vocabulary
from lzxl.workbook.submission import Table


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
    """The word that a cell holds, or that it was probably meant to hold; "" if it is blank or nothing is near."""
    if not isinstance(value, str):
        return ""
    return value if value in vocabulary.allowed else vocabulary.suggest(value) or ""


def _fitting(context: Context, level: str, likelihood: str, severity: str) -> list[Grade]:
    """The cells of the grading table with `level`, for what is known; those that the rules name first."""
    grades = [
        grade
        for grade in context.grading.pairs_for(level)
        if likelihood in ("", grade.likelihood) and severity in ("", grade.severity)
    ]
    return sorted(grades, key=lambda grade: grade.open)


def likely_words(context: Context, table: Table, index: int) -> dict[str, list[str]]:
    """Which words a row's blank or unknown likelihood and severity may be: nearly as typed, else by the typed level.

    Field → words, those of the rules' own cells first; a field that is right, or that nothing tells, is not in it.
    """
    likelihood = _word(context.grading.likelihood, table.get("likelihood", index))
    severity = _word(context.grading.severity, table.get("severity", index))
    known = {"likelihood": likelihood, "severity": severity}
    words = {name: [word] for name, word in known.items() if word and word != table.get(name, index)}
    level = table.get("level", index)
    if isinstance(level, str) and index not in table.formulas.get("level", ()):
        fitting = _fitting(context, level, likelihood, severity)
        for name, word in known.items():
            if not word and fitting:
                words[name] = list(dict.fromkeys(str(getattr(grade, name)) for grade in fitting))
    return words
