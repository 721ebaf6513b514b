"""What the office is told beside its reminders: what should be seen to before they go out, and why nobody is reminded."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lzxl.campaign.reminders import reminder_days
from lzxl.mail.outbox import Outbox
from lzxl.year.workdays import unknown_years

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign


def notes_on_reminding(campaign: Campaign, outbox: Outbox, day: datetime.date, told: Sequence[str]) -> Iterator[str]:
    """What should be seen to before reminders go out: letters that still wait, years whose holidays are not known.

    `told`: codes of the units that owe something and are asked for it by an answer.
    """
    unsent = sum(letter.kind == "distribute" for letter in outbox.waiting())
    if unsent:
        yield f"注意：还有{unsent}个单位的发放通知未发出，请先发通知，再发催报。"
    unknown = unknown_years([day, *_reminder_days(campaign)])
    if unknown:
        years = "、".join(map(str, unknown))
        yield f"{years}年的放假安排还不知道，按周一至周五上班计算；可在 lzxl.toml 的 [calendar] 里补。"
    if told:
        yield f"{'、'.join(told)} 要催的内容已在退回通知中写明（待发或者当日已发），不另写催报信。"


def why_nobody_is_reminded(campaign: Campaign, is_due: bool, owing: Sequence[str], day: datetime.date) -> str:
    """`is_due`: the day is one for reminding. `owing`: codes of the units that owe something."""
    coming = next((entry for entry in _reminder_days(campaign) if entry > day), None)
    later = f"下一个催报日是{coming}。" if coming is not None else "以后没有催报日了，需要时用 --now。"
    if not is_due:
        return f"当日不是催报日。{later}"
    if owing:
        return f"要催的{len(owing)}个单位（{'、'.join(owing)}）这一次都已经催过了。{later}"
    return f"没有要催的单位。{later}"


def _reminder_days(campaign: Campaign) -> list[datetime.date]:
    """The days for reminding, in their order."""
    config = campaign.config
    deadlines = {one.deadline for form in config.forms for one in config.rounds_of(form)}
    days = (reminder_days(deadline, config.mail).values() for deadline in deadlines if deadline is not None)
    return sorted(set().union(*days))
