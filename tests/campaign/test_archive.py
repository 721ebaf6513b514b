"""An archive gives up what is in it within bounds, whatever it says of itself, and nothing in it is lost without a word."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.campaign import archive
from lzxl.campaign.archive import Budget, Member, is_archive, is_left_behind, members_here, members_of, opened
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.sources import Arrived, in_batches, unpacked
from tests.campaign.office import IN_TIME, filled, open_campaign, tree

CASES = Path(__file__).resolve().parents[1] / "cases"
MEGABYTE = 1024 * 1024
LEFT = (
    "~$表.xlsx",
    ".表.xlsx",
    "Thumbs.db",
    "THUMBS.DB",
    "desktop.ini",
    ".DS_Store",
    "._表.xlsx",
    "__MACOSX/._a",
    "a/.b/c.xlsx",
)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def lying(data: bytes, size: int, said: int = 100) -> bytes:
    """An archive whose members of `size` bytes say that they are smaller."""
    return data.replace(struct.pack("<L", size), struct.pack("<L", said))


def overlapping(count: int, size: int) -> bytes:
    """An archive of `count` members that all stand on the same bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(size)) + packer.flush()
    common = (20, 0, 8, 0, 33, zlib.crc32(bytes(size)), len(packed))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *common, 100, 1, 0) + b"a" + packed
    directory = b"".join(
        struct.pack("<4s2B5H3L5H2L", b"PK\x01\x02", 20, 0, *common, 100, 6, 0, 0, 0, 0, 0, 0) + b"%06d" % number
        for number in range(count)
    )
    return local + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(local), 0)


def told(members: list[Member]) -> list[tuple[str, bytes, str]]:
    return [(member.place, member.data, member.trouble) for member in members if not member.is_left_behind]


def within(data: bytes) -> list[Member]:
    return list(members_here(data, len(data)))


@given(st.dictionaries(st.text("表a/. ", min_size=1, max_size=6), st.binary(max_size=200), max_size=6))
def test_every_member_is_given_or_named_as_left_behind(files: dict[str, bytes]) -> None:
    files = {name: data for name, data in files.items() if not name.endswith("/") and name.strip("/")}
    members = within(zipped(*files.items()))
    if all(is_left_behind(name) for name in files):
        assert [member.place for member in members] == [""]
        assert members[0].trouble
        return
    expected = [(name.strip("/"), b"" if is_left_behind(name) else data) for name, data in files.items()]
    assert sorted((member.place.strip("/"), member.data) for member in members) == sorted(expected)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.binary(max_size=300_000), min_size=1, max_size=5))
def test_a_child_gives_what_is_there_from_bytes_and_from_a_file(contents: list[bytes]) -> None:
    data = zipped(*[(f"{number}.xlsx", content) for number, content in enumerate(contents)])
    assert list(opened(data, len(data))) == within(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    "members of 50 MB": lambda: zipped(*[(f"{number}.xlsx", bytes(50 * MEGABYTE)) for number in range(3)]),
    "members that lie": lambda: lying(
        zipped(*[(f"{number}.xlsx", bytes(20 * MEGABYTE)) for number in range(3)]), 20 * MEGABYTE
    ),
    "bzip2 that lies": (CASES / "hostile" / "lie_bzip2_3GiB_2KB.zip").read_bytes,
    "deflate that lies": lambda: lying(zipped(("表.xlsx", bytes(99 * MEGABYTE))), 99 * MEGABYTE),
    "lzma": lambda: zipped(("表.xlsx", bytes(49 * MEGABYTE)), method=zipfile.ZIP_LZMA),
    "members on one another": lambda: overlapping(1000, MEGABYTE),
    "20,001 members": lambda: overlapping(20_001, 1),
    "2,001 members": lambda: overlapping(2_001, 1),
    "an archive in an archive": lambda: zipped(
        *[(f"{number}.zip", zipped(("表.xlsx", bytes(20 * MEGABYTE)))) for number in range(5)]
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_a_small_archive_unfolds_to_is_bounded_and_the_archive_is_held_with_the_reason(bomb: str) -> None:
    data = BOMBS[bomb]()
    assert len(data) < 5 * MEGABYTE
    members = list(opened(data, len(data)))
    assert sum(len(member.data) for member in members) <= 32 * MEGABYTE + 10 * len(data) + len(data)
    assert "过多或过大" in members[-1].trouble
    assert len(members) < 1001


@pytest.mark.parametrize("bomb", ["bzip2 that lies", "deflate that lies", "members on one another"])
def test_an_archive_costs_its_parent_next_to_nothing(bomb: str) -> None:
    data = BOMBS[bomb]()
    before = _peak()
    list(opened(data, len(data)))
    assert _peak() - before < 64 * MEGABYTE


def _peak() -> int:
    resource = pytest.importorskip("resource")
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return peak


def test_twice_the_members_take_twice_the_time() -> None:
    def seconds(count: int) -> float:
        data = zipped(*[(f"{number}.xlsx", b"%d" % number) for number in range(count)])
        began = time.process_time()
        assert len(list(members_of(io.BytesIO(data), Budget(10**9, 10**6)))) == count
        return time.process_time() - began

    assert min(seconds(4000) for _ in range(2)) < 6 * min(seconds(1000) for _ in range(2)) + 0.1


def test_archives_inside_are_opened_to_some_depth_and_share_one_budget() -> None:
    data = filled("HB01")
    nested = zipped(("HB05.zip", zipped(("表.xlsx", data), ("Thumbs.db", b"x"))))
    assert told(within(nested)) == [("HB05.zip/表.xlsx", data, "")]
    for _ in range(9):
        nested = zipped(("内.zip", nested))
    [(place, inner, trouble)] = told(within(nested))
    assert "层数过多" in trouble
    assert inner.startswith(b"PK")
    assert place == "内.zip/内.zip/内.zip"
    budget = Budget(10**6, files_left=4)
    list(members_of(io.BytesIO(zipped(("a.zip", zipped(("1", b"1"), ("2", b"2"))), ("b", b"b"))), budget))
    assert budget.files_left == 0


@pytest.mark.parametrize("name", LEFT)
def test_what_programs_leave_behind_is_passed_over_and_named(name: str) -> None:
    members = within(zipped((name, b"x" * 300), ("表.xlsx", b"y")))
    assert [(member.place, member.data) for member in members if member.is_left_behind] == [(name, b"")]
    assert told(members) == [("表.xlsx", b"y", "")]


@pytest.mark.parametrize(
    "name", ["表.xlsx", "a.b/表.xlsx", "thumbs.xlsx", "$~表.xlsx", "~表.xlsx", "../表.xlsx", "./表.xlsx"]
)
def test_other_names_are_files(name: str) -> None:
    assert not is_left_behind(name)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(), "压缩包是空的"),
        (zipped(("文件夹/", b"")), "压缩包是空的"),
        (zipped(*[(name, filled("HB01")) for name in LEFT]), "只有程序留下的临时文件或隐藏文件（~$表.xlsx"),
        (b"PK\x03\x04 cut short", "压缩包已损坏"),
    ],
)
def test_an_archive_without_a_filing_says_so(data: bytes, said: str) -> None:
    [one] = unpacked("来件.zip", "来件.zip", data)
    assert said in one.trouble
    assert one.data == data


@pytest.mark.parametrize("name", ["表.zip", "表.xlsx", "表", "表.rar"])
def test_a_workbook_is_a_workbook_and_an_archive_an_archive_whatever_it_is_called(name: str) -> None:
    workbook, packed = filled("HB01"), zipped(("表.xlsx", filled("HB01")))
    assert not is_archive(name, io.BytesIO(workbook))
    assert is_archive(name, io.BytesIO(packed))


@pytest.mark.parametrize("mark", ["word/document.xml", "OFD.xml", "[Content_Types].xml", "Index/Document.iwa"])
def test_other_documents_that_are_zips_inside_are_not_taken_to_pieces(mark: str) -> None:
    assert not is_archive("文档.zip", io.BytesIO(zipped((mark, b"x"), ("a.xml", b"y"))))


def test_a_member_packed_in_an_unknown_way_is_named_and_the_others_are_taken() -> None:
    data = bytearray(zipped(("1.xlsx", b"1"), ("2.xlsx", b"2")))
    data[data.index(b"PK\x01\x02") + 10] = 9  # Deflate64
    [(first, _, trouble), second] = told(within(bytes(data)))
    assert first == "1.xlsx"
    assert "少见的压缩方式" in trouble
    assert second == ("2.xlsx", b"2", "")


@pytest.mark.parametrize("answer", [[["x", "", False, 1]], [7], [["a", 7, False]], [None]])
def test_a_child_that_talks_nonsense_costs_the_archive(monkeypatch: pytest.MonkeyPatch, answer: list[object]) -> None:
    class Told(list[object]):
        trouble = ""

    monkeypatch.setattr(archive, "ask", lambda *_: nullcontext(Told((one, b"") for one in answer)))
    [member] = opened(b"PK", 2)
    assert (member.place, member.trouble.startswith("压缩包已损坏")) == ("", True)


def test_files_are_worked_off_in_batches_of_bounded_bytes() -> None:
    files = [Arrived(str(number), str(number), bytes(size)) for number, size in enumerate([0, 3, 7, 0, 12, 1])]
    batches = list(in_batches(files, most_bytes=10))
    assert [[one.name for one in batch] for batch in batches] == [["0", "1", "2"], ["3", "4"], ["5"]]
    assert list(in_batches([])) == [[]]


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return open_campaign(tmp_path / "2026年度", ("HB01", "HB02", "HB05"))


CASE_03 = CASES / "reading" / "03-zip-utf8-names-unflagged" / "来件.zip"
CASE_24 = CASES / "reading" / "24-thumbs-db-and-nested-zip" / "来件.zip"


def test_case_03_names_in_utf8_without_the_mark(campaign: Campaign) -> None:
    [intake] = collect(campaign, [CASE_03], IN_TIME)
    assert intake.source == "来件.zip/大气环境科预警信息登记表.xlsx"
    assert intake.unit is not None
    assert (intake.unit.code, intake.state) == ("HB05", "accepted")


def test_case_24_thumbs_db_and_a_zip_within_a_zip(campaign: Campaign) -> None:
    [intake] = collect(campaign, [CASE_24], IN_TIME)
    assert intake.source == "来件.zip/HB05.zip/HB05.xlsx"
    assert intake.unit is not None
    assert (intake.unit.code, intake.state) == ("HB05", "accepted")
    assert not tree(campaign.root, "待查")


@pytest.mark.parametrize("name", ["点.zip", "空.zip", "lie_bzip2_3GiB_2KB.zip"])
def test_hostile_archives_are_held_with_a_reason(campaign: Campaign, name: str) -> None:
    path = CASES / "hostile" / name
    [intake] = collect(campaign, [path], IN_TIME)
    assert (intake.source, intake.state) == (name, "refused")
    assert intake.reason.startswith("压缩包")
    assert list(tree(campaign.root, "待查").values()) == [path.read_bytes()]


def test_a_workbook_that_is_called_zip_is_taken_as_the_workbook_it_is(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "登记表.zip"
    path.write_bytes(filled("HB01"))
    [intake] = collect(campaign, [path], IN_TIME)
    assert (intake.source, intake.state) == ("登记表.zip", "accepted")


def test_an_archive_larger_than_any_file_is_not_copied_into_held(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lzxl.campaign.sources.MAX_FILE_BYTES", 1000)
    path = tmp_path / "来件.zip"
    path.write_bytes(zipped(("~$表.xlsx", os.urandom(2000))))
    [intake] = collect(campaign, [path], IN_TIME)
    assert intake.state == "refused"
    assert not tree(campaign.root, "待查")
