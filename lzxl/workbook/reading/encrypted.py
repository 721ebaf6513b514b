"""Opens workbooks that are encrypted with a password (in the sandbox only), and encrypts what lzxl itself has written."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.ole import SIGNATURE, BrokenCompoundError, CompoundFile

if TYPE_CHECKING:
    from lzxl.workbook.reading.ciphers import Lock

# Excel encrypts with this one of its own accord ("read-only recommended"), and opens such files without asking.
EXCELS_OWN = "VelvetSweatshop"
# Each try is 100,000 rounds of hashing, and a child's time is bounded.
MOST_TRIES = 3
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

    What opens of an old .xls is its stream of records, without the compound file around it. Raises MemoryError only; it
    may use up processor time: call it in the sandbox.
    """
    from lzxl.workbook.reading.ciphers import UnknownCipherError

    try:
        return _unlock(data, passwords[:MOST_TRIES])
    except MemoryError:
        raise
    except UnknownCipherError as unknown:
        return Unlocked(code="file_encryption_unknown", detail=str(unknown))
    except BrokenCompoundError:
        return Unlocked(code="file_broken")
    except BaseException as error:  # the cipher library panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return Unlocked(code="file_encryption_unknown", detail=UNSUPPORTED)


def _unlock(data: bytes, passwords: Sequence[str]) -> Unlocked:
    lock = _lock_of(data)
    # From -1: Excel's own password is none of those that were given.
    for number, password in enumerate((EXCELS_OWN, *passwords), -1):
        content = lock.open(password) if password else None
        if content is not None:
            return Unlocked(content, number if number >= 0 else None)
    # Only where somebody gave a password is it wrong; a unit that was asked for none is asked to take it off.
    return Unlocked(code="file_password_wrong" if passwords else "file_encrypted")


def _lock_of(data: bytes) -> Lock:
    from lzxl.workbook.reading.ciphers import AgileLock, StandardLock, UnknownCipherError, biff_lock

    if not data.startswith(SIGNATURE):
        return biff_lock(data)
    file = CompoundFile(data)
    if not file.has("EncryptedPackage"):
        return biff_lock(file.read("Workbook" if file.has("Workbook") else "Book"))
    if not file.has("EncryptionInfo"):
        # What rights management closes is opened by a licence from its server: no password may be asked for.
        raise UnknownCipherError("设有权限管理（IRM）")
    info, package = file.read("EncryptionInfo"), file.read("EncryptedPackage")
    major, minor = struct.unpack_from("<HH", info)
    if (major, minor) == (4, 4):
        return AgileLock(info[8:], package)
    if major in (2, 3, 4) and minor == 2:
        return StandardLock(info[4:], package)
    raise UnknownCipherError(UNSUPPORTED)


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
