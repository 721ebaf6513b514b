"""schemas/archive.yaml leaves nothing of a year without a place, and lays nothing confidential open."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lzxl.data import data_folder
from lzxl.forms.known_sound import texts_of
from lzxl.forms.sound import judge_said
from tests.yaml_read import read_yaml

SAID = {file: read_yaml(text) for file, text in texts_of(data_folder("schemas")).items()}


def told(change: Callable[[dict[str, Any]], object]) -> str:
    """What is said of schemas/ when `change` was made to archive.yaml."""
    said = copy.deepcopy(SAID)
    change(said["archive.yaml"])
    return "\n".join(mistake.text for mistake in judge_said(said))


def group(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in data["groups"] if one["id"] == name)


def put_open(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: group(data, name).update(volume="ordinary")


def test_as_it_is_it_is_sound() -> None:
    assert told(lambda data: None) == ""


@pytest.mark.parametrize(
    ("name", "title"), [("filed", "廉政风险点登记表"), ("roster", "单位名册"), ("books", "预警处置台账")]
)
def test_what_has_confidential_columns_lies_in_a_restricted_volume(name: str, title: str) -> None:
    assert f"《{title}》有保密栏目" in told(put_open(name))


def test_what_other_appraisals_get_is_kept_and_not_open() -> None:
    assert "考核结果移交" in told(put_open("handed_over"))


def test_what_has_none_may_lie_open() -> None:
    assert told(put_open("decisions")) == ""


@pytest.mark.parametrize("name", ["filed", "books", "papers", "published", "evaluation", "roster", "settings", "rules"])
def test_nothing_is_left_without_a_place(name: str) -> None:
    def take(data: dict[str, Any]) -> None:
        data["groups"] = [one for one in data["groups"] if one["id"] != name]
        for audience in data["audiences"]:
            audience["groups"] = [one for one in audience["groups"] if one != name]

    if name == "published":
        assert told(take) == "", "a folder that no group names is not archived at all"
    else:
        assert "其余的" in told(take) or "缺少 of" in told(take)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data["audiences"][1]["groups"].append("filed"), "“filed”里的文件程序不能遮去人名"),
        (lambda data: data["audiences"][0]["groups"].append("gifts"), "写的组（id）“gifts”不存在"),
        (lambda data: group(data, "filed").update(volume="open"), "写的卷“open”不存在"),
        (lambda data: group(data, "filed").update(retention="D20"), "写的保管期限“D20”不存在"),
        (lambda data: group(data, "decisions").update(forms=["decision"]), "写的表单“decision”不存在"),
        (lambda data: group(data, "papers").update(id="mails"), "已经用过"),
        (lambda data: group(data, "mails").update(folder="文书"), "of: folder 要写明"),
        (lambda data: group(data, "mails").update(names=["*"]), "只有 of: folder 才能写 names"),
        (lambda data: group(data, "mails").update(forms=["decisions"]), "才能写 forms"),
        (lambda data: group(data, "papers").update(clause="第九条"), "第九条"),
    ],
)
def test_a_mistake_is_told(change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert sentence in told(change)
