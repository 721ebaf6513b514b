"""What an answer to a unit says, and the digest by which it is known whether it would say the same later."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from lzxl.campaign.model import Filing
from lzxl.campaign.standing import Standing
from lzxl.forms.roster import Unit
from lzxl.groups import grouped
from lzxl.mail.letter_items import item_values
from lzxl.mail.letter_values import campaign_values, form_titles, unit_values
from lzxl.mail.outbox import facts_of
from lzxl.mail.reply import Reply
from lzxl.mail.wording import spoken_days
from lzxl.states import FileState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign


class AnswerText:
    """The words of the answers of a day."""

    def __init__(self, campaign: Campaign, today: datetime.date, standing: Standing) -> None:
        self._campaign = campaign
        self._today = today
        self._filings = grouped(standing.filings, lambda filing: filing.unit.code)

    def values(self, unit: Unit, reply: Reply) -> dict[str, str]:
        """What the letter to a unit may say."""
        missing = self._missing(unit)
        return {
            **campaign_values(self._campaign, self._today, missing or self._filings.get(unit.code)),
            **unit_values(unit),
            **item_values(reply.items),
            "收到时间": spoken_days(reply.days),
            "尚未报送": form_titles([filing.title for filing in missing]),
        }

    def facts(self, unit: Unit, reply: Reply) -> str:
        """A digest of all that the letter says but for its day."""
        return facts_of(reply.kind, self.values(unit, reply), reply.enclosures)

    def _missing(self, unit: Unit) -> list[Filing]:
        """What nothing has come in of."""
        return [filing for filing in self._filings.get(unit.code, ()) if filing.state == FileState.MISSING]
