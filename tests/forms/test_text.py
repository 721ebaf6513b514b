"""Text as people type it: what counts as equal, and where a cell is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.text import (
    address,
    column_index,
    column_letters,
    compact,
    fold,
    fold_unbracketed,
    has_unseen,
    is_empty,
    spaced,
    spoken_clause,
    tidy,
    visible,
    visible_line,
)
from lzxl.forms.unseen import BLANKS, LINE_BREAKS, RADICALS, UNSEEN

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


def every(*families: tuple[tuple[int, int], ...]) -> list[str]:
    return [chr(code) for family in families for first, last in family for code in range(first, last + 1)]


def test_what_python_knows_to_show_nothing_is_in_the_table() -> None:
    """White space, separators and format characters; the marks of Arabic and its neighbours among these are drawn."""
    table = set(every(BLANKS, LINE_BREAKS, UNSEEN))
    drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13460)}
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        character = chr(code)
        if character.isspace() or unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cf", "Cc"):
            assert character in table or code in drawn, hex(code)
    assert not table.intersection("一a0，。·-_\uff21\u2f00")


def test_text_of_nothing_that_can_be_seen_is_blank() -> None:
    for character in every(BLANKS, LINE_BREAKS, UNSEEN):
        assert is_empty(character), hex(ord(character))
        assert compact(character) == fold(character) == tidy(character) == spaced(character) == ""
    assert is_empty("".join(every(BLANKS, LINE_BREAKS, UNSEEN)))


def test_nothing_unseen_stays_anywhere_in_a_text() -> None:
    for character in every(UNSEEN):
        text = f"{character}岗位{character}职责{character}"
        assert tidy(text) == compact(text) == fold(text) == spaced(text) == "岗位职责", hex(ord(character))
        assert has_unseen(text)
    for character in every(BLANKS, LINE_BREAKS):
        text = f"{character}岗位{character}职责{character}"
        assert compact(text) == fold(text) == "岗位职责", hex(ord(character))
        assert tidy(text).split() == ["岗位", "职责"]


def test_radicals_are_the_ideographs_that_they_look_like() -> None:
    assert compact("岗位职责⻛险、⻓、⽤⼾、⻘") == "岗位职责风险、长、用户、青"
    for code, ideograph in RADICALS.items():
        radical = chr(code)
        assert tidy(radical) == compact(radical) == ideograph
        assert fold(f"x{radical}") == fold(f"x{ideograph}")
        assert has_unseen(radical)


def test_emoji_of_several_and_letters_that_join_stay_as_they_are_drawn() -> None:
    for text in ("👨\u200d👩\u200d👧", "❤\ufe0f\u200d🔥", "می\u200cخواهم", "ᠠ\u180b\u1820"):
        assert tidy(text) == text
        assert "\u200d" not in compact(text)


@given(TEXT, st.sampled_from(every(UNSEEN)), st.integers(0, 60))
def test_an_unseen_character_changes_no_comparison(text: str, unseen: str, place: int) -> None:
    odd = text[:place] + unseen + text[place:]
    assert compact(odd) == compact(text)
    assert is_empty(odd) == is_empty(text)


@given(st.text(max_size=60))
def test_what_goes_to_a_screen_holds_nothing_that_it_obeys(text: str) -> None:
    shown = visible_line(text)
    assert not set(shown).intersection(every(UNSEEN, LINE_BREAKS)), shown
    shown.encode("utf-8")
    assert visible(visible(text)) == visible(text)


def test_what_a_terminal_would_obey_is_shown_by_its_number() -> None:
    assert visible("a\x1b[31m\u202e\x9b\ufeff\U000e0041\ud800\r") == (
        "a‹U+001B›[31m‹U+202E›‹U+009B›‹U+FEFF›‹U+E0041›‹U+D800›‹U+000D›"
    )
    assert visible("两\n行\t字　 ") == "两\n行\t字　 "


@pytest.mark.parametrize(
    ("clause", "said"),
    [("第八条(一)1", "第八条（一）1"), ("第八条(三)", "第八条（三）"), ("分级", "分级"), ("第六条", "第六条")],
)
def test_a_clause_is_cited_with_the_brackets_of_official_writing(clause: str, said: str) -> None:
    assert spoken_clause(clause) == said
