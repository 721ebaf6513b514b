"""What all tests share: one demonstration a session, for whoever needs a whole round, and one LibreOffice a worker."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from . import skips
from .children_forked import forked_children, starts_children
from .in_memory import lie_in_memory
from .judged_once import sheets_judged_once
from .libreoffice import office
from .made_once import made_once
from .read_once import read_once, reads_anew

__all__ = [
    "demo",
    "forked_children",
    "office",
    "own_demo",
    "read_once",
    "reads_anew",
    "sheets_judged_once",
    "starts_children",
]


# No assertion of a speed: by default an example that takes 200 ms by the clock is a failure, whatever else the machine does.
# `hypothesis.settings()` is what holds without us, which in continuous integration is other than on a person's machine.
hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")

_SOAK = 20
"""So many times as many examples a property test looks at in `make soak`, unless it names its own number (soak_examples)."""


_PLAYING = ("archive", "campaign", "cli", "mail", "new_form", "papers", "scenarios")
"""Rooms whose tests play whole campaigns: there many a file takes long that has few tests."""


def pytest_configure() -> None:
    lie_in_memory()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _put_slow_files_first(items)
    if os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak":
        _look_at_more_examples(items)
    else:
        _leave_to_soak(config, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let hypothesis work out its tables of characters, which it does once a checkout: else that second and a half counts as the
    time that the first test with texts takes to draw one, and on a busy machine fails it as too slow."""
    if any(hasattr(getattr(item, "obj", None), "hypothesis") for item in session.items):
        hypothesis.strategies.characters(codec="utf-8").validate()


def _put_slow_files_first(items: list[pytest.Item]) -> None:
    """A file goes to one worker as a whole: one that takes a minute must not be the last to begin, while the other workers
    have nothing left to do. The very first plays the demonstration, and the next ones do without it: who needs it waits for it."""
    count = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    slow |= {path for path in count if path.parent.name in _PLAYING}
    waiting = {item.path for item in items if "demo" in getattr(item, "fixturenames", ())}
    first = min((path for path in waiting & slow), key=str, default=None)
    items.sort(
        key=lambda item: (
            item.path != first,
            item.path not in slow,
            item.path in waiting,
            -count[item.path],
            str(item.path),
        )
    )


def _leave_to_soak(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _look_at_more_examples(items: list[pytest.Item]) -> None:
    """Give property tests more examples in `make soak`: each names its own number for everyday."""
    tests = {item.obj: item for item in items if hasattr(getattr(item, "obj", None), "hypothesis")}  # type: ignore[attr-defined]
    for test, item in tests.items():
        function = getattr(test, "__func__", test)
        everyday = getattr(function, "_hypothesis_internal_use_settings", None) or hypothesis.settings()
        own = item.get_closest_marker("soak_examples")
        examples = own.args[0] if own else everyday.max_examples * _SOAK
        function._hypothesis_internal_use_settings = hypothesis.settings(everyday, max_examples=examples, deadline=None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skips.judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    skips.judge(report)
    return report


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A played demonstration. Read it, never change it: copy it first (`own_demo`)."""
    from lzxl.demo.run import run_demo

    return made_once(tmp_path_factory, "demo", run_demo)


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration that a test may change."""
    return Path(shutil.copytree(demo, tmp_path / "demo"))
