"""What may be asked of a workbook that is there, and why it is not done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NewRow:
    """A row to go below the last one that is used."""

    sheet: str
    """The sheet's name in the form."""
    values: Mapping[str, Any]
    """Field name → value: text, number, day, several words, a formula (`Live`), or None."""


@dataclass(frozen=True)
class SetCells:
    """Values for cells of a row that is there: of fields that the program computes, and of cells that are blank.

    What somebody typed into any other field stays, and nothing is said.
    """

    sheet: str
    row: int
    """As it was read (`Table.rows`)."""
    values: Mapping[str, Any]


Change = NewRow | SetCells


class AmendError(Exception):
    """A workbook that is not changed: what kind of trouble, and where."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
