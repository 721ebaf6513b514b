"""What engines make of a workbook's formulas, beside what it stores for the programs that do not calculate.

IronCalc and formualizer stand for the programs that are neither Excel nor LibreOffice.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ..libreoffice import Cell, Office

# Sheet, row, column → what a formula's cell holds.
Values = dict[tuple[str, int, int], Any]
Engine = Callable[[Path, list[tuple[str, int, int]]], Values]


def plain(value: Any) -> Any:
    """A value as engines agree to write it: blanks as text, numbers without the last bits."""
    if value is None:
        return ""
    return round(float(value), 9) if isinstance(value, int | float) and not isinstance(value, bool) else value


def formulas(path: Path) -> Values:
    """The formula cells of a workbook, with what is stored in them."""
    return dict(_formulas(path.read_bytes()))


@lru_cache(maxsize=4)
def _formulas(data: bytes) -> Values:
    """Each engine is asked for the same workbook, one after another."""
    stored = load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.row, cell.column): plain(stored[sheet.title].cell(cell.row, cell.column).value)
        for sheet in load_workbook(io.BytesIO(data)).worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    }


def by_ironcalc(path: Path, cells: list[tuple[str, int, int]]) -> Values:
    ironcalc = pytest.importorskip("ironcalc")
    model = ironcalc.load_from_xlsx(str(path), "en", "Asia/Shanghai", "en")
    model.evaluate()
    number = {sheet["name"]: index for index, sheet in enumerate(model.get_worksheets_properties())}
    return {cell: plain(model.get_cell_value(number[cell[0]], *cell[1:])) for cell in cells}


def by_formualizer(path: Path, cells: list[tuple[str, int, int]]) -> Values:
    formualizer = pytest.importorskip("formualizer")
    workbook = formualizer.load_workbook(str(path))
    workbook.evaluate_all()
    return {cell: plain(workbook.get_value(*cell)) for cell in cells}


def by_libreoffice(office: Office) -> Engine:
    """The engine that people have."""

    def calculated(path: Path, cells: list[tuple[str, int, int]]) -> Values:
        with office.open(path) as book:
            book.recalculate()
            rows = {title: book.sheet(title).everything() for title in {title for title, _, _ in cells}}
        return {(title, row, column): plain(_at(rows[title], row, column)) for title, row, column in cells}

    return calculated


def _at(rows: list[list[Cell]], row: int, column: int) -> Cell:
    """A cell of what is used of a sheet; blank beyond it."""
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


by_engine = pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])


def assert_shows_what_it_stores(path: Path, engine: Engine) -> Values:
    stored = formulas(path)
    assert stored
    calculated = engine(path, list(stored))
    assert {cell: value for cell, value in calculated.items() if value != stored[cell]} == {}
    return stored
