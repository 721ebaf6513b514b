"""What was decided on a unit's own risk points stands in its workbook beside the computed levels (认定), in every engine."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lzxl.forms.load import load_form, load_grading
from lzxl.functions.core import Functions
from lzxl.functions.tables import tables_of
from lzxl.workbook.layout import DECIDED, DECIDED_SHEET, table_layout
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.decided import add_decisions
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.decisions import Decision, Point, Told
from lzxl.year.resolved import Resolved

from ..libreoffice import Office
from .engines import Engine, assert_shows_what_it_stores, by_formualizer, by_ironcalc, by_libreoffice

GRADING, FORM = load_grading(), load_form("risk_register")
SHEET = FORM.by_name["risk_points"]
LAYOUT = table_layout(SHEET)
RAISED = "领导小组2026-03-20认定为一级（第1次会议，云环廉组纪〔2026〕1号）；按分级表为二级"
AGREED = "领导小组2026-03-20认定为二级（第1次会议，云环廉组纪〔2026〕1号）"
WORDS: list[tuple[str | None, str | None, str | None]] = [
    ("HB01-001", "较大", "较严重"),
    ("HB01-002", "较大", "较严重"),
    ("HB01-003", "较大", "严重"),
    ("HB01-004", "较大", "较严重"),
    ("HB01-0*", "较大", "较严重"),
    ("HB01-005", None, "较严重"),
    ("HB01-006", "大", "较严重"),
    ("HB01-007", "较小", "较严重"),
    (None, "较小", "较严重"),
    ("HB01-008", "较小", "较严重"),
    ("HB01-009", "较小", "较严重"),
]
"""As decided and raised; as decided and agreed; changed since; never decided; no wildcard; not graded; no word; of a cell that was
decided as a whole, by a unit that adds it, with a number and without; of that cell and decided alone, so that it holds and so that
it does not."""


def decision(subject: str, likelihood: str, severity: str, computed: str, level: str, row: int = 1) -> Decision:
    day = datetime.date(2026, 3, 20)
    where = "第1次会议", "云环廉组纪〔2026〕1号", day
    return Decision(row, subject, likelihood, severity, computed, level, "密而不宣", *where, is_lasting=True)


DECISIONS = [
    decision("HB01-001", "较大", "较严重", "二级", "一级"),
    decision("HB01-002", "较大", "较严重", "二级", "二级"),
    decision("HB01-003", "较大", "较严重", "二级", "一级"),
    decision("HB01-006", "较大", "较严重", "二级", "一级"),
    decision("", "较小", "较严重", "三级", "二级"),
    decision("HB01-008", "较小", "较严重", "三级", "一级"),
    decision("HB01-009", "较小", "较严重", "三级", "一级", row=2),
    decision("HB01-009", "较小", "较严重", "三级", "三级", row=3),
]


def told(decisions: list[Decision]) -> list[Told]:
    """What the workbook of a unit says that had filed all these points but those that were decided as a whole cell."""
    words = [(number, "较大", "较严重") for number, *_ in WORDS if number and number != "HB01-007"]
    points = [Point(number, "HB01", likelihood, severity, "二级") for number, likelihood, severity in words]
    return Resolved(tuple(decisions)).told(points, GRADING, frozenset())


def basis_of(likelihood: str | None, severity: str | None) -> str:
    grade = GRADING.grade(likelihood or "", severity or "")
    return grade.basis if grade is not None else ""


def told_as(level: str) -> str:
    return f"领导小组2026-03-20认定为{level}（第1次会议，云环廉组纪〔2026〕1号）；按分级表为三级"


EXPECTED = [
    RAISED,
    AGREED,
    *(basis_of(*words) for _, *words in WORDS[2:7]),
    told_as("二级"),
    told_as("二级"),
    told_as("一级"),
    basis_of("较小", "较严重"),
]


def made(decisions: list[Decision]) -> Workbook:
    workbook = build_workbook(FORM, GRADING)
    stamp_workbook(workbook, FORM, Stamp(FORM.id, FORM.version, "HB01", "办公室", "2026年度"))
    rows: list[dict[str, Any]] = [
        {"id": number, "point": "用印", "likelihood": likelihood, "severity": severity}
        for number, likelihood, severity in WORDS
    ]
    fill_workbook(workbook, FORM, {}, {SHEET.name: rows})
    add_decisions(workbook, FORM, told(decisions))
    return workbook


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workbook = made(DECISIONS)
    target = tmp_path_factory.mktemp("decided") / "登记表.xlsx"
    target.write_bytes(workbook_bytes(workbook, shown_values(workbook, FORM, GRADING)))
    return target


def column(path: Path, name: str) -> list[str]:
    worksheet = load_workbook(path, data_only=True)[SHEET.title]
    rows = range(LAYOUT.first_row, LAYOUT.first_row + len(WORDS))
    return [str(worksheet[LAYOUT.cell(name, row)].value or "") for row in rows]


def test_the_decision_is_told_as_long_as_the_point_is_as_it_was_decided_on(path: Path) -> None:
    assert column(path, "basis") == EXPECTED


def test_the_level_stays_the_computed_one(path: Path) -> None:
    assert column(path, "level") == ["二级", "二级", "一级", "二级", "二级", "", "用词不在可选范围", *["三级"] * 4]


def test_why_it_was_decided_is_not_told(path: Path) -> None:
    assert all("密" not in str(cell.value) for row in load_workbook(path)[DECIDED_SHEET] for cell in row)


def test_a_workbook_without_decisions_has_no_list_of_them() -> None:
    assert DECIDED_SHEET not in made([]).sheetnames


def test_the_list_is_hidden_and_nothing_that_the_unit_reports(path: Path) -> None:
    assert load_workbook(path)[DECIDED_SHEET].sheet_state == "hidden"
    [read] = read_all([Job(path, path.name)])
    assert read.refusal is None and DECIDED_SHEET not in str([read.unplaced, read.facts])
    assert read.form == FORM.id and {table.title for table in read.tables} <= {sheet.title for sheet in FORM.tables}


def test_the_function_says_the_same_of_the_list(path: Path) -> None:
    book = load_workbook(path)
    sheet, _, bounds = book.defined_names[DECIDED].attr_text.replace("'", "").replace("$", "").partition("!")
    decided = [[cell.value for cell in row] for row in book[sheet][bounds]]
    basis = Functions(tables_of(GRADING)).basis_by(decided)
    assert [basis(likelihood, severity, number) for number, likelihood, severity in WORDS] == EXPECTED


@pytest.mark.slow
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_engines_show_what_is_stored(engine: Engine, path: Path) -> None:
    assert_shows_what_it_stores(path, engine)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_shows_what_is_stored(path: Path, office: Office) -> None:
    assert_shows_what_it_stores(path, by_libreoffice(office))
