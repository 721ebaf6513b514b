"""A liaison who does on the marked return what stands there, once, is done: the file that comes back is clean, and right.

Every planted fault goes the whole way as a file: written, read, checked, returned, mended in the return by what its list of
findings says at the places which that names, saved, read again. What is sampled here is gone through wholly in the soak.
"""

from __future__ import annotations

import copy
import os
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.checks.run import Checked, check_submissions
from lzxl.forms.findings import SEVERITY_TITLES, Finding
from lzxl.forms.load import DEFAULT_SCHEME
from lzxl.forms.places import Place
from lzxl.workbook.layout import FINDINGS_SHEET, UNPLACED_SHEET
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.keepsakes import read_keepsakes
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.mark import write_return
from tests.checks.clerk import Clerk, Desk
from tests.checks.papers import UNWRITABLE, ods_file, xlsx
from tests.checks.test_clerk import CLEAN, CONTEXT, PLANTED, REGISTERS, REWRITTEN, contents, levels

pytestmark = pytest.mark.slow

# What is not mended on the return: the unit is asked for another file, and its return says so.
OTHER_FILE = {"form_of_other_period"}
# Thousands of cells: what the return does with them is the matter of test_return_linear.
TOO_MANY = {"unplaced_too_many"}
CODES = [code for code in PLANTED if code not in UNWRITABLE.keys() | OTHER_FILE | TOO_MANY]
# What the .ods writer of these tests does not write: the stamp, strokes, formulas without a value.
NOT_IN_ODS = {"version_old", "scheme_changed", "stamp_mismatch", "row_struck", "text_struck", "formula_without_value"}
SAMPLE = 10
SOAK = os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak"


def check(one: Desk, path: Path) -> Checked:
    """What is found of a file that came in, beside what the office has of its unit."""
    submission = one.known(read_submission(path, path.name, scheme=DEFAULT_SCHEME))
    register = [REGISTERS[str(one.clean_cover["unit_code"])]] if one.form.id == "warning_intake" else []
    return check_submissions([*one.beside, submission, *register], CONTEXT)[len(one.beside)]


def returned(one: Desk, data: bytes, container: str, folder: Path) -> tuple[Checked, Path]:
    path = folder / f"来件.{container}"
    path.write_bytes(data)
    checked = check(one, path)
    target = folder / "退回.xlsx"
    write_return(checked.submission, checked.findings, CONTEXT.grading, target, keepsakes=read_keepsakes(path))
    return checked, target


def told(workbook: Workbook, checked: Checked) -> list[Finding]:
    """The findings as the return's list has them, at the places which it names; what to do is read there."""
    listed = [[cell.value for cell in row] for row in workbook[FINDINGS_SHEET].iter_rows(min_row=5)]
    assert len(listed) == len(checked.findings)
    found = []
    for row, finding in zip(listed, checked.findings, strict=True):
        _, severity, sheet, cell, header, _, message, fix, *_ = row
        assert (severity, header or "") == (SEVERITY_TITLES[finding.severity], finding.header)
        assert (message, fix) == (finding.message, finding.fix)
        place = str(cell or "").removesuffix(" 等")
        is_moved = sheet != finding.sheet or place != finding.cell.partition(":")[0]
        at = cell_of(place) if finding.place.coordinates is not None else None
        found.append(replace(finding, place=Place.cell(str(sheet), *at)) if is_moved and at else finding)
        said_in_its_row(workbook, str(sheet or ""), place, finding)
    return found


def cell_of(place: str) -> tuple[int, int] | None:
    return coordinate_to_tuple(place) if re.fullmatch("[A-Z]+[0-9]+", place) else None


def said_in_its_row(workbook: Workbook, sheet: str, place: str, finding: Finding) -> None:
    """Whoever does not open the list reads the same in the row itself."""
    at = cell_of(place)
    table = next((entry for entry in _tables(workbook, sheet)), None)
    if at is not None and table is not None and at[0] > table[0]:
        assert finding.fix in str(workbook[sheet].cell(at[0], table[1]).value)


def _tables(workbook: Workbook, title: str) -> list[tuple[int, int]]:
    """(header row, column of findings) of the table on a sheet."""
    if title not in workbook.sheetnames or title in (FINDINGS_SHEET, UNPLACED_SHEET):
        return []
    return [
        (cell.row, cell.column) for row in workbook[title].iter_rows(max_row=12) for cell in row if cell.value == "问题"
    ]


def mend(one: Desk, checked: Checked, path: Path, chance: random.Random | None, target: Path) -> Clerk:
    """Do on the return what stands there, and save it as `target`."""
    workbook = load_workbook(path)
    content = open_content(path.read_bytes(), "xlsx")
    for sheet in content.sheets:
        sheet.stored = None
    at_desk = replace(one, content=content)
    before = copy.deepcopy(content)
    clerk = Clerk(at_desk, CONTEXT, chance)
    clerk.mend(checked.submission, told(workbook, checked))
    for sheet, other in zip(before.sheets, content.sheets, strict=True):
        type_in(workbook[sheet.name], sheet, other)
    workbook.save(target)
    return clerk


def type_in(worksheet: Worksheet, before: SheetContent, after: SheetContent) -> None:
    """Type into the return what the clerk changed. What it computes is cleared there already, and stays its formula."""
    for row in {*before.rows, *after.rows}:
        for column in range(1, max(len(before.rows.get(row, ())), len(after.rows.get(row, ()))) + 1):
            value = after.cell(row, column)
            is_formula = str(worksheet.cell(row, column).value or "").startswith("=")
            if value != before.cell(row, column) and not (value is None and is_formula):
                worksheet.cell(row, column).value = value
    for place in before.struck.keys() - after.struck.keys():
        worksheet.cell(*place).font = Font()


def as_file(one: Desk, container: str) -> bytes:
    return xlsx(one, str(one.clean_cover["unit_code"])) if container == "xlsx" else ods_file(one)


def go_round(code: str, choice: str, container: str, folder: Path) -> int:
    """Send every workbook with a planted fault there and back; how many of them had it."""
    chance, seen = random.Random(f"{code} {choice}"), 0
    for (form_id, unit), clean in CLEAN.items():
        one = clean.copy()
        if PLANTED[code](one, chance) is False or (seen and not SOAK):
            continue
        checked, path = returned(one, as_file(one, container), container, folder)
        if code.partition(":")[0] not in {entry.code for entry in checked.findings}:
            continue
        seen += 1
        clerk = mend(one, checked, path, chance if choice == "any" else None, folder / "再报.xlsx")
        again = check(one, folder / "再报.xlsx")
        left = [f"{entry.sheet}!{entry.cell} {entry.code} {entry.message}{entry.fix}" for entry in again.findings
                if entry.severity != "info" and entry.code != "transfer_named"]  # fmt: skip
        assert left == [], (form_id, unit, [(entry.code, entry.cell, entry.fix) for entry in checked.findings])
        is_right(clerk, one, again, code, choice)
    return seen


def is_right(clerk: Clerk, one: Desk, again: Checked, code: str, choice: str) -> None:
    """What came back is what was meant, and no level is another one."""
    clean = CLEAN[one.form.id, str(one.clean_cover["unit_code"])]
    back = replace(one, content=clerk.desk.content)
    if choice == "meant" and code not in REWRITTEN | {"not_unique: a row copied whole"}:
        now = {place: value for place, value in contents(back).items() if place[2] in ("id", "description", "content")}
        meant = contents(clean)
        assert {place: value for place, value in now.items() if value != meant.get(place, "")} == {}
    if not clerk.judged:
        kept = levels(clean)
        assert {row: level for row, level in levels(back).items() if kept.get(row, level) != level} == {}
    rows = {table.name: len(table.rows) for table in again.submission.tables}
    assert set(rows) == {table.name for table in one.form.tables}


def sample(kind: str, count: int) -> list[str]:
    """Some of the codes, others for each kind of round; all of them in the soak."""
    return CODES if SOAK else sorted(random.Random(f"returns {kind}").sample(CODES, count))


@pytest.mark.parametrize("code", sample("meant", SAMPLE))
def test_whoever_does_on_the_return_what_stands_there_is_done_in_one_round(code: str, tmp_path: Path) -> None:
    assert go_round(code, "meant", "xlsx", tmp_path)


@pytest.mark.parametrize("code", sample("any", SAMPLE // 2))
def test_whichever_of_the_words_offered_is_chosen_on_the_return(code: str, tmp_path: Path) -> None:
    assert go_round(code, "any", "xlsx", tmp_path)


@pytest.mark.parametrize("code", [code for code in sample("ods", SAMPLE // 2) if code not in NOT_IN_ODS])
def test_a_return_of_an_ods_file_is_done_in_one_round(code: str, tmp_path: Path) -> None:
    go_round(code, "meant", "ods", tmp_path)
