"""What 考核得分 has besides the units: title and heads, the grades and what each begins with, the average (第八条(三))."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.summary.book import Book, put_formula, put_text, put_title
from lzxl.summary.formulas import Region, region
from lzxl.summary.units import average_formula, average_value

NAME = "考核得分"
HEAD_ROW, FIRST = 2, 3


def write_bands(book: Book, placed: Region) -> Region:
    """The grade bands, lowest first as LOOKUP needs them, below the table."""
    worksheet, styles, top = book.worksheets[NAME], book.styles, placed.last + 4
    put_text(worksheet, top - 1, 0, "等次标准", styles.get("section"))
    put_text(worksheet, top, 0, "得分起点", styles.get("head"))
    put_text(worksheet, top, 1, "等次", styles.get("head"))
    lowest_first = book.scheme.bands[::-1]
    for row, band in enumerate(lowest_first, start=top + 1):
        worksheet.write_number(row, 0, float(band.lowest), styles.get("points"))
        put_text(worksheet, row, 1, band.grade, styles.get("centre"))
    return region(NAME, top + 1, len(lowest_first), ("from", "grade"))


def write_head(book: Book, columns: Sequence[tuple[str, str, float]], note: str) -> None:
    """The sheet's title with the note below it, and the heads of its columns (name, title, width)."""
    worksheet, style = book.worksheets[NAME], book.styles.get("head")
    put_title(book, NAME, f"{book.round.bureau}{book.round.period}考核得分", note, len(columns), 34)
    worksheet.set_row(HEAD_ROW, 32)
    for column, (_, title, width) in enumerate(columns):
        put_text(worksheet, HEAD_ROW, column, title, style)
        worksheet.set_column(column, column, width)


def write_average(book: Book, placed: Region, columns: Sequence[tuple[str, str, float]]) -> None:
    worksheet, styles, row = book.worksheets[NAME], book.styles, placed.last + 1
    for column, (name, _, _) in enumerate(columns):
        if name == "unit_name":
            put_text(worksheet, row, column, "平均分", styles.get("total"))
        elif name == "result":
            put_formula(
                worksheet, row, column, average_formula(placed, name), styles.get("total_score"), average_value(book)
            )
        else:
            put_text(worksheet, row, column, "", styles.get("total"))
