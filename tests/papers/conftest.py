"""The year of the sample bureau with its report, made once for all whose matter that is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.scenarios.books import lzxl

DAY = "2026-11-27"


@pytest.fixture(scope="module")
def reported(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the year with its report of the last day in Word, as a page and as a workbook."""

    def report(root: Path) -> None:
        shutil.copytree(demo, root)
        lzxl(root, "report", "--as-of", DAY)
        for other in ("html", "xlsx"):
            lzxl(root, "report", "--format", other, "--as-of", DAY)

    made = made_once(tmp_path_factory, "reported", report)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("报告") / "2026年度"))
