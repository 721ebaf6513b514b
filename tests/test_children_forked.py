"""A forked child is as good as one that was started: it answers the same, is limited in the same way, and ends in the same way."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from lzxl import children
from lzxl.forms.load import DEFAULT_SCHEME
from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.reading import sandbox
from lzxl.workbook.reading.jobs import Job

from .children_forked import Forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")

# Those that answer as `lzxl.children` says.
MODULES = ("lzxl.campaign.archive", "lzxl.campaign.trial", "lzxl.mail.child", "lzxl.mail.opener", "lzxl.archive.judge")
SAMPLES = sorted(Path(__file__).with_name("samples").glob("*.[xe]*"))


def is_forked() -> bool:
    child = sandbox._Child((DEFAULT_SCHEME,))
    child.close()
    return isinstance(child.process, Forked)


def test_children_are_forked_where_nothing_else_is_asked_for() -> None:
    assert is_forked()


def test_none_is_forked_where_a_test_has_them_started(starts_children: None) -> None:
    assert not is_forked()


def test_none_is_forked_in_other_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LZXL_OF_THIS_TEST", "1")
    assert not is_forked()


@pytest.mark.parametrize("module", MODULES)
def test_every_child_of_ours_can_be_forked(module: str) -> None:
    with children.ask(module, b"", "nothing it knows of") as answer:
        list(answer)
    with children.Kept(module) as child, child.ask(b"", "nothing it knows of"):
        assert isinstance(child._process, Forked)


def test_how_a_forked_child_ended_is_known() -> None:
    child = sandbox._Child((DEFAULT_SCHEME,))
    assert child.process.poll() is None
    child.kill()
    assert child.process.wait(10) == -signal.SIGKILL
    child.kill()
    child.close()
    left = sandbox._Child((DEFAULT_SCHEME,))
    left.close()
    assert left.process.poll() == 0


def test_a_forked_child_reads_what_a_started_one_reads(request: pytest.FixtureRequest) -> None:
    assert len(SAMPLES) > 5

    def answers() -> list[object]:
        with sandbox.keepsake_reader() as reader:
            kept = [reader.read(path) for path in SAMPLES]
        assert any(isinstance(one, Keepsakes) for one in kept)
        return [sandbox.read_all([Job(path, path.name) for path in SAMPLES]), kept]

    forked = answers()
    request.getfixturevalue("starts_children")
    assert answers() == forked
