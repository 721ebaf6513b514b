"""A real LibreOffice for the tests: documents are opened, cells typed into, formulas worked out, answers read.

    with office.open(path) as book:
        book.sheet("表").set("J6", "较大")
        assert book.sheet("表").text("L6") == "一级"

LibreOffice's own Python drives it (`uno_helper.py`), since that of the tests may be of another version. Each call is one
round trip of well under a millisecond; whole blocks are read and written at once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HELPER = Path(__file__).with_name("uno_helper.py")
Cell = str | float | None
_NOBODY = 65534


@cache
def soffice() -> str | None:
    """The program that starts LibreOffice; None if there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@cache
def office_python() -> str | None:
    """A Python that can import `uno`: LibreOffice's own, the system's, or this one."""
    program = soffice()
    if program is None:
        return None
    candidates = (str(Path(program).resolve().with_name("python")), "/usr/bin/python3", sys.executable)
    return next((python for python in candidates if shutil.which(python) and _has_uno(python)), None)


def _has_uno(python: str) -> bool:
    return subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0


class Office:
    """A running LibreOffice with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        """Start it and wait until it answers. Skips the test when LibreOffice or its Python is missing."""
        program, python = soffice(), office_python()
        if program is None or python is None:
            pytest.skip("LibreOffice or python3-uno is not installed")
        profile.mkdir(parents=True, exist_ok=True)
        pipe = subprocess.PIPE
        self._helper = subprocess.Popen(
            [python, str(HELPER), program, str(profile)], stdin=pipe, stdout=pipe, encoding="utf-8"
        )
        self._answer()

    def ask(self, operation: str, *arguments: Any) -> Any:
        """The answer to one of the operations of `uno_helper.Session`."""
        assert self._helper.stdin is not None
        self._helper.stdin.write(json.dumps([operation, *arguments]) + "\n")
        self._helper.stdin.flush()
        return self._answer().get("value")

    def _answer(self) -> dict[str, Any]:
        assert self._helper.stdout is not None
        line = self._helper.stdout.readline()
        assert line, "LibreOffice did not start, or died"
        answer: dict[str, Any] = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer

    def open(self, path: Path) -> Document:
        return Document(self, self.ask("open", str(path.resolve())))

    def function(self, name: str) -> tuple[str, dict[str, str]] | None:
        """A function's description in the function wizard and those of its arguments; None if there is no such function."""
        said = self.ask("function", name)
        return said and (said[0], dict(said[1]))

    def quit(self) -> None:
        with self._helper:  # closes its input, upon which it ends the office and then itself
            pass


class Document:
    """An open workbook; use it in a `with`, or close it."""

    def __init__(self, office: Office, number: int) -> None:
        self._office, self._number = office, number

    def ask(self, operation: str, *arguments: Any) -> Any:
        return self._office.ask(operation, self._number, *arguments)

    def sheet(self, name: str) -> Sheet:
        return Sheet(self, name)

    def recalculate(self) -> None:
        """Work out every formula anew."""
        self.ask("recalculate")

    def close(self) -> None:
        self.ask("close")

    def __enter__(self) -> Document:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Sheet:
    """A sheet of an open workbook. Protection and drop-downs do not hold what is typed here."""

    def __init__(self, document: Document, name: str) -> None:
        self._document, self._name = document, name

    def _ask(self, operation: str, *arguments: Any) -> Any:
        return self._document.ask(operation, self._name, *arguments)

    def set(self, address: str, value: Cell) -> None:
        """Type a text or a number into a cell; None empties it."""
        self.write(address, [[value]])

    def text(self, address: str) -> str:
        """What a cell shows, an error too."""
        return str(self.texts(address)[0][0])

    def value(self, address: str) -> Cell:
        """A number or text; "" for an empty cell, None for an error."""
        return self.read(address)[0][0]

    def write(self, first: str, rows: Sequence[Sequence[Cell]]) -> None:
        """Type a block of values, its upper left cell at `first`."""
        self._ask("write", first, rows)

    def read(self, block: str) -> list[list[Cell]]:
        """The values of a block, as `value` gives them."""
        rows: list[list[Cell]] = self._ask("read", block)
        return rows

    def everything(self) -> list[list[Cell]]:
        """The values of all that is used, from A1 on, as `value` gives them."""
        rows: list[list[Cell]] = self._ask("everything")
        return rows

    def texts(self, block: str) -> list[list[str]]:
        """What the cells of a block show."""
        rows: list[list[str]] = self._ask("texts", block)
        return rows

    def formulas(self, first: str, rows: Sequence[Sequence[str]]) -> None:
        """Put a block of formulas, in their English spelling."""
        self._ask("formulas", first, rows)

    def sort(self, block: str, column: int, *, is_ascending: bool) -> None:
        """Sort the rows of a block by one of its columns, counted from 0."""
        self._ask("sort", block, column, is_ascending)

    def array(self, block: str, formula: str) -> None:
        """Put one array formula over a block."""
        self._ask("array", block, formula)


def install(addin: Path, profile: Path) -> None:
    """Install an extension into a profile that does not exist yet; no other profile sees it."""
    if os.geteuid() != 0:
        _add(addin, profile)
        return
    with tempfile.TemporaryDirectory() as folder:  # unopkg refuses root: nobody does it, where nobody may write
        theirs = Path(folder)
        shutil.copy(addin, theirs)
        os.chown(folder, _NOBODY, _NOBODY)
        _add(theirs / addin.name, theirs / "profile", user=_NOBODY, group=_NOBODY, extra_groups=[])
        shutil.copytree(theirs / "profile", profile)


def _add(addin: Path, profile: Path, **as_user: Any) -> None:
    program = soffice()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    command = [Path(program).resolve().with_name("unopkg"), "add", f"-env:UserInstallation={profile.as_uri()}", addin]
    environment = {**os.environ, "HOME": str(profile.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, **as_user)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One LibreOffice a session and worker."""
    running = Office(tmp_path_factory.mktemp("office"))
    yield running
    running.quit()
