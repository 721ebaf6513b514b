"""Mails go only once they lie in a sound archive, byte for byte, are dealt with, listed, and an approval is named."""

from __future__ import annotations

import csv
import datetime
import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from lzxl.archive.purge import purge, purgeable
from lzxl.archive.seal import seal_year
from lzxl.campaign.folder import Campaign
from lzxl.errors import OutputError
from lzxl.mail.mail_store import mail_path
from lzxl.mail.register import Register
from lzxl.states import MailState
from tests.archive.conftest import put
from tests.scenarios.office_desk import invoke, run

LATER = datetime.date(2030, 1, 1)
MAIL = b"From: someone@example.gov.cn\r\nTo: lzb@example.gov.cn\r\nSubject: hello\r\nMessage-ID: <%d@x>\r\n" \
    b"Date: Wed, 18 Nov 2026 09:00:00 +0800\r\n\r\nthanks\r\n"  # fmt: skip


@pytest.fixture(scope="module")
def posted(filed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with three mails, dealt with: two of one day, one of a week later."""
    base = tmp_path_factory.mktemp("posted")
    root = Path(shutil.copytree(filed, base / "2026年度"))
    for number, day in ((1, "2026-11-18"), (2, "2026-11-18"), (3, "2026-11-24")):
        folder = base / f"mail{number}"
        put(folder / "a.eml", MAIL % number)
        run(root, "collect", str(folder), "--received", day)
    with_state(Campaign(root), MailState.FILED)
    return root


@pytest.fixture
def mailed(posted: Path, tmp_path: Path) -> Campaign:
    """A copy of it that a test may change."""
    return Campaign(Path(shutil.copytree(posted, tmp_path / "2026年度")))


def with_state(campaign: Campaign, state: MailState) -> list[str]:
    register = Register(campaign.ledger_path)
    try:
        messages = register.messages(*MailState)
        with register.transaction():
            register.set_state(messages, state)
        return [one.sha256 for one in messages]
    finally:
        register.close()


def raw(campaign: Campaign) -> list[Path]:
    return [path for name in with_state(campaign, MailState.FILED) if (path := mail_path(campaign, name)).is_file()]


def test_what_is_in_no_archive_stays(mailed: Campaign) -> None:
    found = purgeable(mailed, LATER)
    assert (found.mails, found.unarchived) == ((), 3)
    done, path = purge(mailed, LATER, "云环廉办〔2027〕3号")
    assert (done.mails, path) == ((), None)
    assert len(raw(mailed)) == 3


def test_it_is_listed_first_and_goes_by_an_approval(mailed: Campaign) -> None:
    seal_year(mailed)
    before = raw(mailed)
    told = run(mailed.root, "purge", "--before", "2026-11-20")
    assert "可清除2封，都在归档里，未清除" in told
    assert raw(mailed) == before and len(before) == 3
    data = json.loads(run(mailed.root, "purge", "--before", "2026-11-20", "--format", "json"))
    assert [one["received"] for one in data["mails"]] == ["2026-11-18", "2026-11-18"]
    told = run(mailed.root, "purge", "--before", "2026-11-20", "--approval", "云环廉办〔2027〕3号")
    assert "已清除2封" in told
    assert len(raw(mailed)) == 1, "the later one stays"
    [kept] = (mailed.root / "归档").glob("*.csv")
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["SHA-256"] for row in rows] == [one["sha256"] for one in data["mails"]]
    assert {row["批准文号"] for row in rows} == {"云环廉办〔2027〕3号"}
    assert "example.gov.cn" not in kept.read_text(encoding="utf-8-sig")
    assert "没有可清除的" in run(mailed.root, "purge", "--before", "2026-11-20")


def test_a_mail_that_is_not_as_it_was_archived_stays(mailed: Campaign) -> None:
    seal_year(mailed)
    raw(mailed)[0].write_bytes(b"another mail")
    found = purgeable(mailed, LATER)
    assert (len(found.mails), found.unarchived) == (2, 1)


def test_a_mail_that_is_not_dealt_with_stays(mailed: Campaign) -> None:
    seal_year(mailed)
    with_state(mailed, MailState.ANSWERED)
    found = purgeable(mailed, LATER)
    assert (found.mails, found.pending) == ((), 3)


def test_a_damaged_archive_vouches_for_nothing(mailed: Campaign) -> None:
    for one in seal_year(mailed).volumes:
        data = bytearray(one.path.read_bytes())
        data[-400] ^= 1
        one.path.write_bytes(data)
    found = purgeable(mailed, LATER)
    assert (found.mails, found.unarchived, len(found.damaged)) == ((), 3, 2)


@pytest.mark.parametrize("approval", ["", "  ", "字" * 61, "a\nb"])
def test_no_approval_no_purge(mailed: Campaign, approval: str) -> None:
    seal_year(mailed)
    result = invoke(mailed.root, "purge", "--before", "2030-01-01", "--approval", approval)
    assert result.return_value == 2 and "批准文号" in result.stderr
    assert len(raw(mailed)) == 3


def test_a_disk_that_does_not_take_the_list_keeps_every_mail(mailed: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    seal_year(mailed)

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="磁盘空间不足"):
        purge(mailed, LATER, "云环廉办〔2027〕3号")
    assert len(raw(mailed)) == 3
    assert list((mailed.root / "归档").glob("*.csv")) == []
