"""What became of a file that came in: as it was entered, and as the round stands then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lzxl.campaign.folder import Campaign
from lzxl.campaign.returns import return_path
from lzxl.campaign.rounds import title_of
from lzxl.campaign.standing import Standing
from lzxl.checks.run import Checked
from lzxl.forms.roster import Unit
from lzxl.states import FileState

_RETURNED_BEFORE, _KNOWN_BEFORE = "与已经退回的这一版相同，未改动", "内容与已收的相同"


@dataclass(frozen=True)
class Intake:
    """What became of one file that arrived."""

    source: str
    state: FileState
    """One of `lzxl.states.OF_INTAKE`, or LEFT_BEHIND; WAITING until the round is settled (`as_it_stands`)."""
    unit: Unit | None = None
    form: str = ""
    version: int = 0
    reason: str = ""
    checked: Checked | None = None
    returned: str = ""
    """The marked return, relative to the campaign folder; "" if there is none."""
    round: str = ""
    """Label of the round that it counts for, "" where the form has none."""

    @property
    def title(self) -> str:
        """What people call its form, with its round; "" if it is of none."""
        return title_of(self.form, self.round) if self.form else ""


def why_known(state: FileState) -> str:
    """What is said of a file that was taken in before. `state`: how that stands."""
    return _RETURNED_BEFORE if state == FileState.RETURNED else _KNOWN_BEFORE


def as_it_stands(intake: Intake, campaign: Campaign, standing: Standing) -> Intake:
    """What became of a file, by how the round stands now that all of them are in."""
    if intake.unit is None or not intake.version:
        return intake
    found = standing.judged.get((intake.unit.code, intake.form, intake.round, intake.version))
    if found is None:
        return intake
    stored, checked = found.stored, found.checked
    if intake.state == FileState.KNOWN:
        return replace(intake, reason=why_known(checked.status))
    is_returned = checked.status == FileState.RETURNED
    is_outdated = not found.is_latest
    target = return_path(campaign, stored.unit, stored.form, stored.round, stored.version, is_outdated)
    return replace(
        intake,
        state=checked.status,
        reason=checked.why_refused,
        checked=checked,
        returned=campaign.relative(target) if is_returned and target.is_file() else "",
    )
