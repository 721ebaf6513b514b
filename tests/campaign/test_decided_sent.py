"""What was decided on a unit's points goes with its workbook of the next year and with its return, and no other unit's does (认定)."""

from __future__ import annotations

import datetime
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.campaign.books import NewRow, amend_book
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.places import RETURNED
from lzxl.demo.paper import Paper
from lzxl.forms.load import load_form
from lzxl.workbook.layout import DECIDED_SHEET, table_layout

from .office import IN_TIME, filled, open_campaign, samples, send, set_config

REGISTER = "risk_register"
SHEET = load_form(REGISTER).by_name["risk_points"]
DAY = datetime.date(2026, 11, 5)
WHOLE = "认定为一级（领导小组第3次会议）；按分级表为"


def decided(number: str) -> NewRow:
    """A decision on a point as it stands in the sample: the gravest level, for good."""
    unit = samples()[number.partition("-")[0]]
    point = next(row for row in unit.content["risk_points"] if row["id"] == number)
    values = {
        "decided_object": "风险点",
        "decided_subject": number,
        "likelihood_then": point["likelihood"],
        "severity_then": point["severity"],
        "decided_result": "一级",
        "decided_reason": "从严",
        "decided_at": "领导小组第3次会议",
        "decided_on": DAY,
        "decided_until": "长期",
    }
    return NewRow("decisions", values)


def milder(code: str) -> str:
    """The number of a unit's first point that is not of the gravest level."""
    rows = samples()[code].content["risk_points"]
    return str(next(row["id"] for row in rows if (row["likelihood"], row["severity"]) == ("较大", "较严重")))


def spoilt(foreign: str, paper: Paper) -> None:
    """Return it for a reason of its own; one of its points has another unit's number and that point's words."""
    paper.put("risk_points", "description", 0, None)
    rows = paper.rows["risk_points"]
    index = next(n for n, row in enumerate(rows) if n and row["id"] != milder("HB01"))
    paper.put("risk_points", "id", index, foreign)
    paper.put("risk_points", "likelihood", index, "较大")
    paper.put("risk_points", "severity", index, "较严重")


SPOILT = partial(spoilt, milder("HB02"))


@pytest.fixture(scope="module")
def last_year(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """HB01 has filed well, HB02 as well; on a point of each a level was decided for good."""
    base = tmp_path_factory.mktemp("decided")
    campaign = open_campaign(base / "2026年度", ("HB01", "HB02"), (REGISTER,))
    collect(campaign, [send(base / "来件", a=filled("HB01", REGISTER), b=filled("HB02", REGISTER))], IN_TIME)
    amend_book(campaign, "decisions", [decided(milder("HB01")), decided(milder("HB02"))])
    return campaign


def told(path: Path) -> dict[str, tuple[str, str]]:
    """Number of a point → the level and the basis that its row shows, in a workbook as a program that does not calculate has it."""
    worksheet, layout = load_workbook(path, data_only=True)[SHEET.title], table_layout(SHEET)
    rows = range(layout.first_row, worksheet.max_row + 1)
    cells = {
        row: [str(worksheet[layout.cell(name, row)].value or "") for name in ("id", "level", "basis")] for row in rows
    }
    return {number: (level, basis) for number, level, basis in cells.values() if number}


def carried(path: Path) -> list[str]:
    return [str(row[0].value) for row in load_workbook(path)[DECIDED_SHEET].iter_rows(min_row=2)]


def test_the_next_years_workbook_tells_the_decided_level_beside_the_computed_one(last_year: Campaign) -> None:
    campaign = open_campaign(last_year.root.parent / "2027年度", ("HB01", "HB02"), (REGISTER,))
    set_config(campaign.root, period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    campaign = Campaign(campaign.root)
    distribute(campaign)
    for code in ("HB01", "HB02"):
        path, number = sent_path(campaign, campaign.units[code], REGISTER), milder(code)
        level, basis = told(path)[number]
        assert (level, WHOLE in basis and basis.endswith(level)) == ("二级", True)
        assert sum(WHOLE in basis for _, basis in told(path).values()) == 1
        assert carried(path) == [number]


def test_a_return_tells_it_too_and_no_other_units(last_year: Campaign) -> None:
    source = send(last_year.root.parent / "再报", a=filled("HB01", REGISTER, 11, SPOILT))
    [taken] = collect(last_year, [source], IN_TIME)
    assert str(taken.state) == "returned"
    [path] = last_year.folder(RETURNED).glob("HB01*/*退回.xlsx")
    assert carried(path) == [milder("HB01")]
    rows = told(path)
    assert WHOLE in rows[milder("HB01")][1] and WHOLE not in rows[milder("HB02")][1]
    said = str([[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet])
    assert said.count(milder("HB02")) > 0 and said.count("领导小组第3次会议") == 1
