"""Days as people write them: the day that is named and no other, or a finding that asks."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.days import read_day
from lzxl.forms.load import load_catalogue
from lzxl.forms.model import Field
from lzxl.forms.values import Parsed, parse

DATE = Field("f", "日期", "date", "第七条", "internal")
DAY = datetime.date

WITH_TIMES = (
    "2026/6/{day} {hour}:30",
    "2026-6-{day} {hour}:00:00",
    "2026.6.{day} {hour}:05",
    "2026年6月{day}日 {hour}:30",
    "2026-06-{day:02d}T{hour:02d}:15:42",
)


def test_no_digit_of_the_hour_is_ever_joined_to_the_day() -> None:
    """31 days, 24 hours, five formats: 3,720 spellings. The 31st of June is no day, whatever the hour."""
    spellings = list(itertools.product(range(1, 32), range(24), WITH_TIMES))
    assert len(spellings) == 3720
    for day, hour, spelling in spellings:
        parsed = parse(DATE, spelling.format(day=day, hour=hour))
        assert (parsed.value, parsed.problem) == ((DAY(2026, 6, day), "") if day < 31 else (None, "date_impossible"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-27T00:00:00Z", DAY(2026, 5, 27)),
        ("2026-05-27T00:00:00.000Z", DAY(2026, 5, 27)),
        ("2026-05-27T00:00:00+08:00", DAY(2026, 5, 27)),
        ("2026-05-27T23:30+0800", DAY(2026, 5, 27)),
        ("2026-05-27T09:30+08:00[Asia/Shanghai]", DAY(2026, 5, 27)),
        ("二〇二六年六月四日", DAY(2026, 6, 4)),
        ("二○二六年十二月三十一日", DAY(2026, 12, 31)),
        ("二零二六年十一月廿一日", DAY(2026, 11, 21)),
        ("二O二六年元月二十日", DAY(2026, 1, 20)),
        ("2026年六月卅日", DAY(2026, 6, 30)),
        ("2026年6月8日（星期一）", DAY(2026, 6, 8)),
        ("2026年6月8日 星期一", DAY(2026, 6, 8)),
        ("2026-6-8（周一） 9:00", DAY(2026, 6, 8)),
        ("星期一 2026年6月8日", DAY(2026, 6, 8)),
        ("2026/7/6 上午 8:00", DAY(2026, 7, 6)),
        ("2026年7月6日下午3点半", DAY(2026, 7, 6)),
        ("2026年7月6日8时30分", DAY(2026, 7, 6)),
        ("2026年7月6日下午", DAY(2026, 7, 6)),
        ("2026-07-06 03:05 PM", DAY(2026, 7, 6)),
        ("2026-07-06 10:30:00 AM", DAY(2026, 7, 6)),
        ("２０２６．６．１　１０：３０", DAY(2026, 6, 1)),
        ("2026. 6. 1", DAY(2026, 6, 1)),
        ("2026 年 6 月 1 日", DAY(2026, 6, 1)),
        ("2026。6。1", DAY(2026, 6, 1)),
        ("2026—6—1", DAY(2026, 6, 1)),
        ("2026 06 01", DAY(2026, 6, 1)),
        ("20260601 10:30", DAY(2026, 6, 1)),
        ("2026年12月31日前", DAY(2026, 12, 31)),
        ("2026-6-1\n10:30", None),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, day: DAY | None) -> None:
    parsed = parse(DATE, text)
    assert parsed.value == day or (day is None and parsed.problem)
    assert day is None or parsed.note == "date_as_text"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-05-27T16:00:00Z", "date_in_other_zone"),
        ("2026-05-27T01:00:00+09:30", "date_in_other_zone"),
        ("2026-6-1至2026-6-5", "date_several"),
        ("2026.6.1-6.5", "date_several"),
        ("2026年6月1日、6月3日", "date_several"),
        ("2026年6月1-5日", "date_several"),
        ("2026-6-1\n2026-6-3", "date_several"),
        ("6月1日和6月3日", "date_several"),
        ("2026年6月1日已反馈", "date_with_words"),
        ("2026-6-1 25:30", "date_with_words"),
        ("2026-6-1 14时75分", "date_with_words"),
        ("2026-6-1 14时05分75秒", "date_with_words"),
        ("2026年6月", "date_vague"),
        ("二〇二六年六月", "date_vague"),
        ("2026年6月初一", "date_vague"),
        ("2026-6-110:30", "date_vague"),
        ("6月1日", "date_without_year"),
        ("二〇二六年二月三十日", "date_impossible"),
        ("2026-03-0²", "date_unreadable"),
        ("1/6/2026", "date_vague"),
        ("26-11-8", "date_without_year"),
        ("11/8/26", "date_without_year"),
        ("11.3-5", "date_several"),
    ],
)
def test_what_names_no_day_or_several_is_said_as_what_it_is(text: str, code: str) -> None:
    assert parse(DATE, text) == Parsed(None, code)
    assert load_catalogue().rules[code].severity == "error"


@pytest.mark.parametrize(
    "raw",
    [
        46168.9995,
        46176.66666666,
        datetime.datetime(2026, 5, 26, 23, 59, 17),
        datetime.datetime(2026, 5, 26, 16, 0),
        datetime.datetime(2026, 5, 26, 15, 59, 59),
        datetime.datetime(2026, 5, 26, 15, 54, 17),
        datetime.datetime(2026, 5, 26, 23, 59, 59, 999000),
        "2026-05-26 23:59:17",
        "2026-05-26T16:00:00",
    ],
)
def test_a_day_that_hangs_by_seconds_or_by_a_time_zone_is_said(raw: object) -> None:
    parsed = parse(DATE, raw)
    assert parsed.note == "date_near_midnight"
    assert parsed.suggestion == (parsed.value + datetime.timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    "raw", [datetime.datetime(2026, 5, 26, 9, 30), datetime.datetime(2026, 5, 26), "2026/5/26 16:20"]
)
def test_a_time_that_somebody_wrote_down_is_no_doubt_about_its_day(raw: object) -> None:
    parsed = parse(DATE, raw)
    assert parsed.value == DAY(2026, 5, 26)
    assert parsed.note in ("", "date_as_text")


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones] if ones or not tens else ''}"


SEPARATED = st.sampled_from("-/.年").flatmap(
    lambda sign: st.just((sign, "月" if sign == "年" else sign, "日" if sign == "年" else ""))
)
BLANK = st.sampled_from(["", "", " ", "\u3000", "\u00a0", "\u2009"])
UNSEEN = st.sampled_from(["", "", "\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad", "\ufe0f"])
CLOCKS = st.sampled_from(
    ["", " 0:00", " 9:05", " 10:30", " 23:01", " 下午2:15", " 上午 8:00", " 8:00 PM", " 14时05分", " 9点"]
)


@given(st.dates(DAY(1900, 1, 1), DAY(2200, 12, 31)), SEPARATED, st.booleans(), BLANK, UNSEEN, CLOCKS)
def test_a_day_written_in_any_of_these_ways_reads_back(
    day: DAY, signs: tuple[str, str, str], is_padded: bool, blank: str, unseen: str, clock: str
) -> None:
    width = 2 if is_padded else 1
    month, of_month = f"{day.month:0{width}d}", f"{day.day:0{width}d}"
    text = f"{day.year}{blank}{signs[0]}{blank}{month}{unseen}{signs[1]}{blank}{of_month}{signs[2]}{clock}"
    assert parse(DATE, unseen + text).value == day
    wide = text.translate({ord(digit): ord("０") + int(digit) for digit in "0123456789"})
    assert parse(DATE, wide).value == day


@given(st.dates(DAY(1900, 1, 1), DAY(2200, 12, 31)))
def test_a_day_in_chinese_numerals_reads_back(day: DAY) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    assert read_day(f"{year}年{_chinese(day.month)}月{_chinese(day.day)}日").day == day


@given(
    st.dates(DAY(2020, 1, 1), DAY(2030, 12, 31)),
    st.dates(DAY(2020, 1, 1), DAY(2030, 12, 31)),
    st.sampled_from("至~、和\n/ -"),
)
def test_two_days_in_one_cell_are_never_one_of_them(one: DAY, other: DAY, between: str) -> None:
    for written in (
        f"{one}{between}{other}",
        f"{one.year}年{one.month}月{one.day}日{between}{other.month}月{other.day}日",
    ):
        assert parse(DATE, written).problem in ("date_several", "date_with_words", "date_vague")


def _spellings(numerals: str, longest: int) -> list[str]:
    return [
        "".join(chosen) for length in range(1, longest + 1) for chosen in itertools.product(numerals, repeat=length)
    ]


def test_numerals_in_any_order_are_a_day_or_a_question() -> None:
    """六月十十日 is nobody's day, and no error of the program either."""
    months, days = _spellings("元一二九十", 2), _spellings("一二九十廿卅", 3)
    for month, day in [*((month, "四") for month in months), *(("六", day) for day in days)]:
        read = read_day(f"二〇二六年{month}月{day}日")
        assert (read.day is None) == bool(read.problem), (month, day)
