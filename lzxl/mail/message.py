"""A mail as it came, read: from whom, why it must not be answered, what in it may be a submission and what is none.

Every part is judged by its bytes, whatever it is called and however it is marked. Nothing here raises, whatever the bytes;
links are recognised and never followed; no text of a mail gets into a message or a log.
"""

from __future__ import annotations

import binascii
import datetime
import email
import html
import re
from dataclasses import dataclass, field, replace
from email.message import Message
from email.policy import compat32
from typing import Any

from lzxl.campaign.clock import BEIJING
from lzxl.mail.folders import header_of
from lzxl.mail.headers import (
    Headers,
    decode_bytes,
    display_name,
    first,
    from_base64,
    header_list,
    main_value,
    parameter,
    part_name,
    raw_body,
)
from lzxl.mail.kinds import is_container, kind_of
from lzxl.mail.model import Attachment, Mail, Skipped
from lzxl.mail.ole import OLE
from lzxl.mail.origin import (
    authentication_of,
    bounced_in,
    is_own,
    message_id_of,
    received_else,
    received_of,
    sender_of,
    why_automatic,
    why_refused,
)
from lzxl.mail.packed import Unpacked, unpack

MOST_BYTES = 50 * 1024 * 1024
MOST_PARTS = 1000
MOST_WORKBOOKS = 20
DEEPEST = 5
# Each is a child process.
MOST_UNPACKED = 10

SEND_WORKBOOK = "请填写发给你单位的表格，把表格文件作为附件重新发送。"
SEND_AS_ZIP = "请以 xlsx 或 zip 格式重新发送。"
SEND_PLAIN = "请把表格作为普通附件重新发送，不要使用超大附件、云附件或文件中转站。"
SEND_UNWRAPPED = "请把其中的表格取出，作为普通附件重新发送。"
SEND_APART = "请分成几封邮件发送。"
SEND_AGAIN = "请新建一封邮件，把表格作为普通附件重新发送。"

# What stands for a mail without any file.
BODY = "邮件正文"
_UNNAMED = "未命名附件"
_LINK = "超大附件链接"
# More nested parts than a person's mail has; the end of each is looked for in every line, and that takes long.
_MOST_BOUNDARIES = 100
_MOST_COMPARISONS = 20_000_000
# Each is held by itself for a while. 50 MB as mail programs break them are a seventh of this, with two signs at each end.
_MOST_LINES = 10_000_000
_LONGEST_BODY = 1024 * 1024

# What the web mails write where they put a link in an attachment's place.
_LINK_WORDS = ("从QQ邮箱发来的超大附件", "超大附件列表", "文件中转站", "云附件")
_LINK_ADDRESSES = (
    "mail.qq.com/cgi-bin/ftnexs_download",
    "wx.mail.qq.com/ftn/download",
    "mail.163.com/large-attachment-download/",
    "dashi.163.com/html/cloud-attachment-download",
    "/alimail/openlinks/downloadmimemetadiskbigattach",
)


def parse_mail(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """What a mail says of itself and carries. Never raises.

    `authserv`: the server whose Authentication-Results are believed, "" for none. `instance`: what our own letters have in
    X-LZXL-Instance; only the wording depends on it. An Outlook file is read as such.
    """
    if raw.startswith(OLE):
        return parse_outlook(raw, authserv, instance)
    data = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if len(data) > MOST_BYTES:
        return _unread(data, authserv, instance, "邮件超过 50 MB", SEND_APART)
    if _is_too_intricate(data):
        return _unread(data, authserv, instance, "邮件结构过于复杂，没有打开", SEND_AGAIN)
    try:
        message = email.message_from_bytes(data, policy=compat32)
        reader = _Reader()
        reader.read(message)
        return _mail(header_list(message), reader, authserv, instance, message)
    except RecursionError:
        return _unread(data, authserv, instance, "邮件结构过于复杂，没有打开", SEND_AGAIN)
    except Exception:  # the parser of mails is not ours, and the next mail must be read all the same
        return _unread(data, authserv, instance, "邮件无法解析", SEND_AGAIN)


def parse_outlook(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """The same of a .msg file as Outlook saves it, with the header that it had on its way, if it came by mail. Never raises."""
    unpacked = unpack(raw) if len(raw) <= MOST_BYTES else None
    reader = _Reader()
    if unpacked is None:
        reader.leave("Outlook 邮件", len(raw), "Outlook 邮件无法打开", SEND_AGAIN)
        return _mail([], reader, authserv, instance)
    try:
        headers = _headers_of(unpacked)
        reader.look_for_links(unpacked.body)
        reader.read_unpacked(unpacked, depth=1)
        mail_class = unpacked.message_class.upper()
        mail = _mail(
            headers, reader, authserv, instance, refused="邮件系统的退信或回执" if "REPORT." in mail_class else ""
        )
        return replace(mail, received_else=(*mail.received_else, *_delivered(unpacked)))
    except Exception:  # as above
        return _unread(b"", authserv, instance, "邮件无法解析", SEND_AGAIN)


def _headers_of(unpacked: Unpacked) -> Headers:
    """The header of an Outlook file; where it had none, one of what the file itself says."""
    told = unpacked.headers.lstrip("\ufeff\r\n")
    headers = header_list(email.message_from_bytes(told.encode("utf-8", "replace"), policy=compat32)) if told else []
    own = [("from", unpacked.sender.encode()), ("message-id", unpacked.message_id.encode())]
    return [*headers, *((name, value) for name, value in own if value and not first(headers, name))]


def _delivered(unpacked: Unpacked) -> tuple[datetime.datetime, ...]:
    """When the server took an Outlook mail in, by the office's clock: such a mail may never have left its server."""
    try:
        return (datetime.datetime.fromisoformat(unpacked.delivered).astimezone(BEIJING),)
    except (ValueError, OverflowError):
        return ()


def _unread(raw: bytes, authserv: str, instance: str, reason: str, request: str) -> Mail:
    """A mail of which only the header is read."""
    reader = _Reader()
    reader.leave("整封邮件", len(raw), reason, request)
    try:
        headers = header_list(email.message_from_bytes(header_of(raw)[:_LONGEST_BODY], policy=compat32))
        return _mail(headers, reader, authserv, instance)
    except Exception:  # as above
        return Mail("", "", (), reader.told(automatic=False))


def _mail(
    headers: Headers,
    reader: _Reader,
    authserv: str,
    instance: str,
    message: Message[Any, Any] | None = None,
    refused: str = "",
) -> Mail:
    refused = why_refused(headers, instance) or refused
    automatic = why_automatic(headers) or refused
    is_bounce = bool(refused) and not is_own(headers)
    return Mail(
        message_id=message_id_of(headers),
        sender=sender_of(headers),
        attachments=() if refused else tuple(reader.attachments),
        skipped=reader.refused(refused) if refused else reader.told(bool(automatic)),
        received=received_of(headers),
        received_else=received_else(headers),
        automatic=automatic,
        refused=refused,
        bounced=bounced_in(message) if is_bounce and message is not None else (),
        authentication=authentication_of(headers, authserv),
    )


@dataclass
class _Reader:
    """Goes through a mail and sorts what is in it."""

    attachments: list[Attachment] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    instead: list[Skipped] = field(default_factory=list)
    """Those of `skipped` whose request matters only where no candidate came."""
    has_link: bool = False
    """The mail has the address of an attachment that was left on a server."""
    has_link_words: bool = False
    parts: int = 0
    bytes_left: int = MOST_BYTES
    unpacked: int = 0

    def told(self, automatic: bool) -> tuple[Skipped, ...]:
        """What was left, with what is asked for: for a workbook only of those who sent none."""
        skipped = list(self.skipped)
        if self.attachments:
            if self.has_link:
                skipped.append(Skipped(_LINK, 0, "正文里另有附件以链接发送，没有下载"))
            return tuple(
                Skipped(one.name, one.size, one.reason) if any(one is other for other in self.instead) else one
                for one in skipped
            )
        if self.has_link or self.has_link_words:
            skipped.append(Skipped(_LINK, 0, "附件以网盘链接发送，没有下载", SEND_PLAIN))
        elif not any(one.request for one in skipped):
            skipped.append(Skipped(BODY, 0, "没有附件", "" if automatic else SEND_WORKBOOK))
        return tuple(skipped)

    def refused(self, reason: str) -> tuple[Skipped, ...]:
        """Everything in a mail of which nothing is taken in; nobody is asked for anything."""
        left = [Skipped(one.name, len(one.data), reason) for one in self.attachments]
        return (*left, *(Skipped(one.name, one.size, one.reason) for one in self.skipped))

    def leave(self, name: str, size: int, reason: str, request: str = "", instead: bool = False) -> None:
        """Leave a part. `instead`: the request is to send a workbook instead of it."""
        skipped = Skipped(name, size, reason, request)
        self.skipped.append(skipped)
        if instead:
            self.instead.append(skipped)

    def read(self, message: Message[Any, Any], depth: int = 1) -> None:
        """Every part of a mail, in order; `depth` is 1 for the mail itself."""
        headers = header_list(message)
        if depth > 1 and is_own(headers):
            self.leave_own()
            return
        self._part(message, headers, depth, is_shown=False)

    def read_unpacked(self, unpacked: Unpacked, depth: int) -> None:
        """The files in a winmail.dat or an Outlook mail."""
        for inner in unpacked.files:
            name = display_name(inner.name) or _UNNAMED
            if self._is_too_many(name):
                return
            if inner.trouble == "own":
                self.leave_own()
            elif inner.trouble == "deep":
                self.leave(name, 0, "转发层次过多，没有打开", SEND_UNWRAPPED)
            elif inner.trouble:
                self.leave(name, 0, "嵌在正文里的对象，无法取出", SEND_UNWRAPPED, instead=True)
            else:
                self._file(name, inner.data, "", is_inline=False, depth=depth)

    def leave_own(self) -> None:
        """A letter of our own that a unit sent on: the workbooks in it are ours, not theirs."""
        self.leave("转来的办公室信件", 0, "其中的表格是办公室发出的，不作为填报", SEND_WORKBOOK, instead=True)

    def look_for_links(self, text: str) -> None:
        """Note whether a body has a link in an attachment's place."""
        plain = html.unescape(text[:_LONGEST_BODY])
        lower = plain.lower()
        self.has_link = self.has_link or any(address in lower for address in _LINK_ADDRESSES)
        bare = re.sub(r"\s+", "", re.sub(r"<[^<>]*>", "", plain))
        self.has_link_words = self.has_link_words or any(word in bare for word in _LINK_WORDS)

    def _part(self, part: Message[Any, Any], headers: Headers, depth: int, is_shown: bool) -> None:
        """A part and those in it. `is_shown`: it belongs to what the mail's text shows."""
        content_type = first(headers, "content-type")
        kind = main_value(content_type)
        if part.is_multipart():
            payload: Any = part.get_payload()
            is_mail = kind.startswith("message/") or not kind.startswith("multipart/")
            for child in payload:
                if self._is_too_many(_UNNAMED):
                    return
                if not is_mail:
                    self._part(child, header_list(child), depth, kind == "multipart/related")
                elif kind == "message/delivery-status":
                    continue
                else:
                    self._nested(child, headers, depth)
            return
        if self._is_too_many(_UNNAMED):
            return
        data = _decoded(part, headers)
        named = display_name(part_name(headers))
        disposition = main_value(first(headers, "content-disposition"))
        is_text = kind in {"", "text", "text/plain", "text/html"} and not named and disposition != "attachment"
        if is_text and not is_container(data):
            self.look_for_links(decode_bytes(data[:_LONGEST_BODY], parameter(content_type, "charset")))
        elif kind.startswith("multipart/") and not named and not is_container(data):
            if data.strip():
                self.look_for_links(decode_bytes(data[:_LONGEST_BODY]))
                self.leave("整封邮件", len(data), "邮件内容不完整，附件无法取出", SEND_AGAIN, instead=True)
        elif kind == "text/rfc822-headers" and not is_container(data):
            self.leave(named or "退回邮件的信头", len(data), "邮件信头")
        else:
            is_inline = is_shown or disposition == "inline" or bool(first(headers, "content-id"))
            self._file(named or _UNNAMED, data, kind, is_inline, depth)

    def _nested(self, child: Message[Any, Any], headers: Headers, depth: int) -> None:
        """A mail inside a mail. Some programs encode it against the rules, and then it has to be parsed again."""
        if not child.keys() and not child.is_multipart():
            data = _decoded(child, headers)
            if is_container(data):
                self._file(display_name(part_name(headers)) or _UNNAMED, data, "", is_inline=False, depth=depth)
                return
            child = email.message_from_bytes(data.lstrip(b"\r\n"), policy=compat32)
        if depth >= DEEPEST:
            self.leave("转发的邮件", 0, "转发层次过多，没有打开", SEND_UNWRAPPED, instead=True)
        else:
            self.read(child, depth + 1)

    def _file(self, name: str, data: bytes, content_type: str, is_inline: bool, depth: int) -> None:
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            self.leave(name, len(data), "附件总量超过 50 MB", SEND_APART)
            return
        kind = kind_of(name, data, content_type, is_inline)
        if kind.what == "candidate":
            if len(self.attachments) >= MOST_WORKBOOKS:
                self.leave(name, len(data), f"一封邮件里的表格超过 {MOST_WORKBOOKS} 个", SEND_APART)
            else:
                self.attachments.append(Attachment(name, data))
        elif kind.what == "packed":
            self.bytes_left += len(data)  # what is in it counts
            self._open(name, data, depth)
        elif kind.what == "mail":
            self.bytes_left += len(data)
            if depth >= DEEPEST or _is_too_intricate(data):
                self.leave(name, len(data), "转发层次过多，没有打开", SEND_UNWRAPPED, instead=True)
            else:
                self.read(email.message_from_bytes(data.lstrip(b"\r\n"), policy=compat32), depth + 1)
        elif kind.what == "archive":
            self.leave(name, len(data), f"{kind.title}，无法打开", SEND_AS_ZIP)
        elif kind.what == "document":
            self.leave(name, len(data), f"不是表格（{kind.title}）", SEND_WORKBOOK, instead=True)
        else:
            self.leave(name, len(data), f"不是表格（{kind.title}）")

    def _open(self, name: str, data: bytes, depth: int) -> None:
        self.unpacked += 1
        unpacked = unpack(data) if depth < DEEPEST and self.unpacked <= MOST_UNPACKED else None
        if unpacked is None:
            self.leave(name, len(data), "Outlook 格式的附件，无法打开", SEND_UNWRAPPED)
        elif is_own(_headers_of(unpacked)):
            self.leave_own()
        elif not unpacked.files:
            self.leave(name, len(data), "Outlook 格式的附件，里面没有文件")
        else:
            self.read_unpacked(unpacked, depth + 1)

    def _is_too_many(self, name: str) -> bool:
        """Whether a mail has more parts than are looked at; said once."""
        self.parts += 1
        if self.parts == MOST_PARTS + 1:
            self.leave(name, 0, f"邮件里的内容超过 {MOST_PARTS} 个部分，其余没有打开", SEND_APART)
        return self.parts > MOST_PARTS


def _is_too_intricate(data: bytes) -> bool:
    """Whether taking a mail apart would cost more time or memory than any mail of a person does."""
    boundaries = data.lower().count(b"boundary=")
    lines = data.count(b"\n") + data.count(b"\r")
    return lines > _MOST_LINES or boundaries > _MOST_BOUNDARIES or boundaries * lines > _MOST_COMPARISONS


def _decoded(part: Message[Any, Any], headers: Headers) -> bytes:
    """A part's bytes, encoded for the way as `headers` say; as far as they can be had."""
    data = raw_body(part)
    encoding = main_value(first(headers, "content-transfer-encoding")).split(" ")[0].strip('"')
    if encoding == "base64":
        return from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _from_uu(data)
    return data


def _from_uu(data: bytes) -> bytes:
    lines = iter(data.splitlines())
    if not any(line.startswith(b"begin ") for line in lines):
        return data
    decoded = []
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:  # some programs fill the last line with something else
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                decoded.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                break
    return b"".join(decoded)
