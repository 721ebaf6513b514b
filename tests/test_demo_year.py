"""The year of the sample bureau, and its figures worked out a second, plain way: from what its units and its office wrote."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lzxl.campaign.burden import typed_cells
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.standing import take_stock
from lzxl.demo.bureau import SampleBureau, load_bureau
from lzxl.demo.second_year import REGISTER, next_year
from lzxl.papers.kinds import known_steps
from lzxl.year.points import risk_points
from tests.scenarios.books import lzxl, lzxl_json

pytestmark = pytest.mark.slow

LAST_DAY = "2026-11-27"
LEVELS = {
    ("较大", "严重"): "一级", ("较大", "较严重"): "二级", ("较小", "严重"): "二级", ("较小", "较轻微"): "三级",
    ("较大", "较轻微"): "三级", ("较小", "较严重"): "三级",
}  # fmt: skip
"""分级 of the rules; what they leave open (the last two) counts as 三级 until the leading group decides."""
STATES = {
    "已登记", "核实中", "已核实", "待批准", "待移送", "已移送", "已办结（移送）", "已批准待送达", "整改反馈中（第1轮）",
    "已反馈待督查（第1轮）", "重新整改中（第2轮）", "拟提级待批准", "已办结", "已办结·跟踪期", "已办结（不予受理）",
    "已办结（了结）", "已并案", "暂存待查",
}  # fmt: skip


@pytest.fixture(scope="module")
def own(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The played year to run commands on that write."""
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("year") / "演示"))


@pytest.fixture(scope="module")
def bureau() -> SampleBureau:
    return load_bureau()


@pytest.fixture(scope="module")
def sheets(demo: Path) -> dict[str, list[dict[str, Any]]]:
    """Title of a sheet of the summary → its rows by unit, header → value."""
    [path] = (demo / "汇总").glob("*.xlsx")
    workbook = load_workbook(path, data_only=True)
    return {title: _rows(workbook[title], "单位编码") for title in ("单位统计", "考核得分")}


def _rows(worksheet: Any, first: str) -> list[dict[str, Any]]:
    rows = list(worksheet.iter_rows(values_only=True))
    header = next(number for number, row in enumerate(rows) if first in row)
    found = [dict(zip(rows[header], row, strict=True)) for row in rows[header + 1 :]]
    return [row for row in found if str(row[first] or "").startswith("HB")]


def test_warnings_stand_in_every_state(own: Path) -> None:
    warnings = lzxl_json(own, "ledger", "--date", LAST_DAY)["warnings"]
    assert {one["state"] for one in warnings} == STATES
    assert any(one["rework"] == 2 for one in warnings)


def test_the_books_of_the_office_are_without_fault(demo: Path) -> None:
    books = sorted(str(path) for path in demo.glob("*.xlsx"))
    assert len(books) == 5
    checked = lzxl_json(demo, "check", *books)["files"]
    assert [one for file in checked for one in file["findings"] if one["severity"] != "info"] == []


def test_who_moved_has_something_to_hand_over(demo: Path, bureau: SampleBureau) -> None:
    items = lzxl_json(demo, "today", "--date", LAST_DAY)["items"]
    [move] = bureau.transfers
    of_move = {(one["kind"], one["unit"]) for one in items if one["object"] == move.person}
    assert of_move == {("移交", move.left), ("个人自查", move.unit)}


def test_what_two_meetings_decided_is_open_no_more(demo: Path, bureau: SampleBureau) -> None:
    waiting = {
        one["object"] for one in lzxl_json(demo, "today", "--date", LAST_DAY)["items"] if one["kind"] == "待认定"
    }
    assert waiting
    decided = {unit for meeting in bureau.meetings for unit in meeting.units}
    late = {row["id"] for sample in bureau.units for row in sample.content["risk_points"] if "added" in row}
    assert {one for one in waiting if one.split("-")[0] in decided} <= late


def test_risk_points_are_counted_by_unit_and_level(
    bureau: SampleBureau, sheets: dict[str, list[dict[str, Any]]]
) -> None:
    raised = {point: level for meeting in bureau.meetings for point, level in meeting.raised.items()}
    for row, sample in zip(sheets["单位统计"], bureau.units, strict=True):
        points = sample.content["risk_points"]
        levels = Counter(raised.get(one["id"], LEVELS[one["likelihood"], one["severity"]]) for one in points)
        assert (row["单位编码"], row["风险点数"]) == (sample.unit.code, len(points))
        assert {level: row[level] for level in ("一级", "二级", "三级")} == {
            level: levels[level] for level in ("一级", "二级", "三级")
        }


def test_warnings_are_counted_by_unit(bureau: SampleBureau, sheets: dict[str, list[dict[str, Any]]]) -> None:
    expected = {sample.unit.code: len(sample.content.get("warnings", ())) for sample in bureau.units}
    assert {row["单位编码"]: row["预警信息"] for row in sheets["单位统计"]} == expected


def test_scores_and_ranks_follow_from_the_three_parts(
    bureau: SampleBureau, sheets: dict[str, list[dict[str, Any]]]
) -> None:
    """第八条(三): 自查 by 20, 日常督查 and 年终检查 by 40 hundredths, to one decimal, halves up; equal results share a rank."""
    expected = {}
    scored = [row["单位编码"] for row in sheets["考核得分"] if isinstance(row["结果"], int | float)]
    for sample in bureau.units:
        scores = sample.content["appraisal"]
        parts = [sum(Decimal(str(one)) for one in scores[f"{part}_scores"]) for part in ("self", "inspection", "final")]
        result = sum(part * weight for part, weight in zip(parts, map(Decimal, ("0.2", "0.4", "0.4")), strict=True))
        if sample.unit.code in scored:
            expected[sample.unit.code] = float(Decimal(result).quantize(Decimal("0.1"), ROUND_HALF_UP))
    told = {row["单位编码"]: row for row in sheets["考核得分"]}
    assert {code: told[code]["结果"] for code in scored} == pytest.approx(expected)
    assert {code: told[code]["名次"] for code in scored} == {
        code: 1 + sum(other > expected[code] for other in expected.values()) for code in scored
    }
    assert len(scored) == 12


@pytest.fixture(scope="module")
def later(demo: Path) -> Campaign:
    """The year after, as the demonstration begins it in a folder beside its own."""
    return Campaign(next_year(demo, "2027年度"))


def test_the_next_year_begins_with_what_stands_at_the_end_of_this_one(later: Campaign, bureau: SampleBureau) -> None:
    """Each point of each unit whose register was accepted, as unchanged; a person who moved away is looked for no more."""
    accepted = {
        one.unit_code for one in take_stock(Campaign(later.root.parent / "demo")).counted if one.form == REGISTER
    }
    [move] = bureau.transfers
    for sample in bureau.units:
        rows = points_of(sent_path(later, sample.unit, REGISTER))
        expected = [one["id"] for one in sample.content["risk_points"]] if sample.unit.code in accepted else []
        assert list(rows) == expected
        assert {row["变动"] for row in rows.values()} <= {"不变"}
        for one in sample.content["risk_points"] if rows else ():
            assert [rows[one["id"]][title] for title in ("风险内容及表现形式", "环节")] == [
                one["description"],
                one.get("step"),
            ]
        assert sample.unit.code != move.left or move.person not in str(rows)
    assert len(accepted) > 10


def points_of(path: Path) -> dict[str, dict[str, Any]]:
    """Number → what the sheet 风险点 of a workbook says of it, header → cell; of rows with a point."""
    lines = list(load_workbook(path)["风险点"].iter_rows(values_only=True))
    header = next(number for number, line in enumerate(lines) if "风险点编号" in line)
    rows = [dict(zip(lines[header], line, strict=True)) for line in lines[header + 1 :]]
    return {str(row["风险点编号"]): row for row in rows if row["风险点"]}


def test_a_unit_says_what_became_of_last_years_points(later: Campaign, bureau: SampleBureau) -> None:
    [sample] = [one for one in bureau.units if "second_year" in one.content]
    said = sample.content["second_year"]
    sent = sent_path(later, sample.unit, REGISTER)
    [filed] = (later.root / "收件").rglob("*.xlsx")
    before, after = points_of(sent), points_of(filed)
    became = {number: row["变动"] for number, row in after.items()}
    assert became == dict.fromkeys(before, "不变") | dict.fromkeys([one["id"] for one in said["changed"]], "修改") | {
        one["id"]: "取消" for one in said["cancelled"]
    } | dict.fromkeys(set(after) - set(before), None)
    assert len(after) - len(before) == len(said["added"]) == 1
    counted = [one.number for one in risk_points(take_stock(later).counted, later.grading)]
    assert counted == [number for number in after if became[number] != "取消"]


def test_the_second_year_asks_for_so_many_cells(later: Campaign) -> None:
    """本次要求填 N 格, by a second, plain way: cells of the workbook that differ from the one that was sent."""
    [filed] = (later.root / "收件").rglob("*.xlsx")
    [unit] = [unit for unit in later.units.values() if unit.code in filed.name]
    sent, came = (load_workbook(path) for path in (sent_path(later, unit, REGISTER), filed))
    typed = sum(
        cell.value is not None and cell.value != sent[sheet.title][cell.coordinate].value
        for sheet in came
        for line in sheet.iter_rows()
        for cell in line
    )
    told = typed_cells(later, take_stock(later))
    assert told.asked == typed
    assert told.last_year is not None and told.last_year > 10 * typed


def test_a_measure_has_a_day_or_is_to_be_kept_up(bureau: SampleBureau) -> None:
    """限期完成 with its day, 长期坚持 without; no sentence that reads like a task is left without either (STAGES §4)."""
    rows = [row for one in bureau.units for name in ("risk_points", "measures") for row in one.content[name]]
    assert all(("deadline" in row) != (row.get("term") == "长期坚持") or row["id"].startswith("HB10") for row in rows)
    once = ("建立", "制定", "修订", "印发", "编印", "设计", "出台", "绘制", "汇编", "完善", "开发")
    tasks = [row for row in rows if str(row.get("measure", row.get("content"))).startswith(once)]
    assert [row["id"] for row in tasks if "deadline" not in row] == []


def test_most_points_lie_in_a_step_of_their_power(bureau: SampleBureau) -> None:
    steps = [row.get("step", "") for one in bureau.units for row in one.content["risk_points"]]
    assert set(steps) - {""} <= set(known_steps())
    assert sum(map(bool, steps)) > len(steps) * 2 / 3


def test_the_commands_that_the_demonstration_advises_work(own: Path) -> None:
    for command in ("status", "today", "notices", "ledger"):
        assert lzxl(own, command)
