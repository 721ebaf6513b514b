"""What the parent asks of a reading child, and how much a file may cost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
WALL_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """One file to read. `file` is the name shown to people; see `read_submission` for the rest."""

    path: Path
    file: str
    form: str | None = None
    own_layout: bool = False
    scheme: str = ""
