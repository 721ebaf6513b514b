"""What a matter's row must hold, as far as it has come: verification, disposition, feedback, supervision, state (第八条(二)).

A row here is the typed values of its fields by name, None where blank. Which field is the verification, and which words
prove a matter, is declared in `schemas/` (`lzxl.forms.rules.Course`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lzxl.checks.required import needed
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet


class Fault(NamedTuple):
    """One thing wrong with a row: code, field, and what the message needs."""

    code: str
    name: str
    details: dict[str, Any]


class Unknown:
    """A cell that holds something, but nobody can tell what."""

    def __bool__(self) -> bool:
        return True


UNKNOWN = Unknown()
TRANSFER = Unknown()
"""What was handed over to another organ is not disposed of here, and nothing of the row is judged by it."""


@lru_cache(maxsize=16)
def course_of(form_id: str, scheme: str, sheet_name: str) -> Course | None:
    """The course that the rows of a sheet take; None if they take none."""
    sheet = load_form(form_id, scheme).by_name[sheet_name]
    return Course(sheet) if sheet.rules.course is not None else None


class Course:
    """The course of a sheet's rows: the fields that play its parts (`rule`), and the words that have a role in it."""

    def __init__(self, sheet: Sheet) -> None:
        assert sheet.rules.course is not None
        self.rule = rule = sheet.rules.course
        self._sheet = sheet
        self.later = (rule.disposed_on, rule.feedback_due, rule.feedback_on, rule.supervision)
        """What is filled in only after a disposition was chosen."""
        self.proved = self._words(rule.verification, "proved")
        self.unproved = self._words(rule.verification, "unproved")
        """What did not prove true, or could not be proved either way: nobody is disposed of for it, and the matter is closed."""
        self.pending = self._words(rule.verification, "pending")
        self.let_rest = self._words(rule.disposition, "let_rest")
        """The dispositions of a matter that did not prove true."""
        self.usual = {degree: answers[0] for degree, answers in self._vocabulary(rule.degree).answers.items()}
        """How grave it is → the disposition that usually answers it (第八条(二)2)."""
        asking = [entry.when for entry in sheet.rules.required_if if entry.says]
        words = (rule.verification, rule.degree, rule.disposition, rule.supervision, rule.state)
        self.settled = tuple(dict.fromkeys((*asking, *words)))
        """The fields whose words settle how far a matter has come, in the order of the work."""

    def _vocabulary(self, name: str) -> Any:
        return self._sheet.by_name[name].vocabulary

    def _words(self, name: str, role: str) -> tuple[str, ...]:
        words: tuple[str, ...] = self._vocabulary(name).in_role(role)
        return words

    def title(self, name: str) -> str:
        return self._sheet.by_name[name].title

    def faults_of(self, row: Mapping[str, Any], guessed: Container[str] = ()) -> list[Fault]:
        """What is wrong with one row. `guessed`: the fields whose word stands in no cell; reasons say so."""
        rule = self.rule
        verification, disposition = row.get(rule.verification), row.get(rule.disposition)
        told = self._verified_as(row, guessed)
        faults = [
            Fault("missing_because", name, {"reason": reason})
            for name, reason in needed(self._sheet, row.get)
            if row.get(name) is None
        ]
        if verification in self.proved:
            faults += _need(row, told, rule.verified_on, rule.degree)
            faults += self._disposition_faults(row, guessed)
        elif verification in self.unproved:
            faults += _need(row, told, rule.verified_on)
            faults += _forbid(row, told, rule.degree, *self.later)
            if disposition and not isinstance(disposition, Unknown) and disposition not in self.let_rest:
                faults.append(Fault("not_expected", rule.disposition, {"reason": told, "remedy": Remedy("clear")}))
        elif verification in self.pending:
            faults += _forbid(row, told, rule.verified_on, rule.degree, rule.disposition, *self.later)
        return faults + self._state_faults(row, told)

    def _state_faults(self, row: Mapping[str, Any], told: str) -> list[Fault]:
        state, reason = self.state_of(row, told)
        stated = row.get(self.rule.state)
        if not state or not stated or isinstance(stated, Unknown) or stated == state:
            return []
        details = {"reason": reason, "suggestion": f"“{state}”", "remedy": Remedy("set", state)}
        return [Fault("state_mismatch", self.rule.state, details)]

    def _disposition_faults(self, row: Mapping[str, Any], guessed: Container[str]) -> list[Fault]:
        """What is wrong with the disposition of a matter that was verified."""
        rule = self.rule
        disposition, title = row.get(rule.disposition), self.title(rule.disposition)
        if disposition is TRANSFER:
            return []
        told = f"按{title}“{disposition}”" if rule.disposition in guessed else f"{title}为“{disposition}”"
        if self.is_let_rest(row):
            return [self.let_rest_fault(row, guessed)]
        if disposition in self.let_rest:
            explained = Fault("not_disposed_explained", rule.disposition, {"reason": self._verified_as(row, guessed)})
            return [explained, *_forbid(row, told, *self.later)]
        faults: list[Fault] = []
        if not disposition:
            later = next((name for name in self.later if row.get(name)), "")
            if not later:
                return []
            told = f"已填{self.title(later)}"
            faults += _need(row, told, rule.disposition)
        elif disposition is UNKNOWN:
            told = f"已选定{title}"
        faults += _need(row, told, rule.disposed_on, rule.handler, rule.feedback_due)
        if row.get(rule.supervision):
            faults += _need(row, f"已有{self.title(rule.supervision)}", rule.feedback_on)
        return faults + self._doubts(row)

    def _doubts(self, row: Mapping[str, Any]) -> list[Fault]:
        """A disposition that does not usually answer what the matter's degree is, and no remark that says why."""
        rule = self.rule
        disposition, degree = row.get(rule.disposition), row.get(rule.degree)
        usual = self.usual.get(str(degree))
        known = disposition is not None and not isinstance(disposition, Unknown)
        if not usual or not known or disposition == usual or row.get(rule.remark):
            return []
        return [Fault("disposition_doubtful", rule.disposition, {"degree": degree, "expected": usual})]

    def _verified_as(self, row: Mapping[str, Any], guessed: Container[str]) -> str:
        name = self.rule.verification
        title, verification = self.title(name), row.get(name)
        return f"按{title}“{verification}”" if name in guessed else f"{title}为“{verification}”"

    def is_let_rest(self, row: Mapping[str, Any]) -> bool:
        """Whether a problem that proved true was not disposed of, and the remarks do not say why.

        The clause knows three dispositions for a problem, by its severity (第八条(二)2); 予以了结 is none of them.
        """
        rule = self.rule
        is_proved = row.get(rule.verification) in self.proved
        return is_proved and row.get(rule.disposition) in self.let_rest and row.get(rule.remark) is None

    def owed_dispositions(self, row: Mapping[str, Any], guessed: Mapping[str, list[str]]) -> list[str]:
        """The dispositions that a problem asks for: one where its degree is known, else that of each likely degree."""
        degrees = guessed.get(self.rule.degree) or [str(row.get(self.rule.degree))]
        return [self.usual[degree] for degree in degrees if degree in self.usual] or [*self.usual.values()]

    def let_rest_fault(self, row: Mapping[str, Any], guessed: Container[str]) -> Fault:
        details = {"reason": self._verified_as(row, guessed)}
        return Fault("verified_not_disposed", self.rule.disposition, details)

    def state_of(self, row: Mapping[str, Any], told: str = "") -> tuple[str, str]:
        """The state that the other columns amount to, and why; "" where that cannot be told yet."""
        rule = self.rule
        verification, disposition = row.get(rule.verification), row.get(rule.disposition)
        supervision = row.get(rule.supervision)
        if verification is None or isinstance(verification, Unknown) or isinstance(disposition, Unknown):
            return "", ""
        if verification in self.pending:
            return self._state("registered"), told
        if verification in self.unproved:
            return self._state("closed"), told
        if disposition in self.let_rest:
            return self._state("closed"), f"{self.title(rule.disposition)}为“{disposition}”"
        if not disposition and not any(row.get(name) for name in self.later):
            return self._state("verified"), f"{self.title(rule.disposition)}未填写"
        if supervision in self._words(rule.supervision, "passed"):
            return self._state("closed"), f"{self.title(rule.supervision)}为“{supervision}”"
        if isinstance(supervision, Unknown):
            return "", ""
        if row.get(rule.feedback_on) or supervision:
            return self._state("answered"), self._why_answered(row)
        return self._state("disposed"), f"{self.title(rule.feedback_on)}未填写"

    def _state(self, role: str) -> str:
        return self._words(self.rule.state, role)[0]

    def _why_answered(self, row: Mapping[str, Any]) -> str:
        """Why a matter counts as answered and no more: no inspection yet, or one that it did not pass."""
        rule = self.rule
        title = self.title(rule.supervision)
        if row.get(rule.supervision):
            return f"{title}为“{row[rule.supervision]}”"
        return f"已填{self.title(rule.feedback_on)}，{title}未填写"


def _need(row: Mapping[str, Any], reason: str, *names: str) -> list[Fault]:
    return [Fault("missing_because", name, {"reason": reason}) for name in names if row.get(name) is None]


def _forbid(row: Mapping[str, Any], reason: str, *names: str) -> list[Fault]:
    return [
        Fault("not_expected", name, {"reason": reason, "remedy": Remedy("clear")})
        for name in names
        if row.get(name) and row[name] is not TRANSFER
    ]
