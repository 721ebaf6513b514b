"""A roster that can be used may still have slips: `check` tells each, `status` and `today` that there are any (第七条)."""

from __future__ import annotations

import json

import pytest
from openpyxl import load_workbook

from lzxl.campaign.folder import Campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.cli.main import run

from .office import write_roster

CODES = ("HB01", "HB02", "HB03")
LINE = "单位名册.xlsx有1处请核对，运行"


@pytest.fixture
def in_two_units(campaign: Campaign) -> str:
    """Somebody of the first unit stands in the second one as well, from the same day on; his name."""
    write_roster(campaign.root, CODES, people=True)
    path = campaign.root / ROSTER_NAME
    workbook = load_workbook(path)
    people = workbook["人员"]
    [header] = [row for row in people.iter_rows(max_row=10) if "姓名" in [cell.value for cell in row]]
    column = {cell.value: cell.column for cell in header if cell.value}
    first, end = header[0].row + 1, header[0].row + 1
    while people.cell(end, column["姓名"]).value:
        end += 1
    for place in column.values():
        people.cell(end, place).value = people.cell(first, place).value
    people.cell(end, column["单位编码"]).value = "HB02"
    workbook.save(path)
    return str(people.cell(first, column["姓名"]).value)


def test_a_check_of_the_campaign_tells_of_the_roster_too(
    campaign: Campaign, in_two_units: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(campaign.root), "check", "--format", "json"]) == 0
    [roster] = [one for one in json.loads(capfd.readouterr().out)["files"] if one["file"] == ROSTER_NAME]
    assert [finding["code"] for finding in roster["findings"]] == ["person_in_two_units"]
    assert run(["-C", str(campaign.root), "check"]) == 0
    said = capfd.readouterr()
    assert "收件里尚无报送件，只检查了单位名册和办公室的簿册" in said.err
    assert "同名人员在第" in said.out
    assert in_two_units not in said.err


@pytest.mark.parametrize("command", ["status", "today"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_who_looks_at_the_round_is_told_that_the_roster_has_something(
    campaign: Campaign, in_two_units: str, command: str, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(campaign.root), command, "--format", form]) == 0
    said = capfd.readouterr()
    assert said.err.count(LINE) == 1
    assert in_two_units not in said.err


@pytest.mark.parametrize("command", ["status", "today"])
def test_of_a_roster_in_order_nothing_is_said(
    campaign: Campaign, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write_roster(campaign.root, CODES, people=True)
    assert run(["-C", str(campaign.root), command]) == 0
    assert ROSTER_NAME not in capfd.readouterr().err
