"""The styles of an .xlsx file, as far as they say what a number is shown as."""

from __future__ import annotations

from functools import lru_cache

from lzxl.workbook.reading.number_formats import NumberFormat, format_of
from lzxl.workbook.reading.parts import elements


@lru_cache(maxsize=64)
def read_styles(xml: bytes) -> tuple[NumberFormat, ...]:
    """The number format of each cell style. Files that were made from one workbook share their styles."""
    custom: dict[int, str] = {}
    numbers: list[int] = []
    are_cell_styles = False
    for element in elements(xml, "numFmt", "cellStyleXfs", "cellXfs", "xf", "cellStyles", "dxfs"):
        if element.name == "numFmt" and not numbers:
            custom[_number(element.attributes.get("numFmtId"))] = element.attributes.get("formatCode", "")
        elif element.name == "xf" and are_cell_styles:
            numbers.append(_number(element.attributes.get("numFmtId")))
        elif element.name != "xf":
            are_cell_styles = element.name == "cellXfs"
    return tuple(format_of(number, custom) for number in numbers)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0
