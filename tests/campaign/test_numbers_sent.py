"""The rows of a unit's register have their numbers before anybody fills them in, and keep them whatever is done to the rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.api import check
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.workbook.layout import table_layout

from .office import IN_TIME, filled, open_campaign, send, set_config
from .test_distribute import read

UNIT = "HB10"
FORM = load_form("risk_register")
NUMBERED = [sheet for sheet in FORM.tables if sheet.rules.numbered is not None]
POINTS = FORM.by_name["risk_points"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register of a unit, as it is sent out."""
    campaign = open_campaign(tmp_path_factory.mktemp("numbers") / "2026年度", (UNIT,), ("risk_register",))
    distribute(campaign)
    return sent_path(campaign, campaign.units[UNIT], FORM.id)


def numbers(workbook: Workbook, sheet: Sheet) -> list[str]:
    layout, rule = table_layout(sheet), sheet.rules.numbered
    assert rule is not None
    cells = (workbook[sheet.title][layout.cell(rule.number, row)] for row in range(6, layout.last_formula_row + 1))
    return [str(cell.value) for cell in cells if cell.value]


@pytest.mark.parametrize("sheet", NUMBERED, ids=lambda sheet: sheet.title)
def test_every_row_that_has_formulas_has_a_number_of_the_units_own(sent: Path, sheet: Sheet) -> None:
    assert sheet.rules.numbered is not None
    entry, found = sheet.by_name[sheet.rules.numbered.number], numbers(load_workbook(sent), sheet)
    assert len(found) == len(set(found)) == sheet.capacity
    assert all(re.match(entry.checks["str_matches"]["pattern"], number) for number in found)
    assert all(number.startswith(f"{UNIT}-") for number in found)


def test_rows_that_nobody_has_used_are_neither_counted_nor_spoken_of(sent: Path) -> None:
    submission = read(sent)
    assert not any(submission.row_counts.values())
    assert [fact for fact in submission.facts if fact.kind == "row_dropped"] == []


def begin(worksheet: Worksheet, row: int, text: str) -> None:
    worksheet[table_layout(POINTS).cell("point", row)].value = text


def test_a_number_stays_with_its_row_when_others_are_deleted_or_put_in(sent: Path, tmp_path: Path) -> None:
    workbook = load_workbook(sent)
    worksheet = workbook[POINTS.title]
    for row, text in ((6, "甲"), (7, "乙"), (8, "丙")):
        begin(worksheet, row, text)
    worksheet.delete_rows(7)
    worksheet.insert_rows(7)
    begin(worksheet, 7, "丁")
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx").table("risk_points")
    assert table is not None
    assert list(zip(table.values["id"], table.values["point"], strict=True)) == [
        (f"{UNIT}-001", "甲"),
        (None, "丁"),
        (f"{UNIT}-003", "丙"),
    ]


def test_a_note_beside_a_number_is_no_row(sent: Path, tmp_path: Path) -> None:
    workbook = load_workbook(sent)
    begin(workbook[POINTS.title], 6, "甲")
    workbook[POINTS.title][table_layout(POINTS).cell("section", 8)].value = "以下空白"
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx").table("risk_points")
    assert table is not None
    assert (table.rows, table.dropped[8]) == ([6], "end_mark")


def test_what_was_sent_out_and_filled_in_passes_every_check(sent: Path, tmp_path: Path) -> None:
    """The numbers of the rows that are left over belong to nothing, and are asked for nothing."""
    source = send(tmp_path, 登记表=filled(UNIT, FORM.id))
    workbook, given = load_workbook(source / "登记表.xlsx"), load_workbook(sent)
    for sheet in NUMBERED:
        assert sheet.rules.numbered is not None
        layout = table_layout(sheet)
        for row in range(layout.first_row, layout.last_formula_row + 1):
            place = layout.cell(sheet.rules.numbered.number, row)
            workbook[sheet.title][place].value = given[sheet.title][place].value
    workbook.save(source / "登记表.xlsx")
    [result] = check([source / "登记表.xlsx"]).files
    assert [finding.code for finding in result.findings if finding.severity != "info"] == []


def test_the_next_period_goes_on_behind_all_numbers_that_were_ever_used(tmp_path: Path) -> None:
    """Of measures that are done no row is left, and nobody else gets their numbers."""
    last = open_campaign(tmp_path / "2026年度", (UNIT,), ("risk_register",))
    collect(last, [send(tmp_path / "来件", 登记表=filled(UNIT, FORM.id))], IN_TIME)
    campaign = open_campaign(tmp_path / "2027年度", (UNIT,), ("risk_register",))
    set_config(campaign.root, period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    campaign = Campaign(campaign.root)
    distribute(campaign)
    workbook = load_workbook(sent_path(campaign, campaign.units[UNIT], FORM.id))
    measures = FORM.by_name["measures"]
    carried, found = read(sent_path(campaign, campaign.units[UNIT], FORM.id)).row_counts, numbers(workbook, measures)
    used = read(source_of(tmp_path)).table("measures")
    assert used is not None
    old = {str(number) for number in used.values["id"]}
    assert carried[measures.title] < len(old)
    assert old.isdisjoint(found[carried[measures.title] :])


def source_of(folder: Path) -> Path:
    return folder / "来件" / "登记表.xlsx"
