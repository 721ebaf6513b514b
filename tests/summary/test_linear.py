"""A summary is written in steps that grow with the rows it takes in, and no faster: shown by doubling."""

from __future__ import annotations

from pathlib import Path

from lzxl.submission import Submission
from lzxl.summary.workbook import write_summary
from tests.checks.test_linear import steps
from tests.summary.rounds import OFFICE, made_table, make_round


def registered(rows: int) -> Submission:
    numbers = range(1, rows + 1)
    values = {
        "id": [f"HB01-{number:03}" for number in numbers],
        "point": [f"第{number}个风险点" for number in numbers],
        "likelihood": ["较小"] * rows,
        "severity": ["较严重"] * rows,
    }
    filed = Submission(f"{rows}.xlsx", form="risk_register", unit_code=OFFICE.code, unit_name=OFFICE.name)
    filed.tables.append(made_table("risk_register", "risk_points", values, rows))
    return filed


def test_twice_the_rows_take_about_twice_the_steps(tmp_path: Path) -> None:
    def cost(rows: int) -> int:
        made = make_round([registered(rows)])
        return steps(lambda: write_summary(made, tmp_path / "汇总.xlsx"))

    cost(10)  # what is loaded once
    first, second, third = cost(200), cost(400), cost(800)
    assert third - second <= 2.3 * (second - first)
