"""What the office's record of its work says was made public, and until when (第八条(一))."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Activities
from lzxl.submission import Submission, Table
from lzxl.year.units import unit_code


@dataclass(frozen=True)
class Publicity:
    """A row about something that was made public."""

    day: datetime.date
    unit: str
    """The code of the unit that it was about; "" where it was about all of them."""
    scope: str
    is_settled: bool
    """Whether it is written down what came of it."""

    def covers(self, unit: str) -> bool:
        return self.unit in ("", unit)


def publicity_in(record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date) -> Iterator[Publicity]:
    """What was made public up to a day; of a row whose unit is none of the roster's nobody knows whom it covers."""
    for table, rule, index, unit in _rows(record, units, as_of, "publicity"):
        day, said = table.get(rule.day, index), table.get(rule.unit, index)
        if unit or not said:
            scope = str(table.get(rule.scope, index) or "")
            yield Publicity(day, unit, scope, bool(table.get(rule.result, index)))


def pledges_in(record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date) -> dict[str, int]:
    """Unit → how many of its people signed a pledge up to a day, as far as the rows name a unit."""
    found: dict[str, int] = {}
    for table, rule, index, unit in _rows(record, units, as_of, "pledge"):
        signed = table.get(rule.people, index)
        if unit and isinstance(signed, int):
            found[unit] = found.get(unit, 0) + signed
    return found


def _rows(
    record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date, role: str
) -> Iterator[tuple[Table, Activities, int, str]]:
    """(table, rule, row, unit) of what was done of a kind up to a day; unit "" where the row names none of the roster's."""
    form = load_form(record.form) if record is not None else None
    for table in record.tables if record is not None else ():
        assert form is not None
        sheet = form.by_name[table.name]
        rule = sheet.rules.recorded
        vocabulary = sheet.by_name[rule.kind].vocabulary if rule is not None else None
        if rule is None or vocabulary is None:
            continue
        for index in table.indexes:
            day, said = table.get(rule.day, index), table.get(rule.unit, index)
            is_one = table.get(rule.kind, index) in vocabulary.in_role(role)
            if is_one and isinstance(day, datetime.date) and day <= as_of:
                yield table, rule, index, unit_code(said, units) if said else ""
