"""Builds our mails byte by byte, and proves of every one that nothing in it but the office's own words became a header.

The same inputs give the same bytes, whatever the Python: a letter is built once, stored, and sent as it was stored.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import email.message
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import compat32
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

from lzxl.campaign.mail_settings import MailSettings
from lzxl.errors import ConfigError
from lzxl.forms.roster import Unit
from lzxl.mail.encoded_words import encoded_words
from lzxl.mail.file_names import safe_file_name
from lzxl.mail.headers import first, header_list, header_text, part_name
from lzxl.mail.letter_kinds import KIND_TITLES, Kind
from lzxl.mail.letters import Letter
from lzxl.mail.wording import clean_line

Automatic = Literal["auto-replied", "auto-generated"]

_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@.{1,190}\Z)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
    re.ASCII,
)
_KEY = re.compile(r"[0-9a-f]{32}")
_INSTANCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A draft of an office that has set no address of its own: the mail program puts its own in.
_NO_DOMAIN = "lzxl.invalid"
# RFC 5322 2.1.1, without the line end.
_MOST_LINE = 998
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._()-]+")
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
}


class UnsafeLetterError(RuntimeError):
    """A finished mail is not what was meant: a fault of this program. Such a mail is never sent."""


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to: one address of the roster, or the office itself."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    data: bytes


def is_address(text: str) -> bool:
    """Whether `text` is one plain mail address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def recipient_of(unit: Unit) -> Recipient:
    """Where a unit's letters go. Raises ConfigError naming the cell of the roster that is to be mended."""
    address = unit.email.strip()
    if is_address(address):
        return Recipient(address, unit.name)
    wrong = "不是一个可用的邮箱地址" if address else "未填"
    raise ConfigError(
        f"单位名册.xlsx 里 {clean_line(unit.code, 20)} 一行的“电子邮箱”{wrong}，不能给该单位发信。"
        "请填一个邮箱，如 hb01@example.gov.cn，不带姓名、空格和其他符号，保存后再试。",
        code="unit_address_malformed",
    )


def office_recipient(settings: MailSettings) -> Recipient:
    """The office itself. Raises ConfigError if its address is not set."""
    return Recipient(_office_address(settings), settings.sender)


def message_id(settings: MailSettings, key: str, kind: Kind) -> str:
    """What a letter is found again by: in the folder of sent mails, and in bounces."""
    domain = settings.address.rpartition("@")[2] or _NO_DOMAIN
    return f"<lzxl.{key}.{kind}@{domain}>"


def compose(
    settings: MailSettings,
    recipient: Recipient,
    letter: Letter,
    attachments: Sequence[Enclosure] = (),
    *,
    kind: Kind,
    key: str,
    instance: str,
    date: datetime.datetime,
    automatic: Automatic,
    draft: bool = False,
) -> bytes:
    """A whole mail with CRLF line ends, ready for SMTP or, as a `draft`, for a mail program to open and send.

    `key`: 32 hexadecimal digits; `date`: with a time zone. Raises ConfigError for an address that is none, and
    UnsafeLetterError if the finished mail is not exactly what was meant.
    """
    if not (_KEY.fullmatch(key) and _INSTANCE.fullmatch(instance) and kind in KIND_TITLES):
        raise ValueError("key, instance or kind cannot stand in a header")
    if date.tzinfo is None:
        raise ValueError("a mail's date needs a time zone")
    if not is_address(recipient.email):
        raise ConfigError(
            "收件人的邮箱地址有误，未写信。请核对单位名册.xlsx 里的“电子邮箱”。", code="recipient_malformed"
        )
    headers = [("Date", format_datetime(date.replace(microsecond=0)))]
    if settings.address or not draft:
        headers.append(("From", _mailbox("From", settings.sender, _office_address(settings))))
    headers += [
        ("To", _mailbox("To", recipient.name, recipient.email)),
        ("Subject", encoded_words(clean_line(letter.subject), len("Subject: ")) or "lzxl"),
        ("Message-ID", message_id(settings, key, kind)),
        # RFC 3834: no program may answer this one. Exchange goes by the line below instead.
        ("Auto-Submitted", automatic),
        ("X-Auto-Response-Suppress", "All"),
        ("X-LZXL-Instance", instance),
    ]
    if draft:
        # Without it Outlook opens an .eml as a letter that has come in, with nothing to send it by.
        headers.append(("X-Unsent", "1"))
    headers.append(("MIME-Version", "1.0"))
    # Only a lone surrogate cannot be encoded: a question mark for it, rather than no letter.
    text = _part(_text_headers(), "\r\n".join(letter.body.splitlines()).encode(errors="replace") + b"\r\n")
    if attachments:
        # No line of base64 begins with a hyphen: the boundary cannot occur in a part.
        boundary = f"=_lzxl_{key}"
        parts = [text, *(_part(_file_headers(safe_file_name(one.name)), one.data) for one in attachments)]
        headers.append(("Content-Type", f'multipart/mixed;\r\n boundary="{boundary}"'))
        line = f"--{boundary}".encode()
        body = b"\r\n" + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"
        raw = _header_bytes(headers) + body
    else:
        raw = _header_bytes(headers) + text
    verify_outgoing(raw, settings, recipient, draft=draft)
    return raw


def _office_address(settings: MailSettings) -> str:
    if not is_address(settings.address):
        raise ConfigError(
            'lzxl.toml 的 [mail] 里没有可用的 address（办公室邮箱），请写成 address = "lzb@example.gov.cn"。',
            code="address_missing",
        )
    return settings.address


def _header_bytes(headers: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")


def _part(headers: Sequence[tuple[str, str]], data: bytes) -> bytes:
    """A leaf with its own headers."""
    return _header_bytes(headers) + b"\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _text_headers() -> list[tuple[str, str]]:
    # Base64 for text too: no line of it is too long, begins with a dot or "From ", or has a byte that a server changes.
    return [("Content-Type", 'text/plain; charset="utf-8"'), ("Content-Transfer-Encoding", "base64")]


def _file_headers(name: str) -> list[tuple[str, str]]:
    """Both ways to say a name: encoded words in quotes, as QQ, 163 and Outlook read it, and RFC 2231, as the rest do."""
    kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    words = name if _PLAIN_NAME.fullmatch(name) else encoded_words(name, len(' filename="";'))
    return [
        ("Content-Type", f'{kind};\r\n name="{words}"'),
        ("Content-Transfer-Encoding", "base64"),
        (
            "Content-Disposition",
            f"attachment;\r\n filename=\"{words}\";\r\n filename*=UTF-8''{quote(name, safe='')}",
        ),
    ]


def _mailbox(header: str, name: str, address: str) -> str:
    words = encoded_words(clean_line(name, 100), len(header) + 2)
    return f"{words}\r\n <{address}>" if words else f"<{address}>"


def head_of(letter: bytes) -> tuple[str, list[str]]:
    """The subject of one of our letters, and the names of its attachments."""
    message = BytesParser(policy=compat32).parsebytes(letter)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    names = [part_name(header_list(part)) for part in leaves]
    return header_text(first(header_list(message), "subject")), [name for name in names if name]


# the proof

_ENCODED = r"=\?utf-8\?B\?[A-Za-z0-9+/]+={0,2}\?="
_PHRASE = rf"{_ENCODED}(?:\r\n {_ENCODED})*"
_ONE_MAILBOX = re.compile(rf"(?:({_PHRASE})\r\n )?<([^<>\s]+)>")
_SUBJECT = re.compile(rf"({_PHRASE})|lzxl")
_OWN_ID = re.compile(rf"<lzxl\.[0-9a-f]{{32}}\.(?:{'|'.join(KIND_TITLES)})@([A-Za-z0-9.-]+)>")
_NAME = rf"{_PHRASE}|{_PLAIN_NAME.pattern}"
_FILE_TYPE = re.compile(rf'[a-z]+/[a-z.-]+;\r\n name="({_NAME})"')
_FILE_DISPOSITION = re.compile(rf"attachment;\r\n filename=\"({_NAME})\";\r\n filename\*=UTF-8''[A-Za-z0-9%._~-]+")
_MIXED = re.compile(r'multipart/mixed;\r\n boundary="=_lzxl_[0-9a-f]{32}"')
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{1,76}={0,2}\r\n)*")
_ALWAYS = frozenset(
    {
        *("date", "to", "subject", "message-id", "auto-submitted", "x-auto-response-suppress", "x-lzxl-instance"),
        *("mime-version", "content-type"),
    }
)


def verify_outgoing(raw: bytes, settings: MailSettings, recipient: Recipient, *, draft: bool = False) -> None:
    """Prove of finished bytes that they are one of our letters, from the office, to `recipient` and to nobody else.

    Raises UnsafeLetterError, which names what is wrong and quotes nothing.
    """
    for fault in _faults(raw, settings, recipient, draft):
        raise UnsafeLetterError(fault)


def _faults(raw: bytes, settings: MailSettings, recipient: Recipient, draft: bool) -> Iterator[str]:
    yield from _wrong_bytes(raw)
    # The old policy, for it gives headers as they are written: newer ones unfold and decode what is to be proved here.
    message = BytesParser(policy=compat32).parsebytes(raw)
    values = {name.lower(): value for name, value in message.raw_items()}
    conditional = {
        "from": settings.address or not draft,
        "x-unsent": draft,
        "content-transfer-encoding": not message.is_multipart(),
    }
    allowed = {*_ALWAYS, *(name for name, is_due in conditional.items() if is_due)}
    # Counted too: in a dictionary two headers of one name are one, and a second To is the danger.
    if set(values) != allowed or len(message.keys()) != len(values):
        yield "headers"
        return
    yield from _wrong_headers(values, settings, recipient, draft)
    yield from _wrong_parts(message)


def _wrong_bytes(raw: bytes) -> Iterator[str]:
    """Of what servers on the way may change, or stumble over."""
    # Servers disagree on a bare CR or LF, and so on where a letter ends and another's commands begin.
    if not (raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")):
        yield "bare line end"
    if b"\0" in raw or not raw.isascii():
        yield "not plain ASCII"
    if max(map(len, raw.split(b"\r\n"))) > _MOST_LINE:
        yield "line too long"


def _wrong_headers(values: dict[str, str], settings: MailSettings, recipient: Recipient, draft: bool) -> Iterator[str]:
    if not _is_mailbox(values["to"], recipient.email):
        yield "to"
    if "from" in values and not _is_mailbox(values["from"], settings.address):
        yield "from"
    if not _is_subject(values["subject"]):
        yield "subject"
    if not _is_own_id(values["message-id"], settings):
        yield "message-id"
    yield from _wrong_marks(values, draft)
    if not _is_date(values["date"]):
        yield "date"


def _is_subject(value: str) -> bool:
    written = _SUBJECT.fullmatch(value)
    return written is not None and _is_readable(written[1])


def _is_own_id(value: str, settings: MailSettings) -> bool:
    """Whether a Message-ID is one of this office."""
    own = _OWN_ID.fullmatch(value)
    return own is not None and own[1] == (settings.address.rpartition("@")[2] or _NO_DOMAIN)


def _is_date(value: str) -> bool:
    try:
        parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_mailbox(value: str, address: str) -> bool:
    """Whether a header names one mailbox, with that address and a readable name if any."""
    match = _ONE_MAILBOX.fullmatch(value)
    return match is not None and match[2] == address and is_address(address) and _is_readable(match[1])


def _wrong_marks(values: dict[str, str], draft: bool) -> Iterator[str]:
    """Of the headers that programs go by."""
    if values["auto-submitted"] not in ("auto-replied", "auto-generated"):
        yield "auto-submitted"
    if values["x-auto-response-suppress"] != "All" or values["mime-version"] != "1.0":
        yield "fixed headers"
    # A draft opens in the mail program of the office as one that is to be sent.
    is_marked = not draft or values["x-unsent"] == "1"
    if not is_marked or not _INSTANCE.fullmatch(values["x-lzxl-instance"]):
        yield "own headers"


def _wrong_parts(message: email.message.Message) -> Iterator[str]:
    parts = list(message.walk())
    leaves = parts[1:] if message.is_multipart() else parts
    if any(part.defects for part in parts) or any(part.is_multipart() for part in leaves):
        yield "structure"
    if message.is_multipart() and not _is_framed(message):
        yield "multipart"
    for number, leaf in enumerate(leaves):
        yield from _wrong_part(leaf, is_file=number > 0, is_all=leaf is message)


def _wrong_part(part: email.message.Message, *, is_file: bool, is_all: bool) -> Iterator[str]:
    """`is_all`: it is the whole mail, with the headers of one."""
    if not is_all and not _has_headers_of_part(part, is_file):
        yield "part headers"
        return
    yield from _wrong_content(part)
    values = dict(part.raw_items())
    if is_file and not _is_named_as_file(values):
        yield "file name"
    if not is_file and values["Content-Type"] != _text_headers()[0][1]:
        yield "text part"


def _is_framed(message: email.message.Message) -> bool:
    """Whether the parts stand in our own frame, and nothing beside them."""
    is_bare = not message.preamble and not message.epilogue
    return is_bare and _MIXED.fullmatch(message["Content-Type"]) is not None


def _has_headers_of_part(part: email.message.Message, is_file: bool) -> bool:
    names = [name for name, _ in _file_headers("x")]
    return part.keys() == (names[:3] if is_file else names[:2])


def _wrong_content(part: email.message.Message) -> Iterator[str]:
    payload = part.get_payload()
    if part["Content-Transfer-Encoding"] != "base64" or not isinstance(payload, str):
        yield "part encoding"
        return
    # The parser takes the last line end for the frame's.
    is_ended = not payload or payload.endswith("\n")
    content = payload if is_ended else f"{payload}\r\n"
    if not _BASE64.fullmatch(content.encode()):
        yield "part content"


def _is_named_as_file(values: dict[str, str]) -> bool:
    """Whether both of a file's headers give it a readable name."""
    written = (
        _FILE_TYPE.fullmatch(values["Content-Type"]),
        _FILE_DISPOSITION.fullmatch(values["Content-Disposition"]),
    )
    return all(match is not None and _is_readable(match[1]) for match in written)


def _is_readable(phrase: str | None) -> bool:
    """Whether encoded words, decoded, are one readable line with no further word in it: whoever decodes it, and how often."""
    encoded = re.findall(r"=\?utf-8\?B\?([^?]+)\?=", phrase or "")
    try:
        text = b"".join(base64.b64decode(word, validate=True) for word in encoded).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return text == clean_line(text, 10_000)
