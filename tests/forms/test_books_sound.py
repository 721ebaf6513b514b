"""The office's books as `schemas/` describes them: a file name of their own, and what the program fills in."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lzxl.data import data_folder
from lzxl.forms.known_sound import texts_of
from lzxl.forms.sound import judge_said
from tests.yaml_read import read_yaml

SAID = {file: read_yaml(text) for file, text in texts_of(data_folder("schemas")).items()}
BOOK = "forms/work_record.yaml"


def told(file: str, changes: dict[str, Any]) -> str:
    """What is told of the files with other values for keys of one of them, or of its last field (`field_…`)."""
    said = copy.deepcopy(SAID)
    for key, value in changes.items():
        home = said[file]["sheets"][0]["fields"][-1] if key.startswith("field_") else said[file]
        home[key.removeprefix("field_")] = value
    return "\n".join(mistake.text for mistake in judge_said(said))


@pytest.mark.parametrize(
    ("file", "changes", "sentence"),
    [
        (BOOK, {"file": "工作/记录"}, "不能有 / "),
        (BOOK, {"file": "工作记录.xlsx"}, "不用写 .xlsx"),
        (BOOK, {"file": "单位名册"}, "写的文件名“单位名册”已经用于《单位名册》"),
        ("forms/risk_register.yaml", {"file": "登记簿"}, "只有办公室的表（filed_by: office）"),
        ("forms/risk_register.yaml", {"file": "登记簿"}, "不要封面"),
        ("forms/unit_roster.yaml", {"field_filled": "program"}, "只有办公室的簿册（写明 file 的表）才能由程序填写"),
        ("forms/unit_roster.yaml", {"field_computed": "program"}, "只有办公室的簿册（写明 file 的表）才能由程序填写"),
        (BOOK, {"field_filled": "program", "field_required": True}, "由程序填写的栏目（filled: program）不能又是必填"),
    ],
)
def test_a_book_that_cannot_be_one_is_told(file: str, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in told(file, changes)


def test_the_program_may_fill_in_and_work_out_columns_of_a_book() -> None:
    assert told(BOOK, {"field_filled": "program"}) == ""
    assert told(BOOK, {"field_computed": "program"}) == ""
