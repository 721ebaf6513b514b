"""The pictures of the pages show what the program makes today."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def pictures() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "pictures.py"))


def test_every_picture_shows_todays_files(pictures: dict[str, Any], demo: Path, tmp_path: Path) -> None:
    assert pictures["stale"](demo, tmp_path) == [], "run: python docs/pictures.py, and look at what it has drawn"


def test_a_picture_of_other_words_would_be_noticed(pictures: dict[str, Any], own_demo: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    changed = pictures["_open_register"](own_demo, tmp_path / "made")
    [view] = pictures["PICTURES"][2].views
    before = pictures["_digest"](changed, [view])
    workbook = openpyxl.load_workbook(changed)
    workbook[view.sheet]["C7"] = "改过的字"
    workbook.save(changed)
    assert pictures["_digest"](changed, [view]) != before


def test_each_picture_stands_on_a_page_and_each_on_a_page_is_drawn(pictures: dict[str, Any]) -> None:
    shown = {
        Path(name).name for page in PAGES for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert shown == {picture.name for picture in pictures["PICTURES"]}
    assert {path.name for path in (ROOT / "docs" / "images").glob("*.png")} == shown
    for name in shown:
        with Image.open(ROOT / "docs" / "images" / name) as image:
            assert (image.format, image.width >= pictures["WIDTH"]) == ("PNG", True)
