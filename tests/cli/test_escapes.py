"""No text that leaves the program for a screen or a text file holds what a terminal obeys or nobody can see."""

from __future__ import annotations

import ast
import json
import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

import lzxl
from lzxl.checks.run import check_submissions
from lzxl.cli.main import run
from lzxl.formats.text import render_text
from lzxl.forms.text import HARMFUL
from lzxl.workbook.reading.read import read_submission
from tests.checks.tables import BARE

CASE = Path(__file__).parent.parent / "cases" / "hostile" / "escape_cells.xlsx"
ODD = "表\x1b]0;PWNED\x07\x1b[2J\u202e\u200b\x9b31m\n假\t行\u2066"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="names of files as POSIX has them")


def assert_harmless(text: str) -> None:
    found = HARMFUL.search(text)
    assert found is None, (hex(ord(found.group())), text[max(0, found.start() - 60) : found.end() + 60])


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder of files whose names and cells are full of such characters."""
    folder = tmp_path / f"来件{ODD}"
    folder.mkdir()
    shutil.copy(CASE, folder / f"{ODD}.xlsx")
    (folder / f"坏{ODD}.xlsx").write_bytes(b"PK\x03\x04")
    (folder / f"文本{ODD}.xlsx").write_text("不是表格", encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_a_check_of_hostile_files_prints_and_writes_nothing_harmful(
    form: str, hostile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["-v", "check", str(hostile), "--format", form]) == 3
    run(["check", str(hostile), "--format", form, "--output", "结果"])
    shown = capfd.readouterr()
    written = (tmp_path / "结果").read_text("utf-8")
    for text in (shown.out, shown.err, written):
        assert_harmless(text)
    assert "PWNED" in shown.out
    # A name cannot make a line of its own.
    assert not any(line.startswith("假") for text in (shown.out, written) for line in text.splitlines())
    if form == "json":
        assert f"{ODD}.xlsx" in [Path(entry["file"]).name for entry in json.loads(written)["files"]]
    if form == "junit":
        ElementTree.fromstring(written)


def test_colours_of_ours_are_the_only_escapes_on_a_terminal(hostile: Path) -> None:
    path = next(path for path in hostile.iterdir() if path.name.startswith("表"))
    shown = render_text(check_submissions([read_submission(path, path.name)], BARE), colour=True, with_info=True)
    assert "\x1b[31m" in shown
    for colour in ("\x1b[0m", *(f"\x1b[{code}m" for code in (31, 32, 33, 36))):
        shown = shown.replace(colour, "")
    assert_harmless(shown)


def test_commands_of_a_campaign_show_nothing_harmful(
    own_demo: Path, hostile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    campaign = ["-C", str(own_demo)]
    workbook = str(next(path for path in hostile.iterdir() if path.name.startswith("表")))
    run([*campaign, "-v", "collect", str(hostile)])
    for words in (
        ["status"],
        ["status", "--format", "json"],
        ["collect", "--list-held"],
        ["reply"],
        ["check", workbook],
    ):
        run([*campaign, "-v", *words])
    run(["-v", "adopt", workbook, "--form", "登记表"])
    run(["adopt", workbook, "--form", "登记表", "--format", "json"])
    run(["workbooks", "check", workbook])
    run(["check", f"没有{ODD}"])
    run(["grade", f"较大{ODD}", "严重"])
    run([ODD])
    shown = capfd.readouterr()
    assert_harmless(shown.out)
    assert_harmless(shown.err)
    assert "PWNED" in shown.out and "PWNED" in shown.err


def test_there_is_one_way_to_the_screen() -> None:
    """Of all modules of the commands, only the one for it writes to the screen; the table writes what it made visible."""
    found = []
    for path in sorted((Path(lzxl.__file__).parent / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                if name in ("click.echo", "click.secho", "print", "sys.stderr.write") or name.startswith(
                    "traceback.print"
                ):
                    found.append(path.name)
    assert set(found) == {"screen.py"}
