"""Whole rows at once: the full tables' cells as XML, column by column, past XlsxWriter's call for each cell.

A summary of 200 submissions has two hundred thousand cells in its full tables; written one by one they cost more than
reading and checking them. XlsxWriter still makes the workbook: styles, shared strings,
widths, filters, links, charts, and every cell outside these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lzxl.forms.text import column_letters


class RowsWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet that takes blocks of finished rows among those it writes itself."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[tuple[int, int, str]] = []

    def take_rows(
        self, first: int, last_column: int, heights: Sequence[float], columns: Sequence[Sequence[str]]
    ) -> None:
        """Put finished rows at `first` (from 0). `columns`: for each column the XML of its cells, from top to bottom.

        Blocks are given from top to bottom, and no cell of theirs is written otherwise.
        """
        if not heights:
            return
        last = first + len(heights) - 1
        xml = [
            f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'
            for number, height, cells in zip(
                range(first + 1, last + 2), heights, zip(*columns, strict=True), strict=True
            )
        ]
        self._blocks.append((first, last, "".join(xml)))
        self._check_dimensions(last, last_column)

    def _write_rows(self) -> None:
        """XlsxWriter's own rows above, between and below the blocks, in the order that the format demands."""
        first: int = self.dim_rowmin  # type: ignore[has-type]
        last: int = self.dim_rowmax  # type: ignore[has-type]
        for top, bottom, xml in self._blocks:
            self.dim_rowmin, self.dim_rowmax = first, top - 1
            super()._write_rows()
            self.fh.write(xml)
            first = bottom + 1
        self.dim_rowmin, self.dim_rowmax = first, last
        super()._write_rows()

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Our formulas use functions of Excel 2007 vintage only: there are no later ones to look for in each."""
        return formula.removeprefix("=")


class CellWriter:
    """Makes the XML of one column's cells."""

    def __init__(self, worksheet: RowsWorksheet, column: int, first: int) -> None:
        self._letters = column_letters(column + 1)
        self._first = first + 1
        self._shared: Callable[[str], int] = worksheet.str_table._get_shared_string_index

    def texts(self, series: pl.Series, style: Format) -> list[str]:
        """Texts as texts, whatever they say; blank cells keep their style."""
        letters, index, shared = self._letters, style._get_xf_index(), self._shared
        cells = []
        for number, text in enumerate(series.to_list(), self._first):
            if not text:
                cells.append(f'<c r="{letters}{number}" s="{index}"/>')
            elif text.startswith("<r>"):  # XlsxWriter takes such a text for markup of its own
                inline = escape(text)
                cells.append(
                    f'<c r="{letters}{number}" s="{index}" t="inlineStr">'
                    f'<is><t xml:space="preserve">{inline}</t></is></c>'
                )
            else:
                cells.append(f'<c r="{letters}{number}" s="{index}" t="s"><v>{shared(text)}</v></c>')
        return cells

    def numbers(self, values: Sequence[float | None], style: Format) -> list[str]:
        """Numbers as numbers; None is a blank cell."""
        letters, index = self._letters, style._get_xf_index()
        return [
            f'<c r="{letters}{number}" s="{index}"/>'
            if value is None
            else f'<c r="{letters}{number}" s="{index}"><v>{value:.16g}</v></c>'
            for number, value in enumerate(values, self._first)
        ]

    def words(self, series: pl.Series, style_of: Callable[[str], Format]) -> list[str]:
        """Words of a small vocabulary, each with its own style."""
        letters = self._letters
        known: dict[Any, tuple[int, int]] = {}
        cells = []
        for number, word in enumerate(series.to_list(), self._first):
            if word not in known:
                known[word] = (style_of(word or "")._get_xf_index(), self._shared(word) if word else -1)
            index, text = known[word]
            value = f' t="s"><v>{text}</v></c>' if text >= 0 else "/>"
            cells.append(f'<c r="{letters}{number}" s="{index}"{value}')
        return cells
