"""The rows of a table, cell by cell: of whom they are, and what each column shows of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lzxl.year.exports.known import Known
from lzxl.year.exports.of_leaders import OF_LEADERS, leaders
from lzxl.year.exports.of_persons import OF_PERSONS, persons
from lzxl.year.exports.of_units import OF_UNITS
from lzxl.year.exports.tables import Cell, Column, Export

Fact = Callable[[Known, Any, Column], Cell]
_FACTS: Mapping[str, Mapping[str, Fact]] = {"person": OF_PERSONS, "leader": OF_LEADERS, "unit": OF_UNITS}
_SUBJECTS: Mapping[str, Callable[[Known], Sequence[Any]]] = {
    "person": persons,
    "leader": leaders,
    "unit": lambda known: list(known.units.values()),
}


def rows_of(export: Export, known: Known) -> list[tuple[Cell, ...]]:
    """The rows of a table, cell by cell."""
    facts = _FACTS[export.rows]
    return [
        tuple(facts[column.shows](known, one, column) for column in export.columns)
        for one in _SUBJECTS[export.rows](known)
    ]


def facts_shown() -> dict[str, set[str]]:
    """What can be shown of each kind of row."""
    return {rows: set(facts) for rows, facts in _FACTS.items()}
