"""第六条: a nil return waits, is accepted or not, or is contradicted by a warning that proves true later."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from lzxl.year.decisions import Decision
from lzxl.year.nil_returns import NilFiled, Overturn, Rules, judge, overturns
from lzxl.year.workdays import Calendar
from tests.year.ledger import SECTION, TWICE_REWORKED, course_of

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


VERIFIED = """
0 | 受理 | 2026-03-10 | 柳青 | 受理
0 | 核实 | 2026-03-27 | 韩立群、柳青 | 属实；问题程度 较重；是否涉嫌违纪违法 {crime}
"""


def test_a_warning_contradicts_from_the_day_on_which_it_proved_true_and_is_settled_when_it_is_handed_over() -> None:
    verified = course_of(VERIFIED.format(crime="否"))
    handed_over = course_of(VERIFIED.format(crime="是") + "1 | 移送 | 2026-04-02 | 柳青 | 移送派驻纪检监察组")
    untrue = course_of(VERIFIED.format(crime="否").replace("属实", "不属实"))
    day = DAY(2026, 3, 27)
    assert overturns([verified, untrue]) == {"HB10": [Overturn("YJ-2026-001", day, day)]}
    assert overturns([handed_over]) == {"HB10": [Overturn("YJ-2026-001", day, DAY(2026, 4, 2))]}


def test_a_units_warnings_stand_in_the_order_in_which_they_proved_true() -> None:
    early = course_of(TWICE_REWORKED)
    late = course_of(TWICE_REWORKED.replace("03-27", "03-28"), matter=replace(SECTION, id="YJ-2026-000"))
    assert [one.warning for one in overturns([late, early])["HB10"]] == ["YJ-2026-001", "YJ-2026-000"]
