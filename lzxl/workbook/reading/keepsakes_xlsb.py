"""Comments, pictures and colours of .xlsb files ([MS-XLSB] 2.4): their drawings are XML, all else is records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lzxl.workbook.keepsakes import PLAIN, Keepsakes, Look
from lzxl.workbook.layout import OWN_SHEETS
from lzxl.workbook.reading.collector import Collector
from lzxl.workbook.reading.colours import PALETTE, PLAIN_FILLS, look_of, tinted
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.keepsakes_xlsx import read_people, read_sheet_parts, read_theme
from lzxl.workbook.reading.numbered import numbered
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.xlsb import cell_formats, cell_styles, records, sheet_parts, wide_string

_FONT, _FILL = 43, 45
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
_ITALIC, _STRIKE, _BOLD = 0x02, 0x08, 600
_INDEXED, _BY_VALUE, _THEME = 1, 2, 3


def read_xlsb_keepsakes(data: bytes) -> Keepsakes:
    """What an .xlsb file has beside its cells' contents. Raises whatever the readers raise: for the sandbox."""
    collector = Collector()
    with Package(data) as package:
        part = package.main_part("xl/workbook.bin", "workbook.bin")
        related = package.relations(part)
        shared = {one.kind: one.part for one in related.values() if one.part in package}
        theme = read_theme(package, shared.get("theme", ""))
        looks = _looks(package.read(shared["styles"]), theme) if "styles" in shared else []
        people = read_people(package, part)
        for name, _, sheet in sheet_parts(package.read(part), related, WorkbookContent("xlsb", [])):
            if name in OWN_SHEETS:
                continue
            collector.styled(name, cell_styles(package.read(sheet)), looks)
            read_sheet_parts(package, sheet, name, collector, people)
            for comments in _comment_parts(package, sheet):
                _read_comments(package.read(comments), name, collector)
    return collector.close()


def _comment_parts(package: Package, sheet: str) -> Iterator[str]:
    """The parts with a sheet's comments that are records: those that are XML are read as those of .xlsx files."""
    for one in package.relations(sheet).values():
        if one.kind == "comments" and one.part.endswith(".bin") and one.part in package:
            yield one.part


def _looks(data: bytes, theme: Sequence[str]) -> list[Look]:
    """The look of each cell style."""
    fonts = [_font(payload, theme) for kind, payload in records(data) if kind == _FONT]
    fills = [_fill(payload, theme) for kind, payload in records(data) if kind == _FILL]
    used = [struct.unpack_from("<HH", payload, 4) for payload in cell_formats(data)]
    return [replace(numbered(fonts, font, PLAIN), fill=numbered(fills, fill, "")) for font, fill in used]


def _fill(payload: bytes, theme: Sequence[str]) -> str:
    (pattern,) = struct.unpack_from("<I", payload)
    # Pattern 0 is no fill, whatever colours stand behind it.
    colour = _colour(payload, 4, theme) if pattern else ""
    return "" if colour in PLAIN_FILLS else colour


def _font(payload: bytes, theme: Sequence[str]) -> Look:
    _, marks, weight, _ = struct.unpack_from("<HHHH", payload)
    return look_of(
        "",
        _colour(payload, 12, theme),
        bold=weight >= _BOLD,
        italic=bool(marks & _ITALIC),
        underline=bool(payload[8]),
        strike=bool(marks & _STRIKE),
    )


def _colour(payload: bytes, position: int, theme: Sequence[str]) -> str:
    kind, number, tint, red, green, blue = struct.unpack_from("<BBhBBB", payload, position)
    # The lowest bit says whether red, green and blue are valid, not what kind of colour this is.
    kind >>= 1
    if kind == _BY_VALUE:
        colour = f"{red:02X}{green:02X}{blue:02X}"
    elif kind in (_INDEXED, _THEME):
        colour = numbered(PALETTE if kind == _INDEXED else theme, number, "")
    else:
        return ""
    # From -32767 to 32767 here, from -1 to 1 in XML ([MS-XLSB] BrtColor).
    return tinted(colour, str(tint / 32767)) if colour else ""


def _read_comments(data: bytes, sheet: str, collector: Collector) -> None:
    authors: list[str] = []
    row = column = author = 0
    for kind, payload in records(data):
        if kind == _AUTHOR:
            authors.append(wide_string(payload, 0)[0])
        elif kind == _COMMENT:
            author, top, _, left, _ = struct.unpack_from("<IIIII", payload)
            row, column = top + 1, left + 1
        elif kind == _COMMENT_TEXT:
            collector.comment(sheet, row, column, wide_string(payload, 1)[0], numbered(authors, author, ""))
