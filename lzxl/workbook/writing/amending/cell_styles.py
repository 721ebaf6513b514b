"""Which style a cell is to have that is written into a sheet of somebody else's making."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lzxl.workbook.reading.number_formats import NumberFormat
from lzxl.workbook.writing.sheet_xml import SheetPart


class CellStyles:
    """The styles of a sheet's cells, known by their numbers in the file; "" is none."""

    def __init__(self, xml: SheetPart, formats: Sequence[NumberFormat], rows: Sequence[int], prepared_end: int) -> None:
        """`rows`: those of the table; `prepared_end`: the last row that the form prepares for entries."""
        self._xml = xml
        self._formats = formats
        self._rows = rows
        self._prepared_end = prepared_end
        self.model = rows[-1] if rows else 0
        """The row whose style those take that nobody prepared; 0 if there is none."""
        self._known: dict[tuple[int, bool], str] = {}
        """(column, whether it shows days) → a style of the column that does so, or does not."""

    def of_cell(self, row: int, column: int) -> str:
        """The style of a cell: its own; below the prepared rows that of the cell above; else the column's."""
        own = self._xml.cell(row, column)
        if own is not None:
            return own.style
        of_column = self._xml.style_of_column(column)
        above = self._xml.cell(self.model, column)
        if above is None or not above.style:
            return of_column
        return above.style if row > self._prepared_end or not of_column else of_column

    def of_unprepared(self, row: int) -> dict[int, str]:
        """Column → the style of the row above, for a row that nobody prepared; nothing for any other row."""
        is_prepared = row <= self._prepared_end or row in self._xml.rows
        if is_prepared or self.model not in self._xml.rows:
            return {}
        return {column: place.style for column, place in self._xml.rows[self.model].cells.items() if place.style}

    def showing(self, style: str, column: int, *, days: bool) -> str:
        """A style that shows a number as a day, or as a number: the cell's, else that of another cell of the column.

        "" if there is none.
        """
        if self._shows_days(style) == days:
            return style
        key = (column, days)
        if key not in self._known:
            fitting = (one for one in self._of_column(column) if self._shows_days(one) == days)
            self._known[key] = next(fitting, "")
        return self._known[key]

    def _of_column(self, column: int) -> Iterator[str]:
        yield self._xml.style_of_column(column)
        places = (self._xml.cell(row, column) for row in self._rows)
        yield from (place.style for place in places if place is not None)

    def _shows_days(self, style: str) -> bool:
        number = int(style) if style.isdecimal() else 0
        return number < len(self._formats) and self._formats[number].kind == "date"
