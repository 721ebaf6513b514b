"""`lzxl ledger`, `appraise`, `meeting` killed anywhere: books are whole, and run again they end as if nothing had happened.

A process that is killed leaves on the disk what was there at that moment: so a command is run once, the folder is kept as it is before
each step by which a file changes, and the command is run again on what was kept. In short tests that is done once for each way in which
the folder's files stand, with as many half-written files as there were; in `make soak` for every state.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.campaign import clock
from lzxl.campaign.books import NewRow, amend_book, book_names, write_books
from lzxl.campaign.folder import Campaign
from lzxl.cli.main import run

from .office import filled, open_campaign, send, set_config
from .test_books_killed import Killer, in_this_process, state

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
__all__ = ["in_this_process"]

EVERY_STATE = os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak"
DAY = datetime.date(2026, 11, 20)
FORMS = ("risk_register", "warning_intake")
COMMANDS = {"ledger": "预警处置台账.xlsx", "appraise": "考核评定.xlsx", "meeting": "认定.xlsx"}


class Watcher(Killer):
    """Keeps a folder as it is before each step by which a file in it changes, each state once."""

    def __init__(self, root: Path, kept: Path) -> None:
        super().__init__(root, 0)
        self.kept, self.seen, self.is_idle = kept, set[str](), False

    def step(self) -> None:
        if self.is_idle:
            return  # our own reading of the folder, or the command has ended: a hook is never taken out again
        self.is_idle = True
        digest = hashlib.sha256(repr(sorted(state(Path(self.root)).items())).encode()).hexdigest()
        if digest not in self.seen:
            self.seen.add(digest)
            shutil.copytree(self.root, self.kept / f"{len(self.seen):04d}")
        self.is_idle = False
        self.count += 1


def watched(root: Path, kept: Path, command: str, patch: pytest.MonkeyPatch) -> int:
    """Run a command once, keeping the states that it goes through; how many steps it took.

    In this process: threads of the frame library do not live through a fork.
    """
    watcher = Watcher(root, kept)
    with patch.context() as own:
        own.setattr(os, "fsync", os.fsync)
        own.setattr(os, "fdopen", os.fdopen)
        watcher.install()
        lzxl(root, command)
        watcher.is_idle = True
    return watcher.count


def lzxl(root: Path, *words: str) -> None:
    """A command that must not end in trouble."""
    said = io.StringIO()
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")), redirect_stderr(said):
        code = run(["-q", "-C", str(root), *words])
    assert code in (0, 1), said.getvalue()


def settled(root: Path) -> dict[str, bytes]:
    """What a command leaves: all but the earlier states that are kept of books, and what only helps to read faster."""
    return {
        name: data
        for name, data in state(root).items()
        if not name.startswith((".lzxl/台账留存", ".lzxl/cache", ".lzxl/ledger.sqlite"))
    }


def standing(root: Path) -> tuple[tuple[str, bytes], ...]:
    """How the files stand that have their names already."""
    return tuple(sorted((name, data) for name, data in settled(root).items() if not name.endswith(".tmp")))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units have filed, and the last year left a warning open; the books are blank."""
    base = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: DAY)
        last, now = (open_campaign(base / name, ("HB01", "HB02"), FORMS).root for name in ("2025年度", "2026年度"))
        set_config(last, period='"2025年度"')
        set_config(now, previous='"../2025年度"')
        left = {
            "id": "YJ-2025-007",
            "collected_on": datetime.date(2025, 11, 6),
            "unit": "HB01",
            "problem": "领用不登记",
        }
        amend_book(Campaign(last), "warning_ledger", [NewRow("warnings", left)])
        write_books(Campaign(now))
        files = {f"{code}{form}": filled(code, form) for code in ("HB01", "HB02") for form in FORMS}
        lzxl(now, "collect", str(send(base / "来件", **files)))
        lzxl(now, "status")
    return now


def chosen(kept: Path) -> list[Path]:
    """The states to go on from: all of them, or the last one of each way in which the files stand."""
    states = sorted(kept.iterdir())
    return states if EVERY_STATE else list({standing(one): one for one in states}.values())


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_anywhere_ends_as_if_nothing_had_happened(
    begun: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY)
    root, kept = tmp_path / "批次" / "2026年度", tmp_path / "留存"
    shutil.copytree(begun.parent, root.parent)
    start = settled(root)
    kept.mkdir()
    steps = watched(root, kept, command, monkeypatch)
    end = settled(root)
    assert steps > 10
    assert end[COMMANDS[command]] != start[COMMANDS[command]], "there was something to do"
    states = chosen(kept)
    assert len(states) > 1
    for one in states:
        for name in book_names():
            load_workbook(one / name)  # whole
        shutil.rmtree(root)
        shutil.copytree(one, root)
        lzxl(root, command)
        assert settled(root) == end, one.name
        assert not [name for name in state(root) if name.endswith(".tmp")], one.name
