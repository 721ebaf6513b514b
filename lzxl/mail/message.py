"""A mail as it came, read: from whom, why it must not be answered, what in it may be a submission and what is none.

Every part is judged by its bytes, whatever it is called and however it is marked; what stands beside the parts and within
texts is looked at too. Nothing here raises, whatever the bytes; links are recognised and never followed; no text of a mail
gets into a message or a log.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass, field, replace
from itertools import islice

from lzxl.campaign.archive import taken_apart
from lzxl.campaign.clock import BEIJING
from lzxl.campaign.sources import unpacked
from lzxl.mail.cms import is_envelope, open_envelope
from lzxl.mail.folders import header_of
from lzxl.mail.headers import (
    Headers,
    decode_bytes,
    display_name,
    first,
    header_text,
    main_value,
    parameter,
    part_name,
)
from lzxl.mail.kinds import APPLE, Kind, is_container, kind_of
from lzxl.mail.links import has_link, speaks_of_link
from lzxl.mail.mbox import is_mbox, mails_of
from lzxl.mail.model import Attachment, Mail, Skipped
from lzxl.mail.ole import OLE
from lzxl.mail.origin import (
    OWN_HEADER,
    answers_us,
    authentication_of,
    bounced_in,
    encoding_of,
    is_own,
    message_id_of,
    received_else,
    received_of,
    sender_of,
    why_automatic,
    why_like_bounce,
    why_refused,
)
from lzxl.mail.packed import Unpacked, unpack
from lzxl.mail.parts import IntricateError, Part, parse, parse_body, read_header, untold_boundary
from lzxl.mail.replies import (
    is_automatic_subject,
    is_question,
    is_thanks,
    own_words,
    says_automatic,
    speaks_of_file,
)
from lzxl.mail.transfer import begins_file, decoded, embedded, may_hold_file, several
from lzxl.zips import read_directory

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
SEND_OPEN = "请不要加密，也不要加数字签名，把表格作为普通附件重新发送。"
SEND_WHOLE = "请不要让邮件程序把邮件拆开发送，把表格放在一封完整的邮件里重新发送；太大的，压缩成 zip，或分几封发送。"

# What stands for a mail without any file.
BODY = "邮件正文"
ASKS = "没有附件，像是对来信的答复或询问"
"""The reason of a mail that a person of the office should read."""
_THANKS = "没有附件，只是说收到或致谢"
_UNNAMED = "未命名附件"
_LINK = "超大附件链接"
_OWN_LETTER = "其中的表格是办公室发出的，不作为填报"
_LONGEST_BODY = 1024 * 1024
# What may have a workbook in it all the same: the rest is known by its own first bytes.
_MAY_HOLD = frozenset(
    {"文本文件", "网页", "XML 文件", "CSV 文本文件", "未知类型的文件", "邮件", APPLE, "表格以外的文件"}
)
_MAILS_IN_ZIP = (".eml", ".msg", ".p7m", ".mbox", ".tnef", "winmail.dat", ".zip")
_TEXTS = frozenset({"", "text", "text/plain", "text/html"})
_REPORTS = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/tracking-status",
)


def parse_mail(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """What a mail says of itself and carries. Never raises; takes time by the size of the mail.

    `authserv`: the server whose Authentication-Results are believed, "" for none. `instance`: what our own letters have in
    X-LZXL-Instance; only the wording depends on it. An Outlook file is read as such.
    """
    if raw.startswith(OLE):
        return parse_outlook(raw, authserv, instance)
    context = _Context(authserv, instance)
    data = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if len(data) > MOST_BYTES:
        return _unread(data, context, "邮件超过50 MB", SEND_APART)
    try:
        message = parse(data)
        reader = _Reader()
        reader.read(data, message)
        return _mail(message.headers, reader, context, (message, data))
    except (IntricateError, RecursionError):
        return _unread(data, context, "邮件结构过于复杂，未打开", SEND_AGAIN)
    except Exception:  # whatever was not thought of must not keep the next mail from being read
        return _unread(data, context, "邮件无法解析", SEND_AGAIN)


def parse_outlook(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """The same of a .msg file as Outlook saves it, with the header that it had on its way, if it came by mail. Never raises."""
    context = _Context(authserv, instance)
    unpacked_ = unpack(raw) if len(raw) <= MOST_BYTES else None
    reader = _Reader()
    if unpacked_ is None:
        reader.leave("Outlook 邮件", len(raw), "Outlook 邮件无法打开", SEND_AGAIN)
        return _mail([], reader, context)
    try:
        headers = _headers_of(unpacked_)
        reader.read_text(unpacked_.body.encode("utf-8", "replace"), unpacked_.body, is_html=False, depth=1)
        reader.read_unpacked(unpacked_, depth=1)
        mail_class = unpacked_.message_class.upper()
        mail = _mail(headers, reader, context, refused="邮件系统的退信或回执" if "REPORT." in mail_class else "")
        return replace(mail, received_else=(*mail.received_else, *_delivered(unpacked_)))
    except Exception:  # as above
        return _unread(b"", context, "邮件无法解析", SEND_AGAIN)


@dataclass(frozen=True)
class _Context:
    """What is known of the office's own side."""

    authserv: str
    instance: str


def _headers_of(unpacked_: Unpacked) -> Headers:
    """The header of an Outlook file; where it had none, one of what the file itself says."""
    told = unpacked_.headers.lstrip("\ufeff\r\n")
    headers = read_header(told.encode("utf-8", "replace")) if told else []
    own = [("from", unpacked_.sender.encode()), ("message-id", unpacked_.message_id.encode())]
    return [*headers, *((name, value) for name, value in own if value and not first(headers, name))]


def _delivered(unpacked_: Unpacked) -> tuple[datetime.datetime, ...]:
    """When the server took an Outlook mail in, by the office's clock: such a mail may never have left its server."""
    try:
        return (datetime.datetime.fromisoformat(unpacked_.delivered).astimezone(BEIJING),)
    except (ValueError, OverflowError):
        return ()


def _unread(raw: bytes, context: _Context, reason: str, request: str) -> Mail:
    """A mail of which only the header is read."""
    reader = _Reader()
    reader.leave("整封邮件", len(raw), reason, request)
    try:
        return _mail(read_header(header_of(raw), _LONGEST_BODY), reader, context)
    except Exception:  # as above
        return Mail("", "", (), reader.told())


def _mail(
    headers: Headers,
    reader: _Reader,
    context: _Context,
    taken_apart: tuple[Part, bytes] | None = None,
    refused: str = "",
) -> Mail:
    like_bounce = why_like_bounce(headers)
    refused = why_refused(headers, context.instance) or refused
    if not refused and not reader.attachments:
        refused = like_bounce
    automatic = why_automatic(headers) or refused or like_bounce
    if not automatic and reader.is_automatic(header_text(first(headers, "subject"))):
        automatic = "自动答复的邮件"
    is_bounce = bool(refused) and not is_own(headers)
    return Mail(
        message_id=message_id_of(headers),
        sender=sender_of(headers),
        attachments=() if refused else tuple(reader.attachments),
        skipped=reader.refused(refused) if refused else reader.told(bool(automatic), answers_us(headers)),
        received=received_of(headers),
        received_else=received_else(headers),
        automatic=automatic,
        refused=refused,
        bounced=bounced_in(*taken_apart) if is_bounce and taken_apart is not None else (),
        authentication=authentication_of(headers, context.authserv),
    )


@dataclass
class _Found:
    """What was found in a mail, and what is to be told of it."""

    attachments: list[Attachment] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    instead: list[Skipped] = field(default_factory=list)
    """Those of `skipped` whose request matters only where no candidate came."""
    has_link: bool = False
    """The mail has the address of an attachment that was left on a server."""
    has_link_words: bool = False
    words: str = ""
    """What the sender has written himself."""

    def told(self, automatic: bool = False, answers_us: bool = False) -> tuple[Skipped, ...]:
        """What was left, with what is asked for: for a workbook only of those who sent none."""
        skipped = list(self.skipped)
        if self.attachments:
            if self.has_link:
                skipped.append(Skipped(_LINK, 0, "正文里另有附件以链接发送，未下载"))
            return tuple(self._without_request(one) for one in skipped)
        if self.has_link or (self.has_link_words and not answers_us):
            skipped.append(Skipped(_LINK, 0, "附件以网盘链接发送，未下载", SEND_PLAIN))
        elif is_thanks(self.words):
            skipped = [self._without_request(one) if one.reason == _OWN_LETTER else one for one in skipped]
        if not any(one.request for one in skipped):
            skipped.append(Skipped(BODY, 0, *self._nothing(automatic, answers_us)))
        return tuple(skipped)

    def _nothing(self, automatic: bool, answers_us: bool) -> tuple[str, str]:
        """What is said of a mail without a file, and asked for: nothing of who only answers."""
        words = self.words
        if automatic:
            return "没有附件", ""
        if is_thanks(words):
            return _THANKS, ""
        if answers_us and words and (is_question(words) or not speaks_of_file(words)):
            return ASKS, ""
        return "没有附件", SEND_WORKBOOK

    def is_automatic(self, subject: str) -> bool:
        """Whether a mail is an answer that a program gave, by its subject or its own words. A file that may be meant for the
        office is always seen."""
        if self.attachments or self.has_link:
            return False
        if any(one.request and not self._is_instead(one) for one in self.skipped):
            return False
        return is_automatic_subject(subject) or says_automatic(self.words)

    def _is_instead(self, one: Skipped) -> bool:
        return any(one is other for other in self.instead)

    def _without_request(self, one: Skipped) -> Skipped:
        return Skipped(one.name, one.size, one.reason) if self._is_instead(one) else one

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


@dataclass
class _Reader(_Found):
    """Goes through a mail and sorts what is in it."""

    parts: int = 0
    bytes_left: int = MOST_BYTES
    unpacked: int = 0

    def read(self, data: bytes, message: Part, depth: int = 1) -> None:
        """Every part of a mail that was taken apart from `data`, in order; `depth` is 1 for the mail itself."""
        if depth > 1 and is_own(message.headers):
            self.leave_own()
            return
        self._part(data, message, depth, is_shown=False)

    def read_unpacked(self, unpacked: Unpacked, depth: int) -> None:
        """The files in a winmail.dat or an Outlook mail."""
        for inner in unpacked.files:
            name = display_name(inner.name) or _UNNAMED
            if self._is_too_many(name):
                return
            if inner.trouble == "own":
                self.leave_own()
            elif inner.trouble == "deep":
                self.leave(name, 0, "转发层次过多，未打开", SEND_UNWRAPPED)
            elif inner.trouble:
                self.leave(name, 0, "嵌在正文里的对象，无法取出", SEND_UNWRAPPED, instead=True)
            else:
                self._file(name, inner.data, "", is_inline=False, depth=depth)

    def leave_own(self) -> None:
        """A letter of our own that a unit sent on: the workbooks in it are ours, not theirs."""
        self.leave("转来的办公室信件", 0, _OWN_LETTER, SEND_WORKBOOK, instead=True)

    def read_text(self, content: bytes, text: str, is_html: bool, depth: int) -> bool:
        """What a mail says: the sender's own words, links, files within it. Whether there were any of these."""
        if depth == 1 and not self.words:
            self.words = own_words(text, is_html)
        found = self._look_inside(content, is_html, depth)
        if b"-----BEGIN PGP MESSAGE" in content:
            self._leave_encrypted(BODY, len(content), "PGP")
        else:
            self.has_link = self.has_link or has_link(text)
            self.has_link_words = self.has_link_words or speaks_of_link(text)
        return found

    def _part(self, data: bytes, part: Part, depth: int, is_shown: bool) -> None:
        """A part and those in it. `is_shown`: it belongs to what the mail's text shows."""
        if self._is_too_many(_UNNAMED):
            return
        known = len(self.attachments)
        if part.boundaries:
            self._multipart(data, part, depth)
        elif part.parts:
            for inner in part.parts:
                self._nested(data, inner, depth)
        else:
            self._leaf(data[part.start : part.end], part, depth, is_shown)
        if begins_file(data[part.begins : part.start]) and len(self.attachments) == known:
            end = part.start if part.parts or part.boundaries else part.end
            self._look_inside(data[part.begins : end], is_html=False, depth=depth)

    def _multipart(self, data: bytes, part: Part, depth: int) -> None:
        for child in part.parts:
            self._part(data, child, depth, is_shown=part.kind == "multipart/related")
        for start, end in part.gaps:
            if part.parts:
                self._look_inside(data[start:end], is_html=False, depth=depth)
            else:
                self._incomplete(data[start:end], depth)

    def _incomplete(self, body: bytes, depth: int) -> None:
        """What should have parts, and has none that can be told apart as it says."""
        text = decode_bytes(body[:_LONGEST_BODY])
        if body.strip() and not self.read_text(body, text, is_html=False, depth=depth):
            self.leave("整封邮件", len(body), "邮件内容不完整，附件无法取出", SEND_AGAIN, instead=True)

    def _leaf(self, body: bytes, part: Part, depth: int, is_shown: bool) -> None:
        """A part that has none in it. A file is one whatever the part is said to be."""
        leaf = _Leaf.of(body, part, is_shown)
        if leaf.kind == "message/partial":
            self._leave_piece(leaf)
        elif leaf.kind == "message/external-body":
            self.has_link = True
        elif is_container(leaf.content) or is_envelope(leaf.content):
            self._files_in(leaf, depth)
        elif leaf.is_text:
            if not self.read_text(leaf.content, leaf.text, leaf.kind == "text/html", depth):
                self._look_at_body(leaf, depth)
        else:
            self._untold_leaf(leaf, depth)

    def _untold_leaf(self, leaf: _Leaf, depth: int) -> None:
        """A part that is neither a text nor, by its bytes, a file: it is what it says, if that can be."""
        kind, content = leaf.kind, leaf.content
        if kind.startswith("multipart/") and not leaf.named:
            self._incomplete(content, depth)
        elif kind in _REPORTS:
            if not self._look_inside(content, is_html=False, depth=depth):
                self._look_at_body(leaf, depth)
        elif kind.startswith("message/"):
            known = len(self.attachments)
            self._encoded_mail(content, depth)
            if len(self.attachments) == known:
                self._look_at_body(leaf, depth)
        elif kind == "text/rfc822-headers":
            self.leave(leaf.named or "退回邮件的信头", len(content), "邮件信头")
        else:
            self._files_in(leaf, depth)

    def _leave_piece(self, leaf: _Leaf) -> None:
        """A mail that was sent in pieces cannot be put together from one."""
        told = first(leaf.headers, "content-type")
        number, total = parameter(told, "number"), parameter(told, "total")
        which = "一部分"
        if number.isdecimal():
            which = f"第 {number} 部分" + (f"，共 {total} 部分" if total.isdecimal() else "")
        self.leave("邮件的一部分", len(leaf.body), f"邮件被拆开发送，这是其中的{which}，无法拼起来", SEND_WHOLE)

    def _files_in(self, leaf: _Leaf, depth: int) -> None:
        """The file that a part is, or those that lie in it one after another."""
        files = several(leaf.body)
        for one in files:
            name = display_name(one.name) or leaf.named or _UNNAMED
            self._file(name, one.data, leaf.kind, leaf.is_inline, depth)
        if not files:
            self._file(leaf.named or _UNNAMED, leaf.content, leaf.kind, leaf.is_inline, depth, leaf.body)

    def _look_at_body(self, leaf: _Leaf, depth: int) -> None:
        """Look inside of what came, where its label says that it is to be decoded first."""
        if leaf.body != leaf.content:
            self._look_inside(leaf.body, is_html=False, depth=depth)

    def _look_inside(self, data: bytes, is_html: bool, depth: int) -> bool:
        """The files in a text, and parts that nothing told of. Whether there are any."""
        boundary = untold_boundary(data) if depth < DEEPEST else b""
        inner = parse_body(data, boundary) if boundary else None
        if inner is not None and inner.parts:
            if self._is_of_own_letter(data):
                self.leave_own()
            else:
                self._part(data, inner, depth + 1, is_shown=False)
            return True
        found = embedded(data, is_html)
        if found and self._is_of_own_letter(data):
            self.leave_own()
            return True
        for one in found:
            name = display_name(one.name) or _UNNAMED
            if one.how:
                self.leave(name, 0, f"附件{one.how}，无法取出", SEND_AGAIN)
            else:
                self._file(name, one.data, "", is_inline=False, depth=depth)
        return bool(found)

    def _is_of_own_letter(self, data: bytes) -> bool:
        """Whether a text has a letter of ours in it, as some servers return it."""
        return f"\n{OWN_HEADER}:".encode() in data.lower()

    def _nested(self, data: bytes, mail: Part, depth: int) -> None:
        """A mail inside a mail."""
        if depth >= DEEPEST:
            self.leave("转发的邮件", 0, "转发层次过多，未打开", SEND_UNWRAPPED, instead=True)
        else:
            self.read(data, mail, depth + 1)

    def _encoded_mail(self, data: bytes, depth: int) -> None:
        """A mail inside a mail that some programs encode against the rules, or that comes as a file."""
        if depth >= DEEPEST:
            self._nested(data, Part([], 0), depth)
            return
        data = data.lstrip(b"\r\n")
        try:
            mail = parse(data)
        except IntricateError:
            self.leave("转发的邮件", len(data), "邮件结构过于复杂，未打开", SEND_UNWRAPPED, instead=True)
        else:
            self.read(data, mail, depth + 1)

    def _file(self, name: str, data: bytes, content_type: str, is_inline: bool, depth: int, body: bytes = b"") -> None:
        """A file, by what it is. `body`: as it came, where its encoding may be said wrongly."""
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            self.leave(name, len(data), "附件总量超过50 MB", SEND_APART)
            return
        kind = kind_of(name, data, content_type, is_inline)
        if kind.what in {"packed", "mail", "envelope"}:
            self.bytes_left += len(data)  # what is in it counts
        if kind.what == "candidate" and not is_container(data) and self._lies_behind(data, body, depth):
            return
        if kind.what == "candidate":
            self._candidate(name, data, depth)
        elif kind.what == "packed":
            self._open(name, data, depth)
        elif kind.what == "mail":
            for mail in islice(mails_of(data), MOST_PARTS) if is_mbox(data) else (data,):
                self._encoded_mail(mail, depth)
        elif kind.what == "envelope":
            self._open_envelope(name, data, depth)
        elif kind.what == "encrypted":
            self._leave_encrypted(name, len(data), kind.title)
        elif not self._holds_file(kind, data, body, depth):
            self._leave_other(name, data, kind)

    def _candidate(self, name: str, data: bytes, depth: int) -> None:
        mails = _members_of_mails(name, data) if depth < DEEPEST else []
        if mails:
            for member_name, member in mails:
                if self._is_too_many(name):
                    return
                self._file(display_name(member_name) or _UNNAMED, member, "", is_inline=False, depth=depth + 1)
        elif len(self.attachments) >= MOST_WORKBOOKS:
            self.leave(name, len(data), f"一封邮件里的表格超过{MOST_WORKBOOKS}个", SEND_APART)
        else:
            self.attachments.append(Attachment(name, data))

    def _lies_behind(self, data: bytes, body: bytes, depth: int) -> bool:
        """Whether a workbook has something else before it, and was taken from behind that."""
        return any(self._look_inside(one, is_html=False, depth=depth) for one in (data, body) if one)

    def _holds_file(self, kind: Kind, data: bytes, body: bytes, depth: int) -> bool:
        """Whether a file of no other known kind has files in it: it was looked through for them."""
        if kind.title.partition("，")[0] not in _MAY_HOLD and (is_container(data) or not may_hold_file(body)):
            return False
        is_html = kind.title.startswith("网页")
        if self._look_inside(data, is_html, depth):
            return True
        return bool(body) and body != data and self._look_inside(body, is_html, depth)

    def _leave_other(self, name: str, data: bytes, kind: Kind) -> None:
        if kind.what == "archive":
            self.leave(name, len(data), f"{kind.title}，无法打开", SEND_AS_ZIP)
        elif kind.what == "document":
            self.leave(name, len(data), f"不是表格（{kind.title}）", SEND_WORKBOOK, instead=True)
        else:
            self.leave(name, len(data), f"不是表格（{kind.title}）")

    def _leave_encrypted(self, name: str, size: int, how: str) -> None:
        self.leave(name, size, f"已用 {how} 加密，无法打开", SEND_OPEN)

    def _open_envelope(self, name: str, data: bytes, depth: int) -> None:
        """An S/MIME envelope: of a signed mail the mail, of a signed file the file."""
        envelope = open_envelope(data)
        if envelope.what == "encrypted":
            self._leave_encrypted(name, len(data), "S/MIME")
        elif envelope.what == "other":
            self.leave(name, len(data), "带数字签名或已加密（S/MIME），里面的附件无法取出", SEND_OPEN)
        elif envelope.content is None:
            self.leave(name, len(data), "不是表格（加密或签名信息）")
        elif depth >= DEEPEST:
            self.leave(name, len(data), "带数字签名（S/MIME），层次过多，未打开", SEND_OPEN)
        elif is_container(envelope.content) or is_envelope(envelope.content):
            inner = name[:-4] if name.lower().endswith(".p7m") else name
            self._file(inner or _UNNAMED, envelope.content, "", is_inline=False, depth=depth + 1)
        else:
            self._encoded_mail(envelope.content, depth)

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
            self.leave(name, 0, f"邮件里的内容超过{MOST_PARTS}个部分，其余未打开", SEND_APART)
        return self.parts > MOST_PARTS


@dataclass(frozen=True)
class _Leaf:
    """A part that has none in it, with what it says of itself."""

    kind: str
    headers: Headers
    body: bytes
    """As it came."""
    content: bytes
    """Decoded."""
    named: str
    """What it calls its file, "" if nothing."""
    is_attached: bool
    is_inline: bool
    """The mail's own text shows it."""

    @classmethod
    def of(cls, body: bytes, part: Part, is_shown: bool) -> _Leaf:
        """`is_shown`: it belongs to what the mail's text shows."""
        headers = part.headers
        disposition = main_value(first(headers, "content-disposition"))
        return cls(
            part.kind,
            headers,
            body,
            decoded(body, encoding_of(headers)),
            display_name(part_name(headers)),
            disposition == "attachment",
            is_shown or disposition == "inline" or bool(first(headers, "content-id")),
        )

    @property
    def is_text(self) -> bool:
        """Whether it says that it is a text of the mail."""
        return self.kind in _TEXTS and not self.named and not self.is_attached

    @property
    def text(self) -> str:
        charset = parameter(first(self.headers, "content-type"), "charset")
        return decode_bytes(self.content[:_LONGEST_BODY], charset)


def _members_of_mails(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files in a zip archive that has mails among them; none of any other."""
    if not data.startswith(b"PK"):
        return []
    try:
        if not any(entry.name.lower().endswith(_MAILS_IN_ZIP) for entry in read_directory(io.BytesIO(data))):
            return []
        members = [one for one in unpacked("a.zip", name, data, MOST_BYTES, taken_apart) if not one.is_left_behind]
    except Exception:  # what a hostile archive raises; it is refused as the archive that it is
        return []
    if any(member.trouble for member in members):
        return []
    # An archive in it may have mails in it in its turn.
    kinds = {"mail" if one.name.lower().endswith(".zip") else kind_of(one.name, one.data).what for one in members}
    return [(member.name, member.data) for member in members] if kinds & {"mail", "packed", "envelope"} else []
