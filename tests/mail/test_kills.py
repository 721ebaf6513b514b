"""Killed by kill -9 at every change of a state, and run again: the end is as if nothing had happened.

A sample of the points here; `tests/soak_mail.py kills` goes through all of them, at every time that counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from tests.mail.dovecot import Dovecot
from tests.mail.reliability import FILED, KILLED, MODES, World, counted, kills

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")

_TRIED = {
    "move": ("dot: sent", "MOVE: after", "commit MailIntake._enter: after", "write held: half", "put return: before"),
    "copy": ("COPY: after", "commit Outbox._send: after", "commit Answers._answer: after", "put original: before", "EXPUNGE: after"),
    "folder": ("dot: sent", "commit Outbox._gone: before", "commit MailStore.keep: after", "put draft: before", "write original: half"),
}  # fmt: skip
"""The points that are tried here: where something outside has changed and nobody has noted it yet, or half of it is there."""


@pytest.fixture(scope="module")
def world(dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("kills"), dovecot) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_killed_anywhere_and_run_again_ends_as_if_undisturbed(world: World, mode: str) -> None:
    points = world.points(mode)
    began = time.monotonic()
    chosen = [kill for kill in kills(points) if kill["point"] in _TRIED[mode] and kill["hit"] == 1]
    assert len(chosen) == len(_TRIED[mode])
    results = [world.killed(mode, what, has_summary=number == 0) for number, what in enumerate(chosen)]
    counted(print, f"{mode}, {len(points)} points", results, began)
    assert len(points) >= 25
    assert [found for _, found in results if found] == []
    assert all(died for died, _ in results)


@pytest.mark.parametrize(
    ("point", "what_is_left"),
    [
        ("COPY: after", "in both folders"),
        ("STORE: after", "in both folders"),
        ("EXPUNGE: after", "filed"),
    ],
)
def test_what_a_kill_between_copying_and_expunging_leaves(world: World, point: str, what_is_left: str) -> None:
    """The mail lies in both folders; the next run takes it out of the inbox, and makes no second copy."""
    trial = world.trial("copy", world.mails[1:2])
    assert trial.run(point=point) == KILLED
    inbox, filed = world.dovecot.mails(trial.user), world.dovecot.mails(trial.user, FILED)
    assert (len(inbox), len(filed)) == ((1, 1) if what_is_left == "in both folders" else (0, 1))
    assert trial.finish(has_summary=False) == 0
    assert world.dovecot.mails(trial.user) == []
    assert world.dovecot.mails(trial.user, FILED)[0] == world.mails[1]
    assert trial.end_state().folders[FILED].most_common(1)[0][1] == 1


def test_a_letter_that_was_being_written_is_not_left_behind(world: World) -> None:
    """A draft that nobody has noted must not lie beside the one that is written the next day, to be sent by hand as well."""
    trial = world.trial("folder")
    assert trial.run(point="put draft: after") == KILLED
    code, _ = trial.command("reply", now="2026-11-19T09:30:00+08:00")
    drafts = sorted(path.name for path in (trial.root / "文书/待发邮件").iterdir())
    assert code == 0
    assert len(drafts) == 3
    assert all(name.startswith("2026-11-19") for name in drafts)
