"""Reminders before and after a deadline: what a unit owes, which of it is due, and one letter for all of that."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.campaign.distribute import must_exchange, usable_forms
from lzxl.campaign.folder import safe_name, sent_path
from lzxl.campaign.model import Filing, Slot
from lzxl.campaign.reminders import due_reminder
from lzxl.campaign.returns import return_path
from lzxl.campaign.standing import Standing
from lzxl.errors import ConfigError
from lzxl.faults import attempt
from lzxl.forms.roster import Unit
from lzxl.groups import grouped
from lzxl.mail.compose import Enclosure, is_address
from lzxl.mail.entries import Posted, why_misdirected
from lzxl.mail.letter_items import Item, exchange_note, item_values
from lzxl.mail.letter_kinds import Kind
from lzxl.mail.letter_values import campaign_values, unit_values
from lzxl.mail.letters import load_letters
from lzxl.mail.notices import NO_ADDRESS
from lzxl.mail.outbox import REMINDERS, Outbox, Written, facts_of, key_of, leave_unwritten
from lzxl.mail.wording import chinese_day
from lzxl.states import ACCEPTABLE, FileState
from lzxl.year.workdays import workdays_between

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_OTHER_CODE = (
    "未写催报信：“收件”里的 {folder} 像是该单位改单位编码以前报来的，未计入。请先把单位名册里的编码改回原来的，再催报。"
)
_SENT_ANEW = "本期的表由办公室另行发给，请收到后填报。"


def write_reminders(
    campaign: Campaign, outbox: Outbox, standing: Standing, today: datetime.date, at_once: bool = False
) -> tuple[bool, Written]:
    """A letter to every unit that owes something, if a day for reminding has come and its letters are not written yet.

    Whether a reminder point (`lzxl.campaign.reminders.due_reminder`) of any round is due, and the letters. `at_once`: today is
    such a day, whatever lzxl.toml says. Raises ConfigError if there is no deadline.
    """
    settings = campaign.config.mail
    points = _points(campaign, standing, today, at_once)
    written = Written()
    if not points:
        return False, written
    outbox.withdraw_undelivered()
    letters = load_letters(campaign)
    exchanged = _to_exchange(standing)

    def remind(unit: Unit, owed: Sequence[Filing]) -> None:
        deadline = _reminded_of(points, owed)
        if deadline is None:
            return
        address = unit.email.strip()
        kind = _kind_on(today, deadline)
        days = workdays_between(today, deadline, settings.calendar)
        key = key_of(unit.code, address.lower(), campaign.config.period, deadline.isoformat(), kind, points[deadline])
        if outbox.knows(key) or outbox.is_reminded(unit.code, today):
            return
        if not is_address(address):
            written.left.append((unit.code, NO_ADDRESS))
            return
        for waiting in (letter for letter in outbox.drafts(*REMINDERS) if letter.unit == unit.code):
            outbox.withdraw(waiting, "并入下一封信")
        values, paths = _reminder(campaign, unit, owed, exchanged, today, deadline)
        # On the Saturday behind a Friday no working day has passed, and still it is late.
        values["工作日数"] = str(max(1, abs(days)) if today > deadline else days)
        files = [Enclosure(path.name, path.read_bytes()) for path in paths]
        facts = facts_of(kind, values, paths)
        written.add(outbox.write(kind, key, unit, letters.write(kind, values), files, facts=facts))

    written.left += [(code, _OTHER_CODE.format(folder=name)) for code, name in under_another_code(standing).items()]
    for code, filings in left_to_remind(outbox, standing, max(outbox.day, today.isoformat())).items():
        attempt(
            partial(remind, campaign.units[code], filings),
            partial(leave_unwritten, written, campaign, code),
        )
    return True, written


def _points(campaign: Campaign, standing: Standing, today: datetime.date, at_once: bool) -> dict[datetime.date, str]:
    """Deadline → the occasion on which it is time to remind of it, for those for which it is. Raises ConfigError if there is
    no deadline at all."""
    config = campaign.config
    if config.deadline is None and not config.rounds:
        raise ConfigError(
            "lzxl.toml 里没有 deadline（截止日期），不知道该在哪天催报。请补上。", code="deadline_missing"
        )
    points: dict[datetime.date, str] = {}
    for deadline in {one.deadline for one in standing.rounds} - {None}:
        assert deadline is not None
        # By day where the office asked for it: it may do so once a day.
        point = today if at_once else due_reminder(today, deadline, config.mail)
        if point is not None:
            points[deadline] = str(point)
    return points


def _reminded_of(points: Collection[datetime.date], owed: Sequence[Filing]) -> datetime.date | None:
    """The deadline that a unit is reminded of: the last of those that it is time for; with it, of what was due before. None if
    it is time for none of what it owes."""
    return max({one.deadline for one in owed if one.deadline is not None} & set(points), default=None)


def _kind_on(today: datetime.date, deadline: datetime.date) -> Kind:
    return "reminder_before" if today <= deadline else "reminder_after"


def _reminder(
    campaign: Campaign,
    unit: Unit,
    owed: Sequence[Filing],
    exchanged: Collection[Slot],
    today: datetime.date,
    deadline: datetime.date,
) -> tuple[dict[str, str], list[Path]]:
    """What a reminder of a deadline says, and what goes with it: all that was due by then. `exchanged`: see `_to_exchange`."""
    filings = [filing for filing in owed if filing.deadline is not None and filing.deadline <= deadline]
    items, paths = _owed_items(campaign, filings, exchanged)
    items = [
        item if filing.deadline == deadline else replace(item, notes=(*item.notes, _due_else(filing, today)))
        for item, filing in zip(items, filings, strict=True)
    ]
    due = [filing for filing in filings if filing.deadline == deadline]
    return {**campaign_values(campaign, today, due), **unit_values(unit), **item_values(items)}, paths


def _due_else(filing: Filing, today: datetime.date) -> str:
    """That a filing is due on another day than the one that the letter is about."""
    assert filing.deadline is not None
    return f"报送截止日期是{chinese_day(filing.deadline)}{'，已逾期' if filing.deadline < today else ''}"


def withdraw_reminders(campaign: Campaign, outbox: Outbox, standing: Standing, today: datetime.date) -> list[Posted]:
    """Withdraw the reminders that are not called for any more, or would say something else now; these."""
    owed = owed_filings(standing)
    letters, exchanged = outbox.drafts(*REMINDERS), _to_exchange(standing)
    left = {day: left_to_remind(outbox, standing, day) for day in {letter.day for letter in letters}}
    withdrawn = []
    for letter in letters:
        if letter.unit in owed and letter.unit not in left[letter.day]:
            note = "要催的内容已在退回通知中写明"
        else:
            note = _why_not_to_remind(campaign, letter, left[letter.day], exchanged, today)
        if note:
            withdrawn.append(outbox.withdraw(letter, note))
    return withdrawn


def _why_not_to_remind(
    campaign: Campaign,
    letter: Posted,
    owed: Mapping[str, Sequence[Filing]],
    exchanged: Collection[Slot],
    today: datetime.date,
) -> str:
    """Why a reminder must not go out as it is; "" if it may. One that was not sent on its day may go out later."""
    filings = owed.get(letter.unit, ())
    deadlines = {one.deadline for one in filings if one.deadline and _kind_on(today, one.deadline) == letter.kind}
    if not deadlines:
        return "不再需要催报"
    unit = campaign.units[letter.unit]
    if letter.is_misdirected(unit):
        return why_misdirected(unit)
    said = {facts_of(letter.kind, *_reminder(campaign, unit, filings, exchanged, today, day)) for day in deadlines}
    return "" if letter.facts in ("", *said) else "要催的内容或设置已经变了"


def owed_filings(standing: Standing) -> dict[str, list[Filing]]:
    """Unit code → what it has not filed, or not so that it could be accepted. Units that owe nothing are not in it, nor are
    those whose filings may lie under another code (`under_another_code`)."""
    elsewhere = under_another_code(standing)
    owed = (filing for filing in standing.filings if filing.state not in ACCEPTABLE)
    return grouped((filing for filing in owed if filing.unit.code not in elsewhere), lambda filing: filing.unit.code)


def left_to_remind(outbox: Outbox, standing: Standing, day: str) -> dict[str, list[Filing]]:
    """Unit code → what it owes and is not asked for by an answer that waits or went out on `day` (ISO) or later: of one
    workbook a unit gets one letter. Units of which nothing is left are not in it."""
    told = outbox.told_since(day)
    left: dict[str, list[Filing]] = {}
    for code, filings in owed_filings(standing).items():
        untold = [filing for filing in filings if (*filing.slot, filing.version) not in told]
        if untold:
            left[code] = untold
    return left


def under_another_code(standing: Standing) -> dict[str, str]:
    """Unit code → the folder in 收件 that bears the unit's name and a code that is not on the roster: the unit's own filings,
    it seems, from before its code was changed. They count for nobody, and nobody is to be told that they are missing."""
    names = {folder.partition("_")[2]: folder for folder in standing.strays}
    units = {filing.unit.code: filing.unit for filing in standing.filings if filing.state == FileState.MISSING}
    return {code: names[safe_name(unit.name)] for code, unit in units.items() if safe_name(unit.name) in names}


def _to_exchange(standing: Standing) -> set[Slot]:
    """Those of the latest versions that are another period's workbook: this one's is to be filled in instead."""
    return {
        stored.slot
        for stored, checked in zip(standing.originals, standing.latest, strict=True)
        if must_exchange(checked)
    }


def _owed_items(
    campaign: Campaign, filings: Sequence[Filing], exchanged: Collection[Slot]
) -> tuple[list[Item], list[Path]]:
    """What a unit still owes, and what goes with the letter: marked returns, and the workbooks to fill in."""
    items, paths = [], []
    blank = [filing for filing in filings if filing.state != FileState.RETURNED or filing.slot in exchanged]
    found = usable_forms(campaign, [filing.slot for filing in blank])
    for filing in filings:
        usable = found.get(filing.slot)
        if filing.state == FileState.RETURNED:
            item, brought = _returned_item(campaign, filing, usable, filing.slot in exchanged)
        else:
            item, brought = _blank_item(campaign, filing, usable)
        items.append(item)
        paths += brought
    return items, paths


def _returned_item(
    campaign: Campaign, filing: Filing, usable: Path | None, is_exchanged: bool
) -> tuple[Item, list[Path]]:
    """A submission that was returned, with its return, and with this period's workbook if it is that one's to be filled in."""
    path = return_path(campaign, filing.unit, filing.form, filing.round, filing.version)
    marked = path if path.is_file() else None
    fresh = usable if is_exchanged else None
    notes = (exchange_note(fresh.name if fresh is not None else ""),) if is_exchanged else ()
    return _item(filing, marked, notes), [brought for brought in (marked, fresh) if brought is not None]


def _blank_item(campaign: Campaign, filing: Filing, usable: Path | None) -> tuple[Item, list[Path]]:
    """A submission that has not come in, or cannot be read, with the workbook to fill in."""
    is_outdated = usable is None and sent_path(campaign, filing.unit, filing.form, filing.round).is_file()
    notes = (_SENT_ANEW,) if is_outdated else ()
    return _item(filing, usable, notes), [usable] if usable is not None else []


def _item(filing: Filing, enclosure: Path | None, notes: tuple[str, ...]) -> Item:
    """A filing that is owed as the letter tells of it, with what goes with it."""
    return Item(
        form_title=filing.title,
        state=filing.state,
        version=filing.version,
        errors=filing.errors,
        warnings=filing.warnings,
        enclosure=enclosure.name if enclosure is not None else "",
        notes=notes,
    )
