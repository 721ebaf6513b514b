"""The commands of the mail as the clerk types them."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign
from lzxl.cli.main import run
from lzxl.errors import EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_OK, EXIT_UNREADABLE, EXIT_USAGE
from tests.campaign.office import filled, no_channel, tree
from tests.cli.running import PROGRAM, environment
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.post import MAIL_SETTINGS, address, drafts, letter_in, mail_campaign, put, table
from tests.mail.smtp_sink import SmtpSink, make_authority

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
    assert "共看过 邮件 3 封，3 个文件：已接收 1，已退回 1，待查 1。" in shown.out
    assert "写好 2 封信，在“文书/待发邮件”里。" in shown.out
    assert "用邮件程序逐封打开发送" in shown.err


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["collect"], "没有 imap（收信服务器）"),
        (["collect", "--accept", "1234"], "--accept 编号 和 --unit 单位"),
        (["collect", "--watch", "来件"], "--watch 守的是邮箱"),
        (["distribute", "--send"], "--send 要和 --mail 一起用。"),
        (["consolidate", "--send"], "--send 要和 --mail 一起用。"),
        (["reply", "没有这个科"], "没有“没有这个科”这个单位。"),
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
        assert "被改动过，没有发送" in shown
        assert "已发出 1 封信，共 2 封。" in shown
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
        assert "这封信已作废" in capsys.readouterr().out
        assert sink.mails == []
        assert lzxl(campaign, "reply", "--send") == EXIT_OK
        assert [mail.recipients[0] for mail in sink.mails] == ["new@yunze-hbj.example"]


def test_reminders_come_on_their_days_and_once(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    assert lzxl(campaign, "remind", "--day", "2026-11-12") == EXIT_OK  # six working days before 20 November
    assert "今天不是催报日。下一个催报日是 2026-11-13。" in capsys.readouterr().out
    assert lzxl(campaign, "remind", "--day", "2026-11-13") == EXIT_OK
    assert "写好 3 封信" in capsys.readouterr().out
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
    assert "收到邮件 1 封：已退回 1；写信 1 封：待发 1。" in shown.out
    assert "有 1 封信还没有发出" in shown.err


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
        assert lzxl(campaign, "reply") == EXIT_OK  # between mails, the campaign is free
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
