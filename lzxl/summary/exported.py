"""The workbook of a table for another appraisal: who may read it in its heading, one page wide, every page with its titles."""

from __future__ import annotations

import io
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from lzxl.campaign.exports import Exported
from lzxl.summary.book import put_text
from lzxl.summary.published import row_height
from lzxl.summary.styles import AS_WRITTEN, Styles, safe_text
from lzxl.year.registers import serial_title

_HEAD_ROW = 2

_CENTRED = 12
"""Up to this width a column's texts stand in the middle."""


def heading(made: Exported) -> str:
    return f"{made.bureau}{made.period}廉政风险防控结果（{made.export.title}）"


def notes(made: Exported) -> str:
    """Who may read it, as of which day, and what stands in it."""
    return f"阅读范围：{made.export.readers}，不得转给他人。截至{made.day}。{made.export.note}"


def export_workbook(made: Exported) -> bytes:
    """The bytes of the workbook; the same table always gives the same."""
    packed = io.BytesIO()
    workbook = Workbook(packed, AS_WRITTEN)
    # The day of the table: of itself XlsxWriter takes the present, and no two runs would give the same bytes.
    created = datetime(made.day.year, made.day.month, made.day.day)
    workbook.set_properties({"title": heading(made), "author": made.bureau, "company": made.bureau, "created": created})
    styles, columns = Styles(workbook, ()), made.export.columns
    titles = [serial_title(), *(column.title for column in columns)]
    widths = [6.0, *(column.width for column in columns)]
    # Excel takes no longer name of a sheet.
    sheet = workbook.add_worksheet(made.export.title[:31])
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, len(columns), safe_text(heading(made)), styles.get("page_title"))
    sheet.set_row(1, row_height([notes(made)], [sum(widths)]))
    sheet.merge_range(1, 0, 1, len(columns), safe_text(notes(made)), styles.get("note"))
    sheet.set_row(_HEAD_ROW, row_height(titles, widths))
    for place, title in enumerate(titles):
        sheet.write_string(_HEAD_ROW, place, title, styles.get("head"))
    for number, cells in enumerate(made.rows, 1):
        row = _HEAD_ROW + number
        sheet.set_row(row, row_height(["", *map(str, cells)], widths))
        sheet.write_number(row, 0, number, styles.get("centre"))
        for place, cell in enumerate(cells, 1):
            if isinstance(cell, str):
                style = styles.get("wide" if widths[place] <= _CENTRED else "text")
                put_text(sheet, row, place, cell, style)
            else:
                sheet.write_number(row, place, cell, styles.get("points"))
    _set_page(sheet, len(made.rows), len(columns))
    workbook.close()
    return packed.getvalue()


def _set_page(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.freeze_panes(_HEAD_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.print_area(0, 0, _HEAD_ROW + rows, columns)
    sheet.set_footer("&L&9内部资料，限定知悉&C&9第 &P 页，共 &N 页")
