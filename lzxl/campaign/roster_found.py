"""What is found about 单位名册.xlsx where it can be used: slips that do not stop the work, and that nobody else is told of (第七条)."""

from __future__ import annotations

from lzxl.campaign.folder import Campaign
from lzxl.campaign.found_before import FoundBefore
from lzxl.campaign.roster import ROSTER_NAME, read_roster
from lzxl.campaign.standing import context_of
from lzxl.checks.judged_alone import JudgedAlone
from lzxl.checks.run import Checked, check_submissions


def check_roster_of(campaign: Campaign) -> Checked:
    """The campaign's roster with everything found about it. Raises ConfigError if it cannot be used."""
    context = context_of(campaign)  # a roster with errors ends here, with every cell to mend
    read = read_roster(campaign.root / ROSTER_NAME, campaign.ahead)
    [checked] = check_submissions([read], context, JudgedAlone(FoundBefore(campaign.root, "roster_in_year")))
    return checked


def roster_doubts(campaign: Campaign) -> str:
    """One line on what is to be looked at in the roster; "" if nothing is. Raises ConfigError as `check_roster_of` does."""
    count = check_roster_of(campaign).count("warning")
    return f"{ROSTER_NAME}有{count}处请核对，运行 lzxl check 逐处查看。" if count else ""
