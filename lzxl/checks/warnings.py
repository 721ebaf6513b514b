"""The ledger's rows hold together: verification, disposition, feedback, supervision and state (第八条(二)).

What a row must hold follows from how far the warning has come. A row whose verification is unknown is judged only on
what does not depend on it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lzxl.checks.report import Report, example_of
from lzxl.forms.findings import Remedy, choice, either
from lzxl.forms.model import Field
from lzxl.submission import Table

VERIFIED = ("属实", "部分属实")
# What did not prove true, or could not be proved either way: nobody is disposed of for it, and the matter is closed.
UNPROVED = ("不属实", "无法查实")
# 问题程度 → the disposition that usually answers it (第八条(二)2, by severity in the order of the clause).
USUAL_DISPOSITION = {"轻微": "警示提醒", "较重": "诫勉纠错", "严重": "责令整改"}
# The disposition of a warning that did not prove true.
NOT_DISPOSED = "予以了结"
# What is filled in only after a disposition was chosen.
_LATER = {"disposed_on": "处置日期", "feedback_due": "反馈期限", "feedback_on": "反馈日期", "supervision": "督查结果"}
# The words that settle how far a warning has come, in the order of the work.
_SETTLED = ("target_kind", "verification", "degree", "disposition", "supervision", "state")


class Fault(NamedTuple):
    """One thing wrong with a warning: code, field, and what the message needs."""

    code: str
    name: str
    details: dict[str, Any]


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
    if report.form.id != "warning_ledger" or report.submission.own_layout:
        return
    for table in report.submission.tables:
        if table.name != "warnings":
            continue
        for index in range(len(table.rows)):
            for fault in likely_row(report, table, index).faults:
                if fault.name in table.columns and not table.is_broken(fault.name, index):
                    report.cell(fault.code, table, fault.name, index, **_filled(report, table, fault))


def likely_row(report: Report, table: Table, index: int) -> Likely:
    """What row `index` of the ledger most probably says, as its other cells tell it, and what is wrong with it then.

    The words are settled in the order of the work, each as the word that leaves the least to mend. A warning that
    proved true and was let rest counts as disposed of as it should be: all that this asks for is said at once.
    """
    row = _words(report, table, index)
    guessed: dict[str, list[str]] = {}
    settled: list[Fault] = []
    for name in _SETTLED:
        if name in row:
            settled += _settle(report.field(table, name), row, guessed)
    states = {word: _state({**row, "supervision": word}, "")[0] for word in guessed.get("supervision", ())}
    if len(set(states.values())) < 2:
        return Likely(guessed, settled + faults_of(row, guessed))
    faults = [_open(fault, states) for fault in settled + faults_of(row, guessed)]
    if "state" in guessed:
        guessed["state"] = [*states.values()]
    return Likely(guessed, faults, states)


def told_states(states: Mapping[str, str]) -> str:
    """Which state follows from which result of the supervision, as a message says it."""
    return "，".join(f"选“{word}”的填“{state}”" for word, state in states.items())


def _open(fault: Fault, states: Mapping[str, str]) -> Fault:
    """A fault of the state, where it hangs on a word that is still to be chosen."""
    if fault.name != "state" or fault.code != "state_mismatch":
        return fault
    remedy = Remedy("choose", tuple(states.values()))
    suggestion = f"{either([*states.values()])}（{told_states(states)}）"
    return fault._replace(
        details={
            **fault.details,
            "suggestion": suggestion,
            "remedy": remedy,
        }
    )


def _settle(entry: Field, row: dict[str, Any], guessed: dict[str, list[str]]) -> list[Fault]:
    """Put the likeliest word into `row` and its like into `guessed`, if a field's own is in doubt; why it was."""
    name = entry.name
    if name == "disposition" and _is_let_rest(row):
        words = _owed_dispositions(row, guessed)
        fault = _let_rest(row, guessed)
        row[name], guessed[name] = words[0], words
        return [fault]
    needed = [fault for fault in faults_of(row, guessed) if fault.name == name and fault.code == "missing_because"]
    blank = row[name] is None
    if row[name] is not _UNKNOWN and not (blank and (entry.required or needed)):
        return []
    fitting = _fitting_words(entry, row)
    row[name] = fitting[0]
    guessed[name] = [word for word in fitting if word is not None]
    return needed if blank else []


def _fitting_words(entry: Field, row: Mapping[str, Any]) -> list[str | None]:
    """The words that leave the least to mend, and the same of it; None if nothing belongs there."""
    assert entry.vocabulary is not None
    name = entry.name
    words: list[str | None] = [*entry.vocabulary.allowed]
    # Where one is owed, letting it rest is none, whatever the remarks say: the words that are listed do not have it either.
    if name == "disposition" and (row[name] is None or _is_let_rest({**row, name: NOT_DISPOSED})):
        words.remove(NOT_DISPOSED)
    if row[name] is _UNKNOWN and not entry.required:
        words.append(None)
    left = {word: faults_of({**row, name: word}) for word in words}
    fewest = min(map(len, left.values()))
    fitting = [word for word in words if len(left[word]) == fewest]
    # Only words that ask for the same: whichever is chosen, all that is owed then was said.
    owed = [_asked(left[word], name) for word in fitting]
    return [word for word, asked in zip(fitting, owed, strict=True) if asked == owed[0]]


def _asked(faults: Iterable[Fault], name: str) -> set[tuple[str, str, Any]]:
    """What faults ask for, where field `name` is in doubt: the state that follows from a supervision is said beside it."""
    asked = {(fault.code, fault.name, fault.details.get("suggestion")) for fault in faults}
    return {entry for entry in asked if entry[1] != "state"} if name == "supervision" else asked


def _words(report: Report, table: Table, index: int) -> dict[str, Any]:
    """The row's values; a word outside its vocabulary counts as unknown, not as blank."""
    row: dict[str, Any] = {}
    for name in table.columns:
        value = table.get(name, index)
        vocabulary = report.field(table, name).vocabulary
        if table.is_broken(name, index) or (vocabulary is not None and value and value not in vocabulary.allowed):
            value = _TRANSFER if is_transfer(table.shown(name, index)) else _UNKNOWN
        row[name] = value
    return row


class _Unknown:
    """A cell that holds something, but nobody can tell what."""

    def __bool__(self) -> bool:
        return True


_UNKNOWN = _Unknown()
# What was handed over to another organ is not disposed of here, and nothing of the row is judged by it.
_TRANSFER = _Unknown()


def is_transfer(written: object) -> bool:
    """Whether a cell says that a matter was handed over: no other word may ever be put in its place."""
    return isinstance(written, str) and ("移送" in written or "移交" in written)


def possible_words(report: Report, table: Table, name: str, index: int) -> tuple[str, ...]:
    """The words of a field that may stand in row `index`: a problem that proved true is not let rest."""
    entry = report.field(table, name)
    words = entry.vocabulary.allowed if entry.vocabulary is not None else ()
    if name != "disposition":
        return words
    verification = likely_row(report, table, index).guessed.get("verification") or [table.get("verification", index)]
    if not set(verification) <= set(VERIFIED) or table.get("remark", index) is not None:
        return words
    return tuple(word for word in words if word != NOT_DISPOSED)


def _filled(report: Report, table: Table, fault: Fault) -> dict[str, Any]:
    details: dict[str, Any] = {"example": "", **fault.details}
    entry = report.field(table, fault.name)
    if fault.code == "missing_because":
        details["value"] = ""
        details["example"] = example_of(entry)
        if entry.vocabulary is not None:
            # Only a problem that proved true must have a disposition: there letting it rest is none.
            words = tuple(word for word in entry.vocabulary.allowed if word != NOT_DISPOSED)
            details.update(example=f"可选：{entry.vocabulary.told(words)}。", remedy=Remedy("choose", words))
    if fault.code == "verified_not_disposed":
        assert entry.vocabulary is not None
        words = (*USUAL_DISPOSITION.values(),)
        details.update(choice=choice(entry.vocabulary.told(words)), remedy=Remedy("choose", words))
    return details


def faults_of(row: Mapping[str, Any], guessed: Container[str] = ()) -> list[Fault]:
    """What is wrong with one warning; `row` maps field names to typed values, None where blank.

    `guessed`: the fields whose word stands in no cell; reasons say so.
    """
    faults: list[Fault] = []
    verification = row.get("verification")
    disposition = row.get("disposition")
    told = _verified_as(row, guessed)
    if row.get("target_kind") == "个人":
        faults += _need(row, "预警对象是个人", "target_title")
    if verification in VERIFIED:
        faults += _need(row, told, "verified_on", "degree")
        faults += _disposition_faults(row, guessed)
    elif verification in UNPROVED:
        faults += _need(row, told, "verified_on")
        faults += _forbid(row, told, "degree", *_LATER)
        if disposition and not isinstance(disposition, _Unknown) and disposition != NOT_DISPOSED:
            faults.append(Fault("not_expected", "disposition", {"reason": told, "remedy": Remedy("clear")}))
    elif verification == "核实中":
        faults += _forbid(row, told, "verified_on", "degree", "disposition", *_LATER)
    state, reason = _state(row, told)
    stated = row.get("state")
    if state and stated and not isinstance(stated, _Unknown) and stated != state:
        faults.append(
            Fault(
                "state_mismatch",
                "state",
                {"reason": reason, "suggestion": f"“{state}”", "remedy": Remedy("set", state)},
            )
        )
    return faults


def _disposition_faults(row: Mapping[str, Any], guessed: Container[str]) -> list[Fault]:
    """What is wrong with the disposition of a warning that was verified."""
    disposition = row.get("disposition")
    if disposition is _TRANSFER:
        return []
    told = f"按处置方式“{disposition}”" if "disposition" in guessed else f"处置方式为“{disposition}”"
    if _is_let_rest(row):
        return [_let_rest(row, guessed)]
    if disposition == NOT_DISPOSED:
        explained = Fault("not_disposed_explained", "disposition", {"reason": _verified_as(row, guessed)})
        return [explained, *_forbid(row, told, *_LATER)]
    faults: list[Fault] = []
    if not disposition:
        later = next((name for name in _LATER if row.get(name)), "")
        if not later:
            return []
        told = f"已填{_LATER[later]}"
        faults += _need(row, told, "disposition")
    elif disposition is _UNKNOWN:
        told = "已选定处置方式"
    faults += _need(row, told, "disposed_on", "handler", "feedback_due")
    if row.get("supervision"):
        faults += _need(row, "已有督查结果", "feedback_on")
    usual = USUAL_DISPOSITION.get(str(row.get("degree")))
    known = disposition is not None and not isinstance(disposition, _Unknown)
    if usual and known and disposition != usual and not row.get("remark"):
        faults.append(
            Fault(
                "disposition_doubtful",
                "disposition",
                {"degree": row["degree"], "expected": usual},
            )
        )
    return faults


def _verified_as(row: Mapping[str, Any], guessed: Container[str]) -> str:
    verification = row.get("verification")
    return f"按核实情况“{verification}”" if "verification" in guessed else f"核实情况为“{verification}”"


def _is_let_rest(row: Mapping[str, Any]) -> bool:
    """Whether a problem that proved true was not disposed of, and the remarks do not say why.

    The clause knows three dispositions for a problem, by its severity (第八条(二)2); 予以了结 is none of them.
    """
    return row.get("verification") in VERIFIED and row.get("disposition") == NOT_DISPOSED and row.get("remark") is None


def _owed_dispositions(row: Mapping[str, Any], guessed: Mapping[str, list[str]]) -> list[str]:
    """The dispositions that a problem asks for: one where its severity is known, else that of each likely severity."""
    degrees = guessed.get("degree") or [str(row.get("degree"))]
    return [USUAL_DISPOSITION[degree] for degree in degrees if degree in USUAL_DISPOSITION] or [
        *USUAL_DISPOSITION.values()
    ]


def _let_rest(row: Mapping[str, Any], guessed: Container[str]) -> Fault:
    details = {"reason": _verified_as(row, guessed)}
    return Fault("verified_not_disposed", "disposition", details)


def _need(row: Mapping[str, Any], reason: str, *names: str) -> list[Fault]:
    return [Fault("missing_because", name, {"reason": reason}) for name in names if row.get(name) is None]


def _forbid(row: Mapping[str, Any], reason: str, *names: str) -> list[Fault]:
    return [
        Fault("not_expected", name, {"reason": reason, "remedy": Remedy("clear")})
        for name in names
        if row.get(name) and row[name] is not _TRANSFER
    ]


def _state(row: Mapping[str, Any], told: str) -> tuple[str, str]:
    """The state that the other columns amount to, and why; "" where that cannot be told yet."""
    verification, disposition = row.get("verification"), row.get("disposition")
    if verification is None or isinstance(verification, _Unknown) or isinstance(disposition, _Unknown):
        return "", ""
    if verification == "核实中":
        return "已登记", "尚在核实中"
    if verification in UNPROVED:
        return "已办结", told
    if disposition == NOT_DISPOSED:
        return "已办结", f"处置方式为“{NOT_DISPOSED}”"
    if not disposition and not any(row.get(name) for name in _LATER):
        return "已核实", "处置方式未填写"
    if row.get("supervision") == "合格":
        return "已办结", "督查结果为“合格”"
    if isinstance(row.get("supervision"), _Unknown):
        return "", ""
    if row.get("feedback_on") or row.get("supervision"):
        return "已反馈", _why_answered(row)
    return "已处置", "反馈日期未填写"


def _why_answered(row: Mapping[str, Any]) -> str:
    """Why a warning counts as answered and no more: no inspection yet, or one that it did not pass."""
    if row.get("supervision"):
        return f"督查结果为“{row['supervision']}”"
    return "已填反馈日期，督查结果未填写"
