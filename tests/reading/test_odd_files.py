"""Files that Excel opens without a word although no textbook writes them so: content far away, odd XML, odd errors."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from lzxl.forms.values import CellError
from lzxl.workbook.reading import xlsx as reading
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.xlsx_make import NotUnderstoodError
from tests.reading.books import Formula, extract, ods, sheet_xml, xlsb, xlsx

HEADER = ["序号", "单位", "岗位", "风险点", "防控措施"]
DATA = [[1, "办公室", "采购员", "围标", "轮岗"], [2, "财务科", "出纳", "坐支", "对账"]]
LAST_ROW = 1_048_576


def read(body: str, strings: tuple[str, ...] = ()) -> SheetContent:
    [content] = open_content(xlsx({"表": body}, strings=strings), "xlsx").sheets
    return content


def table_values(content: SheetContent) -> dict[str, list[object]]:
    [table] = extract(content).tables
    return table.values


PLAIN = table_values(read(sheet_xml({1: HEADER, 2: DATA[0], 3: DATA[1]})))


def test_the_plain_table() -> None:
    assert PLAIN == {
        "serial": [1, 2],
        "section": ["办公室", "财务科"],
        "post": ["采购员", "出纳"],
        "point": ["围标", "坐支"],
        "measure": ["轮岗", "对账"],
    }


@pytest.mark.parametrize("dimension", ["", "A1", "A1:XFD1048576", "C3:C3"])
def test_the_stored_dimension_is_never_believed(dimension: str) -> None:
    content = read(sheet_xml({4: HEADER, 6: DATA[0], 7: DATA[1]}, first_column=3, dimension=dimension))
    assert table_values(content) == PLAIN


def test_a_table_that_begins_far_from_the_corner_keeps_its_addresses() -> None:
    body = sheet_xml({40: HEADER, 41: DATA[0], 43: DATA[1]}, first_column=28, hidden_rows=[43], merges=["AB41:AB42"])
    content = read(body)
    [table] = extract(content).tables
    assert table.header_rows == (40,)
    assert table.rows == [41, 43]
    assert table.place("measure", 1).a1 == "AF43"
    assert (content.hidden_rows, content.merges) == ({43}, [(41, 28, 42, 28)])


def test_a_formatted_cell_in_the_last_row_is_no_content() -> None:
    body = sheet_xml({1: HEADER, 2: DATA[0], 3: DATA[1]})
    body = body.replace("</sheetData>", f'<row r="{LAST_ROW}"><c r="A{LAST_ROW}" s="1"/></row></sheetData>')
    content = read(body)
    assert table_values(content) == PLAIN
    assert max(content.rows) == 3


def test_a_stray_value_in_the_last_row_is_read_where_it_stands() -> None:
    content = read(sheet_xml({1: HEADER, 2: DATA[0], 3: DATA[1], LAST_ROW: ["x"]}))
    assert sorted(content.rows) == [1, 2, 3, LAST_ROW]
    assert content.cell(LAST_ROW, 1) == "x"


def test_a_stray_value_in_the_last_column_is_kept_and_told() -> None:
    body = sheet_xml({1: HEADER, 2: DATA[0], 3: DATA[1]})
    stray = '<c r="XFD3"><v>9</v></c></row></sheetData>'
    found = extract(read(body.replace("</row></sheetData>", stray)))
    assert found.tables[0].values == PLAIN
    assert [(entry.cell, entry.value) for entry in found.unplaced] == [("XFD3", "9")]


def test_the_far_corner_of_the_sheet_costs_no_memory() -> None:
    """The fast reader would want 17,179,869,184 cells for this one."""
    body = f'<sheetData><row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"><v>1</v></c></row></sheetData>'
    assert read(body).cell(LAST_ROW, 16_384) == 1


def test_columns_hidden_to_the_sheets_end_are_told_as_far_as_they_hold_something() -> None:
    body = "<cols><col min='5' max='16384' hidden='1'/></cols>".replace("'", '"')
    found = extract(read(body + sheet_xml({1: HEADER, 2: DATA[0], 3: DATA[1]})))
    assert [entry.cell for entry in found.findings if entry.code == "hidden_column"] == ["E1"]


@pytest.mark.parametrize("fast", [True, False])
def test_columns_that_have_no_width_unless_it_is_said_are_hidden_as_far_as_they_hold_something(fast: bool) -> None:
    body = sheet_xml({1: ["甲", "乙", "丙"], 2: ["子"]}).replace(
        "<sheetData>", '<sheetFormatPr defaultColWidth="0"/><cols><col min="2" max="2" width="9"/></cols><sheetData>'
    )
    with patch.object(reading, "used_rows", **({} if fast else {"side_effect": NotUnderstoodError})):
        [sheet] = reading.read_xlsx(xlsx({"表": body}), "xlsx").sheets
    assert sheet.hidden_columns & {1, 2, 3} == {1, 3}


def test_xml_with_a_prefix_before_every_name() -> None:
    body = sheet_xml({1: HEADER, 2: [*DATA[0], Formula("1/0", "#DIV/0!")], 3: DATA[1]}, hidden_rows=[3])
    prefixed = body.replace("<", "<x:").replace("<x:/", "</x:")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = read(f'<?xml version="1.0"?><x:worksheet xmlns:x="{main}">{prefixed}</x:worksheet>')
    assert table_values(content) == PLAIN
    assert content.hidden_rows == {3}
    assert content.cell(2, 6) == CellError("#DIV/0!")
    assert content.formulas == {(2, 6): True}


def test_cells_and_rows_without_an_address() -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEADER)
    body = f'<sheetData><row>{cells}</row><row hidden="1"><c><v>1</v></c><c t="e"><v>#REF!</v></c></row></sheetData>'
    content = read(body)
    assert [content.cell(1, column) for column in range(1, 6)] == HEADER
    assert (content.cell(2, 1), content.cell(2, 2)) == (1, CellError("#REF!"))
    assert content.hidden_rows == {2}


@pytest.mark.parametrize("address", ["A0", "0", "A1048577", "XFE1"])
def test_a_cell_outside_of_every_sheet_is_not_taken_for_one_within(address: str) -> None:
    body = f'<sheetData><row><c r="{address}"><v>7</v></c></row></sheetData>'
    with patch.object(reading, "used_rows", side_effect=NotUnderstoodError):
        [sheet] = reading.read_xlsx(xlsx({"表": body}), "xlsx").sheets
    assert [value for cells in sheet.rows.values() for value in cells if value is not None] == []


def test_attributes_in_single_quotes() -> None:
    body = sheet_xml(
        {1: HEADER, 2: [*DATA[0], "#N/A", Formula("A1")], 3: DATA[1]},
        hidden_rows=[3],
        hidden_columns=[4],
        merges=["B2:B3"],
    )
    content = read(body.replace('"', "'"))
    assert content.cell(2, 6) == CellError("#N/A")
    assert content.formulas == {(2, 7): False}
    assert (content.hidden_rows, content.hidden_columns, content.merges) == ({3}, {4}, [(2, 2, 3, 2)])


def test_shared_strings_of_several_runs() -> None:
    strings = ("序号", "单位", "岗 位", "风险点", "防控\n措施")
    cells = "".join(f'<c r="{letter}1" t="s"><v>{index}</v></c>' for index, letter in enumerate("ABCDE"))
    body = sheet_xml({2: DATA[0], 3: DATA[1]}).replace("<sheetData>", f'<sheetData><row r="1">{cells}</row>')
    assert table_values(read(body, strings)) == PLAIN


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#没有!"])
def test_errors_of_newer_programs_cost_one_cell_and_not_the_file(error: str) -> None:
    content = read(sheet_xml({1: HEADER, 2: [*DATA[0], error], 3: DATA[1]}, hidden_rows=[3], merges=["A4:B5"]))
    assert content.cell(2, 6) == CellError(error)
    assert table_values(content) == PLAIN
    assert (content.hidden_rows, content.merges) == ({3}, [(4, 1, 5, 2)])


def test_an_error_cell_that_says_nothing_leaves_its_neighbour_alone() -> None:
    content = read('<sheetData><row r="1"><c r="A1" t="e"/><c r="B1" t="e"><v>#N/A</v></c></row></sheetData>')
    assert content.cell(1, 2) == CellError("#N/A")
    assert content.cell(1, 1) == CellError("#ERROR")


def test_an_impossible_date_is_kept_as_a_number() -> None:
    body = sheet_xml({1: HEADER, 2: DATA[0]}) + ""
    long = '<c r="F2" s="1"><v>110000199001011234</v></c></row></sheetData>'
    content = read(body.replace("</row></sheetData>", long))
    assert content.cell(2, 6) == 110000199001011234.0


def test_xlsb_tells_an_error_that_was_typed() -> None:
    [content] = open_content(xlsb("表", {2: ["甲", "#DIV/0!", 3.5]}), "xlsb").sheets
    assert [content.cell(2, column) for column in (1, 2, 3)] == ["甲", CellError("#DIV/0!"), 3.5]
    assert content.formulas == {}


TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ERROR = (
    '<table:table-cell office:value-type="string" calcext:value-type="error" table:formula="of:=NA()"{}>'
    "{}<text:p>#N/A</text:p></table:table-cell>"
)


def test_ods_counts_repeated_rows_and_columns() -> None:
    rows = '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
    rows += '<table:table-row><table:table-cell table:number-columns-repeated="2"/>' + TEXT.format("甲")
    rows += "</table:table-row>"
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    [content] = open_content(ods(f'<table:table table:name="表">{columns}{rows}</table:table>'), "ods").sheets
    assert (content.rows.keys(), content.cell(5, 3)) == ({5}, "甲")
    assert content.hidden_columns == {3}


def test_ods_tells_every_copy_of_a_repeated_error() -> None:
    cell = ERROR.format(' table:number-columns-repeated="2"', "")
    row = f'<table:table-row table:number-rows-repeated="2">{cell}{TEXT.format("尾")}</table:table-row>'
    [content] = open_content(ods(f'<table:table table:name="表">{row}</table:table>'), "ods").sheets
    places = [(row, column) for row in (1, 2) for column in (1, 2)]
    assert [content.cell(*place) for place in places] == [CellError("#N/A")] * 4
    assert content.formulas == dict.fromkeys(places, True)
    assert content.cell(2, 3) == "尾"


def test_ods_a_comment_on_an_error_is_not_what_it_shows() -> None:
    note = "<office:annotation><text:p>请核对</text:p></office:annotation>"
    table = f'<table:table table:name="表"><table:table-row>{ERROR.format("", note)}</table:table-row></table:table>'
    [content] = open_content(ods(table), "ods").sheets
    assert content.cell(1, 1) == CellError("#N/A")


def test_ods_a_hidden_sheet_and_a_first_day_of_1904() -> None:
    style = '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/>'
    settings = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/>'
    row = f"<table:table-row>{TEXT.format('甲')}</table:table-row>"
    data = ods(
        f'<table:table table:name="表" table:style-name="ta1">{row}</table:table>',
        styles=style + "</style:style>",
        settings=settings + "</table:calculation-settings>",
    )
    content = open_content(data, "ods")
    assert content.date1904
    assert content.sheets[0].visibility == "hidden"
