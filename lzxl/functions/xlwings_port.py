"""The workbook port over a workbook that is open in Excel, by xlwings on Windows.

xlwings finds the workbook; from there on the port speaks the program's own object model. That is late bound, so every
argument is given by position. xlwings is imported only when a workbook is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lzxl.errors import OutputError, UsageError
from lzxl.forms.text import address
from lzxl.forms.values import CellError
from lzxl.functions.port import KEEP, NO_FILL, Place, TextSheet, is_plain, protected
from lzxl.workbook.reading.content import SheetContent, Visibility
from lzxl.workbook.writing.measure import line_count
from lzxl.workbook.writing.page import MARGINS, PAGE_NUMBER
from lzxl.workbook.writing.text import clean_text

_VISIBILITY: dict[int, Visibility] = {-1: "visible", 0: "hidden", 2: "very_hidden"}
_VISIBLE, _VERY_HIDDEN = -1, 2
_NO_PATTERN, _SOLID, _GRADIENTS = -4142, 1, (4000, 4001)
_EXCEL = "excel:"
_GROUND = 0xD6E4F0
_WIDEST = 255.0
_CENTRE, _CONTINUOUS, _LINE_COLOUR = -4108, 1, 0x8C8C8C
_LANDSCAPE, _A4, _POINTS = 2, 9, 72
_LONGEST_ADDRESS = 240
"""Excel takes no longer list of cells than 255 characters."""

# What a cell's Value is for an error: 0x800A0000 and the number, as a signed number.
_ERROR_BASE = -2146828288
_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2050: "#CALC!",
}
_MOST_ERRORS = 100

# Options of a sheet's protection in the order of Protect's arguments, from the sixth on.
_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


def calling_book() -> Any:
    """The xlwings Book in front of the Excel whose button was pressed: the macro itself stands in an add-in.

    Raises UsageError where there is no Excel that could have called.
    """
    try:
        import xlwings
    except ImportError:
        raise UsageError(
            "未安装 xlwings。请在 Windows 上运行 pip install xlwings，再用 lzxl functions doctor 检查。",
            code="xlwings_missing",
        ) from None
    try:
        active = xlwings.Book.caller().app.books.active
    except Exception:  # on Linux an AttributeError, without Excel whatever COM says
        raise UsageError(
            "未打开可以校验的 Excel 工作簿：Excel 按钮只在 Windows 的 Excel 里有。"
            "请改用 lzxl check 文件，或 LibreOffice、WPS 的加载项。",
            code="no_open_workbook",
        ) from None
    if active is None:
        raise UsageError("Excel 未打开工作簿。请先打开要校验的表。", code="no_open_workbook")
    return active


class XlwingsPort:
    """An open workbook. Saving is the user's business."""

    def __init__(self, book: Any) -> None:
        """`book`: an xlwings Book, or anything whose `api` is Excel's Workbook object."""
        self._book = book.api

    @property
    def name(self) -> str:
        return str(self._book.Name)

    @property
    def path(self) -> Path | None:
        folder = str(self._book.Path)  # "" if it was not saved yet; of one that lies in a cloud, a web address
        return Path(str(self._book.FullName)) if folder and "://" not in folder else None

    @property
    def date1904(self) -> bool:
        return bool(self._book.Date1904)

    def sheets(self) -> list[tuple[str, Visibility]]:
        return [(str(sheet.Name), _VISIBILITY[int(sheet.Visible)]) for sheet in self._worksheets()]

    def content(self, sheet: str) -> SheetContent:
        source = self._sheet(sheet)
        used = source.UsedRange
        bottom, right = used.Row + used.Rows.Count - 1, used.Column + used.Columns.Count - 1
        block = source.Range(f"A1:{address(bottom, right)}")
        values, formulas = _rows(block.Value), _rows(block.Formula)
        content = SheetContent(sheet, _VISIBILITY[int(source.Visible)])
        content.fill_rows(enumerate(([_value(cell) for cell in row] for row in values), 1))
        last = max(content.rows, default=0)
        for row, (shown, written) in enumerate(zip(values[:last], formulas[:last], strict=True), 1):
            for column, (value, formula) in enumerate(zip(shown, written, strict=True), 1):
                # Of a text that begins with "=", Formula says the same as Value.
                if isinstance(formula, str) and formula.startswith("=") and formula != value:
                    content.formulas[row, column] = True
        content.merges = list(self._merges(source, (1, 1, bottom, right)))
        content.hidden_rows = set(
            _hidden(lambda first, end: source.Range(f"{first}:{end}").EntireRow.Hidden, 1, bottom)
        )
        content.hidden_columns = set(
            _hidden(lambda first, end: _span(source, 1, first, 1, end).EntireColumn.Hidden, 1, right)
        )
        return content

    def properties(self) -> dict[str, str]:
        properties = self._book.CustomDocumentProperties
        entries = (properties.Item(number) for number in range(1, properties.Count + 1))
        return {str(entry.Name): str(entry.Value) for entry in entries}

    def fills(self, sheet: str, places: Sequence[Place]) -> list[str]:
        source = self._sheet(sheet)
        return [_told(source.Range(address(*place)).Interior) for place in places]

    def paint(self, sheet: str, fills: Mapping[Place, str]) -> None:
        alike: dict[str, list[Place]] = {}
        for place, fill in fills.items():
            alike.setdefault(fill, []).append(place)
        with self._writing(sheet) as source:
            for fill, places in alike.items():
                for cells in _addresses(places):
                    _paint(source.Range(cells).Interior, fill)

    def notes(self, sheet: str) -> dict[Place, str]:
        found = {}
        comments = self._sheet(sheet).Comments
        for number in range(1, comments.Count + 1):
            comment = comments.Item(number)
            found[int(comment.Parent.Row), int(comment.Parent.Column)] = str(comment.Text())
        return found

    def put_notes(self, sheet: str, notes: Mapping[Place, str]) -> None:
        with self._writing(sheet) as source:
            for place, text in notes.items():
                comment = source.Range(address(*place)).AddComment(clean_text(text))
                comment.Visible = False
                comment.Shape.Width, comment.Shape.Height = 255, min(315, 20 + 15 * line_count(text, 44))

    def remove_notes(self, sheet: str, places: Sequence[Place]) -> None:
        with self._writing(sheet) as source:
            for place in places:
                comment = source.Range(address(*place)).Comment
                if comment is not None:
                    comment.Delete()

    def put_sheet(self, name: str, sheet: TextSheet) -> None:
        sheets = self._book.Worksheets
        if not self._has(name):
            self._need_structure()
            # Add(Before, After): a sheet that is left out is said by None.
            made = sheets.Add(None, sheets(sheets.Count)) if sheet.hidden else sheets.Add(sheets(1))
            made.Name = name
        with self._writing(name) as made:
            made.Cells.Clear()
            _fill_in(made, sheet)
            made.Visible = _VERY_HIDDEN if sheet.hidden else _VISIBLE
            if not sheet.hidden:
                made.Activate()

    def remove_sheet(self, name: str) -> None:
        if not self._has(name):
            return
        self._need_structure()
        sheet, program = self._sheet(name), self._book.Application
        asks = program.DisplayAlerts
        # Excel asks before it deletes a sheet, and stands still until somebody answers.
        program.DisplayAlerts = False
        try:
            sheet.Visible = _VISIBLE  # one that is very hidden cannot be deleted
            sheet.Delete()
        finally:
            program.DisplayAlerts = asks

    def _worksheets(self) -> Iterator[Any]:
        sheets = self._book.Worksheets
        return (sheets(number) for number in range(1, sheets.Count + 1))

    def _has(self, name: str) -> bool:
        return any(sheet.Name == name for sheet in self._worksheets())

    def _sheet(self, name: str) -> Any:
        if not self._has(name):
            raise KeyError(name)
        return self._book.Worksheets(name)

    def _need_structure(self) -> None:
        if self._book.ProtectStructure:
            raise OutputError(protected("工作簿结构"), code="workbook_protected")

    @contextmanager
    def _writing(self, name: str) -> Iterator[Any]:
        """The sheet, open for writing, with the screen held still."""
        sheet, program = self._sheet(name), self._book.Application
        shield = self._lift(sheet)
        drawn = program.ScreenUpdating
        program.ScreenUpdating = False
        try:
            yield sheet
        finally:
            program.ScreenUpdating = drawn
            if shield is not None:
                sheet.Protect(*shield)

    @staticmethod
    def _lift(sheet: Any) -> tuple[Any, ...] | None:
        """Lift a protection without password; what puts it back as it was, None if there was none."""
        if not sheet.ProtectContents:
            return None
        kept = sheet.Protection
        # Protect forbids all that it is not told of: units could neither sort nor put in rows any more.
        allowed = [bool(getattr(kept, name)) for name in _ALLOWED]
        shield = ("", bool(sheet.ProtectDrawingObjects), True, bool(sheet.ProtectScenarios), False, *allowed)
        with suppress(Exception):  # COM's own exception class is not to be had without it
            sheet.Unprotect("")
        if sheet.ProtectContents:
            raise OutputError(protected(f"工作表“{sheet.Name}”"), code="workbook_protected", Name=sheet.Name)
        return shield

    def _merges(self, sheet: Any, area: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
        """The merged ranges that begin in an area: halved as long as it is partly merged."""
        waiting, seen = [area], set[tuple[int, int, int, int]]()
        while waiting:
            top, left, bottom, right = waiting.pop()
            cells = _span(sheet, top, left, bottom, right)
            merged = cells.MergeCells
            if merged is False or (merged is None and (top, left) == (bottom, right)):
                continue
            if merged is True:
                whole = sheet.Range(address(top, left)).MergeArea
                found = (
                    int(whole.Row),
                    int(whole.Column),
                    int(whole.Row + whole.Rows.Count - 1),
                    int(whole.Column + whole.Columns.Count - 1),
                )
                if found not in seen:
                    seen.add(found)
                    yield found
                if found[2] >= bottom and found[3] >= right:
                    continue
            if bottom - top >= right - left:
                middle = (top + bottom) // 2
                waiting += [(middle + 1, left, bottom, right), (top, left, middle, right)]
            else:
                middle = (left + right) // 2
                waiting += [(top, middle + 1, bottom, right), (top, left, bottom, middle)]


def _span(sheet: Any, top: int, left: int, bottom: int, right: int) -> Any:
    return sheet.Range(f"{address(top, left)}:{address(bottom, right)}")


def _rows(block: Any) -> list[list[Any]]:
    """The value of a range, which is no tuple for a single cell."""
    return [list(row) for row in block] if isinstance(block, tuple) else [[block]]


def _value(cell: Any) -> Any:
    """A cell's value as COM hands it over, as the readers give it."""
    if isinstance(cell, bool) or cell is None:
        return cell
    # Numbers come as floats: a whole number is the code of an error.
    if isinstance(cell, int) and 0 <= cell - _ERROR_BASE - 2000 < _MOST_ERRORS:
        return CellError(_ERRORS.get(cell - _ERROR_BASE, "#ERROR"))
    if isinstance(cell, datetime.datetime):
        # Days of COM say a time zone that they do not mean.
        moment = datetime.datetime(cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second)
        return moment if moment.time() != datetime.time() else moment.date()
    return cell if isinstance(cell, str) else float(cell)


def _hidden(ask: Callable[[int, int], Any], first: int, last: int) -> Iterator[int]:
    """The numbers for which `ask` says yes; for a span of which only a part is hidden it says None."""
    waiting = [(first, last)]
    while waiting:
        start, end = waiting.pop()
        answer = ask(start, end)
        if answer is True:
            yield from range(start, end + 1)
        elif answer is None and start < end:
            middle = (start + end) // 2
            waiting += [(middle + 1, end), (start, middle)]


def _addresses(places: Sequence[Place]) -> Iterator[str]:
    """The cells in lists that are short enough for one call."""
    line = ""
    for place in places:
        cell = address(*place)
        if line and len(line) + len(cell) >= _LONGEST_ADDRESS:
            yield line
            line = ""
        line = f"{line},{cell}" if line else cell
    if line:
        yield line


def _swapped(colour: int) -> int:
    """Excel's colours have red last."""
    return (colour & 0xFF) << 16 | colour & 0xFF00 | colour >> 16


def _told(interior: Any) -> str:
    pattern = int(interior.Pattern)
    if pattern == _NO_PATTERN:
        return NO_FILL
    if pattern in _GRADIENTS:
        return KEEP
    theme: Any = None
    with suppress(Exception):  # asking a plain colour for its theme may be an error
        theme = interior.ThemeColor
    if isinstance(theme, int) and theme > 0:
        return f"{_EXCEL}{pattern}:{theme}:{float(interior.TintAndShade)!r}"
    if pattern == _SOLID:
        return f"#{_swapped(int(interior.Color)):06X}"
    return f"{_EXCEL}{pattern}::{int(interior.Color)}:{int(interior.PatternColor)}"


def _paint(interior: Any, fill: str) -> None:
    if is_plain(fill):
        interior.Pattern, interior.Color = _SOLID, _swapped(int(fill[1:], 16))
        return
    pattern, _, rest = fill.removeprefix(_EXCEL).partition(":")
    if not fill.startswith(_EXCEL):
        interior.Pattern = _NO_PATTERN
        return
    theme, first, *second = rest.split(":")
    interior.Pattern = int(pattern)
    if theme:
        interior.ThemeColor, interior.TintAndShade = int(theme), float(first)
    else:
        interior.Color, interior.PatternColor = int(first), int(second[0])


def _fill_in(made: Any, sheet: TextSheet) -> None:
    # The apostrophe makes a text of whatever follows, and is no part of it.
    rows = [tuple(f"'{clean_text(text)}" if text else "" for text in row) for row in sheet.block()]
    if rows and rows[0]:
        _span(made, 1, 1, len(rows), len(rows[0])).Value = tuple(rows)
        _dress(made, sheet, len(rows[0]), len(rows))


def _dress(made: Any, sheet: TextSheet, width: int, height: int) -> None:
    for column, size in enumerate(sheet.widths, 1):
        _span(made, 1, column, 1, column).EntireColumn.ColumnWidth = min(size, _WIDEST)
    if sheet.hidden:
        return
    body = _span(made, max(sheet.header_row, 1), 1, height, width)
    body.WrapText = True
    body.VerticalAlignment = _CENTRE
    body.Borders.LineStyle = _CONTINUOUS
    body.Borders.Color = _LINE_COLOUR
    if sheet.header_row:
        header = _span(made, sheet.header_row, 1, sheet.header_row, width)
        header.Font.Bold = True
        header.Interior.Color = _swapped(_GROUND)
    with suppress(Exception):  # on a computer without a printer, Excel knows no pages
        _set_page(made.PageSetup, sheet)


def _set_page(page: Any, sheet: TextSheet) -> None:
    page.Orientation, page.PaperSize = _LANDSCAPE, _A4
    page.Zoom = False  # else it goes before the fitting
    page.FitToPagesWide, page.FitToPagesTall = 1, False
    page.CenterHorizontally = True
    page.PrintTitleRows = f"${sheet.header_row}:${sheet.header_row}" if sheet.header_row else ""
    page.CenterFooter = PAGE_NUMBER
    for side, inches in MARGINS.items():
        setattr(page, f"{side.title()}Margin", inches * _POINTS)
