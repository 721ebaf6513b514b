"""Why a test may be skipped. On a continuous-integration machine (CI=true) any other skip is a failure: what is missing there
was forgotten, and nobody reads what a green run says of it. On a person's machine it is only said.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import pytest

# A reason, and whether it holds on this machine.
_MAY_BE = {
    r"root may read everything": os.name != "posix" or os.geteuid() == 0,
    r"only root can mount a small disk": os.name != "posix" or os.geteuid() != 0,
    r"this machine does not let root mount a tmpfs": True,
    r"LibreOffice's module uno is for another Python than \d+\.\d+": True,
    r"(kill -9|fork) is POSIX|names of files as POSIX has them|only POSIX files say who may read them|needs a named pipe"
    r"|(terminals|signals|terminals and signals) as POSIX has them|could not import 'resource': .*"
    r"|Windows sets no limits of memory and processor time": os.name != "posix",
    r"a pipe of this size is Linux's own|children are looked up in /proc|finds the pipe in /proc|no /dev/full": (
        sys.platform != "linux"
    ),
}


def is_ci() -> bool:
    """Whether this is a continuous-integration machine."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def may_be(reason: str) -> bool:
    """Whether it lies in the nature of this machine that a test is skipped for `reason`."""
    return any(holds and re.fullmatch(pattern, reason) for pattern, holds in _MAY_BE.items())


def judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip that may not be a failure, where nobody looks."""
    if not report.skipped or hasattr(report, "wasxfail") or not is_ci():
        return
    place: Any = report.longrepr
    reason = str(place[2] if isinstance(place, tuple) else place).removeprefix("Skipped: ")
    if not may_be(reason):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing (CI is set; see tests/skips.py): {reason}"
