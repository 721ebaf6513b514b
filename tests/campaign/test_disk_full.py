"""A disk that is full from some step on while an office book is written: the book is the old or the new one, whole, and that is said.

When there is room again the command ends as if nothing had happened. In short tests at a few steps, in `make soak` at each.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lzxl.campaign.books import book_names
from lzxl.campaign.roster import ROSTER_NAME

from .disturbed import COMMANDS, EVERY_STATE, Command, FullDisk, begun, copied, on_the_day, settled, watched
from .test_books_killed import in_this_process, state

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
__all__ = ["begun", "in_this_process", "on_the_day"]

_SHORT = 3
"""The file is opened, half of it is written, the rest follows."""


def seen_of(kept: Path, book: str) -> set[bytes]:
    """Every way in which a book stood while its command ran."""
    return {(one / book).read_bytes() for one in kept.iterdir() if (one / book).exists()}


def fatal_steps(disk: FullDisk, book: str) -> list[int]:
    """The steps at which the disk is full: all, or the first one and those at which the book itself is written for the last time."""
    of_book = [step for step, file in enumerate(disk.files, 1) if Path(file).name.startswith(f".{book}")]
    return list(range(1, disk.count + 1)) if EVERY_STATE else [1, *of_book[-_SHORT:]]


def anew(start: Path, root: Path) -> Path:
    """The campaign as it was before the command, with the year before beside it."""
    shutil.rmtree(root.parent, ignore_errors=True)
    shutil.copytree(start.parent, root.parent)
    return root


def disturbed(command: Command, root: Path, fatal: int, patch: pytest.MonkeyPatch) -> None:
    """The command on a disk that is full from a step on. What only helps to read faster may be missing: then it does its work."""
    disk = FullDisk(root, fatal)
    said: list[str] = []
    disk.during(lambda: said.append(command.run(root, expect=(0, 1, 3))), patch)
    assert not said[0] or "磁盘空间不足" in said[0], said


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process", "on_the_day")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_leaves_books_whole_and_the_command_to_be_run_again(
    begun: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, kept = COMMANDS[name], tmp_path / "留存"
    start = copied(begun, tmp_path / "起点", command)
    root = anew(start, tmp_path / "批次" / command.folder)
    watched(command, root, kept, monkeypatch)
    end = settled(root)
    whole = {book: {end[book], *seen_of(kept, book)} for book in (ROSTER_NAME, *book_names())}
    counted = FullDisk(anew(start, root))
    counted.during(lambda: command.run(root), monkeypatch)
    assert len(fatal_steps(counted, command.book)) >= _SHORT
    for fatal in fatal_steps(counted, command.book):
        disturbed(command, anew(start, root), fatal, monkeypatch)
        there = settled(root)
        assert all(there[book] in whole[book] for book in whole if book in there), fatal
        command.run(root)
        assert settled(root) == end, fatal
        assert not [left for left in state(root) if left.endswith(".tmp")], fatal
