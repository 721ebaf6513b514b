"""Small changes to a mail that carries a workbook, each a condition that mail programs, gateways or clerks bring about.

Every one goes with what the office is promised: the workbook is taken, or the letter says what the trouble is. They work on
any mail of `tests.mail.writers`; where one speaks of a file of tests/cases/mail, that was its first witness.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.mail.writers import file_part, head, in_base64, multipart, quoted_printable, text_part, within, word

TAKEN = "taken"


@dataclass(frozen=True)
class Rewriting:
    """A change; `promise` is TAKEN, or words that the reason must have."""

    name: str
    change: Callable[[bytes], bytes]
    promise: str = TAKEN


REWRITINGS: dict[str, Rewriting] = {}


def rewriting(name: str, promise: str = TAKEN) -> Callable[[Callable[[bytes], bytes]], Callable[[bytes], bytes]]:
    """Enter a change in the list."""

    def enter(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        assert name not in REWRITINGS
        REWRITINGS[name] = Rewriting(name, change, promise)
        return change

    return enter


# The file within a mail: its header, its base64, the bytes that it says

_FILE = re.compile(
    rb"(?P<header>Content-Type: (?:application/(?:octet-stream|vnd)[^\r\n]*)\r\n(?:[^\r\n]+\r\n)*)\r\n"
    rb"(?P<body>[A-Za-z0-9+/=\r\n]+?)(?=\r\n--|\r\n\Z|\Z)"
)
_ENCODING = re.compile(rb"Content-Transfer-Encoding: [^\r\n]*\r\n")


def book_in(mail: bytes) -> bytes:
    """The workbook that a mail of our writers carries."""
    return base64.b64decode(_file(mail)["body"])


def sender_in(mail: bytes) -> str:
    found = re.search(rb"From: [^\r\n]*?([\w.-]+@[\w.-]+)", mail)
    assert found
    return found[1].decode()


def _file(mail: bytes) -> re.Match[bytes]:
    found = _FILE.search(mail)
    assert found, mail[:500]
    return found


def _with_body(mail: bytes, body: bytes, encoding: str | None = None) -> bytes:
    """The file's bytes written otherwise; `encoding`: the label, "" for none, None for the one that is there."""
    found = _file(mail)
    header = found["header"]
    if encoding is not None:
        label = f"Content-Transfer-Encoding: {encoding}\r\n".encode() if encoding else b""
        header = _ENCODING.sub(lambda _: label, header)
    return mail[: found.start()] + header + b"\r\n" + body + mail[found.end() :]


def _with_header(mail: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The header of the file's part changed."""
    found = _file(mail)
    return mail[: found.start()] + change(found["header"]) + mail[found.end("header") :]


def _top(mail: bytes) -> tuple[bytes, bytes]:
    header, _, rest = mail.partition(b"\r\n\r\n")
    return header, rest


def _text_mail(mail: bytes, body: bytes, kind: str = "text/plain", encoding: str = "8bit") -> bytes:
    """A mail of the same sender with nothing but a text."""
    lines = (f'Content-Type: {kind}; charset="utf-8"', f"Content-Transfer-Encoding: {encoding}")
    return head(sender_in(mail), *lines) + body


def _simple(name: str, old: bytes, new: bytes, promise: str = TAKEN) -> None:
    rewriting(name, promise)(lambda mail: mail.replace(old, new))


# Line ends

_simple("line ends CR CR LF", b"\r\n", b"\r\r\n")
_simple("line ends LF", b"\r\n", b"\n")
_simple("line ends CR", b"\r\n", b"\r")
_simple("line ends CR CR CR LF", b"\r\n", b"\r\r\r\n")


@rewriting("line ends of every kind in one mail")
def _mixed_ends(mail: bytes) -> bytes:
    ends = (b"\r\n", b"\n", b"\r\r\n")
    lines = mail.split(b"\r\n")
    return b"".join(line + ends[number % 3] for number, line in enumerate(lines))


# Headers


@rewriting("a blank before every header's colon")
def _blank_before_colon(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^((?:Content|From|To|Subject|Date|Received|MIME|Message)[A-Za-z-]*):", rb"\1 :", mail)


@rewriting("header names in capitals")
def _capitals(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^(?:Content|From|MIME)[A-Za-z-]*:", lambda name: name[0].upper(), mail)


@rewriting("no blank behind a header's colon")
def _no_blank(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^((?:Content|From|To)[A-Za-z-]*): ", rb"\1:", mail)


@rewriting("a second Content-Type before the right one")
def _wrong_type_first(mail: bytes) -> bytes:
    return mail.replace(b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n", 1)


@rewriting("a second Content-Type behind the right one")
def _wrong_type_last(mail: bytes) -> bytes:
    header, rest = _top(mail)
    return header + b"\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" + rest


@rewriting("a second multipart Content-Type with a boundary that is nowhere")
def _wrong_boundary_first(mail: bytes) -> bytes:
    wrong = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=nowhere\r\n"
    return mail.replace(b"MIME-Version: 1.0\r\n", wrong, 1)


@rewriting("an empty line before the headers of a part")
def _empty_line_before(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^(--[^\r\n]+[^-\r\n])\r\n(?=Content-)", rb"\1\r\n\r\n", mail)


@rewriting("lines of blanks before the headers of a part")
def _blank_lines_before(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^(--[^\r\n]+[^-\r\n])\r\n(?=Content-)", rb"\1\r\n  \r\n\t\r\n\r\n", mail)


@rewriting("an empty line within the headers of the file's part")
def _empty_line_within(mail: bytes) -> bytes:
    return _with_header(mail, lambda header: re.sub(rb"\r\n(?=Content-)", rb"\r\n\r\n", header))


@rewriting("an empty line within the mail's header")
def _empty_line_on_top(mail: bytes) -> bytes:
    return mail.replace(b"\r\nTo: ", b"\r\n\r\nTo: ", 1)


@rewriting("headers broken onto lines that are not indented")
def _not_indented(mail: bytes) -> bytes:
    return re.sub(rb";(?:\r\n[ \t]+|[ ])(?=(?:boundary|name|filename)=)", rb";\r\n", mail)


@rewriting("a header broken in the middle of nothing that tells")
def _broken_subject(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^Subject: ([^\r\n]*)", rb"Subject: report\r\nfor the office", mail, count=1)


@rewriting("a line that is no header in the middle of the header")
def _no_header(mail: bytes) -> bytes:
    return mail.replace(b"\r\nTo: ", "\r\n转自 甲\r\nTo: ".encode(), 1)


@rewriting("the empty line between the file's header and its bytes is lost")
def _lost_empty_line(mail: bytes) -> bytes:
    found = _file(mail)
    return mail[: found.end("header")] + mail[found.start("body") :]


@rewriting("no Content-Type on top")
def _no_type(mail: bytes) -> bytes:
    header, rest = _top(mail)
    return re.sub(rb"\r\nContent-Type:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", b"", header) + b"\r\n\r\n" + rest


@rewriting("a mark of byte order and empty lines before everything")
def _before_all(mail: bytes) -> bytes:
    return b"\xef\xbb\xbf\r\n\r\n" + mail


@rewriting("a line of an mbox before everything")
def _mbox_line(mail: bytes) -> bytes:
    return b"From hb05@yunze-hbj.example Thu Nov 19 09:00:05 2026\r\n" + mail


@rewriting("three thousand lines of Received")
def _many_headers(mail: bytes) -> bytes:
    return mail.replace(b"To: ", b"X-Trace: by way of a server\r\n" * 3000 + b"To: ", 1)


# Boundaries


def _wrapped(mail: bytes, boundary: str, *before: bytes) -> bytes:
    found = _file(mail)
    lines = head(sender_in(mail), f'Content-Type: multipart/mixed; boundary="{boundary}"')
    return lines + within(boundary, *before, mail[found.start() : found.end()])


@rewriting("inner and outer multipart with one boundary (cases/mail/04)")
def _one_boundary(mail: bytes) -> bytes:
    return _wrapped(mail, "BB", multipart("related", "BB", text_part("<p>x</p>", "html")))


@rewriting("the file in the inner of two multiparts with one boundary")
def _one_boundary_inside(mail: bytes) -> bytes:
    found = _file(mail)
    inner = multipart("related", "BB", text_part("x"), mail[found.start() : found.end()])
    return head(sender_in(mail), 'Content-Type: multipart/mixed; boundary="BB"') + within("BB", inner, text_part("y"))


@rewriting("no boundary at the end")
def _no_end(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^--[^\r\n]+--\r\n", b"", mail)


@rewriting("the end is said before the file")
def _early_end(mail: bytes) -> bytes:
    return _wrapped(mail, "early", text_part("您好")).replace(
        b"--early\r\nContent-Type: appl", b"--early--\r\n--early\r\nContent-Type: appl"
    )


@rewriting("the file behind the end without a boundary before it")
def _behind_end(mail: bytes) -> bytes:
    lines = head(sender_in(mail), 'Content-Type: multipart/mixed; boundary="b"')
    return lines + within("b", text_part("您好")) + b"\r\n" + _file(mail)["body"] + b"\r\n"


@rewriting("the file before the first boundary")
def _before_first(mail: bytes) -> bytes:
    lines = head(sender_in(mail), 'Content-Type: multipart/mixed; boundary="b"')
    return lines + _file(mail)["body"] + b"\r\n" + within("b", text_part("您好"))


@rewriting("another boundary than the header says")
def _other_boundary(mail: bytes) -> bytes:
    header, rest = _top(_wrapped(mail, "said", text_part("您好")))
    return header + b"\r\n\r\n" + rest.replace(b"--said", b"--done")


@rewriting("blanks behind every boundary")
def _blanks_behind(mail: bytes) -> bytes:
    return re.sub(rb"(?m)^(--[^\r\n]+)\r\n", rb"\1 \t\r\n", mail)


@rewriting("a boundary in pieces (RFC 2231)")
def _boundary_in_pieces(mail: bytes) -> bytes:
    return _wrapped(mail, "ab_cd", text_part("您好")).replace(b'boundary="ab_cd"', b"boundary*0=ab;\r\n boundary*1=_cd")


@rewriting("a boundary without quotes")
def _boundary_without_quotes(mail: bytes) -> bytes:
    return _wrapped(mail, "a_b-c", text_part("您好")).replace(b'boundary="a_b-c"', b"boundary=a_b-c")


@rewriting("a boundary that begins like another")
def _like_another(mail: bytes) -> bytes:
    return _wrapped(mail, "BB", multipart("alternative", "BB2", text_part("您好"), text_part("<p>x</p>", "html")))


@rewriting("the boundary before the file is lost")
def _lost_boundary(mail: bytes) -> bytes:
    raw = _wrapped(mail, "b", text_part("您好"), file_part("x.gif", b"GIF89a" + b"\x00" * 90, kind="image/gif"))
    return raw.replace(b"--b\r\nContent-Type: application", b"Content-Type: application")


# Base64


@rewriting("base64 with padding in the middle (cases/mail/09)")
def _padded_lines(mail: bytes) -> bytes:
    book = book_in(mail)
    pieces = [book[at : at + 55] for at in range(0, len(book), 55)]
    return _with_body(mail, b"".join(base64.b64encode(piece) + b"\r\n" for piece in pieces))


@rewriting("base64 in two halves, each padded")
def _two_halves(mail: bytes) -> bytes:
    book = book_in(mail)
    half = len(book) // 6 * 3 + 1
    return _with_body(mail, in_base64(book[:half]) + in_base64(book[half:]))


@rewriting("base64 without its padding")
def _no_padding(mail: bytes) -> bytes:
    return _with_body(mail, in_base64(book_in(mail)).replace(b"=", b""))


@rewriting("base64 in one line")
def _one_line(mail: bytes) -> bytes:
    return _with_body(mail, base64.b64encode(book_in(mail)) + b"\r\n")


@rewriting("base64 with blanks in its lines")
def _blanks_within(mail: bytes) -> bytes:
    return _with_body(mail, re.sub(rb"([^\r\n]{19})", rb"\1 ", _file(mail)["body"]))


@rewriting("base64 with an empty line behind each")
def _empty_lines_within(mail: bytes) -> bytes:
    return _with_body(mail, _file(mail)["body"].replace(b"\r\n", b"\r\n\r\n"))


@rewriting("base64 with noise on the line")
def _noise(mail: bytes) -> bytes:
    return _with_body(mail, re.sub(rb"([^\r\n]{40})", b"\\1\x00!\xff", _file(mail)["body"]))


@rewriting("base64 quoted as an answer quotes")
def _quoted_lines(mail: bytes) -> bytes:
    return _with_body(mail, re.sub(rb"(?m)^", b"> ", _file(mail)["body"]))


@rewriting("base64 with the words of a virus scanner below")
def _words_below(mail: bytes) -> bytes:
    words = b"\r\n\r\nThis message was checked by the mail gateway of the bureau and found to be clean.\r\n"
    return _with_body(mail, _file(mail)["body"].rstrip() + words)


@rewriting("base64 with words in the middle")
def _words_within(mail: bytes) -> bytes:
    lines = _file(mail)["body"].splitlines(keepends=True)
    half = len(lines) // 2
    return _with_body(mail, b"".join([*lines[:half], b"*** page two of the message ***\r\n", *lines[half:]]))


# Labels


for _label in (
    "7bit",
    "8bit",
    "binary",
    "quoted-printable",
    "x-unknown",
    "uuencode",
    "",
    "BASE64 (as always)",
    '"base64"',
):

    def _labelled(mail: bytes, label: str = _label) -> bytes:
        return _with_body(mail, _file(mail)["body"], label)

    rewriting(f"base64 under the label {_label or 'of none'}")(_labelled)

for _label in ("base64", "8bit", "binary", "7bit", "quoted-printable", ""):

    def _raw(mail: bytes, label: str = _label) -> bytes:
        return _with_body(mail, book_in(mail), label)

    # A quoted-printable reader turns = into signs; what is raw must not go through one.
    rewriting(f"raw bytes under the label {_label or 'of none'}")(_raw)

for _label in ("base64", "quoted-printable", "7bit", ""):

    def _quoted(mail: bytes, label: str = _label) -> bytes:
        return _with_body(mail, quoted_printable(book_in(mail)), label)

    rewriting(f"quoted-printable under the label {_label or 'of none'}")(_quoted)

for _label in ("uuencode", "x-uuencode", "base64", "7bit", ""):

    def _uu_labelled(mail: bytes, label: str = _label) -> bytes:
        return _with_body(mail, uuencoded(book_in(mail), "a.xlsx"), label)

    rewriting(f"uuencode under the label {_label or 'of none'}")(_uu_labelled)


@rewriting("base64 of base64")
def _twice(mail: bytes) -> bytes:
    return _with_body(mail, in_base64(_file(mail)["body"]))


@rewriting("a file that says it is a text")
def _says_text(mail: bytes) -> bytes:
    return _with_header(mail, lambda header: re.sub(rb"Content-Type: [^;\r\n]*", b"Content-Type: text/plain", header))


@rewriting("a file without a name that says it is a text")
def _says_text_nameless(mail: bytes) -> bytes:
    return _with_header(mail, lambda _: b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n")


@rewriting("a file that says it is a picture")
def _says_picture(mail: bytes) -> bytes:
    return _with_header(mail, lambda header: re.sub(rb"Content-Type: [^;\r\n]*", b"Content-Type: image/png", header))


@rewriting("two labels, the wrong one first")
def _two_labels(mail: bytes) -> bytes:
    return _with_header(mail, lambda header: b"Content-Transfer-Encoding: 7bit\r\n" + header)


# In the text


def uuencoded(book: bytes, name: str) -> bytes:
    lines = [binascii.b2a_uu(book[at : at + 45]).replace(b"\n", b"\r\n") for at in range(0, len(book), 45)]
    return f"begin 644 {name}\r\n".encode() + b"".join(lines) + b"`\r\nend\r\n"


def y_encoded(book: bytes, name: str) -> bytes:
    encoded = bytes((byte + 42) & 255 for byte in book)
    for sign in (b"=", b"\x00", b"\n", b"\r"):
        encoded = encoded.replace(sign, b"=" + bytes([(sign[0] + 64) & 255]))
    lines, at = [], 0
    while at < len(encoded):
        end = at + 128 + encoded[at + 127 : at + 128].endswith(b"=")
        lines.append(encoded[at:end])
        at = end
    top = f"=ybegin line=128 size={len(book)} name={name}\r\n".encode()
    return top + b"\r\n".join(lines) + f"\r\n=yend size={len(book)}\r\n".encode()


@rewriting("uuencode in a text (cases/mail/06)")
def _uu_in_text(mail: bytes) -> bytes:
    return _text_mail(mail, "您好\r\n\r\n".encode() + uuencoded(book_in(mail), "biao.xlsx"))


@rewriting("uuencode in a text, blanks at the ends of lines lost, a text below")
def _uu_stripped(mail: bytes) -> bytes:
    stripped = re.sub(rb"(?m) +\r$", b"\r", uuencoded(book_in(mail), "biao.xlsx"))
    return _text_mail(mail, stripped + "\r\n财务科\r\n".encode())


@rewriting("uuencode in the text of a mixed mail")
def _uu_in_mixed(mail: bytes) -> bytes:
    said = b"Content-Type: text/plain\r\n\r\n" + uuencoded(book_in(mail), "表.xlsx")
    return head(sender_in(mail), "Content-Type: multipart/mixed; boundary=b") + within(
        "b", said, text_part("<p>x</p>", "html")
    )


@rewriting("uuencode in HTML")
def _uu_in_html(mail: bytes) -> bytes:
    lines = uuencoded(book_in(mail), "a.xlsx").replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return _text_mail(mail, b"<html><body><pre>" + lines + b"</pre></body></html>", "text/html")


@rewriting("uuencode without its end")
def _uu_without_end(mail: bytes) -> bytes:
    return _text_mail(mail, uuencoded(book_in(mail), "a.xlsx").removesuffix(b"`\r\nend\r\n"))


@rewriting("uuencode with base64 lines")
def _uu_base64(mail: bytes) -> bytes:
    return _text_mail(mail, b"begin-base64 644 a.xlsx\r\n" + in_base64(book_in(mail)) + b"====\r\n")


@rewriting("yEnc in a text")
def _y_in_text(mail: bytes) -> bytes:
    return _text_mail(mail, b"hello\r\n" + y_encoded(book_in(mail), "a.xlsx"), encoding="binary")


@rewriting("base64 pasted into a text")
def _pasted(mail: bytes) -> bytes:
    return _text_mail(mail, "您好：\r\n\r\n".encode() + in_base64(book_in(mail)) + "\r\n谢谢".encode())


@rewriting("base64 with noise in it pasted into a text")
def _pasted_noise(mail: bytes) -> bytes:
    return _text_mail(mail, re.sub(rb"([^\r\n]{40})", b"\\1\x00!\xff", in_base64(book_in(mail))), encoding="binary")


@rewriting("a whole mail pasted into a text")
def _mail_pasted(mail: bytes) -> bytes:
    return _text_mail(mail, "见下：\r\n\r\n".encode() + mail)


@rewriting("a whole mail pasted into a text and quoted")
def _mail_quoted(mail: bytes) -> bytes:
    return _text_mail(mail, re.sub(rb"(?m)^", b"> ", mail))


def _address(book: bytes) -> bytes:
    return b"data:application/vnd.ms-excel;base64," + base64.b64encode(book)


for _quote in ('"', "'", ""):

    def _in_link(mail: bytes, quote: str = _quote) -> bytes:
        address = quote.encode() + _address(book_in(mail)) + quote.encode()
        return _text_mail(mail, b"<p>x<a download=biao.xlsx href=" + address + b">biao</a></p>", "text/html")

    rewriting(f"a link that holds the file itself, quoted with {_quote or 'nothing'}")(_in_link)


@rewriting("a link that holds the file, in quoted-printable HTML")
def _link_quoted_printable(mail: bytes) -> bytes:
    page = b'<a href="' + _address(book_in(mail)) + b'">x</a>'
    return _text_mail(mail, quoted_printable(page), "text/html", "quoted-printable")


@rewriting("a link that holds the file, in base64 HTML beside a text")
def _link_base64(mail: bytes) -> bytes:
    page = f'<a href="{_address(book_in(mail)).decode()}">x</a>'
    lines = head(sender_in(mail), "Content-Type: multipart/alternative; boundary=b")
    return lines + within("b", text_part("x"), text_part(page, "html"))


@rewriting("a link that holds the file, its lines broken")
def _link_broken(mail: bytes) -> bytes:
    page = b'<a href="data:;base64,\r\n' + in_base64(book_in(mail)) + b'">x</a>'
    return _text_mail(mail, page, "text/html")


@rewriting("a link that holds the file, with percent signs")
def _link_percent(mail: bytes) -> bytes:
    address = _address(book_in(mail)).replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")
    return _text_mail(
        mail,
        b'<a href="'
        + address.replace(b";base64%2C", b";base64,").replace(b"application%2F", b"application/")
        + b'">x</a>',
        "text/html",
    )


@rewriting("an attached page with a link that holds the file")
def _page_attached(mail: bytes) -> bytes:
    page = b'<html><a href="' + _address(book_in(mail)) + b'">x</a></html>'
    lines = head(sender_in(mail), "Content-Type: multipart/mixed; boundary=b")
    return lines + within("b", text_part("x"), file_part("报送.html", page, kind="text/html"))


# Wrapped


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _sent(mail: bytes, name: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    lines = head(sender_in(mail), "Content-Type: multipart/mixed; boundary=outer")
    return lines + within("outer", text_part("转发"), file_part(name, data, kind=kind))


@rewriting("a mail in a mail")
def _forwarded(mail: bytes) -> bytes:
    lines = head(sender_in(mail), "Content-Type: multipart/mixed; boundary=outer")
    return lines + within("outer", text_part("转发"), b"Content-Type: message/rfc822\r\n\r\n" + mail)


@rewriting("a mail in a mail, in base64")
def _forwarded_base64(mail: bytes) -> bytes:
    return _sent(mail, "转发.eml", mail, kind="message/rfc822")


@rewriting("a mail in a mail with the same boundary")
def _forwarded_same(mail: bytes) -> bytes:
    inner = _wrapped(mail, "BB", text_part("您好"))
    lines = head(sender_in(mail), "Content-Type: multipart/mixed; boundary=BB")
    return lines + within("BB", text_part("转发"), b"Content-Type: message/rfc822\r\n\r\n" + inner)


@rewriting("a mail as a file whose name tells nothing")
def _mail_as_file(mail: bytes) -> bytes:
    return _sent(mail, "转发的邮件", mail)


@rewriting("an mbox of two mails as a file")
def _mbox_as_file(mail: bytes) -> bytes:
    line = b"From hb05@yunze-hbj.example Thu Nov 19 09:00:05 2026\r\n"
    other = _text_mail(mail, "第一封。\r\n".encode())
    return _sent(mail, "导出.mbox", line + other + b"\r\n" + line + mail)


@rewriting("a zip of a mail (cases/mail/15)")
def _zip_of_mail(mail: bytes) -> bytes:
    return _sent(mail, "a.zip", zipped("a.eml", mail))


@rewriting("a zip of a zip of a mail")
def _zip_of_zip(mail: bytes) -> bytes:
    return _sent(mail, "a.zip", zipped("b.zip", zipped("a.eml", mail)))


@rewriting("a zip in a mail in a zip")
def _zip_mail_zip(mail: bytes) -> bytes:
    return _sent(mail, "a.zip", zipped("a.eml", _sent(mail, "b.zip", zipped("表.xlsx", book_in(mail)))))


@rewriting("a digest")
def _digest(mail: bytes) -> bytes:
    return head(sender_in(mail), "Content-Type: multipart/digest; boundary=d") + within(
        "d", b"Content-Type: message/rfc822\r\n\r\n" + mail
    )


@rewriting("a file with what a Macintosh puts before it")
def _mac_binary(mail: bytes) -> bytes:
    book = book_in(mail)
    top = b"\x00\x06a.xlsx".ljust(83, b"\x00") + struct.pack(">I", len(book))
    return _with_body(mail, in_base64(top.ljust(128, b"\x00") + book))


@rewriting("a file and its icon in one (AppleSingle)")
def _apple_single(mail: bytes) -> bytes:
    book = book_in(mail)
    top = b"\x00\x05\x16\x00\x00\x02\x00\x00" + b"\x00" * 16 + struct.pack(">HIII", 1, 1, 38, len(book))
    return _with_body(mail, in_base64(top + book))


# Signed and encrypted

_DATA, _SIGNED, _ENVELOPED, _COMPRESSED = (
    bytes.fromhex(text)
    for text in ("2a864886f70d010701", "2a864886f70d010702", "2a864886f70d010703", "2a864886f70d0109100109")
)
_GM_DATA, _GM_SIGNED, _GM_ENVELOPED = (bytes.fromhex(f"2a811ccf5506010402{last}") for last in ("01", "02", "03"))


def der(tag: int, *values: bytes) -> bytes:
    """A value of known length (X.690)."""
    value = b"".join(values)
    if len(value) < 128:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + value


def ber(tag: int, *values: bytes) -> bytes:
    """A value whose end is marked."""
    return bytes([tag, 0x80]) + b"".join(values) + b"\x00\x00"


def signed(content: bytes, oids: tuple[bytes, bytes] = (_DATA, _SIGNED), in_pieces: bool = False) -> bytes:
    """A CMS SignedData around `content`; nobody's signature."""
    algorithms = der(0x31, der(0x30, der(0x06, bytes.fromhex("608648016503040201"))))
    make = ber if in_pieces else der
    pieces = (der(0x04, content[at : at + 1000]) for at in range(0, len(content), 1000))
    octets = ber(0x24, *pieces) if in_pieces else der(0x04, content)
    inner = make(0x30, der(0x06, oids[0]), make(0xA0, octets))
    data = make(0x30, der(0x02, b"\x01"), algorithms, inner, der(0x31))
    return make(0x30, der(0x06, oids[1]), make(0xA0, data))


def enveloped(oid: bytes = _ENVELOPED) -> bytes:
    """A CMS EnvelopedData; what is in it is nobody's."""
    inner = der(0x30, der(0x06, _DATA), der(0x30, der(0x06, _DATA)), der(0x80, b"\x17" * 4000))
    return der(0x30, der(0x06, oid), der(0xA0, der(0x30, der(0x02, b"\x00"), der(0x31, b"\x30\x00"), inner)))


def _entity(mail: bytes) -> bytes:
    """What a mail program signs: the mail without the mail's own header."""
    found = _file(mail)
    return multipart("mixed", "inside", text_part("您好"), mail[found.start() : found.end()])


def _smime(
    mail: bytes, data: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data", name: str = "smime.p7m"
) -> bytes:
    lines = (f'Content-Type: {kind}; name="{name}"', "Content-Transfer-Encoding: base64")
    return head(sender_in(mail), *lines, f'Content-Disposition: attachment; filename="{name}"') + in_base64(data)


@rewriting("S/MIME, signed in one (cases/mail/07)")
def _opaque(mail: bytes) -> bytes:
    return _smime(mail, signed(_entity(mail)))


@rewriting("S/MIME, signed in pieces of no said length")
def _opaque_in_pieces(mail: bytes) -> bytes:
    return _smime(mail, signed(_entity(mail), in_pieces=True), "application/x-pkcs7-mime")


@rewriting("S/MIME, signed by the Chinese commercial ciphers")
def _opaque_gm(mail: bytes) -> bytes:
    return _smime(mail, signed(_entity(mail), (_GM_DATA, _GM_SIGNED)))


@rewriting("S/MIME, signed, of a kind that tells nothing")
def _opaque_untold(mail: bytes) -> bytes:
    return _smime(mail, signed(_entity(mail)), "application/octet-stream", "ATT00001")


@rewriting("S/MIME, signed twice")
def _opaque_twice(mail: bytes) -> bytes:
    inner = b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return _smime(mail, signed(inner + in_base64(signed(_entity(mail)))))


@rewriting("S/MIME, compressed")
def _compressed(mail: bytes) -> bytes:
    inner = der(0x30, der(0x06, _DATA), der(0xA0, der(0x04, zlib.compress(_entity(mail)))))
    algorithm = der(0x30, der(0x06, bytes.fromhex("2a864886f70d0109100308")))
    data = der(0x30, der(0x02, b"\x00"), algorithm, inner)
    return _smime(
        mail, der(0x30, der(0x06, _COMPRESSED), der(0xA0, data)), "application/pkcs7-mime; smime-type=compressed-data"
    )


@rewriting("a signed workbook as a file")
def _signed_file(mail: bytes) -> bytes:
    return _sent(mail, "表.xlsx.p7m", signed(book_in(mail)))


@rewriting("S/MIME, signed beside the text")
def _detached(mail: bytes) -> bytes:
    signature = file_part("smime.p7s", signed(b"")[:60], kind="application/pkcs7-signature")
    return head(sender_in(mail), "Content-Type: multipart/signed; boundary=s") + within("s", _entity(mail), signature)


@rewriting("S/MIME, encrypted", promise="S/MIME 加密")
def _enveloped(mail: bytes) -> bytes:
    return _smime(mail, enveloped(), "application/pkcs7-mime; smime-type=enveloped-data")


@rewriting("S/MIME, encrypted by the Chinese commercial ciphers", promise="S/MIME 加密")
def _enveloped_gm(mail: bytes) -> bytes:
    return _smime(mail, enveloped(_GM_ENVELOPED), "application/pkcs7-mime")


@rewriting("S/MIME, cut short before its content", promise="数字签名")
def _opaque_cut(mail: bytes) -> bytes:
    return _smime(mail, signed(_entity(mail))[:20])


_ARMOUR = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0aBcDeFgHiJ\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n"


@rewriting("PGP as a mail of its own kind", promise="PGP 加密")
def _pgp_mime(mail: bytes) -> bytes:
    version = b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    content = b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n' + _ARMOUR
    lines = 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e'
    return head(sender_in(mail), lines) + within("e", version, content)


@rewriting("PGP in a text", promise="PGP 加密")
def _pgp_inline(mail: bytes) -> bytes:
    return _text_mail(mail, _ARMOUR)


@rewriting("a file under PGP", promise="PGP 加密")
def _pgp_file(mail: bytes) -> bytes:
    return _sent(mail, "表.xlsx.gpg", b"\x85\x01\x0c\x03" + b"\x17\x99" * 400)


# What stands for a file


@rewriting("a part of a mail that was split", promise="拆开")
def _partial(mail: bytes) -> bytes:
    lines = 'Content-Type: message/partial; number=1; total=3; id="1@x"'
    return head(sender_in(mail), lines) + mail[: len(mail) // 3]


@rewriting("BinHex in a text", promise="BinHex")
def _binhex(mail: bytes) -> bytes:
    return _text_mail(mail, b"(This file must be converted with BinHex 4.0)\r\n\r\n:#fjH3ecT!\r\n")


@rewriting("a file at an address", promise="链接")
def _external(mail: bytes) -> bytes:
    lines = 'Content-Type: message/external-body; access-type=URL; URL="https://x.example/a"'
    return head(sender_in(mail), lines) + b"Content-Type: application/octet-stream\r\n\r\n"


# Who sends, and what it looks like


@rewriting("no way back (cases/mail/08)")
def _no_way_back(mail: bytes) -> bytes:
    return b"Return-Path: <>\r\n" + mail


@rewriting("somebody else was not reached")
def _failed_recipients(mail: bytes) -> bytes:
    return mail.replace(b"To: ", b"X-Failed-Recipients: someone@else.example\r\nTo: ", 1)


SUBJECTS = (
    "自动回复: 报送",
    "【自动回复】报送",
    "自動回覆: x",
    "已读: 报送",
    "撤回: 报送",
    "Recall: x",
    "Out of Office: x",
    "Undeliverable: x",
)
for _subject in SUBJECTS:

    def _under(mail: bytes, subject: str = _subject) -> bytes:
        return re.sub(rb"(?m)^Subject: [^\r\n]*", f"Subject: {word(subject)}".encode(), mail, count=1)

    rewriting(f"under the subject {_subject}")(_under)


def _from(name: str, write: Callable[[str], str]) -> None:
    def change(mail: bytes) -> bytes:
        line = f"From: {write(sender_in(mail))}".encode()
        return re.sub(rb"(?m)^From: [^\r\n]*", lambda _: line, mail, count=1)

    rewriting(name)(change)


_from("the sender in one encoded word", lambda address: word(f'"财务科" <{address}>'))
_from("the sender in one encoded word of GBK", lambda address: word(f"财务科 <{address}>", "gbk"))
_from("the sender's name in quotes", lambda address: f'"甲, 乙" <{address.upper()}>')
_from("the sender's own part in quotes", lambda address: '"{}"@{}'.format(*address.split("@")))
_from("the sender in full width", lambda address: address.replace("@", "＠").replace(".", "．"))
_from("the sender with a dot at the end", lambda address: f"<{address}.>")
_from("the sender with comments", lambda address: f"(甲) {address} (乙 <x@y.example>)")
_from("the sender in a group", lambda address: f"财务科: {address};")
_from("the sender twice", lambda address: f"{address} <{address}>")
