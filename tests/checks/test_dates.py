"""No day that has to lie in the past lies in the future, and a limit that was missed is explained (第八条(二)1)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from lzxl.checks.context import Context
from lzxl.forms.load import load_form, load_grading
from tests.checks.tables import finding, found, submission

TODAY = datetime.date(2026, 11, 20)
CHECKED_TODAY = Context(load_grading(), today=TODAY)
PERSONS = "| 姓名 | 填表日期 |\n|-|\n| 张三 | {} |"


def filed(day: str, **more: Any) -> Any:
    return submission("risk_register", {"self_checks": PERSONS.format("2026-11-01")}, {"填报日期": day}, **more)


@pytest.mark.parametrize("day", ["2026-11-21", "2026-12-16", "2027-11-16", "2062-11-16"])
def test_a_day_of_filing_in_the_future_is_asked_about(day: str) -> None:
    said = finding(filed(day), "date_in_future", CHECKED_TODAY)
    assert (said.cell, said.severity, said.remedy.action) == ("B5", "warning", "fill")
    assert said.message == f"“填报日期”（{day}）晚于检查当日（2026-11-20）。"


def test_a_file_is_compared_with_the_day_on_which_it_came_in() -> None:
    made = filed("2026-11-19", received=datetime.date(2026, 11, 18))
    assert finding(made, "date_in_future", CHECKED_TODAY).message.endswith("晚于收到本表的日期（2026-11-18）。")


@pytest.mark.parametrize("day", ["2026-11-20", "2026-01-01"])
def test_today_and_before_is_no_future(day: str) -> None:
    assert "date_in_future" not in [code for code, _ in found(filed(day), CHECKED_TODAY)]
    assert "date_in_future" not in [code for code, _ in found(filed("2062-11-16"))], "nobody knows the day"


# (form, sheet, field): days on which something has happened.
PAST = [
    ("risk_register", "self_checks", "filled_on"),
    ("warning_intake", "warnings", "collected_on"),
    ("self_appraisal", "reports", "submitted_on"),
]


@pytest.mark.parametrize("stated", ["2026-11-16", "2062-11-16", ""])
@pytest.mark.parametrize("place", PAST, ids="-".join)
def test_what_has_happened_lies_in_the_past_whatever_the_cover_says(place: tuple[str, str, str], stated: str) -> None:
    form_id, sheet, name = place
    entry = load_form(form_id).by_name[sheet].by_name[name]
    subject = load_form(form_id).by_name[sheet].by_name[load_form(form_id).by_name[sheet].subject[0]].title
    rows = f"| {subject} | {entry.title} |\n|-|\n| 张三 | 2027-03-01 |"
    made = submission(form_id, {sheet: rows}, {"填报日期": stated})
    assert ("date_after_filing", "B2") in found(made, CHECKED_TODAY)


@pytest.mark.parametrize(
    ("written", "may_be"),
    [
        ("26-11-8", "“2026-11-08”或“2008-11-26”"),
        ("11/8/26", "“2011-08-26”、“2026-11-08”或“2026-08-11”"),
        ("30.12.31", "“2030-12-31”或“2031-12-30”"),
    ],
)
def test_of_a_day_with_a_short_year_all_readings_are_told_and_none_is_chosen(written: str, may_be: str) -> None:
    said = finding(submission("risk_register", {"self_checks": PERSONS.format(written)}), "date_without_year")
    assert f"请写全年月日（可能是{may_be}，以实际日期为准），年份写四位" in said.fix
    assert (said.remedy.action, said.remedy.value) == ("fill", None)


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_the_first_and_the_last_day_of_a_period_are_in_it(day: str, inside: bool) -> None:
    rows = f"| 预警编号 | 采集日期 |\n|-|\n| HB01-YJ001 | {day} |"
    made = submission("warning_intake", {"warnings": rows}, {"填报日期": "2027-01-05"})
    assert ("date_outside_period" in [code for code, _ in found(made)]) != inside


@pytest.mark.parametrize("filed", ["2025-12-31", "2026-01-01"])
def test_a_form_may_be_filed_on_the_first_day_of_its_period_and_not_before(filed: str) -> None:
    rows = "| 预警编号 | 采集日期 |\n|-|\n| HB01-YJ001 | 2026-01-01 |"
    made = submission("warning_intake", {"warnings": rows}, {"填报日期": filed})
    assert ("date_outside_period" in [code for code, _ in found(made)]) == (filed < "2026")


ORDER = ("反馈日期", "陈述日期")
DAYS = ("2026-12-01", "2026-12-05")


@pytest.mark.parametrize("earlier", range(2))
def test_no_day_comes_before_one_that_it_follows(earlier: int) -> None:
    """On the same day it may."""
    before = (datetime.date.fromisoformat(DAYS[earlier]) - datetime.timedelta(days=1)).isoformat()
    for day, is_wrong in ((before, True), (DAYS[1], False)):
        rows = f"| 单位 | {' | '.join(ORDER)} | 审定日期 |\n|-|\n| HB01 | {' | '.join(DAYS)} | {day} |"
        told = [code for code, _ in found(submission("appraisal", {"approvals": rows}))]
        assert bool({"date_order", "date_after_later"} & {*told}) == is_wrong, day


def test_a_day_that_several_others_come_before_is_said_once_at_that_one() -> None:
    rows = "| 单位 | 反馈日期 | 陈述日期 | 审定日期 |\n|-|\n| HB01 | 2026-12-10 | 2026-12-05 | 2026-12-06 |"
    made = submission("appraisal", {"approvals": rows})
    assert [entry for entry in found(made) if entry[0].startswith("date_")] == [("date_after_later", "B2")]


@pytest.mark.parametrize("day", ["2026-11-16", "2026-11-17"])
def test_what_was_handed_in_on_the_day_of_filing_was_handed_in_before_it(day: str) -> None:
    made = submission(
        "self_appraisal", {"reports": f"| 姓名 | 提交日期 |\n|-|\n| 张三 | {day} |"}, {"填报日期": "2026-11-16"}
    )
    assert (("date_after_filing", "B2") in found(made)) == (day > "2026-11-16")
