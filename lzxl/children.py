"""Child processes that read what nobody has vouched for: how they are started, and how little they may use.

A file may take its reader over, or take all the memory there is; a child that does costs one refusal.
"""

from __future__ import annotations

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """What a child knows of its surroundings: where lzxl is, and no password."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    known = {name: value for name, value in os.environ.items() if "PASSWORD" not in name.upper()}
    return {**known, "PYTHONPATH": path}


def limit_memory(most_bytes: int) -> None:
    """In the child: no more memory than that, and no core file, which would hold what was read."""
    try:
        import resource
    except ImportError:  # Windows has none; the parent's clock still holds
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))


def limit_processor(seconds: int) -> None:
    """In the child: so many seconds of processor time from now on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))
