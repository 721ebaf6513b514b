"""Before anything parses a file, the guard says what its bytes are and whether it may be opened."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.load import load_catalogue
from lzxl.workbook.reading import guard
from lzxl.workbook.reading.guard import Verdict, judge
from lzxl.workbook.reading.ole import SIGNATURE
from tests.reading.books import ods, sheet_xml, xlsb, xlsx, zipped
from tests.reading.compounds import biff5, biff8, compound, long_string, place, record

WORKBOOK = xlsx({"表": sheet_xml({1: ["甲"]})})
BIFF = biff8([("表", b"")])


def ole(*streams: str) -> bytes:
    """A compound file with streams of those names; in all of them stands a workbook."""
    return compound(dict.fromkeys(streams, BIFF))


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (WORKBOOK, "xlsx"),
        (xlsx({"表": ""}, more={"xl/vbaProject.bin": b"x"}), "xlsm"),
        (xlsb("表", {1: ["甲"]}), "xlsb"),
        (ods('<table:table table:name="表"/>'), "ods"),
        (ole("Workbook"), "xls"),
        (ole("Book"), "xls"),
        (ole("WORKBOOK"), "xls"),
        (ole("BOOK", "\x05SummaryInformation"), "xls"),
        (BIFF, "xls"),
        (biff5([("1", b"")]), "xls"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00\x0b\x00\x02\x00\x00\x00\x0a\x00\x00\x00", "xls"),
    ],
)
def test_workbooks_may_be_opened(data: bytes, container: str) -> None:
    assert judge(data) == Verdict(container)


def test_an_empty_file_is_refused() -> None:
    assert judge(b"").code == "file_empty"


def test_a_file_that_is_too_large_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_FILE_BYTES", 2 * 1024 * 1024)
    assert judge(bytes(2 * 1024 * 1024)).code == "file_not_workbook"
    assert judge(bytes(3 * 1024 * 1024)) == Verdict(code="file_too_large", detail="3 MB")


def test_a_workbook_with_a_password_is_refused() -> None:
    """Office puts the encrypted package into a compound file, whatever the name says."""
    assert judge(ole("EncryptionInfo", "EncryptedPackage")).code == "file_encrypted"


def test_a_zip_with_a_password_is_refused() -> None:
    """The first bit of the flags, in the local header and in the directory, says so."""
    locked = bytearray(WORKBOOK)
    directory = locked.index(b"PK\x01\x02")
    locked[6] |= 1
    locked[directory + 8] |= 1
    assert judge(bytes(locked)).code == "file_encrypted"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\n <html><body><table><tr><td>1</td></tr></table>", "网页"),
        (b"<!DOCTYPE html><html>", "网页"),
        (b"<div><table border=1>", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML 表格2003"),
        (b'<?xml version="1.0"?><a/>', "XML 文件"),
        ("序号,风险点\n1,围标\n".encode("gb18030"), "文本文件"),
        ("\ufeff序号,风险点\n".encode(), "文本文件"),
        ("序号\t风险点\n1\t围标\n".encode("utf-16"), "文本文件"),
        (b"%PDF-1.7\n", "PDF 文件"),
        (b"Rar!\x1a\x07\x01\x00", "RAR 压缩包"),
        (b"7z\xbc\xaf\x27\x1c\x00", "7z 压缩包"),
        (b"{\\rtf1\\ansi", "RTF 文档"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Received: from mail\r\n", "邮件"),
        (b"\x00\x01\x02\x03 nothing known", "未知类型的文件"),
        (zipped({"word/document.xml": "<w/>"}), "Word 文档"),
        (zipped({"ppt/presentation.xml": "<p/>"}), "演示文稿"),
        (zipped({"登记表.xlsx": WORKBOOK}), "压缩包"),
        (
            zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.text",
                    "content.xml": "?",
                    "META-INF/manifest.xml": "<m/>",
                }
            ),
            "OpenDocument 文档",
        ),
        (ole("WordDocument"), "Word 文档"),
        (ole("PowerPoint Document"), "演示文稿"),
    ],
)
def test_what_is_no_workbook_is_refused_under_its_own_name(data: bytes, what: str) -> None:
    assert judge(data) == Verdict(code="file_not_workbook", detail=what)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(share: float) -> None:
    assert judge(WORKBOOK[: int(len(WORKBOOK) * share)]).code == "file_broken"


def test_a_compound_file_without_a_workbook_is_named_for_what_it_is() -> None:
    assert judge(ole("Contents")) == Verdict(code="file_not_workbook", detail="其他软件的文件")
    assert judge(ole("__properties_version1.0")) == Verdict(code="file_not_workbook", detail="邮件")


def test_a_workbook_inside_of_another_document_does_not_make_it_one() -> None:
    """Word keeps an embedded sheet in a storage of its own; and its text may hold any word."""
    text = "Workbook EncryptedPackage".encode("utf-16-le")
    data = compound({"WordDocument": text * 200}, {"ObjectPool": {"Workbook": BIFF}})
    assert judge(data) == Verdict(code="file_not_workbook", detail="Word 文档")


@pytest.mark.parametrize(
    "data",
    [
        b"\x09\x08" + bytes(range(200)),
        b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(500),
        b"\x09\x08\x08\x00\x00\x05\x05\x00" + b"\xff" * 500,
        b"\x09\x00\x09\x00" + "序号".encode("utf-16-le") * 50,
        BIFF[:20],
    ],
)
def test_bytes_that_only_begin_like_an_old_workbook_are_neither_one_nor_locked(data: bytes) -> None:
    verdict = judge(data)
    assert (verdict.container, verdict.code, verdict.is_locked) == ("", "file_not_workbook", False)


def test_words_inside_of_a_workbook_do_not_make_it_locked() -> None:
    text = "/\x00EncryptedPackage" + "\x2f\x00\x36\x00" * 9
    data = compound({"Workbook": biff8([("表", record(0x0204, place(1, 1) + long_string(text)))])})
    assert judge(data) == Verdict("xls")


def test_a_compound_file_that_contradicts_itself_is_broken_at_once() -> None:
    data = bytearray(ole("Workbook"))
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    data[table : table + 512] = struct.pack("<128I", *range(128))  # every sector follows itself
    assert judge(bytes(data)).code == "file_broken"
    assert judge(SIGNATURE + bytes(10_000)).code == "file_broken"
    assert judge(SIGNATURE + b"\xff" * 10_000).code == "file_broken"


def test_a_directory_is_looked_at_in_time_linear_in_the_file() -> None:
    def took(size: int) -> float:
        data = compound({"Workbook": BIFF, **{f"s{number}": b"x" for number in range(size)}})
        begin = time.process_time()
        assert judge(data).container == "xls"
        return time.process_time() - begin

    took(10)
    assert took(4000) < 0.5 + 8 * took(2000)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_broken_compound_file_never_raises(data: st.DataObject) -> None:
    changed = bytearray(ole("Workbook", "\x05SummaryInformation"))
    for _ in range(data.draw(st.integers(1, 12))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    judge(bytes(changed))
    judge(bytes(changed[: data.draw(st.integers(0, len(changed)))]))


def test_a_zip_bomb_is_refused_by_what_it_says_it_unpacks_to() -> None:
    """One member that claims four gigabytes; nothing is unpacked to find out."""
    bomb = bytearray(WORKBOOK)
    directory = bomb.index(b"PK\x01\x02")
    struct.pack_into("<I", bomb, directory + 24, 0xFFFF_FFF0)
    assert judge(bytes(bomb)) == Verdict(code="file_too_large", detail="解压后过大")


def test_many_members_that_add_up_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_INFLATED_BYTES", 10_000)
    parts = {f"xl/media/{number}.bin": bytes(1000) for number in range(8)}
    assert judge(zipped({"xl/workbook.xml": "", **parts})).container == "xlsx"
    more = {f"xl/more/{number}.bin": bytes(1000) for number in range(3)}
    assert judge(zipped({"xl/workbook.xml": "", **parts, **more})).code == "file_too_large"


def test_thousands_of_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_MEMBERS", 20)
    parts = {f"{number}.xml": "" for number in range(20)}
    assert judge(zipped({"xl/workbook.xml": "", **parts})).code == "file_too_large"


def test_a_member_without_a_name_does_no_harm() -> None:
    """Python's ZipInfo.is_dir() raises IndexError on it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("x"), "")
        archive.infolist()[0].filename = ""
    assert judge(out.getvalue()).container == ""


def test_every_refusal_names_its_remedy() -> None:
    refusals = [judge(b""), judge(b"%PDF"), judge(WORKBOOK[:99]), judge(ole("EncryptedPackage"))]
    for verdict in refusals:
        finding = load_catalogue().finding(verdict.code, value=verdict.detail, detail=verdict.detail)
        assert finding.severity == "error"
        assert finding.fix
        assert "{" not in finding.message


@pytest.mark.parametrize("name", ["mimetype", "META-INF/manifest.xml"])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_a_member_unfolds_to_costs_the_guard_nothing(name: str, method: int) -> None:
    spreadsheet = b"application/vnd.oasis.opendocument.spreadsheet"
    parts = {"content.xml": b"?", "mimetype": spreadsheet, "META-INF/manifest.xml": b"<manifest/>"}
    parts[name] += bytes(48 * 1024**2)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    data = out.getvalue()
    tracemalloc.start()
    try:
        assert judge(data) == Verdict("ods")
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024**2
    finally:
        tracemalloc.stop()


def test_a_directory_of_a_million_bytes_is_not_gone_through() -> None:
    data = zipped({"xl/workbook.xml": "", **{f"{number}{'x' * 30_000}": "" for number in range(40)}})
    assert judge(data) == Verdict(code="file_too_large", detail="解压后过大")
