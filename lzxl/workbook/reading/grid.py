"""A sheet's rows in order and its merged ranges by place: looked up again and again, so worked out once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lzxl.workbook.reading.content import SheetContent


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, ready to be searched. Everything in it costs a step for each row, cell and merged range."""

    content: SheetContent
    numbers: Sequence[int]
    """The rows that hold something, ascending."""
    widths: dict[tuple[int, int], int]
    """(first row, first column) of a merged range → how many columns it spans."""
    wide: dict[int, dict[int, int]]
    """Row → {first column: last column} of each range that begins in it and spans several columns."""
    merges: Sequence[tuple[int, int, int, int]]
    """The merged ranges by their first row."""
    widest: int
    """The number of cells in the widest row."""
    formula_columns: frozenset[int]
    """The columns that hold formulas."""
    unstored: dict[int, list[int]]
    """Row → the columns of its formulas whose results the file does not store."""

    @classmethod
    def of(cls, content: SheetContent) -> Grid:
        widths: dict[tuple[int, int], int] = {}
        wide: dict[int, dict[int, int]] = {}
        for top, left, _, right in content.merges:
            widths[top, left] = right - left + 1
            if right > left:
                wide.setdefault(top, {})[left] = right
        unstored: dict[int, list[int]] = {}
        for (row, column), is_stored in content.formulas.items():
            if not is_stored:
                unstored.setdefault(row, []).append(column)
        return cls(
            content,
            sorted(content.rows),
            widths,
            wide,
            sorted(content.merges),
            max(map(len, content.rows.values()), default=0),
            frozenset(column for _, column in content.formulas),
            unstored,
        )

    def merges_from(self, row: int, to: int) -> Sequence[tuple[int, int, int, int]]:
        """The merged ranges that begin in the rows from `row` to `to`."""
        # The tuple of the row alone sorts before every range that begins in it.
        return self.merges[bisect_left(self.merges, (row,)) : bisect_left(self.merges, (to + 1,))]

    def position_below(self, row: int) -> int:
        """The position in `numbers` of the first row with content below `row`."""
        return bisect_right(self.numbers, row)

    def below(self, row: int, most: int) -> Sequence[int]:
        """The rows with content below `row`, the first `most` of them."""
        start = self.position_below(row)
        return self.numbers[start : start + most]


def covered_rows(merges: Iterable[tuple[int, int, int, int]], rows: Sequence[int]) -> dict[int, dict[int, int]]:
    """Column → {row: the row that holds the merged value}, for those of `rows` (ascending) below a range's first.

    `merges`: by their first row. A row is given to one range only, so that ranges that overlap, which no program writes,
    cost no more than others.
    """
    sources: dict[int, dict[int, int]] = {}
    reached: dict[int, int] = {}
    for top, left, bottom, _ in merges:
        if bottom <= top:
            continue
        start = bisect_right(rows, max(top, reached.get(left, 0)))
        end = bisect_right(rows, bottom)
        reached[left] = max(bottom, reached.get(left, 0))
        if start < end:
            column = sources.setdefault(left, {})
            column.update(dict.fromkeys(rows[start:end], top))
    return sources
