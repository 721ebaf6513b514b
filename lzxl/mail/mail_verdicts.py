"""What becomes of a mail by what became of its parts, and which mails somebody of the office has to see."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lzxl.mail.entries import Message, Part
from lzxl.mail.remedies import ASKS, BODY
from lzxl.states import FileState, MailState

WHOLE_MAIL = "整封邮件"


def verdict_of(message: Message, parts: Sequence[Part]) -> MailState:
    """What becomes of a mail by what became of its parts: the gravest counts."""
    outcomes = {part.outcome for part in parts}
    if _is_for_the_office(message, outcomes) or _strange(message, parts) is not None:
        return MailState.QUARANTINED
    is_asked = message.units and any(part.request for part in parts)
    if is_asked or not outcomes.isdisjoint({FileState.RETURNED, FileState.REFUSED}):
        return MailState.RETURNED
    harmless = (verdict for outcome, verdict in _HARMLESS.items() if outcome in outcomes)
    return next(harmless, MailState.IGNORED)


def _is_for_the_office(message: Message, outcomes: Collection[FileState]) -> bool:
    """Whether something was held, or cannot be read and came from nobody who could be told so."""
    return FileState.HELD in outcomes or (FileState.REFUSED in outcomes and not message.units)


_HARMLESS = {FileState.ACCEPTED: MailState.ACCEPTED, FileState.KNOWN: MailState.KNOWN}
"""What a mail is by the best of what is in it, where nothing speaks against it."""


def part_to_see(message: Message, parts: Sequence[Part]) -> Part | None:
    """What the office has to see of a mail, which is laid in 待查 as it came; None if nothing."""
    unopened = (part for part in parts if part.outcome == FileState.HELD and not part.sha256)
    return next(unopened, None) or _strange(message, parts)


def _strange(message: Message, parts: Sequence[Part]) -> Part | None:
    """What somebody of the office has to see of a mail that nobody is answered: a question that is no filing, or in a
    stranger's mail something that may have been meant as one; None if nothing."""
    if message.automatic:
        return None
    left = [part for part in parts if part.outcome == FileState.SKIPPED]
    asked = next((part for part in left if part.reason == ASKS), None)
    if asked is not None or message.units:
        return asked
    # A stranger's mail without any file is most of what a mailbox gets: nobody is to look at those.
    return next((part for part in left if part.request and part.name != BODY), None)


def why_laid_aside(message: Message, part: Part) -> str:
    """Why a mail lies in 待查 as it came, and what to do."""
    day = f"{message.when.month}月{message.when.day}日"
    if part.outcome == FileState.HELD:
        told = "已请该单位重新发送。" if message.units and not message.automatic else "未回信。"
        return (
            f"{message.sender or '未写明的邮箱'} {day}的来信未打开（{part.reason}），{told}"
            "请不要在办公电脑上直接打开，先与发件人核实；办完后从“待查”里移走。"
        )
    if part.reason == ASKS:
        return (
            f"{message.sender or '未写明的邮箱'} {day}来信：{ASKS}，未回信。"
            "请打开这封信查看，需要的由人答复；办完后从“待查”里移走。"
        )
    return (
        f"发件邮箱 {message.sender or '（未写明）'} 不在单位名册里，{day}来信里的“{part.name or WHOLE_MAIL}”"
        f"未收取（{part.reason}），也未回信。请打开这封信查看，并与单位核实；办完后从“待查”里移走。"
    )
