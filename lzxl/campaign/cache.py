"""Submissions as they read, by content, in .lzxl/cache: a file that has not changed is not read twice.

What is kept is only what reading gave; every check runs anew. It may be deleted at any time. A change of the forms or of
the reader makes it void.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import lzxl
from lzxl.checks.schema import warm_up
from lzxl.data import data_folder
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.plain import from_bytes, to_bytes
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.submission import Submission

# What was read a moment ago and will be asked for once more: it need not come from the disk.
_recent: dict[str, Submission] = {}


def read_with_cache(
    root: Path, jobs: Sequence[Job], progress: Callable[[], None] | None = None, again: bool = False
) -> list[Submission]:
    """The submission of each job, in order, as `read_all` gives it; files known by content are not opened.

    `root`: the campaign's folder. `again`: the same files will be asked for once more by this process.
    """
    cache = _Cache(root / ".lzxl" / "cache")
    known: dict[int, Submission] = {}
    unknown: list[int] = []
    for number, job in enumerate(jobs):
        submission = cache.get(job)
        if submission is None:
            unknown.append(number)
        else:
            known[number] = submission
            if progress is not None:
                progress()
    read = read_all([jobs[number] for number in unknown], progress, meanwhile=warm_up)
    for number, submission in zip(unknown, read, strict=True):
        cache.put(jobs[number], submission, again)
        known[number] = submission
    return [known[number] for number in range(len(jobs))]


class _Cache:
    """One folder for the present reader and forms; a folder of an older state is removed when this one is first used."""

    def __init__(self, folder: Path) -> None:
        self._all = folder
        self._folder = folder / _state()

    def _path(self, digest: str, job: Job) -> Path:
        form = f"-{job.form}" if job.form else ""
        return self._folder / f"{digest}{form}{'-own' if job.own_layout else ''}.bin"

    def get(self, job: Job) -> Submission | None:
        try:
            digest = hashlib.sha256(job.path.read_bytes()).hexdigest()
            if (recent := _recent.pop(str(self._path(digest, job)), None)) is not None:
                return replace(recent, file=job.file)
            submission = from_bytes(self._path(digest, job).read_bytes())
        except Exception:  # not there, or damaged: it is read again
            return None
        if not isinstance(submission, Submission) or submission.sha256 != digest:
            return None
        submission.file = job.file
        return submission

    def put(self, job: Job, submission: Submission, again: bool) -> None:
        """Keep what was read. A refusal may have been for want of time or memory: it is tried again."""
        if submission.refusal is not None or not submission.sha256:
            return
        path = self._path(submission.sha256, job)
        if again:
            _recent[str(path)] = submission
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):  # a cache that cannot be written costs time, nothing else
            if not self._folder.is_dir():
                shutil.rmtree(self._all, ignore_errors=True)
                self._folder.mkdir(parents=True)
            try:
                temporary.write_bytes(to_bytes(submission))
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _state() -> str:
    """What the reader and the forms are now: their own text, hashed."""
    package = Path(lzxl.__file__).parent
    files = [
        *sorted(data_folder("schemas").rglob("*.yaml")),
        *sorted((package / "forms").glob("*.py")),
        *sorted((package / "workbook" / "reading").glob("*.py")),
        package / "workbook" / "submission.py",
        package / "workbook" / "layout.py",
    ]
    digest = hashlib.sha256(lzxl.__version__.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
