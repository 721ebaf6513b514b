"""The cheap look at a file's bytes before anything parses it: what it is, and whether it may be opened.

This is the seam for hostile files: whatever must be refused before a parser sees it is refused here, with a code of the
catalogue that names the remedy.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from lzxl.workbook.reading.ole import SIGNATURE, BrokenCompoundError, CompoundFile
from lzxl.workbook.reading.package import fold_part_name
from lzxl.zips import STARTS, Entry, LargeZipError, read_directory

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_INFLATED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 3000
_MOST_DIRECTORY_BYTES = 1024 * 1024
_MOST_JUNK = 64 * 1024
_ARCHIVE = "压缩包"
_UNKNOWN = "未知类型的文件"

# First record of a BIFF stream → how long it may be ([MS-XLS] 2.4.21 and its forerunners), and what it may open.
_BIFF_BEGINNINGS = {0x0809: (8, 16), 0x0409: (6, 8), 0x0209: (6, 8), 0x0009: (4, 6)}
_BIFF_CONTENTS = {0x0005, 0x0006, 0x0010, 0x0020, 0x0040, 0x0100}
_LONGEST_RECORD = 8228
_FILE_PASS = 0x002F
# Behind the beginning stands FilePass, perhaps after WriteProtect; some writers put a record or two before it.
_MOST_BEFORE_FILE_PASS = 6
_BIFF_HEAD = 2048
# Folders of zip packages that are no workbook.
_OTHER_OFFICE = (("word/", "Word 文档"), ("ppt/", "演示文稿"))
# How files begin that people attach instead of a workbook, in small letters.
_OTHER_BEGINNINGS = (
    (b"%pdf", "PDF 文件"),
    (b"rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"<!doctype html", "网页"),
    (b"<html", "网页"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89png", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"from ", "邮件"),
    (b"received:", "邮件"),
)
_OLE_KINDS = (
    ("WordDocument", "Word 文档"),
    ("PowerPoint Document", "演示文稿"),
    ("VisioDocument", "Visio 图"),
    ("__properties_version1.0", "邮件"),
    # Thumbs.db, which Windows leaves in folders of pictures, and which is packed along with them.
    ("Catalog", "缩略图缓存"),
)


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
    return _judge_workbook(data) or _judge_other(data)


def _judge_workbook(data: bytes) -> Verdict | None:
    """What a file is that begins as a container of workbooks does; None for any other."""
    if data.startswith(STARTS):
        return judge_zip(io.BytesIO(data))
    if data.startswith(SIGNATURE):
        return _judge_ole(data)
    if _is_flat_open_document(data):
        return Verdict("ods")
    head = data[:_BIFF_HEAD]
    return _judge_biff(head) if _begins_as_biff(head) else None


def _judge_other(data: bytes) -> Verdict:
    """A file that begins as no workbook: it is told what it is, or what stands behind its beginning."""
    name = _name_other(data)
    behind = _behind_junk(data) if name == _UNKNOWN else None
    return behind or Verdict(code="file_not_workbook", detail=name)


def _behind_junk(data: bytes) -> Verdict | None:
    """What a workbook is that has something in front of it: programs find a zip archive from its end."""
    start = data.find(STARTS[0], 0, _MOST_JUNK)
    verdict = judge_zip(io.BytesIO(data[start:])) if start > 0 else None
    return verdict if verdict is not None and verdict.container else None


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
    # Members that are each small may unfold to gigabytes together. They may lie; a child's memory is bounded as well.
    if sum(member.declared_bytes for member in members) > MAX_INFLATED_BYTES:
        return Verdict(code="file_too_large", detail="解压后过大")
    # No office program closes single members of its package: somebody packed the file with a password.
    if any(member.is_encrypted for member in members):
        return Verdict(code="file_encrypted", detail="压缩包密码")
    by_name = {fold_part_name(member.name): member for member in members}
    return _judge_usual_package(stream, by_name) or _judge_odd_package(by_name)


def _judge_usual_package(stream: BinaryIO, by_name: Mapping[str, Entry]) -> Verdict | None:
    """What an archive is whose main part is called as programs call it; None for any other."""
    if "xl/workbook.bin" in by_name:
        return Verdict("xlsb")
    if "xl/workbook.xml" in by_name:
        return _workbook(by_name)
    if "content.xml" in by_name or "encrypted-package" in by_name:
        # Whether it has a password the reader tells: nothing is inflated here.
        return _judge_open_document(stream, by_name)
    other = _name_other_office(by_name)
    return Verdict(code="file_not_workbook", detail=other) if other else None


def _name_other_office(by_name: Mapping[str, Entry]) -> str:
    """What else of an office's making an archive is, by the folders in it; "" if none is known."""
    for folder, name in _OTHER_OFFICE:
        if any(member.startswith(folder) for member in by_name):
            return name
    return ""


def _judge_odd_package(by_name: Mapping[str, Entry]) -> Verdict:
    """A zip archive whose parts stand where no program of today puts them: a workbook if they look like one's."""
    if any(name.endswith("workbook.xml") for name in by_name):
        return _workbook(by_name)
    if "[content_types].xml" not in by_name or "_rels/.rels" not in by_name:
        return Verdict(code="file_not_workbook", detail=_ARCHIVE)
    # An Office package whose parts are called otherwise: what it is about its reader tells.
    is_binary = any(name.endswith(("workbook.bin", "worksheets/sheet1.bin")) for name in by_name)
    return Verdict("xlsb") if is_binary else _workbook(by_name)


def _workbook(by_name: Mapping[str, Entry]) -> Verdict:
    return Verdict("xlsm" if any(name.endswith("vbaproject.bin") for name in by_name) else "xlsx")


def _judge_open_document(stream: BinaryIO, by_name: Mapping[str, Entry]) -> Verdict:
    """A package of OpenDocument: its kind stands plain behind the first member's header, if its writer kept to the rules."""
    stream.seek(0)
    head = stream.read(128)
    # A member's header is 30 bytes, then comes its name; this one is first and stored unpacked (OpenDocument 1.3 part
    # 2).
    kind = head[38:] if head[30:38] == b"mimetype" else b""
    if b"opendocument." in kind and b"opendocument.spreadsheet" not in kind:
        return Verdict(code="file_not_workbook", detail="OpenDocument 文档")
    if "content.xml" not in by_name:
        return Verdict(code="file_encrypted", detail="ODS 密码")
    return Verdict("ods")


def _judge_ole(data: bytes) -> Verdict:
    """A compound file, by the names of its streams and the first records of its workbook. Nothing else is read."""
    try:
        file = CompoundFile(data)
        # A closed .xlsx is a compound file, no zip ([MS-OFFCRYPTO]): it must not be told as an old .xls.
        if file.has("EncryptedPackage"):
            return Verdict(code="file_encrypted", is_locked=True)
        # BIFF8 calls its stream Workbook, BIFF5 Book; a file saved for both has both, and BIFF8 says more.
        name = next((name for name in ("Workbook", "Book") if file.has(name)), "")
        if name:
            return _judge_biff(file.read(name, _BIFF_HEAD))
        return Verdict(code="file_not_workbook", detail=_name_ole(file))
    except BrokenCompoundError:
        return Verdict(code="file_broken")


def _name_ole(file: CompoundFile) -> str:
    for stream, name in _OLE_KINDS:
        if file.has(stream):
            return name
    return "其他软件的文件"


def _judge_biff(head: bytes) -> Verdict:
    """A stream of BIFF records, by the first of them ([MS-XLS] 2.1.7.20.3: what is closed says so at once)."""
    if int.from_bytes(head[:2], "little") not in _BIFF_BEGINNINGS:
        return Verdict(code="file_broken")
    position = 0
    for _ in range(_MOST_BEFORE_FILE_PASS):
        if position + 4 > len(head):
            break
        kind, size = struct.unpack_from("<HH", head, position)
        # A closed .xls keeps its records' kinds and lengths open, and closes what they hold: it begins like any
        # other.
        if kind == _FILE_PASS and size >= 4:
            return Verdict(code="file_encrypted", is_locked=True)
        position += 4 + size
    return Verdict("xls")


def _begins_as_biff(head: bytes) -> bool:
    """Whether the first record opens a workbook or sheet of any version, and another record follows."""
    if len(head) < 12:
        return False
    kind, size, _, content = struct.unpack_from("<HHHH", head)
    if size not in _BIFF_BEGINNINGS.get(kind, ()) or content not in _BIFF_CONTENTS:
        return False
    following, length = _following(head)
    return following != 0 and length <= _LONGEST_RECORD


def _following(head: bytes) -> tuple[int, int]:
    """Kind and length of the record behind the first."""
    place = 4 + int.from_bytes(head[2:4], "little")
    return struct.unpack_from("<HH", head, place) if place + 4 <= len(head) else (0, 0)


def _is_flat_open_document(data: bytes) -> bool:
    head = data[:8192]
    return b"<office:document" in head and b"opendocument.spreadsheet" in head and b"office:mimetype" in head


def _name_other(data: bytes) -> str:
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, name in _OTHER_BEGINNINGS:
        if head.startswith(start):
            return name
    return _name_text(head, data[:4096])


def _name_text(head: bytes, beginning: bytes) -> str:
    """What a file is called that is some kind of text, if it is one. `head`: its beginning without blanks, in small letters."""
    if head.startswith(b"<?xml"):
        return "XML 表格2003" if b"urn:schemas-microsoft-com:office:spreadsheet" in beginning else "XML 文件"
    # What web systems export as .xls is often a bare table of HTML, which Excel opens all the same.
    if b"<table" in beginning.lower():
        return "网页"
    # Text of two bytes a character is full of zeros, and says by its first two what it is.
    is_text = b"\x00" not in beginning or beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "文本文件" if is_text else _UNKNOWN
