"""What the in-sheet functions answer from, as plain data: the same for Python, for the Calc add-in and for WPS."""

from __future__ import annotations

from typing import Any

from lzxl.forms.appraisal import AppraisalScheme, load_appraisal
from lzxl.forms.grading import INVALID, GradingTable
from lzxl.forms.load import load_vocabularies


def tables_of(grading: GradingTable, appraisal: AppraisalScheme | None = None) -> dict[str, Any]:
    """The tables of a bureau, fit for JSON.

    invalid: what stands for a word that is none; grades: [likelihood, severity, level, basis] of every cell; weights: of
    the three scores in percent, as text; dispositions: degree of a problem → what is usually done, and why.
    """
    scheme = appraisal or load_appraisal()
    degrees = load_vocabularies()["degree"].words
    return {
        "scheme": grading.id,
        "title": grading.title,
        "invalid": INVALID,
        "grades": [[grade.likelihood, grade.severity, grade.level, grade.basis] for grade in grading.grades],
        "weights": [str(weight) for weight in scheme.weights.values()],
        "dispositions": {
            degree.word: f"建议{degree.answered_by[0]}（问题程度{degree.word}：{degree.definition}）"
            for degree in degrees
            if degree.answered_by
        },
    }
