"""Page set-up: paper, fit to width, repeated header rows, footer."""

from __future__ import annotations

from typing import Any, Literal

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form

_PAPER = {"A3": 8, "A4": 9}


def set_page(
    sheet: Worksheet,
    form: Form,
    *,
    paper: Literal["A3", "A4"],
    orientation: Literal["portrait", "landscape"],
    header_row: int | None = None,
    one_page: bool = False,
) -> None:
    """One page wide, as many pages long as it takes (or one), header repeated, page numbers at the foot."""
    sheet.page_setup.paperSize = _PAPER[paper]
    sheet.page_setup.orientation = orientation
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if one_page else 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.6, 0.7
    margins.header = margins.footer = 0.3
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    title = f"{form.title}　{form.version} 版".replace("&", "&&")
    footer: Any = sheet.oddFooter
    left, center = footer.left, footer.center
    left.text, center.text = title, "第 &P 页 共 &N 页"
    left.size = center.size = 9
