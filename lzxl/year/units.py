"""Which unit a cell of the office's books means: its code, its name, or both together."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lzxl.forms.roster import Unit
from lzxl.forms.text import compact, fold

_CODE = re.compile(r"^[A-Z0-9]{2,12}")


def told_unit(code: str, units: Mapping[str, Unit]) -> str:
    """A unit's code and name; the code alone if the roster has none such."""
    unit = units.get(code)
    return f"{code} {unit.name}" if unit is not None else code


def unit_code(text: object, units: Mapping[str, Unit]) -> str:
    """The code of the unit that a text names, as in HB10, 综合行政执法大队, or “HB10 综合行政执法大队”; "" if it names none.

    `units`: the roster by code. Without one, a text is taken for a code where it begins like one.
    """
    said = compact(str(text or "")).upper()
    if not said:
        return ""
    if not units:
        found = _CODE.match(said)
        return found.group() if found else ""
    if said in units:
        return said
    folded = fold(said)
    for code, unit in units.items():
        name = fold(unit.name)
        if folded in (name, fold(f"{code}{unit.name}"), fold(f"{unit.name}{code}")):
            return code
    return ""
