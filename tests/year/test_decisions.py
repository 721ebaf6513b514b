"""认定: which decision holds for which risk point, and why the others do not."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.forms.load import load_grading
from lzxl.year.decisions import Decision, Fault, Point, ProvedWarning, Rulings, rule, settled

GRADING = load_grading()
YEAR = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
DAY = datetime.date(2026, 11, 28)


def point(number: str, likelihood: str = "较小", severity: str = "较严重") -> Point:
    grade = GRADING.grade(likelihood, severity)
    assert grade is not None
    return Point(number, number[:4], likelihood, severity, grade.level, grade.open)


def decision(row: int, number: str, result: str, reason: str = "裁量环节就高", of: Point | None = None) -> Decision:
    now = of or point(number)
    return Decision(row, number, now.likelihood, now.severity, now.level, result, reason, day=DAY)


def ruled(points: list[Point], *decisions: Decision, warnings: tuple[ProvedWarning, ...] = ()) -> Rulings:
    return rule(points, decisions, warnings, GRADING, YEAR)


def faults(found: Rulings) -> list[tuple[int, str]]:
    return [(fault.row, fault.code) for fault in found.faults]


OPEN, OTHER, PLAIN = point("HB04-013"), point("HB01-010"), point("HB01-003", "较大", "较严重")


def test_an_open_point_waits_until_it_is_decided_and_keeps_its_computed_level_meanwhile() -> None:
    waiting = ruled([OPEN, PLAIN], decision(1, OPEN.number, ""))
    assert (waiting.undecided, waiting.level_of(OPEN), waiting.faults) == ((OPEN,), "三级", ())
    decided = ruled([OPEN, PLAIN], decision(1, OPEN.number, "二级"))
    assert (decided.undecided, decided.level_of(OPEN), decided.holding[OPEN.number].change) == ((), "二级", 1)


def test_a_row_of_a_point_beats_the_row_of_its_cell() -> None:
    cell = Decision(1, "", "较小", "较严重", result="二级", day=DAY + datetime.timedelta(days=1))
    found = ruled([OPEN, OTHER, PLAIN], cell, decision(2, OTHER.number, "三级"))
    assert [found.level_of(one) for one in (OPEN, OTHER, PLAIN)] == ["二级", "三级", "二级"]
    assert PLAIN.number not in found.holding


def test_the_later_day_counts_and_two_rows_of_one_day_hold_neither() -> None:
    early = replace(decision(1, OPEN.number, "三级"), day=DAY - datetime.timedelta(days=9))
    assert ruled([OPEN], early, decision(2, OPEN.number, "二级")).level_of(OPEN) == "二级"
    both = ruled([OPEN], early, decision(2, OPEN.number, "二级"), decision(3, OPEN.number, "一级"))
    assert both.level_of(OPEN) == "三级"
    assert faults(both) == [(2, "decisions_conflict"), (3, "decisions_conflict")]
    assert both.undecided == (OPEN,)


def test_as_of_a_day_before_the_meeting_nothing_is_decided() -> None:
    before = DAY - datetime.timedelta(days=1)
    found = rule([OPEN], [decision(1, OPEN.number, "二级")], (), GRADING, YEAR, as_of=before)
    assert (found.level_of(OPEN), found.undecided) == ("三级", (OPEN,))


def test_a_row_with_another_fault_still_stands_against_one_of_its_day() -> None:
    found = ruled([PLAIN], decision(1, PLAIN.number, "一级", of=PLAIN), decision(2, PLAIN.number, "二级", of=PLAIN))
    assert found.holding == {}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (decision(1, "HB04-099", "二级"), "decision_without_row"),
        (replace(decision(1, OPEN.number, "二级"), subject="", likelihood=""), "decision_without_row"),
        (decision(1, OPEN.number, "特级"), "level_not_in_vocabulary"),
        (replace(decision(1, OPEN.number, "二级"), day=datetime.date(2025, 11, 28)), "decision_outside_period"),
        (replace(decision(1, OPEN.number, "二级"), day=datetime.date(2027, 1, 1)), "decision_outside_period"),
        (replace(decision(1, OPEN.number, "二级"), day=None), "decision_incomplete"),
        (replace(decision(1, OPEN.number, "二级"), severity=""), "decision_incomplete"),
    ],
)
def test_a_row_that_cannot_hold_says_why_and_changes_nothing(row: Decision, code: str) -> None:
    found = ruled([OPEN], row)
    assert faults(found) == [(1, code)]
    assert (found.holding, found.undecided) == ({}, (OPEN,))


def test_what_was_decided_to_last_may_be_older_than_the_period() -> None:
    lasting = replace(decision(1, OPEN.number, "二级"), day=datetime.date(2025, 3, 1), is_lasting=True)
    assert ruled([OPEN], lasting).level_of(OPEN) == "二级"


@pytest.mark.parametrize(("severity", "level"), [("较严重", "二级"), ("严重", "一级")])
def test_a_decision_is_stale_when_the_point_is_judged_otherwise_since(severity: str, level: str) -> None:
    now = point(OPEN.number, "较大", severity)
    found = ruled([now, PLAIN], decision(1, OPEN.number, "二级", of=OPEN))
    [fault] = found.faults
    assert (fault.code, fault.facts) == (
        "decision_stale",
        {"point": OPEN.number, "then": "较小×较严重", "now": f"较大×{severity}", "level": level},
    )
    assert (found.level_of(now), found.undecided) == (level, (now,))


def test_lowering_needs_a_reason() -> None:
    assert ruled([PLAIN], decision(1, PLAIN.number, "三级", "管理已规范", PLAIN)).level_of(PLAIN) == "三级"
    silent = ruled([PLAIN], decision(1, PLAIN.number, "三级", " ", PLAIN))
    assert silent.level_of(PLAIN) == "二级"
    assert [(fault.code, fault.lacks) for fault in silent.faults] == [("decision_incomplete", "why")]


@pytest.mark.parametrize(
    ("reason", "holds"),
    [("管理已规范", False), ("HB01-YJ001", False), ("HB01-YJ001已整改并经督查合格", True), ("hb01-yj001", False)],
)
def test_against_a_proved_warning_it_needs_that_warning_and_a_reason_of_its_own(reason: str, holds: bool) -> None:
    warning = ProvedWarning("HB01-YJ001", PLAIN.number)
    found = ruled([PLAIN], decision(1, PLAIN.number, "三级", reason, PLAIN), warnings=(warning,))
    assert (found.level_of(PLAIN) == "三级") is holds
    assert faults(found) == ([] if holds else [(1, "lowered_despite_warning")])


def test_a_row_of_a_cell_lowers_no_point_with_a_warning_and_says_which() -> None:
    points = [PLAIN, point("HB02-001", "较大", "较严重")]
    cell = Decision(1, "", "较大", "较严重", result="三级", reason="管理已规范", day=DAY)
    found = ruled(points, cell, warnings=(ProvedWarning("YJ-2026-001", PLAIN.number),))
    assert [found.level_of(one) for one in points] == ["二级", "三级"]
    assert found.faults[0].facts == {"point": PLAIN.number, "warnings": "YJ-2026-001", "level": "二级"}


def test_raising_against_a_warning_needs_nothing() -> None:
    found = ruled(
        [PLAIN], decision(1, PLAIN.number, "一级", "", PLAIN), warnings=(ProvedWarning("YJ-1", PLAIN.number),)
    )
    assert found.level_of(PLAIN) == "一级"


def test_what_has_no_state_is_settled_by_its_latest_row() -> None:
    rows = [Decision(1, "HB07", result="优秀", day=DAY), Decision(2, "HB99", result="优秀", day=DAY)]
    chosen, found = settled(rows, {"HB01", "HB07"}, ("优秀", "良好"))
    assert chosen == {"HB07": rows[0]}
    assert found == (Fault(2, "decision_without_row", {"object": "HB99"}),)
