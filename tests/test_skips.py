"""A missing engine fails continuous integration; a person is only told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import may_be

ROOT = Path(__file__).parents[1]
# For each engine one test that needs it.
NEEDING = {
    "LibreOffice": "tests/workbook/test_build.py::test_a_real_spreadsheet_program_computes_the_grading_table",
    "Chromium": "tests/functions/test_wps.py::test_functions_answer_as_in_python",
    "Dovecot": "tests/mail/test_imap.py::test_an_empty_mailbox",
    "ironcalc": "tests/workbook/test_engines.py::test_a_blank_workbook_shows_what_it_stores[risk_register-by_ironcalc]",
    "formualizer": "tests/workbook/test_engines.py::test_a_blank_workbook_shows_what_it_stores[risk_register-by_formualizer]",
}


def run(ci: str) -> tuple[int, str]:
    """The exit code and output of the tests above where no engine is found."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.engines_hidden", "-p", "no:cacheprovider", "-q", "-rsf"]
    done = subprocess.run(
        [*command, *NEEDING.values()],
        cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_missing_engine_is_said_to_a_person() -> None:
    code, said = run("")
    assert code == 0, said
    assert all(re.search(rf"SKIPPED .*{engine}", said) for engine in NEEDING), said


def test_a_missing_engine_fails_continuous_integration() -> None:
    code, said = run("true")
    assert code == 1, said
    assert all(re.search(rf"skipped where nothing may be missing.*{engine}", said) for engine in NEEDING), said
    assert "SKIPPED" not in said


@pytest.mark.skipif(os.name != "posix" or sys.platform != "linux", reason="finds the pipe in /proc")
def test_what_another_system_lacks_is_no_reason_here() -> None:
    assert not may_be("kill -9 is POSIX")
    assert not may_be("no /dev/full")
    assert not may_be("could not import 'resource': No module named 'resource'")
    assert may_be("root may read everything") == (os.geteuid() == 0)


@pytest.mark.parametrize("name", ["libreoffice", "chromium", "dovecot"])
def test_an_engine_that_cannot_be_installed_ends_continuous_integration(name: str, tmp_path: Path) -> None:
    """Where nothing is found at all, not even apt-get."""
    for ci, expected in (("true", 1), ("", 0)):
        command = ["/bin/sh", str(ROOT / "tests" / f"install_{name}.sh")]
        environment = {"PATH": str(tmp_path), "SBIN": str(tmp_path), "CI": ci}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stdout + done.stderr
        assert "cannot be installed here" in done.stdout + done.stderr
