"""What pasting, exporting and other programs do to the texts of a workbook, so that nobody sees it: each a function that
changes a filled one in place.

None of them changes what anybody reads there: the same values must be read, and nothing but the spelling said.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from lzxl.forms.load import load_form
from lzxl.forms.model import Field
from lzxl.forms.unseen import BLANKS, LINE_BREAKS, RADICALS, UNSEEN, Ranges
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent

Change = Callable[[WorkbookContent, str], None]
Rewrite = Callable[[str], str]


def _first_of_each(families: Ranges) -> list[str]:
    """The first and the last character of each range: every kind of them, and not six thousand."""
    return [chr(code) for code in dict.fromkeys(code for span in families for code in span)]


UNSEEN_MARKS = _first_of_each(UNSEEN)
BLANK_MARKS = _first_of_each(BLANKS)
BREAK_MARKS = ["\r\n", "\r", *_first_of_each(LINE_BREAKS)]
_RADICAL_OF = {ord(ideograph): chr(radical) for radical, ideograph in RADICALS.items()}


def _texts(content: WorkbookContent) -> Iterator[tuple[SheetContent, int, int, str]]:
    for sheet in content.sheets:
        for row, cells in sheet.rows.items():
            for column, cell in enumerate(cells, 1):
                if isinstance(cell, str) and cell:
                    yield sheet, row, column, cell


def every_text(rewrite: Callable[[str, str], str], marks: list[str]) -> Change:
    """Each text of the workbook rewritten with a mark, all marks in turn."""

    def change(content: WorkbookContent, form_id: str) -> None:
        for (sheet, row, column, text), mark in zip(list(_texts(content)), cycle(marks), strict=False):
            sheet.put(row, column, rewrite(text, mark))

    return change


def _in_the_middle(text: str, mark: str) -> str:
    half = len(text) // 2
    return f"{text[:half]}{mark}{text[half:]}"


def in_names_and_stamp(content: WorkbookContent, form_id: str) -> None:
    """Marks in the names of sheets, and in names and values of the document's properties."""
    marks = cycle(UNSEEN_MARKS)
    for sheet in content.sheets:
        sheet.name = _in_the_middle(sheet.name, next(marks)) + next(marks)
    content.properties = {
        name: f"{next(marks)}{value}{next(marks)}" if name.startswith("lzxl_") else value
        for name, value in content.properties.items()
    }


def _field_cells(content: WorkbookContent, form_id: str) -> Iterator[tuple[SheetContent, int, int, Field]]:
    """(sheet, row, column, field) of each cell that a unit fills in: the cover's, and those of all rows that hold some."""
    by_title = {sheet.name: sheet for sheet in content.sheets}
    for sheet in load_form(form_id).sheets:
        held = by_title[sheet.title]
        if sheet.layout == "labels":
            labels = label_layout(sheet)
            for entry in sheet.inputs:
                yield held, *labels.value(entry.name), entry
            continue
        layout = table_layout(sheet)
        for row in [
            row for row in held.rows if row >= layout.first_row and _is_filled(held, row, layout.columns.values())
        ]:
            for entry in sheet.inputs:
                yield held, row, layout.columns[entry.name], entry


def _is_filled(sheet: SheetContent, row: int, columns: Any) -> bool:
    return sum(sheet.cell(row, column) is not None for column in columns) > 2


def blanks_hold(marks: list[str]) -> Change:
    """Blank cells hold what shows nothing."""

    def change(content: WorkbookContent, form_id: str) -> None:
        turn = cycle(marks)
        for sheet, row, column, entry in list(_field_cells(content, form_id)):
            if sheet.cell(row, column) is None and not entry.computed:
                sheet.put(row, column, next(turn))

    return change


def rows_below_hold_marks(content: WorkbookContent, form_id: str) -> None:
    """Rows below a table that show nothing, and are no rows."""
    for sheet in content.sheets:
        last = max(sheet.rows, default=0)
        for at, mark in enumerate(UNSEEN_MARKS + BLANK_MARKS, 2):
            sheet.put(last + at, 2 + at % 3, mark)


def strokes_in_optional_cells(content: WorkbookContent, form_id: str) -> None:
    """The usual sign for what does not apply, in every blank cell in which nothing is owed."""
    strokes = cycle(("/", "／", "—", "——", "-", "\\", " / "))
    for sheet, row, column, entry in list(_field_cells(content, form_id)):
        if sheet.cell(row, column) is None and not entry.required and not entry.computed:
            sheet.put(row, column, next(strokes))


def as_text_with_marks(content: WorkbookContent, form_id: str) -> None:
    """Numbers and days as texts, each with a mark."""
    marks = cycle(UNSEEN_MARKS)
    for sheet, row, column, entry in list(_field_cells(content, form_id)):
        value = sheet.cell(row, column)
        if isinstance(value, datetime.date):
            day = value.date() if isinstance(value, datetime.datetime) else value
            sheet.put(row, column, f"{day.isoformat()}{next(marks)}")
        elif isinstance(value, int | float) and entry.kind in ("count", "score") and not isinstance(value, bool):
            sheet.put(row, column, f"{next(marks)}{value:g}")


def in_full_width(content: WorkbookContent, form_id: str) -> None:
    """Numbers of rows and words out of a list in full width."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    for sheet, row, column, entry in list(_field_cells(content, form_id)):
        value = sheet.cell(row, column)
        if isinstance(value, str) and entry.kind in ("id", "choice"):
            sheet.put(row, column, value.translate(wide))


REWRITINGS: dict[str, Change] = {
    "unseen before each text": every_text(lambda text, mark: mark + text, UNSEEN_MARKS),
    "unseen after each text": every_text(lambda text, mark: text + mark, UNSEEN_MARKS),
    "unseen within each text": every_text(_in_the_middle, UNSEEN_MARKS),
    "unseen around each text": every_text(lambda text, mark: f"{mark}{mark}{text}{mark}", UNSEEN_MARKS),
    "blanks before each text": every_text(lambda text, mark: mark + text, BLANK_MARKS),
    "blanks after each text": every_text(lambda text, mark: text + mark, BLANK_MARKS),
    "line ends of other systems": every_text(lambda text, mark: text.replace("\n", mark), BREAK_MARKS),
    "empty lines around each text": every_text(lambda text, mark: f"{mark}{text}{mark}{mark}", BREAK_MARKS),
    "radicals for ideographs": every_text(lambda text, mark: text.translate(_RADICAL_OF), [""]),
    "marks in names and stamp": in_names_and_stamp,
    "unseen in blank cells": blanks_hold(UNSEEN_MARKS),
    "blanks in blank cells": blanks_hold(BLANK_MARKS + BREAK_MARKS),
    "rows that show nothing": rows_below_hold_marks,
    "strokes in optional cells": strokes_in_optional_cells,
    "numbers and days as marked texts": as_text_with_marks,
    "numbers of rows in full width": in_full_width,
}
