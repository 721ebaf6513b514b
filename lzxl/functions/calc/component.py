"""What LibreOffice loads: the functions of `lzxl.functions.core` as Calc calls them (idl/cn/lzxl/XFunctions.idl).

Runs in LibreOffice's own Python, inside the add-in that `build.py` packs: beside it lie tables.json and, under
pythonpath, core.py by a name that no other extension has.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import unohelper  # type: ignore[import-not-found]
from cn.lzxl import XFunctions  # type: ignore[import-not-found]
from lzxl_core import Functions, as_far_as_used, over_ranges  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable

    Block = tuple[tuple[Any, ...], ...]
    """Rows of cells. In a range, "" is a blank cell; alone, 0.0 may be one, or None where the argument was left out."""

IMPLEMENTATION = "cn.lzxl.functions.Component"
SERVICE = "LZ"
"""Calc finds =LZ.LEVEL(…) of an xlsx by the service's name and the method's."""


class Component(unohelper.Base, XFunctions):  # type: ignore[misc]
    """The functions over the tables that were packed with them."""

    def __init__(self, context: Any) -> None:
        tables = Path(__file__).with_name("tables.json").read_text(encoding="utf-8")
        self._functions = Functions(json.loads(tables))

    def level(self, likelihood: Any, severity: Any) -> Block:
        return _over(self._functions.level, likelihood, severity)

    def basis(self, likelihood: Any, severity: Any, number: Any, decided: Any) -> Block:
        return _over(self._functions.basis_by(*as_far_as_used([decided])), likelihood, severity, number)

    def score(self, *references: Any) -> Block:
        return _over(self._functions.score, *map(_cells, references))

    def disposition(self, degree: Any, targetKind: Any, breach: Any) -> Block:  # noqa: N803 - as in the IDL
        return _over(self._functions.disposition, degree, targetKind, breach)

    def due(self, day: Any, workdays: Any, holidays: Any, makeups: Any) -> Block:
        return _over(self._functions.due_by(*as_far_as_used([holidays, makeups])), day, workdays)


def _over(function: Callable[..., Any], *arguments: Any) -> Block:
    """The function over its arguments. Whole columns count as far as one of them is used, and so far goes the answer."""
    answer = over_ranges(function, *as_far_as_used(arguments))
    # Rows of cells also for one answer: a text that comes to Calc as `any` looks right, and is equal to nothing.
    return tuple(map(tuple, answer)) if isinstance(answer, list) else ((answer,),)


def _cells(reference: Any) -> Block:
    """What a reference holds. An error cell comes as None, which would be a blank: it becomes a text that is no number."""
    return tuple(tuple("#N/A" if cell is None else cell for cell in row) for row in reference.getDataArray())


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the loader looks for this name
g_ImplementationHelper.addImplementation(Component, IMPLEMENTATION, (SERVICE,))
