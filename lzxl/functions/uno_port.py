"""The workbook port over a spreadsheet that is open in LibreOffice Calc, inside the program or over a pipe.

Takes the document as UNO hands it over and imports nothing of UNO, so that it is also there where UNO is not. Over a pipe each
call is a round trip: whatever can be asked for as a block is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from urllib.request import url2pathname

from lzxl.errors import OutputError
from lzxl.forms.values import CellError
from lzxl.functions.port import NO_FILL, Place, TextSheet, is_plain, protected
from lzxl.workbook.reading.content import SheetContent, Visibility
from lzxl.workbook.writing.page import MARGINS, PAGE_NUMBER
from lzxl.workbook.writing.text import clean_text

# com.sun.star.sheet.CellFlags, FormulaResult; com.sun.star.util.NumberFormat
_VALUE, _DATETIME, _STRING, _NOTE, _FORMULA, _EVERYTHING = 1, 2, 4, 8, 16, 1023
_ERROR = 4
_DATE, _TIME, _LOGICAL = 2, 4, 1024

_BOLD = 150.0
_GROUND = 0xD6E4F0
_CHARACTER = 210
"""Width of a character in hundredths of a millimetre."""
_NO_COLOUR = -1
_LINE, _LINE_COLOUR = 26, 0x8C8C8C
"""A thin line, in hundredths of a millimetre."""
_MIDDLE = 2
_INCH, _A4 = 2540, (21000, 29700)
_FIELDS = {"&P": "PageNumber", "&N": "PageCount"}


class UnoPort:
    """A document with the service com.sun.star.sheet.SpreadsheetDocument. Saving is the user's business."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._sheets = document.Sheets

    @property
    def name(self) -> str:
        return PurePosixPath(unquote(str(self._document.getURL()))).name or str(self._document.Title)

    @property
    def path(self) -> Path | None:
        url = str(self._document.getURL())
        return Path(url2pathname(url.removeprefix("file:"))) if url.startswith("file:") else None

    @property
    def date1904(self) -> bool:
        return bool(self._document.NullDate.Year == 1904)

    def sheets(self) -> list[tuple[str, Visibility]]:
        return [(name, self._visibility(name)) for name in self._sheets.ElementNames]

    def content(self, sheet: str) -> SheetContent:
        content = SheetContent(sheet, self._visibility(sheet))
        source = self._sheet(sheet)
        filled = source.queryContentCells(_VALUE | _DATETIME | _STRING | _FORMULA).RangeAddresses
        if not filled:
            return content
        right, bottom = max(area.EndColumn for area in filled), max(area.EndRow for area in filled)
        block = source.getCellRangeByPosition(0, 0, right, bottom)
        # LibreOffice hands a blank cell of a block over as an empty text.
        rows = [[None if cell == "" else cell for cell in row] for row in block.getDataArray()]
        self._apply_formats(block, rows)
        for row, column in _cells(block.queryFormulaCells(_ERROR).RangeAddresses):
            rows[row - 1][column - 1] = CellError(source.getCellByPosition(column - 1, row - 1).String)
        content.fill_rows(enumerate(rows, 1))
        content.formulas = dict.fromkeys(_formulas_in(block, rows[: max(content.rows, default=0)]), True)
        visible = block.queryVisibleCells().RangeAddresses
        content.hidden_rows = _left_out(bottom, ((area.StartRow, area.EndRow) for area in visible))
        content.hidden_columns = _left_out(right, ((area.StartColumn, area.EndColumn) for area in visible))
        content.merges = list(self._merges(block))
        return content

    def properties(self) -> dict[str, str]:
        properties = self._document.DocumentProperties.UserDefinedProperties
        names = [entry.Name for entry in properties.PropertySetInfo.Properties]
        return {name: str(properties.getPropertyValue(name)) for name in names}

    def fills(self, sheet: str, places: Sequence[Place]) -> list[str]:
        if not places:
            return []
        rows, columns = zip(*places, strict=True)
        corners = min(columns) - 1, min(rows) - 1, max(columns) - 1, max(rows) - 1
        wanted, found = set(places), dict[Place, str]()
        for alike in self._sheet(sheet).getCellRangeByPosition(*corners).UniqueCellFormatRanges:
            here = wanted.intersection(_cells(alike.RangeAddresses))
            if here:
                found.update(dict.fromkeys(here, _told(alike)))
        return [found[place] for place in places]

    def paint(self, sheet: str, fills: Mapping[Place, str]) -> None:
        with self._writing(sheet) as source:
            for (row, column), fill in fills.items():
                cell = source.getCellByPosition(column - 1, row - 1)
                if is_plain(fill):
                    cell.CellBackColor = int(fill[1:], 16)
                else:
                    cell.setPropertyToDefault("CellBackColor")

    def notes(self, sheet: str) -> dict[Place, str]:
        found = {}
        for note in self._sheet(sheet).Annotations:
            place = note.Position
            found[place.Row + 1, place.Column + 1] = str(note.String)
        return found

    def put_notes(self, sheet: str, notes: Mapping[Place, str]) -> None:
        with self._writing(sheet) as source:
            for (row, column), text in notes.items():
                place = source.getCellByPosition(column - 1, row - 1).CellAddress
                source.Annotations.insertNew(place, clean_text(text))

    def remove_notes(self, sheet: str, places: Sequence[Place]) -> None:
        wanted = set(places)
        with self._writing(sheet) as source:
            positions = [note.Position for note in source.Annotations]
            # From behind: those after one that is removed move up.
            for index in reversed(range(len(positions))):
                if (positions[index].Row + 1, positions[index].Column + 1) in wanted:
                    source.Annotations.removeByIndex(index)

    def put_sheet(self, name: str, sheet: TextSheet) -> None:
        if not self._sheets.hasByName(name):
            self._need_structure()
            self._sheets.insertNewByName(name, self._sheets.Count if sheet.hidden else 0)
        with self._writing(name) as made:
            made.clearContents(_EVERYTHING)
            _fill_in(made, sheet)
            if not sheet.hidden:
                self._set_page(made, sheet)
        # The name may be that of a sheet that was hidden.
        self._sheet(name).IsVisible = not sheet.hidden

    def remove_sheet(self, name: str) -> None:
        if self._sheets.hasByName(name):
            self._need_structure()
            self._sheets.removeByName(name)
            styles = self._page_styles()
            if styles.hasByName(_page_style(name)):
                styles.removeByName(_page_style(name))

    def _sheet(self, name: str) -> Any:
        if not self._sheets.hasByName(name):
            raise KeyError(name)
        return self._sheets.getByName(name)

    def _visibility(self, name: str) -> Visibility:
        # LibreOffice knows one way of hiding: a sheet that Excel's menus do not show comes as hidden, and is saved so.
        return "visible" if self._sheet(name).IsVisible else "hidden"

    def _need_structure(self) -> None:
        if self._document.isProtected():
            raise OutputError(protected("工作簿结构"), code="workbook_protected")

    @contextmanager
    def _writing(self, name: str) -> Iterator[Any]:
        """The sheet, open for writing, with the screen held still."""
        sheet = self._sheet(name)
        was_protected = sheet.isProtected()
        if was_protected:
            try:
                sheet.unprotect("")
            except Exception:  # UNO's own exception class cannot be named here
                raise OutputError(protected(f"工作表“{name}”"), code="workbook_protected", name=name) from None
            if sheet.isProtected():
                raise OutputError(protected(f"工作表“{name}”"), code="workbook_protected", name=name)
        self._document.lockControllers()
        try:
            yield sheet
        finally:
            self._document.unlockControllers()
            if was_protected:
                sheet.protect("")

    def _page_styles(self) -> Any:
        return self._document.StyleFamilies.getByName("PageStyles")

    def _set_page(self, made: Any, sheet: TextSheet) -> None:
        """Give a sheet a page style of its own, and the header as the row that every page repeats."""
        styles, name = self._page_styles(), _page_style(made.Name)
        if not styles.hasByName(name):
            styles.insertByName(name, self._document.createInstance("com.sun.star.style.PageStyle"))
        style = styles.getByName(name)
        style.IsLandscape = True
        style.Height, style.Width = _A4
        style.ScaleToPagesX, style.ScaleToPagesY = 1, 0
        style.CenterHorizontally = True
        style.HeaderIsOn, style.FooterIsOn, style.FooterIsDynamicHeight = False, True, False
        # The foot lies in the margin of Excel's, and above that of LibreOffice.
        style.LeftMargin, style.RightMargin = int(MARGINS["left"] * _INCH), int(MARGINS["right"] * _INCH)
        style.TopMargin, style.BottomMargin = int(MARGINS["top"] * _INCH), int(MARGINS["footer"] * _INCH)
        style.FooterHeight = int((MARGINS["bottom"] - MARGINS["footer"]) * _INCH)
        self._write_foot(style)
        made.PageStyle = name
        if sheet.header_row:
            header = made.getCellRangeByPosition(0, sheet.header_row - 1, 0, sheet.header_row - 1)
            made.setTitleRows(header.RangeAddress)
        made.setPrintTitleRows(bool(sheet.header_row))

    def _write_foot(self, style: Any) -> None:
        foot = style.RightPageFooterContent
        for part in (foot.LeftText, foot.RightText, foot.CenterText):
            part.String = ""
        for part in re.split("(&[PN])", PAGE_NUMBER):
            end = foot.CenterText.createTextCursor()
            end.gotoEnd(False)
            if part in _FIELDS:
                field = self._document.createInstance(f"com.sun.star.text.TextField.{_FIELDS[part]}")
                foot.CenterText.insertTextContent(end, field, False)
            else:
                foot.CenterText.insertString(end, part, False)
        # What was asked for is a copy: the style knows of the changes once it gets it back.
        style.RightPageFooterContent = foot

    def _apply_formats(self, block: Any, rows: list[list[Any]]) -> None:
        """Make dates and truth values of the numbers that are shown as such."""
        null = self._document.NullDate
        epoch = datetime.datetime(null.Year, null.Month, null.Day)
        formats, kinds = self._document.NumberFormats, dict[int, int]()
        for alike in block.UniqueCellFormatRanges:
            key = alike.NumberFormat
            if key not in kinds:
                kinds[key] = formats.getByKey(key).Type
            if not kinds[key] & (_DATE | _LOGICAL):
                continue
            for area in alike.RangeAddresses:
                for row in rows[area.StartRow : area.EndRow + 1]:
                    for column in range(area.StartColumn, area.EndColumn + 1):
                        if isinstance(row[column], float):
                            row[column] = _shown(row[column], kinds[key], epoch)

    @staticmethod
    def _merges(block: Any) -> Iterator[tuple[int, int, int, int]]:
        """The merged ranges. That it begins one is part of a cell's format: of cells alike, one is asked for all."""
        if not block.IsMerged:
            return
        for alike in block.UniqueCellFormatRanges:
            areas = alike.RangeAddresses
            if not block.getCellByPosition(areas[0].StartColumn, areas[0].StartRow).IsMerged:
                continue
            for row, column in _cells(areas):
                cell = block.getCellRangeByPosition(column - 1, row - 1, column - 1, row - 1)
                cursor = cell.Spreadsheet.createCursorByRange(cell)
                cursor.collapseToMergedArea()
                area = cursor.RangeAddress
                yield area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1


def _shown(number: float, kind: int, epoch: datetime.datetime) -> Any:
    if kind & _LOGICAL:
        return bool(number)
    try:
        # A time of day is a fraction of a day, which binary seldom hits:
        # unrounded, 10:15 lies some microseconds beside itself.
        moment = epoch + datetime.timedelta(seconds=round(number * 86400, 3))
    except OverflowError:
        return number
    return moment if moment.time() != datetime.time() else moment.date()


def _cells(areas: Sequence[Any]) -> Iterator[Place]:
    """Every cell of some ranges, counted from 1."""
    for area in areas:
        yield from product(range(area.StartRow + 1, area.EndRow + 2), range(area.StartColumn + 1, area.EndColumn + 2))


def _formulas_in(block: Any, rows: Sequence[Sequence[Any]]) -> Iterator[Place]:
    """The cells with a formula in the rows of a block."""
    for row, column in _cells(block.queryContentCells(_FORMULA).RangeAddresses):
        # A truth value of an .xlsx file becomes a formula.
        if row <= len(rows) and not (isinstance(rows[row - 1][column - 1], bool) and _is_constant(block, row, column)):
            yield row, column


def _is_constant(block: Any, row: int, column: int) -> bool:
    return block.getCellByPosition(column - 1, row - 1).Formula in ("=TRUE()", "=FALSE()")


def _left_out(last: int, spans: Iterator[tuple[int, int]]) -> set[int]:
    """The numbers from 1 that no span, counted from 0, has."""
    seen = {number + 1 for first, end in spans for number in range(first, end + 1)}
    return set(range(1, last + 2)) - seen


def _told(cells: Any) -> str:
    """The fill of cells themselves; one that their style gives them comes back when they have none."""
    colour = cells.CellBackColor
    if colour == _NO_COLOUR or cells.getPropertyState("CellBackColor").value == "DEFAULT_VALUE":
        return NO_FILL
    return f"#{colour & 0xFFFFFF:06X}"


def _fill_in(made: Any, sheet: TextSheet) -> None:
    rows = [tuple(map(clean_text, row)) for row in sheet.block()]
    if rows and rows[0]:
        block = made.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
        block.setDataArray(tuple(rows))
        _dress(made, sheet, len(rows[0]), len(rows))


def _dress(made: Any, sheet: TextSheet, width: int, height: int) -> None:
    for column, size in enumerate(sheet.widths):
        made.Columns.getByIndex(column).Width = int(size * _CHARACTER)
    if sheet.hidden:
        return
    body = made.getCellRangeByPosition(0, max(sheet.header_row - 1, 0), width - 1, height - 1)
    body.IsTextWrapped, body.VertJustify = True, _MIDDLE
    borders = body.TableBorder2
    for side in ("Top", "Bottom", "Left", "Right", "Horizontal", "Vertical"):
        line = getattr(borders, f"{side}Line")
        line.Color, line.LineWidth, line.OuterLineWidth = _LINE_COLOUR, _LINE, _LINE
        setattr(borders, f"{side}Line", line)
        setattr(borders, f"Is{side}LineValid", True)
    body.TableBorder2 = borders
    if sheet.header_row:
        header = made.getCellRangeByPosition(0, sheet.header_row - 1, width - 1, sheet.header_row - 1)
        header.CharWeight, header.CellBackColor = _BOLD, _GROUND


def _page_style(sheet: str) -> str:
    return f"lzxl_{sheet}"
