"""Small workbooks that cost the first state minutes, gigabytes or the whole campaign: each is checked, and bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.api import check
from lzxl.forms.findings import MOST_FINDINGS
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
