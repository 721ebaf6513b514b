"""Which rich values of an .xlsx file are pictures in cells ([MS-XLSX] 2.3.6): a cell names one by its attribute vm."""

from __future__ import annotations

from xml.parsers import expat

from lzxl.workbook.reading.package import Package

_PICTURES = ("_localImage", "_webimage")


def picture_numbers(package: Package) -> dict[str, bool]:
    """Number of a rich value, as cells write it → whether it is a picture. What the file does not tell is not in it."""
    try:
        kinds = [one.attributes.get("t", "") for one in package.elements("xl/richData/rdrichvaluestructure.xml", "s")]
        values = [one.attributes.get("s", "") for one in package.elements("xl/richData/rdrichvalue.xml", "rv")]
        metadata = package.elements("xl/metadata.xml", "valueMetadata", "cellMetadata", "rc", "rvb")
    except (KeyError, expat.ExpatError):
        return {}
    blocks = [_at(values, one.attributes.get("i")) for one in metadata if one.name == "rvb"]
    cells: list[str] = []
    are_values = False
    for one in metadata:
        if one.name == "rc" and are_values:
            cells.append(_at(kinds, _at(blocks, one.attributes.get("v"))))
        elif one.name.endswith("Metadata"):
            are_values = one.name == "valueMetadata"
    return {str(number): kind in _PICTURES for number, kind in enumerate(cells, 1) if kind}


def _at(entries: list[str], position: str | None) -> str:
    """The entry at a position that the file gives, "" if there is none."""
    if position is None or not position.isdecimal() or int(position) >= len(entries):
        return ""
    return entries[int(position)]
