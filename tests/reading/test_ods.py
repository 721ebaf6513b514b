"""OpenDocument is read by its own rules: what a cell's text is, what only stands on it, what is repeated, hidden, kept elsewhere."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lzxl.forms.values import CellError, CellPicture, ShownNumber
from lzxl.workbook.reading.content import RefusedError, SheetContent, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.ods import read_ods
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from tests.reading.books import ods, zipped

CASES = Path(__file__).parents[1] / "cases"
DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
NUMBER = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'


def sheet(rows: str, **more: str) -> SheetContent:
    [content] = open_content(ods(f'<table:table table:name="表">{rows}</table:table>', **more), "ods").sheets
    return content


def cell(inside: str, attributes: str = 'office:value-type="string"', **more: str) -> Any:
    """What one cell is read as."""
    row = f"<table:table-row><table:table-cell {attributes}>{inside}</table:table-cell></table:table-row>"
    return sheet(row, **more).cell(1, 1)


def text(value: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{value}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("inside", "value"),
    [
        ("<text:p>甲</text:p>", "甲"),
        ("<text:p>甲</text:p><text:p>乙</text:p>", "甲\n乙"),
        ("<text:p>甲<text:s/>乙<text:s text:c='3'/>丙</text:p>", "甲 乙   丙"),
        ("<text:p>甲<text:tab/>乙<text:line-break/>丙</text:p>", "甲\t乙\n丙"),
        ("<text:p><text:span>甲</text:span><text:span>乙</text:span></text:p>", "甲乙"),
        ("<text:p>见<text:a>附件</text:a>一</text:p>", "见附件一"),
        (
            "<text:p><text:ruby><text:ruby-base>张</text:ruby-base><text:ruby-text>zhang</text:ruby-text></text:ruby></text:p>",
            "张",
        ),
        ("\n  <text:p>\n   甲\n   乙  </text:p>\n ", "甲 乙"),
        ("<text:p>甲 <text:span> 乙</text:span></text:p>", "甲 乙"),
        ("<text:h>甲</text:h>", "甲"),
        ("<text:list><text:list-item><text:p>甲</text:p></text:list-item></text:list>", "甲"),
        ("<office:annotation><text:p>请核对</text:p></office:annotation><text:p>甲</text:p>", "甲"),
        ("<text:p>甲<office:annotation><text:p>请核对</text:p></office:annotation></text:p>", "甲"),
        (f"<draw:custom-shape {DRAW}><text:p>领导已阅</text:p></draw:custom-shape><text:p>甲</text:p>", "甲"),
        (
            f"<text:p>甲<draw:frame {DRAW}><draw:text-box><text:p>已阅</text:p></draw:text-box></draw:frame></text:p>",
            "甲",
        ),
        (
            f"<draw:frame {DRAW}><draw:image/><svg:title xmlns:svg='s'>印章</svg:title></draw:frame><text:p>甲</text:p>",
            "甲",
        ),
        (f"<draw:custom-shape {DRAW}><text:p>见附件</text:p></draw:custom-shape>", None),
        ("<office:annotation><text:p>请核对</text:p></office:annotation>", None),
        ("<text:p/>", None),
    ],
)
def test_the_text_of_a_cell_is_what_stands_in_it(inside: str, value: Any) -> None:
    assert cell(inside) == value


def test_the_text_of_a_table_in_a_cell_is_the_cells() -> None:
    inner = f"<table:table table:is-sub-table='true'><table:table-row>{text('甲')}{text('乙')}</table:table-row></table:table>"
    row = f"<table:table-row><table:table-cell>{inner}</table:table-cell>{text('丙')}</table:table-row>"
    assert sheet(row + f"<table:table-row>{text('丁')}</table:table-row>").rows == {1: ["甲\n乙", "丙"], 2: ["丁"]}


@pytest.mark.parametrize(
    ("attributes", "shown", "value"),
    [
        ("", "甲", "甲"),
        ('calcext:value-type="string"', "甲", "甲"),
        ('calcext:value-type="float" office:value="5"', "5", 5.0),
        ('office:value-type="float" office:value="5"', "", 5.0),
        ('office:value-type="float"', "五", "五"),
        ('office:value-type="float" office:value="x"', "五", "五"),
        ('office:value-type="string" office:string-value="甲"', "", "甲"),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE", True),
        ('office:value-type="boolean" office:boolean-value="false"', "FALSE", False),
        ('office:value-type="currency" office:value="12.5"', "¥12.50", 12.5),
        ('office:value-type="float" office:value="1234.5"', "1,234.50", 1234.5),
        ('office:value-type="float" office:value="12345678"', "1.23E+07", 12345678.0),
        ('office:value-type="percentage" office:value="0.5"', "50%", ShownNumber(0.5, "50%")),
        ('office:value-type="float" office:value="7"', "HB05-007", ShownNumber(7.0, "HB05-007")),
        ('office:value-type="float" office:value="2026"', "2026年度", ShownNumber(2026.0, "2026年度")),
        ('office:value-type="float" office:value="7"', "007", ShownNumber(7.0, "007")),
        ('office:value-type="float" office:value="0.5"', "0.5", 0.5),
        ('office:value-type="date" office:date-value="2026-03-01"', "1/3", datetime.date(2026, 3, 1)),
        ('office:value-type="date" office:date-value="2026-03-01T00:00:00"', "", datetime.date(2026, 3, 1)),
        ('office:value-type="date" office:date-value="2026-03-01T08:30:00Z"', "", datetime.datetime(2026, 3, 1, 8, 30)),
        (
            'office:value-type="date" office:date-value="2026-03-01T23:59:59.999999999"',
            "",
            datetime.date(2026, 3, 2),
        ),
        ('office:value-type="date" office:date-value="1899-12-30T08:30:00"', "", datetime.time(8, 30)),
        ('office:value-type="date" office:date-value="三月"', "三月", "三月"),
        ('office:value-type="time" office:time-value="PT08H30M00S"', "8:30", datetime.time(8, 30)),
        ('office:value-type="time" office:time-value="PT00H00M00S"', "0:00", datetime.time()),
        (
            'office:value-type="time" office:time-value="PT30H00M00.5S"',
            "",
            datetime.datetime(1900, 1, 1, 6, 0, 0, 500_000),
        ),
        ('office:value-type="time" office:time-value="八点"', "八点", "八点"),
    ],
)
def test_a_cell_with_a_type_of_its_own_another_or_none(attributes: str, shown: str, value: Any) -> None:
    found = cell(f"<text:p>{shown}</text:p>" if shown else "", attributes)
    assert (type(found), found) == (type(value), value)


def test_a_span_of_time_is_known_by_its_style() -> None:
    styles = (
        f'<number:time-style style:name="N1" number:truncate-on-overflow="false" {NUMBER}/>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="ce2" style:family="table-cell" style:parent-style-name="ce1"/>'
    )
    for style in ("ce1", "ce2"):
        attributes = f'table:style-name="{style}" office:value-type="time" office:time-value="PT30H00M00S"'
        assert cell("", attributes, styles=styles) == datetime.timedelta(hours=30)
    columns = '<table:table-column table:default-cell-style-name="ce1"/>'
    row = '<table:table-row><table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/></table:table-row>'
    assert sheet(columns + row, styles=styles).cell(1, 1) == datetime.timedelta(hours=8, minutes=30)


def test_a_number_without_its_text_is_shown_as_its_style_says() -> None:
    styles = (
        f'<number:number-style style:name="N1" {NUMBER}><number:text>HB05-</number:text>'
        '<number:number number:min-integer-digits="3"/></number:number-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    )
    attributes = 'table:style-name="ce1" office:value-type="float" office:value="7"'
    assert cell("", attributes, styles=styles) == ShownNumber(7.0, "HB05-007")


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "Err:502", "#NAME?"])
def test_an_error_of_a_formula_is_no_text(shown: str) -> None:
    assert cell(f"<text:p>{shown}</text:p>", 'table:formula="of:=A2" office:value-type="string"') == CellError(shown)
    assert cell(f"<text:p>{shown}</text:p>", 'calcext:value-type="error"') == CellError(shown)


def test_a_picture_that_a_formula_shows() -> None:
    attributes = 'table:formula="of:=DISPIMG(&quot;ID_1&quot;;1)" office:value-type="string"'
    assert cell('<text:p>=DISPIMG("ID_1",1)</text:p>', attributes) == CellPicture()


def test_repeated_cells_and_rows_with_content() -> None:
    twice = text("甲", ' table:number-columns-repeated="2"')
    row = f'<table:table-row table:number-rows-repeated="2">{twice}'
    found = sheet(row + f"{text('乙')}</table:table-row><table:table-row>{text('丙')}</table:table-row>")
    assert found.rows == {1: ["甲", "甲", "乙"], 2: ["甲", "甲", "乙"], 3: ["丙"]}
    found.put(1, 1, "丁")
    assert found.cell(2, 1) == "甲"


def test_a_blank_tail_to_the_sheets_end_costs_nothing() -> None:
    tail = '<table:table-cell table:number-columns-repeated="16000"/>'
    rows = f"<table:table-row>{text('甲')}{tail}</table:table-row>"
    rows += f'<table:table-row table:number-rows-repeated="1048000">{tail}</table:table-row>'
    assert sheet(rows).rows == {1: ["甲"]}


def test_content_repeated_without_end_is_refused() -> None:
    often = text("甲", ' table:number-columns-repeated="9"')
    row = f'<table:table-row table:number-rows-repeated="1048576">{often}'
    with pytest.raises(MemoryError):
        sheet(row + "</table:table-row>")


def test_rows_and_columns_in_groups_and_headers() -> None:
    rows = f"<table:table-header-rows><table:table-row>{text('甲')}</table:table-row></table:table-header-rows>"
    rows += f"<table:table-row-group><table:table-row>{text('乙')}</table:table-row>"
    rows += f"<table:table-row-group table:display='false'><table:table-row>{text('丙')}</table:table-row></table:table-row-group>"
    rows += (
        f"</table:table-row-group><table:table-rows><table:table-row>{text('丁')}</table:table-row></table:table-rows>"
    )
    columns = "<table:table-column-group table:display='false'><table:table-column/></table:table-column-group>"
    columns += "<table:table-header-columns><table:table-column/></table:table-header-columns>"
    found = sheet(columns + rows)
    assert found.rows == {1: ["甲"], 2: ["乙"], 3: ["丙"], 4: ["丁"]}
    assert (found.hidden_rows, found.hidden_columns) == ({3}, {1})


def test_content_under_a_merge_stays_where_it_stands() -> None:
    row = '<table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="string">'
    row += (
        "<text:p>甲</text:p></table:table-cell><table:covered-table-cell><text:p>乙</text:p></table:covered-table-cell>"
    )
    found = sheet(row + f"{text('丙')}</table:table-row>")
    assert found.rows == {1: ["甲", "乙", "丙"]}
    assert found.merges == [(1, 1, 1, 2)]


@pytest.mark.parametrize(
    ("width", "is_hidden"),
    [
        *((width, True) for width in ("0cm", "0.15cm", "0.9mm", "0.05in", "3pt")),
        *((width, False) for width in ("2cm", "0.5in", "12mm", "20pt", "10%", "", ".")),
    ],
)
def test_a_column_narrower_than_a_character_shows_nothing(width: str, is_hidden: bool) -> None:
    styles = f'<style:style style:name="c0"><style:table-column-properties style:column-width="{width}"/></style:style>'
    found = sheet(
        f'<table:table-column table:style-name="c0"/><table:table-row>{text("甲")}</table:table-row>', styles=styles
    )
    assert (1 in found.hidden_columns) == is_hidden


@pytest.mark.parametrize("way", ["collapse", "filter", "height", "width"])
def test_what_is_hidden_filtered_or_of_no_size(way: str) -> None:
    styles = (
        '<style:style style:name="r0"><style:table-row-properties style:row-height="0in"/></style:style>'
        '<style:style style:name="c0"><style:table-column-properties style:column-width="0.000cm"/></style:style>'
        '<style:style style:name="r1"><style:table-row-properties style:row-height="0.02in"/></style:style>'
    )
    row = {"height": 'table:style-name="r0"', "width": 'table:style-name="r1"'}.get(way, f'table:visibility="{way}"')
    column = {"width": 'table:style-name="c0"', "height": ""}.get(way, f'table:visibility="{way}"')
    found = sheet(
        f"<table:table-column {column}/><table:table-row {row}>{text('甲')}</table:table-row>"
        f"<table:table-row>{text('乙')}</table:table-row>",
        styles=styles,
    )
    assert found.hidden_rows == ({1} if way != "width" else set())
    assert found.hidden_columns == ({1} if way != "height" else set())


def test_tracked_changes_and_linked_tables_are_no_content() -> None:
    old = f"<table:table-row>{text('旧')}</table:table-row>"
    changes = f"<table:tracked-changes><table:deletion>{text('旧')}</table:deletion></table:tracked-changes>"
    links = f'<table:dde-links><table:dde-link><table:table table:name="x">{old}</table:table></table:dde-link></table:dde-links>'
    table = f'<table:table table:name="表"><table:table-row>{text("新")}</table:table-row></table:table>'
    [found] = open_content(ods(changes + table + links), "ods").sheets
    assert (found.name, found.rows) == ("表", {1: ["新"]})


def test_what_a_sheet_stores_is_counted_beside_what_is_read() -> None:
    twice = text("甲", ' table:number-columns-repeated="2"')
    row = f'<table:table-row table:number-rows-repeated="3">{twice}<table:table-cell/>{text("乙")}</table:table-row>'
    found = sheet(row + f"<table:table-row>{text('丙')}</table:table-row>")
    assert (found.stored, found.placed) == (10, 10)
    far = f'<table:table-row><table:table-cell table:number-columns-repeated="17000"/>{text("远")}</table:table-row>'
    assert (sheet(far).stored, sheet(far).lost) == (1, 1)


def test_two_tables_of_one_name_are_both_read() -> None:
    tables = "".join(
        f'<table:table table:name="表"><table:table-row>{text(value)}</table:table-row></table:table>'
        for value in "甲乙"
    )
    assert [found.rows for found in open_content(ods(tables), "ods").sheets] == [{1: ["甲"]}, {1: ["乙"]}]


def without(data: bytes, *names: str, **changed: str) -> bytes:
    """A package without some of its parts, or with others in their place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist() if name not in names}
    return zipped({**parts, **{name.replace("_", "."): value for name, value in changed.items()}})


GOOD = CASES / "containers" / "good.ods"


def renamed(rename: Callable[[str], str]) -> bytes:
    """The good file with its parts under other names; the mimetype stays what and where it is."""
    with zipfile.ZipFile(GOOD) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return zipped({name if name == "mimetype" else rename(name): archive.read(name) for name in names})


SPELLINGS: dict[str, bytes] = {
    "white space between elements": (CASES / "containers" / "pretty.ods").read_bytes(),
    "no mimetype": without(GOOD.read_bytes(), "mimetype"),
    "no manifest": without(GOOD.read_bytes(), "META-INF/manifest.xml"),
    "names in capitals": renamed(str.upper),
    "backslashes": renamed(lambda name: name.replace("/", "\\")),
    "no styles": without(GOOD.read_bytes(), "styles.xml"),
    "broken meta.xml": without(GOOD.read_bytes(), meta_xml="<office:document-meta>"),
    "broken styles.xml": without(GOOD.read_bytes(), styles_xml="<"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_good_file_in_another_spelling_reads_the_same(spelling: str) -> None:
    assert content_of(SPELLINGS[spelling]) == content_of(GOOD.read_bytes())


def content_of(data: bytes) -> list[tuple[str, dict[int, list[Any]]]]:
    verdict = judge(data)
    assert verdict.container == "ods", verdict
    return [(entry.name, entry.rows) for entry in open_content(data, verdict.container).sheets]


def test_a_flat_file_reads_as_the_package() -> None:
    with zipfile.ZipFile(GOOD) as archive:
        xml = archive.read("content.xml").decode().replace("document-content", "document")
    mark = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    flat = xml.replace("<office:document ", f"<office:document {mark} ", 1)
    assert content_of(flat.encode()) == content_of(GOOD.read_bytes())


def test_what_is_no_spreadsheet_or_has_a_password_is_told_by_its_reader(tmp_path: Path) -> None:
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    locked = without(GOOD.read_bytes(), "mimetype", **{"META-INF/manifest_xml": manifest["META-INF/manifest.xml"]})
    with zipfile.ZipFile(GOOD) as archive:
        text_document = archive.read("content.xml").replace(b"office:spreadsheet", b"office:text")
    for data, code, detail in (
        (locked, "file_encryption_unknown", "ODS 密码"),
        (zipped({"content.xml": text_document}), "file_not_workbook", "OpenDocument 文档"),
    ):
        with pytest.raises(RefusedError):
            read_ods(data)
        path = tmp_path / "a.ods"
        path.write_bytes(data)
        refusal = read_submission(path, "a.ods").refusal
        assert refusal is not None
        assert (refusal.code, refusal.value) == (code, detail)


def test_a_package_that_is_locked_whole_says_so() -> None:
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "encrypted-package": b"?"})
    assert (judge(data).code, judge(data).detail) == ("file_encrypted", "ODS 密码")


def test_a_text_box_over_a_cell_is_not_its_text() -> None:
    data = (CASES / "reading" / "16-ods-shape-text-in-cell" / "register.ods").read_bytes()
    content: WorkbookContent = open_content(data, "ods")
    powers = next(entry for entry in content.sheets if entry.name == "权责清单")
    assert powers.cell(6, 6) == "《中华人民共和国大气污染防治法》第二十九条"
    assert powers.cell(7, 6) is None
    assert powers.cell(8, 4) == "一类外部权力"


def test_entities_of_ones_own_are_not_unfolded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><office:document/>'
    with pytest.raises(RefusedError, match="file_with_document_type"):
        read_ods(bomb.encode())
