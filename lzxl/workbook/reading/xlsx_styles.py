"""The styles of an .xlsx file, as far as they say what a number is shown as, and what is struck through."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lzxl.workbook.reading.number_formats import NumberFormat, format_of
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.parts import Element, elements

_SECTIONS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")


@lru_cache(maxsize=64)
def read_styles(xml: bytes) -> tuple[NumberFormat, ...]:
    """The number format of each cell style. Files that were made from one workbook share their styles."""
    custom: dict[int, str] = {}
    numbers: list[int] = []
    for section, element in _in_sections(xml, "numFmt", "xf"):
        # Conditional formats, which come behind the cell styles, have formats of the same numbers.
        if element.name == "numFmt" and not numbers:
            custom[_number(element.attributes.get("numFmtId"))] = element.attributes.get("formatCode", "")
        elif element.name == "xf" and section == "cellXfs":
            numbers.append(_number(element.attributes.get("numFmtId")))
    return tuple(format_of(number, custom) for number in numbers)


def _in_sections(xml: bytes, *names: str) -> Iterator[tuple[str, Element]]:
    """The elements of those names, each with the section of the part that it stands in: several have some of one name."""
    section = ""
    for element in elements(xml, *_SECTIONS, *names):
        if element.name in _SECTIONS:
            section = element.name
        else:
            yield section, element


@lru_cache(maxsize=64)
def read_struck(xml: bytes) -> frozenset[int]:
    """The cell styles whose font strikes texts through."""
    if b"strike" not in xml:
        return frozenset()
    fonts: list[bool] = []
    fonts_of_styles: list[int] = []
    for section, element in _in_sections(xml, "font", "strike", "xf"):
        if section == "fonts":
            _note_font(fonts, element)
        elif section == "cellXfs" and element.name == "xf":
            fonts_of_styles.append(_number(element.attributes.get("fontId")))
    return frozenset(style for style, font in enumerate(fonts_of_styles) if numbered(fonts, font, False))


def _note_font(fonts: list[bool], element: Element) -> None:
    """Note what an element among the fonts says of one: that it begins, or whether it strikes through."""
    if element.name == "font":
        fonts.append(False)
    elif element.name == "strike" and fonts:
        fonts[-1] = is_on(element.attributes.get("val"))


def is_on(value: str | None) -> bool:
    """Whether a property of a font is set, as its attribute `val` tells: one without it is."""
    return value not in ("0", "false")


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0
