"""Links that a mail has in an attachment's place: known by how they are spoken of, not by whose they are.

They are recognised and never followed. The words of a warning against them, as our own letters have it, are no link, nor is
the address of a unit's website below its name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import islice

_LONGEST = 1024 * 1024
# What the web mails write where they put a link: enough by itself.
_IN_PLACE_OF_FILE = re.compile(r"超大附件|文件中转|附件中转|云附件")
# Services and words that stand beside the address of a shared file.
_SHARED = re.compile(
    r"网盘|云盘|微云|提取码|提取密码|访问码|访问密码|分享码|取件码|中转站|超大附件|云附件|金山文档|腾讯文档|石墨文档|飞书|钉盘|坚果云|文叔叔"
    r"|奶牛快传|wps云|云文档|分享了?(?:一?[个份])?(?:文件|文档|表格|链接)|(?:文件|文档|附件)分享|给你分享|与你共享"
    r"|onedrive|sharepoint|wetransfer|dropbox|google\s?drive|icloud|mail\s?drop|shared\s(?:a\s|the\s)?(?:file|link|document)",
    re.IGNORECASE,
)
_TO_BE_FETCHED = re.compile(
    r"下载|有效期|到期|过期|失效|天后|大小[:：]|文件名|附件|download|expires?\b|attachment|\b\d+(?:\.\d+)?\s?[MKG]B?\b",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\.(?:xlsx|xlsm|xlsb|xls|et|ods|zip|rar|7z)(?![A-Za-z0-9])", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、）】》]{4,2000}", re.IGNORECASE)
# How the address of one file looks, whoever keeps it: a path that shares or fetches, or a key.
_OF_ONE_FILE = re.compile(
    r"/(?:s|d|f|t|share|shared|sharing|file|files|dl|down|download|downloads|ftn|attachment|attachments|doclib)/[^/\s]"
    r"|[?&](?:pwd|surl|code|key|k|fid|token|sharecode|share|p|func|id|file|fileid)="
    r"|/[a-z0-9_-]*(?:download|attach|share|getfile)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\.s?html?(?:[?#]|$)", re.IGNORECASE)
_KNOWN_ADDRESSES = (
    "mail.qq.com/cgi-bin/ftnexs_download",
    "wx.mail.qq.com/ftn/download",
    "mail.163.com/large-attachment-download/",
    "dashi.163.com/html/cloud-attachment-download",
    "/alimail/openlinks/downloadmimemetadiskbigattach",
)
_WARNING = re.compile(r"不要|不用|不得|不宜|不接受|不使用|不以|不通过|请勿|勿用|勿使|勿以|勿将|禁止|避免|别用|而不是")
_END_OF_SENTENCE = re.compile(r"[。；！？]")
# A warning names several kinds, one after the other.
_WARNED = 24
_NEAR = 200
_BESIDE = 60
_SHORTEST_PATH = 8
_MOST_ADDRESSES = 500


def has_link(text: str) -> bool:
    """Whether a mail's text or HTML has the address of a file left on a server."""
    # In HTML an address has &amp; for &.
    plain = html.unescape(text[:_LONGEST])
    if any(address in plain.lower() for address in _KNOWN_ADDRESSES):
        return True
    shown = _without_markup(plain)
    is_shared = _is_said(_SHARED, shown)
    # A newsletter may have thousands of addresses, and each has its surroundings looked through.
    return any(_is_of_file(shown, address, is_shared) for address in islice(_ADDRESS.finditer(shown), _MOST_ADDRESSES))


def speaks_of_link(text: str) -> bool:
    """Whether it speaks of one as the web mails do, whether or not the address is to be seen."""
    # A mail program may break the line in the middle of the words.
    return _is_said(_IN_PLACE_OF_FILE, re.sub(r"\s+", "", _without_markup(html.unescape(text[:_LONGEST]))))


def _is_of_file(text: str, address: re.Match[str], is_shared: bool) -> bool:
    path = address[0].partition("://")[2].partition("/")[2]
    if _FILE_NAME.search(path):
        return True
    if _OF_ONE_FILE.search(f"/{path}"):
        return is_shared or _is_any_near(((_TO_BE_FETCHED, _NEAR), (_FILE_NAME, _NEAR)), text, address)
    if len(path) < _SHORTEST_PATH or _PAGE.search(path):
        return False
    if _SHARED.search(address[0]):
        return True
    return _is_any_near(((_SHARED, _NEAR), (_FILE_NAME, _BESIDE)), text, address)


def _is_any_near(wanted: Iterable[tuple[re.Pattern[str], int]], text: str, match: re.Match[str]) -> bool:
    return any(_is_near(pattern, text, match, reach) for pattern, reach in wanted)


def _is_near(pattern: re.Pattern[str], text: str, match: re.Match[str], reach: int) -> bool:
    before, after = text[max(match.start() - reach, 0) : match.start()], text[match.end() : match.end() + reach]
    return pattern.search(before) is not None or pattern.search(after) is not None


def _is_said(pattern: re.Pattern[str], text: str) -> bool:
    """Whether it stands somewhere and nobody is warned against it there."""
    for match in pattern.finditer(text):
        before = _END_OF_SENTENCE.split(text[max(match.start() - _WARNED, 0) : match.start()])[-1]
        if not _WARNING.search(re.sub(r"\s+", "", before)):
            return True
    return False


def _without_markup(text: str) -> str:
    """A text without the tags of HTML, the addresses in them kept; lines that others are quoted with are left out."""
    shown = re.sub(r"<([^<>]*)>", _tag, text)
    return "\n".join(line for line in shown.splitlines() if not line.lstrip().startswith(">"))


def _tag(match: re.Match[str]) -> str:
    address = _ADDRESS.search(match[1])
    if address is not None and "href" in match[1].lower():
        return f" {address[0]} "
    if address is None and not re.match(r"/?[A-Za-z!]", match[1]):
        return match[0]
    name = re.match(r"/?([A-Za-z]*)", match[1])
    return "\n" if name is not None and name[1].lower() in {"br", "p", "div", "tr", "li", "table"} else ""
