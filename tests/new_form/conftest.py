"""The program with one more file in `schemas/forms`, and a round that is played by it: nothing else of it is changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.yaml_read import read_yaml

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
# The two units that the demonstration cannot do without: it spoils some of their files as a whole.
_DEMO_UNITS = ("HB03", "HB14")
EXITS = {"check": 1, "collect": 1, "wrong": 2}
"""How the commands end that find faults, or are told what is none; all others end well."""


@dataclass(frozen=True)
class Played:
    """What came of a round: the folder that it was played in, and what each command said."""

    folder: Path
    said: dict[str, dict[str, Any]]

    @property
    def campaign(self) -> Path:
        return self.folder / "批次"


def program_with(folder: Path, form: str) -> Path:
    """A copy of the program in `folder`, to whose forms `form`, a YAML text, and the little list are added.

    Its demonstration has two units.
    """
    ours = shutil.ignore_patterns("node_modules", "*.lock")
    shutil.copytree(ROOT / "lzxl", folder / "lzxl", ignore=ours)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    (folder / "schemas" / "forms" / "gift_register.yaml").write_text(form, "utf-8")
    shutil.copy(HERE / "little_list.yaml", folder / "schemas" / "forms")
    (folder / "demo" / "units").mkdir(parents=True)
    bureau = read_yaml((ROOT / "demo" / "bureau.yaml").read_text("utf-8"))
    bureau["units"] = [unit for unit in bureau["units"] if unit["code"] in _DEMO_UNITS]
    bureau["transfers"] = []  # nobody of the two units moves
    (folder / "demo" / "bureau.yaml").write_text(yaml.safe_dump(bureau, allow_unicode=True), "utf-8")
    shutil.copy(ROOT / "demo" / "office.yaml", folder / "demo")
    for code in _DEMO_UNITS:
        shutil.copy(ROOT / "demo" / "units" / f"{code}.yaml", folder / "demo" / "units")
    return folder


def retitle(schemas: Path) -> None:
    """Call every field and every table that units fill in, and those of the office's ledger, otherwise: 岗位 is 新岗位."""
    for path in (schemas / "forms").glob("*.yaml"):
        text = path.read_text("utf-8")
        if "filed_by: each_unit" in text or path.stem == "warning_ledger":
            text = re.sub(r"(\{name: [a-z_]+, title: )", r"\1新", text)
            text = re.sub(r"(- name: (?!cover)[a-z_]+\n    title: )", r"\1新", text)
            path.write_text(text, "utf-8")


def played_by(program: Path, folder: Path, more: Sequence[str]) -> Played:
    """A round as `play.py` plays it with the program in `program`, and what it plays `more`."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-P", HERE / "play.py", folder, *more],
        cwd=program,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (program, ROOT))), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return Played(folder, json.loads((folder / "said.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def gift_register() -> str:
    return (HERE / "gift_register.yaml").read_text("utf-8")


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Played]:
    """Plays the round with the program that has one more form, `form`, and whose `schemas/` are then changed."""

    def play(form: str, *more: str, change: Callable[[Path], None] = lambda schemas: None) -> Played:
        folder = tmp_path_factory.mktemp("new_form")
        program = program_with(folder / "program", form)
        change(program / "schemas")
        return played_by(program, folder / "round", more)

    return play


@pytest.fixture(scope="session")
def played(play: Callable[..., Played], gift_register: str) -> Played:
    """The round with 礼品礼金登记表."""
    return play(gift_register, "next", "little")


@pytest.fixture(scope="session")
def renamed(play: Callable[..., Played], gift_register: str) -> Played:
    """The same, the form being called otherwise, and all fields and tables of all forms that units file, too."""
    form = gift_register.replace("title: 礼品礼金登记表", "title: 收受礼品情况表").replace("礼品登记\n", "收礼表\n", 1)
    return play(form, "demo", change=retitle)
