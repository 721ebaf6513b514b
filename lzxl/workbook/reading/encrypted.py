"""Opens workbooks that are encrypted with a password (in the sandbox only), and encrypts what lzxl itself has written."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lzxl.workbook.reading.guard import judge

# Excel encrypts with this one of its own accord ("read-only recommended"), and opens such files without asking.
EXCELS_OWN = "VelvetSweatshop"
MOST_TRIES = 3
# Each is a round of hashing for every try. Office writes 100,000.
MOST_SPINS = 1_000_000
UNSUPPORTED = "加密方式不支持"


@dataclass(frozen=True)
class Unlocked:
    """What came of an encrypted file: its content, or the code of why there is none."""

    data: bytes = field(default=b"", repr=False)
    number: int | None = None
    """Which of the passwords opened it; None if Excel's own did, or none."""
    code: str = ""
    detail: str = ""


def unlock(data: bytes, passwords: Sequence[str] = ()) -> Unlocked:
    """Open a file that the guard calls locked, with Excel's own password or one of the first three of `passwords`.

    Raises MemoryError only; it may use up processor time: call it in the sandbox.
    """
    try:
        return _unlock(data, passwords[:MOST_TRIES])
    except MemoryError:
        raise
    except BaseException as error:  # the cipher library panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return Unlocked(code="file_encryption_unknown", detail=UNSUPPORTED)


def _unlock(data: bytes, passwords: Sequence[str]) -> Unlocked:
    import msoffcrypto  # type: ignore[import-untyped]

    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    if file.format == "ooxml" and file.type == "agile" and file.info["spinValue"] > MOST_SPINS:
        return Unlocked(code="file_encryption_unknown", detail="加密参数过大")
    for number, password in enumerate((EXCELS_OWN, *passwords), -1):
        content = _try(file, password) if password else None
        if content is not None:
            return Unlocked(content, number if number >= 0 else None)
    return Unlocked(code="file_password_wrong" if passwords else "file_encrypted")


def _try(file: Any, password: str) -> bytes | None:
    """The content, None if the password does not fit."""
    from msoffcrypto.exceptions import InvalidKeyError  # type: ignore[import-untyped]

    content = io.BytesIO()
    # Old formats check a password always, the others when asked to.
    check = {"verify_password": True} if file.format == "ooxml" else {}
    try:
        file.load_key(password=password, **check)
        file.decrypt(content)
    except (InvalidKeyError, UnicodeError):
        return None
    return content.getvalue()


def which_password(path: Path, passwords: Sequence[str]) -> int | None:
    """The number of the password that opens the file at `path`; None if none does, or none is needed.

    Raises OSError and MemoryError. For the sandbox.
    """
    data = path.read_bytes()
    return unlock(data, passwords).number if judge(data).is_locked else None


def lock(workbook: bytes, password: str) -> bytes:
    """An .xlsx file of our own making, encrypted as Excel does (agile: AES-256, SHA-512)."""
    from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, locked)
    return locked.getvalue()
