"""What goes wrong between the office, its mailbox and its disk: nothing is lost, nothing is doubled, nobody is answered twice."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.running import environment
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.kill_driver import LATER
from tests.mail.quirks import QuirkProxy, Quirks
from tests.mail.reliability import (
    NOW,
    Trial,
    World,
    bounce,
    cut_off,
    disk_full_at,
    letter,
    number_of_writes,
    unit,
)
from tests.mail.smtp_sink import Collected

_CUT_EVERY = 30 * 1024
_FULL_EVERY = 74


@pytest.fixture(scope="module")
def world(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("reliability"), dovecot) as made:
        yield made


@pytest.fixture
def proxy(world: World) -> Iterator[Callable[..., QuirkProxy]]:
    proxies: list[QuirkProxy] = []

    def make(**quirks: Any) -> QuirkProxy:
        proxies.append(QuirkProxy(world.dovecot, Quirks(**quirks)))
        return proxies[-1]

    yield make
    for one in proxies:
        one.close()


def finished(trial: Trial, *besides: str, has_summary: bool = False) -> list[str]:
    """Run to the end; what is otherwise than had nothing happened. `has_summary`: as in `World.killed`."""
    assert trial.finish(has_summary) == 0
    return trial.end_state().differences(trial.world.undisturbed("move"), besides=besides)


def states(trial: Trial, kind: str) -> list[Any]:
    return trial.end_state().tables[kind]


# connections that are cut


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 4])
def test_cut_off_after_any_number_of_bytes(world: World, proxy: Callable[..., QuirkProxy], times: int) -> None:
    """Once: the program connects again. Four times over: it may give up, and the next run goes on."""
    results = cut_off(world, _CUT_EVERY, times, proxy())
    assert len(results) >= 3
    assert [found for _, found in results if found] == []


# numbers that mean nothing any more


def test_a_mailbox_that_is_numbered_anew(world: World) -> None:
    trial = world.trial("move")
    trial.command("collect", "--keep")
    world.dovecot.lose_index(trial.user)
    assert finished(trial, "places", has_summary=True) == []


@pytest.mark.parametrize("uidvalidity", ["", "0"])
def test_a_mailbox_without_uidvalidity(world: World, proxy: Callable[..., QuirkProxy], uidvalidity: str) -> None:
    trial = world.trial("move", server=proxy(uidvalidity=uidvalidity))
    trial.command("collect", "--keep")
    assert finished(trial, "places") == []


def test_numbers_that_are_used_again(world: World, proxy: Callable[..., QuirkProxy]) -> None:
    """As when the mailbox's index is restored from a backup: new mails under the numbers of those that were filed."""
    trial = world.trial("move", world.mails[:5], proxy(uidvalidity="7"))
    assert trial.run() == 0
    world.dovecot.lose_index(trial.user)
    world.dovecot.put(trial.user, *world.mails[5:])
    trial.mails = world.mails
    assert trial.finish(has_summary=False) == 0
    known = {row[0] for row in states(trial, "messages")}
    assert {row[0] for row in world.undisturbed("move").tables["messages"] if not row[0].startswith("own")} <= known
    assert world.dovecot.mails(trial.user) == []


def test_a_mailbox_that_is_restored_from_a_backup(world: World) -> None:
    """Every mail lies in the inbox again: none is taken in or answered again, and all are filed again."""
    trial = world.trial("move")
    home = world.dovecot.root / "home" / trial.user
    backup = trial.root.parent / "backup"
    shutil.copytree(home, backup)
    assert trial.run() == 0
    assert trial.finish(has_summary=False) == 0
    before, letters = trial.end_state(), len(trial.sent())
    for path in (home / "Maildir").glob("dovecot*"):
        path.unlink()
    for path in (*(backup / "Maildir" / "cur").iterdir(), *(backup / "Maildir" / "new").iterdir()):
        copy = home / "Maildir" / path.parent.name / path.name
        shutil.copy2(path, copy)
        shutil.chown(copy, home.owner(), home.group())
    assert len(world.dovecot.mails(trial.user)) == len(world.mails)
    assert trial.run() == 0
    after = trial.end_state()
    assert {name: rows for name, rows in after.tables.items() if name != "places"} == {
        name: rows for name, rows in before.tables.items() if name != "places"
    }
    assert after.files == before.files
    assert len(trial.sent()) == letters
    assert world.dovecot.mails(trial.user) == []


# the disk


@pytest.mark.slow
@pytest.mark.parametrize("for_good", [False, True])
def test_a_full_disk(world: World, for_good: bool) -> None:
    """One clear sentence, exit code 3, nothing half-written; with room again, the next run completes."""
    writes = number_of_writes(world)
    print(f"{writes} writes")
    for number in range(1 + 7 * for_good, writes + 1, _FULL_EVERY):
        assert disk_full_at(world, number, for_good) == [], f"write {number} of {writes}"


# two at once


def test_the_second_of_two_runs_ends_at_once(world: World, proxy: Callable[..., QuirkProxy]) -> None:
    stalling = proxy(stalls_after=900)
    trial = world.trial("move", server=stalling)
    command = [sys.executable, "-m", "lzxl", "-C", str(trial.root), "collect"]
    setting = environment(LZXL_MAIL_PASSWORD=PASSWORD)
    first = subprocess.Popen(command, env=setting, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while "FETCH" not in " ".join(stalling.quirks.commands) and not stalling.quirks.sent:
            assert first.poll() is None
            time.sleep(0.02)
        second = subprocess.run(command, env=setting, capture_output=True, text=True, timeout=30, check=False)
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()
    assert second.returncode == 2
    assert second.stderr == "错误：另一个 lzxl 正在处理这个文件夹，请等它结束后再试。\n"
    stalling.quirks.stalls_after = 0
    assert trial.run() == 0
    assert finished(trial, "places") == []


# answers to answers


def test_no_answer_to_our_own_letters_to_an_autoresponder_or_to_a_bounce(world: World) -> None:
    trial = world.trial("move")
    assert trial.run() == 0
    assert trial.finish(has_summary=False) == 0
    ours = trial.sent()
    assert len(ours) == 3
    before = states(trial, "letters")
    fed = [
        *(mail.raw for mail in ours),
        *(answered(number, mail) for number, mail in enumerate(ours, 20)),
        *(bounce(30 + number, message_id(mail.raw)) for number, mail in enumerate(ours)),
        # A person at a unit sends our return on, without having touched it.
        letter(40, unit("HB02"), ("回执.eml", ours[1].raw), Auto_Submitted="auto-generated"),
    ]
    world.dovecot.put(trial.user, *fed)
    trial.mails = (*trial.mails, *fed)
    assert trial.run(now=(NOW + 3 * LATER).isoformat()) == 0
    assert trial.run(now=(NOW + 4 * LATER).isoformat()) == 0
    assert len(trial.sent()) == 3
    after = states(trial, "letters")
    assert [row[0] for row in after] == [row[0] for row in before]
    assert sum("bounced" in row for row in after) == 4
    assert world.dovecot.mails(trial.user) == []


def answered(number: int, ours: Collected) -> bytes:
    """An automatic answer to one of our letters, which it quotes."""
    sender = ours.recipients[0]
    return letter(number, sender, text="我在休假。", Subject="自动回复: 报送", In_Reply_To=message_id(ours.raw))


def message_id(raw: bytes) -> str:
    match = re.search(rb"^Message-ID: (\S+)", raw, re.MULTILINE)
    assert match is not None
    return match[1].decode()
