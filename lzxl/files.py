"""Writing so that nothing is ever half-written: a temporary name in the same folder, then a rename."""

from __future__ import annotations

import errno
import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lzxl.errors import OutputError

_IN_NO_FILE_NAME = '\\/:*?"<>|'


def unfit_sign(name: str) -> str:
    """The first sign of a name that no file of Windows may have; "" if there is none."""
    return next((sign for sign in name if sign in _IN_NO_FILE_NAME), "")


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that becomes `target` when the block ends well, and vanishes when it does not.

    Folders above `target` are made. Raises OutputError with a Chinese sentence when the disk is full, read-only, or the
    target is not writable; `target` is then as it was.
    """
    # A name may have 255 bytes, and each Chinese character takes three.
    temporary = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.tmp")
    with output_to(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            with temporary.open("rb") as stream:
                # Before the rename: else a power cut may leave the new name over an empty file.
                os.fsync(stream.fileno())
            temporary.replace(target)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def sweep(folder: Path, stem: str) -> None:
    """Take away what a process that was killed left half-written of a file whose name begins so. Not while another may write it."""
    # Escaped: names of units and files may have brackets, which mean something to glob.
    for left in folder.glob(f".{glob.escape(stem[:60])}*.tmp"):
        with suppress(OSError):
            left.unlink()


PRIVATE = 0o600
"""The mode of a file that only its owner may read."""


def store_durably(target: Path, data: bytes, mode: int = 0o666) -> None:
    """Write `data` so that it is there after a power cut too, name and all. Raises OutputError as `writing` does.

    `mode`: who may do what with it, less what the user's umask forbids; it never lies there with a wider one.
    """
    with writing(target) as temporary:
        # Created with its mode: narrowed afterwards, it would lie there open to others for a moment.
        # Without O_BINARY, Windows puts a carriage return before every line feed.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(temporary, flags, mode), "wb") as stream:
            stream.write(data)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        with output_to(target):
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def store_swept(target: Path, data: bytes, mode: int = 0o666) -> None:
    """As `store_durably`, of a file that nobody else writes meanwhile: what a run that was killed left of it half-written goes."""
    sweep(target.parent, target.name)
    store_durably(target, data, mode)


@contextmanager
def output_to(target: Path) -> Iterator[None]:
    """Turns the system's trouble with writing to `target` into an OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(output_trouble(target, error), code="output_unwritable") from error


def output_trouble(target: Path, error: OSError) -> str:
    """What a failed write means for the clerk, and what to do."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"磁盘空间不足，无法写入 {target}。请腾出空间后重试。"
    if error.errno == errno.EROFS:
        return f"磁盘是只读的，无法写入 {target}。请换一个位置。"
    if isinstance(error, PermissionError):
        # Windows refuses to replace a file that a program has open.
        return f"没有权限写入 {target}；如果文件正在表格软件中打开，请先关闭再试。"
    if isinstance(error, IsADirectoryError):
        return f"无法写入 {target}：同名的文件夹已经存在。请换一个文件名。"
    if error.errno == errno.ENAMETOOLONG:
        return f"无法写入 {target}：文件名过长。请改短后重试。"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"无法写入 {target}：路径中有一段是文件，不是文件夹。"
    number = f"（系统错误 {error.errno}）" if error.errno else ""
    return f"无法写入 {target}{number}。请检查磁盘和路径后重试。"
