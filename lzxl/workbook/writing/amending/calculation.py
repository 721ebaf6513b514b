"""What a workbook says of its own calculation, made true again after cells have changed."""

from __future__ import annotations

import re
from collections.abc import Collection

from lzxl.workbook.writing.xml_part import XmlPart

_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
"""What stands before calcPr in a workbook's part, in any order that a program gives it (ECMA-376 part 1, 18.2.27)."""


def calculate_on_load(workbook: XmlPart) -> None:
    """Ask the program that opens the workbook to calculate all of it: what its formulas show may rest on what was changed."""
    for said in workbook.elements("calcPr"):
        if said.attributes.get("fullCalcOnLoad") not in ("1", "true"):
            workbook.set_attribute(said.start, "fullCalcOnLoad", "1")
        return
    root = re.search(rb"<(\w+:)?workbook[\s>]", workbook.xml)
    prefix = (root.group(1) or b"") if root is not None else b""
    behind = _behind_what_comes_before(workbook)
    workbook.put(behind, behind, b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix)


def _behind_what_comes_before(workbook: XmlPart) -> int:
    behind = 0

    def end(name: str, place: int) -> None:
        nonlocal behind
        if name in _BEFORE_CALCULATION:
            # Behind its closing tag; what is one tag ends where the parser stands.
            is_closing = workbook.xml[place : place + 2] == b"</" and name.encode() in workbook.tag(place)
            behind = place + len(workbook.tag(place)) if is_closing else place

    workbook.follow(lambda name, attributes, place: None, end)
    return behind


def without_links(xml: bytes, gone: Collection[tuple[str, str]]) -> bytes:
    """The chain of calculation without the cells that have no formula any more: (sheet's number, address)."""
    part = XmlPart(xml)
    sheet, is_number_lost = "", False
    for link in part.elements("c"):
        # A cell without a sheet's number is of the sheet of the one before it: who takes away the one that says it must
        # have the next one say it.
        says_sheet = "i" in link.attributes
        sheet = link.attributes.get("i", sheet)
        if (sheet, link.attributes.get("r", "")) in gone:
            part.put(link.start, link.start + len(part.tag(link.start)), b"")
            is_number_lost |= says_sheet
            continue
        if is_number_lost and not says_sheet:
            part.set_attribute(link.start, "i", sheet)
        is_number_lost = False
    return part.written()
