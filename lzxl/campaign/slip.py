"""The slip of what is due: one sheet to print, in the order in which it is to be done."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lzxl.campaign.due import Due
from lzxl.files import writing
from lzxl.workbook.writing.measure import LEAST_ROW_HEIGHT, row_height

_HEADERS = (("事项", 10), ("编号", 15), ("单位", 22), ("期限", 12), ("余", 16), ("找谁", 26), ("说明", 40), ("已办", 8))
_SHEET = "待办单"


def write_slip(path: Path, bureau: str, on: datetime.date, items: Sequence[Due], notes: Sequence[str]) -> None:
    """Write the slip to `path`, whole or not at all. Every text is written as a text, none as a formula."""
    import xlsxwriter

    with writing(path) as temporary:
        workbook = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        sheet = workbook.add_worksheet(_SHEET)
        sheet.set_landscape()
        # A4. Without it, whatever paper the printer has as its own.
        sheet.set_paper(9)
        # One page wide, and 0: as many high as it takes.
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L内部资料 注意保管&R第&P页，共&N页")
        _write_rows(workbook, sheet, bureau, on, items, notes)
        workbook.close()


def _write_rows(
    workbook: Any, sheet: Any, bureau: str, on: datetime.date, items: Sequence[Due], notes: Sequence[str]
) -> None:
    plain = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "text_wrap": True}
    title = workbook.add_format({**plain, "bold": True, "font_size": 16, "align": "center"})
    line = workbook.add_format(plain | {"text_wrap": False})
    head = workbook.add_format({**plain, "bold": True, "border": 1, "align": "center", "bg_color": "#DDEBF7"})
    body = workbook.add_format({**plain, "border": 1})
    late = workbook.add_format({**plain, "border": 1, "bold": True, "font_color": "#C00000"})
    last = len(_HEADERS) - 1
    sheet.merge_range(0, 0, 0, last, f"{bureau}待办单", title)
    sheet.set_row(0, 30)
    overdue = sum(item.is_overdue for item in items)
    sheet.merge_range(1, 0, 1, last, f"截至{on}，共{len(items)}项，其中逾期{overdue}项", line)
    for column, (text, width) in enumerate(_HEADERS):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, text, head)
    for row, item in enumerate(items, start=3):
        texts = (*item.row, "")
        room = [(text, float(width)) for text, (_, width) in zip(texts, _HEADERS, strict=True)]
        sheet.set_row(row, max(LEAST_ROW_HEIGHT, row_height(room)))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, late if item.is_overdue and column == 4 else body)
    for row, note in enumerate(notes, start=len(items) + 4):
        sheet.write_string(row, 0, note, line)
    sheet.repeat_rows(2)
