"""What is the office's alone, as `schemas/` may say it: fields that ask nothing of units, findings that units do not hear of."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lzxl.data import data_folder
from lzxl.forms.known_sound import texts_of
from lzxl.forms.sound import judge_said
from tests.yaml_read import read_yaml

SAID = {file: read_yaml(text) for file, text in texts_of(data_folder("schemas")).items()}
UNITS, OFFICE = "forms/self_appraisal.yaml", "forms/work_record.yaml"
OWNED = {"owner": "office"}


def told(file: str, sheet: int, position: int, changes: dict[str, Any]) -> str:
    """What is told of the files with other values for keys of a field: by the sheet's and the field's number."""
    said = copy.deepcopy(SAID)
    said[file]["sheets"][sheet]["fields"][position] |= changes
    return "\n".join(mistake.text for mistake in judge_said(said))


def test_a_field_of_the_office_on_a_form_that_units_file_is_sound() -> None:
    assert told(UNITS, 1, -1, OWNED) == ""
    assert told(UNITS, 1, -1, {**OWNED, "codes": {"filled_by_unit": "office_field_filled"}}) == ""


@pytest.mark.parametrize(
    ("file", "changes", "sentence"),
    [
        (OFFICE, OWNED, "只有各单位填报的表（filed_by: each_unit）里才写 owner: office"),
        (UNITS, {**OWNED, "required": True}, "不向单位要，不能写 required"),
        (UNITS, {**OWNED, "unique": True}, "不向单位要，不能写 unique"),
        (UNITS, {**OWNED, "derived": True}, "不向单位要，不能写 derived"),
        (
            UNITS,
            {"codes": {"filled_by_unit": "office_field_filled"}},
            "只有办公室的栏目（owner: office）才有 filled_by_unit",
        ),
        (UNITS, {**OWNED, "codes": {"filled_by_unit": "score_by_unit"}}, "score_by_unit"),
    ],
)
def test_a_field_that_cannot_be_the_offices_is_told(file: str, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in told(file, 1, -1, changes)


def test_no_rule_of_a_sheet_goes_by_a_field_of_the_offices() -> None:
    """A rule that did would ask a unit for what it is not given."""
    names = [entry["name"] for entry in SAID[UNITS]["sheets"][1]["fields"]]
    assert "self_score" in told(UNITS, 1, names.index("self_score"), OWNED)


def test_a_sheet_has_something_for_units_to_fill_in() -> None:
    said = copy.deepcopy(SAID)
    for entry in said[UNITS]["sheets"][2]["fields"]:
        entry.update(OWNED)
    assert "单位在这张工作表里没有可填的" in "\n".join(mistake.text for mistake in judge_said(said))


def test_what_only_the_office_hears_of_returns_no_file() -> None:
    said = copy.deepcopy(SAID)
    said["findings.yaml"]["office_field_filled"]["severity"] = "error"
    assert "不能退回报送件" in "\n".join(mistake.text for mistake in judge_said(said))
