"""Writes values into cells so that nothing a unit wrote can ever run: text stays text, whatever it looks like."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from lzxl.forms.text import untrimmed, whole_text
from lzxl.forms.values import CellPicture

if TYPE_CHECKING:  # a summary cleans its texts here, and is not written by openpyxl
    from openpyxl.cell.cell import Cell, MergedCell

TEXT_LIMIT = 32_000
"""Longest text written, in UTF-16 units: Excel stores 32,767 and openpyxl cuts there in silence."""
MOST_LINES = 254
"""Lines of a cell: Excel takes a text with more than 253 line breaks for damage. The rest stands on the last line."""
CUT_MARK = "…（截断）"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Text that a spreadsheet takes for a formula when it is typed again; Chinese Excel takes the wide forms too."""

_LARGEST_NUMBER = 10**15
"""Spreadsheets keep 15 digits; a longer number, such as an identity card's, is written as text."""
_FIRST_DATE = datetime.date(1900, 3, 1)  # earlier serial numbers differ between Excel and LibreOffice


def clean_text(text: str) -> str:
    """`text` as a workbook can hold it: NFC, nothing that nobody can see, at most TEXT_LIMIT long; blanks at ends stay."""
    clean = few_lines(untrimmed(whole_text(text)))
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * TEXT_LIMIT:
        return clean
    # The cut may go through a character of two units: half of one can stand in no file.
    return units[: 2 * (TEXT_LIMIT - len(CUT_MARK))].decode("utf-16-le", "ignore") + CUT_MARK


def few_lines(text: str) -> str:
    """`text` on no more lines than Excel opens; what would stand on further ones is all on the last."""
    if text.count("\n") < MOST_LINES:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: MOST_LINES - 1], "　".join(lines[MOST_LINES - 1 :])])


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Put untrusted text into a cell, as text and never as a formula; the cell keeps its style.

    The type is set after the value because openpyxl guesses a formula from a leading "=". The quote prefix keeps such
    text a text when somebody edits the cell and presses Enter; it adds no character to the value.
    """
    clean = clean_text(text)
    cell.value = clean or None
    if clean:
        cell.data_type = "s"
    quote = clean.startswith(FORMULA_STARTS)
    if bool(cell.quotePrefix) != quote:
        cell.quotePrefix = quote


def put_value(cell: Cell | MergedCell, value: Any) -> None:
    """Put a typed value into a cell: None, text, a number, a date, several words (joined with 、), all else as text.

    The cell keeps its style; a date keeps the cell's date format, or gets yyyy-mm-dd where the cell has none.
    """
    if isinstance(value, datetime.date):
        _put_date(cell, value)
    elif _is_number(value):
        _put_number(cell, value)
    else:
        put_text(cell, _written(value))


def _is_number(value: Any) -> bool:
    """Whether a cell can hold it as a number: not TRUE, and neither nan nor inf nor what loses digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST_NUMBER


def _written(value: Any) -> str:
    """A value that a cell holds as a text."""
    if value is None or isinstance(value, CellPicture):
        return ""  # a picture is given back over the cell; a word for it would be taken for content
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, tuple | list):
        return "、".join(str(entry) for entry in value)
    return str(value)


def _put_number(cell: Cell | MergedCell, value: float) -> None:
    cell.value = value
    if cell.quotePrefix:
        cell.quotePrefix = False


def _put_date(cell: Cell | MergedCell, value: datetime.date) -> None:
    if isinstance(value, datetime.datetime):
        # openpyxl refuses a moment with a zone, and a sheet shows none.
        moment = value.replace(tzinfo=None)
        day, held = moment.date(), moment if moment.time() != datetime.time() else moment.date()
    else:
        day = held = value
    if day < _FIRST_DATE:
        put_text(cell, value.isoformat())
        return
    number_format = cell.number_format
    cell.value = held  # openpyxl sets a format of its own
    # In a cell of texts (@) the day would be shown as its serial number.
    if number_format not in ("General", "@"):
        cell.number_format = number_format
