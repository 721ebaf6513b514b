"""Nothing that a unit wrote can run: text goes in and comes out as text."""

from __future__ import annotations

import datetime
import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from lzxl.workbook.writing.text import CUT_MARK, TEXT_LIMIT, clean_text, put_text, put_value

INJECTIONS = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","点我")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "＝1+1",
    "\t=1+1",
    "\n=1+1",
    "=",
    "{=1+1}",
    "'=1+1",
)


def written_and_read(*values: object, put: object = put_text) -> list[object]:
    """Put values into cells, save, open again: (type, value) of each."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row, value in enumerate(values, start=1):
        put(sheet.cell(row, 1), value)  # type: ignore[operator]
    stream = io.BytesIO()
    workbook.save(stream)
    back = load_workbook(stream).worksheets[0]
    return [(back.cell(row, 1).data_type, back.cell(row, 1).value) for row in range(1, len(values) + 1)]


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("put", [put_text, put_value])
def test_text_that_looks_like_a_formula_stays_text(payload: str, put: object) -> None:
    assert written_and_read(payload, put=put) == [("s", payload)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["", "=", "+", "-", "@", "＝"]), st.text(max_size=60)), min_size=1, max_size=8)
)
def test_any_text_comes_back_as_the_same_text(parts: list[tuple[str, str]]) -> None:
    texts = [start + rest for start, rest in parts]
    for text, (kind, back) in zip(texts, written_and_read(*texts), strict=True):  # type: ignore[misc]
        expected = clean_text(text)
        assert kind != "f"
        assert (back or "") == expected


@given(st.text())
def test_clean_text_is_nfc_without_control_characters_and_stays_so(text: str) -> None:
    clean = clean_text(text)
    assert clean == unicodedata.normalize("NFC", clean)
    assert not [c for c in clean if ord(c) < 32 and c not in "\n\t"]
    assert clean_text(clean) == clean


def test_control_characters_go_and_line_ends_become_one() -> None:
    assert clean_text("甲\x00\x07乙\r\n丙\r丁\t戊\ud800") == "甲乙\n丙\n丁\t戊\ufffd"


@pytest.mark.parametrize("character", ["字", "😀"])
def test_long_text_is_cut_and_says_so(character: str) -> None:
    clean = clean_text(character * 40_000)
    assert clean.endswith(CUT_MARK)
    assert len(clean.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert clean_text("字" * TEXT_LIMIT) == "字" * TEXT_LIMIT


def test_the_quote_prefix_keeps_the_style_and_goes_with_the_text() -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    cell.font = Font(b=True)
    put_text(cell, "=1+1")
    assert cell.quotePrefix and cell.font.b
    put_text(cell, "平安")
    assert not cell.quotePrefix and cell.font.b


def test_typed_values_keep_their_type() -> None:
    day = datetime.date(2026, 11, 10)
    moment = datetime.datetime(2026, 11, 10, 8, 30)
    values = written_and_read(3, 2.5, day, moment, ("行政审批权", "行政执法权"), None, "", put=put_value)
    assert values == [
        ("n", 3),
        ("n", 2.5),
        ("d", datetime.datetime(2026, 11, 10)),
        ("d", moment),
        ("s", "行政审批权、行政执法权"),
        ("n", None),
        ("n", None),
    ]


@pytest.mark.parametrize("value", [10**17, float("nan"), float("inf"), datetime.date(1899, 1, 1), True])
def test_what_a_spreadsheet_cannot_hold_as_a_value_is_written_as_text(value: object) -> None:
    [(kind, _)] = written_and_read(value, put=put_value)  # type: ignore[misc]
    assert kind == "s"


def test_a_date_keeps_the_format_of_its_cell() -> None:
    cell = Workbook().worksheets[0].cell(1, 1)
    cell.number_format = "yyyy年m月d日"
    put_value(cell, datetime.date(2026, 1, 2))
    assert cell.number_format == "yyyy年m月d日"


def test_a_cell_has_no_more_lines_than_excel_opens_and_loses_no_word() -> None:
    for lines in (1, 253, 254, 255, 1000):
        text = "\n".join(f"第{number}行" for number in range(lines))
        [(_, written)] = written_and_read(text)
        assert isinstance(written, str)
        assert written.count("\n") <= 253
        assert written.replace("　", "\n") == text
