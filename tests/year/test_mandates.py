"""Who may give which disposition: 场景一 1a and 1b."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lzxl.year.mandates import mandate_faults
from tests.year.ledger import SECTION, TWICE_REWORKED, course_of, event_rows

PERSON = replace(SECTION, target_kind="个人", target="符海涛", authority="县局党组")
EVIDENCE = "批准机关＝局党组；谈话人＝韩立群；谈话日期＝2026-04-02；书面检查收到日期＝2026-04-16"
ROWS = event_rows(TWICE_REWORKED)[:6]
ADMONISHED = [replace(row, content=EVIDENCE) if row.event == "deliver" else row for row in ROWS]


def found(rows: list, matter=PERSON) -> list[tuple[str, int | None, dict]]:  # type: ignore[no-untyped-def, type-arg]
    course = course_of(rows, matter=matter)
    return [(fault.code, fault.at, fault.details) for fault in mandate_faults(course, rows, ["云泽县生态环境局"])]


def test_an_admonition_with_all_that_it_needs() -> None:
    assert found(ADMONISHED) == []


@pytest.mark.parametrize("title", ["批准机关", "谈话人", "谈话日期", "书面检查收到日期"])
def test_an_admonition_that_lacks_something(title: str) -> None:
    rows = [replace(row, content=row.content.replace(f"{title}＝", "")) for row in ADMONISHED]
    assert found(rows) == [("admonition_without_authority", 5, {"missing": [title]})]


def test_what_is_needed_only_later_is_not_missed_before() -> None:
    rows = [replace(row, content="批准机关：局党组") if row.event == "approve" else row for row in ROWS[:4]]
    assert found(rows) == []


def test_a_cadre_who_is_managed_above() -> None:
    assert found(ADMONISHED, replace(PERSON, authority="市局党组")) == [
        ("not_ours_to_admonish", 5, {"authority": "市局党组"})
    ]


def test_a_person_is_not_ordered_to_rectify() -> None:
    rows = [replace(row, result="同意 责令整改") if row.event == "approve" else row for row in ROWS]
    assert found(rows) == [("order_for_person", 5, {"disposition": "责令整改"})]
    assert found(rows, SECTION) == []
    assert found(ROWS, SECTION) == []
