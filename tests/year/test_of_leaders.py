"""What a leader's own appraisal learns of the units in charge: their grades, or where their appraisal stands."""

from __future__ import annotations

import datetime
from typing import Any

from lzxl.forms.people import People
from lzxl.forms.roster import Unit
from lzxl.year.exports.known import Known
from lzxl.year.exports.of_leaders import OF_LEADERS, Leader
from lzxl.year.exports.tables import Column
from lzxl.year.grades import Outcome

NO_PARTS: Any = None
STATE: Any = "待考核"
COLUMN = Column("grades", "等次", 10)


def test_the_grade_of_each_unit_is_told_and_where_there_is_none_how_it_stands() -> None:
    units = {code: Unit(code, name) for code, name in (("HB01", "办公室"), ("HB02", "法规科"), ("HB03", "水科"))}
    outcomes = {
        "HB01": Outcome("HB01", NO_PARTS, STATE, grade="优秀"),
        "HB02": Outcome("HB02", NO_PARTS, STATE),
        "HB09": Outcome("HB09", NO_PARTS, STATE, grade="良好"),  # no unit of the bureau's any more
    }
    day = datetime.date(2026, 11, 28)
    known = Known(units, People(), datetime.date(2026, 1, 1), day, outcomes=outcomes)
    leader = Leader("高山", "副局长", ("HB01", "HB02", "HB03", "HB09"))
    assert OF_LEADERS["grades"](known, leader, COLUMN) == "办公室 优秀；法规科 待考核"
