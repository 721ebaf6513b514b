"""第六条: a nil return waits, is accepted or not, or is contradicted by a warning that proves true later."""

from __future__ import annotations

import datetime

import pytest

from lzxl.year.decisions import Decision
from lzxl.year.nil_returns import NilFiled, Overturn, Rules, judge
from lzxl.year.workdays import Calendar

DAY = datetime.date
FILED = NilFiled("HB12", DAY(2026, 3, 20))
RULES = Rules("认可", 10, Calendar())
PROVED = Overturn("YJ-2026-014", DAY(2026, 8, 26), DAY(2026, 8, 28))


def decided(result: str, day: DAY) -> Decision:
    return Decision(0, "HB12", result=result, day=day)


@pytest.mark.parametrize(
    ("decision", "proved", "stage", "due"),
    [
        (None, (), "open", None),
        (decided("认可", DAY(2026, 4, 2)), (), "agreed", None),
        (decided("不认可", DAY(2026, 4, 2)), (), "denied", DAY(2026, 4, 17)),
        (None, (PROVED,), "revoked", DAY(2026, 9, 11)),
        (decided("认可", DAY(2026, 8, 26)), (PROVED,), "revoked", DAY(2026, 9, 11)),
        (decided("认可", DAY(2026, 8, 27)), (PROVED,), "agreed", None),
        (decided("不认可", DAY(2026, 9, 2)), (PROVED,), "revoked", DAY(2026, 9, 11)),
        # What proved true before it was filed is no later contradiction: the leading group has it before it.
        (None, (Overturn("YJ-2026-001", DAY(2026, 3, 20), DAY(2026, 3, 20)),), "open", None),
    ],
)
def test_where_a_nil_return_stands(
    decision: Decision | None, proved: tuple[Overturn, ...], stage: str, due: datetime.date | None
) -> None:
    found = judge(FILED, decision, proved, (), RULES)
    assert (found.stage, found.due) == (stage, due)


def test_the_limit_runs_from_the_notice_that_is_on_record() -> None:
    earlier, notice = DAY(2026, 8, 3), DAY(2026, 8, 31)
    found = judge(FILED, None, (PROVED,), (notice, earlier), RULES)
    assert (found.notice, found.is_recorded, found.due) == (notice, True, DAY(2026, 9, 14))
