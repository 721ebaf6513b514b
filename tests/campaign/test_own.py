"""Nothing of a campaign's own is ever taken in as a filing, however it is named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.errors import UsageError
from lzxl.mail.office import Office
from lzxl.mail.rehearsal import rehearsal

from .office import IN_TIME, filled, no_channel, send, tree


@pytest.fixture
def returned(campaign: Campaign, tmp_path: Path) -> Campaign:
    """A campaign with something in 收件 and 退回, and templates."""
    collect(campaign, [send(tmp_path / "来件", 一=filled("HB01", spoil=no_channel))], IN_TIME)
    (campaign.root / "模板").mkdir()
    return campaign


def _refused(campaign: Campaign, path: Path) -> str:
    before = tree(campaign.root, "收件", "待查")
    said = set()
    with pytest.raises(UsageError) as caught:
        collect(campaign, [path], IN_TIME)
    said.add(str(caught.value))
    with Office(campaign) as office, pytest.raises(UsageError) as caught:
        office.collect([path])
    said.add(str(caught.value))
    with rehearsal(campaign) as copy, Office(copy) as office, pytest.raises(UsageError) as caught:
        office.collect([path])
    said.add(str(caught.value))
    assert tree(campaign.root, "收件", "待查") == before
    [sentence] = said
    assert "请把新报来的文件放在另一个文件夹" in sentence
    return sentence


@pytest.mark.parametrize("name", ["发放", "收件", "退回", "汇总", "文书", "公示", "归档", "模板", ".lzxl"])
def test_a_folder_of_the_programs_own_is_refused_by_its_name(returned: Campaign, name: str) -> None:
    assert f"在本批次的“{name}”里" in _refused(returned, returned.root / name)


def test_it_makes_no_difference_how_the_path_is_written(
    returned: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [marked] = returned.root.glob("退回/*/*.xlsx")
    assert "退回" in _refused(returned, marked)
    assert "退回" in _refused(returned, marked.parent)
    monkeypatch.chdir(returned.root / "收件")
    assert "在本批次的“收件”里" in _refused(returned, Path())
    assert "在本批次的“退回”里" in _refused(returned, Path("..") / "退回")
    if os.name == "posix":
        link = tmp_path / "快捷方式"
        link.symlink_to(returned.root / "退回")
        assert "在本批次的“退回”里" in _refused(returned, link)
        among = send(tmp_path / "新来", 二=filled("HB02"))
        (among / "三.xlsx").symlink_to(marked)
        assert "三.xlsx 在本批次的“退回”里" in _refused(returned, among)


def test_the_campaign_itself_and_what_it_lies_in_are_refused(returned: Campaign, tmp_path: Path) -> None:
    assert "就是本批次的文件夹" in _refused(returned, returned.root)
    assert f"里面有本批次的文件夹（{returned.root.name}）" in _refused(returned, tmp_path)
    assert "是本批次的 单位名册.xlsx" in _refused(returned, returned.root / "单位名册.xlsx")


def test_a_folder_of_the_offices_within_the_campaign_is_taken_in(returned: Campaign, tmp_path: Path) -> None:
    own = shutil.move(str(send(tmp_path / "又来", 二=filled("HB02"))), returned.root / "来件")
    [intake] = collect(Campaign(returned.root), [Path(own)], IN_TIME)
    assert intake.state == "accepted"
