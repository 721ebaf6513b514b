"""A marked return is written in steps that grow with its rows and findings, and no faster: shown by doubling."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.forms.grading import GradingTable
from lzxl.workbook.writing.mark import write_return
from tests.checks.test_linear import blank, filled, steps


@pytest.mark.parametrize("form", ["risk_register", "appraisal"])
def test_twice_the_faulty_rows_take_about_twice_the_steps(form: str, grading: GradingTable, tmp_path: Path) -> None:
    def cost(rows: int) -> int:
        [checked] = check_submissions([filled(form, blank, rows)], Context(grading, "2026年度"))
        return steps(lambda: write_return(checked.submission, checked.findings, grading, tmp_path / "退回.xlsx"))

    first, second, third = cost(50), cost(100), cost(200)
    assert third - second <= 2.3 * (second - first)
