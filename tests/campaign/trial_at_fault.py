"""A trial that is ended by one unit's file, as the machine might end it. Run as `python -m`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lzxl.campaign.trial import work_on
from lzxl.children import serve
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all

CULPRIT = "HB02"


def ended_by_one(question: dict[str, Any], given: BinaryIO) -> Iterator[tuple[int, bytes]]:
    [submission] = read_all([Job(Path(given.name), "file")])
    if submission.unit_code == CULPRIT:
        os.kill(os.getpid(), signal.SIGKILL)
    yield from work_on(question, given)


if __name__ == "__main__":
    serve(ended_by_one)
