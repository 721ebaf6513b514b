"""Which warnings of the ledger are followed on a day, and which of them are proved true of a risk point."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from lzxl.year.decisions import ProvedWarning
from lzxl.year.ledger import Entry, LedgerRead
from lzxl.year.points import proved_warnings
from tests.year.ledger import MACHINE, PLAIN, SECTION, TWICE_REWORKED, course_of, event_rows

DAY = datetime.date
NOTHING: Any = None


def read(*matters: Any) -> LedgerRead:
    entries = tuple(Entry(NOTHING, index, matter) for index, matter in enumerate(matters))
    rows = tuple(event_rows(TWICE_REWORKED))
    return LedgerRead(NOTHING, entries, rows, (), {SECTION.id: rows})


@pytest.mark.parametrize(
    ("collected", "is_followed"),
    [(DAY(2026, 3, 8), True), (DAY(2026, 3, 9), True), (DAY(2026, 3, 10), False), (None, True)],
)
def test_a_warning_is_followed_from_the_day_of_its_collection_and_one_without_a_day_always(
    collected: datetime.date | None, is_followed: bool
) -> None:
    found = list(read(replace(SECTION, collected_on=collected)).courses(MACHINE, PLAIN, DAY(2026, 3, 9)))
    assert bool(found) == is_followed


def test_of_two_rows_with_one_number_the_first_has_the_events() -> None:
    (_, first), (_, second) = read(SECTION, replace(SECTION, unit="HB11")).courses(MACHINE, PLAIN, DAY(2026, 12, 31))
    assert len(first.done) == len(event_rows(TWICE_REWORKED))
    assert second.done == ()


def test_a_warning_counts_for_a_point_if_it_proved_true_and_names_one() -> None:
    proved, waiting = course_of(TWICE_REWORKED), course_of("0 | 受理 | 2026-03-10 | 柳青 | 受理")
    without_point = course_of(TWICE_REWORKED, matter=replace(SECTION, risk_id=""))
    assert list(proved_warnings([proved, waiting, without_point])) == [ProvedWarning("YJ-2026-001", "HB10-005")]
