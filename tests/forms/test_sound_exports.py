"""Tables for other appraisals that are not sound are told: what is written, where, and what may be written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lzxl.forms.sound import judge_said
from lzxl.forms.sound_exports import SHOWN
from lzxl.year.exports.rows import facts_shown

from .test_sound_events import SAID


def told(change: Callable[[dict[str, Any]], None]) -> list[str]:
    """What is said of schemas/ when `change` was made to exports.yaml."""
    said = copy.deepcopy(SAID)
    change(said["exports.yaml"])
    return [f"{'/'.join(map(str, mistake.place))}: {mistake.text}" for mistake in judge_said(said)]


def test_they_are_sound_and_all_that_may_be_shown_is_known() -> None:
    assert told(lambda data: None) == []
    assert facts_shown() == {rows: set(shown) for rows, shown in SHOWN.items()}


def _of_another(data: dict[str, Any]) -> None:
    data["exports"][0]["columns"][0]["shows"] = "grades"


def _no_item(data: dict[str, Any]) -> None:
    data["exports"][2]["columns"][4]["item"] = "99"


def _item_missing(data: dict[str, Any]) -> None:
    del data["exports"][2]["columns"][4]["item"]


def _power_for_nothing(data: dict[str, Any]) -> None:
    data["exports"][1]["columns"][3]["power"] = "行政执法权"


def _no_power(data: dict[str, Any]) -> None:
    data["exports"][2]["columns"][1]["power"] = "执法权限"


def _same_folder(data: dict[str, Any]) -> None:
    data["exports"][1]["folder"] = data["exports"][0]["folder"]


def _title_twice(data: dict[str, Any]) -> None:
    data["exports"][1]["columns"][1]["title"] = data["exports"][1]["columns"][0]["title"]


def _no_state(data: dict[str, Any]) -> None:
    data["hints"][1]["state"] = "closd"


def _both(data: dict[str, Any]) -> None:
    data["hints"][1]["disposition"] = "admonition"


def _no_such_brace(data: dict[str, Any]) -> None:
    data["hints"][0]["text"] = "受诫勉（{who}）"


def _open_brace(data: dict[str, Any]) -> None:
    data["hints"][0]["text"] = "受诫勉（{since"


@pytest.mark.parametrize(
    ("change", "place", "text"),
    [
        (_of_another, "exports/0/columns/0/shows", "写的内容“grades”不存在，可写：person"),
        (_no_item, "exports/2/columns/4/item", "写的考核项目的序号“99”不存在，可写：1、2"),
        (_item_missing, "exports/2/columns/4", "缺少 item"),
        (_power_for_nothing, "exports/1/columns/3/power", "不分 power"),
        (_no_power, "exports/2/columns/1/power", "写的权力“执法权限”不存在，可写：行政审批权"),
        (_same_folder, "exports/1/folder", "重复"),
        (_title_twice, "exports/1/columns/1/title", "栏目“班子成员”重复"),
        (_no_state, "hints/1/state", "写的状态名“closd”不存在"),
        (_both, "hints/1", "应写 state（状态）或 disposition（处置）中的一项"),
        (_no_such_brace, "hints/0/text", "写的花括号里的名目“who”不存在，可写：since、until、number、day"),
        (_open_brace, "hints/0/text", "花括号不成对"),
    ],
)
def test_what_is_not_sound(change: Callable[[dict[str, Any]], None], place: str, text: str) -> None:
    [mistake] = told(change)
    assert mistake.startswith(f"{place}: ") and text in mistake
