"""How a round stands: what a version that a newer one has taken the place of is checked beside."""

from __future__ import annotations

from pathlib import Path

from lzxl.campaign.standing import _beside
from lzxl.campaign.store import Stored
from lzxl.forms.roster import Unit

ONE, OTHER = Unit("HB01", "办公室"), Unit("HB02", "审批科")


def filed(unit: Unit, form: str, version: int, day: int) -> Stored:
    return Stored(Path(f"{unit.code}{form}{version}"), unit, form, version, f"2026-11-{day:02d}")


def test_a_version_is_checked_beside_the_last_that_its_unit_had_filed_of_other_forms_by_that_day() -> None:
    version = filed(ONE, "warning_intake", 1, 10)
    register = [filed(ONE, "risk_register", number, day) for number, day in ((1, 8), (2, 10), (3, 11))]
    everything = [
        *register,
        version,
        filed(ONE, "warning_intake", 2, 10),
        filed(ONE, "self_appraisal", 1, 11),
        filed(OTHER, "risk_register", 1, 8),
        filed(OTHER, "warning_intake", 1, 8),
    ]
    assert _beside([version], everything, "2026-11-10") == [register[1]]
    assert _beside([version], everything, "2026-11-09") == [register[0]]
    assert _beside([version], everything, "2026-11-07") == []
