"""The child process that takes mails apart, archives in them too; its parent is `lzxl.mail.opened`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from lzxl.campaign.archive import members_here
from lzxl.campaign.sources import Arrived, unpacked
from lzxl.children import serve
from lzxl.mail.folders import header_of
from lzxl.mail.message import parse_mail
from lzxl.mail.model import Mail
from lzxl.mail.opened import told
from lzxl.workbook.reading.guard import judge

MOST_FILES = 500
# What the archives of one mail may come to, all together: more than files of people ever shrink, and never more than the last.
_TIMES_ITS_SIZE = 8
_LEAST_UNPACKED = 32 * 1024 * 1024
_MOST_UNPACKED = 200 * 1024 * 1024
_TOO_MANY = f"一封邮件里的文件超过{MOST_FILES}个，其余未收取。请分成几封邮件发送。"
_NOTHING_IN_IT = "压缩包里没有表格。请直接报送填好的表格。"
_HEADER_BYTES = 256 * 1024


def answer_to(question: dict[str, Any], given: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    """First what the mail says of itself, then each of its files."""
    raw = given.read()
    authserv, instance = question["authserv"], question["instance"]
    if question["is_header"]:
        yield told(parse_mail(header_of(raw)[:_HEADER_BYTES], authserv, instance)), b""
        return
    mail = parse_mail(raw, authserv, instance)
    yield told(mail), b""
    is_empty = True
    for one in _files(mail, len(raw)):
        is_empty = False
        yield {"name": one.name, "trouble": one.trouble, "foreign": _foreign(one)}, one.data
    if is_empty and mail.attachments:  # an archive may hold only what programs leave behind
        yield {"name": mail.attachments[0].name, "trouble": _NOTHING_IN_IT, "foreign": ""}, b""


def _files(mail: Mail, size: int) -> Iterator[Arrived]:
    """The files in a mail in a fixed order, those in archives one by one."""
    number, left = 0, min(max(_LEAST_UNPACKED, _TIMES_ITS_SIZE * size), _MOST_UNPACKED)
    for attachment in mail.attachments:
        for one in unpacked(attachment.name, attachment.name, attachment.data, left, members_here):
            if one.is_left_behind:
                continue
            number += 1
            if number > MOST_FILES:
                yield Arrived(attachment.name, attachment.name, b"", _TOO_MANY)
                return
            left -= len(one.data)
            yield one


def _foreign(one: Arrived) -> str:
    """What a file is that is no workbook, as it comes beside workbooks in an archive."""
    verdict = judge(one.data) if one.data and not one.trouble else None
    return verdict.detail if verdict is not None and verdict.code == "file_not_workbook" else ""


if __name__ == "__main__":
    serve(answer_to)
