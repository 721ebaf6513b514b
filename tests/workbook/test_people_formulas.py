"""Who answers for a row is shown by live formulas: every engine gives what is stored, and the office looks up the same (第七条)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.checks.context import Context
from lzxl.checks.lookups import looked_up
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.forms.staff import staff_of
from lzxl.forms.text import column_letters
from lzxl.submission import Submission
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.people import add_people
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values

from ..libreoffice import Office
from .engines import Engine, assert_shows_what_it_stores, by_formualizer, by_ironcalc, by_libreoffice

DAY = datetime.date(2026, 10, 8)
UNIT = Unit("HB01", "办公室", head="谭永年", liaison="苏婉清", key_posts=("财务岗",))
PEOPLE = People(
    (
        Person("谭永年", "HB01", "主任岗", is_middle=True),
        Person("苏婉清", "HB01", "印章管理岗"),
        Person("贺知微", "HB01", "印章管理岗"),
        Person("=1+1", "HB01", "怪名岗", section="二科"),
        Person("温如言", "HB01", "科长岗", is_middle=True, section="二科"),
        Person("孟秋华", "HB00", "副局长岗", in_charge_of=("HB01",)),
    )
)
POINTS: list[dict[str, Any]] = [
    {"id": "HB01-001", "post": "印章管理岗", "point": "用印"},
    {"id": "HB01-002", "post": "主任岗", "point": "审批", "responsible": "温如言"},
    {"id": "HB01-003", "post": "没有的岗", "point": "无"},
    {"id": "HB01-004", "post": "*岗", "point": "不是通配"},
    {"id": "HB01-005", "post": "怪名岗", "point": "不是公式"},
    {"id": "HB01-006", "post": "财务岗", "point": "无人"},
]
MEASURES: list[dict[str, Any]] = [
    {"id": "HB01-C001", "risk_id": "HB01-001", "content": "双人用印"},
    {"id": "HB01-C002", "risk_id": "HB01-002", "content": "会审"},
    {"id": "HB01-C003", "risk_id": "HB01-099", "content": "没有的"},
    {"id": "HB01-C004", "risk_id": "HB01-001", "content": "另定", "owner": "谭永年"},
]
EXPECTED = [
    ("苏婉清、贺知微", "办公室", "谭永年", "孟秋华"),
    ("温如言", "办公室", "谭永年", "孟秋华"),
    (None, None, "谭永年", "孟秋华"),
    (None, None, "谭永年", "孟秋华"),
    ("=1+1", "二科", "温如言", "孟秋华"),
    (None, None, "谭永年", "孟秋华"),
]
OWNERS = ["苏婉清、贺知微", "温如言", None, "谭永年"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    form, grading = load_form("risk_register"), load_grading()
    workbook = build_workbook(form, grading)
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB01", "办公室", "2026年度"))
    fill_workbook(workbook, form, {"reported_on": DAY}, {"risk_points": POINTS, "measures": MEASURES})
    looked = add_people(workbook, form, staff_of(UNIT, PEOPLE, DAY))
    shown = shown_values(workbook, form, grading)
    made = tmp_path_factory.mktemp("people") / "登记表.xlsx"
    made.write_bytes(
        workbook_bytes(workbook, {title: {**texts, **looked.get(title, {})} for title, texts in shown.items()})
    )
    return made


def test_what_is_looked_up_may_be_typed_over_in_every_row(path: Path) -> None:
    """Below the rows that are filled in as well: Excel also deletes a row of a protected sheet only if none of it is locked."""
    workbook = load_workbook(path)
    for name in ("risk_points", "measures"):
        sheet = load_form("risk_register").by_name[name]
        layout = table_layout(sheet)
        columns = [column_letters(layout.columns[field]) for field in sheet.looked_up]
        below = [cell for letters in columns for cell in workbook[sheet.title][letters][layout.first_row - 1 :]]
        shown = [cell for cell in below if cell.data_type == "f"]
        assert len(shown) > 50 * len(columns)
        assert [cell.coordinate for cell in shown if cell.protection.locked] == []
        assert {cell.font.name for cell in shown} == {"宋体"}


def stored(path: Path, sheet: str, titles: tuple[str, ...], count: int) -> list[tuple[Any, ...]]:
    worksheet = load_workbook(path, data_only=True)[sheet]
    columns = {cell.value: cell.column for cell in worksheet[5]}
    return [tuple(worksheet.cell(row, columns[title]).value or None for title in titles) for row in range(6, 6 + count)]


def test_what_is_stored_is_who_holds_the_post_heads_the_unit_and_leads_it(path: Path) -> None:
    assert stored(path, "风险点", ("直接责任人", "单位/科室", "科室负责人", "责任领导"), 6) == EXPECTED
    assert [owner for (owner,) in stored(path, "防控措施", ("责任人",), 4)] == OWNERS


def test_the_office_reads_and_looks_up_the_same(path: Path) -> None:
    [read] = read_all([Job(path, path.name)])
    assert "formula_value_used" not in {fact.kind for fact in read.facts}
    known = replace(Context(load_grading()), units={"HB01": UNIT}, people=PEOPLE)
    assert persons(looked_up(read, known)) == persons(read) == EXPECTED


def persons(made: Submission) -> list[tuple[Any, ...]]:
    table = made.table("risk_points")
    assert table is not None
    names = ("responsible", "section", "section_head", "leader")
    return [tuple(table.get(name, index) for name in names) for index in range(len(table.rows))]


def test_a_formula_of_the_units_own_without_a_value_is_told(tmp_path: Path) -> None:
    """Where there is no list of ours, a formula is the unit's: what it shows is not known, and said to be not known."""
    form, grading = load_form("risk_register"), load_grading()
    workbook = build_workbook(form, grading)
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB01", "办公室", "2026年度"))
    fill_workbook(workbook, form, {"reported_on": DAY}, {"risk_points": POINTS})
    column = next(cell.column for cell in workbook["风险点"][5] if cell.value == "直接责任人")
    workbook["风险点"].cell(6, column).value = "=D6"
    (tmp_path / "登记表.xlsx").write_bytes(workbook_bytes(workbook, shown_values(workbook, form, grading)))
    [read] = read_all([Job(tmp_path / "登记表.xlsx", "登记表.xlsx")])
    assert "formula_without_value" in {fact.kind for fact in read.facts}


@pytest.mark.slow
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_engines_show_what_is_stored(engine: Engine, path: Path) -> None:
    assert_shows_what_it_stores(path, engine)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_shows_what_is_stored(path: Path, office: Office) -> None:
    assert_shows_what_it_stores(path, by_libreoffice(office))
