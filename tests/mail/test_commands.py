"""The commands of the mail as the clerk types them."""

from __future__ import annotations

import datetime
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign
from lzxl.cli.main import run
from lzxl.errors import EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_OK, EXIT_UNREADABLE, EXIT_USAGE, MailError
from lzxl.mail.letter_values import on_public_mailboxes
from lzxl.mail.model import Fetched
from lzxl.mail.remedies import SEND_WORKBOOK
from tests.campaign.office import CODES, filled, no_channel, set_config, tree, write_roster
from tests.cli.running import PROGRAM, environment
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.letters_to_parse import part, report
from tests.mail.post import MAIL_SETTINGS, address, drafts, letter_in, mail_campaign, put, table
from tests.mail.smtp_sink import Behaviour, SmtpSink, make_authority

LEDGER = "预警台账.xlsx"


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "2026年度")


def lzxl(campaign: Campaign, *words: str) -> int:
    return run(["-C", str(campaign.root), *words])


def test_what_a_collection_prints(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    folder = put(
        campaign.root.parent / "来信",
        letter_in(address("HB01"), (LEDGER, filled("HB01"))),
        letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel)), hour=10),
        letter_in("someone@qq.com", (LEDGER, filled("HB03")), hour=11),
    )
    assert lzxl(campaign, "collect", str(folder)) == EXIT_UNREADABLE
    shown = capsys.readouterr()
    lines = [line.split("\t") for line in shown.out.splitlines()]
    assert lines[0] == ["来自", "文件", "单位", "表单", "版次", "结果", "须改/核对", "说明"]
    assert [line[0] for line in lines[1:4]] == [
        "hb01@yunze-hbj.example 11-18 09:00",
        "hb02@yunze-hbj.example 11-18 10:00",
        "someone@qq.com 11-18 11:00",
    ]
    assert [line[5] for line in lines[1:4]] == ["已接收", "已退回", "待查"]
    assert "共看过邮件3封，3个文件：已接收1，已退回1，待查1。" in shown.out
    assert "写好2封信，在“文书/待发邮件”里。" in shown.out
    assert "用邮件程序逐封打开发送" in shown.err


def test_distribution_says_once_what_the_letters_say_of_public_mailboxes(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lzxl(campaign, "distribute") == EXIT_OK
    assert "公共邮箱" not in capsys.readouterr().out
    write_roster(campaign.root, CODES, email="Office@VIP.163.com ")
    for options in ((), ("--mail",)):
        assert lzxl(campaign, "distribute", *options) == EXIT_OK
        shown = capsys.readouterr()
        told = f"注意：有1个单位在名册里登记的是互联网上的公共邮箱（HB01）。{on_public_mailboxes()}\n"
        assert f"{shown.out}{shown.err}".count("互联网") == 2 and told in shown.out


PDF = ("扫描件.pdf", b"%PDF-1.4\n" + bytes(50))


def test_why_a_file_was_not_taken_in_and_what_its_sender_hears(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = put(
        campaign.root.parent / "来信",
        letter_in("someone@qq.com", PDF, hour=11),
        letter_in(address("HB02"), PDF, hour=10, Auto_Submitted="auto-replied"),
        letter_in(address("HB01"), PDF),
    )
    assert lzxl(campaign, "collect", str(folder), "--dry-run") == EXIT_UNREADABLE
    rehearsed = capsys.readouterr()
    assert f"。会请对方：{SEND_WORKBOOK}\n" in rehearsed.out
    assert "共看过邮件3封，3个文件：未收取3（演练，未登记）。" in rehearsed.out
    assert "在“待查”里" not in rehearsed.err
    assert lzxl(campaign, "collect", str(folder)) == EXIT_UNREADABLE
    shown = capsys.readouterr()
    lines = [line.split("\t") for line in shown.out.splitlines()]
    assert [line[0].partition(" ")[2] for line in lines[1:4]] == ["11-18 09:00", "11-18 10:00", "11-18 11:00"]
    why = lines[1][7].partition("。")[0]
    assert "不是表格" in why
    assert [line[7] for line in lines[1:4]] == [
        f"{why}。已请对方：{SEND_WORKBOOK}",
        f"{why}。来信像是自动发出的，未回信",
        f"{why}。发件邮箱不在名册里，未回信",
    ]
    assert "共看过邮件3封，3个文件：未收取3。" in shown.out
    assert f"用 lzxl -C {campaign.root} collect --list-held 查看" in shown.err


@pytest.mark.skipif(os.name != "posix", reason="terminals as POSIX has them")
def test_on_a_terminal_the_table_fits_and_a_command_is_on_one_line(campaign: Campaign) -> None:
    from tests.cli.running import on_terminal

    held = (LEDGER, filled("HB03"))
    folder = put(campaign.root.parent / "来信", letter_in("someone@example.com", held, hour=11))
    drawn = on_terminal("-C", campaign.root, "collect", folder, COLUMNS="100").replace("\r", "")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn).splitlines()
    start = next(number for number, line in enumerate(shown) if "来自" in line)
    assert "说明" not in shown[start]
    assert all(cell_len(line) <= 100 for line in shown[start : start + 4])
    assert "someone@example.com" in shown[start + 2] and "待查" in shown[start + 2]
    [number] = {row["sha256"][:8] for row in table(campaign, "receipts")}
    command = f"lzxl -C {campaign.root} collect --accept {number} --unit HB03"
    [why] = [line for line in shown if line.startswith(f"{LEDGER}（来自 someone@example.com 11-18 11:00）：")]
    assert command in why
    listed = on_terminal("-C", campaign.root, "collect", "--list-held", COLUMNS="100")
    [why] = [line for line in listed.replace("\r", "").splitlines() if line.startswith(f"{number}　待查/")]
    assert command in why


def test_several_held_files_are_accepted_at_once_and_answered_with_one_letter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forms = ("warning_intake", "self_appraisal")
    campaign = mail_campaign(tmp_path / "2026年度", forms=forms)
    files = [(f"{form}.xlsx", filled("HB03", form)) for form in forms]
    folder = put(tmp_path / "来信", letter_in("someone@qq.com", *files))
    assert lzxl(campaign, "collect", str(folder)) == EXIT_UNREADABLE
    numbers = [row["sha256"][:8] for row in table(campaign, "receipts")]
    accept = ["collect", *(word for number in numbers for word in ("--accept", number)), "--unit", "HB03"]
    capsys.readouterr()
    lzxl(campaign, *accept, "--dry-run")
    rehearsed = capsys.readouterr().out
    assert rehearsed.count("已收下（演练）：HB03 ") == 2
    assert drafts(campaign) == {}
    lzxl(campaign, *accept)
    assert capsys.readouterr().out.count("已收下：HB03 ") == 2
    assert list(drafts(campaign)) == [address("HB03")]
    assert len(table(campaign, "letters")) == 1


def test_what_was_accepted_before_one_that_cannot_be_is_answered(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = letter_in("someone@qq.com", (LEDGER, filled("HB03")))
    lzxl(campaign, "collect", str(put(campaign.root.parent / "来信", mail)))
    [number] = [row["sha256"][:8] for row in table(campaign, "receipts")]
    assert lzxl(campaign, "collect", "--accept", number, "--accept", "00000000", "--unit", "HB03") == EXIT_USAGE
    assert "没有编号为“00000000”的文件" in capsys.readouterr().err
    assert list(drafts(campaign)) == [address("HB03")]


def test_mails_that_were_all_taken_in_before_are_no_mistake(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    mails = [letter_in(address(code), (LEDGER, filled(code)), number=number) for number, code in enumerate(CODES)]
    folder = put(campaign.root.parent / "来信", *mails)
    assert lzxl(campaign, "collect", str(folder)) == EXIT_OK
    capsys.readouterr()
    assert lzxl(campaign, "collect", str(folder)) == EXIT_OK
    assert capsys.readouterr().out == "3封邮件以前都收过，没有新的。\n"
    (campaign.root.parent / "空").mkdir()
    assert lzxl(campaign, "collect", str(campaign.root.parent / "空")) == EXIT_USAGE


def test_a_bounce_names_the_letter_that_did_not_arrive(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    mail = letter_in(address("HB01"), (LEDGER, filled("HB01")))
    lzxl(campaign, "collect", str(put(campaign.root.parent / "来信", mail)))
    for draft in (campaign.root / "文书" / "待发邮件").iterdir():
        draft.unlink()  # sent by hand
    [letter] = table(campaign, "letters")
    returned = part(f"Message-ID: {letter['message_id']}\n".encode(), ("Content-Type", "message/rfc822"), encoded=False)
    bounce = b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n" + report(
        "Action: failed\n\nFinal-Recipient: x\nAction: failed\nStatus: 5.1.1\n", returned
    )
    capsys.readouterr()
    lzxl(campaign, "collect", str(put(campaign.root.parent / "退信", bounce)))
    assert (
        f"退信：HB01 的报送回执（{letter['day']}）未送达。请核对单位名册里的电子邮箱，或用其他办法通知。\n"
        in capsys.readouterr().out
    )


class _NoNetwork:
    """A mailbox that nobody reaches."""

    account = "lzb/mx"

    def fetch(self, is_known: object) -> Iterator[Fetched]:
        raise MailError("无法连接收信服务器。")
        yield  # the annotation wants a generator

    def file_away(self, places: object) -> None:
        pass

    def close(self) -> None:
        pass


def test_that_a_mailbox_is_being_reached_is_said_before(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lzxl.mail.office.open_mailbox", lambda campaign: _NoNetwork())
    assert lzxl(campaign, "collect") == EXIT_UNREADABLE
    assert capsys.readouterr().err.splitlines() == ["正在连接邮箱……", "错误：无法连接收信服务器。"]


def test_a_rehearsed_collection_shows_the_letters_and_leaves_all_as_it_was(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = put(campaign.root.parent / "来信", letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel))))
    before = tree(campaign.root, ".")
    assert lzxl(campaign, "collect", str(folder), "--dry-run") == EXIT_FINDINGS
    shown = capsys.readouterr().out
    assert "HB02\t退回通知\thb02@yunze-hbj.example\t退回通知：" in shown
    assert "演练" in shown
    after = tree(campaign.root, ".")
    assert {name for name in after if name != ".lzxl/lock"} == {name for name in before if name != ".lzxl/lock"}


@pytest.mark.parametrize("rehearsed", [(), ("--dry-run",)])
def test_what_a_letter_lacks_is_said_where_it_is_shown(
    rehearsed: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, set_up = (mail_campaign(tmp_path / name, settings=text) for name, text in LETTER_SETTINGS.items())
    lzxl(bare, "distribute", "--mail", *rehearsed)
    assert "信里没有联系人和电话（[mail] 的 contact）、报送邮箱（[mail] 的 address）：请在 lzxl.toml 里写明" in (
        capsys.readouterr().out
    )
    lzxl(set_up, "distribute", "--mail", *rehearsed)
    shown = capsys.readouterr().out
    assert "写好3封信" in shown and "信里没有" not in shown


LETTER_SETTINGS = {"没有写": "[mail]\n", "写了": '[mail]\naddress = "lzb@example.gov.cn"\ncontact = "王某"\n'}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["collect"], "没有 imap（收信服务器）"),
        (["collect", "--accept", "1234"], "--accept 编号 和 --unit 单位"),
        (["collect", "--watch", "来件"], "--watch 守的是邮箱"),
        (["distribute", "--send"], "--send 要和 --mail 一起用。"),
        (["consolidate", "--send"], "--send 要和 --mail 一起用。"),
        (["reply", "没有这个科"], "没有“没有这个科”这个单位。"),
        (["remind", "--day", "2999-01-04"], "以后的日子只能演练，请加 --dry-run。"),
    ],
)
def test_a_slip_is_said_in_one_sentence(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert lzxl(campaign, *words) == EXIT_USAGE
    assert said in capsys.readouterr().err


def _set_mail(campaign: Campaign, more: str) -> None:
    path = campaign.root / "lzxl.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(MAIL_SETTINGS, MAIL_SETTINGS + more), encoding="utf-8")


def test_a_missing_server_is_said_before_a_missing_password(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LZXL_MAIL_PASSWORD", raising=False)
    lzxl(
        campaign,
        "collect",
        str(put(campaign.root.parent / "来信", letter_in(address("HB01"), (LEDGER, filled("HB01"))))),
    )
    assert lzxl(campaign, "reply", "--send") == EXIT_USAGE
    assert "没有 smtp（发信服务器）" in capsys.readouterr().err


def test_a_draft_that_a_person_has_sent_or_changed_is_not_sent_again(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LZXL_MAIL_PASSWORD", "p")
    with SmtpSink(make_authority(tmp_path / "authority", ("localhost",)), login=("lzb@yunze-hbj.example", "p")) as sink:
        _set_mail(campaign, f'smtp = "tls://localhost:{sink.server.port}"\nca_file = "{sink.authority.ca_file}"\n')
        mails = [
            letter_in(address(code), (LEDGER, filled(code)), number=number)
            for number, code in enumerate(("HB01", "HB02", "HB03"))
        ]
        assert lzxl(campaign, "collect", str(put(tmp_path / "来信", *mails))) == EXIT_OK
        first, second, third = sorted((campaign.root / "文书" / "待发邮件").iterdir())
        first.unlink()  # sent by hand, and taken away
        second.write_bytes(second.read_bytes() + b"PS\r\n")
        assert lzxl(campaign, "reply", "--send") == EXIT_UNREADABLE
        shown = capsys.readouterr().out
        assert "被改动过，未发送" in shown
        assert "已发出1封信，共2封。" in shown
        assert [sorted(mail.recipients) for mail in sink.mails] == [[address("HB03"), "lzb@yunze-hbj.example"]]
        assert b"X-Unsent" not in sink.mails[0].raw
        assert (campaign.root / "文书" / "已发邮件" / third.name).is_file()
        assert lzxl(campaign, "reply", "--send") == EXIT_UNREADABLE  # the changed one still waits for a person
        assert len(sink.mails) == 1


def test_a_letter_is_not_sent_to_an_address_that_is_no_longer_the_units(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.campaign.office import write_roster

    monkeypatch.setenv("LZXL_MAIL_PASSWORD", "p")
    with SmtpSink(make_authority(tmp_path / "authority", ("localhost",)), login=("lzb@yunze-hbj.example", "p")) as sink:
        _set_mail(campaign, f'smtp = "tls://localhost:{sink.server.port}"\nca_file = "{sink.authority.ca_file}"\n')
        mail = letter_in(address("HB01"), (LEDGER, filled("HB01")))
        assert lzxl(campaign, "collect", str(put(tmp_path / "来信", mail))) == EXIT_OK
        write_roster(campaign.root, email="new@yunze-hbj.example")
        lzxl(campaign, "reply", "--send")
        assert "已作废（名册里的邮箱已经改了）：HB01 报送回执" in capsys.readouterr().out
        assert [mail.recipients[0] for mail in sink.mails] == ["new@yunze-hbj.example"]


@pytest.mark.parametrize("trouble", ["defer_recipient", "refuse_recipient"])
def test_the_same_trouble_of_many_letters_is_said_once(
    campaign: Campaign,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Behaviour,
) -> None:
    monkeypatch.setenv("LZXL_MAIL_PASSWORD", "p")
    mails = [letter_in(address(code), (LEDGER, filled(code)), number=number) for number, code in enumerate(CODES)]
    with SmtpSink(make_authority(tmp_path / "authority", ("localhost",)), login=("lzb@yunze-hbj.example", "p")) as sink:
        _set_mail(campaign, f'smtp = "tls://localhost:{sink.server.port}"\nca_file = "{sink.authority.ca_file}"\n')
        assert lzxl(campaign, "collect", str(put(tmp_path / "来信", *mails))) == EXIT_OK
        sink.behave(trouble, trouble, trouble)
        capsys.readouterr()
        assert lzxl(campaign, "reply", "--send") == EXIT_UNREADABLE
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("　")[0] for line in lines[-2:]] == ["HB01 等3封信", "已发出0封信，共3封。"]


def test_a_summary_is_rehearsed_without_a_trace(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    lzxl(
        campaign,
        "collect",
        str(put(campaign.root.parent / "来信", letter_in(address("HB01"), (LEDGER, filled("HB01"))))),
    )
    before, beside = tree(campaign.root, "汇总", "文书"), campaign.root.parent / "全局.xlsx"
    capsys.readouterr()
    assert lzxl(campaign, "consolidate", "--mail", "--dry-run", "--output", str(beside)) == EXIT_OK
    shown = capsys.readouterr().out
    assert "汇总表可以生成：全局.xlsx（演练，实际未写）。" in shown
    assert "办公室\t汇总报送\tlzb@yunze-hbj.example\t" in shown
    assert "写好1封信（演练，实际未写）。" in shown
    assert not beside.exists()
    assert tree(campaign.root, "汇总", "文书") == before


def test_a_day_to_come_can_be_rehearsed(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    assert lzxl(campaign, "remind", "--day", "2999-01-04", "--dry-run") == EXIT_OK
    assert "写好3封信（演练，实际未写）。" in capsys.readouterr().out
    assert drafts(campaign) == {}


def test_reminders_come_on_their_days_and_once(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2026, 11, 30, 9, tzinfo=clock.BEIJING))
    assert lzxl(campaign, "remind", "--day", "2026-11-12") == EXIT_OK  # six working days before 20 November
    assert "当日不是催报日。下一个催报日是2026-11-13。" in capsys.readouterr().out
    assert lzxl(campaign, "remind", "--day", "2026-11-13") == EXIT_OK
    assert "写好3封信" in capsys.readouterr().out
    assert lzxl(campaign, "remind", "--day", "2026-11-16") == EXIT_OK
    assert "已经催过了" in capsys.readouterr().out
    put(campaign.root.parent / "来信", letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    assert lzxl(campaign, "collect", str(campaign.root.parent / "来信")) == EXIT_OK
    assert lzxl(campaign, "remind", "--day", "2026-11-23") == EXIT_OK
    overdue = {row["unit"] for row in table(campaign, "letters") if row["kind"] == "reminder_after"}
    assert overdue == {"HB02", "HB03"}


def test_status_tells_of_the_mail(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    mail = letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel)))
    lzxl(campaign, "collect", str(put(campaign.root.parent / "来信", mail)))
    capsys.readouterr()
    assert lzxl(campaign, "status") == EXIT_OK
    shown = capsys.readouterr()
    assert f"退回通知 {clock.today():%m-%d} 待发" in shown.out
    assert "收到邮件1封：已退回1；写信1封：待发1。" in shown.out
    assert "有1封信尚未发出" in shown.err


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_the_mailbox_is_watched_until_the_clerk_ends_it(dovecot: Dovecot, tmp_path: Path) -> None:
    user = dovecot.new_user()
    campaign = mail_campaign(
        tmp_path / "2026年度",
        settings=f'[mail]\naddress = "{user}@yunze-hbj.example"\nuser = "{user}"\n'
        f'imap = "tls://localhost:{dovecot.port}"\nca_file = "{dovecot.ca_file}"\n',
    )
    dovecot.put(user, letter_in(address("HB01"), (LEDGER, filled("HB01"))))
    watch = subprocess.Popen(
        [*PROGRAM, "-C", str(campaign.root), "collect", "--watch"],
        env={**environment(), "LZXL_MAIL_PASSWORD": PASSWORD},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_until(lambda: len(drafts(campaign)) == 1)
        dovecot.deliver(user, letter_in(address("HB02"), (LEDGER, filled("HB02"))))
        _wait_until(lambda: len(drafts(campaign)) == 2)
        _wait_until(lambda: lzxl(campaign, "reply") == EXIT_OK)  # between mails, the campaign is free
    finally:
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate(timeout=30)
    assert watch.returncode == EXIT_INTERRUPTED
    assert "已中断" in err
    assert out.count("已接收") >= 2
    assert dovecot.mails(user) == []


def _wait_until(is_so: object, seconds: float = 60) -> None:
    end = datetime.datetime.now() + datetime.timedelta(seconds=seconds)
    while datetime.datetime.now() < end:
        if is_so():  # type: ignore[operator]
            return
        time.sleep(0.2)
    raise AssertionError("it did not come to be")


def test_a_status_of_another_day_tells_of_that_day_and_changes_nothing(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.datetime(2026, 11, 19, 9, tzinfo=clock.BEIJING))
    mails = (
        letter_in(address("HB01"), (LEDGER, filled("HB01"))),
        letter_in("someone@qq.com", (LEDGER, filled("HB03")), hour=11),
    )
    lzxl(campaign, "collect", str(put(campaign.root.parent / "来信", *mails)))
    set_config(campaign.root, period='"2027年度"')
    before = tree(campaign.root, "退回", "文书")
    capsys.readouterr()

    def status(*words: str) -> dict[str, Any]:
        assert lzxl(campaign, "status", "--format", "json", *words) == EXIT_OK
        return dict(json.loads(capsys.readouterr().out))

    early = status("--as-of", "2026-11-17")
    assert early["as_of"] == "2026-11-17"
    assert {filing["state"] for filing in early["filings"]} == {"missing"}
    assert (early["held"], early["mail"]["letters"], early["mail"]["messages"]["total"]) == ([], [], 0)
    late = status("--as-of", "2026-11-18")
    assert (len(late["held"]), late["mail"]["messages"]["total"]) == (1, 2)
    assert {filing["state"] for filing in late["filings"]} == {"returned", "missing"}
    assert lzxl(campaign, "consolidate", "--as-of", "2027-03-01") == EXIT_OK
    shown = capsys.readouterr()
    assert "注意：2027-03-01尚未到" in shown.err
    assert "截至2027-03-01：" in shown.err
    assert tree(campaign.root, "退回", "文书") == before
    assert status()["as_of"] == "2026-11-19"
    assert [path.endswith("_退回.xlsx") for path in tree(campaign.root, "退回", "文书")] == [True]
