"""What is wrong with decisions of the leading group (认定): on nothing, twice, out of time, or overtaken by the register."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.checks.context import Context
from lzxl.checks.dates import period_days
from lzxl.checks.report import Report
from lzxl.forms.load import load_form, load_forms
from lzxl.forms.model import Sheet
from lzxl.forms.roster import ROSTER_FORM
from lzxl.forms.rules_of_books import Decided
from lzxl.groups import grouped
from lzxl.year.decided import ANSWERED, OF_UNITS, ON_ANY_DAY, DecisionRows, Row, decision_rows, sheet_of_decisions
from lzxl.year.decisions import Fault, rule, settled

# A message names no more rows than this.
_MOST_NAMED = 8
_WHY = {"when": "", "circumstances": "，不知是在什么情况下认定的", "why": "（比计算等级低）"}


def check_decisions(report: Report, context: Context) -> None:
    """Findings `decision_without_row`, `decisions_conflict`, `level_not_in_vocabulary`, `decision_outside_period`,
    `decision_incomplete`, `decision_stale` and `lowered_despite_warning`."""
    sheet = sheet_of_decisions(report.submission)
    if sheet is None:
        return
    rows = decision_rows(report.submission, context.graded_by(report.submission.scheme).grading, context.units)
    teller = _Teller(report, context, sheet, rows)
    for role in rows.by_role:
        for fault in _faults(rows, role, context):
            teller.tell(fault)


def _faults(rows: DecisionRows, role: str, context: Context) -> tuple[Fault, ...]:
    """What is wrong with the decisions on objects of a kind."""
    period = period_days(context.period) if context.period else None
    decisions, facts = rows.on(role), context.facts
    if role == "risk_point" and facts.points is not None:
        return rule(facts.points, decisions, facts.proved, context.grading, period).faults
    known = context.units if role in OF_UNITS else None
    words = _words(rows, role, context)
    return settled(decisions, known or None, words or None, None if role in ON_ANY_DAY else period)[1]


def _words(rows: DecisionRows, role: str, context: Context) -> Sequence[str] | None:
    """What may be decided on objects of a kind; None: any word may."""
    if role in ANSWERED:
        return rows.answers
    return {"risk_point": context.grading.level.allowed, "grade": context.facts.grades}.get(role)


class _Teller:
    """Says what is wrong with a row at the cell that mends it."""

    def __init__(self, report: Report, context: Context, sheet: Sheet, rows: DecisionRows) -> None:
        assert rows.rule is not None
        self.report, self.context, self.sheet, self.rows, self.rule = report, context, sheet, rows, rows.rule
        self.rivals = grouped(rows.rows, _key)
        """The rows that decide on the same object on the same day, those that do so alone among them."""

    def tell(self, fault: Fault) -> None:
        row = self.rows.rows[fault.row]
        name = _field_of(fault, self.rule, row)
        details = {**fault.facts, **self._more(fault, row)}
        if name in row.table.columns:
            self.report.cell(fault.code, row.table, name, row.index, **details)
        else:
            header = self.sheet.by_name[name].title
            self.report.whole(fault.code, row.table.row_place(row.index), header=header, value="", **details)

    def _more(self, fault: Fault, row: Row) -> dict[str, object]:
        """What else the sentence about a fault says."""
        until = self.sheet.by_name[self.rule.validity]
        details: dict[str, object] = {
            "told": self.sheet.by_name[self.rule.reason].title,
            "until": until.title,
            "lasting": next(iter(self.sheet.words(self.rule.validity, "lasting")), ""),
            "span": self.context.period,
            "where": _where(row.role),
            "why": _WHY.get(fault.lacks or "", ""),
        }
        if fault.code == "decisions_conflict":
            rivals = self.rivals[_key(row)]
            named = [str(other.table.rows[other.index]) for other in rivals[:_MOST_NAMED]]
            details["count"] = len(rivals)
            details["lines"] = [*named, "……"] if len(rivals) > _MOST_NAMED else named
        return details


def _where(role: str) -> str:
    """Where objects of a kind stand, as people call it."""
    if role in OF_UNITS:
        return load_form(ROSTER_FORM).title
    graded = (
        form for form in load_forms().values() for sheet in form.tables if sheet.rules.graded and sheet.rules.numbered
    )
    return next(graded).title if role == "risk_point" else "有关台账"


def _key(row: Row) -> tuple[object, ...]:
    """The same for rows that decide on the same object on the same day."""
    return row.role, row.decision.is_made, row.decision.object, row.decision.day


def _field_of(fault: Fault, rule: Decided, row: Row) -> str:
    """The field that mends it."""
    if fault.code == "decision_incomplete":
        state = rule.severity if row.decision.likelihood else rule.likelihood
        return {"when": rule.day, "why": rule.reason, "circumstances": state}[fault.lacks or "when"]
    return {
        "decision_without_row": rule.subject,
        "decisions_conflict": rule.subject,
        "level_not_in_vocabulary": rule.result,
        "decision_outside_period": rule.day,
        "decision_stale": rule.result,
        "lowered_despite_warning": rule.reason,
    }[fault.code]
