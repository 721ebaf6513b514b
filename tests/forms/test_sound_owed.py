"""schemas/owed.yaml answers every clause of the rules, once, with papers that the record of papers knows."""

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


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda owed: owed.pop(3), "“第七条”没有对应的一项"),
        (lambda owed: owed.append(owed[0]), "“第四条”重复"),
        (lambda owed: owed[0].update(clause="第九条"), "写的条款“第九条”不存在"),
        (lambda owed: owed[0].update(papers=["表扬信"]), "写的文种“表扬信”不存在"),
        (lambda owed: owed[0].update(papers=[]), "不能空着"),
        (lambda owed: owed[0].update(commands=[]), "不能空着"),
        (lambda owed: owed[0].update(owes=""), "不能空着"),
    ],
)
def test_a_mistake_is_told(change: Callable[[list[dict[str, Any]]], object], sentence: str) -> None:
    said = copy.deepcopy(SAID)
    change(said["owed.yaml"]["owed"])
    assert sentence in "\n".join(mistake.text for mistake in judge_said(said))
