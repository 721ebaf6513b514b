"""What clerks write for a unit and for an item, read as the one that is meant."""

from __future__ import annotations

import pytest

from lzxl.forms.roster import Unit
from lzxl.year.appraised import item_number, scoring_sheet, standard_items
from lzxl.year.units import unit_code

UNITS = {code: Unit(code, name) for code, name in (("HB10", "综合行政执法大队"), ("HB01", "办公室"))}
SHEET = scoring_sheet("self_appraisal")
assert SHEET is not None
ITEMS = standard_items(SHEET)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HB10", "HB10"),
        ("hb10", "HB10"),
        ("综合行政执法大队", "HB10"),
        ("HB10 综合行政执法大队", "HB10"),
        ("HB10　综合行政 执法大队", "HB10"),
        ("综合行政执法大队（HB10）", "HB10"),
        ("HB99", ""),
        ("执法", ""),
        (None, ""),
    ],
)
def test_a_unit_is_named_by_code_or_name_or_both(text: object, code: str) -> None:
    assert unit_code(text, UNITS) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (12, "12"),
        (12.0, "12"),
        ("12", "12"),
        ("第12项", "12"),
        ("12 预警处置及时", "12"),
        ("预警处置及时", "12"),
        ("99", ""),
        (None, ""),
    ],
)
def test_an_item_is_named_by_its_number_or_its_text(text: object, number: str) -> None:
    assert item_number(text, ITEMS) == number
