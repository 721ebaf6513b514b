"""第八条(一)2: a risk point's first measure stands on its row, further ones on a sheet of their own; both are measures of the point."""

from __future__ import annotations

import datetime

from lzxl.checks.context import Context
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.submission import Submission
from lzxl.summary.merge import merge
from lzxl.year.first_rows import first_rows, tables_of
from lzxl.year.registers import register_entries
from tests.checks.tables import check, finding, found, submission
from tests.summary.rounds import OFFICE, make_round

FORM = load_form("risk_register")
MEASURES = FORM.by_name["measures"]
POINTS = """
| 风险点编号 | 风险类型 | 防控措施 | 防控方式 | 完成时限 | 完成情况 | 完成日期 | 直接责任人 |
|-|
| HB01-001 | 岗位职责风险 | 按季核对用印 | 内部检查 | 2026-06-30 | 推进中 |  | 谭永年 |
| HB01-002 | 制度机制风险 | 修订办法 | 健全规章制度 | 2026-06-30 | 已完成 | 2026-06-01 | 祁小满 |
| HB01-003 | 制度机制风险 |  |  |  |  |  | 祁小满 |
"""
FURTHER = """
| 措施编号 | 关联风险点编号 | 防控方式 | 措施内容 | 责任人 | 公开方式 |
|-|
| HB01-C001 | HB01-001 | 自我学习 | 学习保密纪律 | 祁小满 | |
"""


def filed(points: str = POINTS, measures: str = FURTHER) -> Submission:
    return submission("risk_register", {"risk_points": points, "measures": measures})


def rows(made: Submission, *names: str) -> list[tuple[object, ...]]:
    return [
        (table.title, table.rows[index], *(table.get(name, index) for name in names))
        for table in tables_of(made, MEASURES)
        for index in range(len(table.rows))
    ]


def test_the_measures_of_a_unit_are_those_on_its_risk_points_and_the_further_ones() -> None:
    assert rows(filed(), "risk_id", "content", "owner", "layer") == [
        ("风险点", 2, "HB01-001", "按季核对用印", "谭永年", "科室联防"),
        ("风险点", 3, "HB01-002", "修订办法", "祁小满", "科室联防"),
        ("防控措施", 2, "HB01-001", "学习保密纪律", "祁小满", None),
    ]


def test_every_field_of_a_measure_that_a_risk_point_asks_for_is_of_the_kind_that_it_is_there() -> None:
    points = FORM.by_name["risk_points"]
    own = points.first_rows_of["measures"]
    for name, mine in own.items():
        there, here = MEASURES.by_name[name], points.by_name[mine]
        assert (there.kind, there.vocabulary) == (here.kind, here.vocabulary)
    assert {entry.name for entry in MEASURES.inputs if entry.required and entry.name != MEASURES.key} <= own.keys()


def test_one_that_is_repeated_is_told_and_counts_once() -> None:
    again = FURTHER + "| HB01-C002 | HB01-002 | 健全规章制度 | 修订 办法 | 祁小满 | |\n"
    made = filed(measures=again)
    assert [(title, row) for title, row, *_ in rows(made)] == [("风险点", 2), ("防控措施", 2), ("防控措施", 3)]
    said = finding(made, "first_repeated")
    assert (said.severity, said.sheet, said.cell) == ("info", "防控措施", "D3")
    assert said.message == "本行的措施内容与“风险点”表第3行已写的“防控措施”相同，只按一条统计。"
    other = again.replace("HB01-002", "HB01-001")
    assert "first_repeated" not in [code for code, _ in found(filed(measures=other), severity="error warning info")]


def test_the_summary_counts_both_with_type_layer_and_what_is_overdue() -> None:
    made = submission("risk_register", {"risk_points": POINTS, "measures": FURTHER})
    made.unit_code = OFFICE.code
    frame = merge(make_round([made], as_of="2026-11-27")).measures
    assert frame.select("risk_id", "aspect", "layer", "is_overdue").rows() == [
        ("HB01-001", "岗位职责风险", "科室联防", True),
        ("HB01-002", "制度机制风险", "科室联防", False),
        ("HB01-001", "岗位职责风险", None, False),
    ]


def test_a_risk_point_with_a_measure_on_its_row_needs_no_other() -> None:
    codes = {
        code for code, _ in found(filed(POINTS.replace("|  |  |  |  |  | 祁小满", "| 轮岗 | 内部检查 | | | | 祁小满")))
    }
    assert not codes & {"missing_measure", "measure_not_linked"}
    assert ("missing_measure", "C4") in found(filed())


def test_who_left_hands_over_the_measures_on_the_rows_too() -> None:
    left = Person("谭永年", "HB01", until=datetime.date(2026, 5, 1))
    units = {"HB01": Unit("HB01", "办公室")}
    context = Context(load_grading(), "2026年度", units, People((left,)), datetime.date(2026, 10, 1))
    [checked] = check(filed(), context=context)
    gone = [(one.value, one.sheet, one.cell, one.header) for one in checked.findings if one.code == "owner_left"]
    assert gone == [("谭永年", "风险点", "H2", "直接责任人")]


def test_comparing_and_publishing_go_by_all_measures_of_a_point() -> None:
    inside = FURTHER + "| HB01-C002 | HB01-001 | 内部检查 | 抽查印模 | 祁小满 | 向干部职工公开 |\n"
    first, *_ = register_entries([filed(measures=inside)], {})
    assert first.values["measure"] == "按季核对用印\n学习保密纪律\n抽查印模"
    assert first.outside["measure"] == "按季核对用印\n学习保密纪律"
    assert "按季核对用印学习保密纪律抽查印模" in first.texts


def test_nothing_stands_on_the_row_of_a_register_without_measures() -> None:
    made = submission("risk_register", {"risk_points": "| 风险点编号 | 风险点 |\n|-|\n| HB01-001 | 公车私用 |"})
    assert [len(one.table.rows) for one in first_rows(made, MEASURES)] == [0]
