"""Numbers and names of rows: unique over all tables of one kind in a file, and beginning with the unit's own code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any

from lzxl.checks.lost import Notes, give_back
from lzxl.checks.report import Report
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import compact, with_hyphens
from lzxl.submission import Submission, Table


def check_identifiers(report: Report) -> None:
    """Findings `not_unique`, `id_of_other_unit` and `number_given`."""
    for tables, entry in _unique_columns(report):
        _check_unique(report, tables, entry)
        for table in tables:
            for index in sorted(table.told.get(entry.name, ())):
                report.cell("number_given", table, entry.name, index)
        for table in tables:
            _check_prefix(report, table, entry)


def _unique_columns(report: Report) -> Iterator[tuple[list[Table], Field]]:
    """(tables, field): each field that must not repeat, and the tables of its sheet that have a column for it.

    A unit may have copied a sheet, or begun a second table below the first: all of them are one list.
    """
    for name in dict.fromkeys(table.name for table in report.submission.tables):
        for entry in report.form.by_name[name].inputs:
            if entry.unique:
                yield [table for table in report.tables(name) if entry.name in table.columns], entry


def columns_of_numbers(submission: Submission, form: Form) -> Iterator[tuple[Table, Field]]:
    """The columns of numbers that no two rows of the bureau may share."""
    for table in submission.tables:
        for entry in form.by_name[table.name].inputs:
            if entry.kind == "id" and entry.unique and entry.name in table.columns:
                yield table, entry


def is_well_formed(entry: Field, value: Any) -> bool:
    """Whether an identifier has its field's format; one that has not is reported for that alone."""
    if not isinstance(value, str):
        return False
    check = entry.checks.get("str_matches")
    return check is None or _compiled(check["pattern"]).match(value) is not None


# What stands between the numbers of a list.
_BETWEEN = re.compile(r"[-、,，;；/|和及与至到~～—…\s]+")
# What makes of the two beside it the ends of a range.
_RANGE = re.compile(r"\s*[-至到~～—]\s*")
_CUT_SHORT = re.compile(r"[0-9]{1,6}(?![0-9A-Z-])")
# A cell with a longer text holds no list of numbers; a range is never longer than a register.
_LONGEST_LIST = 2000
_LONGEST_RANGE = 500


def numbers_in(entry: Field, written: Any) -> tuple[str, ...]:
    """The numbers of a cell that holds several where one belongs, as written; () for anything else.

    The later ones may be cut short, as in HB05-001、002; of a range, HB05-001至HB05-004, all are given.
    """
    check = entry.checks.get("str_matches")
    if check is None or not isinstance(written, str) or len(written) > _LONGEST_LIST:
        return ()
    # Chinese input methods type letters and figures in full width, and several kinds of dashes.
    text = with_hyphens(unicodedata.normalize("NFKC", written)).upper().strip()
    found = _ListedNumbers(_compiled(check["pattern"].removeprefix("^").removesuffix("$")), text).read()
    return tuple(found) if len(found) > 1 else ()


class _ListedNumbers:
    """The numbers of a list, read from its beginning to its end."""

    def __init__(self, whole: re.Pattern[str], text: str) -> None:
        self._whole = whole
        self._text = text
        self._found: list[str] = []

    def read(self) -> list[str]:
        """All of them; [] if there is anything in the text besides."""
        position = 0
        while position < len(self._text):
            between = _BETWEEN.match(self._text, position)
            start = between.end() if between else position
            if start == len(self._text):
                break
            number = self._number_at(start, between)
            if number is None or (between and not self._found):
                return []
            if between and _RANGE.fullmatch(between.group()):
                self._found += _inner_numbers(self._found[-1], number.group())
            self._found.append(number.group())
            position = number.end()
        return self._found

    def _number_at(self, start: int, between: re.Match[str] | None) -> re.Match[str] | None:
        """A whole number, or behind another one and what stands between them one that is cut short.

        Nothing need stand between two whole numbers: a line break may have been lost.
        """
        whole = self._whole.match(self._text, start)
        if whole is not None or between is None or not self._found:
            return whole
        return _CUT_SHORT.match(self._text, start)


def _inner_numbers(first: str, last: str) -> list[str]:
    """The numbers between the two ends of a range, cut short; [] where these are no range."""
    stem, low = _split(first)
    of_last, high = _split(last)
    if of_last not in ("", stem):
        return []
    inner = range(int(low) + 1, int(high)) if low and high else range(0)
    return [str(number).zfill(len(low)) for number in inner] if len(inner) <= _LONGEST_RANGE else []


def _split(number: str) -> tuple[str, str]:
    """What stands before the figures that count, and these."""
    stem = number.rstrip("0123456789")
    return stem, number[len(stem) :]


def full_numbers(entry: Field, written: Any) -> tuple[str, ...]:
    """`numbers_in` with those that were cut short in full."""
    several = numbers_in(entry, written)
    stem = _split(several[0])[0] if several else ""
    return tuple(f"{stem}{part}" if part.isdecimal() else part for part in several)


def written_numbers(tables: list[Table], entry: Field) -> set[Any]:
    """Every number that stands in a field of `tables`, be it one of several in its cell."""
    found: set[Any] = set()
    for table in tables:
        for index, value in table.filled(entry.name):
            if is_well_formed(entry, value):
                found.add(value)
            else:
                found.update(full_numbers(entry, table.shown(entry.name, index)))
    return found


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def rows_in_doubt(report: Report, sheet_name: str, name: str) -> list[tuple[Table, set[int]]]:
    """For each table of a sheet, the rows whose number or name is blank, used before, or no sound number.

    Advice is given to no others.
    """
    tables = [table for table in report.tables(sheet_name) if name in table.columns]
    entry = report.form.by_name[sheet_name].by_name[name]
    if entry.kind == "id":
        sound = sound_rows(report, tables, entry)
        return [(table, set(table.indexes) - rows) for table, rows in sound]
    seen: set[str] = set()
    return [(table, _unnamed_rows(table.values[name], seen)) for table in tables]


def _unnamed_rows(names: list[Any], seen: set[str]) -> set[int]:
    """The rows whose name is blank or one of `seen`; `seen` has all names afterwards."""
    unnamed = set()
    for index, value in enumerate(names):
        key = compact(value) if isinstance(value, str) else ""
        if not key or key in seen:
            unnamed.add(index)
        seen.add(key)
    return unnamed


def plan_numbers(report: Report) -> None:
    """Advise a number for every row whose own is blank, unreadable, ill-formed, foreign or used before.

    A number that other sheets refer to and no row has goes back to one of them (`checks.lost`); the others get new ones.
    """
    for tables, entry in _unique_columns(report):
        if entry.kind == "id":
            _plan_column(report, tables, entry)


def _plan_column(report: Report, tables: list[Table], entry: Field) -> None:
    lost = lost_numbers(report, tables, entry)
    taken = {value for table in tables for _, value in table.filled(entry.name)}
    # A lost number is not free: given to a new row, the measures of another risk would answer that.
    free = free_numbers(entry, taken.union(lost), report.own_code)
    notes = _notes(report, tables[0].name) if tables else Notes()
    rows = list(_rows_to_number(report, tables, entry))
    give_back(report, entry.name, rows, lost, lambda: next(free, ""), notes)


def _rows_to_number(report: Report, tables: list[Table], entry: Field) -> Iterator[tuple[Table, int]]:
    """The rows without a sound number that want one."""
    for table, sound in sound_rows(report, tables, entry):
        for index in table.indexes:
            if index not in sound and _wants_number(report, table, entry, index):
                yield table, index


def _wants_number(report: Report, table: Table, entry: Field, index: int) -> bool:
    """Whether a row without a sound number is one to number: not several in one, nor the rest of another."""
    return not numbers_in(entry, table.shown(entry.name, index)) and not report.is_rest(table, index)


def _notes(report: Report, sheet_name: str) -> Notes:
    """What is to be done beside giving a row its number, where rows of another sheet must refer to each."""
    covering = report.form.covering(sheet_name)
    if covering is None or all(has_first(report, table, covering[0]) for table in report.tables(sheet_name)):
        return Notes()
    sheet, reference = covering
    return Notes(
        new=f"用“{{new}}”的，在“{sheet.title}”表至少登记一条措施，“{reference.title}”填“{{new}}”。",
        left=f"选定后没有措施对应的，在“{sheet.title}”表至少登记一条。",
    )


def has_first(report: Report, table: Table, other: Sheet) -> bool:
    """Whether the rows of a table have a place for their first row of another sheet."""
    own = report.form.by_name[table.name].first_rows_of.get(other.name, {})
    return any(own.get(name) in table.columns for name in other.subject)


def sound_rows(report: Report, tables: list[Table], entry: Field) -> list[tuple[Table, set[int]]]:
    """For each table, the rows whose number is well-formed, the unit's own, and the first of its kind in any of them."""
    start = f"{report.own_code}-" if report.own_code and report.form.cover is not None else ""
    seen: set[str] = set()
    return [(table, _sound_rows(table, entry, start, seen)) for table in tables]


def _sound_rows(table: Table, entry: Field, start: str, seen: set[str]) -> set[int]:
    """The rows whose number begins with `start` and is none of `seen`; `seen` has their numbers afterwards."""
    rows = set()
    for index, value in table.filled(entry.name):
        if value not in seen and is_well_formed(entry, value) and value.startswith(start):
            seen.add(value)
            rows.add(index)
    return rows


def lost_numbers(report: Report, tables: list[Table], entry: Field) -> list[str]:
    """Numbers of the unit that another sheet refers to and that no row of `tables` has, in the order of reference."""
    known = written_numbers(tables, entry)
    start = f"{report.own_code}-"
    referred = dict.fromkeys(_referred_to(report, {f"{table.name}.{entry.name}" for table in tables}))
    own = [value for value in referred if is_well_formed(entry, value) and value.startswith(start)]
    return [value for value in own if value not in known]


def _referred_to(report: Report, targets: set[str]) -> Iterator[Any]:
    """Every value of the fields that refer to one of `targets`, sheet.field each."""
    for table in report.submission.tables:
        for reference in report.form.by_name[table.name].inputs:
            if reference.references in targets:
                for _, value in table.filled(reference.name):
                    yield value


_EXAMPLE = re.compile(r"如 [A-Z0-9]+-([A-Z]*)(\d+)")


def free_numbers(entry: Field, taken: set[str], unit: str) -> Iterator[str]:
    """The numbers of `unit` after the last one taken; none if the unit or the form of numbers is unknown."""
    example = _EXAMPLE.search(entry.format)
    if example is None or not unit:
        return
    stem, width = f"{unit}-{example.group(1)}", len(example.group(2))
    # Python refuses to read a number of more than some thousand figures, and a cell may hold one.
    used = [int(value[len(stem) :]) for value in taken if re.fullmatch(re.escape(stem) + r"\d{1,12}", value)]
    for number in count(max(used, default=0) + 1):
        yield f"{stem}{number:0{width}d}"


def _check_unique(report: Report, tables: list[Table], entry: Field) -> None:
    first: dict[Any, tuple[Table, int]] = {}
    for table in tables:
        for index, value in table.filled(entry.name):
            row = table, index
            known = first.setdefault(compact(value) if isinstance(value, str) else value, row)
            if known is not row:
                report.cell("not_unique", table, entry.name, index, first=_row_named(*known, table))


def _row_named(table: Table, index: int, seen_from: Table) -> str:
    """A row as a message names it, with its sheet if that is another one."""
    sheet = f"“{table.title}”表" if table.title != seen_from.title else ""
    return f"{sheet}第{table.rows[index]}行"


def _check_prefix(report: Report, table: Table, entry: Field) -> None:
    unit = report.own_code
    if entry.kind != "id" or not unit or report.form.cover is None:
        return
    # With the hyphen: HB1 begins HB12 as well.
    start = f"{unit}-"
    for index, value in table.filled(entry.name):
        if not value.startswith(start) and is_well_formed(entry, value):
            report.cell("id_of_other_unit", table, entry.name, index, unit=unit)
