"""Reading a mail takes time by its size: twice as much of anything takes about twice as long, however it is made."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lzxl.mail.message import parse_mail

_MIME = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
_PAGE = b"Content-Type: text/html\r\n\r\n"

# What is made `size` times, of about as many bytes: each was, or might be, looked through again from every place in it.
MAKERS: dict[str, Callable[[int], bytes]] = {
    "headers": lambda size: b"A: b\r\n" * (size // 6) + b"\r\nx",
    "lines of one header": lambda size: b"A: b\r\n" + b" c\r\n" * (size // 4) + b"\r\nx",
    "lines that may go on a header": lambda size: b"A: b\r\n" + b"junk junk\r\n" * (size // 11) + b"\r\nx",
    "a long line that may go on a header": lambda size: b"A: b\r\njunk\r\n" + b"A" * size,
    "encoded words": lambda size: b"Subject: " + b"=?gbk?B?ssY=?=\r\n " * (size // 16) + b"\r\nx",
    "half encoded words": lambda size: b"From: " + b"=?a?q?" * (size // 6) + b"\r\n\r\nx",
    "addresses": lambda size: b"From: " + b'"a"@b.cn, ' * (size // 10) + b"\r\n\r\nx",
    "boundaries": lambda size: _MIME + b"--a\r\n" * (size // 5),
    "boundaries that are closed again and again": lambda size: _MIME + b"--a\r\n--a--\r\n" * (size // 12),
    "lines like boundaries": lambda size: _MIME + b"--b\r\n" * (size // 5),
    "parts of different names": lambda size: (
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (number, number) for number in range(50)
        )
        + b"--49\r\nx\r\n" * (size // 9)
    ),
    "boundaries that nothing tells of": lambda size: b"\r\n".join(
        [b"A: b", b"", *(b"--%d\r\ncontent-x\r\n" % number for number in range(size // 20))]
    ),
    "blanks behind a boundary": lambda size: b"A: b\r\n\r\n--x" + b" " * size,
    "carriage returns": lambda size: b"A: b\r\n\r\n" + b"\r" * size,
    "blank lines": lambda size: b"A: b\r\n\r\n" + b"\n" * size,
    "padding": lambda size: b"Content-Transfer-Encoding: base64\r\n\r\n" + b"UA==" * (size // 4),
    "beginnings of files": lambda size: b"A: b\r\n\r\n" + b"UEsDBBQA-" * (size // 9),
    "beginnings of files in a row": lambda size: b"A: b\r\n\r\n" + b"UEsDBBQA\r\n" * (size // 10),
    "raw beginnings of files": lambda size: b"A: b\r\n\r\nx" + b"PK\x03\x04" * (size // 4) + b"PK\x05\x06",
    "uuencode that never ends": lambda size: b"A: b\r\n\r\n" + b"begin 644 a\r\n" * (size // 13),
    "lines of uuencode": lambda size: b"A: b\r\n\r\nbegin 644 a\r\n" + b"#86)C\r\n" * (size // 7),
    "yEnc that never ends": lambda size: b"A: b\r\n\r\n" + b"=ybegin name=a\r\n" * (size // 16),
    "addresses that hold nothing": lambda size: _PAGE + b"data:a;b," * (size // 9),
    "half addresses that hold something": lambda size: _PAGE + b"data:" + b"a" * size,
    "tags": lambda size: _PAGE + b"<a href=x" * (size // 9),
    "quotes": lambda size: _PAGE + b"<blockquote>" * (size // 12),
    "links": lambda size: _PAGE + b"http://x.cn/s/ab " * (size // 17),
    "one long link": lambda size: _PAGE + b"http://x.cn/" + b"s/" * (size // 2),
    "signed in pieces": lambda size: (
        b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + bytes.fromhex(
            "308006092a864886f70d010702a0803080020101310030800609 2a864886f70d010701a0802480".replace(" ", "")
        )
        + b"\x04\x01x" * (size // 3)
    ),
    "signed without an end": lambda size: (
        b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + bytes.fromhex("308006092a864886f70d010702a080")
        + b"\x30\x80" * (size // 2)
    ),
}
_SMALL = 50_000


def _seconds(raw: bytes) -> float:
    """The least of two: what else the machine does only adds to it."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        parse_mail(raw)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize("name", MAKERS)
def test_four_times_as_much_takes_about_four_times_as_long(name: str) -> None:
    small, large = _seconds(MAKERS[name](_SMALL)), _seconds(MAKERS[name](4 * _SMALL))
    # Sixteen times as long, were it quadratic; what is over in no time at all proves nothing either way.
    assert large < max(8 * small, 0.1), (small, large)
