"""Small workbooks that cost the first state minutes, gigabytes or the whole campaign: each is checked, and bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.api import check
from lzxl.campaign.collect import collect
from lzxl.demo.paper import Paper
from lzxl.forms import findings
from lzxl.forms.findings import MOST_FINDINGS
from tests.campaign.office import IN_TIME, filled, no_channel, open_campaign, send
from tests.checks.test_linear import steps

CASES = Path(__file__).parents[1] / "cases"


@pytest.mark.parametrize("name", ["bad5000_38s_to_146s.xlsx", "sst60.xlsx"])
def test_a_hostile_workbook_is_returned_with_a_bounded_list(name: str) -> None:
    [checked] = check([CASES / "hostile" / name]).files
    assert checked.status in ("returned", "refused")
    assert len(checked.findings) <= MOST_FINDINGS + 1


def test_five_thousand_faulty_rows_take_no_step_for_each_pair_of_them() -> None:
    count = steps(lambda: check([CASES / "hostile" / "bad5000_38s_to_146s.xlsx"]))
    assert count < 5000 * 5000


def test_half_a_character_in_a_file_stops_no_check_of_the_others() -> None:
    files = [CASES / "reading" / "01-surrogate-stops-all" / "ledger_prefixed.xlsx", CASES / "containers" / "good.xlsx"]
    checked = check(files).files
    assert len(checked) == 2
    for entry in checked:
        repr(entry).encode()


def two_faults(paper: Paper) -> None:
    no_channel(paper)
    paper.put("warnings", "problem", 0, None)


def test_of_several_hopeless_versions_at_once_only_the_latest_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB02",))
    versions = {f"{day}日": filled("HB02", day=day, spoil=two_faults) for day in (8, 9, 10)}
    collect(campaign, [send(tmp_path / "来件", **versions)], IN_TIME)
    assert len(list((campaign.root / "退回").rglob("*_退回.xlsx"))) == 3  # each could be mended
    monkeypatch.setattr(findings, "MOST_FINDINGS", 1)
    again = open_campaign(tmp_path / "d", ("HB02",))
    intakes = collect(again, [send(tmp_path / "来件二", **versions)], IN_TIME)
    assert [intake.state for intake in intakes] == ["returned"] * 3
    [marked] = (again.root / "退回").rglob("*_退回.xlsx")
    assert "第03版" in marked.name
