"""What is wrong with the office's own scores (考核评定): above what the records leave, and limits without a foundation (第八条(三))."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.rules_of_books import CheckedItems, Limited
from lzxl.forms.text import compact
from lzxl.submission import Table
from lzxl.year.scores import exact


def check_scoring(report: Report, context: Context) -> None:
    """Findings `score_above_record` and `grade_limit_without_basis`, and a grade that is none of the scheme's."""
    for table in report.submission.tables:
        rules = report.form.by_name[table.name].rules
        for index in table.indexes:
            if rules.checked is not None:
                _check_score(report, rules.checked, table, index)
            elif rules.limited is not None:
                _check_limit(report, rules.limited, table, index, context.facts.grades)


def _check_score(report: Report, rule: CheckedItems, table: Table, index: int) -> None:
    """A score above what the proposed deduction leaves needs a reason, and never exceeds the item's points."""
    given, points = table.get(rule.given, index), table.get(rule.points, index)
    if given is None or points is None:
        return
    if exact(given) > exact(points):
        report.cell("score_over_points", table, rule.given, index, points=f"{exact(points).normalize():f}")
        return
    lost = exact(table.get(rule.lost, index) or 0)
    left = max(exact(points) - lost, exact(0))
    if exact(given) > left and not compact(table.text(rule.reason, index)):
        evidence = "；".join(table.text(rule.evidence, index).split("\n"))
        report.cell(
            "score_above_record",
            table,
            rule.given,
            index,
            left=f"{left.normalize():f}",
            evidence=evidence,
            told=report.field(table, rule.reason).title,
        )


def _check_basis(report: Report, rule: Limited, table: Table, index: int) -> None:
    lacking = [name for name in (rule.basis, rule.by, rule.day) if not table.get(name, index)]
    if lacking:
        titles = [report.field(table, name).title for name in lacking]
        report.cell("grade_limit_without_basis", table, rule.circumstance, index, lacking=titles)


def _check_limit(report: Report, rule: Limited, table: Table, index: int, grades: tuple[str, ...]) -> None:
    """A limit says what it rests on, who decided it and when; else it does not count. It is one of the grades."""
    if not table.get(rule.circumstance, index):
        return
    _check_basis(report, rule, table, index)
    highest = table.text(rule.highest, index)
    if highest and grades and highest not in grades:
        report.cell("level_not_in_vocabulary", table, rule.highest, index, allowed="、".join(grades))
