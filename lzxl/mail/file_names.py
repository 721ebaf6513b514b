"""Names of the files that our letters carry: safe for every file system and mail program."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lzxl.mail.wording import clean_line

_MOST_NAME = 120
# In filename*= each byte may take three signs, all of them in one line, which may have 998 (RFC 5322).
_MOST_NAME_BYTES = 180
_UNSAFE_NAME = re.compile(r'[\\/:*?"<>|]+')


def safe_file_name(name: str) -> str:
    """A name that every system takes: without path and signs; a long one is cut before its suffix."""
    # Windows takes blanks and dots off the end of a name: the file would be called otherwise than the letter says.
    cleaned = _UNSAFE_NAME.sub("_", clean_line(name, 10_000)).strip(" .") or "附件"
    path = PurePosixPath(cleaned)
    # Behind the dot of “1.关于……的报告” a whole title stands: no ending, and not to be kept at any length.
    suffix = path.suffix if len(path.suffix.encode(errors="replace")) <= 8 else ""
    stem = cleaned.removesuffix(suffix)[:_MOST_NAME]
    stem = stem.encode(errors="replace")[: _MOST_NAME_BYTES - len(suffix.encode())].decode(errors="ignore").rstrip(" .")
    return f"{stem or '附件'}{suffix}"
