"""Counts, nil returns, dates against the day of filing and the period, presence, roster: the file as a whole."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.checks.dates import period_days
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_grading
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from tests.checks.tables import check, finding, found, submission

WARNINGS = "| 预警编号 | 采集日期 |\n|-|\n"
UNIT = Unit("HB01", "办公室", head="谭永年", liaison="苏婉清", powers=("财务管理权",), key_posts=("出纳岗",))
CAMPAIGN = Context(load_grading(), "2026年度", {"HB01": UNIT, "HB02": replace(UNIT, code="HB02", name="人事科")})


def ledger(rows: str = "| HB01-YJ001 | 2026-03-01 |", **labels: str) -> Submission:
    return submission("warning_intake", {"warnings": WARNINGS + rows}, labels)


def codes(made: Submission, context: Context = CAMPAIGN) -> list[str]:
    return [code for code, _ in found(made, context)]


def test_a_whole_file_passes() -> None:
    assert codes(ledger()) == []


@pytest.mark.parametrize(
    ("rows", "labels", "code"),
    [
        ("| HB01-YJ001 | 2026-03-01 |", {"预警信息数": "3"}, "cover_count_mismatch"),
        ("| HB01-YJ001 | 2026-03-01 |", {"零报告": "是"}, "nil_with_rows"),
        ("", {"零报告": "否"}, "no_rows"),
        ("| HB01-YJ001 | 2026-12-01 |", {}, "date_after_filing"),
        ("| HB01-YJ001 | 2025-12-31 |", {}, "date_outside_period"),
        ("| HB01-YJ001 | 2026-03-01 |", {"填报日期": "2025-11-16"}, "date_outside_period"),
        ("| HB01-YJ001 | 2026-03-01 |", {"填报期次": "2025年度"}, "period_mismatch"),
        ("| HB01-YJ001 | 2026-03-01 |", {"单位名称": "行政办"}, "unit_name_mismatch"),
        ("| HB01-YJ001 | 2026-03-01 |", {"单位负责人": "代签人"}, "signer_mismatch"),
        ("| HB01-YJ001 | 2026-03-01 |", {"联络员": "代签人"}, "signer_mismatch"),
    ],
)
def test_one_fault_gives_one_finding(rows: str, labels: dict[str, str], code: str) -> None:
    labels = {"零报告原因": ""} | labels
    assert codes(ledger(rows, **labels)) == [code]


@pytest.mark.parametrize("reason", ["没有收到。", ""])
def test_a_nil_return_of_warnings_passes_with_a_reason_and_without(reason: str) -> None:
    assert codes(ledger("", 零报告="是", 零报告原因=reason)) == []


def test_an_unreadable_reason_is_said_once() -> None:
    assert codes(ledger("", 零报告="是", 零报告原因="#N/A")) == ["error_value"]


@pytest.mark.parametrize("written", ["", "或许", "无"])
def test_whether_an_empty_ledger_is_a_nil_return_is_for_the_unit_to_say(written: str) -> None:
    made = ledger("", 零报告=written, 零报告原因="")
    assert codes(made) == ["word_not_in_vocabulary" if written else "missing_value"]
    said = finding(made, codes(made)[0], CAMPAIGN)
    assert said.remedy == Remedy("choose", ("是", "否"))
    assert said.fix.endswith("填“否”的，在“预警信息”表逐行登记。增加行的，封面“预警信息数”相应修改。")


def test_a_unit_that_no_roster_knows() -> None:
    assert "unit_not_on_roster" in codes(ledger("| HB77-YJ001 | 2026-03-01 |", 单位编码="HB77"))


def test_a_wrong_code_on_the_cover_does_not_make_every_number_foreign() -> None:
    """The stamp says whose file it is; the code is the one thing to mend."""
    made = ledger(单位编码="HB02")
    made.sent_to = "HB01"
    assert codes(made) == ["stamp_mismatch"]


@pytest.mark.parametrize("sent_for", ["2025年度", "2025年", "2026年上半年", "上一期"])
@pytest.mark.parametrize("typed", ["as sent", "2026年度", "2024年度"])
def test_last_years_form_is_to_be_exchanged_whatever_its_cover_is_made_to_say(sent_for: str, typed: str) -> None:
    """No advice makes last year's filing into this year's by its period."""
    made = ledger(填报期次=sent_for if typed == "as sent" else typed)
    made.sent_for = sent_for
    assert made.cover is not None
    place = made.cover.place("period")
    [checked] = check(made, context=CAMPAIGN)
    about = [entry for entry in checked.findings if entry.place == place]
    assert [entry.code for entry in about] == ["form_of_other_period"]
    assert (about[0].remedy, checked.status) == (Remedy("review"), "returned")
    assert "换用本期" in about[0].fix and sent_for in about[0].message


def test_the_same_period_in_other_words_is_no_other_period() -> None:
    made = ledger()
    made.sent_for = "2026年"
    assert codes(made) == []


RISKS = "| 风险点编号 | 岗位 | 职权 |\n|-|\n"
POWERS = "| 职权编码 | 职权名称 | 职权类型 |\n|-|\n| HB01-Q01 | 现金管理 | 财务管理 |"


def register(post: str = "出纳岗", category: str = "财务管理", **labels: str) -> Submission:
    tables = {
        "powers": POWERS.replace("财务管理", category),
        "risk_points": RISKS + f"| HB01-001 | {post} | 现金管理 |",
    }
    return submission("risk_register", tables, labels)


def test_each_key_post_and_each_power_has_a_risk_point() -> None:
    assert codes(register()) == []
    assert codes(register(post="会计岗")) == ["key_post_uncovered"]
    assert codes(register(category="人事管理")) == ["power_uncovered"]


def test_or_the_cover_says_why_not() -> None:
    made = register(post="会计岗", 未覆盖说明="出纳岗已撤销。")
    assert codes(made) == []
    assert finding(made, "uncovered_explained", CAMPAIGN).severity == "info"


def test_what_must_be_there() -> None:
    made = ledger()
    made.tables.clear()
    assert "sheet_missing" in [entry.code for entry in check(made)[0].findings]
    old = submission("warning_intake", {"warnings": WARNINGS}, {"零报告原因": "本期没有发现。"}, version="2020.1")
    assert codes(old) == ["version_old"]
    foreign = submission("warning_intake", {"warnings": WARNINGS}, {"零报告原因": "本期没有发现。"}, stamped=False)
    assert finding(foreign, "stamp_missing").severity == "info"
    nobody = ledger()
    nobody.unit_code = ""
    del nobody.cover.cells["unit_code"], nobody.cover.values["unit_code"]  # type: ignore[union-attr]
    assert sorted(codes(nobody)) == ["missing_label", "unit_unknown"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026年度", "2026-01-01", "2026-12-31"),
        ("2026年上半年", "2026-01-01", "2026-06-30"),
        ("2026年下半年", "2026-07-01", "2026-12-31"),
        ("2026年第一季度", "2026-01-01", "2026-03-31"),
        ("2026年4季度", "2026-10-01", "2026-12-31"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
    ],
)
def test_the_days_of_a_period(period: str, first: str, last: str) -> None:
    days = period_days(period)
    assert days is not None and [day.isoformat() for day in days] == [first, last]


def test_a_period_without_a_year_names_no_days() -> None:
    assert period_days("本年度") is None


def serving(*persons: Person) -> Context:
    return replace(CAMPAIGN, people=People(persons))


MOVED = datetime.date(2026, 9, 15)
BEFORE_HIM = Person("乐正华", "HB01", is_middle=True, until=MOVED - datetime.timedelta(days=1))
NOW = Person("谭永年", "HB01", is_middle=True, since=MOVED)
CLERK = Person("苏婉清", "HB01", is_middle=False)


@pytest.mark.parametrize(
    ("signed_on", "head", "expected"),
    [
        ("2026-03-20", "乐正华", []),  # who was head on that day
        ("2026-03-20", "谭永年", ["signer_mismatch"]),  # today's head was not there yet
        ("2026-09-20", "谭永年", []),
        ("2026-09-20", "乐正华", ["signer_mismatch"]),
        ("2026-03-20", "苏婉清", ["signer_mismatch"]),  # no head
    ],
)
def test_who_was_head_on_the_day_of_signing_signs(signed_on: str, head: str, expected: list[str]) -> None:
    made = ledger("| HB01-YJ001 | 2026-03-01 |", 填报日期=signed_on, 单位负责人=head)
    assert codes(made, serving(BEFORE_HIM, NOW, CLERK)) == expected


def test_a_head_whom_the_people_do_not_name_may_sign_on_any_day() -> None:
    made = ledger("| HB01-YJ001 | 2026-03-01 |", 填报日期="2026-03-20")
    assert codes(made, serving(BEFORE_HIM, CLERK)) == []


def test_who_should_have_signed_is_told_by_the_day() -> None:
    made = ledger("| HB01-YJ001 | 2026-03-01 |", 填报日期="2026-03-20", 单位负责人="谭永年")
    one = finding(made, "signer_mismatch", serving(BEFORE_HIM, NOW))
    assert one.remedy == Remedy("set", "乐正华")


def test_the_liaison_of_the_day_was_one_of_the_units_people() -> None:
    made = ledger("| HB01-YJ001 | 2026-03-01 |", 联络员="乐正华", 单位负责人="乐正华", 填报日期="2026-03-20")
    assert codes(made, serving(BEFORE_HIM, NOW)) == []
    assert codes(made, serving(NOW, replace(BEFORE_HIM, name="另一人"))) == ["signer_mismatch", "signer_mismatch"]
