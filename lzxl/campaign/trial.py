"""The child process in which a file that may have ended a run is worked on alone: read, checked, and its return written.

It answers with the most memory that it ever used, in megabytes. What it makes is thrown away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign
from lzxl.campaign.returns import write_return_as_it_came
from lzxl.campaign.standing import context_of
from lzxl.checks.run import check_submissions
from lzxl.checks.schema import warm_up
from lzxl.children import serve
from lzxl.faults import attempt
from lzxl.states import FileState
from lzxl.workbook.reading.jobs import Job


def work_on(question: dict[str, Any], given: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Do with a file what a run does. `question`: the campaign's folder, as `root`."""
    campaign = Campaign(Path(question["root"]))
    warm_up()
    # It has been read by the run that was ended, most likely; if not, it is read in a child of its own.
    job = Job(Path(given.name), "file", scheme=campaign.grading.id)
    [checked] = check_submissions(read_with_cache(campaign.root, [job]), context_of(campaign))
    if checked.status == FileState.RETURNED:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "return.xlsx"
            # What raises costs a run no more than the one file: that is no reason to set it aside.
            original, root = Path(given.name), campaign.root
            attempt(partial(write_return_as_it_came, checked, campaign.grading, target, original, root), lambda _: None)
    yield _peak_megabytes(), b""


def _peak_megabytes() -> int:
    """The most memory of this process; 0 where the system does not tell it, and only the limit of address space holds.

    Not what getrusage says: that begins with the memory of the process that started this one.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return max((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), default=0)


if __name__ == "__main__":
    serve(work_on)
