"""The two ways to read an .xlsx file give the same: calamine with the scan, and the XML parser for what that refuses.

Intended differences, none of which a standard workbook can hold: an error that calamine does not know refuses the fast
way (the parser reads it), and so do numbers beyond any calendar in cells shown as spans of time.
"""

from __future__ import annotations

import datetime
import io
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from lzxl.forms.values import CellError
from lzxl.workbook.reading import xlsx as reading
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.xlsx_make import NotUnderstoodError, used_rows
from tests.reading.books import Day, Formula, sheet_xml, xlsx

ROWS, COLUMNS = 12, 8
# XML holds no control characters; openpyxl takes text that begins with = for a formula.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=12).filter(
    lambda text: text[0] not in "=#" and text.strip() == text
)
NUMBER = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 4)))
DATE = st.dates(datetime.date(1905, 1, 1), datetime.date(2100, 1, 1))
TIME = st.datetimes(datetime.datetime(1905, 1, 1), datetime.datetime(2100, 1, 1)).map(
    lambda t: t.replace(microsecond=0)
)
ERROR = st.sampled_from(["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
PLACE = st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS))
HIDDEN = st.tuples(st.sets(st.integers(1, ROWS), max_size=3), st.sets(st.integers(1, COLUMNS), max_size=3))


@st.composite
def merged(draw: st.DrawFn) -> tuple[int, int, int, int]:
    top, left = draw(PLACE)
    return top, left, top + draw(st.integers(0, 3)), left + draw(st.integers(1, 2))


def read(data: bytes, *, fast: bool) -> WorkbookContent:
    """The file read one way; the other may not help out."""
    closed = "_read_parsed" if fast else "_read_fast"
    with patch.object(reading, closed, side_effect=AssertionError(closed)):
        if fast:
            return reading.read_xlsx(data, "xlsx")
        with patch.object(reading, "used_rows", side_effect=NotUnderstoodError):
            return reading.read_xlsx(data, "xlsx")


def plain(sheet: SheetContent) -> dict[str, Any]:
    """All that a sheet says, as the rest of lzxl sees it: blank is blank."""
    places = [(row, column) for row, cells in sheet.rows.items() for column in range(1, len(cells) + 1)]
    cells = {place: sheet.cell(*place) for place in places if sheet.cell(*place) is not None}
    last = max((row for row, _ in cells), default=0)
    return {
        "name": sheet.name,
        "visibility": sheet.visibility,
        "cells": {place: (type(value), value) for place, value in cells.items()},
        "rows": {row for row, _ in cells},
        "merges": sorted(sheet.merges),
        "hidden_rows": sheet.hidden_rows,
        "hidden_columns": {column for column in sheet.hidden_columns if column <= COLUMNS},
        "formulas": {place: stored for place, stored in sheet.formulas.items() if place[0] <= last},
    }


def agree(data: bytes) -> list[dict[str, Any]]:
    fast, slow = read(data, fast=True), read(data, fast=False)
    sheets = [plain(sheet) for sheet in fast.sheets]
    assert sheets == [plain(sheet) for sheet in slow.sheets]
    assert (fast.date1904, fast.properties) == (slow.date1904, slow.properties)
    return sheets


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(PLACE, st.one_of(TEXT, NUMBER, DATE, TIME, ERROR, st.booleans(), st.just("=A1&B1")), max_size=25),
    HIDDEN,
    st.one_of(st.none(), merged()),
    st.booleans(),
)
def test_workbooks_of_openpyxl(
    cells: dict[tuple[int, int], Any],
    hidden: tuple[set[int], set[int]],
    merge: tuple[int, int, int, int] | None,
    date1904: bool,
) -> None:
    book = Workbook()
    sheet = book["Sheet"]
    if date1904:
        book.epoch = datetime.datetime(1904, 1, 1)
    if merge:
        top, left, bottom, right = merge
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        cells = {
            (row, column): value
            for (row, column), value in cells.items()
            if (row, column) == (top, left) or not (top <= row <= bottom and left <= column <= right)
        }
    for (row, column), value in cells.items():
        sheet.cell(row, column, value)
    for row in hidden[0]:
        sheet.row_dimensions[row].hidden = True
    for column in hidden[1]:
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    out = io.BytesIO()
    book.save(out)
    [found] = agree(out.getvalue())
    assert found["hidden_rows"] == hidden[0]
    assert found["merges"] == ([merge] if merge else [])
    last = max(found["rows"], default=0)  # nobody looks for formulas below all content
    assert set(found["formulas"]) == {place for place, value in cells.items() if value == "=A1&B1" and place[0] <= last}
    assert found["cells"] == {place: expected(value) for place, value in cells.items() if value != "=A1&B1"}
    again = load_workbook(io.BytesIO(out.getvalue()), data_only=True)["Sheet"]
    assert found["rows"] == {cell.row for row in again for cell in row if cell.value is not None}


def expected(value: Any) -> tuple[type, Any]:
    """What a value that was written is read as."""
    if isinstance(value, str) and value.startswith("#"):
        value = CellError(value)
    elif isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    elif isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return type(value), value


STORED = st.one_of(
    TEXT,
    NUMBER,
    ERROR,
    st.booleans(),
    st.integers(1, 80_000).map(Day),
    st.builds(Formula, st.just("A1<B1"), st.one_of(st.none(), TEXT, st.just(""), ERROR, st.floats(-1e6, 1e6))),
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 300), st.lists(st.one_of(st.none(), STORED), min_size=1, max_size=COLUMNS), max_size=8
    ),
    HIDDEN,
    st.sampled_from([1, 3]),
    st.booleans(),
)
def test_workbooks_that_store_results_of_formulas(
    rows: dict[int, list[Any]], hidden: tuple[set[int], set[int]], first_column: int, date1904: bool
) -> None:
    body = sheet_xml(
        dict(sorted(rows.items())),
        first_column=first_column,
        hidden_rows=sorted(hidden[0]),
        hidden_columns=sorted(hidden[1]),
        merges=["A1:B2", "D4:D9"],
        dimension="A1",
    )
    [found] = agree(xlsx({"表": body}, date1904=date1904))
    assert found["formulas"] == {
        (row, column): cell.stored is not None
        for row, cells in rows.items()
        for column, cell in enumerate(cells, first_column)
        if isinstance(cell, Formula) and row <= max(found["rows"], default=0)
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.data())
def test_shared_strings(strings: list[str], data: st.DataObject) -> None:
    picks = data.draw(st.lists(st.integers(0, len(strings) - 1), min_size=1, max_size=6))
    cells = "".join(f'<c r="{get_column_letter(n)}2" t="s"><v>{pick}</v></c>' for n, pick in enumerate(picks, 1))
    [found] = agree(xlsx({"表": f'<sheetData><row r="2">{cells}</row></sheetData>'}, strings=strings))
    assert [value for _, value in found["cells"].values()] == [strings[pick] for pick in picks]


def test_every_number_format_is_a_date_for_both_or_for_neither() -> None:
    codes = ["yyyy-mm-dd", "h:mm", "[h]:mm", '[$-804]yyyy"年"m"月"d"日"', '"日"0.00', "[Red]0.0", "mm:ss.0", "General"]
    codes += ["0.00_);[Red]\\(0.00\\)", "#,##0;[DAY]0", "[DBNum1]General", "@", "aaaa", "yyyy/m/d h:mm", "\\d0"]
    custom = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>' for n, code in enumerate(codes)
    )
    numbers = [*range(60), *range(164, 164 + len(codes))]
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}"><numFmts>{custom}</numFmts><cellXfs>{formats}</cellXfs></styleSheet>'
    rows = ""
    for row, number in enumerate(("46082", "46082.5", "0.25", "59", "61", "0"), 1):
        cells = "".join(f'<c r="{get_column_letter(n)}{row}" s="{n - 1}"><v>{number}</v></c>' for n in range(1, 76))
        rows += f'<row r="{row}">{cells}</row>'
    for date1904 in (False, True):
        agree(xlsx({"表": f"<sheetData>{rows}</sheetData>"}, date1904=date1904, more={"xl/styles.xml": styles}))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c>',
        '<row><c r="A1"><v>1</v></c></row>',
        '<row spans="1:1"><c r="A1"><v>1</v></c></row>',
    ],
    ids=["a row without an end", "a text in one", "a row without a number", "a row with something else instead"],
)
def test_where_the_last_row_cannot_be_told_the_quick_way_is_not_taken(rows: str) -> None:
    with pytest.raises(NotUnderstoodError):
        used_rows(f"<worksheet><sheetData>{rows}".encode())


READY = "".join(
    f'<row r="{row}"><c r="A{row}" s="0" t="str"><f>IF(B{row}="","",1)</f><v></v></c><c r="B{row}"/></row>'
    for row in range(3, 9)
)
"""Rows that stand ready to be filled in: a formula that shows nothing, and an empty cell."""
SPELLED = st.sampled_from(
    [
        "<c{at}><v>5</v></c>",
        "<c{at}><v>5</v ></c>",
        "<c{at}><v>5</v\n></c>",
        "<c{at}><v\t>5</v></c>",
        "<c{at} ><v>5</v></c >",
        "<c{at}><f>1+4</f><v>5</v ></c>",
        "<c{at}><v><![CDATA[5]]></v></c>",
        "<c{at}><v><!-- --></v><!-- </sheetData> --></c>",
        '<c{at} t="inlineStr"><is><t>字</t></is></c>',
        '<c{at} t="inlineStr"><is><t>字</t></is ></c>',
        '<c{at} t="inlineStr"><is><t>字</t></is\n></c>',
        '<c{at} t="inlineStr" ><is ><t>字</t></is></c>',
    ]
)

COMMENTS = ["", "<!-- <v></v> -->", '<!-- </sheetData><mergeCells><mergeCell ref="A3:C3"/></mergeCells> -->']


@given(SPELLED, st.integers(2, 8), st.sampled_from(COMMENTS), st.booleans())
def test_a_value_among_the_rows_that_stand_ready_is_read_however_it_is_spelled(
    spelled: str, row: int, comment: str, is_told: bool
) -> None:
    at = f' r="C{row}"'
    ready = READY.replace(f'<c r="B{row}"/>', f'<c r="B{row}"/>{spelled.format(at=at)}')
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>{ready}{comment}'
    merged = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    told = '<dimension ref="A1:C8"/>' if is_told else ""
    data = xlsx({"表": f"{told}<sheetData>{rows}</sheetData>{merged}"})
    [slow] = read(data, fast=False).sheets
    [found] = reading.read_xlsx(data, "xlsx").sheets
    assert plain(found) == plain(slow)
    assert found.merges == [(1, 1, 1, 2)]


@pytest.mark.parametrize("where", ["worksheet", "row"])
def test_rows_under_a_second_name_of_the_same_space_are_read(where: str) -> None:
    """The fast reader, and every count of closing tags, would pass them over."""
    space = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    told, here = (f" {space}", "") if where == "worksheet" else ("", f" {space}")
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><x:row r="2"{here}><x:c r="A2"><x:v>2</x:v></x:c></x:row>'
    start = f'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"{told}>'
    [sheet] = reading.read_xlsx(xlsx({"表": f"{start}<sheetData>{rows}</sheetData></worksheet>"}), "xlsx").sheets
    assert [sheet.cell(row, 1) for row in (1, 2)] == [1, 2]
