"""Full tables: every row of every unit with where it came from, on one sheet, ready to filter, print and count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from xlsxwriter.format import Format

from lzxl.forms.model import Sheet
from lzxl.summary.formulas import Region, region
from lzxl.summary.rows import CellWriter, RowsWorksheet
from lzxl.summary.styles import Styles

HEADER_ROW = 0
"""Full tables have their header in the sheet's first row; the title is in the page header."""


@dataclass(frozen=True)
class Column:
    """A column of a written table: the frame's column, its header, its width in characters, the style of its cells."""

    name: str
    title: str
    width: float
    style: str = "text"
    computed: bool = False
    printed: bool = True
    """Whether it is on paper too. Those that are not stand behind all that are."""


UNIT_COLUMNS = (Column("unit_code", "单位编码", 9, "centre"), Column("unit_name", "单位", 15))
SOURCE_COLUMNS = (
    Column("file", "来源文件", 26, printed=False),
    Column("sheet", "来源工作表", 11, printed=False),
    Column("row", "来源行", 7, "general", printed=False),
)
"""Where a row came from: for looking it up on the screen, or by a program."""

_STYLES = {"date": "date", "score": "points", "serial": "general", "count": "general", "id": "wide", "choice": "wide"}
# Excel has no row higher than 409 points.
_LINE_HEIGHT, _ROW_PADDING, _LEAST_HEIGHT, _TALLEST = 14.5, 4.0, 18.0, 409.0
_CELL_EDGE = 0.4
_NARROW, _SPARED = 16.0, 8.0
"""A column up to that width is made wider by so much, in characters; a wide one holds paragraphs, which break anyway."""
_WRAP_LOSS = 1.05  # lines do not break exactly at the edge
_MOST_NAMING = 4
# Day 1 is 1 January 1900, and to Excel that year had a 29 February: from March on, days count from two days before.
_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL = 61  # 1900-03-01: before it, spreadsheets disagree about the day


def form_columns(sheet: Sheet, extra: Sequence[Column] = ()) -> tuple[Column, ...]:
    """Unit, the columns of a form's sheet in its own order, what is added here; behind them what is not printed."""
    columns = list(UNIT_COLUMNS)
    for entry in sheet.inputs:
        if sheet.shown is not None and not sheet.shown.has(entry.name):
            continue
        style = "level" if entry.computed == "level" else _STYLES.get(entry.kind, "text")
        # A unit's own running numbers say nothing among those of others.
        is_printed = entry.kind != "serial"
        columns.append(Column(entry.name, entry.title, entry.width, style, bool(entry.computed), is_printed))
    return tuple(sorted((*columns, *extra, *SOURCE_COLUMNS), key=lambda column: not column.printed))


def naming_columns(sheet: Sheet, columns: Sequence[Column]) -> int:
    """How many columns at the left say which row it is: the unit, and as far as the row's number or subject if that is near."""
    names = [column.name for column in columns]
    name = sheet.key or next(iter(sheet.subject), "")
    position = names.index(name) + 1 if name in names else 0
    return position if position <= _MOST_NAMING else len(UNIT_COLUMNS)


def fitted(frame: pl.DataFrame, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, those of text a little wider where that spares a line with nothing but a bracket or a word on it."""
    return tuple(
        replace(column, width=_fitted_width(frame[column.name], column.width))
        if column.style in ("text", "wide") and column.name in frame.columns
        else column
        for column in columns
    )


def _fitted_width(series: pl.Series, width: float) -> float:
    texts = series.cast(pl.String)
    units = texts.str.len_chars() + (texts.str.len_bytes() - texts.str.len_chars()) / 2
    needed = units.cast(pl.Float64) * _WRAP_LOSS + _CELL_EDGE
    longest, spared = needed.max(), _SPARED if width <= _NARROW else 0.0
    return float(math.ceil(longest)) if isinstance(longest, float) and width < longest <= width + spared else width


def printed_width(columns: Sequence[Column]) -> list[float]:
    """The widths, in characters, of the columns that are printed."""
    return [column.width for column in columns if column.printed]


def write_table(
    worksheet: RowsWorksheet, styles: Styles, frame: pl.DataFrame, columns: Sequence[Column], first: int = HEADER_ROW
) -> Region:
    """Writes header and rows from row `first`. Text is text whatever it says; numbers and dates are typed."""
    blank = pl.Series("", [None] * frame.height, pl.String)
    cells = []
    for position, column in enumerate(columns):
        worksheet.write_string(
            first, position, column.title, styles.get("head_computed" if column.computed else "head")
        )
        worksheet.set_column(position, position, column.width)
        writer = CellWriter(worksheet, position, first + 1)
        series = frame[column.name] if column.name in frame.columns else blank
        cells.append(_column_cells(writer, styles, series, column))
    worksheet.set_row(first, 30)
    worksheet.put_rows(first + 1, row_heights(frame, columns), cells)
    if frame.height:
        worksheet.autofilter(first, 0, first + frame.height, len(columns) - 1)
    return region(worksheet.get_name(), first + 1, frame.height, [column.name for column in columns])


def _column_cells(writer: CellWriter, styles: Styles, series: pl.Series, column: Column) -> list[str]:
    if column.style == "level":
        return writer.words(series, styles.level)
    style = styles.get(column.style)
    if series.dtype == pl.Date:
        return _date_cells(writer, series, style)
    if series.dtype == pl.String:
        return writer.texts(series, style)
    numbers = series.cast(pl.Float64)
    # A sheet has no way to write infinity or NaN: Excel would call the file damaged.
    return writer.numbers(numbers.set(~numbers.is_finite().fill_null(False), None), style)


def _date_cells(writer: CellWriter, series: pl.Series, style: Format) -> list[str]:
    """Dates as serial numbers; the few that a spreadsheet's calendar cannot hold as text."""
    serials = (series - _EPOCH).dt.total_days()
    early = (serials < _FIRST_SERIAL).fill_null(False)
    cells = writer.numbers(serials, style)
    if early.any():
        texts = writer.texts(series.cast(pl.String), style)
        cells = [text if is_early else cell for cell, text, is_early in zip(cells, texts, early.to_list(), strict=True)]
    return cells


def row_heights(frame: pl.DataFrame, columns: Sequence[Column]) -> list[float]:
    """The height in points that each row needs for its wrapped texts; programs do not all work it out on opening."""
    lines = [
        _line_count(column.name, column.width)
        for column in columns
        if column.style in ("text", "wide") and column.name in frame.columns
    ]
    if not lines:
        return [_LEAST_HEIGHT] * frame.height
    heights = pl.max_horizontal(*lines).fill_null(1) * _LINE_HEIGHT + _ROW_PADDING
    return frame.select(heights.clip(_LEAST_HEIGHT, _TALLEST).alias("height"))["height"].to_list()


def _line_count(name: str, width: float) -> pl.Expr:
    """Lines that a column's texts take when wrapped; a character of three bytes is as wide as two letters."""
    line = pl.element()
    units = line.str.len_chars() + (line.str.len_bytes() - line.str.len_chars()) / 2
    wrapped = (units * _WRAP_LOSS / (width - _CELL_EDGE)).ceil().clip(1)
    return pl.col(name).cast(pl.String).str.split("\n").list.eval(wrapped).list.sum()
