"""Letters that the office begins: the workbooks to fill in, and the summary."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.distribute import usable_forms
from lzxl.campaign.folder import sent_path
from lzxl.campaign.rounds import Round
from lzxl.campaign.standing import Standing
from lzxl.forms.roster import Unit
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.entries import Answer, Posted, why_misdirected
from lzxl.mail.letter_items import Item, item_values
from lzxl.mail.letter_values import campaign_values, summary_values, unit_values
from lzxl.mail.letters import load_letters
from lzxl.mail.outbox import Outbox, Written, facts_of, key_of
from lzxl.states import FileState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

NO_ADDRESS = "名册里没有该单位可用的电子邮箱，未写信。请在单位名册中核对填写，再运行一次。"


def write_distribution(campaign: Campaign, outbox: Outbox, today: datetime.date, changed: Collection[str]) -> Written:
    """A letter to every unit with its workbooks of 发放. The same workbooks are not written to a unit twice.

    `changed`: workbooks that somebody has typed into (`lzxl.campaign.distribute`); they are not sent.
    """
    outbox.withdraw_undelivered()
    letters, written = load_letters(campaign), Written()
    for unit in campaign.units.values():
        enclosed = [
            one
            for one in _to_fill_in(campaign, unit, today)
            if campaign.relative(one.path) not in changed and not outbox.has_answered(one.subject, FileState.ENCLOSED)
        ]
        if not enclosed:
            continue
        if not is_address(unit.email.strip()):
            written.left.append((unit.code, NO_ADDRESS))
            continue
        subjects = [one.subject for one in enclosed]
        key = key_of(unit.code, unit.email.strip().lower(), campaign.config.period, "distribute", *subjects)
        answers = [Answer(subject, FileState.ENCLOSED, key) for subject in subjects]
        files = [Enclosure(one.path.name, one.path.read_bytes()) for one in enclosed]
        values = _distribution_values(campaign, unit, enclosed, today)
        facts = facts_of("distribute", values, [one.path for one in enclosed])
        letter = letters.write("distribute", values)
        written.add(outbox.write("distribute", key, unit, letter, files, answers, facts=facts))
    return written


@dataclass(frozen=True)
class _ToFillIn:
    """A unit's workbook in 发放, as it is now. `subject`: what a letter that brings it is noted under."""

    due: Round
    path: Path
    subject: str


def _to_fill_in(campaign: Campaign, unit: Unit, today: datetime.date) -> list[_ToFillIn]:
    """Of forms with rounds, the workbook of the one that opened last: those before were sent in their time."""
    due = [campaign.config.round_on(form, today) for form in campaign.config.forms]
    paths = [(one, sent_path(campaign, unit, one.form, one.label)) for one in due]
    return [_ToFillIn(one, path, f"{unit.code}/{_digest(path.read_bytes())}") for one, path in paths if path.is_file()]


def _distribution_values(
    campaign: Campaign, unit: Unit, enclosed: Sequence[_ToFillIn], today: datetime.date
) -> dict[str, str]:
    items = [Item(one.due.title, FileState.ENCLOSED, enclosure=one.path.name) for one in enclosed]
    due = [one.due for one in enclosed]
    return {**campaign_values(campaign, today, due), **unit_values(unit), **item_values(items)}


def withdraw_distribution(campaign: Campaign, outbox: Outbox, today: datetime.date) -> list[Posted]:
    """Withdraw the letters with workbooks that would say or bring something else now; these."""
    withdrawn = []
    for letter in outbox.drafts("distribute"):
        note = _why_distribution_is_overtaken(campaign, letter, outbox.answered_by(letter), today)
        if note:
            withdrawn.append(outbox.withdraw(letter, note))
    return withdrawn


def _why_distribution_is_overtaken(
    campaign: Campaign, letter: Posted, subjects: Collection[str], today: datetime.date
) -> str:
    """Why a letter with workbooks must not go out as it is; "" if it may. `subjects`: what it encloses."""
    unit = campaign.units.get(letter.unit)
    if unit is None or letter.is_misdirected(unit):
        return why_misdirected(unit)
    enclosed = [one for one in _to_fill_in(campaign, unit, today) if one.subject in subjects]
    values = _distribution_values(campaign, unit, enclosed, today)
    # A letter of an earlier version does not tell its facts.
    if letter.facts not in ("", facts_of("distribute", values, [one.path for one in enclosed])):
        return "要发的表或设置已经变了"
    slots = [(unit.code, one.due.form, one.due.label) for one in enclosed]
    if len(usable_forms(campaign, slots)) < len(slots):
        return "要发的表已经过时，填好报来也会退回"
    return ""


def write_summary_letter(
    campaign: Campaign, outbox: Outbox, standing: Standing, summary: Path, today: datetime.date
) -> Posted | None:
    """The letter that brings the summary to the office's own mailbox; None if it has this very summary already. One with an
    earlier summary that has not gone out is withdrawn. It bears the day that the summary speaks of."""
    file = Enclosure(summary.name, summary.read_bytes())
    key = _summary_key(campaign, summary)
    if outbox.knows(key):
        return None
    if standing.as_of == today:
        withdraw_other_summaries(campaign, outbox, summary)
    values = {**campaign_values(campaign, standing.as_of, standing.rounds), **summary_values(standing)}
    # What was asked for of another day stays right, whatever happens after that.
    facts = _summary_facts(campaign, standing) if standing.as_of == today else ""
    text = load_letters(campaign).write("summary", values)
    return outbox.write("summary", key, None, text, [file], facts=facts)


def _summary_facts(campaign: Campaign, standing: Standing) -> str:
    filings = [(*filing.slot, filing.state, filing.version, filing.errors, filing.late) for filing in standing.filings]
    values = {
        **campaign_values(campaign, standing.as_of, standing.rounds),
        **summary_values(standing),
        "filings": repr(filings),
    }
    return facts_of("summary", values, [])


def withdraw_summary(campaign: Campaign, outbox: Outbox, standing: Standing) -> list[Posted]:
    """Withdraw the letter with a summary that does not say any more how the round stands; in a list."""
    return [
        outbox.withdraw(letter, "报送情况已经变了")
        for letter in outbox.drafts("summary")
        # Without facts it tells of another day, which no change of now makes wrong.
        if letter.facts not in ("", _summary_facts(campaign, standing))
    ]


def withdraw_other_summaries(campaign: Campaign, outbox: Outbox, summary: Path) -> list[Posted]:
    """Withdraw the letters of today's round that bring another summary than this one; in a list."""
    key = _summary_key(campaign, summary)
    return [
        outbox.withdraw(letter, "已有新的汇总表")
        for letter in outbox.drafts("summary")
        if letter.facts and letter.key != key
    ]


def _summary_key(campaign: Campaign, summary: Path) -> str:
    return key_of(campaign.config.period, "summary", _digest(summary.read_bytes()))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
