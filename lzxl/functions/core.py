"""What the in-sheet functions answer, whatever program asks: a text or a number for every input, never an exception.

A blank gives a blank, and anything that is no word of the table gives 用词不在可选范围: just as the formula of the standard
workbooks does, so that IFERROR(LZ_LEVEL(…), formula) shows the same with and without the functions.

This very file also runs inside LibreOffice, whose own Python may be as old as 3.8: it imports nothing of lzxl and nothing
outside the standard library, and is written in what that Python knows. What it answers from is plain data
(`lzxl.functions.tables`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import chain
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple, Union

Cell = Any
"""A cell as programs hand it over: text, a number, a truth value, a date, an error object, None."""
Answer = Union[str, float]
Block = List[List[Answer]]
"""Rows of answers, as a program spills them."""
ALL_ROWS = 1_048_576
"""Rows of a sheet."""

_NUMBERS = (int, float)
_RANGES = (list, tuple)
_TENTH = Decimal("0.1")
_HIGHEST = 1000


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

    def level(self, likelihood: Cell, severity: Cell) -> Answer:
        """The level of a risk (分级): "" if either is blank, 用词不在可选范围 if either is no word of the table."""
        return self._graded(likelihood, severity, 0, self.invalid)

    def basis(self, likelihood: Cell, severity: Cell) -> Answer:
        """What the level rests on; "" wherever there is no level."""
        return self._graded(likelihood, severity, 1, "")

    def score(self, self_score: Cell, inspection_score: Cell, final_score: Cell) -> Answer:
        """The weighted result of 自查, 日常督查 and 年终检查 (第八条(三)), half-up to one decimal.

        "" if one is blank; 用词不在可选范围 if one is no number from 0 to 1000.
        """
        cells = (self_score, inspection_score, final_score)
        if any(cell is None or cell == "" for cell in cells):
            return ""
        total = Decimal(0)
        for weight, cell in zip(self._weights, cells):
            number = _number(cell)
            if number is None or not 0 <= number <= _HIGHEST:
                return self.invalid
            total += weight * number
        return float((total / 100).quantize(_TENTH, rounding=ROUND_HALF_UP))

    def disposition(self, degree: Cell) -> Answer:
        """The usual disposition of a verified problem with its reason (第八条(二)2): a suggestion, never a decision."""
        if _is_blank(degree):
            return ""
        return self._dispositions.get(degree, self.invalid) if isinstance(degree, str) else self.invalid

    def _graded(self, likelihood: Cell, severity: Cell, part: int, wrong: str) -> Answer:
        if _is_blank(likelihood) or _is_blank(severity):
            return ""
        if not isinstance(likelihood, str) or not isinstance(severity, str):
            return wrong
        grade = self._grades.get((likelihood, severity))
        return wrong if grade is None else grade[part]


def over_ranges(function: Callable[..., Answer], *arguments: Cell | Sequence[Cell]) -> Answer | Block:
    """`function` over ranges, cell by cell; a single answer if every argument is a single cell.

    Ranges come as rows of cells, or as one list of cells where a program hands over a single column. A single cell, row
    or column goes with every row or column of the others; where a shorter range has no cell, that cell counts as blank.
    """
    if not any(_is_range(argument) for argument in arguments):
        return function(*arguments)
    known = _Known(function)
    columns = _columns(arguments)
    if columns is not None:
        try:
            return [[known[cells]] for cells in zip(*columns)]
        except TypeError:  # a program's error object may have no hash
            return [[known.answer(cells)] for cells in zip(*columns)]
    grids = [_grid(argument) for argument in arguments]
    height = max(len(grid) for grid in grids)
    width = max((len(row) for grid in grids for row in grid), default=0)
    return [
        [known.answer(tuple(_at(grid, row, column) for grid in grids)) for column in range(width)]
        for row in range(height)
    ]


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


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str, Decimal)):  # an amount of money is a Decimal
        return None
    try:
        number = Decimal(str(cell).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
