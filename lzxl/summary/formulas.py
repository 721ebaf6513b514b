"""Live totals: Excel 2007 formulas over the bounded ranges of the tables that were written.

A unit's code is compared by reference to its cell. COUNTIFS reads texts such as "011", "1E2" or "MAR10" as numbers or
dates, so if any code of the roster looks like one, totals by unit use SUMPRODUCT, which compares texts as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lzxl.forms.text import column_letters

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_READ_AS_VALUE = re.compile(rf"\d+|\d+E\d+|TRUE|FALSE|(?:{_MONTHS})[A-Z]*\d+|\d+(?:{_MONTHS})[A-Z]*\d*")


@dataclass(frozen=True)
class Region:
    """The data rows of a table on a sheet: rows and columns counted from 0, `first` to `last` inclusive."""

    sheet: str
    first: int
    last: int
    columns: Mapping[str, int]

    def ref(self, name: str) -> str:
        """The absolute range of a column, for formulas on other sheets."""
        # No sheet of ours has an apostrophe in its name: the models of `schemas/` do not let it in.
        return f"'{self.sheet}'!{self.local(name)}"

    def local(self, name: str) -> str:
        """The absolute range of a column, for formulas on the same sheet."""
        letters = column_letters(self.columns[name] + 1)
        return f"${letters}${self.first + 1}:${letters}${self.last + 1}"

    def chart(self, name: str) -> list[str | int]:
        """The range of a column as XlsxWriter's charts take it."""
        column = self.columns[name]
        return [self.sheet, self.first, column, self.last, column]

    def cell(self, row: int, name: str) -> str:
        """The absolute reference, with sheet, of one cell; `row` counted from 0 over the sheet."""
        return f"'{self.sheet}'!{cell(row, self.columns[name])}"


def region(sheet: str, first: int, height: int, columns: Iterable[str]) -> Region:
    """The region of `height` data rows from `first`; an empty table keeps a blank row, so that its ranges are valid."""
    names = {name: position for position, name in enumerate(columns)}
    return Region(sheet, first, first + max(height, 1) - 1, names)


def cell(row: int, column: int) -> str:
    """The absolute reference of a cell of the same sheet; counted from 0."""
    return f"${column_letters(column + 1)}${row + 1}"


def criterion(word: str) -> str:
    """A word as a criterion of COUNTIFS that matches that text and nothing else (* ? ~ < > = are taken literally)."""
    literal = re.sub(r"([~*?])", r"~\1", word)
    if literal[:1] in "<>=":
        literal = "=" + literal
    return '"' + literal.replace('"', '""') + '"'


class Totals:
    """Makes COUNTIFS and SUMIFS, or their exact equals where a unit code would be misread."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._exact = any(_READ_AS_VALUE.fullmatch(code) for code in codes)

    def count(self, table: Region, conditions: Mapping[str, str]) -> str:
        """How many rows meet all conditions (column → criterion(word), or a cell reference), without the =."""
        if self._exact and "unit_code" in conditions:
            return f"SUMPRODUCT({self._product(table, conditions)})"
        return f"COUNTIFS({self._pairs(table, conditions)})"

    @staticmethod
    def _pairs(table: Region, conditions: Mapping[str, str]) -> str:
        return ",".join(f"{table.ref(name)},{wanted}" for name, wanted in conditions.items())

    @staticmethod
    def _product(table: Region, conditions: Mapping[str, str]) -> str:
        tests = (f"({table.ref(name)}={_plain(wanted)})" for name, wanted in conditions.items())
        # One test alone is a list of truths, which SUMPRODUCT adds up to nothing: multiplied by 1 they are numbers.
        return "*".join(tests) + "*1"


def _plain(wanted: str) -> str:
    """A criterion as a plain text for =, which knows no wildcards."""
    if not wanted.startswith('"'):
        return wanted
    text = re.sub(r"~([~*?])", r"\1", wanted[1:-1])
    return f'"{text[1:] if text[:2] in ("=<", "=>", "==") else text}"'


def rows_in(table: Region, name: str = "unit_code") -> str:
    """How many rows a table has, without the =."""
    return f"COUNTA({table.ref(name)})"
