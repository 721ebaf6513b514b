"""第七条: sheets and labels that must be there, and the file's own marks: period, version, grading table."""

from __future__ import annotations

import pytest

from lzxl.checks.context import Context
from lzxl.forms.load import load_form, load_grading
from lzxl.submission import Submission
from tests.checks.tables import check, finding, submission

PERIOD = Context(load_grading(), "2026年度")


def ledger(**more: object) -> Submission:
    return submission(
        "warning_intake", {"warnings": "| 预警编号 | 采集日期 |\n|-|\n| HB01-YJ001 | 2026-03-01 |"}, **more
    )  # type: ignore[arg-type]


def codes(made: Submission, context: Context = PERIOD) -> list[str]:
    return [entry.code for entry in check(made, context=context)[0].findings if entry.code != "column_missing"]


def test_a_whole_file_passes() -> None:
    assert codes(ledger()) == []


def test_every_sheet_and_every_required_label_that_is_not_there_is_said() -> None:
    made = ledger()
    made.tables.clear()
    assert codes(made).count("sheet_missing") == len(load_form("warning_intake").tables)
    made = ledger()
    assert made.cover is not None
    del made.cover.cells["reported_on"]
    assert finding(made, "missing_label", PERIOD).sheet == made.cover.title
    made.cover = None
    assert "sheet_missing" in codes(made)


def test_a_register_in_a_layout_of_its_own_has_its_own_sheets() -> None:
    made = ledger(own_layout=True)
    made.tables.clear()
    assert codes(made) == []


def test_a_form_of_another_version_or_none_is_said() -> None:
    assert codes(ledger(version="2020.1")) == ["version_old"]
    assert finding(ledger(version=""), "version_old", PERIOD).value == "未注明"
    assert codes(ledger(stamped=False, version="2020.1")) == ["stamp_missing"]


@pytest.mark.parametrize(("sent", "is_other"), [("", False), ("rules", False), ("matrix_3x3", True), ("没有的", True)])
def test_a_register_made_with_another_grading_table_is_said(sent: str, is_other: bool) -> None:
    rows = "| 风险点编号 | 岗位 |\n|-|\n| HB01-001 | 岗位 |"
    assert ("scheme_changed" in codes(submission("risk_register", {"risk_points": rows}, sent_scheme=sent))) == is_other
    assert "scheme_changed" not in codes(ledger(sent_scheme=sent)), "a form without levels has no table"


@pytest.mark.parametrize(
    ("stated", "code"), [("2026年度", []), ("2026 年度", []), ("2025年度", ["period_mismatch"]), ("", [])]
)
def test_the_period_is_the_rounds(stated: str, code: list[str]) -> None:
    made = submission(
        "warning_intake",
        {"warnings": "| 预警编号 | 采集日期 |\n|-|\n| HB01-YJ001 | 2026-03-01 |"},
        {"填报期次": stated} if stated else {},
    )
    assert [entry for entry in codes(made) if "period" in entry] == code
    assert [entry for entry in codes(made, Context(load_grading())) if entry == "period_mismatch"] == []


def test_whose_a_file_is_has_to_be_said_somewhere() -> None:
    made = ledger()
    made.unit_code = ""
    assert "unit_unknown" not in codes(made), "its cell is there to be filled in"
    del made.cover.cells["unit_code"], made.cover.values["unit_code"]  # type: ignore[union-attr]
    assert "unit_unknown" in codes(made)
    made.unit_code = "HB01"
    assert "unit_unknown" not in codes(made)
