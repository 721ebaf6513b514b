"""Whole rows at once: the full tables' cells as XML, column by column, past XlsxWriter's call for each cell.

A summary of 200 submissions has two hundred thousand cells in its full tables; written one by one they cost more than
reading and checking them. XlsxWriter still makes the workbook: styles, widths, filters, links, charts, and every cell
outside these rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet

from lzxl.forms.text import column_letters
from lzxl.summary.styles import safe_text

# What XlsxWriter escapes, keeps the spaces of, or takes for markup.
_NOT_PLAIN = re.compile(r"^\s|\s$|[&<>\x00-\x1f\x7f\ufffe\uffff]|_x")

_SHARED = ' t="s"'


class RowsWorkbook(Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """A workbook whose shared strings are written at once."""

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        strings = _SharedStrings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class _SharedStrings(SharedStrings):  # type: ignore[misc]
    def _write_sst_strings(self) -> None:
        plain: list[str] = []
        for text in self.string_table.string_array:
            if _NOT_PLAIN.search(text):
                self.fh.write("".join(plain))
                plain.clear()
                self._write_si(text)
            else:
                plain.append(f"<si><t>{text}</t></si>")
        self.fh.write("".join(plain))


class RowsWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes blocks of finished rows among those it writes itself."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[tuple[int, int, str]] = []

    def put_rows(self, first: int, heights: Sequence[float], columns: Sequence[Sequence[str]]) -> None:
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
        # XlsxWriter writes rows, and says how large the sheet is, no further than it has been told of.
        self._check_dimensions(last, len(columns) - 1)

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
    """Makes the XML of one column's cells: what follows a cell's address is worked out once for each distinct value."""

    def __init__(self, worksheet: RowsWorksheet, column: int, first: int) -> None:
        self._start = f'<c r="{column_letters(column + 1)}'
        self._first = first + 1
        self._strings = worksheet.str_table

    def texts(self, series: pl.Series, style: Format) -> list[str]:
        """Texts as texts, whatever they say; blank cells keep their style."""
        return self.words(series, lambda _: style)

    def words(self, series: pl.Series, style_of: Callable[[str], Format]) -> list[str]:
        """Texts, each with the style of what it says."""
        return self._cells(series, lambda text: self._text(text, style_of(text or "")._get_xf_index()))

    def numbers(self, series: pl.Series, style: Format) -> list[str]:
        """Numbers as numbers; null is a blank cell."""
        index = style._get_xf_index()
        # To 16 digits, as XlsxWriter and Excel write numbers: repr would give 0.1 + 0.2 a seventeenth.
        return self._cells(
            series, lambda value: f'" s="{index}"/>' if value is None else f'" s="{index}"><v>{value:.16g}</v></c>'
        )

    def _text(self, text: str | None, style: int) -> str:
        text = safe_text(text) if text else ""
        if not text:
            return f'" s="{style}"/>'
        if text.startswith("<r>"):  # XlsxWriter takes such a text for markup of its own
            return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        return f'" s="{style}"{_SHARED}><v>{self._strings._get_shared_string_index(text)}</v></c>'

    def _cells(self, series: pl.Series, rest_of: Callable[[Any], str]) -> list[str]:
        values = series.to_list()
        times = Counter(values)
        rests = {value: rest_of(value) for value in times}
        # The list of shared texts says how often they are used in all; here each
        # has been counted once, when it was looked up.
        self._strings.count += sum(times[value] - 1 for value, rest in rests.items() if _SHARED in rest)
        start = self._start
        return [f"{start}{number}{rests[value]}" for number, value in enumerate(values, self._first)]
