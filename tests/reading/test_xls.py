"""BIFF workbooks: every kind of record is read, by xlrd and by the records alone alike, and none is lost in silence."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlrd
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.values import CellError, ShownNumber
from lzxl.workbook.reading import xls
from lzxl.workbook.reading.biff import read_biff
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.xls import read_xls
from tests.reading.compounds import EOF, biff5, biff8, compound, long_string, place, record

CASES = Path(__file__).parents[1] / "cases" / "containers"
READERS: dict[str, Callable[[bytes], WorkbookContent]] = {"xlrd": xls._read, "records": read_biff}
every_reader = pytest.mark.parametrize("reader", READERS)


def number(row: int, column: int, value: float, style: int = 15) -> bytes:
    return record(0x0203, place(row, column, style) + struct.pack("<d", value))


def packed(raw: int) -> bytes:
    return struct.pack("<I", raw & 0xFFFFFFFF)


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, place(row, column) + long_string(text))


def rich_label(row: int, column: int, text: str) -> bytes:
    return record(0x00D6, place(row, column) + long_string(text) + struct.pack("<HHH", 1, 0, 0))


def shared(row: int, column: int, index: int) -> bytes:
    return record(0x00FD, place(row, column) + struct.pack("<I", index))


def formula(row: int, column: int, result: bytes, shown: str | None = None, between: bytes = b"") -> bytes:
    text = b"" if shown is None else record(0x0207, long_string(shown))
    return (
        record(0x0006, place(row, column) + result + bytes(6) + struct.pack("<HH", 2, 0) + b"\x1e\x00"[:2])
        + between
        + text
    )


TEXT_RESULT = b"\0\0\0\0\0\0\xff\xff"


def read(reader: str, cells: bytes, **more: Any) -> SheetContent:
    [sheet] = READERS[reader](biff8([("表", cells)], **more)).sheets
    return sheet


@every_reader
@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (number(1, 1, 2.5), 2.5),
        (record(0x027E, place(1, 1) + packed(5 << 2 | 2)), 5.0),
        (record(0x027E, place(1, 1) + packed(12345 << 2 | 3)), 123.45),
        (record(0x027E, place(1, 1) + packed(0x3FF00000)), 1.0),
        (record(0x027E, place(1, 1) + packed(-7 << 2 | 2)), -7.0),
        (record(0x0205, place(1, 1) + b"\x01\x00"), True),
        (record(0x0205, place(1, 1) + b"\x00\x00"), False),
        (record(0x0205, place(1, 1) + b"\x2a\x01"), CellError("#N/A")),
        (label(1, 1, "甲乙"), "甲乙"),
        (rich_label(1, 1, "甲乙"), "甲乙"),
        (formula(1, 1, struct.pack("<d", 3.5)), 3.5),
        (formula(1, 1, b"\x01\0\x01\0\0\0\xff\xff"), True),
        (formula(1, 1, b"\x02\0\x07\0\0\0\xff\xff"), CellError("#DIV/0!")),
        (formula(1, 1, b"\x03\0\0\0\0\0\xff\xff"), None),
        (formula(1, 1, TEXT_RESULT, "办公室"), "办公室"),
        (number(1, 1, 46203, 16), datetime.date(2026, 6, 30)),
        (number(1, 1, 0.354166666666667, 17), datetime.time(8, 30)),
        (number(1, 1, 0, 17), datetime.time()),
        (number(1, 1, 1.25, 18), datetime.timedelta(hours=30)),
        (number(1, 1, 1.25, 21), datetime.timedelta(hours=30)),
        (number(1, 1, 7, 19), ShownNumber(7.0, "HB05-007")),
        (record(0x027E, place(1, 1, 20) + packed(2026 << 2 | 2)), ShownNumber(2026.0, "2026年度")),
    ],
)
def test_a_value_in_every_kind_of_record(cells: bytes, value: Any, reader: str) -> None:
    found = read(reader, cells)
    assert (type(found.cell(1, 1)), found.cell(1, 1)) == (type(value), value)
    assert found.formulas == ({(1, 1): True} if cells[0] == 6 else {})


@every_reader
def test_several_packed_numbers_and_blanks_in_one_record(reader: str) -> None:
    pairs = b"".join(
        struct.pack("<H", style) + packed(value << 2 | 2) for style, value in ((15, 1), (16, 46203), (15, 3))
    )
    cells = record(0x00BD, struct.pack("<HH", 4, 1) + pairs + struct.pack("<H", 3))
    cells += record(0x00BE, struct.pack("<HHHHH", 4, 4, 15, 15, 5)) + label(5, 7, "尾")
    assert read(reader, cells).rows == {5: [None, 1.0, datetime.date(2026, 6, 30), 3.0, None, None, "尾"]}


@every_reader
def test_the_text_of_a_formula_behind_its_array(reader: str) -> None:
    array = record(0x0221, struct.pack("<HHBBHI", 0, 0, 0, 0, 0, 0) + struct.pack("<H", 1) + b"\x1d")
    cells = formula(1, 1, TEXT_RESULT, "办公室", between=array) + label(2, 1, "乙")
    assert read(reader, cells).rows == {1: ["办公室"], 2: ["乙"]}


@every_reader
def test_rows_in_any_order_and_a_cell_that_is_stored_twice(reader: str) -> None:
    cells = label(5, 1, "丙") + label(2, 3, "乙") + label(2, 1, "甲") + label(5, 1, "丁")
    assert list(read(reader, cells).rows.items()) == [(2, ["甲", None, "乙"]), (5, ["丁"])]


@every_reader
def test_what_is_hidden_or_of_no_size(reader: str) -> None:
    cells = b"".join(
        record(0x0208, struct.pack("<HHHHHHI", row, 0, 1, height, 0, 0, flags | 0x100)) + label(row + 1, 1, "甲")
        for row, (height, flags) in enumerate([(255, 0x40), (255, 0x60), (0, 0x40)])
    )
    columns = ((0, 0, 2304, 0), (1, 1, 0, 0), (2, 2, 200, 0), (3, 255, 2304, 1))
    cells += b"".join(record(0x007D, struct.pack("<HHHHHH", *info[:3], 15, info[3], 0)) for info in columns)
    cells += record(0x00E5, struct.pack("<HHHHH", 1, 0, 1, 0, 1))
    found = read(reader, cells)
    assert (found.hidden_rows, found.hidden_columns) == ({2, 3}, set(range(2, 257)))
    assert found.merges == [(1, 1, 2, 2)]


@every_reader
def test_two_sheets_of_one_name_hidden_ones_and_days_from_1904(reader: str) -> None:
    sheets = [("表", label(1, 1, "甲")), ("表", label(1, 1, "乙")), ("藏", number(1, 1, 44741, 16))]
    content = READERS[reader](biff8(sheets, date1904=True, states={"藏": 2}))
    assert [(sheet.name, sheet.rows) for sheet in content.sheets] == [
        ("表", {1: ["甲"]}),
        ("表", {1: ["乙"]}),
        ("藏", {1: [datetime.date(2026, 6, 30)]}),
    ]
    assert content.date1904
    assert [sheet.visibility for sheet in content.sheets] == ["visible", "visible", "very_hidden"]


def shared_strings(texts: Sequence[str], cut: int, rich: bool = False) -> bytes:
    """The records of the shared strings: each text wide or not, cut anew into a record after `cut` bytes."""
    out, current = b"", struct.pack("<II", len(texts), len(texts))
    kind = 0x00FC
    for text in texts:
        wide = any(ord(character) > 255 for character in text)
        units = text.encode("utf-16-le") if wide else text.encode("latin-1")
        head = struct.pack("<HB", len(units) // (2 if wide else 1), wide | (8 if rich else 0))
        head += struct.pack("<H", 1) if rich else b""
        if len(current) + len(head) > cut:
            out, current, kind = out + record(kind, current), b"", 0x003C
        current += head
        while units:
            room = max(cut - len(current), 2) // 2 * 2
            current, units = current + units[:room], units[room:]
            if units:
                out, current, kind = out + record(kind, current), bytes([wide]), 0x003C
        current += struct.pack("<HH", 0, 0) if rich else b""
    return out + record(kind, current)


TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=12)


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=8), st.integers(16, 60), st.booleans())
def test_shared_strings_however_they_are_cut_into_records(texts: list[str], cut: int, rich: bool) -> None:
    strings = shared_strings(texts, cut, rich)
    cells = b"".join(shared(row, 1, row - 1) for row in range(1, len(texts) + 1))
    for reader in READERS:
        found = read(reader, cells, strings=strings)
        assert [found.cell(row, 1) or "" for row in range(1, len(texts) + 1)] == texts


VALUES = st.one_of(
    TEXT.filter(bool).map(lambda text: (text, "label")),
    TEXT.filter(bool).map(lambda text: (text, "rich")),
    TEXT.filter(bool).map(lambda text: (text, "formula")),
    st.floats(-1e9, 1e9).map(lambda value: (value, "number")),
    st.integers(-(10**6), 10**6).map(lambda value: (float(value), "packed")),
    st.booleans().map(lambda value: (value, "boolean")),
    st.sampled_from([(CellError("#N/A"), "error")]),
)


def cell_record(row: int, column: int, value: Any, way: str) -> bytes:
    if way == "formula":
        return formula(row, column, TEXT_RESULT, value)
    if way in ("label", "rich"):
        return (label if way == "label" else rich_label)(row, column, value)
    if way == "packed":
        return record(0x027E, place(row, column) + packed(int(value) << 2 | 2))
    if way == "number":
        return number(row, column, value)
    return record(0x0205, place(row, column) + (b"\x2a\x01" if way == "error" else bytes([value, 0])))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9), VALUES), max_size=25))
def test_every_cell_that_is_stored_is_read_by_both_and_alike(cells: list[tuple[int, int, tuple[Any, str]]]) -> None:
    stream = b"".join(cell_record(row, column, *value) for row, column, value in cells)
    written = {(row, column): value for row, column, (value, _) in cells}
    for reader in READERS:
        found = read(reader, stream)
        assert {spot: found.cell(*spot) for spot in written} == written
        assert found.placed == found.stored == len(written)


def test_cells_that_the_library_loses_are_read_from_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    data = biff8([("表", label(1, 1, "甲") + label(2, 1, "乙") + record(0x0205, place(3, 1) + b"\x2a\x01"))])
    kinds = xlrd.sheet.Sheet.row_types
    monkeypatch.setattr(
        xlrd.sheet.Sheet,
        "row_types",
        lambda sheet, row: kinds(sheet, row) if row else [xlrd.XL_CELL_EMPTY] * sheet.ncols,
    )
    with pytest.raises(xls.LostCellsError):
        xls._read(data)
    assert read_xls(data).sheets[0].rows == {1: ["甲"], 2: ["乙"], 3: [CellError("#N/A")]}


def test_a_file_that_the_library_refuses_is_read_with_all_its_marks() -> None:
    hidden = record(0x0208, struct.pack("<HHHHHHI", 0, 0, 1, 255, 0, 0, 0x160))
    cells = hidden + label(1, 1, "甲") + record(0x0205, place(1, 2) + b"\x2a\x01") + formula(2, 1, struct.pack("<d", 1))
    data = biff8([("表", cells)], first=record(0x0031, b"\0"))
    with pytest.raises(Exception):  # noqa: B017 - whatever the library makes of a font of one byte
        xls._read(data)
    content = read_xls(data)
    assert content.incomplete == ""
    [sheet] = content.sheets
    assert sheet.rows == {1: ["甲", CellError("#N/A")], 2: [1.0]}
    assert (sheet.hidden_rows, sheet.formulas) == ({1}, {(2, 1): True})


def gbk_label(row: int, column: int, text: str, encoding: str = "gbk") -> bytes:
    encoded = text.encode(encoding)
    return record(0x0204, place(row, column) + struct.pack("<H", len(encoded)) + encoded)


@every_reader
@pytest.mark.parametrize(
    ("codepage", "charset", "encoding", "text"),
    [
        (936, 134, "gbk", "风险点"),
        (None, 134, "gbk", "风险点"),
        (None, 0, "gbk", "风险点"),
        (0, 134, "gbk", "风险点"),
        (None, 136, "cp950", "風險點"),
        (None, 128, "cp932", "危険"),
        (1252, 0, "cp1252", "é"),
    ],
)
def test_texts_before_biff8_are_in_the_code_page_or_that_of_the_font(
    codepage: int | None, charset: int, encoding: str, text: str, reader: str
) -> None:
    stream = biff5([("1", gbk_label(1, 1, text, encoding))], codepage=codepage, charset=charset)
    assert READERS[reader](stream).sheets[0].rows == {1: [text]}


SPELLINGS = {
    "in capitals": lambda stream: compound({"WORKBOOK": stream}),
    "as Excel 95 does": lambda stream: compound({"Book": stream}),
    "beside others": lambda stream: compound(
        {"\x05SummaryInformation": b"x" * 9, "Workbook": stream}, {"MBD1": {"a": b"b"}}
    ),
    "in many sectors": lambda stream: compound({"workbook": stream + bytes(70_000)}),
    "bare": lambda stream: stream,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_stream_wherever_it_lies(spelling: str) -> None:
    data = SPELLINGS[spelling](biff8([("表", label(1, 1, "甲"))]))
    assert judge(data).container == "xls"
    assert open_content(data, "xls").sheets[0].rows == {1: ["甲"]}


@pytest.mark.parametrize("name", ["good.xls", "stream_capitals.xls", "biff5_cp936.xls"])
def test_the_witnesses_read_as_good_xlsx_does(name: str) -> None:
    data = (CASES / name).read_bytes()
    good = open_content((CASES / "good.xlsx").read_bytes(), "xlsx").sheets[0]
    [found] = open_content(data, judge(data).container).sheets
    assert (found.name, found.formulas, found.hidden_rows) == (good.name, good.formulas, good.hidden_rows)
    assert [[found.cell(row, column) for column in range(1, 18)] for row in good.rows] == [
        [good.cell(row, column) for column in range(1, 18)] for row in good.rows
    ]


@pytest.mark.parametrize("name", ["times.xls", "times.xlsx"])
def test_times_and_spans_come_as_such(name: str) -> None:
    data = (CASES / name).read_bytes()
    [found] = open_content(data, judge(data).container).sheets
    assert [found.cell(row, 17) for row in range(2, 8)] == [datetime.time(8, 30)] * 3 + [
        datetime.timedelta(hours=30)
    ] * 3


@pytest.mark.parametrize(
    "path", sorted([*CASES.glob("*.xls"), *CASES.parent.glob("office/*.xls")]), ids=lambda path: path.stem
)
def test_real_files_read_alike_by_both(path: Path) -> None:
    stream = xls.stream_of(path.read_bytes())
    first, second = (reader(stream) for reader in READERS.values())
    assert first.sheets == second.sheets


def test_a_stream_that_ends_too_early_is_no_half_workbook() -> None:
    whole = compound({"Workbook": biff8([("表", b"".join(label(row, 1, "甲" * 50) for row in range(1, 200)))])})
    for share in (0.3, 0.6, 0.9):
        cut = whole[: int(len(whole) * share) // 512 * 512]
        verdict = judge(cut)
        if not verdict.code:
            with pytest.raises(Exception):  # noqa: B017 - the reader's own
                open_content(cut, verdict.container)


def test_a_sheet_without_an_end_is_no_half_sheet() -> None:
    stream = biff8([("表", label(1, 1, "甲") + label(2, 1, "乙"))])
    assert stream.endswith(EOF)
    for reader in READERS.values():
        with pytest.raises(Exception):  # noqa: B017
            reader(stream[: -len(EOF) - 9])
