"""第六条、第七条: the unit is on the roster, signed by whom the roster has, and its key posts and powers have risk points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lzxl.checks.context import Context
from lzxl.forms.findings import Remedy
from lzxl.forms.load import load_grading
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from tests.checks.tables import check, finding, found, submission

UNIT = Unit("HB01", "办公室", head="谭永年", liaison="苏婉清", powers=("财务管理权",), key_posts=("出纳岗",))
CAMPAIGN = Context(load_grading(), "2026年度", {"HB01": UNIT, "HB02": replace(UNIT, code="HB02", name="人事科")})
ABOUT_COVERAGE = {"key_post_uncovered", "power_uncovered", "uncovered_explained", "post_spelling"}


def register(*posts: str, power: str = "现金管理", category: str = "财务管理", **labels: str) -> Submission:
    rows = "\n".join(f"| HB01-{number:03} | {post} | {power} |" for number, post in enumerate(posts, 1))
    powers = f"| 职权编码 | 职权名称 | 职权类型 |\n|-|\n| HB01-Q01 | {power} | {category} |"
    tables = {"powers": powers, "risk_points": f"| 风险点编号 | 岗位 | 职权 |\n|-|\n{rows}"}
    return submission("risk_register", tables, labels)


def coverage(made: Submission) -> list[str]:
    return [entry.code for entry in check(made, context=CAMPAIGN)[0].findings if entry.code in ABOUT_COVERAGE]


def test_each_key_post_and_each_power_has_a_risk_point() -> None:
    assert coverage(register("出纳岗")) == []
    assert coverage(register("会计岗")) == ["key_post_uncovered"]
    assert coverage(register("出纳岗", category="人事管理")) == ["power_uncovered"]


def test_a_duty_covers_the_post_that_has_it_and_no_power() -> None:
    """A post without any power is entered with its duty; that answers for no power which the roster says the unit holds."""
    assert coverage(register("出纳岗", power="档案管理", category="岗位职责")) == ["power_uncovered"]
    without = replace(CAMPAIGN, units={"HB01": replace(UNIT, powers=())})
    [checked] = check(register("出纳岗", power="档案管理", category="岗位职责"), context=without)
    assert not ABOUT_COVERAGE & {one.code for one in checked.findings}


NO_ROWS = "| 风险点编号 | 岗位 | 职权 |\n|-|"


def nil_return(note: str = "", unit: Unit = UNIT) -> list[str]:
    labels = {"零报告": "是", "零报告原因": "本科没有风险。"} | ({"未覆盖说明": note} if note else {})
    context = replace(CAMPAIGN, units={"HB01": unit})
    [checked] = check(submission("risk_register", {"risk_points": NO_ROWS}, labels), context=context)
    return [one.code for one in checked.findings if one.code in {"nil_contradicts_roster", *ABOUT_COVERAGE}]


def test_a_unit_with_powers_or_key_posts_cannot_say_that_it_has_no_risk() -> None:
    assert nil_return() == ["nil_contradicts_roster"]
    assert nil_return(unit=replace(UNIT, powers=())) == ["nil_contradicts_roster"]
    assert nil_return(unit=replace(UNIT, key_posts=())) == ["nil_contradicts_roster"]
    assert nil_return(unit=replace(UNIT, powers=(), key_posts=())) == ["nil_contradicts_roster"]


def test_a_nil_return_may_say_of_each_power_and_post_why() -> None:
    everybody = "三类公共类随全局登记。"
    explained = f"财务管理权已上收，出纳岗已撤销。{everybody}"
    assert nil_return(explained) == ["uncovered_explained", "uncovered_explained"]
    assert nil_return(f"出纳岗已撤销。{everybody}") == ["nil_contradicts_roster"]


def test_what_concerns_everybody_is_never_simply_nil() -> None:
    assert nil_return("财务管理权已上收，出纳岗已撤销。") == ["nil_contradicts_roster"]
    nobody = replace(UNIT, powers=(), key_posts=())
    assert nil_return("三类的随全局登记。", nobody) == []
    context = replace(CAMPAIGN, units={"HB01": nobody})
    labels = {"零报告": "是", "零报告原因": "本科没有风险。"}
    made = submission("risk_register", {"risk_points": NO_ROWS}, labels)
    assert finding(made, "nil_contradicts_roster", context).message.endswith("而三类公共类涉及全体干部职工。")


def test_who_contradicts_the_roster_is_told_what_it_names() -> None:
    labels = {"零报告": "是", "零报告原因": "本科没有风险。", "未覆盖说明": "出纳岗已撤销。"}
    made = submission("risk_register", {"risk_points": NO_ROWS}, labels)
    one = finding(made, "nil_contradicts_roster", CAMPAIGN)
    assert "“财务管理权”" in one.message and "出纳岗" not in one.message
    assert "三类公共类" in one.fix and "“未覆盖说明”" in one.fix


def test_whoever_says_that_there_is_something_to_report_is_asked_for_it() -> None:
    assert coverage(register(零报告="否")) == ["key_post_uncovered", "power_uncovered"]


@pytest.mark.parametrize(
    ("note", "code"), [("出纳岗已撤销。", "uncovered_explained"), ("会计岗已撤销。", "key_post_uncovered")]
)
def test_what_the_cover_says_of_this_post_explains_it(note: str, code: str) -> None:
    assert coverage(register("会计岗", 未覆盖说明=note)) == [code]


def test_a_post_that_differs_by_its_suffix_alone_is_asked_to_be_spelt_alike() -> None:
    made = register("出纳岗位")
    assert coverage(made) == ["post_spelling"]
    assert finding(made, "post_spelling", CAMPAIGN).remedy.value == "出纳岗"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"单位名称": "行政办"}, [("unit_name_mismatch", "封面!B1")]),
        ({"单位名称": "办 公 室"}, []),
        ({"单位负责人": "苏婉清"}, [("signer_mismatch", "封面!B7")]),
        ({"联络员": "谭永年"}, [("signer_mismatch", "封面!B6")]),
        ({"单位负责人": "谭　永年"}, []),
    ],
)
def test_the_cover_has_the_names_of_the_roster(labels: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert [entry for entry in found(register("出纳岗", **labels), CAMPAIGN) if entry[1].startswith("封面")] == expected


def test_a_signer_whom_the_roster_does_not_name_may_be_anybody() -> None:
    context = replace(CAMPAIGN, units={"HB01": replace(UNIT, head="", liaison="")})
    assert found(register("出纳岗", 单位负责人="某人", 联络员="某人"), context) == []


def test_an_unknown_unit_is_said_at_its_code_or_of_the_whole_file() -> None:
    made = register("出纳岗", 单位编码="HB77")
    assert ("unit_not_on_roster", "封面!B2") in found(made, CAMPAIGN)
    assert finding(made, "unit_not_on_roster", CAMPAIGN).value == "HB77"
    del made.cover.cells["unit_code"], made.cover.values["unit_code"]  # type: ignore[union-attr]
    assert finding(made, "unit_not_on_roster", CAMPAIGN).cell == ""


def test_without_a_roster_nothing_is_said() -> None:
    assert coverage(register("会计岗")) != []
    bare = Context(load_grading(), "2026年度")
    assert found(register("会计岗", 单位名称="行政办", 单位负责人="某人"), bare) == []


def test_whoever_set_a_right_name_is_done() -> None:
    assert finding(register("出纳岗", 单位名称="行政办"), "unit_name_mismatch", CAMPAIGN).remedy == Remedy(
        "set", "办公室"
    )
