"""Mails without a file: who only thanks or is a program is asked for nothing, and a question comes before a person's eyes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lzxl.campaign.places import HELD
from lzxl.mail.links import has_link, speaks_of_link
from lzxl.mail.message import parse_mail
from lzxl.mail.office import Office
from lzxl.mail.remedies import ASKS, SEND_PLAIN, SEND_WORKBOOK
from lzxl.mail.replies import is_automatic_subject, is_thanks, own_words
from tests.mail.letters_to_parse import OWN_ID, attached, mail, text, workbook
from tests.mail.post import NOW, address, collect, drafts, letter_in, mail_campaign

# Subjects


@pytest.mark.parametrize(
    "subject",
    [
        "自动回复您的邮件",
        "自动回复：报送回执",
        "【自动回复】报送回执",
        "[自动回复] 报送回执",
        "自動回覆: x",
        "自動回復：x",
        "自动答复",
        "系统自动回复：x",
        "回复：自动回复：x",
        "Re: 【自动回复】x",
        "RE: FW: Automatic reply: x",
        "回复: 转发: 自动回复",
        "已读: 报送",
        "已读：报送",
        "已讀: 報送",
        "【已读】报送",
        "未读: 报送",
        "已读回执：x",
        "阅读回执",
        "Read: x",
        "Not read: x",
        "撤回: 报送",
        "撤回邮件：x",
        "召回：x",
        "Recall: x",
        "休假",
        "休假通知",
        "我正在休假",
        "外出: 到 12 月",
        "出差中",
        "不在办公室：x",
        "Out of Office: x",
        "Out-of-Office reply",
        "Undeliverable: x",
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "系统退信",
        "退信：x",
        "投递失败通知",
        "\uff21uto-Reply: x",
    ],
)
def test_subjects_that_programs_give(subject: str) -> None:
    assert is_automatic_subject(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "报送",
        "回复：报送回执",
        "休假人员廉政风险登记表",
        "外出执法岗位清单",
        "已读通知，现报送",
        "撤回上次报送的表，以此为准",
        "读后报送",
        "Ready: x",
        "Recalled items list",
        "关于自动回复的问题",
        "",
    ],
)
def test_subjects_that_persons_give(subject: str) -> None:
    assert not is_automatic_subject(subject)


@pytest.mark.parametrize("subject", ["【自动回复】x", "已读: x", "Recall: x", "Re: 自动回复"])
def test_a_workbook_is_taken_whatever_the_subject(subject: str) -> None:
    assert len(parse_mail(mail(attached(workbook()), headers=[("Subject", subject.encode())])).attachments) == 1
    without = parse_mail(mail(text("我在外出差。"), headers=[("Subject", subject.encode())]))
    assert without.automatic
    assert [one.request for one in without.skipped] == [""]


# Thanks


@pytest.mark.parametrize(
    "said",
    [
        "收到，谢谢！",
        "收到",
        "已收到，谢谢。",
        "好的，收到",
        "您好，回执收到，谢谢！",
        "收到！\n\n张三\n财务科 电话 0101-123",
        "谢谢老师，辛苦了",
        "知道了，我们会尽快上报。",
        "收到，马上办理",
        "Received, thanks!",
        "OK, got it. Thank you very much.",
        "收到\n\n------------------ 原始邮件 ------------------\n发件人: 办公室\n请填写附件里的表，重新发送。怎么填见说明？",
        "收到，谢谢。\n在 2026年11月19日，办公室 写道：\n> 请查收附件",
        "谢谢！\n发自我的iPhone",
    ],
)
def test_words_of_thanks(said: str) -> None:
    assert is_thanks(own_words(said))
    page = "<div>" + said.replace("\n", "<br>") + "</div>"
    assert is_thanks(own_words(page, is_html=True))
    assert [one.request for one in parse_mail(mail(text(said))).skipped] == [""]


@pytest.mark.parametrize(
    "said",
    [
        "您好，现报上。",
        "收到，请问附件怎么填？",
        "谢谢，表已报送，请查收附件。",
        "收到了，但是打不开",
        "您好",
        "",
        "收到通知后我单位高度重视，组织填写，现将登记表报上",
        "谢谢" + "说明情况" * 100,
    ],
)
def test_words_that_are_more_than_thanks(said: str) -> None:
    assert not is_thanks(own_words(said))


@pytest.mark.parametrize("said", ["谢" * 290 + "x", "我们" * 145 + "x", "尽快" * 140 + "y", "感谢领导" * 70 + "z"])
def test_no_thanks_take_long(said: str) -> None:
    assert not is_thanks(said)


# Answers to our letters

REPLY = [("In-Reply-To", OWN_ID)]


@pytest.mark.parametrize("said", ["请问第三列怎么填？", "我科没有这项职权，是否还要报", "联系人已换成李四，电话 123。"])
def test_a_question_in_an_answer_to_us_is_for_a_person(said: str) -> None:
    read = parse_mail(mail(text(said), headers=REPLY))
    assert [(one.reason, one.request) for one in read.skipped] == [(ASKS, "")]


@pytest.mark.parametrize("said", ["修改后的表见附件，请查收。", "已重新发送。", ""])
def test_an_answer_that_forgot_its_file_is_asked_for_it(said: str) -> None:
    assert [one.request for one in parse_mail(mail(text(said), headers=REPLY)).skipped] == [SEND_WORKBOOK]


def test_a_question_lies_in_the_held_folder_and_gets_no_letter(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "批次")
    asked = letter_in(address("HB01"), text="请问第三列怎么填？", In_Reply_To=OWN_ID)
    run = collect(campaign, asked)
    assert [message.verdict for message in run.taken.messages] == ["quarantined"]
    assert drafts(campaign) == {}
    [path] = campaign.folder(HELD).iterdir()
    assert path.read_bytes() == asked
    with Office(campaign, NOW) as office:
        [receipt] = [office.register.receipt(hashlib.sha256(asked).hexdigest())]
    assert "像是对来信的答复或询问" in receipt.reason
    assert "不在单位名册" not in receipt.reason


# Addresses


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ("cwk@xn--fsqu00a.xn--fiqs8s", "cwk@例子。中国"),
        ("CWK@XN--FSQU00A.xn--fiqs8s", "=?utf-8?B?Y3drQOS+i+WtkC7kuK3lm70=?="),
        ("cwk@unit.example", "cwk＠unit．example"),
        ("CWK@unit.example", '"cwk"@UNIT.example.'),
        ("cwk..a@unit.example", "<cwk..a@unit.example>"),
    ],
)
def test_an_address_is_the_rosters_in_any_spelling(tmp_path: Path, listed: str, sent: str) -> None:
    from lzxl.campaign.folder import Campaign
    from tests.campaign.office import CODES, filled, write_roster

    campaign = mail_campaign(tmp_path / "批次")
    write_roster(campaign.root, CODES, email=listed)
    raw = letter_in("x@x.example", ("a.xlsx", filled("HB01"))).replace(b"From: x@x.example", f"From: {sent}".encode())
    [message] = collect(Campaign(campaign.root), raw).taken.messages
    assert (message.units, message.verdict) == ("HB01", "accepted")


def test_of_several_who_sign_the_one_who_sends_counts() -> None:
    headers = [("From", "a@unit.cn, b@unit.cn"), ("Sender", "B@unit.cn")]
    assert parse_mail(mail(text("x"), headers=headers)).sender == "b@unit.cn"
    assert parse_mail(mail(text("x"), headers=[headers[0], ("Sender", "c@unit.cn")])).sender == ""


# Links


@pytest.mark.parametrize(
    "said",
    [
        "链接：https://pan.example.com/s/1AbCdEf 提取码：ab12",
        "通过网盘分享的文件：报送\nhttps://drive.example.cn/s/xyz?pwd=8888",
        "文件下载：https://files.example.cn/download/abc123 有效期 7 天",
        "https://cowtransfer.example/s/1234abcd 文件已上传，3天后过期",
        "李四给你分享了文件 https://docs.example.cn/l/abcdefgh 金山文档",
        "https://contoso-my.sharepoint.com/:x:/g/personal/abc/Eabc123",
        "Download your files: https://wetransfer.example/downloads/abc (expires in 7 days)",
        '<a href="https://cloud.example.cn/x/abcdefghi">廉政风险.xlsx</a> 12.5MB',
        "https://x.example.cn/data/报送.xlsx",
        "超大附件：报送.zip (60MB) https://mail.example.cn/ftn/abc",
        "微云文件 https://share.example.qq/abcdef12",
    ],
)
def test_a_shared_file_is_known_by_how_it_is_spoken_of(said: str) -> None:
    kind = "text/html" if said.startswith("<") else "text/plain"
    assert has_link(said)
    [left] = parse_mail(mail(text(said, kind=kind))).skipped
    assert (left.reason, left.request) == ("附件以网盘链接发送，未下载", SEND_PLAIN)


@pytest.mark.parametrize(
    "said",
    [
        "现报上，请查收。\n张三\n云泽县环保局 http://www.yunze.example",
        "依据：https://www.example.gov.cn/zhengce/content/2026/content_123.htm",
        "一、把表格存成 xlsx 格式，作为普通附件发送；不用超大附件、云附件和网盘链接，不设打开密码。\n网址 https://www.example.cn/",
        "请把表格作为普通附件重新发送，不要使用超大附件、云附件或文件中转站。",
        "请勿使用云附件",
        "> 超大附件列表\n收到",
        "下载专区见 http://www.example.gov.cn",
    ],
)
def test_a_website_or_a_warning_is_no_shared_file(said: str) -> None:
    assert not has_link(said)
    assert not speaks_of_link(said)
