"""考核意见 is live: what its formulas show is what the office works out, in every engine, whatever the scores (第八条(三))."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.campaign import appraise
from lzxl.forms.appraisal import AppraisalScheme, load_appraisal
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.writing.amend import amended
from lzxl.workbook.writing.amending.changes import NewRow, SetCells
from lzxl.workbook.writing.amending.live import Live
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.appraised import appraised, candidates, scoring_sheet, standard_items
from lzxl.year.decisions import Decision
from lzxl.year.grades import Evaluation, evaluate

from ..libreoffice import Office
from .engines import Engine, assert_shows_what_it_stores, by_formualizer, by_ironcalc, by_libreoffice

FORM = load_form("appraisal")
SCHEME = load_appraisal()
_SCORED = scoring_sheet("self_appraisal")
assert _SCORED is not None
ITEMS = standard_items(_SCORED)
KINDS = ("机关科室", "直属单位", "派出机构")
CODES = [f"HB{number:02d}" for number in range(1, 25)]
UNITS = {code: Unit(code, f"第{code}科", kind=KINDS[number % 3]) for number, code in enumerate(CODES)}
FEW = {code: UNITS[code] for code in CODES[:12]}
"""As many as a quota is shared out among, and two of whom nothing is known: what engines take for it grows with the square of them."""
DAY = datetime.date(2026, 12, 20)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Year:
    """What the appraisers wrote, and what the units gave themselves."""

    rows: Rows
    own: dict[str, Decimal | None]
    decided: dict[str, Decision] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=lambda: UNITS)


def exactly(
    self_score: str, off: float, final_off: float, bonus: float = 0, penalty: float = 0
) -> Callable[[str, Year], None]:
    """A unit of which all is known: what it lost at inspections and at the year-end check, on items 1 and 2."""

    def write(code: str, year: Year) -> None:
        year.own[code] = Decimal(self_score)
        year.rows["inspections"].append({"day": DAY, "unit": code, "item": "8", "points_off": off, "fact": "查"})
        year.rows["adjustments"].append(
            {"unit": code, "points_added": bonus, "points_taken": penalty, "occasion": "事"}
        )
        for item in ITEMS:
            given = float(item.points) - (final_off if item.number == "9" else 0)
            _check(year, code, item.number, float(item.points), given, "甲")

    return write


EDGES = [
    exactly("90", 0.1, 0.025, 0, 9.95 - 0.03),  # 98 + … - …
    exactly("50", 0, 0, 0, 0.05),
    exactly("100", 0, 0, 0, 10.05),  # 89.95 → 90.0
    exactly("100", 0, 0, 0, 10.06),  # 89.94 → 89.9
    exactly("100", 0, 0, 5, 0),  # never above 100, nor more than the cap
    exactly("0.25", 6, 6, 0, 100),
]


def _check(year: Year, code: str, item: str, points: float, given: float | None, by: str | None) -> None:
    off = 0.5 if int(item) % 3 == 0 else 0
    values = {"unit": code, "item": item, "content": "容", "points": points, "proposed_off": off or None}
    year.rows["final"].append({**values, "proposed_score": points - off, "final_score": given, "appraiser": by})


def any_unit(chance: random.Random, code: str, year: Year) -> None:
    """A unit whose scores are anything: some not there, some taken over, some lost twice, some named instead of coded."""
    name = chance.choice([code, UNITS[code].name])
    year.own[code] = chance.choice(
        [None, Decimal(chance.randint(0, 10000)) / 100, Decimal(chance.randint(700, 1000)) / 10]
    )
    for _ in range(chance.randint(0, 12)):
        number = str(chance.randint(1, 20))
        row = {"day": DAY, "unit": name, "item": number, "points_off": chance.randint(0, 700) / 100, "fact": "查"}
        year.rows["inspections"].append(row)
    for _ in range(chance.randint(0, 2)):
        points = {"points_added": chance.choice([None, 1.15, 2]), "points_taken": chance.choice([None, 0.35, 1])}
        year.rows["adjustments"].append({"unit": name, **points, "occasion": "事"})
    left_out = chance.choice([None] * 4 + [7])
    for item in ITEMS:
        points = float(item.points)
        given = chance.choice([points, points, None, round(points * chance.random(), 2), chance.choice([0, points])])
        by = "甲" if given is None and int(item.number) != left_out else chance.choice([None, "甲"])
        _check(year, code, item.number, points, given, by)
    for _ in range(chance.randint(0, 2)):
        foundation = {
            "foundation": chance.choice([None, "文"]),
            "ruled_by": chance.choice(["组", "组", None]),
            "ruled_on": DAY,
        }
        highest = chance.choice([*SCHEME.grades, "特优"])
        year.rows["ceilings"].append({"unit": name, "circumstance": "诫勉", "highest_grade": highest, **foundation})


def written(folder: Path, year: Year) -> Path:
    workbook = build_workbook(FORM, load_grading())
    stamp_workbook(workbook, FORM, Stamp(FORM.id, FORM.version, "", "", "2026年度"))
    rows = {**year.rows, "opinions": [{"unit": code, "opinion": "定稿"} for code in year.units]}
    data = workbook_bytes(workbook, shown_values(workbook, FORM, load_grading()))
    path = folder / "考核评定.xlsx"
    path.write_bytes(amended(data, FORM, [NewRow(name, row) for name, own in rows.items() for row in own]))
    return path


def worked_out(book: Submission, year: Year, scheme: AppraisalScheme = SCHEME) -> tuple[Evaluation, list[SetCells]]:
    """How the units stand, and what the office writes of it."""
    said = appraised(book, ITEMS, year.units)
    evaluation = evaluate(scheme, candidates(year.units.values(), ITEMS, year.own, said, year.decided))
    campaign: Any = SimpleNamespace(appraisal=scheme, units=year.units)
    writer = appraise._Opinions(campaign, book, ITEMS, said, DAY)
    return evaluation, [change for change in writer.changes(evaluation) if isinstance(change, SetCells)]


def made(folder: Path, seed: int, scheme: AppraisalScheme = SCHEME) -> Path:
    """A book of one year with its formulas, as the office leaves it; the first units are those of the edges."""
    chance, year = (
        random.Random(seed),
        Year({name: [] for name in ("inspections", "final", "adjustments", "ceilings")}, {}),
    )
    for number, code in enumerate(UNITS):
        EDGES[number](code, year) if number < len(EDGES) else any_unit(chance, code, year)
        if number >= len(EDGES) and chance.random() < 0.2:
            year.decided[code] = decision(code, chance.choice(scheme.grades))
    return _made(folder, year, scheme)


def decision(code: str, grade: str) -> Decision:
    return Decision(0, code, "", "", "", grade, "议", "组", "1", DAY, False)


def at_the_quota(folder: Path, results: Mapping[str, str], decided: Mapping[str, str], scheme: AppraisalScheme) -> Path:
    """A book in which these units have these results; of the others nothing is known."""
    year = Year({name: [] for name in ("inspections", "final", "adjustments", "ceilings")}, {}, units=FEW)
    for code, result in results.items():
        exactly("100", 0, 0, 0, 100 - float(result))(code, year)
    year.decided.update({code: decision(code, grade) for code, grade in decided.items()})
    return _made(folder, year, scheme)


def _made(folder: Path, year: Year, scheme: AppraisalScheme) -> Path:
    path = written(folder, year)
    [book] = read_all([Job(path, path.name)])
    _, changes = worked_out(book, year, scheme)
    data = amended(path.read_bytes(), FORM, changes)
    path.write_bytes(data)
    [again] = read_all([Job(path, path.name)])
    assert amended(data, FORM, worked_out(again, year, scheme)[1]) == b"", "written once, it is as it is to be"
    return path


GROUPED = replace(SCHEME, groups=(("机关科室", "直属单位"),))


@pytest.fixture(scope="module", params=[(1, SCHEME), (2, SCHEME), (3, GROUPED)], ids=["1", "2", "in groups"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("考核"), *request.param)


TEN = dict.fromkeys(CODES[:10], "85")
"""Ten units with a result, of which three may have the best grade."""
BEST = dict.fromkeys(CODES[:10], "95")
QUOTAS = {
    "enough": ({**TEN, "HB01": "95", "HB02": "95"}, {}),
    "tied": ({**TEN, "HB01": "97", "HB02": "95", "HB03": "95", "HB04": "95", "HB05": "91"}, {}),
    "left out": ({**TEN, "HB01": "97", "HB02": "96", "HB03": "95", "HB04": "94", "HB05": "94"}, {}),
    "all tied": (BEST, {}),
    "some decided": ({**BEST, "HB01": "80"}, {"HB01": "优秀", "HB02": "优秀", "HB03": "良好"}),
    "too many decided": ({**BEST, "HB05": "70"}, dict.fromkeys(CODES[:4], "优秀")),
    "just as many decided": (BEST, dict.fromkeys(CODES[:3], "优秀")),
}


@pytest.fixture(scope="module", params=QUOTAS)
def shared_out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a case, and its book."""
    return request.param, at_the_quota(tmp_path_factory.mktemp("名额"), *QUOTAS[request.param], SCHEME)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_engines_share_out_the_quota_as_the_office_does(shared_out: tuple[str, Path], engine: Engine) -> None:
    case, path = shared_out
    assert any(shown(path, "quota_note")) == (case != "enough")
    assert_shows_what_it_stores(path, engine)


@pytest.fixture(scope="module")
def without_quota(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return at_the_quota(tmp_path_factory.mktemp("不限"), BEST, {"HB02": "良好"}, replace(SCHEME, quota=None))


@pytest.mark.slow
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_engines_know_of_no_quota_where_there_is_none(without_quota: Path, engine: Engine) -> None:
    assert shown(without_quota, "final_grade")[:4] == ["优秀", "良好", "优秀", "优秀"]
    assert_shows_what_it_stores(without_quota, engine)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("total", [("合计", 905), ("平均", 96), (None, 905)])
def test_a_total_typed_below_the_units_is_no_candidate(
    total: tuple[str | None, float], tmp_path: Path, office: Office
) -> None:
    """Of nine units two may have the best grade; a row more would give three a place, and another rank to all."""
    results = {**dict.fromkeys(CODES[:9], "85"), "HB01": "97", "HB02": "95", "HB03": "94"}
    path = at_the_quota(tmp_path, results, {}, SCHEME)
    assert shown(path, "final_grade")[:3] == ["优秀", "优秀", "良好"]
    layout = table_layout(FORM.by_name["opinions"])
    last = layout.first_row + len(FEW)
    with office.open(path) as document:
        sheet = document.sheet("考核意见")
        block = f"{layout.cell('unit', layout.first_row)}:{layout.cell('explanation', last - 1)}"
        document.recalculate()
        before = sheet.read(block)
        sheet.set(layout.cell("unit", last), total[0])
        sheet.set(layout.cell("result", last), total[1])
        document.recalculate()
        assert sheet.read(block) == before


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("column", ["result", "unit", "place_in_order"])
def test_what_is_sorted_shows_of_each_unit_what_it_showed_before(column: str, path: Path, office: Office) -> None:
    layout = table_layout(FORM.by_name["opinions"])
    names = [field.name for field in FORM.by_name["opinions"].fields]
    last = layout.first_row + len(UNITS) - 1
    block = f"{layout.cell(names[0], layout.first_row)}:{layout.cell(names[-1], last)}"
    with office.open(path) as document:
        sheet = document.sheet("考核意见")
        document.recalculate()
        before = sheet.read(block)
        sheet.sort(block, names.index(column), is_ascending=column != "unit")
        document.recalculate()
        after = sheet.read(block)
    assert [row[0] for row in after] != [row[0] for row in before]
    assert {str(row[0]): row for row in after} == {str(row[0]): row for row in before}


def test_ranks_leave_out_what_equals_take_up(tmp_path: Path) -> None:
    path = at_the_quota(tmp_path, {"HB01": "90", "HB02": "80", "HB03": "90", "HB04": "95"}, {}, SCHEME)
    assert shown(path, "place_in_order")[:5] == [2, 4, 2, 1, None]


def test_what_hangs_on_all_is_written_as_a_number_where_a_row_of_nobody_has_a_result(tmp_path: Path) -> None:
    year = Year({name: [] for name in ("inspections", "final", "adjustments", "ceilings")}, {})
    exactly("90", 0, 0)("HB01", year)
    path = written(tmp_path, year)
    row = NewRow("opinions", {"unit": "撤销了的科", "result": 99, "opinion": "定稿"})
    path.write_bytes(amended(path.read_bytes(), FORM, [row]))
    [book] = read_all([Job(path, path.name)])
    values = worked_out(book, year)[1][0].values
    assert values["place_in_order"] == 1 and not isinstance(values["final_grade"], Live)
    assert isinstance(values["result"], Live)


def shown(path: Path, name: str) -> list[Any]:
    sheet, layout = load_workbook(path, data_only=True)["考核意见"], table_layout(FORM.by_name["opinions"])
    return [sheet[layout.cell(name, layout.first_row + number)].value for number in range(len(UNITS))]


def test_the_results_at_the_edges(path: Path) -> None:
    assert shown(path, "result")[1:5] == [90, 90, 89.9, 100]
    assert shown(path, "grade_by_score")[1:4] == ["优秀", "优秀", "良好"]
    assert shown(path, "result")[5] == 0


def test_every_sum_result_and_grade_by_score_is_a_formula(path: Path) -> None:
    sheet, layout = load_workbook(path)["考核意见"], table_layout(FORM.by_name["opinions"])
    names = ("inspection_total", "final_total", "result", "grade_by_score")
    rows = range(layout.first_row, layout.first_row + len(UNITS))
    cells = [str(sheet[layout.cell(name, row)].value) for name in names for row in rows]
    assert all(cell.startswith("=") and len(cell) < 8192 for cell in cells)


def test_the_ceiling_is_a_formula_and_so_is_all_that_hangs_on_all_units(path: Path) -> None:
    sheet, layout = load_workbook(path)["考核意见"], table_layout(FORM.by_name["opinions"])
    names = ("highest_allowed", "final_grade", "place_in_order", "quota_note")
    rows = range(layout.first_row, layout.first_row + len(UNITS))
    cells = [str(sheet[layout.cell(name, row)].value) for name in names for row in rows]
    assert all(cell.startswith("=") and len(cell) < 8192 for cell in cells[len(UNITS) :])
    assert sum(cell.startswith("=") for cell in cells[: len(UNITS)]) > len(UNITS) / 2


@pytest.mark.parametrize("odd", ["第8项", "8 岗位职责、工作流程、规章制度健全"])
def test_where_a_row_is_worded_otherwise_the_office_writes_its_number(tmp_path: Path, odd: str) -> None:
    year = Year({name: [] for name in ("inspections", "final", "adjustments", "ceilings")}, {})
    EDGES[0]("HB01", year)
    year.rows["inspections"][0]["item"] = odd
    path = written(tmp_path, year)
    [book] = read_all([Job(path, path.name)])
    values = worked_out(book, year)[1][0].values
    assert values["inspection_total"] == 99.9
    assert isinstance(values["final_total"], Live) and isinstance(values["result"], Live)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_engines_show_what_the_office_worked_out(engine: Engine, path: Path) -> None:
    assert_shows_what_it_stores(path, engine)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_shows_what_the_office_worked_out(path: Path, office: Office) -> None:
    assert_shows_what_it_stores(path, by_libreoffice(office))
