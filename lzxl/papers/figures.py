"""The figures of the report: each is what stands in a cell of the summary, and is told with that cell and how it is worked out.

The summary is read back as it lies in 汇总. Tables are found by the titles of their columns, single figures by the words above or
beside them, never by a cell's letter: what is not where it is looked for ends the report, so that no figure is a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from lzxl.errors import UnreadableError

_MOST_RULE = 160


@dataclass(frozen=True)
class Figure:
    """A number, or a table, of the report: what it is, where in the summary it stands, and the formula there."""

    what: str
    shown: str
    sheet: str
    cell: str
    rule: str


@dataclass(frozen=True)
class Block:
    """A table of the summary: its titles, its rows as people read them, all of one width, and its entry among the figures."""

    figure: Figure
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[str, ...], ...] = ()
    """Where each of `rows` stands in the summary."""

    def column(self, title: str) -> int:
        return self.titles.index(title)

    def picked(self, titles: Sequence[str]) -> list[tuple[str, ...]]:
        """Its rows, of these columns only."""
        return self._of(self.rows, titles)

    def picked_cells(self, titles: Sequence[str]) -> list[tuple[str, ...]]:
        """Where these stand."""
        return self._of(self.cells, titles)

    def _of(self, rows: Sequence[tuple[str, ...]], titles: Sequence[str]) -> list[tuple[str, ...]]:
        places = [self.column(title) for title in titles]
        return [tuple(row[place] for place in places) for row in rows]


@dataclass
class Summary:
    """The summary as it lies there, and the figures that were taken of it, in their order."""

    path: Path
    figures: list[Figure] = field(default_factory=list)

    def __post_init__(self) -> None:
        # What was stored with the formulas: openpyxl calculates nothing, and gives one of the two at a time.
        self._values = load_workbook(self.path, data_only=True)
        self._formulas = load_workbook(self.path)

    def has(self, sheet: str) -> bool:
        return sheet in self._values.sheetnames

    def beneath(self, sheet: str, title: str) -> Figure:
        """The figure that stands below its title."""
        row, column = self._find(sheet, title)
        return self._keep(title, sheet, row + 1, column)

    def across(self, sheet: str, first: str) -> list[Figure]:
        """The figures below a row of titles, from the first title on to the right."""
        row, column = self._find(sheet, first)
        worksheet = self._values[sheet]
        places = [
            place for place in range(column, worksheet.max_column + 1) if worksheet.cell(row, place).value is not None
        ]
        return [self._keep(str(worksheet.cell(row, place).value), sheet, row + 1, place) for place in places]

    def at(self, sheet: str, row_title: str, column_title: str) -> Figure:
        """The figure where the row of a title crosses the column of another: the first such row below the column's title."""
        head, column = self._find(sheet, column_title)
        row, _ = self._find(sheet, row_title, below=head)
        return self._keep(f"{row_title}{column_title}", sheet, row, column)

    def block(self, sheet: str, first: str, what: str) -> Block:
        """The table whose first column has a title, down to the first row without anything in its first two columns."""
        head, start = self._find(sheet, first, in_column=1)
        worksheet = self._values[sheet]
        columns = range(start, worksheet.max_column + 1)
        places = [column for column in columns if worksheet.cell(head, column).value is not None]
        last = places[-1]
        end = head
        while any(worksheet.cell(end + 1, column).value is not None for column in (start, start + 1)):
            end += 1
        rows = tuple(
            tuple(_shown(worksheet.cell(row, column)) for column in places) for row in range(head + 1, end + 1)
        )
        cells = f"{get_column_letter(start)}{head}:{get_column_letter(last)}{end}"
        titles = tuple(str(worksheet.cell(head, column).value) for column in places)
        figure = Figure(what, "整表", sheet, cells, "逐格照录")
        self.figures.append(figure)
        addresses = tuple(
            tuple(f"{get_column_letter(column)}{row}" for column in places) for row in range(head + 1, end + 1)
        )
        return Block(figure, titles, rows, addresses)

    def counted(self, sheet: str, column_title: str) -> dict[str, Figure]:
        """How many rows of a list have each word in a column, in the order in which the words come first."""
        head, column = self._find(sheet, column_title)
        worksheet = self._values[sheet]
        found: dict[str, int] = {}
        last = head
        for row in range(head + 1, worksheet.max_row + 1):
            word = worksheet.cell(row, column).value
            if word is None:
                break
            last, found[str(word)] = row, found.get(str(word), 0) + 1
        letter = get_column_letter(column)
        cells = f"{letter}{head + 1}:{letter}{max(last, head + 1)}"
        counts = {
            word: Figure(f"{column_title}为{word}", str(count), sheet, cells, f'=COUNTIF({cells},"{word}")')
            for word, count in found.items()
        }
        self.figures.extend(counts.values())
        return counts

    def _find(self, sheet: str, title: str, below: int = 0, in_column: int | None = None) -> tuple[int, int]:
        """Where a title stands. Raises UnreadableError if it does not."""
        if self.has(sheet):
            for cells in self._values[sheet].iter_rows(below + 1, None, in_column, in_column):
                for cell in cells:
                    if cell.value == title:
                        return int(cell.row), int(cell.column)
        raise UnreadableError(
            f"{self.path.name}的“{sheet}”表里没有“{title}”，报告的数没有出处，未写出。请重新汇总（lzxl consolidate）。",
            code="report_figure_missing",
            sheet=sheet,
            title=title,
        )

    def _keep(self, what: str, sheet: str, row: int, column: int) -> Figure:
        shown = _shown(self._values[sheet].cell(row, column))
        formula = str(self._formulas[sheet].cell(row, column).value or "")
        rule = formula[:_MOST_RULE] if formula.startswith("=") else "汇总时写入的数"
        figure = Figure(what, shown, sheet, f"{get_column_letter(column)}{row}", rule)
        if figure not in self.figures:
            self.figures.append(figure)
        return figure


def _shown(cell: Any) -> str:
    """A cell as it is shown: shares in percent, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float | int) and "%" in str(cell.number_format):
        return f"{value * 100:.1f}%"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
