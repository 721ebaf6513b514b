"""Breaks mails at random and reads them: every one must end in a mail that says what was taken and what was left, and why.

    python tests/fuzz_mail.py [--count 45000] [--seed 1]

Exit code 1 if any reading ended otherwise; the mail that did it is kept in build/fuzz/ under the name that is printed. What
Outlook wraps is opened in this process here, to see what it raises; the tests open some in children, as the program does.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lzxl.mail import child, message, packed
from lzxl.mail.files_found import MOST_WORKBOOKS
from lzxl.mail.headers import display_name
from lzxl.mail.message import parse_mail
from lzxl.mail.model import Mail
from tests.mail.letters_to_parse import (
    OWN_ID,
    UNIT,
    attached,
    forwarded,
    header,
    mail,
    mapi_property,
    multipart,
    outlook,
    outlook_file,
    outlook_mail,
    outlook_tree,
    part,
    poison,
    report,
    text,
    tnef,
    tnef_file,
    workbook,
    zipped,
)

KEPT = Path(__file__).resolve().parents[1] / "build" / "fuzz"
AUTHSERV = "mx.example.gov.cn"
_SIGNS = (
    b"\x00",
    b"\xff",
    b"\xc8\xa8",
    b"\r",
    b"\n",
    b"\r\n",
    b'"',
    b"=?",
    b"?=",
    b";",
    b"*0*=",
    b"--",
    b"(",
    b"<",
    b"%",
    b"\\",
)
_CHARSETS = (b"utf-8", b"gbk", b"gb2312", b"x-gbk", b"us-ascii", b"utf-16", b"idna", b"hex", b"\xff", b"", b"x" * 300)
_CHARSET = re.compile(rb"utf-8|gbk|gb18030|gb2312", re.IGNORECASE)
_KINDS = (
    b"multipart/mixed",
    b"message/rfc822",
    b"text/plain",
    b"message/delivery-status",
    b"multipart/report",
    b"x",
    b"",
)
_KIND = re.compile(rb"(?:multipart|message|text|application)/[\w.+-]+")
_ENCODING = re.compile(rb"(?<=Content-Transfer-Encoding: )\S+")
_ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"binary", b"\xff", b"base64;")
_BOUNDARY = re.compile(rb"--=_\w+|=_\w+")


def corpus() -> list[bytes]:
    """A mail of every sort."""
    book = workbook()
    name = "朱镕〇-权责清单.xlsx"
    gbk = name.encode("gbk")
    results = f"{AUTHSERV}; spf=pass smtp.mailfrom={UNIT}; dmarc=pass (p=none)"
    headers = [("Received", "from a by b; Fri, 20 Nov 2026 10:00:00 +0800"), ("Authentication-Results", results)]
    ours = mail(attached(book), headers=[("Message-ID", OWN_ID)], boundary="=_o")
    status = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\n"
    wrapped = tnef(
        tnef_file(gbk, book),
        tnef_file(b"b.xlsx", b"", mapi_property(0x3701, 0x0102, book), mapi_property(0x3707, 0x1E, gbk)),
    )
    message_file = outlook(
        outlook_file(name, book), outlook_mail(outlook_tree(outlook_file("b.xlsx", book))), headers=f"From: {UNIT}\r\n"
    )
    alternative = multipart(text("您好"), text("<b>您好</b>", "gbk", "text/html"), kind="alternative", boundary="=_a")
    raw = part(book, ("Content-Type", b'application/octet-stream; name="' + gbk + b'"'))
    extended = part(book, ("Content-Disposition", b"attachment; filename*0*=gbk''%C8%A8; filename*1*=%D4%F0.xlsx"))
    return [
        mail(text("您好", "gb2312"), attached(book, name), headers=headers),
        mail(alternative, raw, extended, headers=[*headers, ("Subject", "报送".encode("gbk"))]),
        mail(forwarded(mail(forwarded(mail(attached(book), boundary="=_3")), boundary="=_2"))),
        mail(attached(zipped({"财务科.xlsx": book}, gbk_names=True), "a.zip"), part(b"x", ("Content-ID", "<1>"))),
        mail(text("从QQ邮箱发来的超大附件 https://wx.mail.qq.com/ftn/download?a=1", "gbk")),
        mail(attached(wrapped, "winmail.dat"), attached(poison(), "winmail.dat")),
        mail(attached(message_file, "a.msg")),
        mail(attached(ours, "a.eml"), attached(b"Rar!\x1a\x07\x00", "a.rar"), attached(b"%PDF-1.7", "a.pdf")),
        header("From", "MAILER-DAEMON@mx") + report(status, forwarded(ours)),
        ours,
        mail(text("我在休假"), headers=[("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")]),
        header("From", UNIT) + attached(book),
        message_file,
    ]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """`data` with one thing broken, now and then with several."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = chance.choice((_flip, _cut, _double, _drop_line, _insert, _swap, _in_headers))(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 20, 100)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.7 else data[at:]


def _double(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.randrange(1, 300)]
    return data[:at] + piece * chance.randrange(1, 20) + data[at:]


def _drop_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        moved = lines.pop(chance.randrange(len(lines)))
        if chance.random() < 0.5:
            lines.insert(chance.randrange(len(lines) + 1), moved)
    return b"".join(lines)


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_SIGNS) * chance.choice((1, 1, 2, 50)) + data[at:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    """Another charset, kind, transfer encoding or boundary at one of its places."""
    pattern, instead = chance.choice(
        ((_CHARSET, _CHARSETS), (_KIND, _KINDS), (_ENCODING, _ENCODINGS), (_BOUNDARY, (b"", b"--", b"=_b", b"--=_b--")))
    )
    places = list(pattern.finditer(data))
    if not places:
        return data
    place = chance.choice(places)
    return data[: place.start()] + chance.choice(instead) + data[place.end() :]


def _in_headers(data: bytes, chance: random.Random) -> bytes:
    """Something broken in the first lines, where the mail's own header stands."""
    end = min(len(data), 400)
    return chance.choice((_flip, _cut, _insert, _double, _drop_line))(data[:end], chance) + data[end:]


def outcome(read: Mail) -> str:
    """What came of a mail; raises AssertionError if it is not told as it should be."""
    assert len(read.attachments) <= MOST_WORKBOOKS, "too many workbooks"
    assert not (read.refused and read.attachments), "refused, and taken all the same"
    assert read.attachments or read.skipped or read.refused, "nothing taken and nothing said"
    assert not read.refused or read.automatic, "a bounce that would be answered"
    assert read.refused or not read.bounced, "bounced without a bounce"
    for name in (*(one.name for one in read.attachments), *(one.name for one in read.skipped)):
        assert name, "no name"
        assert display_name(name) == name, "a name unfit to be shown"
    for one in read.skipped:
        assert one.reason, "left without a reason"
        assert one.reason != "邮件无法解析", "the reading raised"
        assert not (read.refused and one.request), "a bounce that is asked for something"
    for said in (read.message_id, read.sender, *read.bounced):
        said.encode("ascii" if said is not read.sender else "utf-8")
    if read.refused:
        return "refused"
    return f"{len(read.attachments)} taken, {len(read.skipped)} left"


def unpack_here(data: bytes) -> packed.Unpacked | None:
    """What `packed.unpack` does, without the child."""
    try:
        return packed.put_together(child.answer_to(None, io.BytesIO(data)))
    except Exception:
        return None


def run(count: int, seed: int) -> tuple[Counter[str], list[tuple[bytes, str]]]:
    """The outcomes of `count` mutants, and those that ended otherwise, with why."""
    chance = random.Random(seed)
    originals = corpus()
    counts: Counter[str] = Counter()
    failures: list[tuple[bytes, str]] = []
    opened = message.unpack
    message.unpack = unpack_here
    try:
        for _ in range(count):
            raw = mutate(chance.choice(originals), chance)
            try:
                counts[outcome(parse_mail(raw, AUTHSERV))] += 1
            except Exception as error:
                failures.append((raw, repr(error)))
    finally:
        message.unpack = opened
    return counts, failures


def main(count: int, seed: int) -> int:
    started = time.monotonic()
    counts, failures = run(count, seed)
    seconds = time.monotonic() - started
    print(f"{count} mails, seed {seed}, {seconds:.0f} seconds")
    for what, number in counts.most_common(12):
        print(f"{number:7} {what}")
    for raw, why in failures[:20]:
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = KEPT / f"{time.time_ns()}.eml"
        kept.write_bytes(raw)
        print(f"{kept}: {why}")
    print(f"{len(failures)} exceptions")
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=45000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sys.exit(main(arguments.count, arguments.seed))
