"""Mails with a workbook as different mail programs write them, made by hand: nothing here is the program's own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from email.message import EmailMessage

OFFICE = "lzb@yunze-hbj.example"
DAY = "Thu, 19 Nov 2026 09:00:05 +0800"
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

Writer = Callable[[str, str, bytes], bytes]
"""(sender, file name, workbook) → mail, its lines ended by CR LF."""


def head(sender: str, *lines: str) -> bytes:
    """The header of a mail as it came through the office's server; `lines` go below."""
    first = [
        f"Received: from mx.example (mx.example [127.0.0.1]) by lz.example with ESMTP; {DAY}",
        f"From: {word('财务科')} <{sender}>",
        f"To: {OFFICE}",
        f"Subject: {word('报送')}",
        f"Date: {DAY}",
        f"Message-ID: <{len(sender)}.{abs(hash(lines)) % 10**8}@unit.example>",
        "MIME-Version: 1.0",
    ]
    return "\r\n".join([*first, *lines, "", ""]).encode()


def word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def in_base64(data: bytes, width: int = 76) -> bytes:
    """Base64 in lines."""
    digits = base64.b64encode(data)
    return b"".join(digits[at : at + width] + b"\r\n" for at in range(0, len(digits), width))


def file_part(name: str, book: bytes, kind: str = "application/octet-stream", how: str = "attachment") -> bytes:
    lines = f'Content-Type: {kind};\r\n\tname="{word(name)}"\r\nContent-Transfer-Encoding: base64\r\n'
    lines += f'Content-Disposition: {how};\r\n\tfilename="{word(name)}"\r\n\r\n'
    return lines.encode() + in_base64(book)


def text_part(text: str, kind: str = "plain", charset: str = "utf-8") -> bytes:
    lines = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return lines.encode() + in_base64(text.encode(charset))


def within(boundary: str, *parts: bytes) -> bytes:
    """Parts between boundaries."""
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n" for part in parts) + mark + b"--\r\n"


def multipart(kind: str, boundary: str, *parts: bytes) -> bytes:
    """A part that holds others."""
    return f'Content-Type: multipart/{kind};\r\n\tboundary="{boundary}"\r\n\r\n'.encode() + within(boundary, *parts)


def webmail(sender: str, name: str, book: bytes) -> bytes:
    """As the web mails do: a text twice, then the file."""
    texts = multipart(
        "alternative", "----=_ALT", text_part("您好，现报上。"), text_part("<p>您好，现报上。</p>", "html")
    )
    top = head(sender, 'Content-Type: multipart/mixed; boundary="----=_NextPart_1"')
    return top + within("----=_NextPart_1", texts, file_part(name, book))


def foxmail(sender: str, name: str, book: bytes) -> bytes:
    """In GB 18030, with a preamble."""
    top = head(
        sender, "X-Mailer: Foxmail 7.2", "Content-Type: multipart/mixed;", '\tboundary="----=_001_NextPart7_=----"'
    )
    said = text_part("您好，现报上。", charset="gb18030")
    preamble = b"This is a multi-part message in MIME format.\r\n\r\n"
    return top + preamble + within("----=_001_NextPart7_=----", said, file_part(name, book, kind=SHEET))


def outlook(sender: str, name: str, book: bytes) -> bytes:
    """A picture in the text, three levels."""
    logo = b"Content-Type: image/gif; name=logo.gif\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    texts = multipart("alternative", "_000_A_", text_part("现报上。"), text_part("<img src=cid:logo>现报上。", "html"))
    shown = multipart("related", "_001_A_", texts, logo + in_base64(PIXEL))
    top = head(sender, 'Content-Type: multipart/mixed; boundary="_002_A_"')
    return top + within("_002_A_", shown, file_part(name, book, kind=SHEET))


def apple(sender: str, name: str, book: bytes) -> bytes:
    """The file between two texts, shown within them."""
    mixed = multipart("mixed", "Apple-1", text_part("<p>见</p>", "html"), file_part(name, book, how="inline"))
    top = head(sender, "Content-Type: multipart/alternative; boundary=Apple-2")
    return top + within("Apple-2", text_part("见附件。"), mixed)


def bare(sender: str, name: str, book: bytes) -> bytes:
    """Nothing but the file."""
    return head(sender).removesuffix(b"\r\n") + file_part(name, book)


def library(sender: str, name: str, book: bytes) -> bytes:
    """As a script writes it with Python's library."""
    message = EmailMessage()
    message["Received"] = f"from a by b; {DAY}"
    message["From"], message["To"], message["Subject"] = sender, OFFICE, "报送"
    message["Message-ID"] = "<library@unit.example>"
    message.set_content("现报上。")
    message.add_attachment(book, maintype="application", subtype="vnd.ms-excel", filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: dict[str, Writer] = {
    "webmail": webmail,
    "foxmail": foxmail,
    "outlook": outlook,
    "apple": apple,
    "bare": bare,
    "library": library,
}


def quoted_printable(data: bytes) -> bytes:
    return binascii.b2a_qp(data, quotetabs=True, istext=False).replace(b"=\n", b"=\r\n")
