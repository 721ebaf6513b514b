"""Whatever is killed when: collecting again ends in the same state, nothing lost, nothing counted twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.lock import run_lock
from lzxl.campaign.standing import take_stock
from lzxl.errors import OutputError, UsageError

from .office import IN_TIME, filled, ledger_rows, no_channel, no_unit, open_campaign, send, tree

_FOLDERS = ("收件", "退回", "待查", ".lzxl")

# Collects, and dies as by kill -9 at the n-th time that something is put in its place.
_KILLED = """
import datetime, os, pathlib, signal, sys
root, source, fatal = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
from lzxl.campaign import collect as room
from lzxl.campaign.folder import Campaign
count = 0
replace = pathlib.Path.replace
def put_in_place(self, target):
    global count
    count += ".lzxl" not in pathlib.Path(target).parts
    if count == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
pathlib.Path.replace = put_in_place
add = room.Ledger.add
entered = 0
def enter(self, receipts):
    global entered
    add(self, receipts)
    entered -= 1
    if entered == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
room.Ledger.add = enter
room.collect(Campaign(root), [source], datetime.date(2026, 11, 18))
"""


def end_state(root: Path) -> tuple[dict[str, bytes], list[tuple[object, ...]]]:
    files = {
        name: data
        for name, data in tree(root, *_FOLDERS).items()
        if not name.endswith(".bin") and "ledger.sqlite" not in name
    }
    return files, ledger_rows(root)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, object]:
    """A batch, a campaign to take it into, and the end state of an undisturbed run."""
    base = tmp_path_factory.mktemp("batch")
    source = send(
        base / "来件",
        甲=filled("HB01"),
        甲二=filled("HB01", day=11, spoil=no_channel),
        乙=filled("HB02", spoil=no_channel),
        丙=filled("HB03", spoil=no_unit),
        丁=b"rubbish",
    )
    open_campaign(base / "c")
    shutil.copytree(base / "c", base / "undisturbed")
    collect(Campaign(base / "undisturbed"), [source], IN_TIME)
    return source, base / "c", end_state(base / "undisturbed")


# 1 to 5 put away the files, 6 and 7 the marked returns; -1 dies inside the transaction that enters them, -2 inside that which
# says how they stand.
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
@pytest.mark.parametrize("fatal", [1, 3, 5, 6, 7, -1, -2])
def test_killed_and_run_again_ends_as_if_undisturbed(
    batch: tuple[Path, Path, object], tmp_path: Path, fatal: int
) -> None:
    source, blank, undisturbed = batch
    root = tmp_path / "c"
    shutil.copytree(blank, root)
    done = subprocess.run([sys.executable, "-c", _KILLED, root, source, str(fatal)], check=False)
    assert done.returncode == -9, "it was to be killed"
    taken = collect(Campaign(root), [source], IN_TIME)
    assert end_state(root) == undisturbed
    assert sorted(intake.state for intake in taken) == ["accepted", "held", "refused", "returned", "returned"]


def test_the_ledger_is_rebuilt_from_the_originals(batch: tuple[Path, Path, object], tmp_path: Path) -> None:
    source, blank, _ = batch
    root = tmp_path / "c"
    shutil.copytree(blank, root)
    collect(Campaign(root), [source], IN_TIME)
    before = [row[:2] + row[3:] for row in ledger_rows(root) if row[5]]
    files = tree(root, "收件", "退回")
    shutil.rmtree(root / ".lzxl")
    assert collect(Campaign(root), [send(tmp_path / "空")], IN_TIME) == []
    assert [row[:2] + row[3:] for row in ledger_rows(root)] == before
    assert tree(root, "收件", "退回") == files


def test_a_broken_ledger_is_said_so_and_can_be_deleted(batch: tuple[Path, Path, object], tmp_path: Path) -> None:
    source, blank, _ = batch
    root = tmp_path / "c"
    shutil.copytree(blank, root)
    (root / ".lzxl" / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(OutputError, match=r"收件台账无法打开：.*ledger\.sqlite"):
        collect(Campaign(root), [source], IN_TIME)
    (root / ".lzxl" / "ledger.sqlite").unlink()
    assert len(collect(Campaign(root), [source], IN_TIME)) == 5


def test_a_broken_ledger_is_not_kept_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows deletes no file that a program has open, and the office is told to delete this one."""
    closed: list[str] = []

    class Noted(sqlite3.Connection):
        def close(self) -> None:
            closed.append("closed")
            super().close()

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Noted))
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(OutputError):
        Ledger(tmp_path / "ledger.sqlite")
    assert closed == ["closed"]


def test_a_second_run_stops_at_once(batch: tuple[Path, Path, object], tmp_path: Path) -> None:
    source, blank, _ = batch
    root = tmp_path / "c"
    shutil.copytree(blank, root)
    with run_lock(root), pytest.raises(UsageError, match="另一个 lzxl 正在处理这个文件夹"):
        collect(Campaign(root), [source], IN_TIME)
    assert tree(root, "收件") == {}


def test_a_file_that_people_put_into_received_is_left_alone(batch: tuple[Path, Path, object], tmp_path: Path) -> None:
    source, blank, _ = batch
    root = tmp_path / "c"
    shutil.copytree(blank, root)
    own = root / "收件" / "HB01_办公室" / "预警信息采集表" / "第01版_20261399_自己放的.xlsx"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"own")
    collect(Campaign(root), [source], IN_TIME)
    assert own.read_bytes() == b"own"


_GOOD = [filled("HB01", day=day) for day in (10, 11, 12)]
_BAD = [filled("HB01", day=day, spoil=no_channel) for day in (10, 11)]


@pytest.mark.slow
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*_GOOD, *_BAD]), min_size=1, max_size=5))
def test_any_sequence_of_filings_gives_versions_in_turn_and_the_latest_accepted_counts(sequence: list[bytes]) -> None:
    distinct = list(dict.fromkeys(sequence))
    accepted = [number for number, data in enumerate(distinct, 1) if data in _GOOD]
    with tempfile.TemporaryDirectory() as folder:
        campaign = open_campaign(Path(folder) / "c", ("HB01",))
        for number, data in enumerate(sequence):
            collect(Campaign(campaign.root), [send(Path(folder) / str(number), 甲=data)], IN_TIME)
        stored = tree(campaign.root, "收件")
        [filing] = take_stock(Campaign(campaign.root)).filings
    assert list(stored.values()) == distinct
    assert [path.rsplit("/", 1)[-1][:4] for path in stored] == [f"第{n:02d}版" for n in range(1, len(distinct) + 1)]
    assert filing.versions == len(distinct)
    assert filing.version == (accepted[-1] if accepted else len(distinct))
    assert filing.state == ("accepted" if accepted else "returned")
