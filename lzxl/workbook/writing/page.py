"""Page set-up: paper, fit to width, repeated header rows, footer."""

from __future__ import annotations

from typing import Any, Literal

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form

# Numbers of ECMA-376 18.3.1.63; where none is said it is 1, the letter paper of America.
_PAPER = {"A3": 8, "A4": 9}
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7, "header": 0.3, "footer": 0.3}
"""In inches."""
PAGE_NUMBER = "第 &P 页 共 &N 页"
"""At the foot, with &P and &N as Excel has them."""


# So many characters of a column's width have room across an upright page.
_UPRIGHT = {"A3": 140, "A4": 95}


def orientation_for(width: float, paper: Literal["A3", "A4"]) -> Literal["portrait", "landscape"]:
    """How a table so many characters wide lies on the paper: upright if it has room so, for then more of its rows have too."""
    return "portrait" if width <= _UPRIGHT[paper] else "landscape"


def set_page(
    sheet: Worksheet,
    form: Form | None,
    *,
    paper: Literal["A3", "A4"],
    orientation: Literal["portrait", "landscape"],
    header_row: int | None = None,
    one_page: bool = False,
) -> None:
    """One page wide, as many pages long as it takes (or one), header repeated, at the foot the form and page numbers."""
    sheet.page_setup.paperSize = _PAPER[paper]
    sheet.page_setup.orientation = orientation
    # Without this mark the two numbers below are kept in the file, and no program heeds them.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    # 0 means as many as it takes; where nothing is said it is 1 (ECMA-376),
    # and a long table would be shrunk onto one page.
    sheet.page_setup.fitToHeight = 1 if one_page else 0
    sheet.print_options.horizontalCentered = True
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    if header_row is not None:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    footer: Any = sheet.oddFooter
    left, center = footer.left, footer.center
    center.text = PAGE_NUMBER
    if form is not None:
        # In a footer & begins a code: R&D would print as R and the day.
        left.text = f"{form.title}　{form.version}版".replace("&", "&&")
    left.size = center.size = 9
