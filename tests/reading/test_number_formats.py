"""What a number format makes of a number is read as people see it; the number is kept."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.values import ShownNumber
from lzxl.workbook.reading.number_formats import format_of, read_format, value_shown


def shown(code: str, number: float) -> Any:
    return value_shown(number, read_format(code))


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ('"HB05-"000', 7, "HB05-007"),
        ('"HB05-"000', 1234, "HB05-1234"),
        ('0"年度"', 2026, "2026年度"),
        ('[$-804]0"年"', 2026, "2026年"),
        ("0年度", 2026, "2026年度"),
        ('General"年"', 2026, "2026年"),
        ('G/通用格式"分"', 88.5, "88.5分"),
        ('#,##0"元"', 1234567.5, "1,234,568元"),
        ('0!.0,"万"', 12345, "1.2万"),
        ("000000", 123, "000123"),
        ("0.0%", 0.123, "12.3%"),
        ('[=1]"是";[=0]"否"', 1, "是"),
        ('[=1]"是";[=0]"否"', 0, "否"),
        ('[>=60]"合格";"不合格"', 59, "不合格"),
        ('"第"0"号";"负"0', -4, "负4"),
        ('0"号"', -4, "-4号"),
        ("0000-00-00", 20260301, "2026-03-01"),
        ('"HB"0000"-"00', 123456, "HB1234-56"),
        ('0"."00"元"', 123, "1.23元"),
        (r"\H\B000", 5, "HB005"),
    ],
)
def test_a_number_with_words_around_it(code: str, number: float, text: str) -> None:
    assert shown(code, number) == ShownNumber(number, text)


@pytest.mark.parametrize(
    "code",
    [
        *(
            "",
            "General",
            "0",
            "0.00",
            "#,##0.00_);[Red]\\(#,##0.00\\)",
            "_ * #,##0.00_ ",
            '"¥"#,##0.00',
            "[$¥-804]#,##0.00",
        ),
        *(
            "0.00E+00",
            "# ?/?",
            "[DBNum1]General",
            "@",
            '@"科"',
            "000",
            ";;;",
            "0;;;@",
            '0.00"',
            "[",
            '"',
            "\\",
            "_",
            "*",
        ),
    ],
)
def test_a_number_that_is_shown_as_a_number(code: str) -> None:
    assert shown(code, 123.0) == 123.0


@pytest.mark.parametrize(
    ("code", "number", "value"),
    [
        ("yyyy-mm-dd", 46082, datetime.date(2026, 3, 1)),
        ('[$-804]yyyy"年"m"月"d"日"', 46082, datetime.date(2026, 3, 1)),
        ("yyyy/m/d h:mm", 46082.5, datetime.datetime(2026, 3, 1, 12)),
        ("h:mm", 0.354166666666667, datetime.time(8, 30)),
        ("h:mm", 0.0, datetime.time()),
        ("[h]:mm", 1.25, datetime.timedelta(hours=30)),
        ("[h]:mm", 0.354166666666667, datetime.timedelta(hours=8, minutes=30)),
        ("yyyy-mm-dd", 110000199001011234.0, 110000199001011234.0),
        ("yyyy-mm-dd", -3.0, -3.0),
    ],
)
def test_days_times_and_spans(code: str, number: float, value: Any) -> None:
    assert (type(shown(code, number)), shown(code, number)) == (type(value), value)


def test_days_that_are_counted_from_1904() -> None:
    assert value_shown(44620.0, format_of(14, {}), date1904=True) == datetime.date(2026, 3, 1)
    assert value_shown(59.0, format_of(14, {})) == datetime.date(1900, 2, 28)


def test_formats_that_every_file_has_and_those_of_its_own() -> None:
    assert value_shown(46082.0, format_of(31, {})) == datetime.date(2026, 3, 1)
    assert value_shown(1.25, format_of(46, {})) == datetime.timedelta(hours=30)
    assert value_shown(0.5, format_of(9, {})) == ShownNumber(0.5, "50%")
    assert value_shown(7.0, format_of(164, {164: '"HB"000'})) == ShownNumber(7.0, "HB007")
    assert value_shown(7.0, format_of(164, {})) == 7.0


@settings(max_examples=200, deadline=None)
@given(st.text('0#?.,;%"\\_*[]年h@/!-EG+', max_size=14), st.floats())
def test_no_format_breaks_reading_and_the_number_is_never_another(code: str, number: float) -> None:
    value = shown(code, number)
    if isinstance(value, ShownNumber):
        assert value.number == number and value.shown
    elif isinstance(value, float):
        assert value == number or number != number
