"""What letters say beside their own words: of the office, of a unit, and of the round."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from lzxl.campaign.config import NO_BUREAU, Config
from lzxl.campaign.folder import Campaign
from lzxl.campaign.mail_settings import OFFICE, is_public
from lzxl.campaign.rounds import Round
from lzxl.forms.roster import Unit
from lzxl.mail.letter_texts import default_text
from lzxl.mail.wording import chinese_day, clean_line
from lzxl.states import ACCEPTABLE, GIVEN_BACK, FileState

if TYPE_CHECKING:
    from lzxl.campaign.standing import Standing

# In a letter to a unit it follows 报送至. The office sends the letter from that mailbox by hand.
_NO_MAILBOX = "办公室邮箱（即发出本邮件的邮箱）"
# The sentence of the standard texts on what concerns persons.
_PERSONAL = "不得用互联网邮箱"


class HasDeadline(Protocol):
    """Something that is due on a day: a round of a form, or what a unit files in it."""

    @property
    def title(self) -> str: ...

    @property
    def deadline(self) -> datetime.date | None: ...


def campaign_values(
    campaign: Campaign, today: datetime.date, due: Sequence[HasDeadline] | None = None
) -> dict[str, str]:
    """What every letter of a campaign may say. `due`: what it asks for; by default what is asked for on that day."""
    config = campaign.config
    if not config.rounds:
        due = [Round("", deadline=config.deadline)]
    elif not due:
        due = [config.round_on(form, today) for form in config.forms]
    mail = config.mail
    office = mail.sender or f"{config.bureau}{OFFICE}"
    return {
        "局名": config.bureau,
        "期次": config.period,
        "截止日期": spoken_deadline(due),
        "办公室": office,
        "联系人": contact_line(office, mail.address, mail.contact),
        "报送邮箱": mail.address or _NO_MAILBOX,
        "日期": chinese_day(today),
    }


def spoken_deadline(due: Sequence[HasDeadline]) -> str:
    """By when things are due: one day, or one for each."""
    days = {one.deadline for one in due}
    said = {day: chinese_day(day) if day else "另行通知" for day in days}
    return said[days.pop()] if len(days) == 1 else "；".join(f"《{one.title}》{said[one.deadline]}" for one in due)


def contact_line(office: str, address: str, contact: str = "") -> str:
    """Whom a unit can ask; "" if neither a person nor an address is known: the office's name alone says nothing.

    `contact`: a person and a telephone number as the office writes them, "" if it has not.
    """
    if not contact and not address:
        return ""
    whom = contact or office
    is_named = not address or address in whom
    return whom if is_named else f"{whom}（{address}）"


def lacking_in_letters(config: Config) -> str:
    """What the letters of a campaign cannot say because it is not set, each with its setting, in Chinese; "" if nothing."""
    settings = (
        ("局名（[campaign] 的 bureau）", config.bureau != NO_BUREAU),
        ("联系人和电话（[mail] 的 contact）", bool(config.mail.contact)),
        ("报送邮箱（[mail] 的 address）", bool(config.mail.address)),
    )
    return "、".join(said for said, is_set in settings if not is_set)


def on_public_mailboxes() -> str:
    """What every letter to a unit says of mailboxes on the internet: a sentence for the screen, in the same words."""
    for sentence in re.split("[。\n]", default_text("distribute")):
        before, words, after = sentence.partition(_PERSONAL)
        if words:
            return f"{before.rpartition('、')[2]}{words}{after}。"
    return ""


def units_with_public_mailbox(campaign: Campaign) -> list[str]:
    """The codes of the units whose address in the roster is a public mailbox."""
    return [unit.code for unit in campaign.units.values() if is_public(unit.email)]


def unit_values(unit: Unit) -> dict[str, str]:
    return {"单位": unit.name, "单位编码": unit.code, "联络员": unit.liaison}


def form_titles(titles: Sequence[str]) -> str:
    """For 尚未报送: the forms that are still to come, or that none are."""
    return "".join(f"《{title}》" for title in titles) or "无"


def summary_values(standing: Standing) -> dict[str, str]:
    """What the letter with the summary says of the round."""
    from lzxl.campaign.status import describe, figures

    counts = figures(standing)
    lacking: dict[str, list[str]] = {}
    for filing in standing.filings:
        if filing.state not in ACCEPTABLE:
            said = f"《{filing.title}》{describe(filing)}"
            lacking.setdefault(f"{filing.unit.code} {filing.unit.name}", []).append(said)
    lines = [
        f"{number}. {clean_line(unit)}：{'；'.join(said)}" for number, (unit, said) in enumerate(lacking.items(), 1)
    ]
    return {
        "应报份数": str(counts["expected"]),
        "接收份数": str(sum(counts[state] for state in ACCEPTABLE)),
        "退回份数": str(sum(counts[state] for state in GIVEN_BACK)),
        "未报份数": str(counts[FileState.MISSING]),
        "迟报份数": str(counts["late"]),
        "未报清单": "\n".join(lines) or "无，各单位均已完成报送。",
    }
