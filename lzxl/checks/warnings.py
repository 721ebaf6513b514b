"""The ledger's rows hold together: verification, disposition, feedback, supervision and state (第八条(二)).

What a row must hold follows from how far the warning has come. A row whose verification is unknown is judged only on
what does not depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.workbook.submission import Table

VERIFIED = ("属实", "部分属实")
# 问题程度 → the disposition that usually answers it (第八条(二)2, by severity in the order of the clause).
USUAL_DISPOSITION = {"轻微": "警示提醒", "较重": "诫勉纠错", "严重": "责令整改"}
_LATER = ("disposed_on", "feedback_due", "feedback_on", "supervision")


class _Fault(NamedTuple):
    code: str
    name: str
    details: dict[str, Any]


def check_warnings(report: Report) -> None:
    """Findings `missing_because`, `not_expected`, `state_mismatch` and `disposition_doubtful`."""
    if report.form.id != "warning_ledger" or report.submission.own_layout:
        return
    for table in report.submission.tables:
        if table.name != "warnings":
            continue
        for index in range(len(table.rows)):
            row = _words(report, table, index)
            for fault in faults_of(row):
                if fault.name in table.columns and not table.is_broken(fault.name, index):
                    report.cell(fault.code, table, fault.name, index, **_filled(report, table, fault))


def _words(report: Report, table: Table, index: int) -> dict[str, Any]:
    """The row's values; a word outside its vocabulary counts as unknown, not as blank."""
    row: dict[str, Any] = {}
    for name in table.columns:
        value = table.get(name, index)
        vocabulary = report.field(table, name).vocabulary
        if table.is_broken(name, index) or (vocabulary is not None and value and value not in vocabulary.allowed):
            value = _UNKNOWN
        row[name] = value
    return row


class _Unknown:
    """A cell that holds something, but nobody can tell what."""

    def __bool__(self) -> bool:
        return True


_UNKNOWN = _Unknown()


def _filled(report: Report, table: Table, fault: _Fault) -> dict[str, Any]:
    details: dict[str, Any] = {"example": "", **fault.details}
    entry = report.field(table, fault.name)
    if fault.code == "missing_because":
        details["value"] = ""
        if entry.vocabulary is not None:
            details["example"] = f"，可选：{'、'.join(entry.vocabulary.allowed)}"
        elif entry.kind == "date":
            details["example"] = "，如 2026-11-10"
    return details


def faults_of(row: Mapping[str, Any]) -> list[_Fault]:
    """What is wrong with one warning; `row` maps field names to typed values, None where blank."""
    faults: list[_Fault] = []
    verification = row.get("verification")
    disposition = row.get("disposition")
    if row.get("target_kind") == "个人":
        faults += _need(row, "预警对象是个人", "target_title")
    if verification in VERIFIED:
        faults += _need(row, f"核实情况为“{verification}”", "verified_on", "degree")
    elif verification == "不属实":
        faults += _need(row, "核实情况为“不属实”", "verified_on")
        faults += _forbid(row, "核实情况为“不属实”", "degree", *_LATER)
        if disposition and disposition is not _UNKNOWN and disposition != "不处置":
            faults.append(_Fault("not_expected", "disposition", {"reason": "核实情况为“不属实”"}))
    elif verification == "核实中":
        faults += _forbid(row, "尚在核实中", "verified_on", "degree", "disposition", *_LATER)
    if verification in VERIFIED and disposition == "不处置":
        # The rules answer a verified problem with one of three dispositions.
        faults += _forbid(row, "处置方式为“不处置”", *_LATER)
    elif disposition and verification not in ("不属实", "核实中"):
        reason = "已选定处置方式" if disposition is _UNKNOWN else f"处置方式为“{disposition}”"
        faults += _need(row, reason, "disposed_on", "handler", "feedback_due")
        usual = USUAL_DISPOSITION.get(str(row.get("degree")))
        if usual and disposition is not _UNKNOWN and disposition != usual and not row.get("remark"):
            faults.append(
                _Fault(
                    "disposition_doubtful",
                    "disposition",
                    {"degree": row["degree"], "expected": usual, "remedy": Remedy("set", usual)},
                )
            )
    elif not disposition and verification in VERIFIED:
        faults += _forbid(row, "处置方式没有填", *_LATER)
    if row.get("supervision") and not row.get("feedback_on") and disposition:
        faults += _need(row, "已有督查结果", "feedback_on")
    state, reason = _state(row)
    stated = row.get("state")
    if state and stated and stated is not _UNKNOWN and stated != state:
        faults.append(
            _Fault(
                "state_mismatch",
                "state",
                {"reason": reason, "suggestion": f"“{state}”", "remedy": Remedy("set", state)},
            )
        )
    return faults


def _need(row: Mapping[str, Any], reason: str, *names: str) -> list[_Fault]:
    return [_Fault("missing_because", name, {"reason": reason}) for name in names if row.get(name) is None]


def _forbid(row: Mapping[str, Any], reason: str, *names: str) -> list[_Fault]:
    return [
        _Fault("not_expected", name, {"reason": reason, "remedy": Remedy("clear")}) for name in names if row.get(name)
    ]


def _state(row: Mapping[str, Any]) -> tuple[str, str]:
    """The state that the other columns amount to, and why; "" where that cannot be told yet."""
    verification, disposition = row.get("verification"), row.get("disposition")
    if verification is None or verification is _UNKNOWN or disposition is _UNKNOWN:
        return "", ""
    if verification == "核实中":
        return "已登记", "尚在核实中"
    if verification == "不属实" or disposition == "不处置":
        return "已办结", "核实情况为“不属实”" if verification == "不属实" else "处置方式为“不处置”"
    if not disposition:
        return "已核实", "处置方式没有填"
    if row.get("supervision") == "合格":
        return "已办结", "督查结果为“合格”"
    if row.get("supervision") is _UNKNOWN or row.get("feedback_on") is _UNKNOWN:
        return "", ""
    if row.get("feedback_on") or row.get("supervision"):
        return "已反馈", "已填反馈日期，督查未合格"
    return "已处置", "没有反馈日期"


def suggest_word(report: Report, table: Table, name: str, index: int) -> str | None:
    """The word that fits the rest of the row best, for a cell that is blank or wrong; None if several fit as well."""
    vocabulary = report.field(table, name).vocabulary
    if vocabulary is None:
        return None
    row = _words(report, table, index)
    tried = sorted(
        (len(faults_of({**row, name: word})), number, word) for number, word in enumerate(vocabulary.allowed)
    )
    return tried[0][2]
