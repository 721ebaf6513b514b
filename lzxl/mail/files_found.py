"""The files in a mail, each taken by what it is: a workbook, something that others lie in, or nothing for the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from lzxl.mail.cms import is_envelope, open_envelope
from lzxl.mail.found import MOST_PARTS, Found
from lzxl.mail.headers import Headers, display_name, first
from lzxl.mail.kinds import APPLE, Kind, is_container, kind_of
from lzxl.mail.mbox import is_mbox, mails_of
from lzxl.mail.model import Attachment
from lzxl.mail.origin import is_own
from lzxl.mail.packed import Unpacked, unpack
from lzxl.mail.parts import read_header
from lzxl.mail.remedies import SEND_APART, SEND_AS_ZIP, SEND_OPEN, SEND_UNWRAPPED, SEND_WORKBOOK
from lzxl.mail.transfer import may_hold_file
from lzxl.mail.zipped_mails import members_of_mails

MOST_BYTES = 50 * 1024 * 1024
MOST_WORKBOOKS = 20
DEEPEST = 5
# Each is a child process.
MOST_UNPACKED = 10
UNNAMED = "未命名附件"
# What may have a workbook in it all the same: the rest is known by its own first bytes.
_MAY_HOLD = frozenset(
    {"文本文件", "网页", "XML 文件", "CSV 文本文件", "未知类型的文件", "邮件", APPLE, "表格以外的文件"}
)
# What is in them counts, and not they themselves.
_WRAPPINGS = frozenset({"packed", "mail", "envelope"})


@dataclass(frozen=True)
class File:
    """A file in a mail."""

    name: str
    data: bytes
    depth: int
    """1 in the mail itself, 2 in a mail or an archive in it, and so on."""
    content_type: str = ""
    is_inline: bool = False
    body: bytes = b""
    """As it came, where its encoding may be said wrongly."""


class Surroundings(Protocol):
    """Who goes through mails and texts; files may be either."""

    def look_inside(self, data: bytes, is_html: bool, depth: int) -> bool:
        """Take the files in a text; whether there were any."""

    def encoded_mail(self, data: bytes, depth: int) -> None:
        """Read a mail that comes as a file."""


class Files:
    """Takes the files of one mail."""

    def __init__(self, found: Found, around: Surroundings, bytes_left: int = MOST_BYTES) -> None:
        self._found = found
        self._around = around
        self._bytes_left = bytes_left
        self._unpacked = 0

    def sort(self, file: File) -> None:
        """Sort a file in by what it is."""
        self._bytes_left -= len(file.data)
        if self._bytes_left < 0:
            self._found.leave(file.name, len(file.data), "附件总量超过50 MB", SEND_APART)
            return
        kind = kind_of(file.name, file.data, file.content_type, file.is_inline)
        if kind.what in _WRAPPINGS:
            self._bytes_left += len(file.data)
        ways: dict[str, Callable[[File], None]] = {
            "candidate": self._candidate,
            "packed": self._packed,
            "mail": self._mails,
            "envelope": self._envelope,
        }
        way = ways.get(kind.what)
        if way is not None:
            way(file)
        elif kind.what == "encrypted":
            self.leave_encrypted(file.name, len(file.data), kind.title)
        elif not self._holds_file(kind, file):
            self._leave_other(kind, file)

    def sort_unpacked(self, unpacked: Unpacked, depth: int) -> None:
        """Sort in the files in a winmail.dat or an Outlook mail."""
        for inner in unpacked.files:
            name = display_name(inner.name) or UNNAMED
            if self._found.is_too_many(name):
                return
            if inner.trouble == "own":
                self._found.leave_own()
            elif inner.trouble == "deep":
                self._found.leave(name, 0, "转发层次过多，未打开", SEND_UNWRAPPED)
            elif inner.trouble:
                self._found.leave(name, 0, "嵌在正文里的对象，无法取出", SEND_UNWRAPPED, instead=True)
            else:
                self.sort(File(name, inner.data, depth))

    def leave_encrypted(self, name: str, size: int, how: str) -> None:
        self._found.leave(name, size, f"已用 {how} 加密，无法打开", SEND_OPEN)

    def _candidate(self, file: File) -> None:
        if not is_container(file.data) and self._lies_behind(file):
            return
        size = len(file.data)
        mails = members_of_mails(file.name, file.data, MOST_BYTES) if file.depth < DEEPEST else []
        if mails:
            self._members(file, mails)
        elif len(self._found.attachments) >= MOST_WORKBOOKS:
            self._found.leave(file.name, size, f"一封邮件里的表格超过{MOST_WORKBOOKS}个", SEND_APART)
        else:
            self._found.attachments.append(Attachment(file.name, file.data))

    def _members(self, archive: File, members: list[tuple[str, bytes]]) -> None:
        """The files in an archive that has mails in it."""
        for name, data in members:
            if self._found.is_too_many(archive.name):
                return
            self.sort(File(display_name(name) or UNNAMED, data, archive.depth + 1))

    def _lies_behind(self, file: File) -> bool:
        """Whether a workbook has something else before it, and was taken from behind that."""
        both = (file.data, file.body)
        return any(self._around.look_inside(one, is_html=False, depth=file.depth) for one in both if one)

    def _mails(self, file: File) -> None:
        mails = islice(mails_of(file.data), MOST_PARTS) if is_mbox(file.data) else (file.data,)
        for mail in mails:
            self._around.encoded_mail(mail, file.depth)

    def _holds_file(self, kind: Kind, file: File) -> bool:
        """Whether a file of no other known kind has files in it: it was looked through for them."""
        if not self._may_hold_file(kind, file):
            return False
        is_html = kind.title.startswith("网页")
        if self._around.look_inside(file.data, is_html, file.depth):
            return True
        is_encoded = bool(file.body) and file.body != file.data
        return is_encoded and self._around.look_inside(file.body, is_html, file.depth)

    def _may_hold_file(self, kind: Kind, file: File) -> bool:
        if kind.title.partition("，")[0] in _MAY_HOLD:
            return True
        return not is_container(file.data) and may_hold_file(file.body)

    def _leave_other(self, kind: Kind, file: File) -> None:
        size = len(file.data)
        if kind.what == "archive":
            self._found.leave(file.name, size, f"{kind.title}，无法打开", SEND_AS_ZIP)
        elif kind.what == "document":
            self._found.leave(file.name, size, f"不是表格（{kind.title}）", SEND_WORKBOOK, instead=True)
        else:
            self._found.leave(file.name, size, f"不是表格（{kind.title}）")

    def _envelope(self, file: File) -> None:
        """An S/MIME envelope: of a signed mail the mail, of a signed file the file."""
        envelope, size = open_envelope(file.data), len(file.data)
        content = envelope.content
        if envelope.what == "encrypted":
            self.leave_encrypted(file.name, size, "S/MIME")
        elif envelope.what == "other":
            self._found.leave(file.name, size, "带数字签名或已加密（S/MIME），里面的附件无法取出", SEND_OPEN)
        elif content is None:
            self._found.leave(file.name, size, "不是表格（加密或签名信息）")
        elif file.depth >= DEEPEST:
            self._found.leave(file.name, size, "带数字签名（S/MIME），层次过多，未打开", SEND_OPEN)
        elif is_container(content) or is_envelope(content):
            self.sort(File(_name_inside(file.name), content, file.depth + 1))
        else:
            self._around.encoded_mail(content, file.depth)

    def _packed(self, file: File) -> None:
        """A winmail.dat, or a mail as Outlook saves it."""
        self._unpacked += 1
        may_be_opened = file.depth < DEEPEST and self._unpacked <= MOST_UNPACKED
        unpacked = unpack(file.data) if may_be_opened else None
        if unpacked is None:
            self._found.leave(file.name, len(file.data), "Outlook 格式的附件，无法打开", SEND_UNWRAPPED)
        elif is_own(headers_of(unpacked)):
            self._found.leave_own()
        elif not unpacked.files:
            self._found.leave(file.name, len(file.data), "Outlook 格式的附件，里面没有文件")
        else:
            self.sort_unpacked(unpacked, file.depth + 1)


def headers_of(unpacked: Unpacked) -> Headers:
    """The header of an Outlook file; where it had none, one of what the file itself says."""
    # A blank line at their head would end them before they begin.
    told = unpacked.headers.lstrip("\ufeff\r\n")
    headers = list(read_header(told.encode("utf-8", "replace"))) if told else []
    for name, value in (("from", unpacked.sender), ("message-id", unpacked.message_id)):
        if value and not first(headers, name):
            headers.append((name, value.encode()))
    return headers


def _name_inside(name: str) -> str:
    """What the file in an envelope is called: programs put .p7m behind its own name."""
    inner = name[:-4] if name.lower().endswith(".p7m") else name
    return inner or UNNAMED
