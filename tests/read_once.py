"""Reads each workbook once a test run, whichever campaign it is sent to: to start a reader takes longer than most tests.

What a campaign keeps of what it read (`.lzxl/cache`) depends on the file's bytes and the forms alone; here campaigns of one run
give it to each other. What may depend on the campaign is read by each for itself: whatever is encrypted, and whatever was refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from threading import get_ident

import pytest

from lzxl.campaign import cache
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job


@pytest.fixture(scope="session", autouse=True)
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What was read for one campaign of the run is known to all, in every worker."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "read"
    shared.mkdir(exist_ok=True)

    def entry(own: cache._Cache, job: Job) -> cache._Entry | None:
        return _entry(own, job) or (_entry(own, job) if _is_given(own, job, shared) else None)

    def put(own: cache._Cache, job: Job, submission: Submission, data: bytes) -> None:
        _put(own, job, submission, data)
        kept = own._path(submission.sha256, job)
        if submission.sha256 and kept.exists() and b"xl/workbook.xml" in job.path.read_bytes():
            known = shared / own.folder.name / kept.name
            known.parent.mkdir(exist_ok=True)
            temporary = known.with_name(f"{known.name}.{os.getpid()}.{get_ident()}")
            temporary.write_bytes(data)
            temporary.replace(known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache._Cache, "entry", entry)
        patch.setattr(cache._Cache, "put", put)
        yield


@pytest.fixture
def reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of what is read when: nothing was read before."""
    monkeypatch.setattr(cache._Cache, "entry", _entry)
    monkeypatch.setattr(cache._Cache, "put", _put)


_entry, _put = cache._Cache.entry, cache._Cache.put


def _is_given(own: cache._Cache, job: Job, shared: Path) -> bool:
    """Put what another campaign of the run read of this content where the campaign's own cache would have it."""
    try:
        entry = own._path(hashlib.sha256(job.path.read_bytes()).hexdigest(), job)
        data = (shared / own.folder.name / entry.name).read_bytes()
        own.prepare()
        entry.write_bytes(data)
    except OSError:
        return False
    own._known = True
    return True
