"""Submissions as they read, by content, in .lzxl/cache: a file that has not changed is not read twice.

What is kept here is only what reading gave; what was found of it is kept beside it (`lzxl.campaign.found_before`). It may be
deleted at any time. A change of the forms or of the reader makes it void.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from threading import get_ident
from typing import NamedTuple

import lzxl
from lzxl.campaign.config import CONFIG_NAME, load_config
from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.secrets import workbook_passwords
from lzxl.campaign.suspects import aside, set_aside
from lzxl.checks.schema import warm_up
from lzxl.data import data_folder
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import BookJob, Job
from lzxl.workbook.reading.plain import from_bytes
from lzxl.workbook.reading.sandbox import read_all


class ReadAhead:
    """What was read of files that will be asked for once more (`read_ahead`): each is given away once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Job, int, int], Submission] = {}
        """(job without its name, size, time of change) → how it read."""

    def keep(self, job: Job, submission: Submission) -> None:
        """Hold what was read until it is asked for."""
        with suppress(OSError):
            self._known[_as_it_is(job)] = submission

    def give(self, job: Job) -> Submission | None:
        """What was read of a file that has not changed since; None if nothing is held of it."""
        if not self._known:
            return None
        try:
            # Given away and not lent: whoever checks it writes into it what its numbers stood for before.
            submission = self._known.pop(_as_it_is(job), None)
        except OSError:
            return None
        if submission is not None:
            submission.file = job.file
        return submission


def read_ahead(
    root: Path,
    jobs: Sequence[Job],
    ahead: ReadAhead,
    progress: Callable[[], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Read files in one go that will be asked for soon: whoever does so gives `ahead` and waits for no child again.

    `meanwhile`: called once while files are read, if any are.
    """
    left_alone = set_aside(root)
    for job, submission in zip(jobs, read_with_cache(root, jobs, progress, meanwhile=meanwhile), strict=True):
        if submission.refusal is None or not left_alone:  # what is not opened now may be opened the next time
            ahead.keep(job, submission)


def read_with_cache(
    root: Path,
    jobs: Sequence[Job],
    progress: Callable[[], None] | None = None,
    ahead: ReadAhead | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> list[Submission]:
    """The submission of each job, in order, as `read_all` gives it; files known by content are not opened.

    `root`: the campaign's folder; files that are encrypted are tried with its passwords. `ahead`: what has been read of
    them already. `meanwhile`: called once while files are read, if any are.
    """
    reading = _Reading(root, jobs, progress)
    reading.use_what_is_at_hand(ahead)
    unknown, kept = reading.not_kept(), reading.kept()
    if unknown:
        # Children take their time to start: what is kept is loaded meanwhile, and what will be asked of what is new.
        is_new = any(not isinstance(jobs[number], BookJob) for number in unknown)
        reading.read(unknown, _in_turn(partial(reading.load, kept), warm_up if is_new else None, meanwhile))
    else:
        reading.load(kept)
    damaged = reading.missing()
    if damaged:
        reading.read(damaged, warm_up)
    return reading.read_so_far()


def _in_turn(*steps: Callable[[], None] | None) -> Callable[[], None]:
    """One step that does these in turn; None is none."""

    def do() -> None:
        for step in steps:
            if step is not None:
                step()

    return do


class _Reading:
    """The files that are to be read, and what is known of them so far."""

    def __init__(self, root: Path, jobs: Sequence[Job], progress: Callable[[], None] | None) -> None:
        self._root = root
        self._jobs = jobs
        self._progress = progress
        self._cache = _Cache(root / ".lzxl" / "cache")
        self._known: dict[int, Submission] = {}
        self._entries: dict[int, _Entry] = {}

    def use_what_is_at_hand(self, ahead: ReadAhead | None) -> None:
        """What needs no reading: what was read ahead, and what is not opened any more."""
        left_alone = set_aside(self._root)
        for number, job in enumerate(self._jobs):
            submission = _aside(job, left_alone) if left_alone else None
            if submission is None and ahead is not None:
                submission = ahead.give(job)
            if submission is not None:
                self._enter(number, submission)

    def _enter(self, number: int, submission: Submission) -> None:
        self._known[number] = submission
        if self._progress is not None:
            self._progress()

    def missing(self) -> list[int]:
        """The numbers of the files of which nothing is known yet."""
        return [number for number in range(len(self._jobs)) if number not in self._known]

    def not_kept(self) -> list[int]:
        """Those of which the cache has nothing."""
        entries = {number: self._cache.entry(self._jobs[number]) for number in self.missing()}
        self._entries = {number: entry for number, entry in entries.items() if entry is not None}
        return [number for number, entry in entries.items() if entry is None]

    def kept(self) -> list[int]:
        """Those of which the cache has something, good or not."""
        return list(self._entries)

    def load(self, numbers: Iterable[int]) -> None:
        """Take files from the cache; what is no good there stays unknown."""
        for number in numbers:
            submission = self._entries[number].load(self._jobs[number])
            if submission is not None:
                self._enter(number, submission)

    def read(self, numbers: Sequence[int], meanwhile: Callable[[], None]) -> None:
        """Read files in children, into the cache."""
        self._cache.prepare()
        read = read_all(
            [self._jobs[number] for number in numbers],
            self._progress,
            meanwhile=meanwhile,
            keep=self._cache.put,
            passwords=partial(passwords_of, self._root),
        )
        self._known.update(zip(numbers, read, strict=True))

    def read_so_far(self) -> list[Submission]:
        """What is known of each file, in order; of all of them in the end."""
        return [self._known[number] for number in range(len(self._jobs))]


def _aside(job: Job, known: Mapping[str, str]) -> Submission | None:
    """What stands for a file that once ended a run, and is not opened any more; None for any other, and for the office's own."""
    if isinstance(job, BookJob):
        return None
    try:
        digest = hashlib.sha256(job.path.read_bytes()).hexdigest()
    except OSError:  # its reader will say so
        return None
    return aside(job.file, digest, known[digest]) if digest in known else None


def passwords_of(root: Path | None) -> tuple[str, ...]:
    """The passwords that workbooks of the campaign in `root` may have (None: of no campaign). Raises ConfigError.

    Ask only when there is an encrypted file: it may open files and the system's keeper.
    """
    path = None if root is None else root / CONFIG_NAME
    settings = load_config(path).mail if path is not None and path.is_file() else MailSettings()
    return workbook_passwords(settings)


def _as_it_is(job: Job) -> tuple[Job, int, int]:
    about = job.path.stat()
    return replace(job, file=""), about.st_size, about.st_mtime_ns


class _Entry(NamedTuple):
    """What is kept of a file: where it lies, and the SHA-256 of the file's content."""

    path: Path
    digest: str

    def load(self, job: Job) -> Submission | None:
        """How the file reads; None if the entry is gone, damaged or of something else: the file is read again then."""
        try:
            submission = from_bytes(self.path.read_bytes())
        # What was cut short or written by another version raises nearly anything.
        except Exception:
            return None
        if not isinstance(submission, Submission) or submission.sha256 != self.digest:
            return None
        # It is kept by content, and the same content may have come under another name.
        submission.file = job.file
        return submission


class _Cache:
    """One folder for the present reader and forms; a folder of an older state is removed when this one is first used."""

    def __init__(self, folder: Path) -> None:
        self._all = folder
        self.folder = folder / _state()
        self._known = self.folder.is_dir()

    def _path(self, digest: str, job: Job) -> Path:
        form = f"-{job.form}" if job.form else ""
        scheme = f"-{job.scheme}" if job.scheme else ""
        return self.folder / f"{digest}{form}{scheme}{'-own' if job.own_layout else ''}.bin"

    def prepare(self) -> None:
        """Make room for what will be put in."""
        with suppress(OSError):
            if not self.folder.is_dir():
                shutil.rmtree(self._all, ignore_errors=True)
                self.folder.mkdir(parents=True)

    def entry(self, job: Job) -> _Entry | None:
        """What is kept of a file with this content; None if nothing is, or nothing may be."""
        # The office's books name persons, and are kept in no cache.
        if not self._known or isinstance(job, BookJob):
            return None
        try:
            digest = hashlib.sha256(job.path.read_bytes()).hexdigest()
        except OSError:  # its reader will say so
            return None
        path = self._path(digest, job)
        return _Entry(path, digest) if path.is_file() else None

    def put(self, job: Job, submission: Submission, data: bytes) -> None:
        """Keep what was read, `data` being its bytes. A refusal may have been for want of time or memory: it is tried again."""
        if submission.refusal is not None or not submission.sha256 or isinstance(job, BookJob):
            return
        _put_whole(self._path(submission.sha256, job), data)


def beside(root: Path, name: str) -> Path:
    """Where something else is kept that is void with the cache of the campaign in `root`."""
    return _Cache(root / ".lzxl" / "cache").folder / name


def keep_beside(root: Path, name: str, data: bytes) -> None:
    """Keep it there; nothing if that cannot be."""
    _Cache(root / ".lzxl" / "cache").prepare()
    _put_whole(beside(root, name), data)


def _put_whole(path: Path, data: bytes) -> None:
    """Write a file of the cache whole; nothing if that cannot be: it costs time, nothing else."""
    # Commands that only tell hold no lock: two may keep the same entry at once.
    temporary = path.with_suffix(f".{os.getpid()}.{get_ident()}.tmp")
    with suppress(OSError):
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def forms_and_reader() -> str:
    """What the reader and the forms are now, as a digest."""
    return _state()


@lru_cache(maxsize=1)
def _state() -> str:
    """What the reader and the forms are now: their own text, hashed."""
    package = Path(lzxl.__file__).parent
    files = [
        *sorted(data_folder("schemas").rglob("*.yaml")),
        *sorted((package / "forms").glob("*.py")),
        *sorted((package / "workbook" / "reading").glob("*.py")),
        package / "submission.py",
        package / "workbook" / "layout.py",
    ]
    digest = hashlib.sha256(lzxl.__version__.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
