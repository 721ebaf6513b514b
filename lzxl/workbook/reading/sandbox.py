"""Reads many files in child processes with limits of memory, processor time and clock time.

Two-kilobyte files can abort the fast reader's whole process, so no file is ever
parsed in the parent. A file that kills or stalls its child costs one refusal; all other files are read.
"""

from __future__ import annotations

import contextlib
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Self

from lzxl import interrupts
from lzxl.children import environment
from lzxl.faults import attempt
from lzxl.forms.load import DEFAULT_SCHEME, given_to_children, load_catalogue
from lzxl.submission import Submission
from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.reading.jobs import (
    MOST_ANSWER_BYTES,
    WALL_SECONDS,
    Amend,
    Amended,
    BookJob,
    Job,
    WhatElse,
    WhichPassword,
)
from lzxl.workbook.reading.plain import from_bytes, to_bytes

_ANSWERS: dict[type[Job], tuple[type, ...]] = {
    WhichPassword: (int, type(None), OSError),
    # A submission says that the file could not be read.
    WhatElse: (Keepsakes, Submission, OSError),
    Amend: (Amended, Submission, OSError),
}
# Fewer files than this are read by one child: a second one costs more than it saves.
_FILES_PER_WORKER = 8


def read_all(
    jobs: Sequence[Job],
    progress: Callable[[], None] | None = None,
    workers: int | None = None,
    meanwhile: Callable[[], None] | None = None,
    keep: Callable[[Job, Submission, bytes], None] | None = None,
    passwords: Callable[[], tuple[str, ...]] | None = None,
) -> list[Submission]:
    """The submission of each job, in order.

    `progress` is called after each file, and `keep` with each submission and its bytes (`lzxl.workbook.reading.plain`), both
    from other threads; `meanwhile` once, while the children read; `passwords` only if a file turns out to be encrypted: it
    is then read again with them.

    A file that cannot be parsed has `refusal` set; one that cannot be read from disk gets a refusal too.
    """
    answers = _read(jobs, progress, workers, meanwhile, keep)
    locked = [number for number, answer in enumerate(answers) if _needs_password(jobs[number], answer)]
    given = passwords() if locked and passwords is not None else ()
    if given:
        again = [replace(jobs[number], passwords=given) for number in locked]
        for number, answer in zip(locked, _read(again, None, workers, None, keep), strict=True):
            answers[number] = answer
    return answers


def password_of(path: Path, passwords: Sequence[str]) -> str | None:
    """The one of `passwords` that opens the encrypted workbook at `path`; None if none does, or nobody can tell."""
    child = _Child((DEFAULT_SCHEME,))
    try:
        number, _ = child.answer(WhichPassword(path, path.name, passwords=tuple(passwords)))
    except _DeadError:
        return None
    finally:
        child.close()
    # A child may send True, which is an int, and any number.
    return passwords[number] if type(number) is int and 0 <= number < len(passwords) else None


def amend_in_child(job: Amend) -> Amended:
    """What a file is to be with the changes of the job, found out in a child; raises OSError if it cannot be read."""
    child = _Child((job.scheme or DEFAULT_SCHEME,))
    try:
        answer, _ = child.answer(job)
    except _DeadError:
        return Amended(code="unread")
    finally:
        child.close()
    if isinstance(answer, OSError):
        raise answer
    return answer if isinstance(answer, Amended) else Amended(code="unread")


class KeepsakeReader:
    """Reads what files have beside their cells' contents, one after another, in a child that is started when it is needed."""

    def __init__(self) -> None:
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def read(self, path: Path, passwords: Sequence[str] = ()) -> Keepsakes | None:
        """What the workbook at `path` has; None if that cannot be told."""
        if self._child is None:
            self._child = _Child((DEFAULT_SCHEME,))
        try:
            answer, _ = self._child.answer(WhatElse(path, path.name, passwords=tuple(passwords)))
        except _DeadError:
            self._child = None
            return None
        return answer if isinstance(answer, Keepsakes) else None


_open_reader: ContextVar[KeepsakeReader | None] = ContextVar("keepsake reader", default=None)


@contextlib.contextmanager
def keepsake_reader() -> Iterator[KeepsakeReader]:
    """One reader for all returns that are written in the block: inside of it, this gives the same one again.

    Starting a child takes ten times as long as reading a file.
    """
    there = _open_reader.get()
    if there is not None:
        yield there
        return
    with KeepsakeReader() as reader:
        token = _open_reader.set(reader)
        try:
            yield reader
        finally:
            _open_reader.reset(token)


def _needs_password(job: Job, submission: Submission) -> bool:
    is_encrypted = submission.refusal is not None and submission.refusal.code == "file_encrypted"
    return is_encrypted and not isinstance(job, BookJob)


def _read(
    jobs: Sequence[Job],
    progress: Callable[[], None] | None,
    workers: int | None,
    meanwhile: Callable[[], None] | None,
    keep: Callable[[Job, Submission, bytes], None] | None,
) -> list[Submission]:
    if not jobs:
        return []
    wanted = workers or min(os.cpu_count() or 1, 8)
    pool = _Pool(jobs, progress, keep)
    threads = [
        # Daemons: after Ctrl-C, one that still waits for its child must not keep the command from ending.
        threading.Thread(target=pool.run, name=f"lzxl-read-{number}", daemon=True)
        for number in range(max(1, min(wanted, -(-len(jobs) // _FILES_PER_WORKER))))
    ]
    for thread in threads:
        thread.start()
    try:
        if meanwhile is not None:
            meanwhile()
            interrupts.heed()  # what is loaded meanwhile may have dropped it
        for thread in threads:
            thread.join()
    except BaseException:
        pool.stop()
        raise
    if pool.trouble is not None:
        raise pool.trouble
    return [pool.answers[index] for index in range(len(jobs))]


class _Pool:
    """The jobs, who works on them, and what came of them."""

    def __init__(
        self,
        jobs: Sequence[Job],
        progress: Callable[[], None] | None,
        keep: Callable[[Job, Submission, bytes], None] | None,
    ) -> None:
        self.waiting: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
        for numbered in enumerate(jobs):
            self.waiting.put(numbered)
        self.schemes = tuple(sorted({job.scheme or DEFAULT_SCHEME for job in jobs}))
        self.progress = progress
        self.keep = keep
        self.answers: dict[int, Submission] = {}
        self.trouble: BaseException | None = None
        self._children: set[_Child] = set()
        self._stopped = False

    def run(self) -> None:
        """One worker's life: take jobs until there are none, with a new child after each that died."""
        child: _Child | None = None
        try:
            while not self._stopped:
                try:
                    index, job = self.waiting.get_nowait()
                except queue.Empty:
                    break
                if child is None:
                    child = _Child(self.schemes)
                    self._children.add(child)
                self.answers[index], data = child.read(job)
                if not data:
                    self._children.discard(child)
                    child = None
                elif self.keep is not None:
                    attempt(partial(self.keep, job, self.answers[index], data), lambda _: None)
                if self.progress is not None:
                    self.progress()
        except BaseException as error:
            self.trouble = error
        finally:
            if child is not None:
                child.close()

    def stop(self) -> None:
        self._stopped = True
        # A copy, for the threads go on adding and taking away.
        for child in list(self._children):
            child.kill()


class _TooMuchError(Exception):
    """A child has more to say of a file than the parent takes."""


class _DeadError(Exception):
    """A child died, hung or sent rubbish; its text says which, for the clerk."""


class _Child:
    """One reading child process."""

    def __init__(self, schemes: tuple[str, ...]) -> None:
        """`schemes`: the grading tables that it is given; it loads any other itself."""
        self.process = subprocess.Popen(
            # -P: not from the folder that the command runs in, where a file may be called like a module of ours.
            [sys.executable, "-P", "-m", "lzxl.workbook.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            # Ctrl-C is the parent's to handle; it stops its children.
            start_new_session=True,
        )
        with contextlib.suppress(BrokenPipeError):  # if it died at once, the first job finds out
            self._send(_forms(schemes))

    def read(self, job: Job) -> tuple[Submission, bytes]:
        """What came of a job, and the bytes it came in; none if the child is not fit for another."""
        try:
            answer, data = self.answer(job)
        except _DeadError as dead:
            return _refused(job, str(dead)), b""
        if isinstance(answer, OSError):
            reason = "没有读取权限" if isinstance(answer, PermissionError) else "文件不存在或磁盘无法读取"
            return _refused(job, reason), data
        return answer, data

    def answer(self, job: Job) -> tuple[Any, bytes]:
        """What the child answers, and the bytes it came in: a submission, or for `WhichPassword` a number or None; or an
        OSError. Raises _DeadError if it is not fit for another job.
        """
        kinds = _ANSWERS.get(type(job), (Submission, OSError))
        timed_out = threading.Event()

        def expire() -> None:
            timed_out.set()
            self.kill()

        # To read from a pipe has no limit of time: only the child's end ends it.
        timer = threading.Timer(WALL_SECONDS, expire)
        timer.daemon = True
        timer.start()
        try:
            data = self._ask(job)
            answer = from_bytes(data)
            if not isinstance(answer, kinds):
                raise TypeError
            return answer, data
        except Exception as error:  # a child that a file has taken over may send anything
            self.kill()
            self.close()
            detail = "占用内存或时间过多，或内容无法解析"
            if timed_out.is_set():
                detail = "读取时间过长"
            elif isinstance(error, _TooMuchError):
                detail = "内容过多"
            # Without its cause, whose text may quote what a file sent.
            raise _DeadError(detail) from None
        finally:
            timer.cancel()

    def _ask(self, job: Job) -> bytes:
        assert self.process.stdin is not None and self.process.stdout is not None
        self._send(to_bytes(job))
        header = self.process.stdout.read(4)
        # A child that died sends nothing: that cannot be unpacked, and is told as its death.
        (length,) = struct.unpack(">I", header)
        if length > MOST_ANSWER_BYTES:
            raise _TooMuchError
        data = self.process.stdout.read(length)
        if len(data) < length:
            raise EOFError
        return data

    def _send(self, message: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(struct.pack(">I", len(message)) + message)
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # a killed child took part of a job only
            self.process.stdin.close()
        self.process.stdout.close()
        # Until it is waited for, a child that ended keeps its place among the system's processes.
        self.process.wait()


@lru_cache(maxsize=4)
def _forms(schemes: tuple[str, ...]) -> bytes:
    return to_bytes(given_to_children(schemes))


def _refused(job: Job, detail: str) -> Submission:
    return Submission(job.file, refusal=load_catalogue().finding("file_unreadable", detail=detail))
