"""A stranger's zip archive gives what is in it, piece by piece, under the names that people gave it; no number in it is believed."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.zips import BrokenZipError, LargeZipError, UnknownMethodError, inflate, read_directory

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def as_raw_names(*names: bytes, host: int = 3, extra: Callable[[bytes], bytes] = lambda name: b"") -> bytes:
    """An archive whose members have these names and no mark that says what they are encoded in."""
    body, directory = bytearray(), bytearray()
    for name in names:
        more = extra(name)
        common = struct.pack("<4H3L2H", 0, 0, 0, 33, zlib.crc32(b"x"), 1, 1, len(name), len(more))
        directory += b"PK\x01\x02" + bytes((20, host)) + struct.pack("<H", 20) + common
        directory += struct.pack("<3H2L", 0, 0, 0, 0, len(body)) + name + more
        body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name + more + b"x"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return bytes(body + directory + end)


def names(data: bytes) -> list[str]:
    return [entry.name for entry in read_directory(io.BytesIO(data))]


def contents(data: bytes) -> list[bytes]:
    stream = io.BytesIO(data)
    return [b"".join(inflate(stream, entry)) for entry in read_directory(stream)]


@given(
    st.lists(
        st.tuples(st.text("表é😀/. ", min_size=1), st.binary(max_size=5000), st.integers(1, 200)),
        max_size=5,
        unique_by=lambda m: m[0],
    ),
    st.sampled_from(METHODS),
    st.binary(max_size=100).filter(lambda before: b"PK" not in before),
)
def test_an_archive_gives_what_the_standard_library_gives(
    members: list[tuple[str, bytes, int]], method: int, before: bytes
) -> None:
    data = before + zipped(*[(name, content * times) for name, content, times in members], method=method)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        assert names(data) == [unicodedata.normalize("NFC", info.filename) for info in infos]
        assert contents(data) == [archive.read(info) for info in infos]


@pytest.mark.parametrize("method", METHODS)
def test_a_member_comes_in_pieces_of_bounded_size_whatever_it_says(method: int) -> None:
    data = zipped(("表.xlsx", bytes(40 * 1024**2)), method=method)
    if method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):  # the others are as long as they say
        data = data.replace(struct.pack("<L", 40 * 1024**2), struct.pack("<L", 100))
    stream = io.BytesIO(data)
    [entry] = read_directory(stream)
    tracemalloc.start()
    try:
        pieces = [len(piece) for piece in inflate(stream, entry)]
        assert tracemalloc.get_traced_memory()[1] < 12 * 1024**2
    finally:
        tracemalloc.stop()
    assert sum(pieces) == 40 * 1024**2
    assert max(pieces) <= 256 * 1024


@given(st.sampled_from(METHODS), st.data())
def test_a_damaged_archive_is_said_to_be_broken_or_gives_what_was_packed(method: int, draw: st.DataObject) -> None:
    packed = ("表.xlsx", b"".join(b"%d " % number for number in range(500)))
    data = bytearray(zipped(packed, ("乙", b"y"), method=method))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    stream = io.BytesIO(data[: draw.draw(st.integers(0, len(data)))] if draw.draw(st.booleans()) else data)
    try:
        entries = read_directory(stream)
    except (BrokenZipError, LargeZipError):
        return
    for entry in entries:
        try:
            assert zlib.crc32(b"".join(inflate(stream, entry))) == entry.checksum
        except (BrokenZipError, UnknownMethodError):
            continue


def test_a_method_that_is_not_known_is_said() -> None:
    data = bytearray(zipped(("a", b"x")))
    data[data.index(b"PK\x01\x02") + 10] = 9  # Deflate64
    stream = io.BytesIO(data)
    with pytest.raises(UnknownMethodError):
        list(inflate(stream, read_directory(stream)[0]))


def test_a_directory_without_end_is_not_read() -> None:
    data = as_raw_names(*[b"%d" % number for number in range(300)])
    assert len(read_directory(io.BytesIO(data), most_entries=300)) == 300
    for limits in ({"most_entries": 299}, {"most_bytes": 1000}):
        with pytest.raises(LargeZipError):
            read_directory(io.BytesIO(data), **limits)


def test_twice_the_members_take_twice_the_time() -> None:
    def seconds(count: int) -> float:
        data = as_raw_names(*["风险点登记表".encode() + b"%d" % number for number in range(count)])
        began = time.process_time()
        read_directory(io.BytesIO(data), most_entries=10**6, most_bytes=10**9)
        return time.process_time() - began

    seconds(1000)
    assert min(seconds(16_000) for _ in range(3)) < 6 * min(seconds(4_000) for _ in range(3)) + 0.05


CHINESE = [
    "大气环境科预警信息采集表.xlsx",
    "大气科登记表.xlsx",
    "大气环境科廉政风险点登记表.xlsx",
    "风险点登记表（大气环境科）.xlsx",
    "大气环境科/登记表.xlsx",
    "表.xlsx",
    "附件1：大气环境科.xlsx",
    "科室.xlsx",
    "小.xls",
    "联通.xls",
    "中文",
    "办公室㈠.xlsx",
]


@pytest.mark.parametrize("name", [*CHINESE, "é.xlsx", "e\u0301.xlsx", "Résumé — ½.xlsx", "名.xlsx"])
@pytest.mark.parametrize("host", [0, 3, 19])
def test_a_name_in_utf8_without_the_mark_is_read_as_it_was_written(name: str, host: int) -> None:
    assert names(as_raw_names(name.encode(), host=host)) == [unicodedata.normalize("NFC", name)]


@pytest.mark.parametrize("name", CHINESE)
def test_a_name_in_gbk_without_the_mark_is_read_as_it_was_written(name: str) -> None:
    assert names(as_raw_names(name.encode("gb18030"), host=0)) == [name]


@given(st.lists(st.sampled_from(CHINESE), min_size=1), st.sampled_from(["utf-8", "gb18030"]))
def test_all_names_of_an_archive_are_read_alike(written: list[str], encoding: str) -> None:
    assert names(as_raw_names(*[name.encode(encoding) for name in written])) == written


def test_names_that_make_no_sense_as_one_encoding_are_each_read_as_what_they_are() -> None:
    mixed = ["科室.xlsx".encode("gb18030"), "大气环境科/登记表.xlsx".encode()]
    assert names(as_raw_names(*mixed)) == ["科室.xlsx", "大气环境科/登记表.xlsx"]


def test_a_name_that_stands_beside_in_unicode_counts_where_it_belongs_to_the_name() -> None:
    def beside(checked: bytes) -> Callable[[bytes], bytes]:
        value = b"\x01" + struct.pack("<L", zlib.crc32(checked)) + "科室.xlsx".encode()
        return lambda _: struct.pack("<2H", 0x7075, len(value)) + value

    assert names(as_raw_names(b"_.xlsx", extra=beside(b"_.xlsx"))) == ["科室.xlsx"]
    assert names(as_raw_names(b"_.xlsx", extra=beside(b"another"))) == ["_.xlsx"]


def test_backslashes_separate_folders_but_those_inside_a_character_do_not() -> None:
    assert names(as_raw_names(b"dir\\a.xlsx", "乗.xlsx".encode("gb18030"))) == ["dir/a.xlsx", "乗.xlsx"]


def test_a_folder_is_no_member_and_what_only_looks_like_one_is() -> None:
    stream = io.BytesIO(zipped(("表/", b""), ("表.xlsx/", b"x")))
    assert [entry.is_folder for entry in read_directory(stream)] == [True, False]


def test_sizes_that_need_more_room_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("表.xlsx", "w", force_zip64=True) as member:
        member.write(b"data")
    assert contents(out.getvalue()) == [b"data"]
