"""Serial numbers that come twice in a list of a unit's own: a row that was copied, or filled in twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lzxl.forms.model import Field
from lzxl.forms.places import Place
from lzxl.forms.values import display, is_blank, parse
from lzxl.submission import Fact, Table
from lzxl.workbook.reading.content import SheetContent

_SERIAL = Field("", "", "serial", "", "internal")


def repeated_serials(content: SheetContent, table: Table) -> list[Fact]:
    """One fact for each number that stands in several rows. A list may begin again in each of its sections."""
    column = table.columns.get("serial")
    if column is None:
        return []
    found = []
    for serial, rows in _repeated(content, table, column):
        cells = [Place.cell(content.name, row, column, table.name, "serial") for row in rows]
        found.append(Fact("serial_repeated", cells[1], value=serial, more={"cells": cells}))
    return found


def _repeated(content: SheetContent, table: Table, column: int) -> list[tuple[str, list[int]]]:
    """(number, the rows that have it), for numbers that a section has more than once; merged cells stand once."""
    sections = _sections(_serials(content, table, column))
    return [(serial, rows) for section in sections for serial, rows in section.items() if len(rows) > 1]


def _sections(serials: Iterable[tuple[int, str]]) -> list[dict[str, list[int]]]:
    """Of each section its numbers, each with the rows that have it."""
    sections: list[dict[str, list[int]]] = [{}]
    first: str | None = None
    previous: str | None = None
    for row, serial in serials:
        first = first or serial
        # Where the first number comes again a section begins; two cells of it one below the other are a copied row.
        if serial == first and previous not in (None, serial):
            sections.append({})
        sections[-1].setdefault(serial, []).append(row)
        previous = serial
    return sections


def _serials(content: SheetContent, table: Table, column: int) -> Iterator[tuple[int, str]]:
    """Row and number of each row that has one."""
    for row in table.rows:
        raw = content.cell(row, column)
        if not is_blank(raw):
            yield row, display(parse(_SERIAL, raw).value)
