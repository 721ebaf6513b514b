"""What a file in a mail is, by its bytes: a possible submission, something to unpack, or something else with a name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from lzxl.campaign.sources import WORKBOOK_SUFFIXES
from lzxl.mail.cms import is_envelope
from lzxl.mail.folders import is_mail
from lzxl.mail.ole import OLE, is_outlook_message
from lzxl.workbook.reading.guard import Verdict, judge
from lzxl.zips import BrokenZipError, LargeZipError, read_directory

_TNEF = b"\x78\x9f\x3e\x22"
_CONTAINERS = (OLE, b"PK\x03\x04", b"PK\x05\x06", _TNEF)
# Before version 5, Excel wrote its records without an OLE file around them.
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_SIGNATURES = frozenset({".p7s", ".p7b", ".p7c"})
# HEIC, from the fifth byte on.
_PICTURES_FROM_4 = (b"ftypheic", b"ftypheix", b"ftypmif1")
# Pictures of a sheet of paper are larger than a logo.
_LOGO_BYTES = 30 * 1024

APPLE = "苹果系统的附带信息"
# By their first bytes, beside what the guard knows.
_STARTS = (
    (b"Rar!", "RAR 压缩包", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "archive"),
    (b"\x1f\x8b", "gz 压缩包", "archive"),
    (b"BZh", "bz2 压缩包", "archive"),
    (b"\xfd7zXZ\x00", "xz 压缩包", "archive"),
    (b"MSCF", "cab 压缩包", "archive"),
    (b"%PDF", "PDF 文件", "document"),
    (b"{\\rtf", "RTF 文档", "document"),
    (b"\x89PNG", "图片", "picture"),
    (b"\xff\xd8\xff", "图片", "picture"),
    (b"GIF8", "图片", "picture"),
    (b"BM", "图片", "picture"),
    (b"II*\x00", "图片", "picture"),
    (b"MM\x00*", "图片", "picture"),
    (b"BEGIN:VCARD", "名片", "aside"),
    (b"BEGIN:VCALENDAR", "日程邀请", "aside"),
    (b"-----BEGIN PGP MESSAGE", "PGP", "encrypted"),
    (b"-----BEGIN PGP", "加密或签名信息", "aside"),
    (b"\x00\x05\x16\x07", APPLE, "aside"),
    (b"\x00\x05\x16\x00", APPLE, "aside"),
    (b"MZ", "可执行程序", "aside"),
)
_BY_TYPE = (
    ("application/pkcs7-mime", "", "envelope"),
    ("application/x-pkcs7-mime", "", "envelope"),
    ("application/pkcs7", "加密或签名信息", "aside"),
    ("application/x-pkcs7", "加密或签名信息", "aside"),
    ("application/pgp", "加密或签名信息", "aside"),
    ("text/calendar", "日程邀请", "aside"),
    ("text/vcard", "名片", "aside"),
    ("text/x-vcard", "名片", "aside"),
    ("image/", "图片", "picture"),
    ("audio/", "音频", "aside"),
    ("video/", "视频", "aside"),
)
_BY_SUFFIX = {
    ".csv": ("CSV 文本文件", "document"),
    ".tsv": ("文本文件", "document"),
    ".ofd": ("OFD 文件", "document"),
    ".doc": ("Word 文档", "document"),
    ".docx": ("Word 文档", "document"),
    ".wps": ("WPS 文字文档", "document"),
    ".ppt": ("演示文稿", "document"),
    ".pptx": ("演示文稿", "document"),
    ".dps": ("演示文稿", "document"),
    ".numbers": ("苹果 Numbers 表格", "document"),
    ".vcf": ("名片", "aside"),
    ".ics": ("日程邀请", "aside"),
    ".p7s": ("加密或签名信息", "aside"),
    ".pgp": ("PGP", "encrypted"),
    ".gpg": ("PGP", "encrypted"),
    ".heic": ("图片", "picture"),
    ".webp": ("图片", "picture"),
}


@dataclass(frozen=True)
class Kind:
    """What a file is.

    `candidate`: a workbook, or an archive that may hold some. `packed`: its files must be taken out by `lzxl.mail.packed`.
    `mail`: another mail. `envelope`: an S/MIME one (`lzxl.mail.cms`). `encrypted`: by whatever it is called. `archive`: one
    that is not opened. `document`: something that a unit may have meant as its filing. `aside`: what comes with mails and is
    meant for nobody.
    """

    what: Literal["candidate", "packed", "mail", "envelope", "encrypted", "archive", "document", "aside"]
    title: str = ""
    """A Chinese noun; of the last four only."""


def is_container(data: bytes) -> bool:
    """Whether a part can be no text of a mail, whatever it is said to be."""
    # 09 is a tab, too, with which a text may begin: a record has a zero byte soon.
    return data.startswith(_CONTAINERS) or (data.startswith(_BIFF) and b"\x00" in data[:16])


def kind_of(name: str, data: bytes, content_type: str = "", is_inline: bool = False) -> Kind:
    """What a file is, by its bytes first. `is_inline`: the mail's own text shows it."""
    suffix = PurePosixPath(name.lower()).suffix
    if data.startswith(_TNEF) or is_outlook_message(data):
        return Kind("packed")
    if _is_envelope(suffix, data):
        return Kind("aside", "加密或签名信息") if suffix in _SIGNATURES else Kind("envelope")
    verdict = judge(data)
    found = _by_verdict(verdict, suffix, data)
    if found is not None:
        return found
    return Kind("mail") if is_mail(name, data) else _other(suffix, data, content_type, is_inline, verdict.detail)


def _by_verdict(verdict: Verdict, suffix: str, data: bytes) -> Kind | None:
    """What the guard of workbooks makes of a file; None if it is nothing of its."""
    # An encrypted one, too: the office may have been told its password.
    if verdict.container or verdict.code == "file_encrypted":
        return Kind("candidate")
    if data.startswith(b"PK") and verdict.detail == "压缩包":
        return _of_zip(data)
    return _of_damaged(suffix, data) if verdict.code in {"file_broken", "file_too_large"} else None


def _is_envelope(suffix: str, data: bytes) -> bool:
    """Whether a file is an S/MIME envelope, by its bytes or, if these tell nothing, by its name."""
    return is_envelope(data) or (suffix == ".p7m" and bool(data) and not is_container(data))


def _of_damaged(suffix: str, data: bytes) -> Kind:
    """What cannot be opened: a workbook or an archive of some by its name is told to its unit as such."""
    if suffix in WORKBOOK_SUFFIXES or suffix == ".zip":
        return Kind("candidate")
    if data.startswith(b"PK"):
        return Kind("archive", "已损坏或过大的压缩包")
    return _named(suffix) or Kind("document", "表格以外的文件")


def _of_zip(data: bytes) -> Kind:
    """Some programs keep their documents as archives."""
    try:
        names = {entry.name for entry in read_directory(io.BytesIO(data))}
    except (BrokenZipError, LargeZipError):
        return Kind("archive", "已损坏或过大的压缩包")
    title = next((title for mark, title in _DOCUMENT_MARKS if mark in names), "")
    return Kind("document", title) if title else Kind("candidate")


_DOCUMENT_MARKS = (
    ("OFD.xml", "OFD 文件"),
    ("Index/Document.iwa", "苹果 Numbers 等文档"),
    ("Index.zip", "苹果 Numbers 等文档"),
    ("[Content_Types].xml", "表格以外的文件"),
)
"""What lies in an archive that is a document → what such a document is called."""


def _other(suffix: str, data: bytes, content_type: str, is_inline: bool, guessed: str) -> Kind:
    if not data.strip():
        return Kind("document", "空文件")
    told = _by_start(data) or _by_type(content_type)
    if told is not None:
        title, what = told
        is_logo = what == "picture" and (is_inline or len(data) < _LOGO_BYTES)
        return _kind("aside" if is_logo else what, title)
    return _named(suffix) or Kind("document", _by_guess(guessed, suffix))


def _by_guess(guessed: str, suffix: str) -> str:
    """What a document is called of which only the guard has an idea, or nobody."""
    title = guessed or "表格以外的文件"
    is_misnamed = suffix in WORKBOOK_SUFFIXES and title not in {"Word 文档", "演示文稿", "OpenDocument 文档"}
    return f"{title}，只是用了表格的扩展名" if is_misnamed else title


def _by_start(data: bytes) -> tuple[str, str] | None:
    """(title, what) by the first bytes; a text may have a mark or blanks before them."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, title, what in _STARTS:
        if data.startswith(start) or head.startswith(start):
            return title, what
    if data[4:12] in _PICTURES_FROM_4 or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "图片", "picture"
    return None


def _by_type(content_type: str) -> tuple[str, str] | None:
    """(title, what) by what the mail says of it."""
    for start, title, what in _BY_TYPE:
        if content_type.startswith(start):
            return title, what
    return None


def _kind(what: str, title: str) -> Kind:
    """A kind as the tables above name it; a picture that is no logo may be meant as a filing."""
    return Kind(_WHAT.get(what, "document"), title)


_WHAT: dict[str, Literal["envelope", "archive", "encrypted", "aside"]] = {
    "envelope": "envelope",
    "archive": "archive",
    "encrypted": "encrypted",
    "aside": "aside",
}


def _named(suffix: str) -> Kind | None:
    title, what = _BY_SUFFIX.get(suffix, ("", ""))
    return _kind(what, title) if title else None
