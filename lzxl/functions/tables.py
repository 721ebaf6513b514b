"""What the in-sheet functions answer from, as plain data: the same for Python, for the Calc add-in and for WPS."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from lzxl.forms.appraisal import AppraisalScheme, load_appraisal
from lzxl.forms.grading import INVALID, GradingTable
from lzxl.forms.vocabulary import Word
from lzxl.year.events import Machine, load_machine
from lzxl.year.workdays import Calendar, exceptions_of, known_years

_EPOCH = datetime.date(1899, 12, 30)
"""The day that a sheet counts its days from."""
_TRANSFER = "移送纪检监察机构"
_SUSPECTED = f"{_TRANSFER}（涉嫌违纪违法的只移送，本局不作处置）"
_DUE_TEXTS = {
    "not_a_day": "起算日不是日期",
    "not_a_count": "工作日数应为正整数",
    "not_given_days": "放假、调休日期里有不是日期的内容",
    "unknown_year": "年放假安排未载入，不能推算",
}


def tables_of(
    grading: GradingTable, appraisal: AppraisalScheme | None = None, calendar: Calendar | None = None
) -> dict[str, Any]:
    """The tables of a bureau, fit for JSON.

    invalid: what stands for a word that is none; grades: [likelihood, severity, level, basis] of every cell; weights: of
    the three scores in percent, as text; dispositions: degree of a problem → what is usually done, and why; targets: the
    kinds of target; mandated: degree → kind of target → what may be done and by whom (mandates of schemas/events.yaml); breach:
    answer whether a breach is suspected → what is said instead of any disposition, "" for nothing; calendar: as a sheet
    counts days, weekdays that are off, weekend days that are worked, first and last year that is arranged; due: what is
    said where there is no day.
    """
    scheme, machine = appraisal or load_appraisal(), load_machine()
    degrees = [degree for degree in machine.degrees.words if degree.answered_by]
    targets = [target.word for target in machine.targets.words]
    return {
        "scheme": grading.id,
        "title": grading.title,
        "invalid": INVALID,
        "grades": [[grade.likelihood, grade.severity, grade.level, grade.basis] for grade in grading.grades],
        "weights": [str(weight) for weight in scheme.weights.values()],
        "dispositions": {
            degree.word: f"建议{degree.answered_by[0]}（问题程度{degree.word}：{degree.definition}）"
            for degree in degrees
        },
        "targets": targets,
        "mandated": {
            degree.word: {target: _mandated(machine, degree, target) for target in targets} for degree in degrees
        },
        "breach": {
            **dict.fromkeys(machine.answers.in_role("affirmed"), _SUSPECTED),
            **dict.fromkeys(machine.answers.in_role("denied"), ""),
        },
        "calendar": _calendar(calendar or Calendar()),
        "due": dict(_DUE_TEXTS),
    }


def _mandated(machine: Machine, degree: Word, target: str) -> str:
    """What is suggested for a target of that kind; where nobody may give the disposition, that a transfer comes first."""
    disposition = degree.answered_by[0]
    mandate = machine.mandate(disposition, target)
    case = f"{machine.degrees.title}{degree.word}，对象为{target}"
    if mandate is None:
        return f"先由办公室研判是否{_TRANSFER}（{case}）"
    note = f"；{mandate.note}" if mandate.note else ""
    return f"建议{disposition}（{case}；由{'或'.join(mandate.who)}决定，文书为{mandate.paper}{note}）"


def _calendar(calendar: Calendar) -> dict[str, list[int]]:
    off, made_up = exceptions_of(calendar)
    years = known_years()
    return {"off": _serials(off), "made_up": _serials(made_up), "years": [years[0], years[-1]]}


def _serials(days: Iterable[datetime.date]) -> list[int]:
    return sorted((day - _EPOCH).days for day in days)
