"""The pages say what the program does: generated pages are current, commands exist, links lead somewhere."""

from __future__ import annotations

import datetime
import doctest
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import pytest

from lzxl.campaign.config import config_text
from lzxl.campaign.mail_settings import CALENDAR_KEYS, MAIL_KEYS
from lzxl.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README, MANUAL = ROOT / "README.md", ROOT / "docs" / "使用手册.md"
_MOST_IMAGE_BYTES = 300_000


@pytest.fixture(scope="module")
def generated() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate.py"))


def test_generated_pages_are_current(generated: dict[str, Any]) -> None:
    assert generated["stale"]() == [], "run: python docs/generate.py"


def test_generated_pages_are_the_same_each_time(generated: dict[str, Any]) -> None:
    assert generated["pages"]() == generated["pages"]()


def test_the_examples_of_the_python_page_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, encoding="utf-8")
    assert tried >= 5
    assert failed == 0


def test_what_a_contributor_is_told_to_run_is_there() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {word for line in re.findall(r"\bmake ([a-z -]+)", told) for word in line.split()}
    assert {"test", "soak", "fuzz", "bench"} <= targets
    assert [target for target in sorted(targets) if not re.search(rf"^{target}:", makefile, re.M)] == []
    files = re.findall(r"`((?:lzxl|tests|schemas)/[\w./]+)`|pytest (tests/[\w./]+)", told)
    assert [path for found in files for path in found if path and not (ROOT / path).exists()] == []


def test_every_command_is_in_the_manual() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    missing = [name for name in COMMANDS if not re.search(rf"lzxl (?:-C \S+ )?{name}\b", text)]
    assert missing == []


def test_every_setting_is_in_the_manual() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    settings = re.findall(r"^(?:# )?(\w+) +?= ", config_text("甲局", "2026年度", datetime.date(2026, 11, 20)), re.M)
    assert len(settings) >= 15
    settings += [*MAIL_KEYS, *CALENDAR_KEYS]
    assert [name for name in settings if name not in text] == []


def _command_lines(page: Path) -> Iterator[tuple[int, str]]:
    """(line number, command line) of everything that begins with lzxl in a code block, or stands in single backquotes."""
    inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside = not inside
        elif inside and line.startswith("lzxl "):
            yield number, line
        elif not inside:
            for text in re.findall(r"`(lzxl [^`]+)`", line):
                yield number, text


def _places() -> list[Any]:
    found = [(page, number, line) for page in (README, MANUAL) for number, line in _command_lines(page)]
    return [pytest.param(line, id=f"{page.stem}:{number}") for page, number, line in found]


@pytest.mark.parametrize("line", _places())
def test_command_line_exists(line: str) -> None:
    _parse(cli, shlex.split(line, comments=True)[1:], only_named=not line.startswith("lzxl -"))


def _parse(command: click.Command, words: list[str], only_named: bool) -> None:
    """Follow the words down to a command; every command and option must exist, every value be allowed."""
    if isinstance(command, click.Group):
        context = command.make_context("lzxl", list(words), resilient_parsing=True)
        rest = [*context._protected_args, *context.args]
        if not rest:
            return
        name, child, remaining = command.resolve_command(context, rest)
        assert child is not None, f"no command {name}"
        _parse(child, remaining, only_named)
        return
    if not words and only_named:
        return  # the command is only mentioned, e.g. `lzxl collect`
    try:
        command.make_context("lzxl", list(words))
    except click.MissingParameter:
        if not only_named:
            raise


def test_a_wrong_command_line_would_be_noticed() -> None:
    for line in ("lzxl collekt 来件", "lzxl check --formt json x", "lzxl check 来件 --format yaml"):
        with pytest.raises((click.UsageError, AssertionError)):
            _parse(cli, shlex.split(line)[1:], only_named=True)


def _anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make, as the common renderers make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = unquote(target).partition("#")
        path = page.parent / file if file else page
        if not path.exists() or (anchor and anchor not in _anchors(path)):
            broken.append(target)
    assert broken == []


def test_images_are_small() -> None:
    images = list((ROOT / "docs" / "images").glob("*.png"))
    assert images
    assert [image.name for image in images if image.stat().st_size >= _MOST_IMAGE_BYTES] == []


def test_manual_names_every_finding(generated: dict[str, Any]) -> None:
    from lzxl.forms.load import load_catalogue

    text = MANUAL.read_text(encoding="utf-8")
    assert [code for code in load_catalogue().rules if f"`{code}`" not in text] == []
