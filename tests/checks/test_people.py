"""人员 of the roster: nobody in two units on one day, leaders in charge of units that there are (第七条)."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.campaign.roster import roster_people, roster_units
from lzxl.checks.context import Context
from lzxl.forms.load import load_grading
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from tests.checks.tables import check, submission

UNITS = """
| 单位编码 | 单位名称 | 单位性质 | 负责人 | 联络员 | 电子邮箱 |
|-|
| HB01 | 办公室 | 机关科室 | 谭永年 | 苏婉清 | hb01@example.cn |
| HB02 | 宣教中心 | 事业单位 | 滕小彤 | 滕小彤 | hb02@example.cn |
"""
HEADER = "| 姓名 | 单位编码 | 岗位 | 是否中层以上 | 分管单位 | 到岗日期 | 离岗日期 |\n|-|\n"


def codes(*rows: str) -> list[tuple[str, str]]:
    [checked] = check(submission("unit_roster", {"units": UNITS, "people": HEADER + "\n".join(rows)}))
    return [(finding.code, finding.cell) for finding in checked.findings]


def test_a_roster_that_tells_of_no_people_lacks_nothing() -> None:
    [checked] = check(submission("unit_roster", {"units": UNITS}))
    assert not checked.findings


def test_who_is_moved_is_in_each_unit_for_its_time() -> None:
    assert not codes(
        "| 乐正华 | HB02 | 主任岗 | 是 | | | 2026-09-14 |", "| 乐正华 | HB01 | 副主任岗 | 是 | | 2026-09-15 | |"
    )


@pytest.mark.parametrize("until", ["2026-09-15", ""])
def test_two_units_on_one_day_are_asked_about(until: str) -> None:
    found = codes(
        f"| 乐正华 | HB02 | 主任岗 | 是 | | | {until} |", "| 乐正华 | HB01 | 副主任岗 | 是 | | 2026-09-15 | |"
    )
    assert [code for code, _ in found] == ["person_in_two_units"]


def test_two_posts_in_one_unit_are_no_two_units() -> None:
    assert not codes("| 乐正华 | HB02 | 主任岗 | 是 | | | |", "| 乐正华 | HB02 | 保密岗 | 是 | | | |")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("| | |", "| | |", ["person_twice"]),
        ("| | 2026-09-15 |", "| 2026-09-15 | |", ["person_twice"]),
        ("| | 2026-09-14 |", "| 2026-09-15 | |", []),  # left and came back
    ],
)
def test_one_post_held_twice_on_a_day_is_asked_about(first: str, second: str, expected: list[str]) -> None:
    found = codes(f"| 乐正华 | HB02 | 主任岗 | 是 | {first}", f"| 乐正华 | HB02 | 主任岗 | 是 | {second}")
    assert [code for code, _ in found] == expected


def test_a_post_held_twice_is_found_behind_another() -> None:
    found = codes(
        "| 乐正华 | HB02 | 主任岗 | 是 | | | |",
        "| 乐正华 | HB02 | 保密岗 | 是 | | | |",
        "| 乐正华 | HB02 | 主任岗 | 是 | | | |",
    )
    assert [code for code, _ in found] == ["person_twice"]


def test_a_place_within_a_longer_one_is_found_behind_others() -> None:
    found = codes(
        "| 甲乙丙 | HB02 | 一岗 | 否 | | 2026-01-01 | 2026-12-31 |",
        "| 甲乙丙 | HB02 | 二岗 | 否 | | 2026-02-01 | 2026-02-10 |",
        "| 甲乙丙 | HB01 | 三岗 | 否 | | 2026-03-01 | 2026-03-10 |",
    )
    assert [code for code, _ in found] == ["person_in_two_units"]


def test_a_leader_is_in_charge_of_units_of_the_roster() -> None:
    assert not codes("| 孟秋华 | HB01 | 副局长岗 | 是 | HB02、办公室 | | |")
    [found] = codes("| 孟秋华 | HB01 | 副局长岗 | 是 | HB02、宣传科 | | |")
    assert found[0] == "unit_in_charge_unknown"


def test_a_person_of_no_unit_of_the_roster_is_found() -> None:
    [found] = codes("| 孟秋华 | HB09 | 副局长岗 | 是 | | | |")
    assert found[0] == "reference_unknown"


def test_leaving_before_coming_is_found() -> None:
    [found] = codes("| 孟秋华 | HB01 | 副局长岗 | 是 | | 2026-09-15 | 2026-09-01 |")
    assert found[0] == "date_order"


def test_people_are_read_with_what_the_roster_says_of_them() -> None:
    former = "| 单位编码 | 原名称 | 变更日期 |\n|-|\n| HB02 | 宣传教育股 | 2026-05-01 |"
    people = HEADER + "| 孟秋华 | HB01 | 副局长岗 | 是 | 宣教中心 | 2026-09-15 | |"
    read = submission("unit_roster", {"units": UNITS, "people": people, "former": former})
    units = {unit.code: unit for unit in roster_units(read)}
    assert list(units) == ["HB01", "HB02"]
    known = roster_people(read, units)
    [person] = known.persons
    assert (person.unit, person.is_middle, person.is_party, person.in_charge_of) == ("HB01", True, False, ("HB02",))
    [renamed] = known.renamed
    assert (renamed.code, renamed.former_code, renamed.former_name) == ("HB02", "HB02", "宣传教育股")


LEFT = Person("乐正华", "HB12", is_middle=True, until=datetime.date(2026, 9, 14))
CAME = Person("乐正华", "HB09", since=datetime.date(2026, 9, 15))
STAYED = Person("滕小彤", "HB12")
MEASURES = """
| 措施编号 | 责任人 | 完成时限 |
|-|
| HB12-C001 | 乐正华 | 2026-12-31 |
| HB12-C002 | 滕小彤、乐正华 | 2026-09-15 |
| HB12-C003 | 乐正华 | 2026-09-14 |
| HB12-C004 | 滕小彤 | 2026-12-31 |
"""
TERMED = """
| 措施编号 | 责任人 | 类型 | 完成时限 | 完成情况 | 完成日期 |
|-|
| HB12-C001 | 乐正华 | 长期坚持 |  |  |  |
| HB12-C002 | 乐正华 |  |  |  |  |
| HB12-C003 | 乐正华 | 限期完成 | 2026-12-31 | 已完成 | 2026-09-10 |
| HB12-C004 | 乐正华 | 限期完成 | 2026-12-31 | 推进中 |  |
"""


def to_hand_over(*persons: Person, today: str = "2026-10-01", measures: str = MEASURES) -> list[tuple[str, str]]:
    context = Context(
        load_grading(),
        "2026年度",
        {"HB12": Unit("HB12", "宣传教育中心")},
        People(persons),
        datetime.date.fromisoformat(today),
    )
    made = submission("risk_register", {"measures": measures}, {"单位编码": "HB12", "单位名称": "宣传教育中心"})
    [checked] = check(made, context=context)
    return [(one.value, one.cell) for one in checked.findings if one.code == "owner_left"]


def test_measures_that_run_on_after_their_owner_left_are_listed() -> None:
    assert to_hand_over(LEFT, CAME, STAYED) == [("乐正华", "B2"), ("乐正华", "B3")]


def test_what_is_kept_up_for_good_is_handed_over_and_what_is_done_is_not() -> None:
    assert to_hand_over(LEFT, CAME, STAYED, measures=TERMED) == [("乐正华", "B2"), ("乐正华", "B3"), ("乐正华", "B5")]


def test_nothing_is_to_hand_over_before_the_move_or_after_a_return() -> None:
    assert to_hand_over(LEFT, CAME, STAYED, today="2026-09-14") == []
    assert to_hand_over(LEFT, replace(CAME, unit="HB12")) == []
    assert to_hand_over() == []
