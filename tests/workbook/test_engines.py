"""Every engine shows the same: what a workbook stores, and what programs that calculate make of it.

IronCalc and formualizer stand for the programs that are neither Excel nor LibreOffice; LibreOffice has tests of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import formualizer
import ironcalc
import pytest
from openpyxl import load_workbook

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import FORM_IDS, load_form
from lzxl.forms.model import Form
from lzxl.workbook.writing.build import build_workbook, standard_path
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values

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
    data = path.read_bytes()
    stored = load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.row, cell.column): plain(stored[sheet.title].cell(cell.row, cell.column).value)
        for sheet in load_workbook(io.BytesIO(data)).worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    }


def by_ironcalc(path: Path, cells: list[tuple[str, int, int]]) -> Values:
    model = ironcalc.load_from_xlsx(str(path), "en", "Asia/Shanghai", "en")
    model.evaluate()
    number = {sheet["name"]: index for index, sheet in enumerate(model.get_worksheets_properties())}
    return {cell: plain(model.get_cell_value(number[cell[0]], *cell[1:])) for cell in cells}


def by_formualizer(path: Path, cells: list[tuple[str, int, int]]) -> Values:
    workbook = formualizer.load_workbook(str(path))
    workbook.evaluate_all()
    return {cell: plain(workbook.get_value(*cell)) for cell in cells}


by_engine = pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
by_form = pytest.mark.parametrize("form_id", FORM_IDS)


def assert_shows_what_it_stores(path: Path, engine: Engine) -> Values:
    stored = formulas(path)
    assert stored
    calculated = engine(path, list(stored))
    assert {cell: value for cell, value in calculated.items() if value != stored[cell]} == {}
    return stored


def rows_of_every_pair(grading: GradingTable) -> Iterator[dict[str, str]]:
    """A row for every likelihood and severity, with blanks, wrong words, wildcards, other case and blanks around among them."""
    odd = ("", "高", "??", "*", " 较大")
    for likelihood, severity in product((*grading.likelihood.allowed, *odd), (*grading.severity.allowed, *odd)):
        yield {"point": f"{likelihood}×{severity}", "likelihood": likelihood, "severity": severity}


@by_engine
@by_form
def test_a_blank_workbook_shows_what_it_stores(form_id: str, engine: Engine) -> None:
    assert_shows_what_it_stores(standard_path(load_form(form_id)), engine)


@by_engine
def test_a_filled_register_shows_every_level_and_what_it_rests_on(
    register: Form, grading: GradingTable, engine: Engine, tmp_path: Path
) -> None:
    workbook = build_workbook(register, grading)
    stamp_workbook(workbook, register, Stamp(register.id, register.version, "HB01", "办公室", "2026年度"))
    rows = list(rows_of_every_pair(grading))
    fill_workbook(workbook, register, {}, {"risk_points": rows})
    path = tmp_path / "登记表.xlsx"
    path.write_bytes(workbook_bytes(workbook, shown_values(workbook, register, grading)))
    stored = assert_shows_what_it_stores(path, engine)
    levels = [value for (sheet, _, column), value in stored.items() if sheet == "风险点" and column == 12]
    assert {level for level in levels if level} == {*grading.level.allowed, "取值非法"}
    assert stored["封面", 11, 4].endswith(f"表现有 {len(rows)} 行")
    assert stored["风险点", 2, 1] == "单位：办公室"


@by_engine
def test_returns_show_what_they_store(demo: Path, engine: Engine) -> None:
    returned = sorted((demo / "退回").rglob("*_退回.xlsx"))
    assert len({path.name.partition("_")[0] for path in returned}) == 3
    for path in returned:
        assert_shows_what_it_stores(path, engine)


@by_engine
def test_the_summary_shows_what_it_stores(demo: Path, engine: Engine) -> None:
    [path] = (demo / "汇总").glob("*.xlsx")
    assert len(assert_shows_what_it_stores(path, engine)) > 500
