"""The level is computed, never typed: a typed one is compared (第八条(一)1, 分级)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.grading import Grade
from lzxl.forms.rules import Graded
from lzxl.forms.vocabulary import Vocabulary
from lzxl.submission import Table
from lzxl.year.decisions import Point, Ruling, meeting_of

CHOSEN = "{likelihood_title}“{likelihood}”、{severity_title}“{severity}”"
KNOWN = "{title}为“{word}”"


def check_levels(report: Report, context: Context) -> None:
    """Findings `level_mismatch`, `level_impossible`, `level_as_decided` and `level_decided_otherwise` wherever a level was typed."""
    for table, _, rule in report.submission.rules_of(Graded):
        if rule.level not in table.columns:
            continue
        formulas = table.formulas.get(rule.level, set())
        for index, level in enumerate(table.values[rule.level]):
            # The sheet's own formula shows what is computed; only what somebody typed can be something else.
            if level is not None and index not in formulas and level in context.grading.level.allowed:
                _compare(report, rule, context, table, index, level)


def _compare(report: Report, rule: Graded, context: Context, table: Table, index: int, level: str) -> None:
    likelihood, severity = _chosen(rule, context, table, index)
    first, second = (report.field(table, name).title for name in (rule.likelihood, rule.severity))
    if likelihood and severity:
        grade = context.grading.grade(likelihood, severity)
        assert grade is not None
        chosen = CHOSEN.format(likelihood_title=first, likelihood=likelihood, severity_title=second, severity=severity)
        ruling = _ruling(report, context, table, index, grade)
        if ruling is not None:
            _compare_with_decided(report, rule, table, index, ruling, chosen)
        elif grade.level != level:
            told = {"chosen": chosen, "expected": grade.level, "grade_basis": grade.basis}
            report.wrong_levels.add(table.place(rule.level, index))
            report.cell("level_mismatch", table, rule.level, index, **told)
    elif not _fitting(context, level, likelihood, severity):
        # One of the two is missing: whatever is chosen for it must be able to give the typed level.
        known = KNOWN.format(title=first if likelihood else second, word=likelihood or severity)
        report.wrong_levels.add(table.place(rule.level, index))
        report.cell("level_impossible", table, rule.level, index, known=known)


def _ruling(report: Report, context: Context, table: Table, index: int, grade: Grade) -> Ruling | None:
    """The decision that holds for the risk point of a row as it stands in this file and that changes its level, if any."""
    numbered = report.form.by_name[table.name].rules.numbered
    if numbered is None:
        return None
    # A point that has no number yet may lie in a cell that was decided as a whole.
    number = table.get(numbered.number, index) or ""
    point = Point(str(number), report.own_code, grade.likelihood, grade.severity, grade.level, grade.open)
    others = context.units.keys() - {report.own_code}
    found = context.resolved().of_unit([point], context.grading, others)
    return found[0] if found and found[0].level != grade.level else None


def _compare_with_decided(report: Report, rule: Graded, table: Table, index: int, ruling: Ruling, chosen: str) -> None:
    """Say of a typed level which was decided and which was computed: the computed one is no error, any third one is."""
    level, computed = table.get(rule.level, index), ruling.point.level
    told = {"chosen": chosen, "computed": computed, "decided": ruling.level, "meeting": _where(ruling)}
    if level == ruling.level:
        report.cell("level_as_decided", table, rule.level, index, **told)
        return
    report.wrong_levels.add(table.place(rule.level, index))
    severity = {} if level != computed else {"severity": "warning"}
    report.cell("level_decided_otherwise", table, rule.level, index, **told, **severity)


def _where(ruling: Ruling) -> str:
    """The day on which it was decided, the meeting and the number of its minutes, as far as the book of decisions says."""
    return "，".join(part for part in (str(ruling.decision.day), meeting_of(ruling)) if part)


def _chosen(rule: Graded, context: Context, table: Table, index: int) -> tuple[str, str]:
    """The words of a row's likelihood and severity."""
    likelihood = _word(context.grading.likelihood, table.get(rule.likelihood, index))
    return likelihood, _word(context.grading.severity, table.get(rule.severity, index))


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


def words_beside_level(rule: Graded, context: Context, table: Table, index: int) -> dict[str, list[str]]:
    """What a typed level says of a row's blank or unknown likelihood and severity: field → the words that give this level.

    Those of the rules' own cells come first; none where that hangs on the other of the two, which is unknown as well.
    A field that is right, and a row whose level is not typed or fits nothing, are not in it.
    """
    level = table.get(rule.level, index)
    if not isinstance(level, str) or index in table.formulas.get(rule.level, ()):
        return {}
    likelihood, severity = _chosen(rule, context, table, index)
    fitting = _fitting(context, level, likelihood, severity)
    words: dict[str, list[str]] = {}
    if fitting and not likelihood:
        words[rule.likelihood] = list(dict.fromkeys(grade.likelihood for grade in fitting))
    if fitting and not severity:
        words[rule.severity] = list(dict.fromkeys(grade.severity for grade in fitting))
    return words if likelihood or severity else {name: [] for name in words}
