"""The ledger's rows hold together: verification, disposition, feedback, supervision and state (第八条(二)).

What a row must hold follows from how far the warning has come (`lzxl.checks.course`). A row whose verification is unknown
is judged only on what does not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lzxl.checks.course import TRANSFER, UNKNOWN, Course, Fault, course_of
from lzxl.checks.report import Report, example_of
from lzxl.forms.findings import Remedy, choice, either
from lzxl.forms.model import Field
from lzxl.submission import Table


@dataclass(frozen=True)
class Likely:
    """A warning as its row most probably is: words for the cells that say none, and what is then wrong."""

    guessed: dict[str, list[str]]
    """Field → the words that fit there, as well as each other; none if nothing belongs there."""
    faults: list[Fault]
    states: dict[str, str] = field(default_factory=dict)
    """The words that the supervision's result may be → the state that follows; empty where only one follows."""


def check_warnings(report: Report) -> None:
    """Findings `missing_because`, `not_expected`, `state_mismatch`, `disposition_doubtful`, `verified_not_disposed`
    and `not_disposed_explained`; what is to be written for a word that is none is a matter of `checks.cells`."""
    if report.submission.own_layout:
        return
    for table in report.submission.tables:
        course = course_in(report, table)
        for index in range(len(table.rows)) if course is not None else ():
            for fault in likely_row(report, table, index).faults:
                if fault.name in table.columns and not table.is_broken(fault.name, index):
                    report.cell(fault.code, table, fault.name, index, **_filled(report, table, fault))


def course_in(report: Report, table: Table) -> Course | None:
    """The course that the rows of a table take; None if they take none."""
    return course_of(report.form.id, report.form.scheme, table.name)


def likely_row(report: Report, table: Table, index: int) -> Likely:
    """What row `index` of the ledger most probably says, as its other cells tell it, and what is wrong with it then.

    The words are settled in the order of the work, each as the word that leaves the least to mend. A warning that
    proved true and was let rest counts as disposed of as it should be: all that this asks for is said at once.
    """
    course = course_in(report, table)
    assert course is not None
    supervision, state = course.rule.supervision, course.rule.state
    row = _words(report, table, index)
    guessed: dict[str, list[str]] = {}
    settled: list[Fault] = []
    for name in course.settled:
        if name in row:
            settled += _settle(course, report.field(table, name), row, guessed)
    states = {word: course.state_of({**row, supervision: word})[0] for word in guessed.get(supervision, ())}
    if len(set(states.values())) < 2:
        return Likely(guessed, settled + course.faults_of(row, guessed))
    faults = [_open(fault, state, states) for fault in settled + course.faults_of(row, guessed)]
    if state in guessed:
        guessed[state] = [*states.values()]
    return Likely(guessed, faults, states)


def told_states(states: Mapping[str, str]) -> str:
    """Which state follows from which result of the supervision, as a message says it."""
    return "，".join(f"选“{word}”的填“{state}”" for word, state in states.items())


def _open(fault: Fault, state: str, states: Mapping[str, str]) -> Fault:
    """A fault of the state, where it hangs on a word that is still to be chosen."""
    if fault.name != state or fault.code != "state_mismatch":
        return fault
    remedy = Remedy("choose", tuple(states.values()))
    suggestion = f"{either([*states.values()])}（{told_states(states)}）"
    return fault._replace(details={**fault.details, "suggestion": suggestion, "remedy": remedy})


def _settle(course: Course, entry: Field, row: dict[str, Any], guessed: dict[str, list[str]]) -> list[Fault]:
    """Put the likeliest word into `row` and its like into `guessed`, if a field's own is in doubt; why it was."""
    name = entry.name
    if name == course.rule.disposition and course.is_let_rest(row):
        words = course.owed_dispositions(row, guessed)
        fault = course.let_rest_fault(row, guessed)
        row[name], guessed[name] = words[0], words
        return [fault]
    blank = row[name] is None
    if not blank and row[name] is not UNKNOWN:
        return []
    faults = course.faults_of(row, guessed)
    needed = [fault for fault in faults if fault.name == name and fault.code == "missing_because"]
    if blank and not entry.required and not needed:
        return []
    fitting = _fitting_words(course, entry, row)
    row[name] = fitting[0]
    guessed[name] = [word for word in fitting if word is not None]
    return needed if blank else []


def _fitting_words(course: Course, entry: Field, row: Mapping[str, Any]) -> list[str | None]:
    """The words that leave the least to mend, and the same of it; None if nothing belongs there."""
    assert entry.vocabulary is not None
    name = entry.name
    words: list[str | None] = [*entry.vocabulary.allowed]
    # Where one is owed, letting it rest is none, whatever the remarks say: the words that are listed do not have it either.
    if name == course.rule.disposition and (row[name] is None or course.is_let_rest({**row, name: course.let_rest[0]})):
        words = [word for word in words if word not in course.let_rest]
    if row[name] is UNKNOWN and not entry.required:
        words.append(None)
    left = {word: course.faults_of({**row, name: word}) for word in words}
    fewest = min(map(len, left.values()))
    fitting = [word for word in words if len(left[word]) == fewest]
    # Only words that ask for the same: whichever is chosen, all that is owed then was said.
    owed = [_asked(course, left[word], name) for word in fitting]
    return [word for word, asked in zip(fitting, owed, strict=True) if asked == owed[0]]


def _asked(course: Course, faults: Iterable[Fault], name: str) -> set[tuple[str, str, Any]]:
    """What faults ask for, where field `name` is in doubt: the state that follows from a supervision is said beside it."""
    asked = {(fault.code, fault.name, fault.details.get("suggestion")) for fault in faults}
    if name != course.rule.supervision:
        return asked
    return {entry for entry in asked if entry[1] != course.rule.state}


def _words(report: Report, table: Table, index: int) -> dict[str, Any]:
    """The row's values; a word outside its vocabulary counts as unknown, not as blank."""
    row: dict[str, Any] = {}
    for name in table.columns:
        value = table.get(name, index)
        vocabulary = report.field(table, name).vocabulary
        if table.is_broken(name, index) or (vocabulary is not None and value and value not in vocabulary.allowed):
            value = TRANSFER if is_transfer(table.shown(name, index)) else UNKNOWN
        row[name] = value
    return row


def is_transfer(written: object) -> bool:
    """Whether a cell says that a matter was handed over: no other word may ever be put in its place."""
    return isinstance(written, str) and re.search("移[送交]", written) is not None


def possible_words(report: Report, table: Table, name: str, index: int) -> tuple[str, ...]:
    """The words of a field that may stand in row `index`: a problem that proved true is not let rest."""
    course, entry = course_in(report, table), report.field(table, name)
    words = entry.vocabulary.allowed if entry.vocabulary is not None else ()
    if course is None or name != course.rule.disposition:
        return words
    told = course.rule.verification
    verification = likely_row(report, table, index).guessed.get(told) or [table.get(told, index)]
    if not set(verification) <= set(course.proved) or table.get(course.rule.remark, index) is not None:
        return words
    return tuple(word for word in words if word not in course.let_rest)


def _filled(report: Report, table: Table, fault: Fault) -> dict[str, Any]:
    course = course_in(report, table)
    assert course is not None
    details: dict[str, Any] = {"example": "", **fault.details}
    entry = report.field(table, fault.name)
    if fault.code == "missing_because":
        details["value"] = ""
        details["example"] = example_of(entry)
        if entry.vocabulary is not None:
            # Only a problem that proved true must have a disposition: there letting it rest is none.
            words = tuple(word for word in entry.vocabulary.allowed if word not in course.let_rest)
            details.update(example=f"可选：{entry.vocabulary.told(words)}。", remedy=Remedy("choose", words))
    if fault.code == "verified_not_disposed":
        assert entry.vocabulary is not None
        words = (*course.usual.values(),)
        details.update(choice=choice(entry.vocabulary.told(words)), remedy=Remedy("choose", words))
    return details
