"""One run at a time writes in a campaign folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lzxl.errors import UsageError
from lzxl.files import output_to


class BusyError(UsageError):
    """Another run is at work in the campaign."""


_held: set[Path] = set()
"""The campaigns that this process holds."""


@contextmanager
def holding(root: Path) -> Iterator[None]:
    """Holds the campaign for this process, unless it does already: for steps that a command takes alone or within a run."""
    # flock goes by open files, not by processes: asked twice, this one would be kept out by itself.
    if root.resolve() in _held:
        yield
        return
    with run_lock(root):
        yield


@contextmanager
def run_lock(root: Path) -> Iterator[None]:
    """Holds the campaign for this process; the system lets go of it when the process ends, however it ends.

    Raises BusyError at once if another run holds it.
    """
    path = root / ".lzxl" / "lock"
    with output_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never removed: beside a run that holds the old file, another would lock a new one of its name.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _acquire(handle)
        except OSError:
            raise BusyError("另一个 lzxl 正在处理这个文件夹，请等它结束后再试。", code="busy") from None
        _held.add(root.resolve())
        try:
            yield
        finally:
            _held.discard(root.resolve())
    finally:
        os.close(handle)


def _acquire(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        # Windows locks stretches of a file; a byte that is not there yet can be locked, too.
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
