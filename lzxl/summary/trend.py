"""历年趋势: how many risk points each period had, by level, and what came, went and moved since the one before, the earliest first."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.campaign.compare import TrendPoint
from lzxl.forms.model import Sheet
from lzxl.summary.book import Printed, put_text, put_title, set_page
from lzxl.year.cancelled import change_words
from lzxl.year.registers import register_sheet

TREND, PERIOD = "历年趋势", "期次"
LEAST_PERIODS = 3
"""So many periods are a trend; two are compared point by point."""
TrendLine = tuple[str | float | None, ...]
_HEAD_ROW = 2


def write_trend(book: Printed, points: Sequence[TrendPoint], levels: Sequence[str]) -> None:
    """The sheet of a summary."""
    worksheet, heads = book.worksheets[TREND], trend_heads(levels)
    said = "各期按当期认定的等级统计；新增、取消、提高、降低、一字不差均与前一期比较，最早一期不比较。"
    put_title(book, TREND, f"{book.round.bureau}廉政风险点{TREND}", said, len(heads), 34)
    worksheet.set_column(0, 0, 14)
    worksheet.set_column(1, len(heads) - 1, 10)
    for row, line in enumerate((heads, *trend_lines(points, levels)), start=_HEAD_ROW):
        worksheet.set_row(row, 24)
        for column, value in enumerate(line):
            _put(book, row, column, value, is_share=column == len(line) - 1)
    set_page(book, TREND, paper="A4", repeat=(_HEAD_ROW, _HEAD_ROW), titled=True)


def _put(book: Printed, row: int, column: int, value: str | float | None, *, is_share: bool) -> None:
    worksheet, styles = book.worksheets[TREND], book.styles
    if isinstance(value, str) or value is None:
        style = "head" if row == _HEAD_ROW else "centre"
        put_text(worksheet, row, column, value if value is not None else "—", styles.get(style))
    else:
        worksheet.write_number(row, column, value, styles.get("percent" if is_share else "number"))


def trend_heads(levels: Sequence[str]) -> tuple[str, ...]:
    """The titles of the columns."""
    return (
        PERIOD,
        register_sheet()[1].title,
        *levels,
        *added_and_cancelled(),
        "等级提高",
        "等级降低",
        "一字不差",
        "占比",
    )


def trend_lines(points: Sequence[TrendPoint], levels: Sequence[str]) -> list[TrendLine]:
    """A row for each period; nothing is compared with the earliest."""
    return [_line(point, levels) for point in points]


def _line(point: TrendPoint, levels: Sequence[str]) -> TrendLine:
    found = point.comparison
    moved: TrendLine = (None,) * 6
    if found is not None:
        parts = (found.added, found.removed, found.raised, found.lowered, found.copied)
        moved = (*(len(part) for part in parts), found.share)
    counts = (point.levels.get(level, 0) for level in levels)
    return (point.register.period, len(point.register.standing), *counts, *moved)


def added_and_cancelled() -> tuple[str, str]:
    """What a unit calls rows that came and rows that went."""
    sheet: Sheet = register_sheet()[1]
    return change_words(sheet, "added")[0], change_words(sheet, "cancelled")[0]
