"""What the in-sheet functions answer, whatever program asks: a text or a number for every input, never an exception.

A blank gives a blank, and anything that is no word of the table gives 用词不在可选范围: just as the formula of the standard
workbooks does, so that IFERROR(LZ_LEVEL(…), formula) shows the same with and without the functions.

This very file also runs inside LibreOffice, whose own Python may be as old as 3.8: it imports nothing of lzxl and nothing
outside the standard library, and is written in what that Python knows. What it answers from is plain data
(`lzxl.functions.tables`).
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import chain
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Sequence, Tuple, Union

Cell = Any
"""A cell as programs hand it over: text, a number, a truth value, a date, an error object, None."""
Answer = Union[str, float]
Block = List[List[Answer]]
"""Rows of answers, as a program spills them."""
ALL_ROWS = 1_048_576
"""Rows of a sheet."""

PARTS = frozenset(("invalid", "grades", "weights", "dispositions", "targets", "mandated", "breach", "calendar", "due"))
"""What the tables have that the functions answer from."""

_NUMBERS = (int, float)
_RANGES = (list, tuple)
_TENTH = Decimal("0.1")
_EPOCH = datetime.date(1899, 12, 30).toordinal()
"""The day that a sheet counts its days from: 1 is 31 December 1899."""
_LAST_DAY = datetime.date.max.toordinal() - _EPOCH
_A_DAY = re.compile(
    "[ \u3000]*([0-9]{4})(?:([-/.])([0-9]{1,2})\\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)[ \u3000]*"
)
_A_COUNT = re.compile("[ \u3000]*([0-9]{1,6})[ \u3000]*")
_HIGHEST = 1000
_DECIDED = 5
"""Columns of the decisions that a workbook carries."""


class Functions:
    """The functions over the tables of one bureau."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        """`tables`: as `lzxl.functions.tables.tables_of` gives them, or read back from JSON."""
        self.invalid: str = tables["invalid"]
        self._grades: Dict[Tuple[str, str], Tuple[str, str]] = {
            (likelihood, severity): (level, basis) for likelihood, severity, level, basis in tables["grades"]
        }
        self._weights = [Decimal(weight) for weight in tables["weights"]]
        self._dispositions: Dict[str, str] = dict(tables["dispositions"])
        self._mandated: Dict[str, Dict[str, str]] = dict(tables["mandated"])
        self._breach: Dict[str, str] = dict(tables["breach"])
        self._targets = frozenset(tables["targets"])
        self._calendar = _Calendar.of(tables["calendar"])
        self._due: Dict[str, str] = dict(tables["due"])

    def level(self, likelihood: Cell, severity: Cell) -> Answer:
        """The level of a risk (分级): "" if either is blank, 用词不在可选范围 if either is no word of the table."""
        return self._graded(likelihood, severity, 0, self.invalid)

    def basis(self, likelihood: Cell, severity: Cell) -> Answer:
        """What the level rests on; "" wherever there is no level."""
        return self._graded(likelihood, severity, 1, "")

    def basis_by(self, decided: Cell | Sequence[Cell] = None) -> Callable[..., Answer]:
        """What answers (likelihood, severity, number of a risk point) with what the level rests on.

        `decided`: rows of number, likelihood, severity, decided level and what is said of the decision, as a workbook that the
        office sent out has them under lz_decided. A decision is told of its point in the state that it was made on; else the one on
        the whole cell of the table (较小×较严重 in place of the number); else the table's own basis.
        """
        told = _decided_texts(decided)

        def basis(likelihood: Cell, severity: Cell, number: Cell = None) -> Answer:
            computed = self.basis(likelihood, severity)
            if not told or not computed or not (isinstance(number, str) or _is_blank(number)):
                return computed
            of_cell = told.get((f"{likelihood}×{severity}", likelihood, severity), computed)
            return told.get((number, likelihood, severity), of_cell)

        return basis

    def score(self, self_score: Cell, inspection_score: Cell, final_score: Cell) -> Answer:
        """The weighted result of 自查, 日常督查 and 年终检查 (第八条(三)), half-up to one decimal.

        "" if one is blank; 用词不在可选范围 if one is no number from 0 to 1000.
        """
        cells = (self_score, inspection_score, final_score)
        # Not `_is_blank`: a score of 0 is a score.
        if None in cells or "" in cells:
            return ""
        numbers = [number for number in map(_number, cells) if number is not None and 0 <= number <= _HIGHEST]
        if len(numbers) < len(cells):
            return self.invalid
        # Without strict, here and below: the Python of LibreOffice may be 3.8, which does not know it.
        total = sum((weight * number for weight, number in zip(self._weights, numbers)), Decimal(0))
        return float((total / 100).quantize(_TENTH, rounding=ROUND_HALF_UP))

    def disposition(self, degree: Cell, target_kind: Cell = None, breach: Cell = None) -> Answer:
        """The usual disposition of a verified problem with its reason (第八条(二)2): a suggestion, never a decision.

        `target_kind`: whom it concerns; then who may give it is said too. `breach`: whether a breach of discipline or law
        is suspected: if so, the matter is transferred, and nothing else is suggested whatever the other two say.
        """
        transferred = "" if _is_blank(breach) else self._breach.get(_word(breach), self.invalid)
        if transferred or _is_blank(degree):
            return transferred
        known = _word(degree)
        if known not in self._dispositions:
            return self.invalid
        if _is_blank(target_kind):
            return self._dispositions[known]
        return self._mandated[known][_word(target_kind)] if _word(target_kind) in self._targets else self.invalid

    def due_by(
        self, holidays: Cell | Sequence[Cell] = None, makeups: Cell | Sequence[Cell] = None
    ) -> Callable[[Cell, Cell], Answer]:
        """What answers (day, working days) with the day that many working days later, as a sheet counts days.

        The day itself does not count. `holidays` and `makeups`: days of the sheet's own, which go before the office's; a
        day in both is worked. A year that is arranged neither here nor by `holidays` is said, not guessed.
        """
        off, made_up = _given_days(holidays), _given_days(makeups)
        calendar = None if off is None or made_up is None else self._calendar.besides(off, made_up)

        def due(day: Cell, workdays: Cell) -> Answer:
            if _is_blank(day) or _is_blank(workdays):
                return ""
            start, count = _day(day), _count(workdays)
            if start is None:
                return self._due["not_a_day"]
            if count is None:
                return self._due["not_a_count"]
            return self._due["not_given_days"] if calendar is None else self._walked(calendar, start, count)

        return due

    def _walked(self, calendar: _Calendar, day: int, count: int) -> Answer:
        """`count` working days on from `day`; which year is unknown, as soon as the way leads into one."""
        while count:
            day += 1
            year = _year(day)
            if year not in calendar.years:
                return f"{year}{self._due['unknown_year']}"
            count -= calendar.is_workday(day)
        return float(day)

    def _graded(self, likelihood: Cell, severity: Cell, part: int, wrong: str) -> Answer:
        if _is_blank(likelihood) or _is_blank(severity):
            return ""
        if not isinstance(likelihood, str) or not isinstance(severity, str):
            return wrong
        grade = self._grades.get((likelihood, severity))
        return wrong if grade is None else grade[part]


class _Calendar:
    """Which days are worked, as a sheet counts days."""

    def __init__(self, off: FrozenSet[int], made_up: FrozenSet[int], years: FrozenSet[int]) -> None:
        self._off = off
        self._made_up = made_up
        self.years = years

    @classmethod
    def of(cls, table: Mapping[str, Sequence[int]]) -> _Calendar:
        first, last = table["years"]
        return cls(frozenset(table["off"]), frozenset(table["made_up"]), frozenset(range(first, last + 1)))

    def besides(self, off: FrozenSet[int], made_up: FrozenSet[int]) -> _Calendar:
        """This calendar, with days that are said otherwise of."""
        years = self.years.union(map(_year, off))
        return _Calendar((self._off | off) - made_up, (self._made_up - off) | made_up, years)

    def is_workday(self, day: int) -> bool:
        # Day 2, as days are counted here, is 1 January 1900: a Monday.
        return day in self._made_up or ((day - 2) % 7 < 5 and day not in self._off)


def _decided_texts(given: Cell | Sequence[Cell]) -> Dict[Tuple[Cell, ...], str]:
    """(number, likelihood, severity) → what is said of the decision; rows that are no such row tell nothing."""
    rows = [row for row in _grid(given) if len(row) >= _DECIDED and all(isinstance(cell, str) for cell in row)]
    return {(row[0], row[1], row[2]): row[_DECIDED - 1] for row in reversed(rows) if row[0] and row[_DECIDED - 1]}


def _given_days(given: Cell | Sequence[Cell]) -> FrozenSet[int] | None:
    """The days of a cell or a range without its blanks; None if something else stands there too."""
    days = [_day(cell) for row in _grid(given) for cell in row if not _is_blank(cell)]
    return None if None in days else frozenset(day for day in days if day is not None)


def _day(cell: Cell) -> int | None:
    """The day that a cell holds, as a sheet counts days: a date, its number, or a text like 2026-3-5 or 2026年3月5日."""
    if isinstance(cell, datetime.date):
        return datetime.date(cell.year, cell.month, cell.day).toordinal() - _EPOCH
    number = _plain_number(cell)
    if number is not None:
        return int(number) if 1 <= number < _LAST_DAY + 1 else None
    return _typed_day(cell) if isinstance(cell, str) else None


def _typed_day(text: str) -> int | None:
    match = _A_DAY.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, *chinese = match.groups()
    try:
        counted = datetime.date(*map(int, (year, month or chinese[0], day or chinese[1]))).toordinal() - _EPOCH
    except ValueError:
        return None
    return counted if counted >= 1 else None


def _count(cell: Cell) -> int | None:
    """A whole number of days, at least one."""
    number = _plain_number(cell)
    if number is not None:
        return int(number) if 1 <= number < float("inf") and number % 1 == 0 else None
    match = _A_COUNT.fullmatch(cell) if isinstance(cell, str) else None
    return (int(match[1]) or None) if match else None


def _plain_number(cell: Cell) -> int | float | None:
    """A number as it is; an amount of money, which refuses to be compared where it is none, as any other."""
    if isinstance(cell, Decimal):
        return float(cell) if cell.is_finite() else float("nan")
    return cell if isinstance(cell, _NUMBERS) and not isinstance(cell, bool) else None


def _year(day: int) -> int:
    return datetime.date.fromordinal(day + _EPOCH).year if day <= _LAST_DAY else datetime.MAXYEAR + 1


def over_ranges(function: Callable[..., Answer], *arguments: Cell | Sequence[Cell]) -> Answer | Block:
    """`function` over ranges, cell by cell; a single answer if every argument is a single cell.

    Ranges come as rows of cells, or as one list of cells where a program hands over a single column. A single cell, row
    or column goes with every row or column of the others; where a shorter range has no cell, that cell counts as blank.
    """
    if not any(_is_range(argument) for argument in arguments):
        return function(*arguments)
    known = _Known(function)
    columns = _columns(arguments)
    return _over_grids(known, arguments) if columns is None else _over_columns(known, columns)


def _over_columns(known: _Known, columns: Sequence[Sequence[Cell]]) -> Block:
    try:
        return [[known[cells]] for cells in zip(*columns)]
    except TypeError:  # a program's error object may have no hash
        return [[known.answer(cells)] for cells in zip(*columns)]


def _over_grids(known: _Known, arguments: Sequence[Cell | Sequence[Cell]]) -> Block:
    grids = [_grid(argument) for argument in arguments]
    height = max(map(len, grids))
    width = max(map(len, chain.from_iterable(grids)), default=0)

    def answer(row: int, column: int) -> Answer:
        return known.answer(tuple(_at(grid, row, column) for grid in grids))

    return [[answer(row, column) for column in range(width)] for row in range(height)]


def as_far_as_used(arguments: Sequence[Cell | Sequence[Cell]]) -> List[Cell | Sequence[Cell]]:
    """The arguments, whole columns cut where the last of them is used; that and every other range has a row at least."""
    used = max(map(_used_rows, arguments), default=1)
    return [argument[:used] if _is_whole_column(argument) else argument for argument in arguments]


class _Known(Dict[Tuple[Cell, ...], Answer]):
    """Answers by cells. Most rows of a long table say what another has said: each combination is worked out once.

    Only texts and blanks are keys by themselves: 1, 1.0 and TRUE would be one key.
    """

    def __init__(self, function: Callable[..., Answer]) -> None:
        super().__init__()
        self._function = function
        self._typed: Dict[Any, Answer] = {}

    def __missing__(self, cells: Tuple[Cell, ...]) -> Answer:
        if all(cell is None or type(cell) is str for cell in cells):
            answer = self[cells] = self._function(*cells)
            return answer
        key = (cells, tuple(map(type, cells)))
        known = self._typed.get(key)
        if known is None:
            known = self._typed[key] = self._function(*cells)
        return known

    def answer(self, cells: Tuple[Cell, ...]) -> Answer:
        """The answer for cells of which one may have no hash."""
        try:
            hash(cells)
        except TypeError:
            return self._function(*cells)
        return self[cells]


def _columns(arguments: Sequence[Cell | Sequence[Cell]]) -> List[Sequence[Cell]] | None:
    """The arguments as columns of one height, if they are that: the long tables, in which every step counts."""
    columns = []
    for argument in arguments:
        column = _column(argument)
        if not column:
            return None
        columns.append(column)
    height = max(map(len, columns))
    if any(len(column) not in (1, height) for column in columns):
        return None
    return [column if len(column) == height else [column[0]] * height for column in columns]


def _column(argument: Cell | Sequence[Cell]) -> Sequence[Cell] | None:
    """A cell or a single column as its cells; None for anything wider."""
    if not _is_range(argument):
        return [argument]
    nested = {issubclass(kind, _RANGES) for kind in set(map(type, argument))}
    if nested == {False}:
        return argument
    if nested == {True} and set(map(len, argument)) == {1}:
        return list(chain.from_iterable(argument))
    return None


def _is_range(argument: Cell) -> bool:
    return isinstance(argument, _RANGES)


def _is_whole_column(argument: Cell) -> bool:
    return _is_range(argument) and len(argument) == ALL_ROWS


def _used_rows(argument: Cell | Sequence[Cell]) -> int:
    """How far a whole column is used, at least one row; the rows of any other argument."""
    if not _is_whole_column(argument):
        return len(argument) if _is_range(argument) else 1
    for row in range(ALL_ROWS, 1, -1):
        line = argument[row - 1]
        if any(cell is not None and cell != "" for cell in (line if _is_range(line) else (line,))):
            return row
    return 1


def _grid(argument: Cell) -> List[List[Cell]]:
    if not _is_range(argument):
        return [[argument]]
    return [list(row) or [None] if _is_range(row) else [row] for row in argument] or [[None]]


def _at(grid: List[List[Cell]], row: int, column: int) -> Cell:
    line = grid[0] if len(grid) == 1 else grid[row] if row < len(grid) else []
    if len(line) == 1:
        return line[0]
    return line[column] if column < len(line) else None


def _is_blank(cell: Cell) -> bool:
    """Whether a cell is blank: programs hand over a blank cell as 0 where a cell may hold anything."""
    if cell is None or cell == "":
        return True
    return isinstance(cell, _NUMBERS) and not isinstance(cell, bool) and cell == 0


def _word(cell: Cell) -> str:
    """What a cell says if it is a text; "", which is no word of ours, if it is anything else."""
    return cell if isinstance(cell, str) else ""


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str, Decimal)):  # an amount of money is a Decimal
        return None
    try:
        # By way of its text: Decimal(0.35) is a little less than that, and half-up would go down.
        number = Decimal(str(cell).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
