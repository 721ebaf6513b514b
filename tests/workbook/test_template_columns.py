"""A bureau's own form as Excel saves it: equal neighbouring columns are declared as one."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from itertools import groupby
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.demo.bureau import SampleBureau, load_bureau
from lzxl.forms.load import book_ids, form_ids, load_form, load_grading
from lzxl.forms.model import Form
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import table_layout
from lzxl.workbook.writing.build import build_workbook, load_template
from lzxl.workbook.writing.fill import fill_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.tables import number_format

CASE = Path(__file__).parents[1] / "cases" / "engines" / "模板_列已合并声明.xlsx"
FAR, LAST = 60, 16384

# The office's books are sent to nobody.
by_form = pytest.mark.parametrize("form_id", [form_id for form_id in form_ids() if form_id not in book_ids()])


def as_excel_declares(data: bytes, *, like_the_rest: bool = False) -> bytes:
    """A workbook whose equal neighbouring columns are declared as one range.

    `like_the_rest`: the table's last columns look like the empty ones behind them, and are declared together with those.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode() if name.endswith(".xml") else source.read(name)
            if isinstance(content, str):
                content = re.sub("<cols>(.*?)</cols>", lambda found: _declared(found[1], like_the_rest), content)
            target.writestr(name, content)
    return packed.getvalue()


def _declared(columns: str, like_the_rest: bool) -> str:
    looks: dict[int, str] = {}
    last_of_table = 0
    for attributes in re.findall("<col ([^>]*?) ?/>", columns):
        first, last = (int(re.search(f'{name}="(\\d+)"', attributes)[1]) for name in ("min", "max"))  # type: ignore[index]
        last_of_table = last if last < FAR else last_of_table
        for column in range(first, min(last, FAR) + 1):
            looks[column] = " ".join(sorted(re.sub('(min|max)="\\d+"', "", attributes).split()))
    if like_the_rest and last_of_table:
        for column in range(max(1, last_of_table - 1), FAR + 1):
            looks[column] = looks[last_of_table]
    ranges = []
    for look, group in groupby(sorted(looks), key=lambda column: looks[column]):
        found = list(group)
        last = LAST if found[-1] == FAR else found[-1]
        ranges.append(f'<col min="{found[0]}" max="{last}" {look}/>')
    return f"<cols>{''.join(ranges)}</cols>"


def roster(bureau: SampleBureau) -> dict[str, list[dict[str, object]]]:
    return {
        "units": bureau.roster_rows(),
        "people": [{"person": "甲某", "unit": "HB01", "post": "出纳岗"}],
        "former": [{"code": "HB01", "former_name": "行政办", "changed_on": datetime.date(2026, 5, 1)}],
    }


def assert_can_be_sent_out(form: Form, template: bytes) -> None:
    """Filled with rows of a unit, every column keeps width, format and lock; what is saved opens again."""
    workbook = load_template(template, form, load_grading())
    bureau = load_bureau()
    tables = roster(bureau) if form.id == "unit_roster" else bureau.units[0].tables(form.id)
    fill_workbook(workbook, form, {} if form.cover is None else bureau.units[0].cover(form.id), tables)
    saved = load_workbook(io.BytesIO(workbook_bytes(workbook)))
    for sheet in form.tables:
        layout = table_layout(sheet)
        for field in sheet.fields:
            cell = saved[sheet.title].cell(layout.first_row, layout.columns[field.name])
            assert not cell.protection.locked, field.title
            assert cell.number_format == number_format(field) or field.computed, field.title


def test_columns_declared_as_one_are_each_like_the_first() -> None:
    """The case is a register of an earlier version; that one of today's can be filled, the tests below tell."""
    form = load_form("risk_register")
    workbook = load_template(CASE.read_bytes(), form, load_grading())
    sheet = workbook[form.main_sheet.title]
    assert (sheet.column_dimensions["C"].width, sheet.column_dimensions["D"].width) == (15, 15)
    assert sheet.column_dimensions["D"]._style == sheet.column_dimensions["C"]._style


@by_form
def test_every_form_can_be_sent_out_as_excel_saves_it(form_id: str) -> None:
    form = load_form(form_id)
    blank = workbook_bytes(build_workbook(form, load_grading()))
    declared = as_excel_declares(blank)
    sheets = [load_workbook(io.BytesIO(declared))[sheet.title] for sheet in form.tables]
    assert any(column.max > column.min for sheet in sheets for column in sheet.column_dimensions.values())
    assert_can_be_sent_out(form, declared)


@by_form
def test_columns_declared_together_with_the_empty_rest_are_columns_of_the_table(form_id: str) -> None:
    form = load_form(form_id)
    blank = workbook_bytes(build_workbook(form, load_grading()))
    workbook = load_template(as_excel_declares(blank, like_the_rest=True), form, load_grading())
    for sheet in form.tables:
        columns = workbook[sheet.title].column_dimensions
        before, last = (column_letters(table_layout(sheet).last_column - back) for back in (1, 0))
        assert columns[before].width == columns[last].width
        assert columns[before]._style == columns[last]._style
        assert columns[last].max == table_layout(sheet).last_column
        assert workbook_bytes(workbook)
