"""What is taken out of a mail, what is left and why, and whom it comes from."""

from __future__ import annotations

import datetime
import struct
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign.sources import unpacked
from lzxl.mail import found, message, packed
from lzxl.mail.message import parse_mail, parse_outlook
from lzxl.mail.model import Mail
from lzxl.mail.reader import Reader
from lzxl.mail.remedies import SEND_AGAIN, SEND_APART, SEND_AS_ZIP, SEND_PLAIN, SEND_UNWRAPPED, SEND_WORKBOOK
from tests.children_stalling import ask_one_that_stalls
from tests.mail.letters_to_parse import (
    OWN_ID,
    UNIT,
    attached,
    forwarded,
    header,
    mail,
    mapi_property,
    multipart,
    ole,
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
from tests.reading.compounds import biff8

BOOK = workbook()
SAMPLES = Path(__file__).resolve().parents[1] / "data"


def names(mail: Mail) -> list[str]:
    return [attachment.name for attachment in mail.attachments]


def reasons(mail: Mail) -> list[tuple[str, str, str]]:
    return [(skipped.name, skipped.reason, skipped.request) for skipped in mail.skipped]


# What is taken


def test_an_attached_workbook_is_taken_with_its_name_and_every_byte() -> None:
    read = parse_mail(mail(text("您好，现报送。"), attached(BOOK, "财务科-权责清单.xlsx")))
    assert [(one.name, one.data) for one in read.attachments] == [("财务科-权责清单.xlsx", BOOK)]
    assert (read.sender, read.message_id) == (UNIT, "<1@unit.example.gov.cn>")
    assert (read.skipped, read.automatic, read.refused, read.bounced, read.authentication) == ((), "", "", (), "")


@pytest.mark.parametrize(
    "sent",
    [
        attached(BOOK, "a.xlsx", how="inline"),
        attached(BOOK, "a.dat"),
        attached(BOOK, "", kind="text/plain", how="inline"),
        attached(BOOK, "a.xlsx", kind="image/png", how="inline"),
        part(BOOK, ("Content-ID", "<1>")),
        part(BOOK.replace(b"\r\n", b"\n"), ("Content-Transfer-Encoding", "binary"), encoded=False),
        attached(biff8([("表", b"")]), "a.xls"),
        attached(ole({"Workbook": b"x" * 5000}), "a.et"),
        attached(ole({"EncryptedPackage": b"x" * 5000}), "a.xlsx"),
        attached(zipped({"a.xlsx": BOOK}), "a.rar"),
    ],
)
def test_a_part_is_judged_by_its_bytes_whatever_it_is_called(sent: bytes) -> None:
    assert len(parse_mail(mail(text("您好"), sent)).attachments) == 1


def test_a_mail_that_is_nothing_but_a_workbook_is_taken() -> None:
    assert len(parse_mail(header("From", UNIT) + attached(BOOK)).attachments) == 1


def test_an_archive_with_names_as_old_programs_write_them_is_taken_whole() -> None:
    sent = zipped({"财务科-权责清单.xlsx": BOOK}, gbk_names=True)
    (attachment,) = parse_mail(mail(attached(sent, "报送.zip"))).attachments
    assert attachment.data == sent
    assert [one.name for one in unpacked(attachment.name, attachment.name, attachment.data)] == ["财务科-权责清单.xlsx"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.zip"])
def test_a_broken_workbook_or_archive_is_taken_so_that_its_own_refusal_is_told(name: str) -> None:
    assert names(parse_mail(mail(attached(BOOK[:100], name)))) == [name]
    assert names(parse_mail(mail(attached(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, name)))) == [name]


def test_a_mail_within_a_mail_is_read_down_to_the_fifth() -> None:
    sent = mail(attached(BOOK))
    for depth in range(2, 6):
        sent = mail(text("转发"), forwarded(sent), boundary=f"b{depth}")
        assert names(parse_mail(sent)) == ["a.xlsx"], depth
    read = parse_mail(mail(forwarded(sent), boundary="b6"))
    assert names(read) == []
    assert reasons(read) == [("转发的邮件", "转发层次过多，未打开", SEND_UNWRAPPED)]


@pytest.mark.parametrize("encoded", [True, False])
def test_a_mail_attached_as_a_file_is_read(encoded: bool) -> None:
    kind = "message/rfc822" if encoded else "application/octet-stream"
    assert names(parse_mail(mail(attached(mail(attached(BOOK), boundary="in"), "a.eml", kind=kind)))) == ["a.xlsx"]


def test_the_names_and_bodies_of_old_programs_are_read() -> None:
    raw = part(BOOK, ("Content-Type", b'application/octet-stream; name="' + "财务科.xlsx".encode("gbk") + b'"'))
    assert names(parse_mail(mail(text("见附件", "gbk"), raw))) == ["财务科.xlsx"]


def test_uuencoded_attachments_are_read() -> None:
    import binascii

    lines = b"".join(binascii.b2a_uu(BOOK[at : at + 45]) for at in range(0, len(BOOK), 45))
    sent = part(
        b"begin 644 a.xlsx\n" + lines + b"`\nend\n",
        ("Content-Type", "application/octet-stream; name=a.xlsx"),
        ("Content-Transfer-Encoding", "x-uuencode"),
        encoded=False,
    )
    (attachment,) = parse_mail(mail(sent)).attachments
    assert attachment.data.rstrip(b"\x00") == BOOK.rstrip(b"\x00")


# What Outlook wraps


def test_the_files_of_a_winmail_dat_are_taken() -> None:
    title = "财务科.xlsx".encode("gbk")
    sent = tnef(
        tnef_file(title, BOOK),
        tnef_file(b"A~1.XLS", BOOK, mapi_property(0x3707, 0x1F, "长长的名字.xlsx\x00".encode("utf-16-le"))),
        tnef_file(b"c.xlsx", b"", mapi_property(0x3701, 0x0102, BOOK)),
    )
    read = parse_mail(mail(text("您好"), attached(sent, "winmail.dat", kind="application/ms-tnef")))
    assert [one.name for one in read.attachments] == ["财务科.xlsx", "长长的名字.xlsx", "c.xlsx"]
    # Also the zero bytes at a file's end, which belong to it.
    assert all(one.data == BOOK for one in read.attachments)


def test_a_mail_within_a_winmail_dat_is_read_unless_it_is_our_own() -> None:
    iid = bytes.fromhex("0703020000000000c000000000000046")

    def inner(message_id: str) -> bytes:
        properties = struct.pack("<I", 1) + mapi_property(0x1035, 0x1E, message_id.encode())
        mail_properties = struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + b"\x00\x00"
        return tnef(mail_properties, tnef_file(b"a.xlsx", BOOK))

    for message_id, taken in (("<1@unit.cn>", ["a.xlsx"]), (OWN_ID, [])):
        sent = tnef(tnef_file(b"mail", b"", mapi_property(0x3701, 0x0D, iid + inner(message_id))))
        assert names(parse_mail(mail(attached(sent, "winmail.dat")))) == taken


def test_a_winmail_dat_of_53_bytes_costs_no_more_than_a_request() -> None:
    sent = poison()
    assert len(sent) == 53
    read = parse_mail(mail(attached(sent, "winmail.dat"), attached(BOOK)))
    assert names(read) == ["a.xlsx"]
    assert reasons(read) == [("winmail.dat", "Outlook 格式的附件，里面没有文件", "")]
    assert parse_mail(mail(attached(sent, "winmail.dat"))).skipped[-1].request == SEND_WORKBOOK


def test_what_kills_or_stalls_the_child_costs_a_request_to_resend(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("winmail.dat", "Outlook 格式的附件，无法打开", SEND_UNWRAPPED)
    many = tnef(*[tnef_file(b"a", b"x")] * 1001)
    assert asked in reasons(parse_mail(mail(attached(many, "winmail.dat"))))
    monkeypatch.setattr(packed, "LIMITS", replace(packed.LIMITS, wall_seconds=0.5))
    monkeypatch.setattr(packed, "ask", ask_one_that_stalls)
    assert reasons(parse_mail(mail(attached(tnef(tnef_file(b"a.xlsx", BOOK)), "winmail.dat")))) == [asked]


@pytest.mark.parametrize("pieces", [[], [([], b"")], [({"file": 1, "trouble": 2}, b"")], [({"headers": 7}, b"")]])
def test_an_answer_that_makes_no_sense_is_no_answer(monkeypatch: pytest.MonkeyPatch, pieces: list[Any]) -> None:
    class Told(list[Any]):
        trouble = ""

    monkeypatch.setattr(packed, "ask", lambda *_, **__: nullcontext(Told(pieces)))
    assert packed.unpack(b"") is None


def test_an_attached_outlook_mail_is_opened() -> None:
    sent = outlook(
        outlook_file("财务科.xlsx", BOOK),
        outlook_file("旧式名字.xlsx", BOOK, ansi=True),
        outlook_mail(outlook_tree(outlook_file("里面.xlsx", BOOK))),
    )
    read = parse_mail(mail(attached(sent, "转发.msg")))
    assert [(one.name, one.data == BOOK) for one in read.attachments] == [
        ("财务科.xlsx", True),
        ("旧式名字.xlsx", True),
        ("里面.xlsx", True),
    ]


def test_a_large_attached_outlook_mail_is_opened() -> None:
    large = BOOK + b"x" * 8_000_000
    (attachment,) = parse_mail(mail(attached(outlook(outlook_file("a.xlsx", large)), "转发.msg"))).attachments
    assert attachment.data == large


def test_an_outlook_file_is_a_mail_like_any_other() -> None:
    headers = f"Received: from a by b; Fri, 20 Nov 2026 10:00:00 +0800\r\nFrom: =?gbk?B?ssYs?= <{UNIT}>\r\nMessage-ID: <2@u>\r\n"
    sent = outlook(outlook_file("清单.xlsx", BOOK), headers=headers, sender="/O=EX/CN=CWK")
    for read in (parse_mail(sent), parse_outlook(sent)):
        assert (names(read), read.sender, read.message_id) == (["清单.xlsx"], UNIT, "<2@u>")
        assert read.received == datetime.datetime(2026, 11, 20, 2, tzinfo=datetime.UTC)


def test_an_outlook_file_without_a_header_tells_what_it_knows_itself() -> None:
    read = parse_outlook(outlook(outlook_file("清单.xlsx", BOOK), sender=UNIT.upper(), message_id="<3@u>"))
    assert (read.sender, read.message_id, read.received) == (UNIT, "<3@u>", None)


def test_in_an_outlook_file_too_bounces_own_letters_and_links_are_seen() -> None:
    assert parse_outlook(outlook(outlook_file("a.xlsx", BOOK), message_class="REPORT.IPM.Note.NDR")).attachments == ()
    assert parse_outlook(outlook(outlook_file("a.xlsx", BOOK), headers="X-LZXL-Instance: 1\r\n")).refused
    inner = outlook_tree(outlook_file("a.xlsx", BOOK), message_id=OWN_ID)
    assert names(parse_outlook(outlook(outlook_mail(inner)))) == []
    assert parse_outlook(outlook(body="见文件中转站")).skipped[0].request == SEND_PLAIN


def test_an_object_drawn_into_an_outlook_mail_is_left_with_a_request() -> None:
    drawn = {"__properties_version1.0": b"\x00" * 8, "__substg1.0_3701000D": {"Workbook": b"x" * 5000}}
    assert parse_outlook(outlook(drawn)).skipped[0].request == SEND_UNWRAPPED


@pytest.mark.parametrize("cut", [0, 8, 512, 1000, -600])
def test_a_broken_outlook_file_is_asked_for_again(cut: int) -> None:
    sent = outlook(outlook_file("清单.xlsx", BOOK), body="x" * 9000)
    read = parse_outlook(sent[:cut])
    assert read.attachments == ()
    assert any(skipped.request for skipped in read.skipped)


# What is left


@pytest.mark.parametrize(
    ("name", "data"), [("a.rar", b"Rar!\x1a\x07\x00" + b"x" * 50), ("a.xlsx", b"7z\xbc\xaf\x27\x1c" + b"x" * 50)]
)
def test_archives_that_are_not_opened_are_asked_for_as_zip_even_beside_a_workbook(name: str, data: bytes) -> None:
    ((_, reason, request),) = reasons(parse_mail(mail(attached(BOOK), attached(data, name))))
    assert reason.endswith("压缩包，无法打开")
    assert request == SEND_AS_ZIP


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", zipped({"word/document.xml": b"x"}), "Word 文档"),
        ("a.doc", ole({"WordDocument": b"x" * 5000}), "Word 文档"),
        ("a.pdf", b"%PDF-1.7 ...", "PDF 文件"),
        ("a.ofd", zipped({"OFD.xml": b"x"}), "OFD 文件"),
        ("a.csv", "岗位,职权\n".encode("gbk"), "CSV 文本文件"),
        ("a.txt", "岗位".encode(), "文本文件"),
        ("a.pptx", zipped({"ppt/a.xml": b"x"}), "演示文稿"),
        ("a.numbers", zipped({"Index/Document.iwa": b"x"}), "苹果 Numbers 等文档"),
        ("a.xls", b"<html><table></table></html>", "网页，只是用了表格的扩展名"),
        ("a.xlsx", b"", "空文件"),
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 100_000, "图片"),
        ("a.bin", b"\x01\x00\x02" * 20, "未知类型的文件"),
    ],
)
def test_another_document_is_named_and_a_workbook_asked_for_only_if_none_came(
    name: str, data: bytes, reason: str
) -> None:
    left = (name, f"不是表格（{reason}）", SEND_WORKBOOK)
    assert reasons(parse_mail(mail(text("您好"), attached(data, name)))) == [left]
    assert reasons(parse_mail(mail(text("您好"), attached(BOOK), attached(data, name)))) == [(*left[:2], "")]


@pytest.mark.parametrize(
    "aside",
    [
        part(b"\x89PNG" + b"x" * 100_000, ("Content-Type", "image/png"), ("Content-ID", "<logo>")),
        attached(b"\x89PNG" + b"x" * 900, "logo.png"),
        attached(b"BEGIN:VCARD\r\n", "a.vcf"),
        attached(b"BEGIN:VCALENDAR\r\n", "invite.ics", kind="text/calendar"),
        attached(b"0\x80\x06\x09", "smime.p7s", kind="application/pkcs7-signature"),
        attached(b"\x00\x05\x16\x07" + b"\x00" * 50, "._a.xlsx"),
    ],
)
def test_what_comes_with_every_mail_is_asked_about_by_nobody(aside: bytes) -> None:
    ((_, reason, request),) = reasons(parse_mail(mail(text("您好"), attached(BOOK), aside)))
    assert reason.startswith("不是表格（")
    assert request == ""
    # Alone, it is no attachment.
    assert reasons(parse_mail(mail(text("您好"), aside)))[-1] == ("邮件正文", "没有附件", SEND_WORKBOOK)


def test_a_mail_without_anything_is_asked_for_a_workbook_unless_it_is_automatic() -> None:
    assert reasons(parse_mail(mail(text("现报上。")))) == [("邮件正文", "没有附件", SEND_WORKBOOK)]
    automatic = parse_mail(mail(text("我在休假"), headers=[("Auto-Submitted", "auto-replied")]))
    assert reasons(automatic) == [("邮件正文", "没有附件", "")]


@pytest.mark.parametrize(
    "sign",
    [
        "从QQ邮箱发来的超大附件",
        "超大附件列表",
        "文件中转站",
        "云附件",
        "https://mail.qq.com/cgi-bin/ftnExs_download?k=1",
        "https://wx.mail.qq.com/ftn/download?func=3",
        "http://mail.163.com/large-attachment-download/index.html?p=1",
        "https://dashi.163.com/html/cloud-attachment-download/?key=1",
        "https://qiye.aliyun.com/alimail/openLinks/downloadMimeMetaDiskBigAttach?id=1",
    ],
)
@pytest.mark.parametrize(("charset", "kind"), [("gbk", "text/plain"), ("utf-8", "text/html"), ("gb18030", "text/html")])
def test_a_link_in_an_attachments_place_is_recognised_and_asked_for_as_a_file(
    sign: str, charset: str, kind: str
) -> None:
    body = (
        f'<div>{sign} <a href="{sign}">清单.xlsx</a></div>' if kind == "text/html" else f"清单.xlsx {sign} 2026年到期"
    )
    assert reasons(parse_mail(mail(text(body, charset, kind)))) == [
        ("超大附件链接", "附件以网盘链接发送，未下载", SEND_PLAIN)
    ]


def test_a_link_is_seen_behind_entities_and_tags_and_said_beside_a_workbook() -> None:
    assert parse_mail(mail(text("&#36229;大<b>附件</b>\r\n列表", kind="text/html"))).skipped[0].name == "超大附件链接"
    linked = text("https://wx.mail.qq.com/ftn/download?func=3")
    assert reasons(parse_mail(mail(linked, attached(BOOK)))) == [
        ("超大附件链接", "正文里另有附件以链接发送，未下载", "")
    ]
    assert reasons(parse_mail(mail(text("请勿使用云附件"), attached(BOOK)))) == []


# Limits


def test_more_workbooks_than_a_mail_may_have_are_left_with_a_request() -> None:
    read = parse_mail(mail(*(attached(workbook(str(number)), f"{number}.xlsx") for number in range(21))))
    assert len(read.attachments) == 20
    assert reasons(read) == [("20.xlsx", "一封邮件里的表格超过20个", SEND_APART)]


def test_more_parts_than_are_looked_at_are_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "MOST_PARTS", 10)
    read = parse_mail(mail(*[text("x")] * 30, attached(BOOK)))
    assert reasons(read) == [("未命名附件", "邮件里的内容超过10个部分，其余未打开", SEND_APART)]


def test_a_mail_that_is_too_large_is_not_read_but_its_sender_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "MOST_BYTES", 1000)
    read = parse_mail(mail(attached(BOOK), text("x" * 5000)))
    assert (read.sender, read.attachments) == (UNIT, ())
    assert reasons(read) == [("整封邮件", "邮件超过50 MB", SEND_APART)]


def test_more_bytes_than_a_mail_may_carry_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = attached(tnef(tnef_file(b"a.xlsx", BOOK)), "winmail.dat")  # counts by what is in it
    limit = 3 * len(BOOK)
    monkeypatch.setattr(message, "Reader", lambda found: Reader(found, bytes_left=limit))
    read = parse_mail(mail(sent, attached(BOOK, "b.xlsx"), attached(BOOK, "c.xlsx"), attached(BOOK, "d.xlsx")))
    assert names(read) == ["a.xlsx", "b.xlsx", "c.xlsx"]
    assert reasons(read) == [("d.xlsx", "附件总量超过50 MB", SEND_APART)]


@pytest.mark.parametrize("deep", ["parts", "mails"])
def test_a_mail_nested_without_end_is_asked_for_again(deep: str) -> None:
    if deep == "parts":
        inside = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(5000))
    else:
        inside = "Content-Type: message/rfc822\r\n\r\n" * 5000
    read = parse_mail(f"From: {UNIT}\r\n{inside}".encode())
    assert read.sender == UNIT
    assert reasons(read) == [("整封邮件", "邮件结构过于复杂，未打开", SEND_AGAIN)]


def test_parts_that_the_header_does_not_tell_of_are_found_or_else_asked_for_again() -> None:
    sent = mail(text("您好"), attached(BOOK)).replace(b'boundary="=_b"', b'boundary="other"')
    assert names(parse_mail(sent)) == ["a.xlsx"]
    sent = mail(b"x").replace(b'boundary="=_b"', b'boundary="other"')
    assert reasons(parse_mail(sent)) == [("整封邮件", "邮件内容不完整，附件无法取出", SEND_AGAIN)]


# Automatic mails, bounces, our own letters


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated (vacation)"),
        ("Precedence", "bulk"),
        ("Precedence", "List"),
        ("Precedence", "junk"),
        ("Precedence", "auto_reply"),
        ("List-Id", "<all.example.gov.cn>"),
        ("List-Unsubscribe", "<mailto:off@example.gov.cn>"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Autoreply", "yes"),
        ("X-Autorespond", "1"),
        ("X-Loop", "a@b"),
        ("From", "noreply@example.gov.cn"),
        ("From", "no-reply@example.gov.cn"),
        ("Subject", "=?gbk?B?19S2r7vYuLQ6IMfrvNk=?="),
        ("Subject", "Automatic reply: 请假"),
    ],
)
def test_automatic_mails_are_not_answered_but_what_they_carry_is_taken(name: str, value: str) -> None:
    read = parse_mail(mail(attached(BOOK), headers=[(name, value)]))
    assert read.automatic
    assert not read.refused
    assert len(read.attachments) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", "No ; x"),
        ("Precedence", "normal"),
        ("X-Auto-Response-Suppress", "DR, RN"),
        ("From", "reply@unit.cn"),
        ("Subject", "回复：自动回复"),
        ("Return-Path", f"<{UNIT}>"),
    ],
)
def test_a_persons_mail_may_be_answered(name: str, value: str) -> None:
    read = parse_mail(mail(attached(BOOK), headers=[(name, value)]))
    assert (read.automatic, read.refused) == ("", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("From", "MAILER-DAEMON@mx.example.gov.cn"),
        ("From", "Mail Delivery System <MAILER-DAEMON>"),
        ("From", "postmaster@example.gov.cn"),
        ("From", "PostMaster@qq.com"),
        ("Sender", "mailer-daemon@example.gov.cn"),
        ("X-LZXL-Instance", "abc"),
        ("Message-ID", OWN_ID),
    ],
)
def test_of_bounces_and_our_own_letters_nothing_is_taken_and_nothing_answered(name: str, value: str) -> None:
    sent = mail(attached(BOOK), forwarded(mail(attached(BOOK, "内.xlsx"), boundary="in")), headers=[(name, value)])
    read = parse_mail(sent)
    assert read.refused
    assert read.automatic
    assert read.attachments == ()
    assert reasons(read) == [("a.xlsx", read.refused, ""), ("内.xlsx", read.refused, "")]


@pytest.mark.parametrize(
    ("name", "value"), [("Return-Path", "<>"), ("Return-Path", "< >"), ("X-Failed-Recipients", UNIT)]
)
def test_what_bounces_have_makes_none_of_a_mail_with_a_workbook(name: str, value: str) -> None:
    read = parse_mail(mail(attached(BOOK), headers=[(name, value)]))
    assert (read.refused, names(read)) == ("", ["a.xlsx"])
    # Nobody is answered, all the same: the answer may go nowhere, or go on for ever.
    assert read.automatic
    read = parse_mail(mail(text("没有送到"), headers=[(name, value)]))
    assert read.refused
    assert read.automatic


def test_our_own_letter_is_told_from_another_offices() -> None:
    sent = mail(text("x"), headers=[("X-LZXL-Instance", "abc")])
    assert parse_mail(sent, instance="abc").refused == parse_mail(sent).refused == "本办公室自己发出的信件"
    assert parse_mail(sent, instance="other").refused == "另一个办公室用本程序发出的通知"


def test_our_own_letter_sent_on_by_a_unit_is_left_and_its_own_workbook_taken() -> None:
    ours = forwarded(mail(attached(workbook("乙"), "模板.xlsx"), headers=[("Message-ID", OWN_ID)], boundary="in"))
    assert names(parse_mail(mail(ours, attached(BOOK, "填好.xlsx")))) == ["填好.xlsx"]
    assert reasons(parse_mail(mail(ours))) == [
        ("转来的办公室信件", "其中的表格是办公室发出的，不作为填报", SEND_WORKBOOK)
    ]


FAILED = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n"
OURS = mail(text("您好"), attached(BOOK), headers=[("Message-ID", OWN_ID)], boundary="in")


@pytest.mark.parametrize(
    "returned",
    [
        forwarded(OURS),
        part(header("Message-ID", f"\r\n {OWN_ID}"), ("Content-Type", "text/rfc822-headers"), encoded=False),
    ],
)
def test_a_bounce_names_the_letters_of_ours_that_did_not_arrive(returned: bytes) -> None:
    read = parse_mail(header("From", "MAILER-DAEMON@mx") + report(FAILED, returned))
    assert read.refused == "邮件系统的退信或投递报告"
    assert (read.bounced, read.attachments) == ((OWN_ID,), ())


def test_a_report_may_name_the_letter_itself_or_a_bounce_have_no_report_at_all() -> None:
    named = FAILED.replace("Reporting-MTA", f"X-Original-Message-ID: {OWN_ID}\r\nReporting-MTA")
    assert parse_mail(header("From", "x@mx") + report(named)).bounced == (OWN_ID,)
    assert parse_mail(mail(text("退信"), forwarded(OURS), headers=[("Return-Path", "<>")])).bounced == (OWN_ID,)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_or_a_success_is_no_bounce_of_a_letter(action: str) -> None:
    sent = header("From", "x@mx") + report(FAILED.replace("failed", action), forwarded(OURS))
    assert parse_mail(sent).bounced == ()


def test_a_receipt_or_a_persons_forwarding_is_no_bounce() -> None:
    receipt = f"Original-Message-ID: {OWN_ID}\r\nDisposition: manual-action; displayed\r\n"
    read = parse_mail(header("From", UNIT) + report(receipt, report_type="disposition-notification"))
    assert (read.refused, read.bounced) == ("阅读回执", ())
    assert parse_mail(mail(text("请看"), forwarded(OURS))).bounced == ()


def test_only_our_own_kind_of_message_id_is_reported() -> None:
    for false in ("<1@unit.cn>", "<lzxl.short.receipt@x>", OWN_ID.replace("0", "g")):
        sent = header("From", "x@mx") + report(FAILED, forwarded(OURS.replace(OWN_ID.encode(), false.encode())))
        assert parse_mail(sent).bounced == ()


# From whom


@pytest.mark.parametrize(
    ("senders", "found"),
    [
        ([f"财务科 <{UNIT.upper()}>"], UNIT),
        ([f"{UNIT}, other@unit.cn"], ""),
        ([UNIT, "other@unit.cn"], ""),
        ([UNIT, UNIT], UNIT),
        (["财务科"], ""),
    ],
)
def test_the_sender_is_the_one_address_in_from(senders: list[str], found: str) -> None:
    assert parse_mail(mail(text("x"), headers=[("From", sender) for sender in senders])).sender == found


@pytest.mark.parametrize(
    ("reports", "result"),
    [
        (["mx.example.gov.cn; dmarc=pass header.from=unit.example.gov.cn"], "pass"),
        (["mx.example.gov.cn 1; spf=pass smtp.mailfrom=unit.example.gov.cn"], "pass"),
        (["mx.example.gov.cn; dkim=pass header.d=unit.example.gov.cn"], "pass"),
        (["mx.example.gov.cn; spf=pass smtp.mailfrom=a@elsewhere.cn"], ""),
        (["mx.example.gov.cn; dmarc=fail"], "fail"),
        (["MX.example.gov.cn; spf=fail smtp.mailfrom=x; dkim=pass"], "fail"),
        (["mx.example.gov.cn; spf=softfail; dmarc=none"], ""),
        (["mx.example.gov.cn; none"], ""),
        (['mx.example.gov.cn; x=none reason="; dmarc=pass"'], ""),
        (["mx.example.gov.cn (dmarc=pass; dmarc=pass); dmarc=fail (p=none)"], "fail"),
        (["mx.elsewhere.cn; dmarc=pass"], ""),
        (["mx.elsewhere.cn; dmarc=fail", "mx.example.gov.cn; dmarc=pass"], "pass"),
        (["mx.example.gov.cn; spf=pass", "mx.example.gov.cn; dmarc=fail"], "fail"),
        (["mx.example.gov.cn; none", "mx.example.gov.cn; dmarc=pass"], ""),
        (["mx.example.gov.cn.evil.cn; dmarc=pass"], ""),
    ],
)
def test_what_the_offices_own_server_found_out_about_the_sender(reports: list[str], result: str) -> None:
    sent = mail(text("x"), headers=[("Authentication-Results", value) for value in reports])
    assert parse_mail(sent, authserv="mx.example.gov.cn").authentication == result
    assert parse_mail(sent).authentication == ""


def test_a_report_that_came_with_the_mail_does_not_count() -> None:
    def report_of(result: str) -> tuple[str, str]:
        return ("Authentication-Results", f"mx.example.gov.cn; dmarc={result}")

    received = ("Received", "from evil by mx; Fri, 20 Nov 2026 10:00:00 +0800")
    for first, second, result in (("pass", "fail", "pass"), ("none", "pass", ""), ("fail", "pass", "fail")):
        sent = mail(text("x"), headers=[report_of(first), received, report_of(second)])
        assert parse_mail(sent, authserv="mx.example.gov.cn").authentication == result


@pytest.mark.parametrize(
    ("received", "when"),
    [
        ("from a by b (x; y); Fri, 20 Nov 2026 10:00:00 +0800 (CST)", datetime.datetime(2026, 11, 20, 2)),
        ("by b; Fri, 20 Nov 2026 10:00:00 -0000", datetime.datetime(2026, 11, 20, 10)),
        ("by b; Fri, 20 Nov 2026 10:00:00", datetime.datetime(2026, 11, 20, 10)),
        ("by b; 昨天", None),
        ("by b", None),
        ("by b; Fri, 20 Nov 0000 10:00:00 +9999", None),
    ],
)
def test_a_mail_was_received_when_the_topmost_server_says(received: str, when: datetime.datetime | None) -> None:
    sent = mail(text("x"), headers=[("Received", received), ("Received", "by c; Mon, 2 Nov 2026 10:00:00 +0800")])
    expected = when.replace(tzinfo=datetime.UTC) if when else None
    assert parse_mail(sent).received == expected
    assert parse_mail(mail(text("x"))).received is None


def test_parts_beside_each_other_and_within_are_all_looked_at() -> None:
    body = multipart(text("您好"), text("<p>您好</p>", kind="text/html"), kind="alternative", boundary="alt")
    related = multipart(
        body, part(b"GIF89a", ("Content-Type", "image/gif"), ("Content-ID", "<1>")), kind="related", boundary="rel"
    )
    read = parse_mail(mail(related, attached(BOOK), attached(workbook("乙"), "b.xlsx")))
    assert names(read) == ["a.xlsx", "b.xlsx"]
    assert reasons(read) == [("未命名附件", "不是表格（图片）", "")]
