"""认定 asked of one point at a time: the same as for the register as a whole."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace

from lzxl.forms.load import load_grading
from lzxl.year.decisions import Decision, Point, ProvedWarning, rule, told_of
from lzxl.year.resolved import Resolved

GRADING = load_grading()
YEAR = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
POINTS = [
    Point(f"HB{unit:02}-{serial:03}", f"HB{unit:02}", grade.likelihood, grade.severity, grade.level, grade.open)
    for unit, (serial, grade) in itertools.product((1, 4), enumerate(GRADING.grades, 1))
]


def on(row: int, point: Point, result: str, **more: object) -> Decision:
    day = datetime.date(2026, 11, 28)
    made = Decision(row, point.number, point.likelihood, point.severity, point.level, result, "情况有变", day=day)
    return replace(made, **more)  # type: ignore[arg-type]


DECISIONS = (
    on(0, POINTS[0], "二级"),
    on(1, POINTS[1], "一级", day=datetime.date(2025, 11, 28)),
    on(2, POINTS[2], "一级", likelihood="较小", severity="较轻微"),
    on(3, POINTS[3], "一级"),
    on(4, POINTS[3], "二级"),
    on(5, POINTS[5], "二级", subject=""),
    on(6, POINTS[11], "一级"),
    on(7, POINTS[6], "三级"),
    on(8, POINTS[4], "一级", subject="HB99-001"),
)
PROVED = (ProvedWarning("YJ-2026-001", POINTS[6].number),)


def test_each_point_alone_has_the_ruling_that_it_has_in_the_register() -> None:
    whole = rule(POINTS, DECISIONS, PROVED, GRADING, YEAR).holding
    resolved = Resolved(DECISIONS, PROVED, YEAR)
    alone = {point.number: resolved.ruling_on(point, GRADING) for point in POINTS}
    assert {number: ruling for number, ruling in alone.items() if ruling is not None} == whole
    assert {ruling.decision.row for ruling in whole.values()} == {0, 5, 6}


def test_without_decisions_nothing_holds() -> None:
    assert Resolved().ruling_on(POINTS[0], GRADING) is None


def test_a_workbook_says_of_every_point_in_every_state_what_holds_for_it_there() -> None:
    """Of points that the unit has filed, of one that it adds, with a number and without, and of nothing that is another unit's."""
    lowered = on(9, POINTS[4], "三级", subject="")  # for all points of the cell but the one with a proved warning
    resolved = Resolved((*DECISIONS, lowered), (*PROVED, ProvedWarning("YJ-2026-002", POINTS[0].number)), YEAR)
    told = resolved.told(POINTS, GRADING, {"HB04"})
    said = {(one.object, one.likelihood, one.severity): (one.level, one.text) for one in told}
    assert len(said) == len(told)
    for point, grade in itertools.product(
        (*POINTS, replace(POINTS[0], number="HB01-099"), replace(POINTS[0], number="")), GRADING.grades
    ):
        state = replace(point, likelihood=grade.likelihood, severity=grade.severity, level=grade.level)
        ruling = resolved.ruling_on(state, GRADING) if not point.number.startswith("HB04") else None
        whole = said.get((state.cell, grade.likelihood, grade.severity), (grade.level, grade.basis))
        shown = said.get((point.number, grade.likelihood, grade.severity), whole)
        assert shown == ((ruling.level, told_of(ruling)) if ruling is not None else (grade.level, grade.basis))
    assert sum(one.object == POINTS[5].cell for one in told) == sum(one.object == POINTS[4].cell for one in told) == 1


def test_a_unit_is_told_each_decision_that_holds_once_and_none_on_another_units_points() -> None:
    resolved = Resolved(DECISIONS, PROVED, YEAR)
    found = resolved.of_unit([*POINTS, POINTS[0]], GRADING, {"HB04"})
    assert [ruling.decision.row for ruling in found] == [0, 5]
    assert resolved.of_unit([POINTS[1], POINTS[8]], GRADING, ()) == []  # nothing was decided on these that holds
