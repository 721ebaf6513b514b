"""Every command that writes an office book killed anywhere: books are whole, and run again it ends as if nothing had happened.

A process that is killed leaves on the disk what was there at that moment: so a command is run once, the folder is kept as it is before
each step by which a file changes, and the command is run again on what was kept. In short tests that is done once for each way in which
the folder's files stand, with as many half-written files as there were; in `make soak` for every state.
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.campaign.books import book_names
from lzxl.campaign.roster import ROSTER_NAME

from .disturbed import COMMANDS, EVERY_STATE, begun, copied, on_the_day, settled, watched
from .test_books_killed import in_this_process, state

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
__all__ = ["begun", "in_this_process", "on_the_day"]


def standing(root: Path) -> tuple[tuple[str, bytes], ...]:
    """How the files stand that have their names already."""
    return tuple(sorted((name, data) for name, data in settled(root).items() if not name.endswith(".tmp")))


def chosen(kept: Path) -> list[Path]:
    """The states to go on from: all of them, or the last one of each way in which the files stand."""
    states = sorted(kept.iterdir())
    return states if EVERY_STATE else list({standing(one): one for one in states}.values())


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process", "on_the_day")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_killed_anywhere_ends_as_if_nothing_had_happened(
    begun: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, kept = COMMANDS[name], tmp_path / "留存"
    root = copied(begun, tmp_path / "批次", command)
    start = settled(root)
    assert watched(command, root, kept, monkeypatch).count > 10
    end = settled(root)
    assert end[command.book] != start.get(command.book), "there was something to do"
    states = chosen(kept)
    assert len(states) > 1
    whole = set[bytes]()
    for one in states:
        for book in {ROSTER_NAME, *book_names()} & {path.name for path in one.iterdir()}:
            if (data := (one / book).read_bytes()) not in whole:
                load_workbook(io.BytesIO(data))
                whole.add(data)
        shutil.rmtree(root)
        shutil.copytree(one, root)
        command.run(root)
        assert settled(root) == end, one.name
        assert not [left for left in state(root) if left.endswith(".tmp")], one.name
