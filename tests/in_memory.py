"""Where the tests' folders lie: in memory, where there is room. lzxl waits for the disk after every file that it writes, some ten
thousand times in a test run, and none of these files outlives it.

Whoever wants them on a disk says where: PYTEST_DEBUG_TEMPROOT=/tmp, or --basetemp.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 6 << 30
"""Bytes: three times what a whole run needs, since others may need some as well."""


def lie_in_memory() -> None:
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _has_room(_MEMORY):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY)


def _has_room(folder: Path) -> bool:
    """A file system in memory may say that it is larger than the memory is."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    available = re.search(r"^MemAvailable: +([0-9]+) kB$", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    return available is not None and min(int(available[1]) << 10, shutil.disk_usage(folder).free) > _ROOM
