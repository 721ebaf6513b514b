"""The slip of what is due, which is printed and ticked off by hand."""

from __future__ import annotations

import datetime
from pathlib import Path

from openpyxl import load_workbook

from lzxl.campaign.due import Due
from lzxl.campaign.slip import write_slip

DAY = datetime.date(2026, 5, 13)
LATE = Due(
    "反馈", "YJ-2026-001", "HB10", "HB10 综合行政执法大队", "重新整改中（第2轮）", DAY, -1, "雷震山", "催办HB10反馈"
)
LONG = Due(
    "待认定", "HB12", "HB12", "HB12 宣传教育中心", "零报告", None, None, "领导小组", "《廉政风险点登记表》零报告，" * 12
)


def test_it_prints_on_sheets_as_wide_as_the_paper_with_every_text_whole(tmp_path: Path) -> None:
    write_slip(
        tmp_path / "单.xlsx", "云泽县生态环境局", DAY, [LATE, LONG], ["2027年放假安排未载入，按周一至周五推算。"]
    )
    sheet = load_workbook(tmp_path / "单.xlsx").active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5)]
    assert rows[0][:5] == ["反馈", "YJ-2026-001", "HB10 综合行政执法大队", "2026-05-13", "逾期1个工作日"]
    assert sheet["A2"].value == "截至2026-05-13，共2项，其中逾期1项"
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$3:$3")
    assert sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
    heights = [float(sheet.row_dimensions[row].height or 0) for row in (4, 5)]
    assert heights[0] >= 22 and heights[1] >= 60
    assert sheet["A7"].value == "2027年放假安排未载入，按周一至周五推算。"


def test_what_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    odd = Due("未报", "=1+1", "HB10", "HB10", "未报送", DAY, 3, "=cmd", "http://example.com")
    write_slip(tmp_path / "单.xlsx", "局", DAY, [odd], [])
    sheet = load_workbook(tmp_path / "单.xlsx").active
    assert sheet is not None
    assert [sheet.cell(4, column).data_type for column in (2, 6, 7)] == ["s", "s", "s"]
    assert sheet.cell(4, 7).hyperlink is None
