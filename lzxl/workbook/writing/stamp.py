"""The stamp of a distributed workbook: which form, which version, for which unit and period.

It stands in two places, because programs drop one or the other: custom document properties, and a hidden sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from lzxl.workbook.layout import STAMP_SHEET
from lzxl.workbook.writing.text import clean_text, put_text

PROPERTY_PREFIX = "lzxl_"
_PROPERTIES = {
    "form": "lzxl_form",
    "version": "lzxl_version",
    "unit_code": "lzxl_unit",
    "unit_name": "lzxl_unit_name",
    "period": "lzxl_period",
    "scheme": "lzxl_scheme",
}


@dataclass(frozen=True)
class Stamp:
    """What a workbook was made for; unit and period are "" in a blank standard workbook, scheme where nothing is graded."""

    form: str
    version: str
    unit_code: str
    unit_name: str
    period: str
    scheme: str = ""


def stamp_values(stamp: Stamp) -> dict[str, str]:
    """Property name → value, in order."""
    return {_PROPERTIES[entry.name]: clean_text(getattr(stamp, entry.name)) for entry in fields(stamp)}


def write_stamp(workbook: Workbook, stamp: Stamp) -> None:
    """Put the stamp into the document properties and the sheet _lzxl, in place of any other."""
    properties = _properties(workbook)
    for name in list(properties.names):
        if name.startswith(PROPERTY_PREFIX):
            del properties[name]
    for name, value in stamp_values(stamp).items():
        if value:
            properties.append(StringProperty(name=name, value=value))
    if STAMP_SHEET in workbook.sheetnames:
        workbook.remove(workbook[STAMP_SHEET])
    sheet = workbook.create_sheet(STAMP_SHEET)
    # No menu of Excel shows such a sheet: nobody tidies it away.
    sheet.sheet_state = "veryHidden"
    for row, (name, value) in enumerate(stamp_values(stamp).items(), start=1):
        put_text(sheet.cell(row, 1), name)
        put_text(sheet.cell(row, 2), value)


def _properties(workbook: Any) -> Any:
    """The document's own properties, which the stubs of openpyxl do not know."""
    return workbook.custom_doc_props


def read_stamp(workbook: Workbook) -> Stamp:
    """The stamp of an opened workbook: from its properties, else from the sheet; "" for what is in neither."""
    found: dict[str, str] = {}
    if STAMP_SHEET in workbook.sheetnames:
        for name, value, *_ in workbook[STAMP_SHEET].iter_rows(max_col=2, values_only=True):
            found[str(name)] = str(value or "")
    properties = _properties(workbook)
    for name in properties.names:
        found[name] = str(properties[name].value or "")
    return Stamp(**{attribute: found.get(name, "") for attribute, name in _PROPERTIES.items()})
