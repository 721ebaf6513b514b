"""The cheap look at a file's bytes before anything parses it: what it is, and whether it may be opened.

This is the seam for hostile files: whatever must be refused before a parser sees it is refused here, with a code of the
catalogue that names the remedy.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from lzxl.zips import Entry, LargeZipError, read_directory

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_INFLATED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 3000
_MOST_DIRECTORY_BYTES = 1024 * 1024
_ARCHIVE = "压缩包"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# The first records of an encrypted BIFF stream: BOF, perhaps WriteProtect, FilePass ([MS-XLS] 2.1.7.20.3).
_FILE_PASS = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
_BIFF_STARTS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


@dataclass(frozen=True)
class Verdict:
    """What a file is. `container` is "" when it must not be opened; then `code` says why and `detail` names the thing."""

    container: str = ""
    code: str = ""
    detail: str = ""
    is_locked: bool = False
    """Whether a password may open it (`lzxl.workbook.reading.encrypted`)."""


def judge(data: bytes) -> Verdict:
    """What `data` is, by its bytes. Never raises."""
    if not data:
        return Verdict(code="file_empty")
    if len(data) > MAX_FILE_BYTES:
        return Verdict(code="file_too_large", detail=f"{len(data) / 1048576:.0f} MB")
    if data.startswith(_ZIP):
        return judge_zip(io.BytesIO(data))
    if data.startswith(_OLE):
        return _judge_ole(data)
    if _is_flat_open_document(data):
        return Verdict("ods")
    if data[:2] in _BIFF_STARTS and len(data) > 8:
        return Verdict("xls")
    return Verdict(code="file_not_workbook", detail=_name_other(data))


def judge_zip(stream: BinaryIO) -> Verdict:
    """What a zip archive is, by the names of its members. Never raises.

    This runs in the parent too: of a stranger's archive it reads a directory of bounded size and inflates nothing.
    """
    try:
        members = read_directory(stream, MAX_MEMBERS, _MOST_DIRECTORY_BYTES)
        return _judge_members(stream, members)
    except LargeZipError:
        return Verdict(code="file_too_large", detail="解压后过大")
    except Exception:  # a broken or hostile archive may raise anything
        return Verdict(code="file_broken")


def _judge_members(stream: BinaryIO, members: Sequence[Entry]) -> Verdict:
    by_name = {member.name: member for member in members}
    if sum(member.declared_bytes for member in members) > MAX_INFLATED_BYTES:
        return Verdict(code="file_too_large", detail="解压后过大")
    if any(member.is_encrypted for member in members):
        return Verdict(code="file_encrypted", detail="压缩包密码")
    if "xl/workbook.bin" in by_name:
        return Verdict("xlsb")
    if "xl/workbook.xml" in by_name:
        return Verdict("xlsm" if "xl/vbaProject.bin" in by_name else "xlsx")
    if "content.xml" in by_name or "encrypted-package" in by_name:
        # Whether it has a password the reader tells: nothing is inflated here.
        return _judge_open_document(stream, by_name)
    if any(name.startswith("word/") for name in by_name):
        return Verdict(code="file_not_workbook", detail="Word 文档")
    if any(name.startswith("ppt/") for name in by_name):
        return Verdict(code="file_not_workbook", detail="演示文稿")
    if any(name.endswith("workbook.xml") for name in by_name):
        return Verdict("xlsx")
    return Verdict(code="file_not_workbook", detail=_ARCHIVE)


def _judge_open_document(stream: BinaryIO, by_name: Mapping[str, Entry]) -> Verdict:
    """A package of OpenDocument: its kind stands plain behind the first member's header, if its writer kept to the rules."""
    stream.seek(0)
    head = stream.read(128)
    kind = head[38:] if head[30:38] == b"mimetype" else b""
    if b"opendocument." in kind and b"opendocument.spreadsheet" not in kind:
        return Verdict(code="file_not_workbook", detail="OpenDocument 文档")
    if "content.xml" not in by_name:
        return Verdict(code="file_encrypted", detail="ODS 密码")
    return Verdict("ods")


def _judge_ole(data: bytes) -> Verdict:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return Verdict(code="file_encrypted", is_locked=True)
    if has("Workbook") or has("Book"):
        if _FILE_PASS.search(data):
            return Verdict(code="file_encrypted", is_locked=True)
        return Verdict("xls")
    if has("WordDocument"):
        return Verdict(code="file_not_workbook", detail="Word 文档")
    if has("PowerPoint Document"):
        return Verdict(code="file_not_workbook", detail="演示文稿")
    return Verdict(code="file_broken")


def _is_flat_open_document(data: bytes) -> bool:
    head = data[:8192]
    return b"<office:document" in head and b"opendocument.spreadsheet" in head and b"office:mimetype" in head


def _name_other(data: bytes) -> str:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, name in (
        (b"%pdf", "PDF 文件"),
        (b"rar!", "RAR 压缩包"),
        (b"7z\xbc\xaf", "7z 压缩包"),
        (b"<!doctype html", "网页"),
        (b"<html", "网页"),
        (b"<?xml", "XML 文件"),
        (b"{\\rtf", "RTF 文档"),
        (b"\x89png", "图片"),
        (b"\xff\xd8\xff", "图片"),
        (b"from ", "邮件"),
        (b"received:", "邮件"),
    ):
        if head.startswith(start):
            return name
    if b"<table" in data[:4096].lower():
        return "网页"
    is_text = b"\x00" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "文本文件" if is_text else "未知类型的文件"
