"""A marked return is written in steps that grow with its rows and findings, and no faster: shown by doubling."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.forms.grading import GradingTable
from lzxl.forms.places import Place
from lzxl.submission import LiveSum, Unplaced
from lzxl.workbook.keepsakes import Keepsakes, Look, UnitComment, UnitPicture
from lzxl.workbook.writing.mark import write_return
from tests.checks.test_linear import blank, filled, steps
from tests.rewritings.desk import picture

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("form", ["risk_register", "self_appraisal"])
def test_twice_the_faulty_rows_take_about_twice_the_steps(form: str, grading: GradingTable, tmp_path: Path) -> None:
    def cost(rows: int) -> int:
        [checked] = check_submissions([filled(form, blank, rows)], Context(grading, "2026年度"))
        return steps(lambda: write_return(checked.submission, checked.findings, grading, tmp_path / "退回.xlsx"))

    first, second, third = cost(25), cost(50), cost(100)
    assert third - second <= 2.3 * (second - first)


def test_twice_as_much_beside_the_fields_takes_about_twice_the_steps(grading: GradingTable, tmp_path: Path) -> None:
    """Rows left out, totals, texts beside the table, comments, colours and pictures."""

    def cost(count: int) -> int:
        [checked] = check_submissions([filled("self_appraisal", blank, 20)], Context(grading, "2026年度"))
        submission = checked.submission
        table = submission.tables[0]
        rows = range(table.rows[-1] + 1, table.rows[-1] + 1 + count)
        table.left_out = {row: {1: "合计", 4: 5.0, 6: 5.0} for row in rows}
        table.dropped = dict.fromkeys(rows, "total")
        table.spans = {(row, 1): 3 for row in rows}
        table.sums = {(row, 4): LiveSum(table.rows[0], table.rows[-1]) for row in rows}
        submission.unplaced = [Unplaced(Place.cell(table.title, row, 15), "", f"话{row}", "没有栏目") for row in rows]
        comments = [UnitComment(table.title, row, 2, f"批注{row}") for row in rows]
        pictures = [UnitPicture(table.title, row, 2, picture(1, 2, 3)) for row in rows]
        looks = {table.title: {Look(fill="FFFF00"): [(row, column) for row in rows for column in (4, 6)]}}
        kept = Keepsakes(comments, pictures, looks)
        path = tmp_path / "退回.xlsx"
        return steps(lambda: write_return(submission, checked.findings, grading, path, keepsakes=kept))

    first, second, third = cost(20), cost(40), cost(80)
    assert third - second <= 2.3 * (second - first)
