"""Compares the totals that a unit wrote with what its rows add up to (件件对账: a total that is wrong hides a row)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, chain, islice
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.places import Place
from lzxl.forms.text import compact
from lzxl.forms.values import is_blank, parse
from lzxl.submission import Fact, LiveSum, StatedTotal, Table
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.rows import MEANS, total_word

_NUMBER = Field("", "", "score", "", "internal")
# 0.1 and 0.2 are not 0.3 as doubles: a sum of scores may differ from what was typed in its last bits.
_TOLERANCE = 1e-6
_MOST_DECIMALS = 6
# What adds up rows is given back for so many cells of a table; nobody has more.
_MOST_SUMS = 200
# The row of totals that Excel adds to a table may hold the sum, the count or the mean of a column.
_ANY_FUNCTION = frozenset({"汇总", "total", "grandtotal"})
_COUNT_OF_ROWS = re.compile(r"(?:^|[共计:])(\d{1,6})(?:个|条|项|件|行)(?:[(（].*)?$")


@dataclass(frozen=True, slots=True)
class _Total:
    """A total that someone wrote, and what its rows give."""

    row: int
    column: int
    stated: float
    actual: float
    how: str
    """What the actual number is: the sum, the mean, or the number of rows."""
    first: int
    last: int
    """The rows that it was found from."""
    is_right: bool
    addends: tuple[int, int, int] = (0, 0, 0)
    """Column, first and last row of the numbers that it adds up."""


@dataclass(slots=True)
class _Tally:
    """The numbers of a column so far."""

    total: float = 0.0
    count: int = 0
    first: int = 0
    last: int = 0

    @property
    def mean(self) -> float:
        return self.total / self.count

    def add(self, row: int, number: float) -> None:
        self.total += number
        self.count += 1
        self.first = self.first or row
        self.last = row


@dataclass(slots=True)
class _Tallies:
    """Column → its numbers, and how many rows there were."""

    columns: dict[int, _Tally] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    def add(self, row: int, numbers: dict[int, float]) -> None:
        self.rows.append(row)
        for column, number in numbers.items():
            self.columns.setdefault(column, _Tally()).add(row, number)


def wrong_totals(content: SheetContent, sheet: Sheet, table: Table) -> list[Fact]:
    """Every 小计, 合计 and merged section total that is not what its rows give.

    `table` is told what each of them adds up: whether that can be added at all, only the rules know.
    """
    totals = [*_total_rows(content, sheet, table), *_section_totals(content, sheet, table)]
    for total in totals[:_MOST_SUMS]:
        if total.addends[0]:
            table.totals[total.row, total.column] = StatedTotal(total.stated, *total.addends)
    return [_fact(content, table, total) for total in totals if not total.is_right]


def _fact(content: SheetContent, table: Table, total: _Total) -> Fact:
    name = next((name for name, mapped in table.columns.items() if mapped == total.column), "")
    place = Place.cell(content.name, total.row, total.column, table.name, name)
    header = "".join(table.unmapped.get(total.column, "").split())
    more = {
        "actual": total.actual,
        "how": total.how,
        "column": total.addends[0],
        "first": total.first,
        "last": total.last,
    }
    return Fact("total_wrong", place, header, total.stated, more)


def _number(raw: Any) -> float | None:
    if is_blank(raw):
        return None
    value = parse(_NUMBER, raw).value
    return float(value) if isinstance(value, int | float) else None


def _numbers_of(content: SheetContent, row: int) -> dict[int, float]:
    """Column → number, for the cells of a row that hold one."""
    numbers = {}
    for column, cell in enumerate(content.rows[row], 1):
        number = _number(cell)
        if number is not None:
            numbers[column] = number
    return numbers


def _total_rows(content: SheetContent, sheet: Sheet, table: Table) -> Iterator[_Total]:
    """Each number in a 小计, 合计 or 平均 row. Every row of the table is gone through once."""
    if not _has_totals(table):
        return
    numbers = {row: _numbers_of(content, row) for row in table.rows}
    roles = {column: sheet.auxiliary_role(text) for column, text in table.unmapped.items()}
    counted = _counted_columns(content, table, numbers, roles)
    # Where a column counts risks, 共28个 is a number of risks, not of rows.
    counts_rows = "risk_count" not in roles.values()
    for row, tallies in _rows_of_totals(table, lambda row: _in_columns(counted, numbers[row])):
        yield from _stated(content, row, tallies, counted)
        if counts_rows:
            yield from _stated_rows(content, table, row, tallies, counted)


def _in_columns(columns: set[int], numbers: dict[int, float]) -> dict[int, float]:
    return {column: number for column, number in numbers.items() if column in columns}


def _has_totals(table: Table) -> bool:
    return not {"subtotal", "total"}.isdisjoint(table.dropped.values())


def _rows_of_totals(table: Table, numbers: Callable[[int], dict[int, float]]) -> Iterator[tuple[int, _Tallies]]:
    """Each row of totals with what it may add up: for a 小计 the rows since the last total, for any other all above it.

    `numbers`: column → number of a data row.
    """
    kinds = {row: kind for row, kind in table.dropped.items() if kind in ("subtotal", "total")}
    whole, part = _Tallies(), _Tallies()
    for row in sorted([*table.rows, *kinds]):
        if row in kinds:
            yield row, part if kinds[row] == "subtotal" else whole
            part = _Tallies()
        else:
            held = numbers(row)
            whole.add(row, held)
            part.add(row, held)


def live_sums(content: SheetContent, table: Table) -> dict[tuple[int, int], LiveSum]:
    """(row, column) of each formula in a 小计, 合计 or 平均 row that adds up what stands above it → what it adds up.

    Told by its value, which is what a program makes of the numbers above: it leaves out those that are typed as text. A
    formula that adds something else is none; one whose value the file does not store is taken for what its row says.
    """
    if not content.formulas or not _has_totals(table):
        return {}
    return dict(islice(_live_sums(content, table), _MOST_SUMS))


def _live_sums(content: SheetContent, table: Table) -> Iterator[tuple[tuple[int, int], LiveSum]]:
    fields = set(table.columns.values()) - {table.columns.get("serial")}
    for row, tallies in _rows_of_totals(table, partial(_plain_numbers, content)):
        is_mean = _word_of(content, row) in MEANS
        for column in fields:
            if _adds_up(content, row, column, tallies, is_mean):
                yield (row, column), LiveSum(tallies.rows[0], tallies.rows[-1], is_mean)


def _adds_up(content: SheetContent, row: int, column: int, tallies: _Tallies, is_mean: bool) -> bool:
    """Whether a cell holds a formula that shows the sum, or the mean, of the numbers above it, or of which nothing is stored."""
    tally = tallies.columns.get(column)
    if tally is None or (row, column) not in content.formulas:
        return False
    stated = _number(content.cell(row, column))
    actual = tally.mean if is_mean else tally.total
    return stated is None or abs(stated - actual) <= _TOLERANCE


def _plain_numbers(content: SheetContent, row: int) -> dict[int, float]:
    """Column → number, for the cells of a row that a formula would add."""
    # By type: SUM leaves out texts and TRUE alike, and TRUE is an int to Python.
    return {column: float(cell) for column, cell in enumerate(content.rows[row], 1) if type(cell) in (int, float)}


def _counted_columns(
    content: SheetContent, table: Table, numbers: dict[int, dict[int, float]], roles: Mapping[int, str]
) -> set[int]:
    """The columns that a total may add: mostly numbers, and neither the serial nor what tells one row from another."""
    filled: Counter[int] = Counter()
    for row in table.rows:
        filled.update(column for column, cell in enumerate(content.rows[row], 1) if not is_blank(cell))
    numeric = Counter(chain.from_iterable(numbers.values()))
    added = {column for column, count in numeric.items() if count * 2 > filled[column]}
    identities = {column for column, role in roles.items() if "identity" in role}
    return added - identities - {table.columns.get("serial")}


def _stated(content: SheetContent, row: int, tallies: _Tallies, counted: set[int]) -> Iterator[_Total]:
    """The numbers of a total row that stand in columns of numbers."""
    word = _word_of(content, row)
    for column, stated in _numbers_of(content, row).items():
        tally = tallies.columns.get(column)
        if tally is None or column not in counted:
            continue
        addends = (column, tallies.rows[0], tallies.rows[-1])
        actual, how, is_right = _compared(stated, tally, word)
        yield _Total(row, column, stated, actual, how, tally.first, tally.last, is_right, addends)


def _compared(stated: float, tally: _Tally, word: str) -> tuple[float, str, bool]:
    """What a number of a total row ought to be by the row's word, what that is called, and whether it is that."""
    if word in MEANS:
        return round(tally.mean, max(2, _decimals(stated))), "mean", _is_rounded(stated, tally.mean)
    is_right = abs(stated - tally.total) <= _TOLERANCE
    if word in _ANY_FUNCTION:
        is_right = is_right or stated == tally.count or _is_rounded(stated, tally.mean)
    return tally.total, "sum", is_right


def _word_of(content: SheetContent, row: int) -> str:
    return next((word for cell in content.rows[row] if isinstance(cell, str) and (word := total_word(cell))), "")


def _decimals(number: float) -> int:
    return len(f"{number:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2])


def _is_rounded(stated: float, exact: float) -> bool:
    """Whether a number is another one, rounded to the decimals that it shows."""
    return abs(stated - exact) <= 0.5 * 10.0 ** -_decimals(stated) + _TOLERANCE


def _stated_rows(
    content: SheetContent, table: Table, row: int, tallies: _Tallies, counted: set[int]
) -> Iterator[_Total]:
    """A total that counts the rows: 共 28 个, or a number in a table that has no numbers to add."""
    if not tallies.rows:
        return
    actual, first, last = len(tallies.rows), tallies.rows[0], tallies.rows[-1]
    serial = table.columns.get("serial")
    for column, cell in enumerate(content.rows[row], 1):
        stated = _count_in(cell, not counted and column != serial)
        if stated is not None and column not in counted:
            yield _Total(row, column, stated, actual, "rows", first, last, stated == actual)


def _count_in(cell: Any, may_be_bare: bool) -> int | None:
    if isinstance(cell, str):
        match = _COUNT_OF_ROWS.search(compact(cell))
        return int(match.group(1)) if match else None
    if may_be_bare and isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        return int(cell)
    return None


def _section_totals(content: SheetContent, sheet: Sheet, table: Table) -> list[_Total]:
    """Totals in a column of their own, one merged cell for each section (合计 beside the scores).

    Such a column does not say what it adds: it is the column of numbers that most of its cells agree with.
    """
    columns = [column for column, text in table.unmapped.items() if sheet.auxiliary_role(text) == "total"]
    if not columns:
        return []
    sums = _sums_of_numbers(content, sheet, table)
    found: list[_Total] = []
    for column in columns:
        best = _best_explained(table, column, _sections(content, column), sums)
        if _agreeing(best) * 2 > len(best):
            found += best
    return found


def _sums_of_numbers(content: SheetContent, sheet: Sheet, table: Table) -> dict[int, list[float]]:
    """Column of numbers → the sums of its first n rows."""
    added = [column for name, column in table.columns.items() if _is_added(sheet.by_name[name])]
    return {column: _sums(content, table, column) for column in added}


def _best_explained(
    table: Table, column: int, sections: list[tuple[int, int, float]], sums: Mapping[int, list[float]]
) -> list[_Total]:
    """The totals of a column's sections, taken for those of the column that most of them agree with."""
    candidates = (
        [_section_total(table, column, section, other, added) for section in sections] for other, added in sums.items()
    )
    return max(candidates, key=_agreeing, default=[])


def _is_added(entry: Field) -> bool:
    return entry.is_numeric and entry.kind != "serial"


def _sections(content: SheetContent, column: int) -> list[tuple[int, int, float]]:
    """(first row, last row, number) of each cell of a column that is merged over several rows and holds a number."""
    sections = []
    for top, left, bottom, _ in sorted(content.merges):
        stated = _number(content.cell(top, column)) if left == column and bottom > top else None
        if stated is not None:
            sections.append((top, bottom, stated))
    return sections


def _sums(content: SheetContent, table: Table, column: int) -> list[float]:
    """The sum of a column's numbers in the first n rows, for every n."""
    # One more than there are rows: the sum of none is what the first section takes away.
    return list(accumulate((_number(content.cell(row, column)) or 0.0 for row in table.rows), initial=0.0))


def _section_total(table: Table, column: int, section: tuple[int, int, float], other: int, sums: list[float]) -> _Total:
    top, bottom, stated = section
    first, end = bisect_left(table.rows, top), bisect_right(table.rows, bottom)
    actual = sums[end] - sums[first]
    is_right = first == end or abs(stated - actual) <= _TOLERANCE
    actual = round(actual, _MOST_DECIMALS)
    return _Total(top, column, stated, actual, "sum", top, bottom, is_right, (other, top, bottom))


def _agreeing(totals: list[_Total]) -> int:
    return sum(total.is_right for total in totals)
