"""Which rich values of an .xlsx file are pictures in cells ([MS-XLSX] 2.3.6): a cell names one by its attribute vm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.parsers import expat

from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.parts import Element

_VALUES, _RELATED = "xl/richData/rdrichvalue.xml", "xl/richData/richValueRel.xml"
# A picture that was put in, and one that the function IMAGE fetched.
_PICTURES = ("_localImage", "_webimage")


def picture_numbers(package: Package) -> dict[str, bool]:
    """Number of a rich value, as cells write it → whether it is a picture. What the file does not tell is not in it."""
    try:
        kinds = [one.attributes.get("t", "") for one in package.elements("xl/richData/rdrichvaluestructure.xml", "s")]
        values = [one.attributes.get("s", "") for one in package.elements(_VALUES, "rv")]
        numbers = _value_numbers(package)
    except (KeyError, expat.ExpatError):
        return {}
    found = {number: _at(kinds, _at(values, value)) for number, value in numbers.items()}
    return {number: kind in _PICTURES for number, kind in found.items() if kind}


def picture_parts(package: Package) -> dict[str, str]:
    """Number of a rich value, as cells write it → the part with its picture, for those that are in the file."""
    is_picture = picture_numbers(package)
    try:
        shown = _first_values(package)
        related = package.relations(_RELATED)
        parts = [one.attributes.get("id", "") for one in package.elements(_RELATED, "rel")]
        numbers = _value_numbers(package)
    except (KeyError, expat.ExpatError):
        return {}
    named = {number: related.get(_at(parts, _at(shown, value))) for number, value in numbers.items()}
    return {number: one.part for number, one in named.items() if one is not None and is_picture.get(number)}


def _first_values(package: Package) -> list[str]:
    """Of each rich value the first of what it holds: of a picture, that says which one it is."""
    shown: list[str] = []
    for one in package.elements(_VALUES, "rv", "v"):
        if one.name == "rv":
            shown.append("")
        elif shown and not shown[-1]:
            shown[-1] = "".join(one.text)
    return shown


def _value_numbers(package: Package) -> dict[str, str]:
    """Number of a rich value, as cells write it → as the part of rich values counts it. Raises KeyError where there are none."""
    metadata = package.elements("xl/metadata.xml", "valueMetadata", "cellMetadata", "rc", "rvb")
    blocks = [one.attributes.get("i", "") for one in metadata if one.name == "rvb"]
    # Cells count these from 1, all other lists here begin with 0.
    return {str(number): _at(blocks, block) for number, block in enumerate(_blocks_of_cells(metadata), 1)}


def _blocks_of_cells(metadata: Iterable[Element]) -> Iterator[str | None]:
    """Of each entry that cells name by their attribute vm (that of their metadata is cm), the block it stands for."""
    are_values = False
    for one in metadata:
        if one.name.endswith("Metadata"):
            are_values = one.name == "valueMetadata"
        elif one.name == "rc" and are_values:
            yield one.attributes.get("v")


def _at(entries: list[str], position: str | None) -> str:
    """The entry at a position that the file gives, "" if there is none."""
    if position is None or not position.isdecimal() or int(position) >= len(entries):
        return ""
    return entries[int(position)]
