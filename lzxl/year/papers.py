"""The numbers of papers (文号), as 云环廉办〔2026〕3号: which is used twice, and which were left out between; and what the record
of papers tells of them."""

from __future__ import annotations

import datetime
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lzxl.forms.model import Sheet
from lzxl.forms.roster import Unit
from lzxl.forms.rules_of_books import Papers
from lzxl.submission import Submission, Table
from lzxl.year.units import unit_code

# 六角括号 are hard to find on a keyboard: whatever brackets there are, are typed for them.
_NUMBER = re.compile(r"^(?P<series>.+?)[\[(〔【](?P<year>\d{4})[\])〕】]第?(?P<serial>\d{1,6})号$")


@dataclass(frozen=True, order=True)
class PaperNumber:
    """A series of a year, and the place of the paper in it."""

    series: str
    year: int
    serial: int


def read_number(text: str) -> PaperNumber | None:
    """The number that a text is, whatever brackets it is written with; None if it is none."""
    plain = plain_series(text or "")
    match = _NUMBER.match(plain)
    return PaperNumber(match["series"], int(match["year"]), int(match["serial"])) if match else None


def plain_series(text: str) -> str:
    """A series as it is compared, however it was typed."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def written_number(number: PaperNumber) -> str:
    """A number as it stands on the paper: with 六角括号, nothing before the figures of its place."""
    return f"{number.series}〔{number.year}〕{number.serial}号"


def next_number(series: str, year: int, numbers: Iterable[str], highest: int = 0) -> PaperNumber:
    """The number after all that a series of a year has had. `highest`: the last place that was given, whatever became of it."""
    plain = plain_series(series)
    read = filter(None, map(read_number, numbers))
    places = [one.serial for one in read if (one.series, one.year) == (plain, year)]
    return PaperNumber(plain, year, max([highest, *places]) + 1)


@dataclass(frozen=True)
class Recorded:
    """A row of the record of papers (文号簿)."""

    at: int
    number: str
    kind: str
    object: str
    unit: str
    is_void: bool


def recorded_papers(record: Submission | None) -> list[Recorded]:
    """The rows of the record, as they stand; those without a number are none."""
    found = []
    for table, sheet, rule in _records(record):
        void = sheet.words(rule.state, "void")
        for index, number in table.filled(rule.number):
            kind, about, unit = (table.text(name, index) for name in (rule.kind, rule.object, rule.unit))
            is_void = table.get(rule.state, index) in void
            found.append(Recorded(table.rows[index], str(number), kind, about, unit, is_void))
    return found


def _records(record: Submission | None) -> Iterable[tuple[Table, Sheet, Papers]]:
    """The tables of the record that have the papers, each with its sheet and its rule."""
    return record.rules_of(Papers) if record is not None else ()


@dataclass(frozen=True)
class Twice:
    """A number that stands in the row `at` and stood in the row `before`."""

    at: int
    before: int


@dataclass(frozen=True)
class Gap:
    """Numbers of a series that no row has, before the one in the row `at`."""

    at: int
    before: int
    after: int
    missing: tuple[int, ...]


def numbers_twice(rows: Iterable[tuple[int, str]]) -> list[Twice]:
    """Of (row, number): those that stood in a row before."""
    seen: dict[PaperNumber | str, int] = {}
    found = []
    for at, text in rows:
        # What is no number as papers have them can stand twice as well.
        key = read_number(text) or "".join(text.split())
        if key in seen:
            found.append(Twice(at, seen[key]))
        elif key:
            seen[key] = at
    return found


def number_gaps(rows: Iterable[tuple[int, str]], elsewhere: Iterable[str] = ()) -> list[Gap]:
    """Of (row, number): what is left out within a series of a year, told at the next row. `elsewhere`: numbers that other papers
    have."""
    at_row: dict[PaperNumber, int] = {}
    for at, text in rows:
        number = read_number(text)
        if number is not None:
            at_row.setdefault(number, at)
    known = sorted({*at_row, *filter(None, map(read_number, elsewhere))})
    return [
        gap
        for _, series in itertools.groupby(known, lambda number: (number.series, number.year))
        for gap in _gaps_in(list(series), at_row)
    ]


def _gaps_in(known: Sequence[PaperNumber], at_row: Mapping[PaperNumber, int]) -> Iterator[Gap]:
    """The gaps of one series. A number that stands elsewhere has no row to tell a gap at: the next row tells what is left out
    before it as well."""
    before, missing = known[0].serial, list[int]()
    for earlier, later in itertools.pairwise(known):
        missing += range(earlier.serial + 1, later.serial)
        if later not in at_row:
            continue
        if missing:
            yield Gap(at_row[later], before, later.serial, tuple(missing))
        before, missing = later.serial, []


def notices_of(
    record: Submission | None, units: Mapping[str, Unit], as_of: datetime.date
) -> dict[str, list[datetime.date]]:
    """Unit → the days up to `as_of` on which it was told that its nil return is revoked, by the office's record of papers."""
    found: dict[str, list[datetime.date]] = {}
    for table, rule, index in _notices(record):
        day, unit = table.day(rule.day, index), unit_code(table.get(rule.unit, index), units)
        if unit and day is not None and day <= as_of:
            found.setdefault(unit, []).append(day)
    return found


def _notices(record: Submission | None) -> Iterator[tuple[Table, Papers, int]]:
    """(table, rule, index) of each row of the record by which a nil return is revoked."""
    for table, sheet, rule in _records(record):
        kinds, void = sheet.words(rule.kind, "nil_revoked"), sheet.words(rule.state, "void")
        for index, kind in table.filled(rule.kind):
            if kind in kinds and table.get(rule.state, index) not in void:
                yield table, rule, index


def told_serials(serials: Iterable[int]) -> str:
    """4、5、7 or 4–8: runs of three and more are told by their ends."""
    runs: list[list[int]] = []
    for serial in serials:
        if runs and runs[-1][-1] + 1 == serial:
            runs[-1].append(serial)
        else:
            runs.append([serial])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs)
