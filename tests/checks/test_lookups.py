"""Persons whom a unit left blank are looked up in the roster's people for the day of filing (第七条)."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.campaign.burden import typed_in
from lzxl.checks.context import Context
from lzxl.checks.lookups import looked_up
from lzxl.checks.run import check_submissions
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.submission import Submission

from .tables import BARE, submission

DAY = datetime.date
CHIEF = Person("谭永年", "HB01", "主任岗", is_middle=True, since=DAY(2026, 9, 15))
FORMER = Person("乐正华", "HB01", "主任岗", is_middle=True, until=DAY(2026, 9, 14))
CLERK = Person("苏婉清", "HB01", "印章管理岗")
SECOND = Person("贺知微", "HB01", "印章管理岗", since=DAY(2026, 10, 1))
LEADER = Person("孟秋华", "HB00", "副局长岗", in_charge_of=("HB01",))
STRANGER = Person("柏松", "HB02", "出纳岗")
PEOPLE = People((CHIEF, FORMER, CLERK, SECOND, LEADER, STRANGER))
UNIT = Unit("HB01", "办公室", head="谭永年", liaison="苏婉清")
KNOWN = replace(BARE, units={"HB01": UNIT}, people=PEOPLE)

HEADER = "| 风险点编号 | 岗位 | 直接责任人 | 科室负责人 | 责任领导 |\n|---|---|---|---|---|\n"
MEASURES = "| 措施编号 | 关联风险点编号 | 责任人 |\n|---|---|---|\n"


def register(*rows: str, measures: str = "", filed: str = "2026-11-16") -> Submission:
    tables = {"risk_points": HEADER + "\n".join(rows)}
    if measures:
        tables["measures"] = MEASURES + measures
    return submission("risk_register", tables, labels={"填报日期": filed})


def persons(made: Submission, context: Context = KNOWN, sheet: str = "risk_points") -> list[list[str | None]]:
    table = looked_up(made, context).table(sheet)
    assert table is not None
    names = ("responsible", "section_head", "leader") if sheet == "risk_points" else ("owner",)
    return [[table.get(name, index) for name in names] for index in range(len(table.rows))]


def test_a_blank_person_is_who_holds_the_post_heads_the_unit_and_leads_it() -> None:
    assert persons(register("| HB01-001 | 印章管理 | | | |")) == [["苏婉清、贺知微", "谭永年", "孟秋华"]]


def test_who_came_later_or_had_left_is_not_told_for_the_day_of_filing() -> None:
    made = register("| HB01-001 | 印章管理岗 | | | |", "| HB01-002 | 主任岗 | | | |", filed="2026-03-20")
    assert persons(made) == [["苏婉清", "乐正华", "孟秋华"], ["乐正华", "乐正华", "孟秋华"]]


def test_what_somebody_typed_stays() -> None:
    assert persons(register("| HB01-001 | 印章管理岗 | 温如言 | 谭永年 | 温如言 |")) == [["温如言", "谭永年", "温如言"]]


def test_what_a_formula_shows_is_looked_up_anew_where_it_is_of_nobody_there() -> None:
    made = register("| HB01-001 | 印章管理岗 | =柏松 | =谭永年 | =乐正华 |", "| HB01-002 | 印章管理岗 | =谭永年 | | |")
    assert persons(made) == [["苏婉清、贺知微", "谭永年", "孟秋华"], ["谭永年", "谭永年", "孟秋华"]]


def test_what_a_formula_shows_stays_where_it_is_of_everybody_there() -> None:
    all_there = replace(KNOWN, people=People((CHIEF, CLERK)))
    assert persons(register("| HB01-001 | 印章管理岗 | =谭永年、苏婉清 | | |"), all_there)[0][0] == "谭永年、苏婉清"


def test_a_post_that_nobody_of_the_unit_holds_tells_nobody() -> None:
    assert persons(register("| HB01-001 | 出纳岗 | | | |")) == [[None, "谭永年", "孟秋华"]]


def test_a_measure_is_in_the_hands_of_whom_its_risk_point_is() -> None:
    made = register(
        "| HB01-001 | 印章管理岗 | | | |",
        "| HB01-002 | 主任岗 | 温如言 | | |",
        measures="| HB01-C001 | HB01-001 | |\n| HB01-C002 | HB01-002 | |\n| HB01-C003 | HB01-099 | |",
    )
    assert persons(made, sheet="measures") == [["苏婉清、贺知微"], ["温如言"], [None]]


@pytest.mark.parametrize("known", [BARE, replace(KNOWN, people=People()), replace(KNOWN, people=People((STRANGER,)))])
def test_without_people_of_the_unit_nothing_is_looked_up(known: Context) -> None:
    made = register("| HB01-001 | 印章管理岗 | | | |")
    assert looked_up(made, known) is made


def test_what_is_looked_up_is_not_asked_for() -> None:
    made = register("| HB01-001 | 印章管理岗 | | | |")
    fields = ("responsible", "section_head", "leader")
    asked = {
        known: [finding.place.field for finding in check_submissions([made], context)[0].findings]
        for known, context in (("bare", BARE), ("known", KNOWN))
    }
    assert set(fields) <= set(asked["bare"])
    assert not set(fields) & set(asked["known"])


def test_what_is_looked_up_counts_for_nothing_typed() -> None:
    made = register("| HB01-001 | 印章管理岗 | | 谭永年 | |")
    assert typed_in(looked_up(made, KNOWN), None) == typed_in(made, None)


def test_looking_up_is_linear_in_the_rows() -> None:
    many = [f"| HB01-{number:04} | 印章管理岗 | | | |" for number in range(1000, 3000)]
    assert len(persons(register(*many))) == 2000


SECTIONS = People(
    (
        CHIEF,
        Person("左向前", "HB01", "现场执法岗", is_middle=True, section="一中队"),
        Person("栾宇", "HB01", "执法辅助岗", section="一中队"),
        Person("邬敏", "HB01", "在线监控岗", section="综合室"),
        LEADER,
    )
)


def sections(made: Submission, people: People = SECTIONS) -> list[tuple[str | None, str | None]]:
    table = looked_up(made, replace(KNOWN, people=people)).table("risk_points")
    assert table is not None
    return [(table.get("section", index), table.get("section_head", index)) for index in range(len(table.rows))]


@pytest.mark.parametrize(
    ("post", "told"),
    [
        ("执法辅助", ("一中队", "左向前")),
        ("在线监控岗", ("综合室", "谭永年")),  # nobody of it is a head: the unit's is
        ("主任岗", ("办公室", "谭永年")),
        ("没有的岗", (None, "谭永年")),
    ],
)
def test_a_post_is_of_the_section_of_its_holder_whose_head_answers(post: str, told: tuple[str | None, str]) -> None:
    header = "| 风险点编号 | 岗位 | 单位/科室 | 科室负责人 |\n|-|\n"
    made = submission("risk_register", {"risk_points": f"{header}| HB01-001 | {post} | | |"})
    assert sections(made) == [told]
    typed = submission("risk_register", {"risk_points": f"{header}| HB01-001 | {post} | 二中队 | 温如言 |"})
    assert sections(typed) == [("二中队", "温如言")]
    stale = submission("risk_register", {"risk_points": f"{header}| HB01-001 | {post} | =旧科室 | =旧负责人 |"})
    assert sections(stale) == [(told[0] or "旧科室", told[1])]


def test_a_unit_without_sections_is_its_own() -> None:
    header = "| 风险点编号 | 岗位 | 单位/科室 | 科室负责人 |\n|-|\n"
    made = submission("risk_register", {"risk_points": f"{header}| HB01-001 | 没有的岗 | | |"})
    assert sections(made, PEOPLE) == [("办公室", "谭永年")]
