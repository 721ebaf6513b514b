"""The rows of 认定 as decisions: what was typed, read as the object, the state and the word that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import Decided
from lzxl.forms.text import compact, with_hyphens
from lzxl.submission import Submission, Table
from lzxl.year.decisions import Decision
from lzxl.year.units import unit_code

OF_UNITS = frozenset({"nil_return", "uncovered", "grade"})
"""Roles of objects that are a unit's: they are named by its code."""
ANSWERED = frozenset({"nil_return", "uncovered"})
"""Roles of objects that are accepted or not."""
ON_ANY_DAY = frozenset({"grade", "disposition"})
"""Roles of objects that are decided on after the period as well: the year is appraised in the next one."""
# No keyboard has ×: clerks type an x or a star, or copy a cross that looks like it.
_TIMES = re.compile("[×xX*✕✖]")
# How a row that decides a whole cell says so.
_ALL = re.compile("^(?:一律|均|全部|都)?(?:定为|认定为|为|定)?")
_WHOLE = frozenset({"", "一律", "全部", "所有", "各风险点", "全部风险点"})


@dataclass(frozen=True)
class Row:
    """A decision where it stands."""

    table: Table
    index: int
    role: str
    """Role of the word that says what it decides on."""
    decision: Decision


@dataclass(frozen=True)
class DecisionRows:
    """All rows of one book, in the order of the file; a decision's `row` is its place in `rows`."""

    rule: Decided | None = None
    rows: tuple[Row, ...] = ()
    by_role: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)

    def on(self, role: str) -> tuple[Decision, ...]:
        """Those on objects of a kind."""
        return self.by_role.get(role, ())

    @property
    def accepted(self) -> str:
        """The word with which a nil return is accepted."""
        return self.rule.accepted[0] if self.rule is not None and self.rule.accepted else ""

    @property
    def answers(self) -> tuple[str, ...] | None:
        """The words that answer a nil return; None if the book says none."""
        words = (self.rule.accepted[:1] + self.rule.refused[:1]) if self.rule is not None else ()
        return words or None


def sheet_of_decisions(submission: Submission) -> Sheet | None:
    """The sheet of the submission's form that decisions stand on; None if it is no such book."""
    form = load_form(submission.form, submission.scheme)
    return next(iter(form.ruled_by("decided")), None)


def decision_rows(submission: Submission | None, grading: GradingTable, units: Mapping[str, Unit]) -> DecisionRows:
    """The decisions of a book; none without one. Rows whose object no word tells are left to the checks of cells."""
    sheet = sheet_of_decisions(submission) if submission is not None else None
    if submission is None or sheet is None or sheet.rules.decided is None:
        return DecisionRows()
    rule = sheet.rules.decided
    vocabulary = sheet.by_name[rule.object].vocabulary
    assert vocabulary is not None
    role_of = {word.word: word.role for word in vocabulary.words}
    rows: list[Row] = []
    by_role: dict[str, list[Decision]] = {}
    for table, index, word in submission.filled(sheet.name, rule.object):
        role = role_of.get(str(word), "")
        if role:
            decision = _Reader(rule, table, index, grading, units).decision(len(rows), role, sheet)
            rows.append(Row(table, index, role, decision))
            by_role.setdefault(role, []).append(decision)
    return DecisionRows(rule, tuple(rows), {role: tuple(found) for role, found in by_role.items()})


@dataclass(frozen=True)
class _Reader:
    """Reads one row."""

    rule: Decided
    table: Table
    index: int
    grading: GradingTable
    units: Mapping[str, Unit]

    def text(self, name: str) -> str:
        """What a cell says, "" if it is blank."""
        value: Any = self.table.get(name, self.index)
        return str(value).strip() if value is not None else ""

    def decision(self, row: int, role: str, sheet: Sheet) -> Decision:
        rule = self.rule
        lasting = sheet.by_name[rule.validity].vocabulary
        assert lasting is not None
        day = self.table.get(rule.day, self.index)
        subject, likelihood, severity, result = self._object(role)
        return Decision(
            row,
            subject,
            likelihood,
            severity,
            self.text(rule.computed),
            result,
            self.text(rule.reason),
            self.text(rule.meeting),
            self.text(rule.minutes),
            day,
            self.text(rule.validity) in lasting.in_role("lasting"),
        )

    def _object(self, role: str) -> tuple[str, str, str, str]:
        """What is decided on, the state that it was in, and the word decided."""
        said, result = self.text(self.rule.subject), self.text(self.rule.result)
        if role in OF_UNITS:
            answer = self._answer(result) if role in ANSWERED else result
            return unit_code(said, self.units) or compact(said), "", "", answer
        if role != "risk_point":
            return compact(said), "", "", result
        likelihood, severity = self.text(self.rule.likelihood), self.text(self.rule.severity)
        # A number that is typed by hand comes in small letters, and with whichever dash the input method gave.
        subject = with_hyphens(compact(said)).upper()
        if cell := self._cell(compact(said)):
            likelihood, severity, rest = cell
            subject, result = "", result or rest
        elif compact(said) in _WHOLE:
            subject = ""
        return subject, likelihood, severity, self._level(result)

    def _answer(self, result: str) -> str:
        """The word that an answer is taken for; the text itself if it is none."""
        for words in (self.rule.accepted, self.rule.refused):
            if compact(result) in words:
                return words[0]
        return result

    def _level(self, result: str) -> str:
        """The level that a text means; the text itself if it means none."""
        bare = _ALL.sub("", compact(result))
        return self.grading.level.find(bare) or self.grading.level.find(result) or result

    def _cell(self, said: str) -> tuple[str, str, str] | None:
        """Likelihood, severity, and what else a text says that names a cell of the grading table."""
        parts = _TIMES.split(said, maxsplit=1)
        if len(parts) != 2:
            return None
        likelihood, severity = self.grading.likelihood.find(parts[0]), self._severity_before(parts[1])
        if likelihood is None or severity is None:
            return None
        return likelihood, severity, parts[1].removeprefix(severity)

    def _severity_before(self, text: str) -> str | None:
        """The severity with which a text begins."""
        # 严重 begins with no other word of the table, but those of another table may: the longest is meant.
        longest_first = sorted(self.grading.severity.allowed, key=len, reverse=True)
        return next(filter(text.startswith, longest_first), None)
