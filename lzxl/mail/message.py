"""A mail as it came, read: from whom, why it must not be answered, what in it may be a submission and what is none.

Every part is judged by its bytes, whatever it is called and however it is marked; what stands beside the parts and within
texts is looked at too. Nothing here raises, whatever the bytes; links are recognised and never followed; no text of a mail
gets into a message or a log.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from lzxl.campaign.clock import BEIJING
from lzxl.mail.files_found import MOST_BYTES, headers_of
from lzxl.mail.folders import header_of
from lzxl.mail.found import Found
from lzxl.mail.headers import Headers, first, header_text
from lzxl.mail.leaf import LONGEST_BODY
from lzxl.mail.model import Mail
from lzxl.mail.ole import OLE
from lzxl.mail.origin import (
    answers_us,
    authentication_of,
    bounced_in,
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
from lzxl.mail.parts import IntricateError, Part, parse, read_header
from lzxl.mail.reader import Reader
from lzxl.mail.remedies import SEND_AGAIN, SEND_APART

_TOO_INTRICATE = "邮件结构过于复杂，未打开"


def parse_mail(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """What a mail says of itself and carries. Never raises; takes time by the size of the mail.

    `authserv`: the server whose Authentication-Results are believed, "" for none. `instance`: what our own letters have in
    X-LZXL-Instance; only the wording depends on it. An Outlook file is read as such.
    """
    if raw.startswith(OLE):
        return parse_outlook(raw, authserv, instance)
    context = _Context(authserv, instance)
    # What an editor has put before it (a mark, blank lines) would leave the mail without a header.
    data = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if len(data) > MOST_BYTES:
        return _unread(data, context, "邮件超过50 MB", SEND_APART)
    try:
        message = parse(data)
        found = Found()
        Reader(found).read(data, message)
        return _mail(message.headers, found, context, (message, data))
    except (IntricateError, RecursionError):
        return _unread(data, context, _TOO_INTRICATE, SEND_AGAIN)
    except Exception:  # whatever was not thought of must not keep the next mail from being read
        return _unread(data, context, "邮件无法解析", SEND_AGAIN)


def parse_outlook(raw: bytes, authserv: str = "", instance: str = "") -> Mail:
    """The same of a .msg file as Outlook saves it, with the header that it had on its way, if it came by mail. Never raises."""
    context = _Context(authserv, instance)
    unpacked_ = unpack(raw) if len(raw) <= MOST_BYTES else None
    found = Found()
    if unpacked_ is None:
        found.leave("Outlook 邮件", len(raw), "Outlook 邮件无法打开", SEND_AGAIN)
        return _mail([], found, context)
    try:
        headers = headers_of(unpacked_)
        reader = Reader(found)
        reader.read_text(unpacked_.body.encode("utf-8", "replace"), unpacked_.body, is_html=False, depth=1)
        reader.read_unpacked(unpacked_, depth=1)
        # Exchange names its reports so: REPORT.IPM.Note.NDR did not arrive, REPORT.IPM.Note.IPNRN was read.
        mail_class = unpacked_.message_class.upper()
        mail = _mail(headers, found, context, refused="邮件系统的退信或回执" if "REPORT." in mail_class else "")
        return replace(mail, received_else=(*mail.received_else, *_delivered(unpacked_)))
    except (IntricateError, RecursionError):
        return _unread(b"", context, _TOO_INTRICATE, SEND_AGAIN)
    except Exception:  # as above
        return _unread(b"", context, "邮件无法解析", SEND_AGAIN)


@dataclass(frozen=True)
class _Context:
    """What is known of the office's own side."""

    authserv: str
    instance: str


def _delivered(unpacked_: Unpacked) -> tuple[datetime.datetime, ...]:
    """When the server took an Outlook mail in, by the office's clock: such a mail may never have left its server."""
    try:
        return (datetime.datetime.fromisoformat(unpacked_.delivered).astimezone(BEIJING),)
    except (ValueError, OverflowError):
        return ()


def _unread(raw: bytes, context: _Context, reason: str, request: str) -> Mail:
    """A mail of which only the header is read."""
    found = Found()
    found.leave("整封邮件", len(raw), reason, request)
    try:
        return _mail(read_header(header_of(raw), LONGEST_BODY), found, context)
    except Exception:  # as above
        return Mail("", "", (), found.told())


def _mail(
    headers: Headers,
    found: Found,
    context: _Context,
    taken_apart: tuple[Part, bytes] | None = None,
    refused: str = "",
) -> Mail:
    like_bounce = why_like_bounce(headers)
    refused = why_refused(headers, context.instance) or refused
    if not refused and not found.attachments:
        refused = like_bounce
    # Not answered even where it is filed: the answer would go nowhere, or round for ever.
    automatic = why_automatic(headers) or refused or like_bounce
    if not automatic and found.is_automatic(header_text(first(headers, "subject"))):
        automatic = "自动答复的邮件"
    is_bounce = bool(refused) and not is_own(headers)
    return Mail(
        message_id=message_id_of(headers),
        sender=sender_of(headers),
        attachments=() if refused else tuple(found.attachments),
        skipped=found.refused(refused) if refused else found.told(bool(automatic), answers_us(headers)),
        received=received_of(headers),
        received_else=received_else(headers),
        automatic=automatic,
        refused=refused,
        bounced=bounced_in(*taken_apart) if is_bounce and taken_apart is not None else (),
        authentication=authentication_of(headers, context.authserv),
    )
