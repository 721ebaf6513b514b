"""What the office's record of its work says was made public, and until when (第八条(一))."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import Activities
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
    for done in _done(record, units, as_of, "publicity"):
        if done.unit or not done.said(done.rule.unit):
            is_settled = bool(done.said(done.rule.result))
            yield Publicity(done.day, done.unit, str(done.said(done.rule.scope) or ""), is_settled)


def pledges_in(record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date) -> dict[str, int]:
    """Unit → how many of its people signed a pledge up to a day, as far as the rows name a unit."""
    found: dict[str, int] = {}
    for done in _done(record, units, as_of, "pledge"):
        signed = done.said(done.rule.people)
        if done.unit and isinstance(signed, int):
            found[done.unit] = found.get(done.unit, 0) + signed
    return found


@dataclass(frozen=True)
class _Done:
    """A row of something that the office did."""

    table: Table
    index: int
    rule: Activities
    day: datetime.date
    unit: str
    """The code of its unit; "" where the row names none of the roster's."""

    def said(self, name: str) -> Any:
        return self.table.get(name, self.index)


def _done(record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date, role: str) -> Iterator[_Done]:
    """What was done of a kind up to a day."""
    for table, rule, words in _tables(record, role):
        for index, kind in table.filled(rule.kind):
            day, said = table.day(rule.day, index), table.get(rule.unit, index)
            if kind in words and day is not None and day <= as_of:
                yield _Done(table, index, rule, day, unit_code(said, units) if said else "")


def _tables(record: Submission | None, role: str) -> Iterator[tuple[Table, Activities, tuple[str, ...]]]:
    """The tables of what was done, each with its rule and the words of a kind."""
    for table, sheet, rule in record.rules_of(Activities) if record is not None else ():
        yield table, rule, sheet.words(rule.kind, role)
