"""What stands in one cell as a list is a list, however its items are kept apart; a blank may stand inside of one."""

from __future__ import annotations

import pytest

from lzxl.forms.load import load_form
from lzxl.forms.values import parse

ROSTER = load_form("unit_roster").by_name["units"].by_name
BETWEEN = [
    "、",
    "，",
    ",",
    ";",
    "；",
    "/",
    "／",
    "|",
    "\n",
    "\r\n",
    " ",
    "　",
    "  ",
    " / ",
    "、\n",
    "，",
    "\\",
    " + ",
    "·",
]


@pytest.mark.parametrize("between", BETWEEN, ids=repr)
def test_words_and_posts_are_parted_by_whatever_stands_between(between: str) -> None:
    words = ("行政审批权", "财务管理权", "人事管理权")
    assert parse(ROSTER["powers"], between.join(words)).value == words
    posts = ("财务岗", "出纳", "审批科科长")
    assert parse(ROSTER["key_posts"], between.join(posts)) == (posts, "", "", None)


@pytest.mark.parametrize(
    "text",
    [
        "1.财务岗 2.出纳岗",
        "1、财务岗；2、出纳岗",
        "①财务岗②出纳岗",
        "（1）财务岗（2）出纳岗",
        "1)财务岗\n2)出纳岗",
        "财务岗，出纳岗。",
    ],
)
def test_numbers_before_the_items_are_none_of_them(text: str) -> None:
    assert parse(ROSTER["key_posts"], text).value == ("财务岗", "出纳岗")


@pytest.mark.parametrize(
    ("text", "value"),
    [("财 务 岗", "财务岗"), ("12345岗", "12345岗"), ("行政审批（备案）岗", "行政审批（备案）岗"), ("A 岗", "A岗")],
)
def test_one_post_stays_one(text: str, value: str) -> None:
    assert parse(ROSTER["key_posts"], text).value == (value,)


def test_a_blank_that_may_part_two_is_asked_about() -> None:
    assert parse(ROSTER["key_posts"], "财务岗 大厅").value == ("财务岗 大厅",), "nobody can tell whether these are two"
    assert parse(ROSTER["key_posts"], "财务 管理岗").note == "list_doubtful"
    assert parse(ROSTER["key_posts"], "财务管理岗").note == ""


def test_a_word_with_a_blank_inside_is_one_word_and_no_list_with_a_wrong_one_is_taken() -> None:
    assert parse(ROSTER["powers"], "行政 审批权").value == ("行政审批权",)
    assert parse(ROSTER["powers"], "行政审批权 财务").problem == "word_not_in_vocabulary"


@pytest.mark.parametrize("between", ["、", "，", ";", "/", "\n", " "])
def test_a_name_with_a_blank_inside_stays_one_person_in_a_list(between: str) -> None:
    person = load_form("risk_register").by_name["measures"].by_name["owner"]
    assert parse(person, f"张 三{between}李建国").value == "张三、李建国"
    assert parse(person, f"欧阳 明月{between}王小 明").value == "欧阳明月、王小明"
