"""Our mails, byte by byte: readable everywhere, and nothing that others wrote ever becomes a header or a recipient."""

from __future__ import annotations

import datetime
import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.campaign.mail_settings import MailSettings
from lzxl.errors import ConfigError
from lzxl.forms.roster import Unit
from lzxl.mail.compose import (
    Enclosure,
    Recipient,
    UnsafeLetterError,
    compose,
    is_address,
    message_id,
    office_recipient,
    recipient_of,
    verify_outgoing,
)
from lzxl.mail.letter_items import Item, item_values
from lzxl.mail.letters import Letter, Letters, load_letters
from lzxl.mail.wording import clean_line
from lzxl.states import FileState

OFFICE = MailSettings(address="lzb@example.gov.cn", sender="云泽县生态环境局廉政风险防控工作领导小组办公室")
TO = Recipient("hb01@example.cn", "法规与标准科（行政审批科）")
KEY = "0123456789abcdef" * 2
DATE = datetime.datetime(2026, 11, 18, 9, 5, 7, 123456, datetime.timezone(datetime.timedelta(hours=8)))
NAME = "廉政风险点登记表_HB01_第01版_退回.xlsx"
PLAIN_HEADERS = [
    *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("X-LZXL-Instance", "MIME-Version", "Content-Type"),
]


def build(
    office: MailSettings = OFFICE,
    to: Recipient = TO,
    letter: Letter = Letter("退回通知", "请改正。\n.\n"),  # noqa: B008
    files: tuple[Enclosure, ...] = (Enclosure(NAME, b"PK\x03\x04" * 99),),
    draft: bool = False,
    **changes: object,
) -> bytes:
    options: dict[str, object] = {
        "kind": "returned",
        "key": KEY,
        "instance": "a1b2",
        "date": DATE,
        "automatic": "auto-replied",
        **changes,
    }
    return compose(office, to, letter, files, draft=draft, **options)  # type: ignore[arg-type]


def text_of(header: object) -> str:
    return str(make_header(decode_header(str(header))))


def test_a_mail_as_it_goes_out() -> None:
    raw = build()
    message = email.message_from_bytes(raw)
    assert message.keys() == PLAIN_HEADERS
    assert message["Date"] == "Wed, 18 Nov 2026 09:05:07 +0800"
    assert message["Message-ID"] == f"<lzxl.{KEY}.returned@example.gov.cn>" == message_id(OFFICE, KEY, "returned")
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert (message["X-LZXL-Instance"], message["Precedence"]) == ("a1b2", None)
    assert text_of(message["Subject"]) == "退回通知"
    assert text_of(message["From"]) == f"{OFFICE.sender} <{OFFICE.address}>"
    assert text_of(message["To"]) == f"{TO.name} <{TO.email}>"
    text, file = message.get_payload()
    assert text.get_payload(decode=True).decode() == "请改正。\r\n.\r\n"
    assert file.get_payload(decode=True) == b"PK\x03\x04" * 99
    assert file.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_same_letter_is_the_same_bytes() -> None:
    assert build() == build()
    assert build() != build(key="f" * 32)
    assert build().splitlines()[-1] == f"--=_lzxl_{KEY}--".encode()


def test_a_mail_without_attachment_is_plain_text() -> None:
    raw = build(files=(), automatic="auto-generated", kind="reminder_before")
    message = email.message_from_bytes(raw)
    assert not message.is_multipart() and message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated" and "Precedence" not in message
    assert message.get_payload(decode=True).decode() == "请改正。\r\n.\r\n"


def test_every_line_is_short_enough_and_ends_with_cr_lf() -> None:
    raw = build(
        replace(OFFICE, sender="办公室" * 40),
        Recipient(TO.email, "科" * 60),
        Letter("通知" * 90, "文" * 5000),
        (Enclosure("表" * 200 + ".xlsx", b"x" * 5000),),
    )
    assert raw.isascii() and raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    lines = raw.decode().split("\r\n")
    # Longer, but by a word that cannot be folded: the kind of file, and its name in RFC 2231.
    assert max(len(line) for line in lines if not line.startswith((" filename*=", "Content-Type: app"))) <= 78
    assert max(map(len, lines)) <= 998
    for word in re.findall(r"=\?[^ \"\r]+\?=", raw.decode()):
        assert len(word) <= 75
        assert text_of(word)  # whole characters in each word
    subject = email.message_from_bytes(raw)["Subject"]
    assert text_of(subject) == "通知" * 90
    assert all(len(line) <= 76 for line in f"Subject: {subject}".splitlines())


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        (NAME, NAME),
        ("form 1 (final).xlsx", "form 1 (final).xlsx"),
        ("王𠮷〇 的表.xlsx", "王𠮷〇 的表.xlsx"),
        ("a%0d%0ab.xlsx", "a%0d%0ab.xlsx"),
        ('../../etc/"x";y*z?.xlsx', "_.._etc_x_;y_z_.xlsx"),
        ("..", "附件"),
        ("", "附件"),
        ("表" * 200 + ".xlsx", "表" * 58 + ".xlsx"),
        ("a" * 300 + ".xlsx", "a" * 120 + ".xlsx"),
        ("没有后缀", "没有后缀"),
    ],
)
def test_a_files_name_is_read_the_same_in_both_ways_of_saying_it(name: str, seen: str) -> None:
    message = email.message_from_bytes(build(files=(Enclosure(name, b"x"),)))
    part = message.get_payload()[1]
    assert part["Content-Transfer-Encoding"] == "base64"
    disposition = str(part["Content-Disposition"])
    plain = re.search(r'filename="((?:[^"])*)"', disposition)
    extended = re.search(r"filename\*=UTF-8''(\S+)", disposition)
    assert plain and extended
    named = re.search(r'name="([^"]*)"', str(part["Content-Type"]))
    assert named and named[1] == plain[1]
    assert text_of(plain[1]) == text_of(part.get_filename()) == seen
    assert unquote(extended[1]) == seen
    modern = email.message_from_bytes(build(files=(Enclosure(name, b"x"),)), policy=email.policy.default)
    attached = next(modern.iter_attachments())  # type: ignore[attr-defined]
    assert attached.get_filename() == seen


def test_a_draft_opens_as_one() -> None:
    message = email.message_from_bytes(build(draft=True))
    assert message["X-Unsent"] == "1" and sorted(message.keys()) == sorted([*PLAIN_HEADERS, "X-Unsent"])
    nobody = MailSettings()
    draft = build(nobody, draft=True)
    message = email.message_from_bytes(draft)
    assert message["From"] is None and message["Message-ID"] == f"<lzxl.{KEY}.returned@lzxl.invalid>"
    # A draft is never sent as it is.
    with pytest.raises(UnsafeLetterError):
        verify_outgoing(build(draft=True), OFFICE, TO)
    with pytest.raises(ConfigError, match="address"):
        build(nobody)


# who gets a mail

ADDRESSES = ["a@b.cn", "hb01@example.gov.cn", "first.last+tag@mail-1.example.com", "x_%-@a.b.c", "1@2.cn", "A@B.CN"]
NO_ADDRESSES = [
    "",
    "无",
    "a",
    "a@b",
    "@b.cn",
    "a@",
    "a@@b.cn",
    "a b@c.cn",
    " a@b.cn",
    "a@b.cn\n",
    "a@b.cn\r\nBcc: c@d.cn",
    "a@b.cn,c@d.cn",
    "a@b.cn;c@d.cn",
    "a@b.cn c@d.cn",
    "a@b.cn、c@d.cn",
    "张三 <a@b.cn>",
    "<a@b.cn>",
    '"x"@b.cn',
    '"c@d.cn> "@b.cn',
    "a(c@d.cn)@b.cn",
    "a@b.cn(x)",
    "a@[127.0.0.1]",
    "@d.cn:a@b.cn",
    "g:a@b.cn;",
    "a@b..cn",
    ".a@b.cn",
    "a.@b.cn",
    "a..b@c.cn",
    "a@-b.cn",
    "a@b-.cn",
    "a@b.cn.",
    "ａ@b.cn",
    "a@例子.cn",
    "a@b.cn\0",
    "a@b\u2028.cn",
    "=?utf-8?q?a=0A?=@b.cn",
    "a" * 65 + "@b.cn",
    "a@" + "b." * 130 + "cn",
    "a!b@c.cn",
    "a@b.c\u0660n",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses(address: str) -> None:
    assert is_address(address)
    assert recipient_of(Unit("HB01", "科", email=f" {address} ")) == Recipient(address, "科")


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_single_address_is_never_written_to(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(ConfigError, match="单位名册"):
        build(to=Recipient(address, "科"))
    if not is_address(address.strip()):
        with pytest.raises(ConfigError, match=r"单位名册\.xlsx 里 HB01 一行的“电子邮箱”") as caught:
            recipient_of(Unit("HB01", "科", email=address))
        assert "@d.cn" not in str(caught.value)


@pytest.mark.parametrize("address", [*NO_ADDRESSES[1:12], "=?utf-8?q?a=0A?=@b.cn"])
def test_the_offices_own_address_is_checked_too(address: str) -> None:
    office = replace(OFFICE, address=address)
    with pytest.raises(ConfigError, match="address"):
        build(office)
    with pytest.raises(ConfigError, match="address"):
        office_recipient(office)
    assert office_recipient(OFFICE) == Recipient(OFFICE.address, OFFICE.sender)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "0" * 31},
        {"key": "0" * 32 + "\n"},
        {"key": "G" * 32},
        {"instance": "a\r\nBcc: x@y.cn"},
        {"instance": "a\n"},
        {"instance": ""},
        {"instance": "局"},
        {"kind": "x\r\ny"},
        {"date": datetime.datetime(2026, 1, 1)},
    ],
)
def test_what_the_program_itself_gives_is_checked(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        build(**changes)


# injection

INJECTIONS = [
    "\r\nBcc: evil@example.com",
    "x\nBcc: evil@example.com",
    "x\rBcc: evil@example.com",
    "x\r\n\r\nbody",
    "x\n\n--=_lzxl_" + KEY,
    "x\r\n Bcc: evil@example.com",
    "x\n\tBcc: evil@example.com",
    "x\0Bcc: evil@example.com",
    "x\x0bBcc: evil@example.com",
    "x\x0cBcc: evil@example.com",
    "x\x1c\x1d\x1eBcc: evil@example.com",
    "x\x85Bcc: evil@example.com",
    "x\u2028Bcc: evil@example.com",
    "x\u2029Bcc: evil@example.com",
    "x\u560a\u560dBcc: evil@example.com",  # their lower bytes are LF and CR
    "x\u010a\u010dBcc: evil@example.com",
    "%0d%0aBcc: evil@example.com",
    "\\r\\nBcc: evil@example.com",
    "=?utf-8?q?a=0ABcc:_evil=40example.com?=",
    "=?utf-8?q?a=0D=0ABcc:_evil=40example.com=0D=0A?=",
    "=?utf-8?b?YQ0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "=?UTF-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?= =?UTF-8?B?DQo=?=",
    "=?gb18030?q?=0D=0ABcc:evil=40example.com?=",
    "=?utf-7?q?+AA0-+AAo-Bcc:evil=40example.com?=",
    "=\u200b?utf-8?q?=0ABcc:_evil=40example.com?=",
    "=\r\n?utf-8?q?=0ABcc:_evil=40example.com?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3F=0A=3F=3D?=",
    "科=?utf-8?q?=0A?",
    "\N{FULLWIDTH EQUALS SIGN}?utf-8?q?=0ABcc:_evil=40example.com?=",
    '" <evil@example.com>, "',
    "<evil@example.com>",
    "evil@example.com,",
    "x>, <evil@example.com",
    "g: evil@example.com;",
    "x (evil@example.com",
    '"; filename="evil.exe',
    "x.xlsx\r\nContent-Type: text/html",
    "x;\r\n filename*=UTF-8''evil.exe",
    "x\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<script>",
    "\u202egnp.exe",
    "\ud800\udfff",
    "科" * 5000,
    "a" * 20000,
    "=?" * 500,
    "\r\n" * 500,
    "",
    " ",
]
LETTERS: Letters = load_letters(SimpleNamespace(folder=Path))  # type: ignore[arg-type]


def _letter(**values: str) -> Letter:
    plain = dict.fromkeys(
        (
            *("局名", "期次", "截止日期", "办公室", "联系人", "报送邮箱", "日期", "单位", "单位编码", "联络员"),
            *("份数", "接收份数", "问题份数", "须改正处数", "请核对处数", "收到时间", "尚未报送", "表格清单"),
        ),
        "内容",
    )
    return LETTERS.write("returned", {**plain, **values})


INPUTS: dict[str, Callable[[str], bytes]] = {
    "unit name": lambda text: build(to=Recipient(TO.email, text), letter=_letter(单位=text)),
    "bureau": lambda text: build(replace(OFFICE, sender=f"{text}办公室"), letter=_letter(局名=text)),
    "sender": lambda text: build(replace(OFFICE, sender=text)),
    "period": lambda text: build(letter=_letter(期次=text)),
    "subject": lambda text: build(letter=Letter(text, "正文")),
    "body": lambda text: build(letter=Letter("主题", text)),
    "file name of the unit": lambda text: build(
        letter=_letter(**item_values([Item("", FileState.RETURNED, text, reason=text, request=text)]))
    ),
    "file name of ours": lambda text: build(files=(Enclosure(text, b"x"), Enclosure(f"{text}.xlsx", b"y"))),
    "content of ours": lambda text: build(files=(Enclosure(NAME, text.encode(errors="replace")),)),
    "everything": lambda text: build(
        replace(OFFICE, sender=text), Recipient(TO.email, text), Letter(text, text), (Enclosure(text, b""),)
    ),
}


def check_safe(raw: bytes) -> None:
    """Only our headers, one sender, one recipient: for several readers, also ones that decode and read again."""
    verify_outgoing(raw, OFFICE, TO)
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert names == PLAIN_HEADERS
    for policy in (email.policy.compat32, email.policy.default, email.policy.SMTP):
        message: Message = email.message_from_bytes(raw, policy=policy)
        assert message.keys() == PLAIN_HEADERS
        assert not message.defects
        assert [address for _, address in getaddresses([str(message["To"])])] == [TO.email]
        assert [address for _, address in getaddresses([str(message["From"])])] == [OFFICE.address]
        for part in message.walk():
            assert set(part.keys()) <= {*PLAIN_HEADERS, "Content-Transfer-Encoding", "Content-Disposition"}
            assert part.get_content_type() != "text/html"
            for value in part.values():
                decoded = text_of(value)
                assert not re.search(
                    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", decoded.replace("\r\n ", " ")
                )
                assert not re.search(r"=\?[^?]+\?[bqBQ]\?", decoded)
    # A reader that decodes every word, takes the result for a header again, and reads on.
    unfolded = re.sub(rb"\r\n ", b" ", head).decode()
    again = "\r\n".join(text_of(line) for line in unfolded.split("\r\n"))
    assert [line.partition(":")[0] for line in again.splitlines()] == PLAIN_HEADERS


@pytest.mark.parametrize("field", INPUTS)
@pytest.mark.parametrize("payload", INJECTIONS, ids=[f"payload{number}" for number in range(len(INJECTIONS))])
def test_nothing_that_others_wrote_becomes_a_header(field: str, payload: str) -> None:
    check_safe(INPUTS[field](payload))


TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.sampled_from(list("\r\n\0\u2028\x85 =?:;,<>@\"'()\\%*科aQqBb_08")), max_size=60),
    st.lists(st.sampled_from(INJECTIONS[:41]), max_size=3).map("".join),
)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_anywhere(sender: str, unit: str, subject: str, name: str) -> None:
    office, to = replace(OFFICE, sender=sender), Recipient(TO.email, unit)
    raw = build(office, to, Letter(subject, subject), (Enclosure(name, b"x"),))
    check_safe(raw)
    message = email.message_from_bytes(raw)
    assert text_of(message["Subject"]) == (clean_line(subject) or "lzxl")
    seen = clean_line(unit, 100)
    assert text_of(message["To"]) == (f"{seen} <{TO.email}>" if seen else f"<{TO.email}>")


# the proof itself


def tampered(old: bytes, new: bytes, draft: bool = False) -> bytes:
    raw = build(draft=draft)
    assert raw.count(old) >= 1
    return raw.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Auto-Submitted: ", b"Bcc: evil@example.com\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"bcc : evil@example.com\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"no header\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"To: evil@example.com\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"TO: <hb01@example.cn>\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"Cc: <hb01@example.cn>\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"Reply-To: <evil@example.com>\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"Subject: x\r\nAuto-Submitted: "),
        (b"Auto-Submitted: ", b"Precedence: bulk\r\nAuto-Submitted: "),
        (b"Auto-Submitted: auto-replied\r\n", b""),
        (b"Auto-Submitted: auto-replied", b"Auto-Submitted: no"),
        (b"X-Auto-Response-Suppress: All", b"X-Auto-Response-Suppress: None"),
        (b"X-LZXL-Instance: a1b2", b"X-LZXL-Instance: a 1"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
        (b"<hb01@example.cn>", b"<hb02@example.cn>"),
        (b"<hb01@example.cn>", b"<hb01@example.cn>, <evil@example.com>"),
        (b"<hb01@example.cn>", b"<hb01@example.cn>,\r\n <evil@example.com>"),
        (b"<hb01@example.cn>", b"hb01@example.cn"),
        (b"<hb01@example.cn>", b""),
        (b"<lzb@example.gov.cn>", b"<lzb@example.com>"),
        (b"Subject: =?utf-8?B?", b"Subject: x =?utf-8?B?"),
        (b"Subject: =?utf-8?B?6YCA", b"Subject: =?utf-8?B?DQpC"),
        (b"Subject: =?utf-8?B?6YCA", b"Subject: =?utf-8?B?/w=="),
        (b"Message-ID: <lzxl.", b"Message-ID: <other."),
        (b"returned@example.gov.cn>", b"returned@evil.com>"),
        (b"Date: Wed, 18 Nov", b"Date: someday"),
        (b"multipart/mixed", b"multipart/alternative"),
        (b"Content-Type: text/plain", b"Content-Type: text/html"),
        (b"Content-Type: text/plain", b"X-More: 1\r\nContent-Type: text/plain"),
        (b"Content-Type: text/plain", b"Content-Location: http://x\r\nContent-Type: text/plain"),
        (b"Transfer-Encoding: base64", b"Transfer-Encoding: 7bit"),
        (b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;", b"message/rfc822;"),
        (b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;", b"text/html; x=1;"),
        (b"Disposition: attachment", b"Disposition: inline"),
        (b"filename*=UTF-8''", b"filename*=UTF-8''%0A\r\n x=\""),
        (b"\r\n\r\n--=_lzxl_", b"\r\n\r\npreamble\r\n--=_lzxl_"),
        (f"--=_lzxl_{KEY}--\r\n".encode(), f"--=_lzxl_{KEY}--\r\nepilogue\r\n".encode()),
        (f"--=_lzxl_{KEY}--\r\n".encode(), b""),
        (b"UEsDBFBL", b"UEsDB!BL"),
        (b"UEsDBFBL", "表".encode()),
        (b"UEsDBFBL", b"UEsD\0FBL"),
        (b"UEsDBFBL", b"UEsD\nFBL"),
        (b"UEsDBFBL", b"U" * 1000),
    ],
)
def test_a_mail_that_was_changed_is_never_sent(old: bytes, new: bytes) -> None:
    with pytest.raises(UnsafeLetterError) as caught:
        verify_outgoing(tampered(old, new), OFFICE, TO)
    assert "@" not in str(caught.value)


def test_a_mail_to_somebody_else_is_never_sent() -> None:
    raw = build()
    verify_outgoing(raw, OFFICE, TO)
    # The name beside the address may have been changed in the roster since; the address not.
    verify_outgoing(raw, OFFICE, Recipient(TO.email, "新名称"))
    for to in (Recipient("hb02@example.cn"), Recipient("HB01@example.cn"), Recipient("")):
        with pytest.raises(UnsafeLetterError):
            verify_outgoing(raw, OFFICE, to)
    with pytest.raises(UnsafeLetterError):
        verify_outgoing(raw, replace(OFFICE, address="other@example.gov.cn"), TO)


@given(
    st.integers(0, 10_000),
    st.sampled_from([b"\n", b"\r\n", b"\0", b":", b",", b"@", b"<", b" ", b"\r\nBcc: e@e.cn\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_put_into_a_finished_mail_it_still_goes_to_one(place: int, new: bytes) -> None:
    raw = build()
    place %= len(raw)
    changed = raw[:place] + new + raw[place:]
    try:
        verify_outgoing(changed, OFFICE, TO)
    except UnsafeLetterError:
        return
    message = email.message_from_bytes(changed)
    assert message.keys() == PLAIN_HEADERS
    assert [address for _, address in getaddresses([message["To"]])] == [TO.email]
