"""What is in a mail: as it is entered before anybody has read its files, and as these are taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lzxl.campaign.clock import BEIJING
from lzxl.campaign.sources import Arrived
from lzxl.mail.entries import Message, Part
from lzxl.mail.mail_verdicts import WHOLE_MAIL
from lzxl.mail.model import Fetched
from lzxl.mail.opened import Opened, OpenedFile
from lzxl.mail.remedies import SEND_AGAIN, SEND_WORKBOOK
from lzxl.states import FileState

_TOO_LARGE = "邮件太大（{size:.0f} MB），未下载"
_SEND_SMALLER = "来信过大，未收取。请只发送要报送的表格，去掉图片等其他附件后重新发送。"


def new_message(sha256: str, fetched: Fetched) -> Message:
    return Message(
        sha256=sha256,
        # Filled in when a child has opened the mail: this process looks at no byte of it, nor at a word of its header.
        message_id="",
        sender="",
        units="",
        received=fetched.received.astimezone(BEIJING).isoformat(timespec="seconds"),
        account=fetched.place.account,
        folder=fetched.place.folder,
        size=fetched.too_large or len(fetched.raw),
        reason=_TOO_LARGE.format(size=fetched.too_large / 1048576) if fetched.too_large else "",
    )


def parts_in(message: Message, opened: Opened) -> list[Part]:
    """What is in a mail, as it is entered before anybody has read its files."""
    if message.reason:  # it was too large to be fetched
        return [Part(message.sha256, 1, "", message.size, "", FileState.SKIPPED, message.reason, _SEND_SMALLER)]
    if opened.trouble:
        return [Part(message.sha256, 1, WHOLE_MAIL, message.size, "", FileState.HELD, opened.trouble, SEND_AGAIN)]
    refused, files = opened.mail.refused, opened.files
    parts = [
        *(_part(message, number, one, refused) for number, one in enumerate(files, 1)),
        *(
            Part(message.sha256, number, entry.name, entry.size, "", FileState.SKIPPED, entry.reason, entry.request)
            for number, entry in enumerate(opened.mail.skipped, len(files) + 1)
        ),
    ]
    return _asked_for_workbook(parts)


def _part(message: Message, number: int, one: OpenedFile, refused: str) -> Part:
    """A file of a mail as it is entered before anybody has read it."""
    part = Part(message.sha256, number, one.name, one.size, one.sha256)
    if refused:
        return replace(part, outcome=FileState.SKIPPED, reason=refused)
    if one.foreign:  # beside workbooks in an archive
        return replace(part, outcome=FileState.SKIPPED, reason=f"不是表格（{one.foreign}）", request=SEND_WORKBOOK)
    return part


def as_arrived(message: Message, number: int, one: OpenedFile) -> Arrived:
    """A file of a mail as it is taken in."""
    return Arrived(
        name=one.name,
        # The same in every run: by it one that was cut short is known to have entered this very file.
        source=f"邮件 {message.sha256[:12]} 附件{number} {one.name}",
        data=one.path.read_bytes() if one.path is not None else b"",
        trouble=one.trouble,
        received=message.when,
        senders=frozenset(message.units.split()),
        sender=message.sender,
        doubt=message.doubt,
    )


def _asked_for_workbook(parts: Sequence[Part]) -> list[Part]:
    """Nobody is asked for a workbook who has sent one."""
    has_sent_one = any(part.outcome != FileState.SKIPPED for part in parts)
    if not has_sent_one:
        return list(parts)
    return [replace(part, request="") if part.request == SEND_WORKBOOK else part for part in parts]
