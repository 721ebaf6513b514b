"""Every kind of cell record of an .xlsb file is read, with what its style makes of it, wherever its row stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.values import CellError, ShownNumber
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.open import open_content
from tests.reading.books import Cell, Day, Formula, Styled, record, xlsb_book, xlsb_cell, xlsb_row, xlsb_sheet

CASES = Path(__file__).parents[1] / "cases" / "containers"


def read(rows: bytes, strings: Sequence[str] = (), *, date1904: bool = False, **more: Any) -> SheetContent:
    data = xlsb_book([("表", xlsb_sheet(rows, **more))], strings=strings, date1904=date1904)
    [sheet] = open_content(data, "xlsb").sheets
    return sheet


@pytest.mark.parametrize("way", ["", "rich", "shared"])
@pytest.mark.parametrize("follows", [False, True])
def test_a_text_in_every_kind_of_record(way: str, follows: bool) -> None:
    strings: list[str] = []
    cells = xlsb_cell(1, "甲") + xlsb_cell(2, "乙\U0001f600", follows=follows, way=way, strings=strings)
    assert read(xlsb_row(3, cells), strings).rows == {3: ["甲", "乙\U0001f600"]}


@pytest.mark.parametrize("follows", [False, True])
@pytest.mark.parametrize("way", ["", "packed"])
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (5, 5.0),
        (-7, -7.0),
        (2.25, 2.25),
        (True, True),
        ("#REF!", CellError("#REF!")),
        (Day(46203), datetime.date(2026, 6, 30)),
        (Styled(0.354166666666667, 2), datetime.time(8, 30)),
        (Styled(0, 2), datetime.time()),
        (Styled(1.25, 3), datetime.timedelta(hours=30)),
        (Styled(1.25, 6), datetime.timedelta(hours=30)),
        (Styled(7, 4), ShownNumber(7.0, "HB05-007")),
        (Styled(2026, 5), ShownNumber(2026.0, "2026年度")),
        (Styled(7, 99), 7.0),
    ],
)
def test_a_value_in_every_kind_of_record(cell: Cell, value: Any, way: str, follows: bool) -> None:
    found = read(xlsb_row(1, xlsb_cell(1, "甲") + xlsb_cell(2, cell, way=way, follows=follows))).cell(1, 2)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("raw", "value"), [(0x3FF00000, 1.0), (0x3FF00001, 0.01), (12345 << 2 | 3, 123.45), (-4 & ~3 | 2, -1.0)]
)
def test_the_four_ways_to_pack_a_number(raw: int, value: float) -> None:
    payload = bytes(8) + (raw & 0xFFFFFFFF).to_bytes(4, "little")
    assert read(xlsb_row(1, record(2, payload))).cell(1, 1) == value


@pytest.mark.parametrize(
    ("stored", "value"),
    [("办公室", "办公室"), (3.5, 3.5), (True, True), ("#N/A", CellError("#N/A")), ("", None)],
)
def test_the_result_of_a_formula(stored: Any, value: Any) -> None:
    found = read(xlsb_row(1, xlsb_cell(1, Formula("A2", stored))))
    assert (found.cell(1, 1), found.formulas) == (value, {(1, 1): True})


def test_days_are_counted_from_the_files_own_first_day() -> None:
    assert read(xlsb_row(1, xlsb_cell(1, Day(44741))), date1904=True).cell(1, 1) == datetime.date(2026, 6, 30)


def test_rows_out_of_order_and_a_row_in_two_pieces() -> None:
    rows = xlsb_row(5, xlsb_cell(1, "丙")) + xlsb_row(2, xlsb_cell(1, "甲")) + xlsb_row(2, xlsb_cell(3, "乙"))
    assert list(read(rows).rows.items()) == [(2, ["甲", None, "乙"]), (5, ["丙"])]


def test_what_is_hidden_or_of_no_size() -> None:
    rows = b"".join(
        xlsb_row(row, xlsb_cell(1, "甲"), hidden=row == 2, height=0 if row == 3 else 300) for row in (1, 2, 3)
    )
    assert read(rows).hidden_rows == {2, 3}
    for width in (2048, 0, 200):  # the last is less than a character
        assert read(rows, hidden_columns=[2], width=width).hidden_columns == {2}


def test_two_sheets_of_one_name_are_both_read() -> None:
    sheets = [("表", xlsb_sheet(xlsb_row(1, xlsb_cell(1, text)))) for text in "甲乙"]
    assert [sheet.rows for sheet in open_content(xlsb_book(sheets), "xlsb").sheets] == [{1: ["甲"]}, {1: ["乙"]}]


def test_hidden_sheets() -> None:
    sheets = [(name, xlsb_sheet(b"")) for name in "甲乙丙"]
    found = open_content(xlsb_book(sheets, states={"乙": 1, "丙": 2}), "xlsb").sheets
    assert [sheet.visibility for sheet in found] == ["visible", "hidden", "very_hidden"]


@pytest.mark.parametrize("name", ["dates_rk.xlsb", "rich_strings.xlsb"])
def test_the_witnesses_read_as_any_other_workbook(name: str) -> None:
    risks, measures = open_content((CASES / name).read_bytes(), "xlsb").sheets
    [good] = open_content((CASES / "good.xlsx").read_bytes(), "xlsx").sheets
    # In 备注 there is a day that good.xlsx does not have.
    assert {row: cells[:16] for row, cells in risks.rows.items() if row > 1} == {
        row: cells[:16] for row, cells in good.rows.items() if row > 1
    }
    assert risks.rows[1] == good.rows[1]
    assert risks.cell(2, 17) == measures.cell(2, 8) == datetime.date(2026, 6, 30)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5).filter(
    lambda text: not text.startswith("#")
)
CELL = st.one_of(TEXT, st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6), st.booleans(), st.just("#N/A"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 6), CELL, st.sampled_from(["", "rich", "shared", "packed"])),
        max_size=20,
    )
)
def test_every_cell_that_was_written_is_read_whatever_the_order(cells: list[tuple[int, int, Cell, str]]) -> None:
    strings: list[str] = []
    rows = b"".join(
        xlsb_row(row, xlsb_cell(column, cell, way=way, strings=strings)) for row, column, cell, way in cells
    )
    written = {(row, column): CellError(cell) if cell == "#N/A" else cell for row, column, cell, _ in cells}
    found = read(rows, strings)
    assert {place: found.cell(*place) for place in written} == written
    assert found.placed == found.stored == len(written)


@pytest.mark.parametrize("cut", [1, 4, 30, 200])
def test_a_part_that_ends_too_early_is_no_half_sheet(cut: int) -> None:
    part = xlsb_sheet(b"".join(xlsb_row(row, xlsb_cell(1, "甲" * 30)) for row in range(1, 20)))
    with pytest.raises((ValueError, IndexError)):
        open_content(xlsb_book([("表", part[: -cut - 4])]), "xlsb")
