"""Answers that wait and must not go out any more: they would say something else if they were written now."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from lzxl.mail.answering import Answering
from lzxl.mail.entries import Posted, why_misdirected
from lzxl.mail.heard import Heard
from lzxl.mail.outbox import ANSWERS
from lzxl.mail.unanswered import Asked

if TYPE_CHECKING:
    pass


class OvertakenAnswers(Answering):
    """Looks at the drafts of answers by how the round stands."""

    def withdraw(self) -> list[Posted]:
        """Withdraw every draft that is overtaken; these. What they answered is due again."""
        withdrawn = []
        for letter in self._outbox.drafts(*ANSWERS):
            note = self._why(letter, self._outbox.answered_by(letter))
            if note:
                withdrawn.append(self._outbox.withdraw(letter, note, is_due=True))
        return withdrawn

    def _why(self, letter: Posted, subjects: Collection[str]) -> str:
        """Why a draft must not go out as it is; "" if it may. `subjects`: what it answers."""
        unit = self._campaign.units.get(letter.unit)
        if unit is None or letter.is_misdirected(unit):
            return why_misdirected(unit)
        as_if_unwritten = Heard(self._register, without=letter.key)
        reply = self._unanswered.reply(unit, as_if_unwritten, Asked(is_named=True, only=subjects))
        if not reply.items and reply.overtaken:
            return "单位已报来新的版本"
        is_as_written = reply.items and self._text.facts(unit, reply) == letter.facts
        return "" if is_as_written else "检查结果或设置已经变了"
