"""A file that ended a run once is tried alone; what ends that too is set aside with the reason, and the office goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lzxl.api import check, consolidate
from lzxl.campaign import suspects
from lzxl.campaign.accept import accept
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import held_files
from lzxl.campaign.intake import Intake
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.standing import take_stock
from lzxl.campaign.suspects import TRIAL, at_work, set_aside, try_suspects
from lzxl.children import Kept, Limits
from lzxl.errors import OutputError
from lzxl.workbook.reading.jobs import Job
from tests.campaign.office import IN_TIME, filled, ledger_rows, no_channel, open_campaign, send, tree
from tests.campaign.trial_at_fault import CULPRIT

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX"),
    pytest.mark.usefixtures("reads_anew"),
]


def everybody() -> dict[str, bytes]:
    return {"甲": filled("HB01"), "乙": filled(CULPRIT), "丙": filled("HB03", spoil=no_channel)}


_KILLED = """
import datetime, os, signal, sys
from pathlib import Path
from typing import Any
from lzxl.campaign import standing, verdicts
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
step = {"check": (standing, "check_submissions"), "return": (verdicts, "return_to")}[sys.argv[1]]
setattr(*step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
collect(Campaign(Path(sys.argv[2])), [Path(sys.argv[3])], datetime.date.fromisoformat(sys.argv[4]))
"""


def killed_while(step: str, campaign: Campaign, folder: Path) -> None:
    """A collection that is ended, as by the machine, when it comes to `step`."""
    words = [sys.executable, "-c", _KILLED, step, str(campaign.root), str(folder), IN_TIME.isoformat()]
    assert subprocess.run(words, check=False, timeout=60).returncode == -signal.SIGKILL


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return open_campaign(tmp_path / "c")


def states(taken: list[Intake]) -> dict[str, str]:
    return {Path(intake.source).stem: intake.state for intake in taken}


def test_a_run_after_one_that_was_ended_does_as_if_nothing_had_been(tmp_path: Path) -> None:
    folder = send(tmp_path / "来件", **everybody())
    undisturbed, ended = open_campaign(tmp_path / "u"), open_campaign(tmp_path / "e")
    collect(undisturbed, [folder], IN_TIME)
    killed_while("return", ended, folder)
    assert len(suspects.suspects(ended.root)) == 3
    collect(Campaign(ended.root), [folder], IN_TIME)
    assert suspects.suspects(ended.root) == frozenset()
    assert set_aside(ended.root) == {}
    assert ledger_rows(ended.root) == ledger_rows(undisturbed.root)
    assert tree(ended.root, "收件", "退回", "待查") == tree(undisturbed.root, "收件", "退回", "待查")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A campaign whose run was ended by the culprit, and the folder that it was to take in. Read only."""
    base = tmp_path_factory.mktemp("ended")
    folder = send(base / "来件", **everybody())
    killed_while("check", open_campaign(base / "c"), folder)
    return base / "c", folder


@pytest.fixture
def aside(campaign: Campaign, ended: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Intake]]:
    """A campaign whose run was ended by the culprit, then run again; it gives what a further run gives."""
    root, folder = ended
    shutil.copytree(root, campaign.root, dirs_exist_ok=True)
    monkeypatch.setattr(suspects, "TRIAL_MODULE", "tests.campaign.trial_at_fault")
    return lambda: collect(Campaign(campaign.root), [folder], IN_TIME)


def test_what_ends_its_trial_too_is_set_aside_with_the_reason_and_not_opened_until_the_office_takes_it_away(
    campaign: Campaign, aside: Callable[[], list[Intake]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = watched(monkeypatch)
    assert states(aside()) == {"甲": "accepted", "乙": "refused", "丙": "returned"}
    [held] = held_files(Campaign(campaign.root))
    assert "曾使程序中断（程序中断）" in held.reason
    assert (campaign.root / held.file).read_bytes() == filled(CULPRIT)
    assert states(aside()) == {"甲": "known", "乙": "refused", "丙": "known"}
    assert "refused" in [entry.status for entry in check([], campaign).files]
    assert [entry.unit_code for entry in consolidate(campaign, tmp_path / "s.xlsx").standing.counted] == ["HB01"]
    filings = take_stock(Campaign(campaign.root)).filings
    assert [filing.state for filing in filings] == ["accepted", "refused", "returned"]
    assert [name for name in opened if CULPRIT in name or "乙" in name] == []
    (campaign.root / held.file).unlink()
    assert [filing.state for filing in take_stock(Campaign(campaign.root)).filings] == [
        "accepted",
        "accepted",
        "returned",
    ]


def test_what_was_stored_before_the_run_was_ended_is_tried_though_it_does_not_come_again(
    campaign: Campaign, aside: Callable[[], list[Intake]], tmp_path: Path
) -> None:
    assert collect(Campaign(campaign.root), [send(tmp_path / "空")], IN_TIME) == []
    [held] = held_files(Campaign(campaign.root))
    assert (campaign.root / held.file).read_bytes() == filled(CULPRIT)
    assert len(set_aside(campaign.root)) == 1
    assert states(aside()) == {"甲": "known", "乙": "refused", "丙": "known"}
    assert len(held_files(Campaign(campaign.root))) == 1


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all files that are given to the reader, or taken from what it remembers, from now on."""
    from lzxl.campaign import cache

    opened: list[str] = []
    entry = cache._Cache.entry

    def noted(self: cache._Cache, job: Job) -> cache._Entry | None:
        opened.append(job.file)
        return entry(self, job)

    monkeypatch.setattr(cache._Cache, "entry", noted)
    return opened


def test_what_the_office_accepts_is_opened_again(campaign: Campaign, aside: Callable[[], list[Intake]]) -> None:
    aside()
    [held] = held_files(Campaign(campaign.root))
    ledger = Ledger(campaign.ledger_path)
    try:
        assert accept(Campaign(campaign.root), ledger, held.number, CULPRIT, IN_TIME).state == "accepted"
    finally:
        ledger.close()
    assert set_aside(campaign.root) == {}
    assert {row[3]: row[6] for row in ledger_rows(campaign.root)}[CULPRIT] == "accepted"


def test_an_interruption_leaves_word_and_a_full_disk_does_not(campaign: Campaign) -> None:
    for trouble, is_left in (
        (KeyboardInterrupt(), True),
        (MemoryError(), True),
        (OutputError("磁盘空间不足。"), False),
    ):
        with pytest.raises(type(trouble)), at_work(campaign.root, {"ab" * 32: "甲"}):
            assert suspects.suspects(campaign.root)
            raise trouble
        assert bool(suspects.suspects(campaign.root)) == is_left
        (campaign.root / ".lzxl" / "at-work.json").unlink(missing_ok=True)


def test_word_that_is_damaged_stops_nothing(campaign: Campaign, tmp_path: Path) -> None:
    for name in ("at-work.json", "set-aside.json"):
        (campaign.root / ".lzxl" / name).write_bytes(b'{"half')
    taken = collect(Campaign(campaign.root), [send(tmp_path / "来件", 甲=filled("HB01"))], IN_TIME)
    assert states(taken) == {"甲": "accepted"}


def test_a_trial_has_limits_and_one_that_fails_alone_costs_no_other(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = send(tmp_path / "来件", **everybody())
    files = {path.stem: path for path in folder.iterdir()}
    assert try_suspects(campaign.root, files) == []
    monkeypatch.setattr(suspects, "TRIAL", Limits(wall_seconds=0.01, memory_bytes=TRIAL.memory_bytes))
    assert sorted(try_suspects(campaign.root, files)) == sorted(files)


_TRIED_BY_A_LARGE_PROCESS = """
import sys
from pathlib import Path
from typing import Any
from lzxl.campaign.suspects import try_suspects
large = bytearray(b"x") * (700 * 1024 * 1024)
print(try_suspects(Path(sys.argv[1]), {"a" * 64: Path(sys.argv[2])}))
"""


def test_what_the_run_itself_takes_is_not_laid_to_a_files_charge(campaign: Campaign, tmp_path: Path) -> None:
    file = send(tmp_path / "来件", 甲=filled("HB01")) / "甲.xlsx"
    words = [sys.executable, "-c", _TRIED_BY_A_LARGE_PROCESS, str(campaign.root), str(file)]
    told = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert (told.stdout, told.returncode) == ("[]\n", 0)


def test_files_that_take_too_much_are_each_tried_twice_at_most(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    ask = Kept.ask

    def counting(self: Kept, given: Path, question: object = None, limits: Limits | None = None) -> Any:
        asked.append(given)
        assert len(asked) <= 4
        return ask(self, given, question, limits)

    monkeypatch.setattr(Kept, "ask", counting)
    monkeypatch.setattr(suspects, "_MOST_MEGABYTES", -1)
    folder = send(tmp_path / "来件", 甲=filled("HB01"), 乙=filled("HB03"))
    files = {"a" * 64: folder / "甲.xlsx", "b" * 64: folder / "乙.xlsx"}
    assert try_suspects(campaign.root, files) == list(files)
