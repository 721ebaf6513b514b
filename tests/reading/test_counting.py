"""Every cell with content that an .xlsx file stores is read, or the file says that it was not: counted here by itself."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.values import CellPicture, ShownNumber
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from tests.facts import found as found_of
from tests.reading.books import cell_xml, sheet_xml, xlsx

CASES = Path(__file__).parents[1] / "cases" / "reading"


def stored(data: bytes) -> int:
    """Cells with content in the first sheet, as a parser that knows nothing of this program counts them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return sum(
        any(child.text for child in cell.iter() if child.tag.endswith(("}v", "}t")))
        for cell in root.iter()
        if cell.tag.endswith("}c")
    )


def only_sheet(data: bytes) -> SheetContent:
    [sheet] = open_content(data, "xlsx").sheets
    return sheet


PLACES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=20)


@settings(max_examples=80, deadline=None)
@given(PLACES, st.booleans())
def test_cells_in_any_order_are_all_read_or_told_as_lost(places: list[tuple[int, int]], rows_numbered: bool) -> None:
    """A row for each cell, however they come; a place may be given twice."""
    rows = "".join(
        f"<row{f' r={chr(34)}{row}{chr(34)}' if rows_numbered else ''}>{cell_xml(row, column, number + 0.5)}</row>"
        for number, (row, column) in enumerate(places)
    )
    data = xlsx({"表": f"<sheetData>{rows}</sheetData>"})
    sheet = only_sheet(data)
    assert sheet.placed + sheet.lost == stored(data) == len(places)
    assert sheet.placed == len(set(places))
    last = {place: number + 0.5 for number, place in enumerate(places)}
    assert {place: sheet.cell(*place) for place in last} == last


@pytest.mark.parametrize(
    "cell",
    ['<c r="B2" t="s"><v>7</v></c>', '<c r="AAAA1"><v>1</v></c>', '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'],
    ids=["a string that is not there", "a place that is not there", "two cells in one place"],
)
def test_a_cell_that_cannot_be_read_is_told(cell: str) -> None:
    data = xlsx({"表": f'<sheetData><row r="1">{cell}</row></sheetData>'}, strings=["甲"])
    assert only_sheet(data).lost == 1


@pytest.mark.parametrize("path", sorted(CASES.glob("07-*/*.xlsx")), ids=lambda path: path.stem)
def test_rows_out_of_order_stand_where_their_numbers_say(path: Path) -> None:
    submission = read_submission(path, path.name)
    [table] = [table for table in submission.tables if table.title == "防控措施"]
    assert table.rows == list(range(6, 26))
    assert not [finding for finding in found_of(submission) if finding.severity == "error"]


@pytest.mark.parametrize("path", sorted(CASES.glob("09-*/*.xlsx")), ids=lambda path: path.stem)
def test_a_picture_in_a_cell_is_told_once_and_is_no_name(path: Path) -> None:
    submission = read_submission(path, path.name)
    told = [(finding.sheet, finding.cell, finding.code) for finding in found_of(submission)]
    assert [entry for entry in told if entry[1] in ("H6", "N6", "N7")] == [
        ("权责清单", "H6", "picture_in_cell"),
        ("岗位自查", "N6", "picture_in_cell"),
        ("岗位自查", "N7", "picture_in_cell"),
    ]


@pytest.mark.parametrize("formula", ['_xlfn.DISPIMG("ID_1",1)', '_xlfn.IMAGE("a.png")', 'DISPIMG("ID_1",1)'])
def test_a_formula_of_a_picture_is_a_picture_whatever_it_stores(formula: str) -> None:
    for result in ("<v>#VALUE!</v>", "<v>#NAME?</v>"):
        body = f'<sheetData><row r="1"><c r="A1" t="e"><f>{formula}</f>{result}</c></row></sheetData>'
        sheet = only_sheet(xlsx({"表": body}))
        assert (sheet.cell(1, 1), sheet.formulas, sheet.lost) == (CellPicture(), {}, 0)


def test_rows_and_columns_of_no_size_are_hidden() -> None:
    body = (
        '<cols><col min="2" max="3" width="0" customWidth="1"/></cols><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" ht="0" customHeight="1"><c r="A2"><v>1</v></c></row></sheetData>'
    )
    sheet = only_sheet(xlsx({"表": body}))
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {2, 3})


def test_what_only_the_number_format_shows_is_read_as_shown() -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>'
        '<numFmt numFmtId="170" formatCode="&quot;HB05-&quot;000"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>'
        "</styleSheet>"
    )
    data = xlsx(
        {"表": sheet_xml({1: ["甲"]}).replace("</row>", '<c r="B1" s="1"><v>7</v></c></row>')},
        more={"xl/styles.xml": styles},
    )
    assert only_sheet(data).cell(1, 2) == ShownNumber(7.0, "HB05-007")
