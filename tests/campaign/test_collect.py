"""Taking in: every file is stored once, under unit, form and version, or held with a reason; originals never change."""

from __future__ import annotations

import datetime
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.campaign.books import book_names
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.intake import Intake
from lzxl.campaign.standing import take_stock
from lzxl.campaign.status import status_line
from lzxl.demo.paper import Paper
from lzxl.errors import UsageError

from .office import IN_TIME, filled, ledger_rows, no_channel, no_unit, send, tree, write_roster

Take = Callable[..., list[Intake]]


def states(taken: list[Intake]) -> dict[str, str]:
    return {intake.source.rsplit("/", 1)[-1]: intake.state for intake in taken}


def stored(campaign: Campaign) -> list[str]:
    return list(tree(campaign.root, "收件"))


def test_a_good_file_is_stored_byte_for_byte_under_unit_form_and_version(campaign: Campaign, take: Take) -> None:
    assert states(take(甲=filled("HB01"))) == {"甲.xlsx": "accepted"}
    assert tree(campaign.root, "收件") == {"收件/HB01_办公室/预警信息采集表/第01版_20261118_甲.xlsx": filled("HB01")}


def test_a_faulty_file_is_stored_and_a_marked_return_is_written(campaign: Campaign, take: Take) -> None:
    [intake] = take(乙=filled("HB02", spoil=no_channel))
    assert intake.state == "returned"
    assert list(tree(campaign.root, "退回")) == [intake.returned]
    assert tree(campaign.root, "收件")[stored(campaign)[0]] == filled("HB02", spoil=no_channel)


@pytest.mark.parametrize(
    ("name", "data", "state", "reason"),
    [
        ("无单位", filled("HB01", spoil=no_unit), "held", "文件里没有单位编码"),
        ("别的单位", filled("HB09"), "held", "单位编码“HB09”不在单位名册中。"),
        ("另一张表", filled("HB01", "self_appraisal"), "held", "不在本期要报的表之内"),
        ("空文件", b"", "refused", "文件为空"),
        ("图片", b"\x89PNG....", "refused", "不是"),
        ("没传完", filled("HB01")[:3000], "refused", "损坏"),
    ],
)
def test_what_cannot_be_filed_is_kept_in_held_with_its_reason(
    campaign: Campaign, take: Take, name: str, data: bytes, state: str, reason: str
) -> None:
    [intake] = take(**{name: data})
    assert intake.state == state
    assert reason in intake.reason
    held = tree(campaign.root, "待查")
    assert list(held.values()) == [data]
    assert next(iter(held)).endswith(f"_{name}.xlsx")
    assert stored(campaign) == []
    [row] = ledger_rows(campaign.root)
    assert row[6] == state and reason in row[8]


def test_the_same_content_is_never_taken_in_twice(campaign: Campaign, take: Take) -> None:
    take(甲=filled("HB01"))
    before = tree(campaign.root, "收件"), ledger_rows(campaign.root)
    assert states(take(换了名字=filled("HB01"), 又一份=filled("HB01"))) == {
        "换了名字.xlsx": "known",
        "又一份.xlsx": "known",
    }
    assert (tree(campaign.root, "收件"), ledger_rows(campaign.root)) == before


def test_a_held_file_is_filed_once_the_roster_is_mended(campaign: Campaign, take: Take) -> None:
    take(新单位=filled("HB04"))
    write_roster(campaign.root, ("HB01", "HB02", "HB03", "HB04"))
    [intake] = take(datetime.date(2026, 11, 25), 新单位=filled("HB04"))
    assert (intake.state, intake.version) == ("accepted", 1)
    assert tree(campaign.root, "待查") == {}
    assert "_20261118_" in stored(campaign)[0], "it came in when it first came"


def test_an_original_that_the_office_deleted_can_be_taken_in_again(campaign: Campaign, take: Take) -> None:
    take(甲=filled("HB01"))
    (campaign.root / stored(campaign)[0]).unlink()
    assert states(take(甲=filled("HB01"))) == {"甲.xlsx": "accepted"}
    assert len(stored(campaign)) == 1


def test_two_files_of_one_unit_in_one_batch_are_versions_by_date_of_filing(campaign: Campaign, take: Take) -> None:
    take(先到=filled("HB01", day=12), 后到=filled("HB01", day=11))
    assert [name.rsplit("/", 1)[-1] for name in stored(campaign)] == [
        "第01版_20261118_后到.xlsx",
        "第02版_20261118_先到.xlsx",
    ]


def test_the_latest_accepted_version_counts_although_a_later_one_is_returned(campaign: Campaign, take: Take) -> None:
    take(一=filled("HB01"))
    take(二=filled("HB01", day=11))
    take(三=filled("HB01", day=12, spoil=no_channel))
    filing = take_stock(Campaign(campaign.root)).filings[0]
    assert (filing.state, filing.version, filing.versions) == ("accepted", 2, 3)
    assert len(stored(campaign)) == 3, "all versions are kept"


def test_a_ledger_is_compared_with_the_register_that_came_in_before(tmp_path: Path) -> None:
    from .office import open_campaign

    campaign = open_campaign(tmp_path / "c", ("HB01",), ("risk_register", "warning_intake"))

    def stray(paper) -> None:  # type: ignore[no-untyped-def]
        paper.put("warnings", "risk_id", 0, "HB01-999")

    collect(campaign, [send(tmp_path / "1", 登记表=filled("HB01", "risk_register"))], IN_TIME)
    [intake] = collect(campaign, [send(tmp_path / "2", 台账=filled("HB01", spoil=stray))], IN_TIME)
    assert intake.checked is not None
    assert [finding.code for finding in intake.checked.findings] == ["risk_id_unknown"]


def test_a_unit_renamed_in_the_roster_keeps_what_it_filed(campaign: Campaign, take: Take) -> None:
    take(甲=filled("HB01"))
    write_roster(campaign.root, unit_name="综合办公室")
    assert take_stock(Campaign(campaign.root)).filings[0].versions == 1
    assert states(take(甲=filled("HB01"))) == {"甲.xlsx": "known"}


def test_a_path_that_does_not_exist_is_named_and_nothing_is_taken_in(campaign: Campaign, tmp_path: Path) -> None:
    good = send(tmp_path / "来件", 甲=filled("HB01"))
    with pytest.raises(UsageError, match=r"找不到：.*没有这个"):
        collect(campaign, [good, tmp_path / "没有这个"], IN_TIME)
    assert stored(campaign) == []


def test_folders_within_folders_are_searched_and_leftovers_of_programs_are_not(
    campaign: Campaign, tmp_path: Path
) -> None:
    send(tmp_path / "来件" / "一组" / "二组", 甲=filled("HB01"))
    for name in ("~$甲.xlsx", ".~lock.甲.xlsx#", ".DS_Store"):
        (tmp_path / "来件" / name).write_bytes(b"rubbish")
    assert [intake.source for intake in collect(campaign, [tmp_path / "来件"], IN_TIME)] == ["来件/一组/二组/甲.xlsx"]


def test_an_archive_with_gbk_names_is_taken_apart(campaign: Campaign, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("x")
    info.flag_bits = 0
    path = tmp_path / "来件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (("HB/a.xlsx", filled("HB01")), ("HB/~$a.xlsx", b"x"), ("__MACOSX/a.xlsx", b"x")):
            archive.writestr(name, data)
    path.write_bytes(path.read_bytes().replace(b"HB/a.xlsx", "办公室".encode("gbk")[:4] + b".xlsx"))
    [intake] = collect(campaign, [path], IN_TIME)
    assert (intake.source, intake.state) == ("来件.zip/办公.xlsx", "accepted")


def test_a_broken_archive_is_kept_in_held(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "来件.zip"
    path.write_bytes(b"PK\x03\x04 cut short")
    [intake] = collect(campaign, [path], IN_TIME)
    assert intake.state == "refused"
    assert intake.reason.startswith("压缩包已损坏，无法打开。请单位")
    assert list(tree(campaign.root, "待查").values()) == [path.read_bytes()]


def test_one_spoilt_member_of_an_archive_does_not_hide_the_others(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "来件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.xlsx", b"spoil me please")
        archive.writestr("2.xlsx", filled("HB01"))
    path.write_bytes(path.read_bytes().replace(b"spoil me please", b"SPOIL me please"))
    assert states(collect(campaign, [path], IN_TIME)) == {"1.xlsx": "refused", "2.xlsx": "accepted"}


def test_names_that_no_file_system_takes_are_shortened(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "来件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{'长' * 120}.xlsx", filled("HB01"))
    [intake] = collect(campaign, [path], IN_TIME)
    assert intake.state == "accepted"
    assert len(Path(stored(campaign)[0]).name.encode()) <= 255


def test_a_name_in_gbk_bytes_on_linux_is_read_as_chinese(campaign: Campaign, tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    folder.mkdir()
    shutil.copy(
        send(tmp_path / "x", a=filled("HB01")) / "a.xlsx", bytes(folder) + b"/" + "办公室".encode("gbk") + b".xlsx"
    )
    [intake] = collect(campaign, [folder], IN_TIME)
    assert (intake.source, intake.state) == ("来件/办公室.xlsx", "accepted")


def test_the_day_received_is_remembered_and_decides_what_is_late(campaign: Campaign, take: Take) -> None:
    take(datetime.date(2026, 11, 20), 甲=filled("HB01"))
    take(datetime.date(2026, 11, 21), 乙=filled("HB02"))
    take(datetime.date(2026, 11, 23), 甲=filled("HB01", day=13))
    filings = take_stock(Campaign(campaign.root)).filings
    assert [(filing.received, filing.late) for filing in filings] == [
        ("2026-11-23", False),  # filed in time first; mending it later is not late
        ("2026-11-21", True),
        ("", False),
    ]


def test_a_nil_return_is_told_from_a_filing(campaign: Campaign, take: Take) -> None:
    def nil(paper) -> None:  # type: ignore[no-untyped-def]
        sheet = paper.worksheet("warnings")
        for index in range(len(paper.rows["warnings"])):
            for field in paper.form.by_name["warnings"].inputs:
                sheet.cell(paper.row("warnings", index), paper.column("warnings", field.name)).value = None
        paper.put_label("row_count", 0)
        paper.put_label("nil_return", "是")
        paper.put_label("nil_reason", "本期没有收到预警信息")

    take(零=filled("HB01", spoil=nil))
    assert take_stock(Campaign(campaign.root)).filings[0].state == "nil"


def test_a_neighbours_workbook_under_ones_own_name_is_held_not_returned(campaign: Campaign, take: Take) -> None:
    """What a unit wrote must never be sent back to another."""

    def borrowed(paper: Paper) -> None:
        paper.put_label("unit_code", "HB01")
        paper.put_label("unit_name", "办公室")

    [intake] = take(a=filled("HB02", spoil=borrowed))
    assert (intake.state, intake.returned) == ("held", "")
    assert "HB01" in intake.reason
    assert "HB02" in intake.reason
    assert tree(campaign.root, "收件", "退回") == {}


def test_files_of_a_code_that_left_the_roster_are_spoken_of(campaign: Campaign, take: Take) -> None:
    take(a=filled("HB03"))
    write_roster(campaign.root, ("HB01", "HB02"))
    standing = take_stock(Campaign(campaign.root))
    assert [name.partition("_")[0] for name in standing.strays] == ["HB03"]
    assert "不在单位名册中" in status_line(Campaign(campaign.root), standing)


def test_what_was_filed_of_a_form_that_is_not_asked_for_any_more_is_spoken_of(campaign: Campaign, take: Take) -> None:
    take(a=filled("HB01", "warning_intake"), b=filled("HB02", "warning_intake"), c=filled("HB01", "risk_register"))
    assert "未计入" not in status_line(campaign, take_stock(campaign))
    settings = campaign.root / "lzxl.toml"
    text = settings.read_text("utf-8")
    settings.write_text(
        re.sub(r"^forms = .*$", 'forms = ["risk_register", "self_appraisal"]', text, flags=re.M), "utf-8"
    )
    changed = Campaign(campaign.root)
    assert changed.config.forms == ("risk_register", "self_appraisal")
    assert "收件里有《预警信息采集表》2份，不在本期要报的表之内，未计入" in status_line(changed, take_stock(changed))


def returns(campaign: Campaign) -> list[str]:
    return [name.removeprefix("退回/HB01_办公室/") for name in tree(campaign.root, "退回")]


def test_a_return_is_put_aside_once_the_unit_has_filed_again(campaign: Campaign, take: Take) -> None:
    take(一=filled("HB01", spoil=no_channel))
    first, old = "预警信息采集表_HB01_第01版_退回.xlsx", "已有新版/预警信息采集表_HB01_第01版_退回.xlsx"
    assert returns(campaign) == [first]
    marked = tree(campaign.root, "退回")[f"退回/HB01_办公室/{first}"]
    take(别的单位=filled("HB02"))
    assert returns(campaign) == [first], "it is the latest word to that unit"
    take(二=filled("HB01", day=11, spoil=no_channel))
    second = first.replace("第01版", "第02版")
    assert returns(campaign) == [old, second]
    take(三=filled("HB01", day=12))
    assert returns(campaign) == [old, f"已有新版/{second}"]
    assert tree(campaign.root, "退回")[f"退回/HB01_办公室/{old}"] == marked, "nothing is lost"


def test_of_two_faulty_files_in_one_batch_only_the_later_one_is_to_be_sent(campaign: Campaign, take: Take) -> None:
    taken = take(一=filled("HB01", spoil=no_channel), 二=filled("HB01", day=11, spoil=no_channel))
    assert [intake.returned for intake in taken] == [f"退回/HB01_办公室/{name}" for name in returns(campaign)]
    assert [name.partition("/")[0] for name in returns(campaign)] == [
        "已有新版",
        "预警信息采集表_HB01_第02版_退回.xlsx",
    ]


def test_a_return_in_the_folder_of_a_former_name_is_put_aside_and_nothing_is_written_over(
    campaign: Campaign, take: Take
) -> None:
    take(一=filled("HB01", spoil=no_channel))
    former = (campaign.root / "退回/HB01_办公室").rename(campaign.root / "退回/HB01_行政科")
    [marked] = former.iterdir()
    own = former / "已有新版" / marked.name
    own.parent.mkdir()
    own.write_bytes(b"own")
    take(二=filled("HB01", day=11))
    assert own.read_bytes() == b"own"
    assert marked.is_file()
    own.unlink()
    take()
    assert [path for path in former.rglob("*") if path.is_file()] == [own]


def test_the_ledger_rebuilt_writes_no_old_return_anew(campaign: Campaign, take: Take) -> None:
    take(一=filled("HB01", spoil=no_channel))
    take(二=filled("HB01", day=11))
    before = tree(campaign.root, "退回")
    shutil.rmtree(campaign.root / ".lzxl")
    take()
    assert tree(campaign.root, "退回") == before


def test_the_ledger_rebuilt_on_a_later_day_says_when_everything_came(campaign: Campaign, take: Take) -> None:
    take(datetime.date(2026, 11, 17), 一=filled("HB01", spoil=no_channel), 二=filled("HB02"))
    take(datetime.date(2026, 11, 18), 三=filled("HB01", day=11), 四=filled("HB03"))
    before = [row[:2] + row[3:] for row in ledger_rows(campaign.root)]
    assert len({row[1] for row in before}) == 2
    shutil.rmtree(campaign.root / ".lzxl")
    take(datetime.date(2026, 11, 19), 五=filled("HB02", day=12))
    assert [row[:2] + row[3:] for row in ledger_rows(campaign.root) if row[1] != "2026-11-19"] == before


def test_what_a_killed_run_left_half_written_is_removed_and_nothing_else(campaign: Campaign, take: Take) -> None:
    take(一=filled("HB01"))
    folder = campaign.root / "收件" / "HB01_办公室"
    half, own = folder / ".第02版.xlsx.0123abcd.tmp", folder / ".别的程序.tmp"
    for path in (half, own):
        path.write_bytes(b"half")
    take(二=filled("HB02"))
    assert not half.exists()
    assert own.read_bytes() == b"half"


def test_how_far_the_reading_is_is_told_file_by_file(campaign: Campaign, take: Take) -> None:
    take(一=filled("HB01"), 二=filled("HB02"))
    told: list[tuple[int, int]] = []
    take_stock(Campaign(campaign.root), lambda done, count: told.append((done, count)))
    books = sum((campaign.root / name).is_file() for name in book_names())
    assert told[-1] == (3 + books, 3 + books), (
        "the roster, the office's books, which are read along with it, and two files"
    )


def test_an_earlier_version_that_comes_again_is_told_from_one_that_was_returned(campaign: Campaign, take: Take) -> None:
    good, faulty = filled("HB01"), filled("HB02", spoil=no_channel)
    take(一=good, 二=faulty)
    take(三=filled("HB01", day=11), 四=filled("HB02", day=11))
    taken = {intake.unit.code: intake for intake in take(五=good, 六=faulty) if intake.unit is not None}
    assert {code: (intake.state, intake.version) for code, intake in taken.items()} == dict.fromkeys(
        ("HB01", "HB02"), ("known", 1)
    )
    assert taken["HB01"].reason == "内容与已收的相同"
    assert taken["HB02"].reason == "与已经退回的这一版相同，未改动"
