"""The workbook being written: what every sheet of it needs, and the small things that all of them do alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lzxl.forms.appraisal import AppraisalScheme
from lzxl.forms.model import Form
from lzxl.forms.shown import Evaluation
from lzxl.forms.text import column_letters
from lzxl.summary.formulas import Region, Totals
from lzxl.summary.full import FullTable, evaluated_as
from lzxl.summary.merge import Merged
from lzxl.summary.round import Round
from lzxl.summary.rows import RowsWorksheet
from lzxl.summary.statistics import Statistics
from lzxl.summary.styles import Styles, safe_text, write_text
from lzxl.workbook.layout import quoted

Value = int | float | str

# As ECMA-376 numbers the sizes of paper (pageSetup).
_PAPER = {"A3": 8, "A4": 9}
_MARGIN = 0.4
_INCHES = {"A3": 420 / 25.4 - 2 * _MARGIN, "A4": 297 / 25.4 - 2 * _MARGIN}
"""What a landscape page has between its margins."""
LEAST_SCALE = 77
"""In percent: 10.5 points come out as 8. A table that would have to be smaller goes over several pages side by side."""


@dataclass
class Book:
    """One summary workbook on its way; `regions` fills up as its tables are written,
    `overview_heights` with the row heights of the overview that are not the usual one."""

    round: Round
    merged: Merged
    statistics: Statistics
    scheme: AppraisalScheme
    forms: Mapping[str, Form]
    workbook: Workbook
    styles: Styles
    totals: Totals
    tables: tuple[FullTable, ...]
    worksheets: dict[str, RowsWorksheet]
    regions: dict[str, Region] = field(default_factory=dict)
    overview_heights: dict[int, float] = field(default_factory=dict)

    def table(self, evaluation: Evaluation) -> FullTable:
        """The full table that an evaluation is made of."""
        return evaluated_as(self.tables, evaluation)

    def rows_of(self, evaluation: Evaluation) -> Region:
        """Where its rows are, once it is written."""
        return self.regions[self.table(evaluation).title]


class Headed(Protocol):
    """What the heading of a sheet names."""

    @property
    def bureau(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def as_of(self) -> str: ...


class Printed(Protocol):
    """A workbook of which sheets are laid out for printing."""

    @property
    def round(self) -> Headed: ...
    @property
    def worksheets(self) -> Mapping[str, RowsWorksheet]: ...
    @property
    def styles(self) -> Styles: ...


def set_page(
    book: Printed,
    name: str,
    *,
    paper: Literal["A3", "A4"] = "A3",
    repeat: tuple[int, int] | None = (0, 0),
    pages_tall: int = 0,
    titled: bool = False,
) -> None:
    """Landscape, one page wide, the header rows on every page, page numbers below.

    The page header names bureau, period and sheet, unless the sheet is `titled`: has that in its first row.
    """
    worksheet = book.worksheets[name]
    worksheet.set_landscape()
    worksheet.set_paper(_PAPER[paper])
    worksheet.fit_to_pages(1, pages_tall)
    worksheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.75, bottom=0.6)
    worksheet.center_horizontally()
    # Excel takes a header of 255 characters at most, codes among them; & begins a code.
    heading = f"{book.round.bureau} {book.round.period} {name}"[:150].replace("&", "&&")
    # A font's code has its style in the words of the program: Chinese Excel says 常规 for Regular.
    centre = "" if titled else f'&C&"黑体,常规"&13 {heading}'
    worksheet.set_header(f"&L&9 截至 {book.round.as_of}{centre}")
    worksheet.set_footer("&L&9内部资料，含个人信息，注意保管&C&9第 &P 页，共 &N 页")
    if repeat is not None:
        worksheet.repeat_rows(*repeat)


def inches(widths: Iterable[float]) -> float:
    """How wide columns of those widths, in characters, are on paper at full size."""
    # In Excel a column of n characters is 7n + 5 pixels wide, and an inch has 96.
    return sum(int(width * 7 + 5) for width in widths) / 96


def set_readable_page(
    book: Printed,
    name: str,
    widths: Sequence[float],
    last_row: int,
    *,
    repeated: int,
    repeat: tuple[int, int] = (0, 0),
    titled: bool = False,
    starts: Sequence[int] | None = None,
) -> None:
    """Like `set_page`, for a table whose printed columns have those `widths`, down to `last_row`: never too small to read.

    `repeated`: so many columns at the left are on each of the pages that stand side by side, where one is not enough. `starts`:
    the columns at which alone a page may begin, those of one heading being kept together; None for any.
    """
    set_page(book, name, repeat=repeat, titled=titled)
    worksheet = book.worksheets[name]
    worksheet.print_area(0, 0, last_row, len(widths) - 1)
    room = _INCHES["A3"] * 100 / LEAST_SCALE
    if inches(widths) > room:
        # A scale takes back the fitting to one page: a program heeds one of the two.
        worksheet.set_print_scale(LEAST_SCALE)
        worksheet.repeat_columns(0, repeated - 1)
        # Over, then down: pages that belong side by side come out of the printer one after the other.
        worksheet.print_across()
        worksheet.set_v_pagebreaks(page_breaks(widths, repeated, room, starts))


def print_beneath(book: Book, name: str, first_row: int, last_row: int, last_column: int) -> None:
    """Print a block beneath a sheet's table too, on a page of its own: the table's pages side by side do not cut it."""
    worksheet = book.worksheets[name]
    area = f"$A${first_row + 1}:${column_letters(last_column + 1)}${last_row + 1}"
    # XlsxWriter's own method takes one area only.
    worksheet.print_area_range += f",{quoted(name)}!{area}"


def page_breaks(widths: Sequence[float], repeated: int, room: float, starts: Sequence[int] | None = None) -> list[int]:
    """Before which columns a new page begins, so that pages side by side are as few as can be and about equally full.

    `repeated`: so many columns are on every page; `room`: what a page takes, in inches; `starts`: as for `set_readable_page`. A
    page of its own for the last column would come of filling one after the other.
    """
    blocks = _blocks(widths, repeated, starts)
    on_each = inches(widths[:repeated])
    fewest = len(_filled_pages(blocks, on_each, room))
    narrowest = on_each + max(block for _, block in blocks)
    sizes = (narrowest + (room - narrowest) * step / 100 for step in range(101))
    return next(
        (breaks for size in sizes if len(breaks := _filled_pages(blocks, on_each, size)) <= fewest),
        _filled_pages(blocks, on_each, room),
    )


def _blocks(widths: Sequence[float], repeated: int, starts: Sequence[int] | None) -> list[tuple[int, float]]:
    """What stays on one page, behind the columns that are on each: (its first column, how wide it is in inches)."""
    later = range(repeated, len(widths)) if starts is None else [one for one in starts if one > repeated]
    ends = [*(one for one in later if one > repeated), len(widths)]
    return [(first, inches(widths[first:end])) for first, end in zip([repeated, *ends], ends, strict=False)]


def _filled_pages(blocks: Sequence[tuple[int, float]], on_each: float, room: float) -> list[int]:
    """The same, every page as full as it can be."""
    breaks: list[int] = []
    used = on_each
    for number, (first, width) in enumerate(blocks):
        used += width
        if used > room and number:
            breaks.append(first)
            used = on_each + width
    return breaks


def put_title(book: Printed, name: str, title: str, note: str, width: int, note_height: float = 18) -> None:
    """A title in row 1 and a note below it, over `width` columns."""
    worksheet = book.worksheets[name]
    worksheet.set_row(0, 28)
    put_text(worksheet, 0, 0, title, book.styles.get("title"))
    worksheet.set_row(1, note_height)
    span(worksheet, 1, 0, 1, width - 1, book.styles.get("note"))
    put_text(worksheet, 1, 0, note, book.styles.get("note"))


def put_text(worksheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """A text as text, never as a formula, a link or a number; a blank cell for an empty one."""
    if text:
        write_text(worksheet, row, column, safe_text(text), style)
    else:
        worksheet.write_blank(row, column, None, style)


def put_formula(worksheet: Worksheet, row: int, column: int, formula: str, style: Format, value: Value) -> None:
    """A live formula with the value it has now."""
    # Without a value XlsxWriter stores 0, and LibreOffice shows what is stored: it does not calculate on opening.
    worksheet.write_formula(row, column, "=" + formula, style, value)


def span(worksheet: Worksheet, top: int, left: int, bottom: int, right: int, style: Format) -> None:
    """Merges a range, one cell being left as it is; write its content afterwards, into the first cell."""
    if (top, left) != (bottom, right):
        worksheet.merge_range(top, left, bottom, right, "", style)
