"""What the answers of a day go by, those that are written as well as those that wait: what is unanswered, and how it is said."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from lzxl.campaign.standing import Standing
from lzxl.mail.answer_text import AnswerText
from lzxl.mail.outbox import Outbox
from lzxl.mail.register import Register
from lzxl.mail.unanswered import Unanswered

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign


class Answering:
    """Works on answers by how the round stands."""

    def __init__(
        self, campaign: Campaign, register: Register, outbox: Outbox, today: datetime.date, standing: Standing
    ) -> None:
        """`standing`: of now, with the ledger's receipts brought up to it (`lzxl.campaign.verdicts`)."""
        self._campaign = campaign
        self._register = register
        self._outbox = outbox
        self._unanswered = Unanswered(campaign, register, standing)
        self._text = AnswerText(campaign, today, standing)
