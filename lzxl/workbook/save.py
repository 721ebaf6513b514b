"""Saves a workbook so that the same content gives the same bytes, and so that a half-written file is never seen."""

from __future__ import annotations

import contextlib
import datetime
import errno
import io
import os
import tempfile
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from lzxl.errors import OutputError

FIXED_TIME = datetime.datetime(2026, 1, 1)
"""Created and modified time of every workbook that lzxl writes."""

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"


def workbook_bytes(workbook: Workbook) -> bytes:
    """The workbook as .xlsx bytes: fixed times, fixed order of parts."""
    plain = io.BytesIO()
    workbook.save(plain)
    workbook.properties.created = FIXED_TIME
    workbook.properties.modified = FIXED_TIME
    core: bytes = tostring(workbook.properties.to_tree())
    packed = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            part.create_system = 3
            target.writestr(part, core if entry.filename == _CORE else source.read(entry), compresslevel=9)
    return packed.getvalue()


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Save to a temporary file beside `path`, then put it in its place in one step.

    Raises OutputError with a sentence for the user; then `path` is as it was and no temporary file is left.
    """
    path = Path(path)
    data = workbook_bytes(workbook)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".lzxl-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp gives 0600; a file for colleagues is as any other
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise OutputError(_sentence(error, path)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def _sentence(error: OSError, path: Path) -> str:
    if isinstance(error, PermissionError):
        return f"无法写入“{path}”：没有写入权限，或文件正在被别的程序打开。请关闭该文件或换一个文件夹后重试。"
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"无法写入“{path}”：磁盘空间不足。请清理磁盘后重试。"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"无法写入“{path}”：文件夹“{path.parent}”不存在。请先建立该文件夹。"
    if isinstance(error, IsADirectoryError):
        return f"无法写入“{path}”：同名的文件夹已经存在。请换一个文件名。"
    return f"无法写入“{path}”：{error.strerror or error}。"
