"""What a clerk types for a day, a form or a unit: taken in every usual way, and refused with what could be meant."""

from __future__ import annotations

import datetime

import pytest

from lzxl.campaign.typed import find_form, find_unit, read_day
from lzxl.errors import UsageError
from lzxl.forms.load import form_ids
from lzxl.forms.roster import Unit

UNITS = {
    unit.code: unit
    for unit in (
        Unit("HB01", "办公室"),
        Unit("HB02", "财务审计科"),
        Unit("HB03", "大气环境科"),
        Unit("HB04", "水环境科"),
    )
}


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-15",
        "2026.12.15",
        "2026/12/15",
        "2026年12月15日",
        "２０２６年１２月１５日",
        "２０２６－１２－１５",
        " 2026-12-15 ",
    ],
)
def test_a_day_is_read_in_any_notation(text: str) -> None:
    assert read_day(text) == datetime.date(2026, 12, 15)


@pytest.mark.parametrize("text", ["", "12月15日", "2026-02-30", "2026年12月", "46371", "2026-12-15 17:00", "明天"])
def test_what_is_no_day_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_day(text)
    assert str(caught.value) == f"“{text}”不是日历上的一天，日期要写成2026-11-20或2026年11月20日的样式。"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("risk_register", "risk_register"),
        ("Risk-Register", "risk_register"),
        ("廉政风险点登记表", "risk_register"),
        ("《廉政风险点登记表》", "risk_register"),
        ("登记表", "risk_register"),
        ("预警信息", "warning_intake"),
        ("采集表", "warning_intake"),
        ("自评表", "self_appraisal"),
        ("名册", "unit_roster"),
    ],
)
def test_a_form_has_an_id_a_title_and_a_short_name(text: str, form: str) -> None:
    assert find_form(text) == form


def test_a_form_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        UsageError, match=r"^没有“廉政风险登记表”这张表。是否应为 risk_register（廉政风险点登记表）？可以写："
    ) as caught:
        find_form("廉政风险登记表")
    assert str(caught.value).count("（") == 1 + len(form_ids())


@pytest.mark.parametrize(
    ("text", "code"),
    [("hb02", "HB02"), ("ＨＢ０２", "HB02"), ("HB-02", "HB02"), ("财务审计科", "HB02"), ("大气", "HB03")],
)
def test_a_unit_has_a_code_and_a_name(text: str, code: str) -> None:
    assert find_unit(text, UNITS) == code


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "财物审计科",
            "没有“财物审计科”这个单位。是否应为 HB02（财务审计科）？可以写：HB01（办公室）、HB02（财务审计科）、",
        ),
        ("环境科", "“环境科”可以是几个单位：HB03（大气环境科）、HB04（水环境科）。请写全。"),
        ("HB", "没有“HB”这个单位。"),
        ("", "没有“”这个单位。"),
    ],
)
def test_a_unit_that_is_none_or_more_than_one_is_refused_with_those_there_are(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_unit(text, UNITS)
    assert str(caught.value).startswith(sentence)


def test_a_long_roster_is_not_read_out_to_its_end() -> None:
    units = {f"X{number}": Unit(f"X{number}", f"第{number}科") for number in range(200)}
    with pytest.raises(UsageError, match=r"X19（第19科）等200个。$"):
        find_unit("没有这个", units)


def test_without_a_roster_only_a_code_says_which_unit() -> None:
    assert find_unit(" hb03", {}) == "HB03"
    with pytest.raises(UsageError, match="请写单位编码"):
        find_unit("办公室", {})
