"""Commands that write office books, and what disturbs them: every state that their files go through, and a disk that is full from some
step on."""

from __future__ import annotations

import datetime
import errno
import hashlib
import io
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign import clock
from lzxl.campaign.books import NewRow, amend_book, write_books
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.cli.main import run
from tests.scenarios.books import type_rows
from tests.scenarios.test_reworked_warning import STEPS, TITLES, WARNING, on

from .office import filled, open_campaign, send, set_config
from .test_books_killed import Killer, state

EVERY_STATE = os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak"
DAY = datetime.date(2026, 11, 20)
FORMS = ("risk_register", "warning_intake")
UNITS = ("HB01", "HB02")
_NEXT = "2027年度"


@dataclass(frozen=True)
class Command:
    """A command that writes a book. `folder`: the campaign that it works on, beside which the year before lies."""

    words: tuple[str, ...]
    book: str
    prepare: Callable[[Path], object] = lambda root: None
    folder: str = "2026年度"

    def run(self, root: Path, expect: tuple[int, ...] = (0, 1)) -> str:
        """What it says. Its exit code must be one of `expect`."""
        if self.words[0] != "init":
            return lzxl(root, *self.words, expect=expect)
        is_there = (root / "lzxl.toml").exists()  # a run that was killed when all was done
        previous = str(root.parent / "2026年度")
        return lzxl(None, "init", str(root), "--previous", previous, expect=(2,) if is_there else expect)


def lzxl(root: Path | None, *words: str, expect: tuple[int, ...] = (0, 1)) -> str:
    """What a command says of what it does."""
    said = io.StringIO()
    place = ["-C", str(root)] if root is not None else []
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")), redirect_stderr(said):
        code = run(["-q", *place, *words])
    assert code in expect, (code, said.getvalue())
    return said.getvalue()


def due_paper(root: Path) -> None:
    """A warning whose disposition is approved, so that a paper with a number is to be made."""
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace("# sign =", "sign ="), "utf-8")
    book = root / "预警处置台账.xlsx"
    type_rows(book, "台账", [{**WARNING, "所属单位": "HB01 办公室", "关联风险点": None}])
    rows = [dict(zip(TITLES, step, strict=True)) for step in STEPS[:4]]
    type_rows(
        book, "办理过程", [{"预警编号": WARNING["预警编号"], **row, "日期": on(str(row["日期"]))} for row in rows]
    )


COMMANDS = {
    "ledger": Command(("ledger",), "预警处置台账.xlsx"),
    "appraise": Command(("appraise",), "考核评定.xlsx"),
    "meeting": Command(("meeting",), "认定.xlsx"),
    "publish": Command(("publish", "--allow-open"), "工作记录.xlsx"),
    "notices": Command(("notices", "--make"), "工作记录.xlsx", due_paper),
    "init": Command(("init",), "单位名册.xlsx", lambda root: root.mkdir(), _NEXT),
}


def begin(base: Path) -> Path:
    """Two units have filed, and the last year left a warning open; the books are blank. Gives the folder of both years."""
    now = open_campaign(base / "2026年度", UNITS, FORMS).root
    last = create_campaign(base / "2025年度", "云泽县生态环境局", "2025年度", DAY).root
    shutil.copy(now / "单位名册.xlsx", last / "单位名册.xlsx")
    set_config(last, forms=str(list(FORMS)).replace("'", '"'))
    set_config(now, previous='"../2025年度"')
    left = {"id": "YJ-2025-007", "collected_on": datetime.date(2025, 11, 6), "unit": "HB01", "problem": "领用不登记"}
    amend_book(Campaign(last), "warning_ledger", [NewRow("warnings", left)])
    write_books(Campaign(now))
    files = {f"{code}{form}": filled(code, form) for code in UNITS for form in FORMS}
    lzxl(now, "collect", str(send(base.parent / f"{base.name}来件", **files)))
    lzxl(now, "status")
    return base


def copied(begun: Path, target: Path, command: Command) -> Path:
    """The campaign that a command works on, in a copy of both years."""
    shutil.copytree(begun, target)
    root = target / command.folder
    command.prepare(root)
    return root


def settled(root: Path) -> dict[str, bytes]:
    """What a command leaves: all but the earlier states that are kept of books, and what only helps to read faster."""
    return {
        name: data
        for name, data in state(root).items()
        if not name.startswith((".lzxl/台账留存", ".lzxl/cache", ".lzxl/ledger.sqlite"))
    }


class Hearing(Killer):
    """Hears of steps until its command has ended: a hook is never taken out again."""

    def __init__(self, root: Path, fatal: int = 0) -> None:
        super().__init__(root, fatal)
        self.is_idle = False

    def during(self, work: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
        """Do work in this process: threads of the frame library do not live through a fork."""
        with patch.context() as own:
            own.setattr(os, "fsync", os.fsync)
            own.setattr(os, "fdopen", os.fdopen)
            self.install()
            try:
                work()
            finally:
                self.is_idle = True


class Watcher(Hearing):
    """Keeps a folder as it is before each step by which a file in it changes, each state once."""

    def __init__(self, root: Path, kept: Path) -> None:
        super().__init__(root)
        self.kept, self.seen = kept, set[str]()

    def step(self) -> None:
        if self.is_idle:
            return  # our own reading of the folder
        self.is_idle = True
        digest = hashlib.sha256(repr(sorted(state(Path(self.root)).items())).encode()).hexdigest()
        if digest not in self.seen:
            self.seen.add(digest)
            shutil.copytree(self.root, self.kept / f"{len(self.seen):04d}")
        self.is_idle = False
        self.count += 1


def watched(command: Command, root: Path, kept: Path, patch: pytest.MonkeyPatch) -> Watcher:
    """Run a command once; in `kept` is the folder before each step by which a file in it changed."""
    kept.mkdir()
    watcher = Watcher(root, kept)
    watcher.during(lambda: command.run(root), patch)
    return watcher


class FullDisk(Hearing):
    """A disk that takes nothing any more from the n-th step on by which something would be written; `files`: what each step writes."""

    def __init__(self, root: Path, fatal: int = 0) -> None:
        super().__init__(root, fatal)
        self.files, self._opened = list[str](), ""

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        is_new = event == "os.mkdir" and not os.path.lexists(arguments[0])
        if is_new or (event == "open" and _writes(arguments[2])):
            self._opened = str(arguments[0]) if isinstance(arguments[0], str) else self._opened  # else one that is open
            super().heard(event, arguments)

    def step(self) -> None:
        if self.is_idle:
            return
        self.count += 1
        self.files.append(self._opened)
        if self.fatal and self.count >= self.fatal:
            raise OSError(errno.ENOSPC, "No space left on device")


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: DAY)
        return begin(tmp_path_factory.mktemp("disturbed") / "两年")
