"""What the in-sheet functions answer, whatever program asks: a text or a number for every input, never an exception.

A blank gives a blank, and anything that is no word of the table gives 取值非法: just as the formula of the standard
workbooks does, so that IFERROR(LZ_LEVEL(…), formula) shows the same with and without the functions.

This very file also runs inside LibreOffice, whose own Python may be as old as 3.8: it imports nothing of lzxl and nothing
outside the standard library, and is written in what that Python knows. What it answers from is plain data
(`lzxl.functions.tables`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple, Union

Cell = Any
"""A cell as programs hand it over: text, a number, a truth value, a date, an error object, None."""
Answer = Union[str, float]
Block = List[List[Answer]]
"""Rows of answers, as a program spills them."""

_NUMBERS = (int, float)
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
        """The level of a risk (分级): "" if either is blank, 取值非法 if either is no word of the table."""
        return self._graded(likelihood, severity, 0, self.invalid)

    def basis(self, likelihood: Cell, severity: Cell) -> Answer:
        """What the level rests on; "" wherever there is no level."""
        return self._graded(likelihood, severity, 1, "")

    def score(self, self_score: Cell, inspection_score: Cell, final_score: Cell) -> Answer:
        """The weighted result of 自查, 日常督查 and 年终检查 (第八条(三)), half-up to one decimal.

        "" if one is blank; 取值非法 if one is no number from 0 to 1000.
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
    grids = [_grid(argument) for argument in arguments]
    height = max(len(grid) for grid in grids)
    width = max((len(row) for grid in grids for row in grid), default=0)
    if width == 1 and all(len(grid) in (1, height) for grid in grids):
        columns = [[row[0] for row in grid] if len(grid) > 1 else [grid[0][0]] * height for grid in grids]
        known: Dict[Any, Answer] = {}
        return [[_remembered(known, function, cells)] for cells in zip(*columns)]
    known = {}
    return [
        [_remembered(known, function, tuple(_at(grid, row, column) for grid in grids)) for column in range(width)]
        for row in range(height)
    ]


def _remembered(known: Dict[Any, Answer], function: Callable[..., Answer], cells: Tuple[Cell, ...]) -> Answer:
    """Most rows of a long table say what another has said: each combination is worked out once."""
    key = (cells, tuple(map(type, cells)))  # 1, 1.0 and TRUE are one key otherwise
    try:
        answer = known.get(key)
    except TypeError:  # a program's error object may have no hash
        return function(*cells)
    if answer is None:
        answer = known[key] = function(*cells)
    return answer


def _is_range(argument: Cell) -> bool:
    return isinstance(argument, (list, tuple))


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
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    try:
        number = Decimal(str(cell).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
