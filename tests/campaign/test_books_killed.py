"""Killed at any step, a book is the old one or the new one, whole, and the command run again ends as if nothing had happened."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign import books
from lzxl.campaign.books import NewRow, amend_book, book_path, read_book, write_books
from lzxl.campaign.folder import Campaign
from lzxl.workbook.writing.amend import amend_file

from .office import tree

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")

BOOK = "work_record"
ROW = NewRow("activities", {"day": datetime.date(2026, 3, 5), "kind": "教育", "scope": "警示教育"})
_CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"}
"""Audit events that come before a file is opened, named, removed …"""


def enter(root: Path) -> None:
    """As a command does: a row that is not in the book yet is put in, and a book that is missing is made first."""
    campaign = Campaign(root)
    write_books(campaign)
    read = read_book(campaign, BOOK)
    assert read is not None
    [table] = [table for table in read.tables if table.name == ROW.sheet]
    if ROW.values["scope"] not in table.values["scope"]:
        amend_book(campaign, BOOK, [ROW])


class Killer:
    """Counts the steps by which files change below a folder, and kills the process before the n-th of them."""

    def __init__(self, root: Path, fatal: int) -> None:
        self.root, self.fatal, self.count = str(root), fatal, 0

    def install(self) -> None:
        sys.addaudithook(self.heard)
        self._fsync, os.fsync = os.fsync, self.sync  # no audit event tells of it
        self._fdopen, os.fdopen = os.fdopen, self.opened  # type: ignore[assignment]

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES and str(arguments[0]).startswith(self.root) and not str(arguments[0]).endswith("lock"):
            self.step()

    def step(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def sync(self, descriptor: int) -> None:
        self.step()
        self._fsync(descriptor)

    def opened(self, *arguments: Any, **named: Any) -> Any:
        """A file that takes what is written in two halves."""
        stream = self._fdopen(*arguments, **named)
        write = stream.write

        def in_halves(data: bytes) -> int:
            write(data[: len(data) // 2])
            stream.flush()
            self.step()
            return int(write(data[len(data) // 2 :]))

        class Halves:
            def __enter__(self) -> Halves:
                return self

            def __exit__(self, *_: object) -> None:
                stream.close()

            write = staticmethod(in_halves)

        return Halves()


def forked(work: Callable[[], None], killer: Killer) -> int | None:
    """Do work in a child that may be killed; how many steps it took, None if it was."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            killer.install()
            work()
            os.write(writing, str(killer.count).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        count = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    assert count, "the child broke"
    return int(count)


def state(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree(root, ".").items() if not name.endswith("lock")}


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reading and amending children do is done here: only the steps of the command itself are of interest."""
    from lzxl.workbook.reading.read import read_submission

    monkeypatch.setattr(books, "amend_in_child", amend_file)
    monkeypatch.setattr(books, "read_all", lambda jobs: [read_submission(one.path, one.file, one.form) for one in jobs])


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("begins", ["with the book", "without the book"])
def test_killed_anywhere_and_run_again_ends_as_if_nothing_had_happened(
    campaign: Campaign, tmp_path: Path, begins: str
) -> None:
    path = book_path(campaign, BOOK)
    enter_other = NewRow("activities", {"kind": "检查", "scope": "更早的一行"})
    amend_book(campaign, BOOK, [enter_other])
    if begins == "without the book":
        path.unlink()
    read_book(campaign, BOOK)
    start, undisturbed, root = tmp_path / "起点", tmp_path / "顺利", tmp_path / "批次"
    shutil.copytree(campaign.root, start)
    shutil.copytree(start, undisturbed)
    steps = forked(partial(enter, undisturbed), Killer(undisturbed, 0))
    assert steps is not None
    assert steps > 10
    end = state(undisturbed)
    whole = {state(start).get(path.name), end[path.name]}
    for fatal in range(1, steps + 1):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(start, root)
        assert forked(partial(enter, root), Killer(root, fatal)) is None, "it was to be killed"
        found = root / path.name
        between = found.read_bytes() if found.exists() else None
        assert between in whole or (begins == "without the book" and read_book(Campaign(root), BOOK) is not None)
        enter(root)
        assert state(root) == end, fatal
