"""Reads each workbook once a test run, whichever campaign it is sent to: to start a reader takes longer than most tests.

What a campaign keeps of what it read (`.lzxl/cache`) depends on the file's bytes and the forms alone; here campaigns of one run
give it to each other. What may depend on the campaign is read by each for itself: whatever is encrypted, and whatever was refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lzxl.campaign import cache
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.submission import Submission


@pytest.fixture(scope="session", autouse=True)
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What was read for one campaign of the run is known to all, in every worker."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "read"
    shared.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "_Cache", lambda folder: _SharedCache(folder, shared))
        yield


@pytest.fixture
def reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of reading itself: nothing was read before."""
    monkeypatch.setattr(cache, "_Cache", _Cache)


_Cache = cache._Cache


class _SharedCache(_Cache):
    """A campaign's own cache, and behind it that of the whole run."""

    def __init__(self, folder: Path, shared: Path) -> None:
        super().__init__(folder)
        self._shared = shared

    def get(self, job: Job) -> Submission | None:
        return super().get(job) or self._given(job)

    def _given(self, job: Job) -> Submission | None:
        """What another campaign read, as if this one had kept it."""
        try:
            entry = self._path(hashlib.sha256(job.path.read_bytes()).hexdigest(), job)
            data = (self._shared / entry.name).read_bytes()
            self.prepare()
            entry.write_bytes(data)
        except OSError:
            return None
        self._known = True
        return super().get(job)

    def put(self, job: Job, submission: Submission, data: bytes) -> None:
        super().put(job, submission, data)
        entry = self._path(submission.sha256, job) if submission.sha256 else None
        if entry is not None and entry.exists() and b"xl/workbook.xml" in job.path.read_bytes():
            temporary = self._shared / f"{entry.name}.{os.getpid()}"
            temporary.write_bytes(data)
            temporary.replace(self._shared / entry.name)
