"""An mbox, in whatever spelling: every mail that was put in comes out, and none is cut in two."""

from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.mail import mbox
from lzxl.mail.folders import MailFolder, is_mail
from lzxl.mail.mbox import is_mbox, mails_of
from lzxl.mail.message import parse_mail
from tests.mail.conftest import mail as plain
from tests.mail.conftest import nothing_known
from tests.mail.letters_to_parse import attached, mail, text, workbook

CASES = Path(__file__).parents[1] / "cases"
LINES = (
    "From - Thu Nov 19 09:00:00 2026",
    "From hb05@yunze-hbj.example Thu Nov 19 09:00:00 2026",
    "From hb05@yunze-hbj.example  Thu Nov  9 09:00:00 2026 +0800",
    "From 1795460159@xxx Thu Nov 19 09:00:00 +0000 2026",
    "From ???@??? Thu Nov 19 09:00 2026",
    "From MAILER-DAEMON Thu, 19 Nov 2026 09:00:00 GMT",
    "From Thu Nov 19 09:00:00 2026",
    "From - 周四 11月 19 09:00:00 2026",
    'From "hb 05"@yunze-hbj.example 2026-11-19 09:00:00',
)
BOOKS = tuple(workbook(str(number)) for number in range(4))
# What people write into a mail, and programs leave as it is.
TEXTS = (
    "您好",
    "From here on, at 18:35 in 2026\n请查收。",
    "\nFrom 9:30 on 2026-11-19\nwe are away\n",
    "\nFrom hb01@yunze-hbj.example Thu Nov 19 09:00:00 2026\n如上。\n",
    "转述：\n\nFrom hb01@yunze-hbj.example Thu Nov 19 09:00:00 2026\nFrom: hb01@yunze-hbj.example\nSubject: x\n\n表已报\n",
    "--\n王某某\n--\n",
)


@dataclass(frozen=True)
class Spelling:
    """How a program writes an mbox."""

    line: str
    end: bytes
    is_apart: bool
    """A blank line stands after each mail."""
    quoting: str
    """mboxo, mboxrd: which From_ lines of a text get a > before them; none."""
    has_length: bool

    def written(self, mails: list[bytes]) -> bytes:
        out = []
        for raw in mails:
            sent = raw.replace(b"\r\n", b"\n")
            if self.quoting == "mboxrd":
                sent = re.sub(rb"^(>*From )", rb">\1", sent, flags=re.MULTILINE)
            elif self.quoting == "mboxo":
                sent = re.sub(rb"^From ", b">From ", sent, flags=re.MULTILINE)
            header, blank, body = sent.partition(b"\n\n")
            if self.has_length:
                length = len(body.replace(b"\n", self.end))
                header += b"\nContent-Length: %d" % length
            out.append(self.line.encode() + b"\n" + header + blank + body + b"\n" * self.is_apart)
        return b"".join(out).replace(b"\n", self.end)


SPELLINGS = st.builds(
    Spelling,
    line=st.sampled_from(LINES),
    end=st.sampled_from([b"\n", b"\r\n", b"\r\r\n", b"\r"]),
    is_apart=st.booleans(),
    quoting=st.sampled_from(["mboxo", "mboxrd", "none"]),
    has_length=st.booleans(),
)
BODIES = st.tuples(st.sampled_from(TEXTS), st.integers(-1, len(BOOKS) - 1), st.booleans())


def written(number: int, body: tuple[str, int, bool]) -> bytes:
    """A mail with a text, and with a workbook or without; some name the same boundary as the others."""
    words, book, is_same = body
    headers = [("Received", "from mx by mx; Thu, 19 Nov 2026 09:00:05 +0800")]
    if book < 0:
        return b"Received: from mx by mx\r\nFrom: a@b.cn\r\nSubject: %d\r\n\r\n" % number + words.encode() + b"\r\n"
    said = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + words.replace("\n", "\r\n").encode()
    boundary = "=_same" if is_same else f"=_{number}"
    return mail(said, attached(BOOKS[book], "a.xlsx"), headers=headers, boundary=boundary)


def books_in(mails: list[bytes]) -> Counter[bytes]:
    return Counter(one.data for raw in mails for one in parse_mail(raw.replace(b"\r\r\n", b"\r\n")).attachments)


@given(st.lists(BODIES, min_size=1, max_size=6), SPELLINGS)
def test_the_workbooks_in_an_mbox_are_those_that_were_put_in(
    bodies: list[tuple[str, int, bool]], spelling: Spelling
) -> None:
    mails = [written(number, body) for number, body in enumerate(bodies)]
    box = spelling.written(mails)
    assert is_mbox(box)
    found = list(mails_of(box))
    assert books_in(found) == books_in(mails)
    assert len(found) >= len(mails)


@given(st.lists(BODIES, min_size=1, max_size=6), SPELLINGS.filter(lambda spelling: spelling.quoting != "none"))
def test_an_mbox_that_marks_the_lines_of_texts_gives_its_mails_and_no_others(
    bodies: list[tuple[str, int, bool]], spelling: Spelling
) -> None:
    mails = [written(number, body) for number, body in enumerate(bodies)]
    assert len(list(mails_of(spelling.written(mails)))) == len(mails)


@pytest.mark.parametrize(
    "folder", sorted((CASES / "mail/01-mbox-without-blank-lines/in").iterdir()), ids=lambda path: path.name
)
def test_mails_without_blank_lines_between_them_are_two(folder: Path) -> None:
    found = [entry.raw for entry in MailFolder([folder]).fetch(nothing_known)]
    assert len(found) == 2
    assert parse_mail(found[1]).sender == "hb14@yunze-hbj.example"
    assert len(parse_mail(found[1]).attachments) == 1


def test_a_mail_that_was_cut_off_does_not_swallow_the_next() -> None:
    whole = mail(text("您好"), attached(BOOKS[0]))
    cut = whole[: len(whole) // 2]
    line = LINES[0].encode() + b"\r\n"
    for boundary in ("=_same", "=_other"):
        other = mail(text("您好"), attached(BOOKS[1]), boundary=boundary)
        found = list(mails_of(line + cut.replace(b"=_b1", b"=_same") + b"\r\n" + line + other))
        assert books_in(found)[BOOKS[1]] == 1


def test_a_delivered_mail_between_two_that_seem_one_is_taken_all_the_same() -> None:
    """Somebody opens a part in one mail and ends it in a later one: what lies between is others'."""
    line = LINES[1].encode() + b"\n"
    first = b"Received: x\nFrom: a@b.cn\nContent-Type: multipart/mixed; boundary=trap\n\n--trap\n\nx\n"
    last = b"Received: x\nFrom: a@b.cn\n\n--trap--\n"
    between = mail(text("您好"), attached(BOOKS[2]), headers=[("Received", "from mx by mx")])
    # It is found in the mail that seems to hold it, too; the same content is filed once.
    assert set(books_in(list(mails_of(line + first + line + between + b"\n" + line + last)))) == {BOOKS[2]}


def test_what_stands_before_the_first_mail_is_not_lost() -> None:
    junk = b"From - Thu Nov 19 09:00:00 2026\nno header here\n\n"
    assert list(mails_of(junk + LINES[1].encode() + b"\n" + plain(1))) == [junk, plain(1)]


def test_a_mail_whose_lines_end_oddly_is_a_mail() -> None:
    for end in (b"\r\r\n", b"\r"):
        assert is_mail("a.eml", plain(1).replace(b"\r\n", end))
        assert is_mail("mbox", (LINES[0].encode() + b"\r\n" + plain(1)).replace(b"\r\n", end))


def test_a_mail_of_which_a_header_is_broken_is_a_mail() -> None:
    broken = b"From: a@b.cn\r\nSubject: a long\r\nsubject\r\nTo: c@d.cn\r\n\r\nx"
    assert is_mail("a.eml", broken)
    assert not is_mail("a.txt", broken)


@given(st.binary(max_size=400), st.lists(st.sampled_from([*LINES, "From: a@b", "--b", "Subject: x", ""]), max_size=20))
def test_whatever_the_bytes_no_line_is_lost(data: bytes, lines: list[str]) -> None:
    box = "\n".join(lines).encode() + data
    found = list(mails_of(LINES[0].encode() + b"\nFrom: a@b.cn\n\n" + box))
    assert all(line.startswith(b"From ") or any(line in raw for raw in found) for line in box.split(b"\n"))


def steps(data: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many bytes of lines are looked at when an mbox is taken apart, and how many are given out."""
    seen = 0
    lines = mbox._lines

    def counted(text: bytes, start: int):  # type: ignore[no-untyped-def]
        nonlocal seen
        for line, at in lines(text, start):
            seen += len(line) + 1
            yield line, at

    with monkeypatch.context() as patch:
        patch.setattr(mbox, "_lines", counted)
        given_out = sum(map(len, mails_of(data))) if is_mbox(data) else 0
    return seen + given_out


@pytest.mark.parametrize(
    "unit",
    [
        b"From 00:00 00:00 ",
        b"From - Thu Nov 19 09:00:00 2026\nFrom: a\n\n",
        b"From - Thu Nov 19 09:00:00 2026\nReceived: a\nContent-Type: multipart/mixed; boundary=%d\n\n--%d\n",
        b"From : 00:00 2026\n",
        b">From 00:00 2026\n",
        b"From 00:00 2026\n",
        b"Subject: x\n",
        b" \n",
        b"--x\n",
    ],
)
def test_twice_as_long_an_mbox_is_twice_the_work(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"From - Thu Nov 19 09:00:00 2026\nReceived: x\nFrom: a\nContent-Type: multipart/mixed; boundary=x\n\n"

    def box(count: int) -> bytes:
        numbers = range(count)
        parts = [unit.replace(b"%d", b"%d" % number) for number in numbers]
        ends = [b"--%d--\n" % number for number in numbers] if b"%d" in unit else []
        return head + b"".join(parts + ends)

    once, twice = steps(box(2000), monkeypatch), steps(box(4000), monkeypatch)
    assert twice <= 2.2 * once


def test_a_line_that_stalled_the_pattern_for_mboxes_is_looked_at_in_no_time() -> None:
    sent = parse_mail((CASES / "hostile/redos_mail_100KB.eml").read_bytes())
    assert not sent.attachments
    line = b"From " + b"00:00 " * 200_000
    assert not is_mail("a", line)
    assert not is_mail("a.eml", line + b"\r\nFrom: a@b.cn\r\nSubject: x\r\n\r\n")


def test_an_mbox_of_any_size_is_read_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [plain(number, b"x" * 1_000_000 + b"\r\n") for number in range(6)]
    path = tmp_path / "box"
    path.write_bytes(b"".join(LINES[0].encode() + b"\r\n" + raw for raw in mails))
    monkeypatch.setattr("lzxl.mail.folders._MOST_HELD", 1_000_000)
    tracemalloc.start()
    try:
        for number, entry in enumerate(MailFolder([path]).fetch(nothing_known)):
            assert entry.raw == mails[number]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert number == 5
    assert most < 4_000_000
