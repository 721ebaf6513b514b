"""The level is computed, never typed: a typed one is compared (第八条(一)1, 分级)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
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
    likelihood = _word(context.grading.likelihood.allowed, table.get("likelihood", index))
    severity = _word(context.grading.severity.allowed, table.get("severity", index))
    if likelihood and severity:
        grade = context.grading.grade(likelihood, severity)
        assert grade is not None
        if grade.level != level:
            report.cell(
                "level_mismatch",
                table,
                "level",
                index,
                cell_of_table=f"{likelihood}×{severity}",
                expected=grade.level,
                grade_basis=grade.basis,
            )
        return
    # One of the two is missing or wrong: whatever is chosen for it must be able to give the typed level.
    fitting = [
        grade
        for grade in context.grading.pairs_for(level)
        if likelihood in ("", grade.likelihood) and severity in ("", grade.severity)
    ]
    if not fitting:
        known = f"发生可能性为“{likelihood}”" if likelihood else f"后果程度为“{severity}”"
        report.cell("level_impossible", table, "level", index, known=known)


def _word(allowed: tuple[str, ...], value: object) -> str:
    return value if isinstance(value, str) and value in allowed else ""


def suggest_for_level(context: Context, table: Table, name: str, index: int) -> str | None:
    """The likelihood or severity (`name`) that gives the level which the unit typed; None if it typed none that helps."""
    level = table.get("level", index)
    if not isinstance(level, str):
        return None
    other_name = "severity" if name == "likelihood" else "likelihood"
    other = table.get(other_name, index)
    for grade in context.grading.pairs_for(level):
        if other is None or getattr(grade, other_name) == other:
            return str(getattr(grade, name))
    return None
