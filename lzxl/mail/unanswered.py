"""What came in and is not answered yet: by what stands in the ledger, and by what the units have been told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lzxl.campaign.ledger import Receipt
from lzxl.campaign.standing import Standing
from lzxl.campaign.store import Stored, round_of
from lzxl.checks.run import Checked
from lzxl.forms.roster import Unit
from lzxl.groups import grouped
from lzxl.mail.entries import Message, Part
from lzxl.mail.heard import Heard, subject_of
from lzxl.mail.register import Register
from lzxl.mail.reply import Reply, Told
from lzxl.states import VERDICTS, FileState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_SETTLED = (FileState.ACCEPTED, FileState.RETURNED)


@dataclass(frozen=True)
class Asked:
    """What is asked about: by default, what came by mails that may be answered."""

    with_files: bool = False
    """Also what came without a mail."""
    is_named: bool = False
    """The unit is named by the office: mail that looks automatic is answered, too."""
    only: Collection[str] | None = None
    """Subjects; what else there is does not come into it."""


class Unanswered:
    """What is unanswered of each unit."""

    def __init__(self, campaign: Campaign, register: Register, standing: Standing) -> None:
        """`standing`: of now, with the ledger's receipts brought up to it (`lzxl.campaign.verdicts`)."""
        self._campaign = campaign
        self._register = register
        self._filings = {filing.slot: filing for filing in standing.filings}
        latest = zip(standing.originals, standing.latest, strict=True)
        self._latest = grouped(latest, lambda one: one[0].unit.code)
        self._parts = self._parts_to_ask_about()

    def reply(self, unit: Unit, heard: Heard, asked: Asked) -> Reply:
        """What a letter to a unit would say."""
        reply = Reply()
        receipts = self._register.receipts_of(unit.code)
        for stored, checked in self._latest.get(unit.code, ()):
            filed = [one for one in receipts if self._is_of(stored, one)]
            self._add_submission(reply, stored, checked, filed, heard, asked)
        for message, part in self._parts.get(unit.code, ()):
            subject = subject_of(part)
            if subject is not None and _is_part_to_answer(subject, message, heard, asked):
                reply.add_part(message, part, subject)
        return reply

    def _is_of(self, stored: Stored, receipt: Receipt) -> bool:
        """Whether a receipt is of a version of what was filed."""
        return receipt.form == stored.form and self._round(receipt) == stored.round

    def _add_submission(
        self, reply: Reply, stored: Stored, checked: Checked, filed: Collection[Receipt], heard: Heard, asked: Asked
    ) -> None:
        """Answer a form that a unit has filed, if anything of it is unanswered. `filed`: the receipts of all its versions."""
        receipt = next((one for one in filed if one.version == stored.version), None)
        if receipt is None:  # the next run that takes in will enter it
            return
        older = [one for one in filed if one is not receipt and self._is_open(one, heard, asked)]
        is_told_too = bool(older) and self._has_come_since(receipt, heard, asked)
        if is_told_too or self._is_open(receipt, heard, asked):
            filing, before = self._filings[stored.slot], heard.of(receipt.sha256)
            told = Told(stored, checked, receipt, older, filing, self._brought(receipt), before)
            reply.add_submission(self._campaign, told)
        else:
            reply.overtaken += [(one.sha256, one.verdict) for one in older]

    def _is_open(self, receipt: Receipt, heard: Heard, asked: Asked) -> bool:
        """Whether a submission is to be answered, and its unit has not heard of how it stands."""
        return not heard.has(receipt) and self._is_to_answer(receipt, heard, asked)

    def _round(self, receipt: Receipt) -> str | None:
        """The round that a submission counts for."""
        return round_of(self._campaign, receipt.form, receipt.round, receipt.received)

    def _has_come_since(self, receipt: Receipt, heard: Heard, asked: Asked) -> bool:
        """Whether the latest version is told of where an earlier one is answered: however it came, it is the one that counts."""
        if asked.only is not None or heard.has(receipt):
            return False
        return self._is_to_answer(receipt, heard, Asked(with_files=True, is_named=asked.is_named))

    def _is_to_answer(self, receipt: Receipt, heard: Heard, asked: Asked) -> bool:
        """Whether a submission is answered at all. Of one that was found in 收件 again, and that no mail has brought since,
        nobody knows whether it was."""
        if receipt.state not in _SETTLED:
            return False
        if asked.only is not None:
            return receipt.sha256 in asked.only
        if heard.is_concerned(receipt.sha256):
            return True
        brought = self._brought(receipt)
        if brought is None:
            return asked.with_files and bool(receipt.source)
        return asked.is_named or not brought[0].automatic

    def _parts_to_ask_about(self) -> dict[str, list[tuple[Message, Part]]]:
        """Unit code → what it is to hear of that is no submission."""
        return grouped(self._register.parts_to_ask_about(), lambda asked: self._first_unit(asked[0]))

    def _first_unit(self, message: Message) -> str:
        """Whose mail it is, of the units that share its address; "" if none of them is on the roster."""
        return next((code for code in message.units.split() if code in self._campaign.units), "")

    def _brought(self, receipt: Receipt) -> tuple[Message, Part] | None:
        """The mail that counts as having brought a submission: the unit's own before others', one that may be answered before
        one that may not, the first before later ones. None if none has."""

        def rank(brought: tuple[Message, Part]) -> tuple[bool, bool]:
            message, _ = brought
            return receipt.unit not in message.units.split(), bool(message.automatic)

        brought = (one for one in self._register.brought(receipt.sha256) if _has_filed(*one, receipt.unit))
        return min(brought, key=rank, default=None)

    def by_automatic_mail(self, heard: Heard) -> Iterator[str]:
        """The units of which mail was taken in that is not answered because it looks automatic. Said once of each mail."""
        filed = [receipt for receipt in self._register.filed_by_automatic_mail() if not heard.has(receipt)]
        codes = {receipt.unit for receipt in filed if self._was_just_brought_automatically(receipt)}
        return (code for code in self._campaign.units if code in codes)

    def _was_just_brought_automatically(self, receipt: Receipt) -> bool:
        """Whether the mail that counts looks automatic, and nothing was said of it yet."""
        message, _ = self._brought(receipt) or (None, None)
        return message is not None and bool(message.automatic) and message.state in VERDICTS

    def waits(self, message: Message, heard: Heard) -> bool:
        """Whether something in a mail waits for an answer."""
        is_known = bool(self._first_unit(message))
        return any(self._part_waits(part, is_known, heard) for part in self._register.parts_of(message.sha256))

    def _part_waits(self, part: Part, is_known: bool, heard: Heard) -> bool:
        """`is_known`: the mail is from a unit, which is told of what it is to send otherwise."""
        if part.outcome in _SETTLED:
            receipt = self._register.receipt(part.sha256)
            return receipt is None or not receipt.version or not heard.has(receipt)
        subject = subject_of(part) if is_known else None
        return subject is not None and heard.of(subject[0]) != subject[1]


def _has_filed(message: Message, part: Part, unit: str) -> bool:
    """Whether a part is how a unit filed something: also if it was known, where the unit itself has sent it again."""
    return part.outcome in _SETTLED or (part.outcome == FileState.KNOWN and unit in message.units.split())


def _is_part_to_answer(subject: tuple[str, str], message: Message, heard: Heard, asked: Asked) -> bool:
    if heard.of(subject[0]) == subject[1]:
        return False
    if asked.only is not None:
        return subject[0] in asked.only
    return asked.is_named or not message.automatic or heard.is_concerned(subject[0])
