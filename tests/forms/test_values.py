"""From what a cell holds to a typed value: nothing is lost, nothing is guessed."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.load import load_catalogue, load_vocabularies
from lzxl.forms.model import Field
from lzxl.forms.placeholders import is_placeholder
from lzxl.forms.values import (
    BLANK,
    CellError,
    CellPicture,
    Parsed,
    ShownNumber,
    compound_levels,
    display,
    is_blank,
    parse,
    shorten_number,
)

DAY = datetime.date
VOCABULARIES = load_vocabularies()
KINDS = ("text", "person", "serial", "count", "score", "date", "choice", "choices", "list", "level", "id", "email")
_WORDS = {"choice": "likelihood", "level": "level", "choices": "held_power"}


def field(kind: str) -> Field:
    vocabulary = VOCABULARIES[_WORDS[kind]] if kind in _WORDS else None
    return Field("f", "栏", kind, "第七条", "internal", vocabulary=vocabulary)  # type: ignore[arg-type]


# kind, what the cell holds, value, problem or note
READ: list[tuple[str, Any, Any, str]] = [
    ("text", " 现场检查　走过场\r\n", "现场检查　走过场", ""),
    ("text", 3.0, "3", ""),
    ("text", True, "是", ""),
    ("text", datetime.datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00", ""),
    ("text", 110101199001011234.0, None, "id_digits_lost"),
    ("text", "110101199001011234", "110101199001011234", ""),
    ("person", "张　三", "张三", ""),
    ("person", "Li Si", "Li Si", ""),
    ("serial", "一", "一", ""),
    ("serial", "1.1.2", "1.1.2", ""),
    ("serial", 7.0, 7, ""),
    ("serial", "７", 7, ""),
    ("count", "１２", 12, "number_as_text"),
    ("count", 12.0, 12, ""),
    ("count", "2000万", 20_000_000, "number_as_text"),
    ("count", "1,200", 1200, "number_as_text"),
    ("count", "3条", 3, "number_as_text"),
    ("count", 2.5, None, "number_not_whole"),
    ("count", "十二", None, "number_unreadable"),
    ("count", "约10", None, "number_unreadable"),
    ("count", "3²", None, "number_unreadable"),
    ("count", "①5", None, "number_unreadable"),
    ("count", True, None, "number_unreadable"),
    ("count", DAY(2026, 1, 1), None, "number_unreadable"),
    ("count", 1e16, None, "id_digits_lost"),
    ("score", "４．５分", 4.5, "number_as_text"),
    ("score", 2.5, 2.5, ""),
    ("score", "-1", -1, "number_as_text"),
    ("score", "满分", None, "number_unreadable"),
    ("date", DAY(2026, 3, 1), DAY(2026, 3, 1), ""),
    ("date", datetime.datetime(2026, 3, 1, 9, 30), DAY(2026, 3, 1), ""),
    ("date", "2026-03-01", DAY(2026, 3, 1), ""),
    ("date", "2018年 4月 12日", DAY(2018, 4, 12), "date_as_text"),
    ("date", "2026.3.1", DAY(2026, 3, 1), "date_as_text"),
    ("date", "２０２６/３/１", DAY(2026, 3, 1), "date_as_text"),
    ("date", "20260301", DAY(2026, 3, 1), "date_as_text"),
    ("date", 20260301, DAY(2026, 3, 1), "date_as_text"),
    ("date", "2026年12月31日前", DAY(2026, 12, 31), "date_as_text"),
    ("date", "2026-03-01 09:30:00", DAY(2026, 3, 1), "date_as_text"),
    ("date", 46082, DAY(2026, 3, 1), "date_as_serial"),
    ("date", "46082", DAY(2026, 3, 1), "date_as_serial"),
    ("date", 46082.75, DAY(2026, 3, 1), "date_as_serial"),
    ("date", 12, None, "date_unreadable"),
    ("date", 2026, None, "date_unreadable"),
    ("date", True, None, "date_unreadable"),
    ("date", "2026-02-30", None, "date_impossible"),
    ("date", "2026年13月1日", None, "date_impossible"),
    ("date", 20261301, None, "date_impossible"),
    ("date", "3.1", None, "date_without_year"),
    ("date", "已办", None, "date_unreadable"),
    ("date", datetime.time(9, 30), None, "date_unreadable"),
    *(("date", text, None, "date_vague") for text in ("2026年底", "12月底前", "长期坚持", "立行立改", "每季度")),
    ("choice", "较大", "较大", ""),
    ("choice", " 较 大", "较大", "text_normalised"),
    ("choice", "较低", "较小", "word_alias"),
    ("choice", "大", "大", ""),  # a word outside the list is a value: the checks refuse it with the allowed words
    ("choice", 1, "1", ""),
    *(
        ("level", text, "一级", "word_alias")
        for text in ("Ⅰ级", "I级", "1级", "１级", "高", "★★★", "高风险", "一级风险")
    ),
    ("level", 1.0, "一级", "word_alias"),
    ("level", "一级", "一级", ""),
    ("level", "四级", "四级", ""),
    ("level", "1中2低", None, "compound_level"),
    ("level", "1个高、2个低", None, "compound_level"),
    ("choices", "行政审批权、行政执法权", ("行政审批权", "行政执法权"), ""),
    ("choices", "审批权；行政执法权；审批权", ("行政审批权", "行政执法权"), "word_alias"),
    ("choices", "行政审批权、军权", None, "word_not_in_vocabulary"),
    ("list", "出纳岗、 会计岗\n审批岗；", ("出纳岗", "会计岗", "审批岗"), ""),
    ("id", "ｈｂ01－001", "HB01-001", "text_normalised"),
    ("id", "HB01 -001", "HB01-001", "text_normalised"),
    ("id", " HB01-001 ", "HB01-001", ""),
    ("email", "hb01＠example.cn", "hb01@example.cn", "text_normalised"),
]


@pytest.mark.parametrize(("kind", "raw", "value", "code"), READ)
def test_a_cell_is_read_as_its_kind(kind: str, raw: Any, value: Any, code: str) -> None:
    parsed = parse(field(kind), raw)
    assert parsed.value == value
    assert type(parsed.value) is type(value)
    assert (parsed.problem or parsed.note) == code
    assert bool(parsed.problem) == (value is None)
    assert code == "" or code in load_catalogue().rules


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [None, "", " ", "　", "\u00a0", "\n\t", "\u200b"])
def test_blanks_of_all_kinds_are_blank(kind: str, raw: Any) -> None:
    assert is_blank(raw)
    assert parse(field(kind), raw) == BLANK


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", [CellError("#N/A"), float("nan"), float("inf"), "#N/A", " #REF! "])
def test_an_error_is_never_a_value_nor_a_blank(kind: str, raw: Any) -> None:
    assert not is_blank(raw)
    assert parse(field(kind), raw) == (None, "error_value", "", None)


def test_zero_is_not_blank() -> None:
    assert parse(field("score"), 0).value == 0
    assert parse(field("score"), "0").value == 0


def test_days_are_counted_from_1904_where_the_workbook_does() -> None:
    assert parse(field("date"), 46082 - 1462, date1904=True).value == DAY(2026, 3, 1)


def test_a_word_outside_its_list_comes_with_what_it_is_written_most_like() -> None:
    assert parse(field("choice"), "大").suggestion is None  # a degree is judged, never guessed
    assert parse(field("choices"), "行政审批").suggestion == "行政审批权"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("1中2低", {"中": 1, "低": 2}),
        ("1个高、2个低、1高", {"高": 2, "低": 2}),
        ("一级", None),
        ("1", None),
        ("1级", None),
    ],
)
def test_several_levels_in_one_cell(text: str, levels: dict[str, int] | None) -> None:
    assert compound_levels(text) == levels


def test_numbers_are_shown_as_people_write_them() -> None:
    assert [shorten_number(number) for number in (21.0, 22.5, 0, 100)] == ["21", "22.5", "0", "100"]


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from([CellError("#REF!"), "１" * 40, "9" * 400, "2026年99月99日", "1中" * 50, "99999", "万", "²"]),
    st.text("0123456789.-/年月日万亿级高中低一二三ⅠⅡ★、 　²٣", max_size=20),
)


@given(st.sampled_from(KINDS), ANYTHING, st.booleans())
def test_any_content_gives_a_value_or_a_problem_and_never_an_error(kind: str, raw: Any, date1904: bool) -> None:
    parsed = parse(field(kind), raw, date1904)
    if is_blank(raw):
        assert parsed == BLANK
    elif isinstance(raw, str) and (is_placeholder(raw) or not raw.strip("、,，;；/／|｜\\＼ \n")):
        # What keeps names apart is no name; of a number or a day it is what nobody can read.
        assert parsed == BLANK or parsed.value or parsed.problem in ("number_unreadable", "date_unreadable")
    elif parsed.problem:
        assert parsed.value is None
        assert parsed.problem in load_catalogue().rules
    else:
        assert parsed.value is not None
        assert not isinstance(parsed.value, bool | float) or kind == "score"


LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=30)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": LINE,
    "person": st.text("张王李赵三四五六", min_size=2, max_size=4),
    "serial": st.integers(1, 99999),
    "count": st.integers(-999, 10**14),
    "score": st.integers(-10000, 10000).map(lambda number: number / 100).map(lambda n: int(n) if n.is_integer() else n),
    "date": st.dates(DAY(1900, 1, 1), DAY(2200, 1, 1)),
    "choice": st.sampled_from(VOCABULARIES["likelihood"].allowed),
    "level": st.sampled_from(VOCABULARIES["level"].allowed),
    "choices": st.lists(st.sampled_from(VOCABULARIES["held_power"].allowed), min_size=1, unique=True).map(tuple),
    "list": st.lists(st.text("出纳会计审批岗位", min_size=1, max_size=6), min_size=1, max_size=4).map(tuple),
    "id": st.from_regex(r"[A-Z]{2}[0-9]{2}-[0-9]{3}", fullmatch=True),
    "email": st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.cn", fullmatch=True),
}


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_what_is_shown_reads_back_as_the_same_value(made: tuple[str, Any]) -> None:
    kind, value = made
    typed = parse(field(kind), value if not isinstance(value, tuple) else "、".join(value)).value
    assert parse(field(kind), display(typed)).value == typed
    assert kind == "text" or typed == value


def test_a_number_is_read_as_its_format_shows_it_where_words_are_asked_for() -> None:
    assert parse(field("id"), ShownNumber(7, "HB05-007")) == Parsed("HB05-007", note="number_as_shown")
    assert parse(field("score"), ShownNumber(7, "7分")) == Parsed(7)


def test_a_picture_in_a_cell_is_no_blank_and_no_value() -> None:
    assert not is_blank(CellPicture())
    for kind in ("text", "person", "score", "date", "id"):
        assert parse(field(kind), CellPicture()) == Parsed(None, "picture_in_cell")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3万", 30_000),
        ("1.5万", 15_000),
        ("2亿", 200_000_000),
        ("0.5亿元", 50_000_000),
        ("12 亿", 1_200_000_000),
        ("12", 12),
    ],
)
def test_a_number_with_a_word_for_ten_thousands_is_that_many(written: str, number: int) -> None:
    assert parse(field("count"), written).value == number


@given(st.integers(1, 10**6), st.sampled_from([("万", 4), ("亿", 8)]))
def test_so_many_ten_thousands_are_a_whole_number_to_the_last_unit(hundredths: int, sign: tuple[str, int]) -> None:
    """0.07万 is 700: as a product of binary fractions it is 700.0000000000001, and was told to be no whole number."""
    word, zeros = sign
    written = f"{hundredths // 100}.{hundredths % 100:02d}{word}"
    parsed = parse(field("count"), written)
    assert (parsed.value, parsed.problem) == (hundredths * 10 ** (zeros - 2), "")
