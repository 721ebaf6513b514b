"""Whatever bytes come, a mail is read to an end: nothing raises, nothing is lost without a word, and nothing takes long."""

from __future__ import annotations

import os
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.mail import message
from lzxl.mail.message import parse_mail, parse_outlook
from lzxl.mail.remedies import SEND_AGAIN
from tests.fuzz_mail import corpus, mutate, outcome, run
from tests.mail.letters_to_parse import (
    UNIT,
    attached,
    mail,
    outlook,
    outlook_file,
    part,
    text,
    tnef,
    tnef_file,
    workbook,
)

pytestmark = pytest.mark.slow


MAILS = 2000 if os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak" else 400
"""So many broken mails are read; `make fuzz` reads more."""


def test_hundreds_of_broken_mails_are_read_without_an_exception() -> None:
    counts, failures = run(count=MAILS, seed=7)
    assert [why for _, why in failures] == []
    assert sum(counts.values()) == MAILS
    # It would show nothing if nearly all were broken beyond recognition, or nearly none.
    assert counts["refused"] > MAILS // 40
    assert counts["1 taken, 0 left"] > MAILS // 10
    assert counts["0 taken, 1 left"] > MAILS // 20


def test_broken_winmail_and_outlook_files_are_opened_in_children() -> None:
    chance = random.Random(3)
    book = workbook()
    for data in (tnef(tnef_file(b"a.xlsx", book)), outlook(outlook_file("a.xlsx", book), sender=UNIT)):
        for _ in range(6):
            outcome(parse_mail(mail(attached(mutate(data, chance), "winmail.dat"))))
            outcome(parse_outlook(mutate(data, chance)))


@given(st.binary(max_size=2000))
def test_no_bytes_stop_the_reading(raw: bytes) -> None:
    outcome(parse_mail(raw, "mx"))
    outcome(parse_mail(mail(raw), "mx"))


NAMES = [
    "From",
    "Content-Type",
    "Content-Disposition",
    "Content-Transfer-Encoding",
    "Received",
    "Message-ID",
    "Subject",
]
NAMES += ["Authentication-Results", "Return-Path", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X\xff"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=60)), max_size=6), st.binary(max_size=200))
def test_no_header_with_raw_bytes_stops_the_reading(headers: list[tuple[str, bytes]], body: bytes) -> None:
    outcome(
        parse_mail(b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body, "mx")
    )


def test_headers_in_gbk_do_not_keep_a_workbook_from_being_taken() -> None:
    headers = [
        ("From", "财务科 <".encode("gbk") + UNIT.encode() + b">"),
        ("Subject", "报送".encode("gbk")),
        ("X-Mailer", b"\xff\xfe\x00\x80"),
    ]
    read = parse_mail(mail(text("您好", "gbk"), attached(workbook()), headers=headers))
    assert (read.sender, len(read.attachments)) == (UNIT, 1)


def test_a_charset_that_python_cannot_decode_by_does_not_matter() -> None:
    for charset in ("idna", "hex", "undefined", "\x00", "utf-16"):
        sent = part(b"\xc8\xa8", ("Content-Type", f"text/plain; charset={charset}"), encoded=False)
        read = parse_mail(mail(sent, attached(workbook())))
        assert (len(read.attachments), read.skipped) == (1, ())


def test_what_the_parser_raises_says_nothing_of_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("朱某某的电话")

    monkeypatch.setattr(message.Reader, "read", fail)
    read = parse_mail(mail(text("朱某某的电话")))
    (left,) = read.skipped
    assert (read.sender, left.reason, left.request) == (UNIT, "邮件无法解析", SEND_AGAIN)
    assert "朱某某" not in repr(read)


@pytest.mark.parametrize("trouble", [RecursionError, message.IntricateError])
def test_what_is_nested_too_deep_is_told_so_in_mails_of_either_kind(
    monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    """How deep that is depends on what called the reader: the same file may be read in one place and not in another."""

    def fail(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(message.Reader, "read", fail)
    monkeypatch.setattr(message.Reader, "read_unpacked", fail)
    opened = outlook(outlook_file("a.xlsx", workbook()), sender=UNIT)
    for read in (parse_mail(mail(attached(workbook()))), parse_outlook(opened)):
        (left,) = read.skipped
        assert (left.reason, left.request) == ("邮件结构过于复杂，未打开", SEND_AGAIN)


def test_byte_order_marks_mbox_lines_and_blank_lines_before_the_header_do_not_matter() -> None:
    sent = mail(attached(workbook()))
    for before in (b"\xef\xbb\xbf", b"\r\n\r\n", b"From a@b Fri Nov 20 10:00:00 2026\r\n"):
        assert parse_mail(before + sent).sender == UNIT
        assert len(parse_mail(before + sent).attachments) == 1
    assert len(parse_mail(sent.replace(b"\r\n", b"\n")).attachments) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b'"' * 200_000 + b"\r\n\r\nx",
        b"From: " + b"a" * 500_000 + b"\r\n\r\nx",
        b"From: " + b"(" * 500_000 + b"\r\n\r\nx",
        b"From: " + b"=?a?q?" * 80_000 + b"\r\n\r\nx",
        b"Content-Disposition: attachment; filename=" + b'"\\' * 200_000 + b"\r\n\r\nx",
        b"Content-Disposition: attachment" + b"; filename*1*=a" * 40_000 + b"\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<" * 2_000_000,
        b"Content-Type: text/html\r\n\r\n" + b"&#x" * 700_000,
        b"Authentication-Results: mx; " + b'"\\' * 100_000 + b"\r\n\r\nx",
        b"A: b\r\n" * 100_000 + b"\r\nx",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 200_000,
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 90 + b"--b\n" * 2_000_000,
        b"A: b\r\n\r\n" + b"\n" * 11_000_000,
        *corpus(),
    ],
)
def test_no_mail_takes_long(raw: bytes) -> None:
    started = time.process_time()
    outcome(parse_mail(raw, "mx"))
    assert time.process_time() - started < 5
