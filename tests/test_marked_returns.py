"""A marked return goes back to the unit, is mended in place and sent again: read as any other, and the marks are gone."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from lzxl.api import check
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET

# What a reader would say of the marks if it took them for the unit's own content.
_OF_MARKS = {"sheet_unplaced", "column_unplaced", "duplicate_header", "header_renamed", "form_unknown", "hidden_sheet"}


def test_no_mark_is_taken_for_content(demo: Path) -> None:
    result = check(sorted((demo / "退回").rglob("*.xlsx")), demo)
    assert len(result.files) > 15
    for entry in result.files:
        assert {finding.code for finding in entry.findings}.isdisjoint(_OF_MARKS), entry.submission.file
        assert not any(FINDINGS_COLUMN in table.unmapped.values() for table in entry.submission.tables)


def test_a_mended_return_is_accepted_and_carries_no_mark_on(demo: Path, tmp_path: Path) -> None:
    [returned] = (demo / "退回").glob("HB01_*/已有新版/廉政风险点登记表*.xlsx")
    workbook = load_workbook(returned)
    findings = workbook[FINDINGS_SHEET]
    header = next(row for row in findings.iter_rows() if any(cell.value == "单元格" for cell in row))
    titles = {cell.value: cell.column for cell in header}
    wrong = [
        (row[titles["工作表"] - 1].value, row[titles["单元格"] - 1].value)
        for row in findings.iter_rows(min_row=header[0].row + 1)
        if row[titles["级别"] - 1].value == "须改正"
    ]
    assert len(wrong) == 2
    for sheet, cell in wrong:  # both lack a likelihood
        workbook[sheet][cell].value = "较大"
    workbook.save(tmp_path / "改好.xlsx")
    [entry] = check([tmp_path / "改好.xlsx"], demo).files
    assert (entry.status, entry.count("error"), entry.count("warning")) == ("accepted", 0, 0)
    [original] = check([demo / "来件/第一批/办公室廉政风险点登记表.xlsx"], demo).files
    assert entry.submission.row_counts == original.submission.row_counts
