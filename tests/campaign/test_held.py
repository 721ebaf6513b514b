"""待查: what waits there is listed with its reason, until it is filed or taken away."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import held_files
from lzxl.campaign.intake import Intake

from .office import IN_TIME, filled, no_unit, tree, write_roster

Take = Callable[..., list[Intake]]
NO_UNIT = filled("HB01", spoil=no_unit)


def listed(campaign: Campaign) -> dict[str, str]:
    """The file's own name → its reason."""
    held = held_files(Campaign(campaign.root))
    assert all((campaign.root / entry.file).is_file() for entry in held)
    return {entry.file.partition("_")[2]: entry.reason for entry in held}


def test_each_held_file_is_listed_with_the_reason_that_was_recorded(campaign: Campaign, take: Take) -> None:
    assert listed(campaign) == {}
    taken = take(甲=filled("HB01"), 无名=NO_UNIT, 坏=b"rubbish", 外=filled("HB09"))
    assert listed(campaign) == {
        f"{intake.source.rsplit('/', 1)[-1]}": intake.reason for intake in taken if intake.state != "accepted"
    }
    assert len(listed(campaign)) == 3
    assert all("请" in reason for reason in listed(campaign).values()), "each says what to do"


def test_what_has_been_filed_since_is_not_listed(campaign: Campaign, take: Take) -> None:
    take(新单位=filled("HB04"), 无名=NO_UNIT)
    [kept] = [campaign.root / name for name in tree(campaign.root, "待查") if name.endswith("新单位.xlsx")]
    own = shutil.copy(kept, kept.with_name("另存.xlsx"))
    write_roster(campaign.root, ("HB01", "HB02", "HB03", "HB04"))
    assert take(又来=filled("HB04"))[0].state == "accepted"
    assert own.is_file(), "a copy that people made stays"
    assert list(listed(campaign)) == ["无名.xlsx"]


def test_taking_the_held_folder_in_again_files_under_the_first_name_and_doubles_nothing(
    campaign: Campaign, take: Take
) -> None:
    take(新单位=filled("HB04"), 无名=NO_UNIT)
    before = tree(campaign.root, "待查")
    collect(Campaign(campaign.root), [campaign.root / "待查"], IN_TIME)
    assert tree(campaign.root, "待查") == before
    write_roster(campaign.root, ("HB01", "HB02", "HB03", "HB04"))
    collect(Campaign(campaign.root), [campaign.root / "待查"], IN_TIME)
    assert list(listed(campaign)) == ["无名.xlsx"] == [name.partition("_")[2] for name in tree(campaign.root, "待查")]
    [stored] = tree(campaign.root, "收件")
    assert stored.endswith("/第01版_20261118_新单位.xlsx")


def test_a_file_that_the_ledger_does_not_know_is_listed_all_the_same(campaign: Campaign, take: Take) -> None:
    take(无名=NO_UNIT)
    for junk in (None, b"no database at all" * 100):
        shutil.rmtree(campaign.root / ".lzxl")
        (campaign.root / ".lzxl").mkdir()
        if junk:
            campaign.ledger_path.write_bytes(junk)
        assert listed(campaign) == {"无名.xlsx": "台账里没有这份文件的记录，请对“待查”重新收件。"}
    campaign.ledger_path.unlink()
    collect(Campaign(campaign.root), [campaign.root / "待查"], IN_TIME)
    assert "文件里没有单位编码" in listed(campaign)["无名.xlsx"]
