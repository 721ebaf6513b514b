"""What is known of a unit, power by power and item by item (行政管理和执法责任制考核)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lzxl.forms.roster import Unit
from lzxl.year.exports.known import Known
from lzxl.year.exports.tables import Cell, Column

NOT_SCORED = "未评"


def _unit(known: Known, one: Unit, column: Column) -> Cell:
    return known.told(one.code)


def _points(known: Known, one: Unit, column: Column) -> Cell:
    return known.counted(known.of_power(one.code, column.power))


def _warned(known: Known, one: Unit, column: Column) -> Cell:
    return len(known.warned_of_power(one.code, column.power))


def _reworked(known: Known, one: Unit, column: Column) -> Cell:
    return sum(course.standing.rework for course in known.warned_of_power(one.code, column.power))


def _score(known: Known, one: Unit, column: Column) -> Cell:
    given_score = known.scores.get((one.code, column.item))
    return NOT_SCORED if given_score is None else float(given_score)


OF_UNITS: Mapping[str, Callable[[Known, Unit, Column], Cell]] = {
    "unit": _unit,
    "points": _points,
    "warned": _warned,
    "reworked": _reworked,
    "score": _score,
}
"""What a column may show of one (`forms/sound_exports.py` names them as well)."""
