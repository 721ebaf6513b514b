"""Whoever does what is said, once, is done: nothing new is found, and what was meant is what stands there.

Faults of every code are planted in workbooks of every form, and mended by a clerk who does what the findings say.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lzxl.checks.run import check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_catalogue, unit_form_ids
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.workbook.reading.open import open_content
from tests.checks.clerk import Clerk, Desk, desk
from tests.checks.papers import UNWRITABLE, xlsx
from tests.checks.plants import (
    DECIDED,
    LAST_YEAR,
    MORE_PLANTS,
    NO_FORM_YET,
    NOT_IN_A_SHEET,
    OFFICE_S_OWN,
    OWN_LAYOUT,
    PLANTS,
)
from tests.checks.plants_of_files import MORE_OF_FILES, OF_FILES
from tests.checks.test_one_round import CONTEXT

pytestmark = pytest.mark.usefixtures("sheets_judged_once")

BUREAU = load_bureau()
UNITS = {sample.unit.code: sample for sample in BUREAU.units}
RULES = load_catalogue().rules


def test_every_code_that_asks_a_unit_for_something_is_planted_or_says_why_not() -> None:
    asked = {code for code, rule in RULES.items() if rule.severity != "info" and not code.startswith("template_")}
    planted = PLANTS.keys() | OF_FILES.keys()
    assert sorted(asked - planted - NOT_IN_A_SHEET.keys()) == []
    assert sorted((planted | NOT_IN_A_SHEET.keys()) - asked) == []
    assert sorted(planted & NOT_IN_A_SHEET.keys()) == []


@pytest.mark.parametrize("code", NOT_IN_A_SHEET)
def test_what_no_cell_mends_says_what_to_send_or_whom_to_ask(code: str) -> None:
    rule = RULES[code]
    if NOT_IN_A_SHEET[code] not in (OWN_LAYOUT, OFFICE_S_OWN, NO_FORM_YET, DECIDED, LAST_YEAR):
        assert rule.action == "review"
        assert re.search("重新报送|直接报送|再报|请使用办公室发放的表", rule.fix)


def filled(form_id: str, code: str = "") -> Desk:
    return desk(UNITS[code or "HB10"], form_id, BUREAU.period)


CLEAN = {(form_id, "HB04"): filled(form_id, "HB04") for form_id in unit_form_ids()}
CLEAN["warning_intake", "HB10"] = filled("warning_intake", "HB10")
REGISTERS = {code: filled("risk_register", code).read() for code in ("HB04", "HB10")}
PLANTED = PLANTS | OF_FILES | MORE_PLANTS | MORE_OF_FILES


def said(one: Desk) -> tuple[Submission, list[Any]]:
    """What a check says of a workbook, beside its unit's register if it is a ledger."""
    beside = [REGISTERS[one.clean_cover["unit_code"]]] if one.form.id == "warning_intake" else []
    checked = check_submissions([*one.beside, one.read(), *beside], CONTEXT)[len(one.beside)]
    return checked.submission, [*checked.findings]


def levels(one: Desk) -> dict[tuple[str, int], str]:
    """(sheet, row) → its level as likelihood and severity give it."""
    found = {}
    for table in one.read().tables:
        if "likelihood" in table.columns:
            for index in range(len(table.rows)):
                words = table.get("likelihood", index), table.get("severity", index)
                grade = CONTEXT.grading.grade(*words) if None not in words else None
                found[table.title, table.rows[index]] = grade.level if grade else ""
    return found


def numbers(one: Desk) -> set[str]:
    """Every number of a row, and every reference to one, that stands anywhere in the sheets."""
    return {
        part
        for sheet in one.content.sheets
        for cells in sheet.rows.values()
        for cell in cells
        if isinstance(cell, str)
        for part in cell.replace("，", "、").split("、")
        if part.startswith(f"{one.clean_cover['unit_code']}-")
    }


def contents(one: Desk) -> dict[tuple[str, int, str], Any]:
    """(sheet, row, field) → what stands there."""
    found = {}
    for table in one.read().tables:
        for name in table.columns:
            for index, row in enumerate(table.rows):
                found[table.title, row, name] = display(table.get(name, index))
    return found


def mend(one: Desk, chance: random.Random | None) -> tuple[Clerk, list[str], set[str]]:
    """Let the clerk mend a workbook once; the clerk, what is found afterwards with what was said before, and those codes."""
    submission, findings = said(one)
    clerk = Clerk(one, CONTEXT, chance)
    clerk.mend(submission, findings)
    grave = [entry for entry in said(one)[1] if entry.severity != "info"]
    left = [f"{entry.sheet}!{entry.cell} {entry.code} {entry.message}{entry.fix}" for entry in grave]
    before = [f"before: {entry.sheet}!{entry.cell} {entry.code} {entry.message}{entry.fix}" for entry in findings]
    return clerk, [*left, *before] if left else [], {entry.code for entry in findings}


def planted(code: str, chance: random.Random) -> list[Desk]:
    """Workbooks of every form in which the fault can be planted, each with it."""
    found = []
    for clean in CLEAN.values():
        one = clean.copy()
        if PLANTED[code](one, chance) is not False:
            found.append(filed(one) if code in OF_FILES | MORE_OF_FILES and code not in UNWRITABLE else one)
    return found


def filed(one: Desk) -> Desk:
    """A workbook as the reader sees the file that it is saved in."""
    one.content = open_content(xlsx(one, str(one.clean_cover["unit_code"])), "xlsx")
    for sheet in one.content.sheets:
        sheet.stored = None  # from here on the clerk changes it: it is not the file's any more
    return one


@pytest.mark.parametrize("choice", ["meant", "any"])
@pytest.mark.parametrize("code", PLANTED)
def test_a_clerk_who_does_what_is_said_once_is_done_and_has_what_was_meant(code: str, choice: str) -> None:
    chance = random.Random(f"{code} {choice}")
    desks = planted(code, chance)
    assert desks
    told = set()
    for one in desks:
        before = numbers(one)
        clerk, left, codes = mend(one, chance if choice == "any" else None)
        told |= codes
        assert left == []
        clean = CLEAN[one.form.id, str(one.clean_cover["unit_code"])]
        if choice == "meant" and code not in REWRITTEN:
            assert differing(one, clean) == {}
        if not clerk.judged:
            kept = levels(clean)
            assert {row: level for row, level in levels(one).items() if kept.get(row, level) != level} == {}
        if code != "number_reused":
            assert before & numbers(clean) <= numbers(one)
    assert code.partition(":")[0] in told


def differing(one: Desk, clean: Desk) -> dict[tuple[str, int, str], tuple[str, str]]:
    """(sheet, row, field) → what stands there and what was meant, where that is another thing; what was lost anew apart."""
    now, meant = contents(one), contents(clean)
    return {
        place: (now[place], meant.get(place, ""))
        for place in now
        if now[place] != meant.get(place, "") and place[2] not in GIVEN_ANEW
    }


# What is written anew: a number, a reason, a day that fits; and what the unit writes instead of a copy or a blank sheet.
GIVEN_ANEW = ("remark", "serial", "collected_on", "level")
REWRITTEN = {
    "several_numbers", "several_references", "no_rows", "nil_without_reason", "risk_repeated", "post_spelling",
    "key_post_uncovered", "power_uncovered", "measure_not_linked", "missing_score", "score_over_points",
    "private_content",
    "id_of_other_unit", "bad_format", "row_shifted", "pointer_not_followed", "not_unique", "not_unique: a row copied whole",
    "missing_value: nil return of an empty table", "stamp_mismatch", "number_reused",
    "nil_contradicts_roster",
    "row_shifted: with a fault of its own",
}  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 10**9), st.integers(2, 6), st.booleans())
def test_faults_of_several_codes_together_are_mended_in_one_round(seed: int, faults: int, is_any: bool) -> None:
    chance = random.Random(seed)
    for clean in CLEAN.values():
        one = clean.copy()
        for code in chance.sample([*SINGLE], faults):
            PLANTED[code](one, chance)
        _, left, _ = mend(one, chance if is_any else None)
        assert left == []


# Faults of single cells and rows: the others take the sheet from under each other.
SINGLE = [
    code
    for code in (*PLANTS, *MORE_PLANTS)
    if code
    not in {
        "no_rows", "nil_without_reason", "table_empty", "sheet_empty", "column_missing", "several_numbers", "power_uncovered",
        "key_post_uncovered", "post_spelling", "nil_with_rows", "risk_repeated", "number_not_whole", "measure_not_linked",
        "row_shifted", "row_shifted: with a fault of its own", "power_lost", "points_not_hundred", "not_unique: a row copied whole",
        "missing_value: nil return of an empty table",
    }
]  # fmt: skip
