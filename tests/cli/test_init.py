"""What is typed for a new campaign and at the counter: a slip of a year is told at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.typed import read_past_day
from lzxl.cli.init import doubts
from lzxl.cli.main import run
from lzxl.errors import UsageError

from ..campaign.office import open_campaign
from ..campaign.test_people_sent import type_people

TODAY = datetime.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("period", "deadline", "said"),
    [
        ("2026年度", "2025-11-20", "已经过去"),
        ("2026年度", "2026-11-19", "已经过去"),
        ("2026年度", "2028-01-20", "相差太远"),
        ("2062年度", "2026-12-20", "相差太远"),
        ("2024年度", "2026-12-20", "相差太远"),
        ("年度", "2026-12-20", "没有年份"),
        ("26年", "2026-12-20", "没有年份"),
    ],
)
def test_an_odd_period_or_deadline_is_told(period: str, deadline: str, said: str) -> None:
    found = doubts(period, datetime.date.fromisoformat(deadline), TODAY)
    assert [said in sentence for sentence in found] == [True], found


@pytest.mark.parametrize(
    ("period", "deadline"),
    [
        ("2026年度", "2026-11-20"),
        ("2026年度", "2027-01-15"),
        ("2026年下半年", "2026-12-20"),
        ("2026年第四季度", "2027-01-10"),
        ("2027年度", "2026-12-20"),
        ("2026 年度", "2026-12-20"),
    ],
)
def test_an_ordinary_period_and_deadline_are_not(period: str, deadline: str) -> None:
    assert doubts(period, datetime.date.fromisoformat(deadline), TODAY) == []


def test_the_deadline_in_the_past_is_told_beside_the_new_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    assert run(["-q", "init", str(tmp_path / "2026年度"), "--deadline", "2025-11-20"]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("注意：截止日期2025-11-20已经过去")
    assert told.out.strip() == str(tmp_path / "2026年度")


def test_nothing_is_received_in_the_future(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    assert read_past_day("2026-11-20") == TODAY
    with pytest.raises(UsageError, match="2026-11-21尚未到"):
        read_past_day("2026年11月21日")
    assert run(["-C", str(tmp_path), "collect", str(tmp_path), "--received", "2027-11-18"]) == 2
    assert "收到的日期2027-11-18尚未到（当前日期为2026-11-20）" in capsys.readouterr().err


def test_the_next_year_starts_from_the_roster_with_its_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    last = open_campaign(tmp_path / "2026年度", ("HB01", "HB02", "HB03")).root
    type_people(last)
    monkeypatch.chdir(tmp_path)
    words = ["init", "2027年度", "--deadline", "2027-03-20", "--previous", "2026年度"]
    assert run(words) == 0
    assert "3个单位和8行人员" in capsys.readouterr().err
    coming = Campaign(tmp_path / "2027年度")
    assert (coming.root / ROSTER_NAME).read_bytes() == (last / ROSTER_NAME).read_bytes()
    assert coming.people == Campaign(last).people and len(coming.people.persons) == 8
    assert coming.config.previous == "../2026年度"


@pytest.mark.parametrize("previous", ["没有", "空的"])
def test_a_last_year_that_is_none_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], previous: str
) -> None:
    (tmp_path / "空的").mkdir()
    words = [
        "-q",
        "init",
        str(tmp_path / "2027年度"),
        "--deadline",
        "2027-03-20",
        "--previous",
        str(tmp_path / previous),
    ]
    assert run(words) == 2
    assert "--previous" in capsys.readouterr().err
    assert not (tmp_path / "2027年度").exists()


def test_a_last_year_whose_roster_has_errors_is_not_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = open_campaign(tmp_path / "2026年度", ("HB01", "HB02", "HB03")).root
    type_people(last, [{"姓名": "谭永年", "单位编码": "HB99", "岗位": "主任岗"}])
    words = ["-q", "init", str(tmp_path / "2027年度"), "--deadline", "2027-03-20", "--previous", str(last)]
    assert run(words) == 2
    assert "HB99" in capsys.readouterr().err
    assert not (tmp_path / "2027年度").exists()
