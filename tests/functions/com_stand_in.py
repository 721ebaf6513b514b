"""A stand-in for the objects that Excel shows over COM, for the tests of the xlwings port on machines without Excel.

It is a stand-in: an openpyxl workbook behind the few names of Excel's object model that the port uses, answering as
Microsoft's documentation says. What it can show: that the port asks for the right things, in blocks, by names that exist,
gives every argument by position, lifts and puts back protection, and understands the answers (tuples of tuples, a bare value
for one cell, None for "mixed", numbers for errors, colours with red last). What it cannot show: that Excel answers so, how
long it takes, or anything about threads, dialogs and versions.
"""

# ruff: noqa: N802 - the names are Excel's

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment as FileComment
from openpyxl.styles import Alignment, Border, Color, PatternFill, Side
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.properties import PageSetupProperties

_ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}
_STATES = {-1: "visible", 0: "hidden", 2: "veryHidden"}
_ALLOWED = {
    "AllowFormattingCells": "formatCells",
    "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows",
    "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows",
    "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns",
    "AllowDeletingRows": "deleteRows",
    "AllowSorting": "sort",
    "AllowFiltering": "autoFilter",
    "AllowUsingPivotTables": "pivotTables",
}


class ComError(Exception):
    """As pywintypes.com_error."""


class Book:
    """What xlwings hands over: only `api` is used of it."""

    def __init__(self, path: Path) -> None:
        self.api = Workbook(path)


class Application:
    ScreenUpdating = True
    DisplayAlerts = True


class Item:
    def __init__(self, name: str, value: object) -> None:
        self.Name, self.Value = name, value


class Collection:
    def __init__(self, items: list[Any]) -> None:
        self._items = items

    @property
    def Count(self) -> int:
        return len(self._items)

    def Item(self, number: int) -> Any:
        return self._items[number - 1]


class Workbook:
    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            assert "xl/vbaProject.bin" not in archive.namelist()
        self._book = load_workbook(path)
        self._values = load_workbook(path, data_only=True)
        self.Application = Application()
        self.Name, self.Path, self.FullName = path.name, str(path.parent), str(path)
        self.Date1904 = False

    @property
    def Worksheets(self) -> Worksheets:
        return Worksheets(self)

    @property
    def ProtectStructure(self) -> bool:
        return bool(self._book.security and self._book.security.lockStructure)

    @property
    def CustomDocumentProperties(self) -> Collection:
        properties = self._book.custom_doc_props
        return Collection([Item(name, properties[name].value) for name in properties.names])

    def save(self, path: Path) -> None:
        self._book.save(path)


class Worksheets:
    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook

    @property
    def Count(self) -> int:
        return len(self._workbook._book.worksheets)

    def __call__(self, key: int | str) -> Worksheet:
        book = self._workbook._book
        return Worksheet(self._workbook, book.worksheets[key - 1] if isinstance(key, int) else book[key])

    def Add(self, before: Worksheet | None, after: Worksheet | None = None, /) -> Worksheet:
        if self._workbook.ProtectStructure:
            raise ComError("1004")
        book = self._workbook._book
        beside = before or after
        assert beside is not None
        position = book.index(beside._sheet) + (before is None)
        return Worksheet(self._workbook, book.create_sheet(index=position))


class Worksheet:
    def __init__(self, workbook: Workbook, sheet: Any) -> None:
        self._workbook, self._sheet = workbook, sheet

    @property
    def Name(self) -> str:
        return str(self._sheet.title)

    @Name.setter
    def Name(self, name: str) -> None:
        self._sheet.title = name

    @property
    def Visible(self) -> int:
        return next(number for number, state in _STATES.items() if state == self._sheet.sheet_state)

    @Visible.setter
    def Visible(self, number: int) -> None:
        self._sheet.sheet_state = _STATES[number]

    @property
    def UsedRange(self) -> Range:
        return self.Range(self._sheet.dimensions)

    @property
    def Cells(self) -> Range:
        return Range(self, [(1, 1, self._sheet.max_row, self._sheet.max_column)])

    @property
    def Comments(self) -> Collection:
        cells = (cell for row in self._sheet.iter_rows() for cell in row if cell.comment)
        return Collection([Comment(self.Range(cell.coordinate)) for cell in cells])

    @property
    def PageSetup(self) -> PageSetup:
        return PageSetup(self._sheet)

    @property
    def ProtectContents(self) -> bool:
        return bool(self._sheet.protection.sheet)

    @property
    def ProtectDrawingObjects(self) -> bool:
        return bool(self._sheet.protection.objects)

    @property
    def ProtectScenarios(self) -> bool:
        return bool(self._sheet.protection.scenarios)

    @property
    def Protection(self) -> Any:
        allowed = {name: not getattr(self._sheet.protection, flag) for name, flag in _ALLOWED.items()}
        return type("Protection", (), allowed)()

    def Unprotect(self, password: str, /) -> None:
        if self._sheet.protection.password and not password:
            raise ComError("1004: the password you supplied is not correct")
        self._sheet.protection.sheet = False

    def Protect(
        self, password: str, drawings: bool, contents: bool, scenarios: bool, macros: bool, *allowed: bool
    ) -> None:
        assert (password, contents, macros) == ("", True, False)
        protection = self._sheet.protection
        protection.sheet, protection.objects, protection.scenarios = True, drawings, scenarios
        for flag, allows in zip(_ALLOWED.values(), allowed, strict=True):
            setattr(protection, flag, not allows)

    def Range(self, text: str) -> Range:
        assert len(text) <= 255
        rows = re.fullmatch(r"(\d+):(\d+)", text)
        if rows:
            return Range(self, [(int(rows[1]), 1, int(rows[2]), 16384)])
        areas = []
        for part in text.split(","):
            left, top, right, bottom = range_boundaries(part)
            areas.append((top, left, bottom, right))
        return Range(self, areas)

    def Activate(self) -> None:
        assert self.Visible == -1

    def Delete(self) -> None:
        if self.Visible == 2 or self._workbook.ProtectStructure:
            raise ComError("1004: Delete method of Worksheet class failed")
        assert not self._workbook.Application.DisplayAlerts, "Excel would ask"
        self._workbook._book.remove(self._sheet)

    def _need_unprotected(self) -> None:
        if self.ProtectContents:
            raise ComError("1004: the sheet is protected")


class Lines:
    """Rows or columns of a range, or the whole ones that it lies in."""

    def __init__(self, hidden: list[bool], sheet: Worksheet, columns: range) -> None:
        self._hidden, self._sheet, self._columns = hidden, sheet, columns
        self.Count = len(hidden)

    @property
    def Hidden(self) -> bool | None:
        return self._hidden[0] if len(set(self._hidden)) == 1 else None

    @property
    def ColumnWidth(self) -> float:
        raise NotImplementedError

    @ColumnWidth.setter
    def ColumnWidth(self, width: float) -> None:
        assert 0 <= width <= 255
        for column in self._columns:
            self._sheet._sheet.column_dimensions[get_column_letter(column)].width = width


class Range:
    def __init__(self, sheet: Worksheet, areas: list[tuple[int, int, int, int]]) -> None:
        self._sheet, self._areas = sheet, areas
        self.Row, self.Column = areas[0][:2]

    def _cells(self) -> Iterator[Any]:
        for top, left, bottom, right in self._areas:
            for row in self._sheet._sheet.iter_rows(top, bottom, left, right):
                yield from row

    @property
    def Parent(self) -> Worksheet:
        return self._sheet

    @property
    def Rows(self) -> Lines:
        return self.EntireRow

    @property
    def Columns(self) -> Lines:
        return self.EntireColumn

    @property
    def EntireRow(self) -> Lines:
        top, _, bottom, _ = self._areas[0]
        rows = self._sheet._sheet.row_dimensions
        return Lines([bool(row in rows and rows[row].hidden) for row in range(top, bottom + 1)], self._sheet, range(0))

    @property
    def EntireColumn(self) -> Lines:
        _, left, _, right = self._areas[0]
        hidden = set()
        for dimension in self._sheet._sheet.column_dimensions.values():
            if dimension.hidden:
                hidden.update(range(dimension.min, dimension.max + 1))
        columns = range(left, right + 1)
        return Lines([column in hidden for column in columns], self._sheet, columns)

    def _block(self, ask: Any) -> Any:
        top, left, bottom, right = self._areas[0]
        rows = tuple(tuple(ask(row, column) for column in range(left, right + 1)) for row in range(top, bottom + 1))
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @property
    def Value(self) -> Any:
        return self._block(self._value)

    def _value(self, row: int, column: int) -> Any:
        sheet = self._sheet._sheet
        source = self._sheet._workbook._values
        cell = sheet.cell(row, column)
        if cell.data_type == "f" and self._sheet.Name in source.sheetnames:
            cell = source[self._sheet.Name].cell(row, column)
        if cell.data_type == "e":
            return -2146828288 + _ERRORS[cell.value]
        if isinstance(cell.value, datetime.datetime):
            return cell.value.replace(tzinfo=datetime.UTC)
        return float(cell.value) if type(cell.value) is int else cell.value

    @Value.setter
    def Value(self, rows: Any) -> None:
        self._sheet._need_unprotected()
        top, left, bottom, right = self._areas[0]
        assert len(rows) == bottom - top + 1 and {len(row) for row in rows} == {right - left + 1}
        for row, texts in enumerate(rows, top):
            for column, text in enumerate(texts, left):
                cell = self._sheet._sheet.cell(row, column)
                assert isinstance(text, str)
                cell.value = text.removeprefix("'") or None
                if text.startswith("'") and cell.value:
                    cell.data_type = "s"  # else it would be a formula if it looks like one

    @property
    def Formula(self) -> Any:
        def ask(row: int, column: int) -> str:
            value = self._sheet._sheet.cell(row, column).value
            return "" if value is None else str(value)

        return self._block(ask)

    @property
    def MergeCells(self) -> bool | None:
        top, left, bottom, right = self._areas[0]
        merged = [
            any(
                area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
                for area in self._merged()
            )
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        return merged[0] if len(set(merged)) == 1 else None

    def _merged(self) -> Any:
        return self._sheet._sheet.merged_cells.ranges

    @property
    def MergeArea(self) -> Range:
        row, column = self.Row, self.Column
        for area in self._merged():
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return Range(self._sheet, [(area.min_row, area.min_col, area.max_row, area.max_col)])
        return self

    @property
    def Interior(self) -> Interior:
        return Interior(self)

    @property
    def Font(self) -> Any:
        return type("Font", (), {"Bold": False})()

    def _align(self, **how: Any) -> None:
        self._sheet._need_unprotected()
        for cell in self._cells():
            cell.alignment = copy(cell.alignment) + Alignment(**how)

    WrapText = property(None, lambda self, wraps: self._align(wrap_text=wraps))
    VerticalAlignment = property(None, lambda self, where: self._align(vertical={-4108: "center"}[where]))

    @property
    def Borders(self) -> Borders:
        return Borders(self)

    def Clear(self) -> None:
        self._sheet._need_unprotected()
        sheet = self._sheet._sheet
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for cell in self._cells():
            cell.value, cell.comment, cell.fill = None, None, PatternFill()

    @property
    def Comment(self) -> Comment | None:
        return Comment(self) if next(self._cells()).comment else None

    def AddComment(self, text: str, /) -> Comment:
        self._sheet._need_unprotected()
        cell = next(self._cells())
        if cell.comment:
            raise ComError("1004: there is a comment already")
        cell.comment = FileComment(text, "")
        return Comment(self)


class Borders:
    """Those of every cell of a range, outer and inner."""

    def __init__(self, cells: Range) -> None:
        self._cells = cells

    def _draw(self, colour: str) -> None:
        self._cells._sheet._need_unprotected()
        side = Side("thin", colour)
        for cell in self._cells._cells():
            cell.border = Border(side, side, side, side)

    LineStyle = property(None, lambda self, style: self._draw({1: "FF000000"}[style]))
    Color = property(None, lambda self, colour: self._draw(f"FF{colour:06X}"))


class PageSetup:
    """What a file keeps of it. FitToPagesTall as False is any number of pages."""

    def __init__(self, sheet: Any) -> None:
        object.__setattr__(self, "_sheet", sheet)

    def __setattr__(self, name: str, value: Any) -> None:
        sheet = self._sheet
        side = name.removesuffix("Margin")
        if name == "Orientation":
            sheet.page_setup.orientation = {1: "portrait", 2: "landscape"}[value]
        elif name == "PaperSize":
            sheet.page_setup.paperSize = value
        elif name == "Zoom":
            assert value is False
            sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        elif name in ("FitToPagesWide", "FitToPagesTall"):
            assert sheet.sheet_properties.pageSetUpPr.fitToPage, "Zoom goes before it"
            setattr(sheet.page_setup, "fitToWidth" if name.endswith("Wide") else "fitToHeight", int(value))
        elif name == "CenterHorizontally":
            sheet.print_options.horizontalCentered = value
        elif name == "PrintTitleRows":
            sheet.print_title_rows = value.replace("$", "") or None
        elif name == "CenterFooter":
            sheet.oddFooter.center.text = value
        elif side in ("Left", "Right", "Top", "Bottom", "Header", "Footer"):
            setattr(sheet.page_margins, side.lower(), value / 72)
        else:
            raise ComError(f"no such property: {name}")


class Interior:
    """Knows no fill, plain colours, and patterns."""

    def __init__(self, cells: Range) -> None:
        self._cells = cells

    def _fill(self) -> Any:
        return next(self._cells._cells()).fill

    def _set(self, fill: PatternFill) -> None:
        self._cells._sheet._need_unprotected()
        for cell in self._cells._cells():
            cell.fill = fill

    @property
    def Pattern(self) -> int:
        if self._fill().tagname == "gradientFill":
            return 4000
        return {None: -4142, "solid": 1, "gray125": 17}[self._fill().fill_type]

    @Pattern.setter
    def Pattern(self, number: int) -> None:
        self._set({-4142: PatternFill(), 1: PatternFill("solid"), 17: PatternFill("gray125")}[number])

    @property
    def Color(self) -> int:
        red, green, blue = re.findall("..", self._fill().start_color.rgb[2:])
        return int(blue + green + red, 16)

    @Color.setter
    def Color(self, colour: int) -> None:
        blue, green, red = re.findall("..", f"{colour:06X}")
        kind = self._fill().fill_type or "solid"
        self._set(PatternFill(kind, start_color=f"FF{red}{green}{blue}", end_color=f"FF{red}{green}{blue}"))

    PatternColor = 0

    @property
    def ThemeColor(self) -> int:
        if self._fill().start_color.type != "theme":
            raise ComError("no theme colour")
        return int(self._fill().start_color.theme) + 1

    @ThemeColor.setter
    def ThemeColor(self, number: int) -> None:
        self._set(PatternFill(self._fill().fill_type, start_color=Color(theme=number - 1)))

    @property
    def TintAndShade(self) -> float:
        return float(self._fill().start_color.tint)

    @TintAndShade.setter
    def TintAndShade(self, tint: float) -> None:
        self._set(
            PatternFill(self._fill().fill_type, start_color=Color(theme=self._fill().start_color.theme, tint=tint))
        )


class Comment:
    def __init__(self, cells: Range) -> None:
        self._cell = next(cells._cells())
        self._sheet = cells._sheet
        self.Parent = cells
        self.Visible = False
        self.Shape = type("Shape", (), {"Width": 0, "Height": 0})()

    def Text(self) -> str:
        return str(self._cell.comment.text)

    def Delete(self) -> None:
        self._sheet._need_unprotected()
        self._cell.comment = None
