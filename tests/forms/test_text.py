"""Text as people type it: what counts as equal, and where a cell is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.text import address, column_index, column_letters, compact, fold, fold_unbracketed, tidy

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("直接\n责任人", "直接责任人"),
        ("单位 ／科室", "单位/科室"),
        ("单位（科室）", "单位(科室)"),
        ("Ｎｏ．", "no"),
        ("风险点\u3000编号", "风险点编号"),
        ("★★ ★", "★★★"),
        ("Ⅰ级", "I级"),
    ],
)
def test_headers_that_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


def test_brackets_can_be_left_out() -> None:
    for text in ("单位（盖章）", "单位(盖章)", "单位〔盖章〕", "单位【盖章】"):
        assert fold_unbracketed(text) == "单位"


def test_values_are_compared_without_spaces_and_width() -> None:
    assert compact(" ＨＢ01 －　001\n") == "HB01-001"


def test_tidy_keeps_lines_and_drops_what_nobody_sees() -> None:
    assert tidy("\r\n 第一条  \r\n第二条\x07 \r\n\r\n") == "第一条\n第二条"


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert compact(compact(text)) == compact(text)
    assert tidy(tidy(text)) == tidy(text)


@given(TEXT)
def test_spaces_never_matter_to_a_header(text: str) -> None:
    assert fold(f" {text}\n") == fold(text)


@pytest.mark.parametrize(
    ("index", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters
    assert column_index(letters) == index


@given(st.integers(1, 16384), st.integers(1, 1048576))
def test_an_address_names_one_cell(column: int, row: int) -> None:
    written = address(row, column)
    letters = written.rstrip("0123456789")
    assert (column_index(letters), int(written[len(letters) :])) == (column, row)
