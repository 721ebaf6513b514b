"""Roster, status, summary and adoption of a campaign, and what happens when the disk does not take a file."""

from __future__ import annotations

import datetime
import errno
import os
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.api import check, consolidate
from lzxl.campaign import clock
from lzxl.campaign.adopt import adopt, adoption_json, write_adopted
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.standing import context_of, take_stock
from lzxl.campaign.status import describe, status_data, status_line
from lzxl.errors import ConfigError, OutputError
from lzxl.forms.load import load_form

from .office import DEADLINE, IN_TIME, filled, no_channel, open_campaign, send, tree, write_roster

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """HB01 accepted, HB02 returned, HB03 missing. Read only."""
    base = tmp_path_factory.mktemp("played")
    campaign = open_campaign(base / "c")
    collect(campaign, [send(base / "来件", 甲=filled("HB01"), 乙=filled("HB02", spoil=no_channel))], IN_TIME)
    return Campaign(campaign.root)


def test_the_status_counts_every_unit(played: Campaign) -> None:
    standing = take_stock(played, as_of=DEADLINE)
    assert [describe(filing) for filing in standing.filings] == ["已接收", "已退回 须改1处", "未报送"]
    assert status_line(played, standing) == (
        "云泽县生态环境局 2026年度，截止2026-11-20，截至2026-11-20：应报3份，已接收1，已退回1，未报送1。"
    )
    data = status_data(played, standing)
    assert data["as_of"] == "2026-11-20"
    assert data["summary"] == {
        "expected": 3, "accepted": 1, "nil": 0, "nil_open": 0, "nil_refused": 0, "nil_revoked": 0, "returned": 1, "refused": 0,
        "missing": 1, "late": 0,
    }  # fmt: skip
    assert [entry["unit"] for entry in data["filings"]] == ["HB01", "HB02", "HB03"]


def test_how_things_stood_on_a_day_is_told_of_that_day(played: Campaign, tmp_path: Path) -> None:
    before = take_stock(played, as_of=IN_TIME - datetime.timedelta(days=1))
    assert {filing.state for filing in before.filings} == {"missing"}
    assert (before.as_of, before.counted) == (IN_TIME - datetime.timedelta(days=1), ())
    for day in (IN_TIME, datetime.date(2027, 3, 1)):
        result = consolidate(Campaign(played.root), tmp_path / "汇总.xlsx", as_of=day)
        assert result.standing.as_of == day
        title = load_workbook(result.path)["总览"]["A2"].value
        assert title == f"截至{day.year}年{day.month}月{day.day}日"


def test_how_things_stand_is_told_of_today_where_no_day_is_named(
    played: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: datetime.date(2026, 12, 3))
    standing = take_stock(played)
    assert standing.as_of == datetime.date(2026, 12, 3)
    assert "，截至2026-12-03：" in status_line(played, standing)


def test_the_same_inputs_give_the_same_summary(played: Campaign, tmp_path: Path) -> None:
    first = consolidate(played, tmp_path / "1.xlsx").path
    second = consolidate(Campaign(played.root), tmp_path / "2.xlsx").path
    assert first.read_bytes() == second.read_bytes()


def test_a_roster_that_is_missing_is_said_so(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c")
    (campaign.root / "单位名册.xlsx").unlink()
    with pytest.raises(ConfigError, match=r"找不到单位名册：.*请用 lzxl workbooks export"):
        _ = Campaign(campaign.root).units


def test_a_roster_with_mistakes_lists_each_cell(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c")
    write_roster(campaign.root, code="HB 一", email="没有这个邮箱")
    with pytest.raises(ConfigError) as caught:
        _ = Campaign(campaign.root).units
    first, *cells = str(caught.value).splitlines()
    assert first == f"单位名册有{len(cells)}处问题，请先改好："
    assert len(cells) >= 2
    assert all(line.split()[0].rstrip("0123456789").isalpha() for line in cells), cells


def test_an_empty_or_unreadable_roster_is_a_mistake(tmp_path: Path) -> None:
    campaign = create_campaign(tmp_path / "c", "甲局", "2026年度", DEADLINE)
    with pytest.raises(ConfigError, match="单位名册有1处问题"):
        _ = campaign.units
    (campaign.root / "单位名册.xlsx").write_bytes(b"no workbook")
    with pytest.raises(ConfigError, match="单位名册有1处问题"):
        _ = Campaign(campaign.root).units


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EROFS, "磁盘是只读的"),
        (errno.EACCES, "没有权限写入"),
        (errno.EIO, "无法写入"),
    ],
)
@pytest.mark.parametrize("work", ["distribute", "collect", "consolidate", "return"])
def test_a_disk_that_refuses_has_one_sentence_and_leaves_nothing_half_written(
    played: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str, work: str
) -> None:
    source = send(tmp_path / "来件", 丙=filled("HB03", spoil=no_channel))
    folders = ("发放", "收件", "退回", "待查", "汇总")
    before = tree(played.root, *folders)

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    campaign = Campaign(played.root)
    with pytest.raises(OutputError) as caught:
        if work == "distribute":
            distribute(campaign)
        elif work == "collect":
            collect(campaign, [source], IN_TIME)
        elif work == "return":
            check([source], None, tmp_path / "退回")
        else:
            consolidate(campaign)
    assert sentence in str(caught.value)
    assert os.strerror(number) not in str(caught.value), "no English in what the clerk reads"
    assert tree(played.root, *folders) == before
    assert not list((tmp_path / "退回").glob("*"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_really_full_disk(played: Campaign, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        with pytest.raises(OutputError, match="磁盘空间不足"):
            consolidate(played, disk / "汇总.xlsx")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


ADOPTED = SAMPLES / "松岫县生态环境局廉政风险防控责任清单.xlsx"


def test_an_adopted_register_reports_by_its_contract() -> None:
    from lzxl.checks.context import Context
    from lzxl.forms.load import load_grading

    data = adoption_json(adopt(ADOPTED, "risk_register", Context(load_grading()), "HB03"))
    assert list(data) == ["version", "file", "form", "sheets", "findings"]
    assert (data["version"], data["file"], data["form"]) == (1, ADOPTED.name, "risk_register")
    titles = {field.title for sheet in load_form("risk_register").tables for field in sheet.fields}
    assert data["sheets"]
    for sheet in data["sheets"]:
        assert list(sheet) == ["sheet", "header_rows", "columns", "unmapped_columns", "dropped_rows", "rows"]
        assert set(sheet["columns"]) <= titles
        assert all(letters.isalpha() and letters.isupper() for letters in sheet["columns"].values())
        assert all(key.isdigit() and reason for key, reason in sheet["dropped_rows"].items())
        for row in sheet["rows"]:
            assert list(row) == ["row", "values"]
            assert set(row["values"]) == set(sheet["columns"])


def test_an_adopted_register_becomes_a_standard_workbook_that_check_reads(played: Campaign, tmp_path: Path) -> None:
    context = context_of(played)
    adopted = adopt(ADOPTED, "risk_register", context, "HB03")
    write_adopted(adopted, context, tmp_path / "标准表.xlsx")
    [entry] = check([tmp_path / "标准表.xlsx"]).files
    assert entry.submission.refusal is None
    assert (entry.submission.form, entry.submission.unit_code) == ("risk_register", "HB03")
    assert entry.submission.unit_name == played.units["HB03"].name
    assert sum(entry.submission.row_counts.values()) == sum(adopted.submission.row_counts.values())
