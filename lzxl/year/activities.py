"""What the office's record of its work says was made public, and until when (第八条(一))."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lzxl.forms.load import load_form
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
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
    if record is None:
        return
    form = load_form(record.form)
    for table in record.tables:
        sheet = form.by_name[table.name]
        rule = sheet.rules.recorded
        if rule is None:
            continue
        vocabulary = sheet.by_name[rule.kind].vocabulary
        words = vocabulary.in_role("publicity") if vocabulary is not None else ()
        for index in range(len(table.rows)):
            day, said = table.get(rule.day, index), table.get(rule.unit, index)
            unit = unit_code(said, units) if said else ""
            is_public = table.get(rule.kind, index) in words and isinstance(day, datetime.date) and day <= as_of
            if is_public and (unit or not said):
                scope = str(table.get(rule.scope, index) or "")
                yield Publicity(day, unit, scope, bool(table.get(rule.result, index)))
