"""Numbers and names that another sheet refers to and that no row has: which row each of them goes back to.

Where one is lost and one row lacks one, that settles it; so does the place between the numbers before and after. Anything
else is left to the unit: dealt out in the order of the file, content would go to another row's number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy, Severity, either
from lzxl.forms.text import compact
from lzxl.submission import Table

Row = tuple[Table, int]
"""A table and the index of a row in it."""

_LAST_DIGITS = re.compile(r"^(.*?)([0-9]{1,12})$")
# A message names no more rows than this, and offers no more numbers or names to choose from.
_MOST_NAMED = 8
_MOST_OFFERED = 30


@dataclass(frozen=True)
class Notes:
    """What the unit has to do beside giving a row its number."""

    new: str = ""
    """After a number that nothing refers to yet; {new} is that number."""
    left: str = ""
    """Where more numbers were lost than rows lack one: others may be referred to than the one that was chosen."""


def give_back(
    report: Report, name: str, rows: Sequence[Row], lost: Sequence[str], fresh: Callable[[], str], notes: Notes
) -> None:
    """Advise for each of `rows`, whose field `name` is blank or wrong, what belongs there: one of `lost`, or a new one.

    `fresh`: the next number that nothing uses yet, "" if none can be told.
    """
    settled = _settled(name, rows, lost)
    for number, value in settled.items():
        table, index = rows[number]
        report.advise(table, name, index, Remedy("set", value))
        report.restored[table.name, name, compact(value)] = _row_named(table, name, index)
    taken = set(settled.values())
    left = [value for value in lost if value not in taken]
    unsettled = [row for number, row in enumerate(rows) if number not in settled]
    if left and unsettled:
        _offer(report, name, unsettled, left, fresh, notes)
    else:
        _give_new(report, name, unsettled, fresh)


def _give_new(report: Report, name: str, rows: Sequence[Row], fresh: Callable[[], str]) -> None:
    for table, index in rows:
        new = fresh()
        if new:
            report.advise(table, name, index, Remedy("set", new))


def _offer(
    report: Report, name: str, rows: Sequence[Row], lost: Sequence[str], fresh: Callable[[], str], notes: Notes
) -> None:
    """Several rows, several lost ones: let the unit choose, and say at each reference where it goes."""
    offered = tuple(lost[:_MOST_OFFERED])
    if len(lost) <= len(rows):
        place = _rows_named(rows)
        for value in lost:
            report.restored[rows[0][0].name, name, compact(value)] = place
    for table, index in rows:
        new = fresh() if len(lost) < len(rows) else ""
        note = "各用一次，不要重复。" if len(rows) > 1 else ""
        if new:
            note += notes.new.format(new=new)
        elif len(lost) > len(rows):
            note += notes.left
        words = (*offered, new) if new else offered
        report.advise(table, name, index, Remedy("choose", words), either(words), note)


def _settled(name: str, rows: Sequence[Row], lost: Sequence[str]) -> dict[int, str]:
    """Number of a row in `rows` → the lost one that is its own, as far as that is beyond doubt."""
    if len(rows) == len(lost) == 1:
        return {0: lost[0]}
    known = set(lost)
    between = {number: _between(table, name, index) & known for number, (table, index) in enumerate(rows)}
    wanted = Counter(chain.from_iterable(between.values()))
    alone = {number: min(values) for number, values in between.items() if len(values) == 1}
    return {number: value for number, value in alone.items() if wanted[value] == 1}


def _between(table: Table, name: str, index: int) -> set[str]:
    """The numbers that follow the one of the row above, and come before the one of the row below."""
    values = table.values[name]
    found = set()
    for other, step in ((index - 1, 1), (index + 1, -1)):
        match = _LAST_DIGITS.match(values[other]) if 0 <= other < len(values) and values[other] else None
        if match is not None:
            stem, digits = match.groups()
            found.add(f"{stem}{int(digits) + step:0{len(digits)}d}")
    return found


def _row_named(table: Table, name: str, index: int) -> str:
    """A row as a message names it; of two rows with one number or name, which one is wrong only the unit knows."""
    value = table.values[name][index]
    first = table.values[name].index(value) if value is not None else index
    if first == index:
        return f"“{table.title}”表第{table.rows[index]}行"
    return f"“{table.title}”表第{table.rows[first]}行、第{table.rows[index]}行中有误的一行"


def _rows_named(rows: Sequence[Row]) -> str:
    title = rows[0][0].title
    numbers = [str(table.rows[index]) for table, index in rows if table.title == title][:_MOST_NAMED]
    return f"“{title}”表第{'、'.join(numbers)}行中应填该编号的一行"


def where_restored(report: Report, sheet_name: str, name: str) -> Mapping[str, str]:
    """Lost number or name, compacted → the row of sheet `sheet_name` that it goes back to, as a message names it."""
    return {
        value: place for (sheet, field, value), place in report.restored.items() if (sheet, field) == (sheet_name, name)
    }


def severity_where_lost(report: Report, sheet_name: str, name: str) -> Severity:
    """Of the findings in cells that refer to what rows of sheet `sheet_name` have lost: those cells are right as they are.

    Where each such row has an error of its own, that is what is to be mended, and what counts. For after all findings about
    these rows.
    """
    cells = {table.place(name, index) for table in report.tables(sheet_name) for index in table.indexes}
    return "info" if cells & report.advice.keys() <= report.wrong_places.keys() else "error"
