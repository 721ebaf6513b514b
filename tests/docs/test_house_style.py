"""Every text that a user reads is in the house style (tests/style.py), room by room."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.style import faults_of_literal
from tests.user_texts import ROOT, literals, page_texts, schema_texts, script_texts

ROOMS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "lzxl").iterdir()
    if (path.is_dir() or path.suffix == ".py") and not path.name.startswith("__")
)
SCHEMAS = (
    "forms/*.yaml",
    "cover.yaml",
    "vocabularies.yaml",
    "grading/*.yaml",
    "appraisal.yaml",
    "clauses.yaml",
    "owed.yaml",
    "archive.yaml",
    "findings.yaml",
)
PAGES = (
    "README.md",
    "docs/使用手册.md",
    "docs/函数与加载项.md",
    "docs/表单说明.md",
    "docs/规则对照.md",
    "docs/归档.md",
)
# Planted, because units write so; and words that the text is about.
QUOTED = {"2026年 11月 12日"}


def faults(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Every fault with its place."""
    return [f"{place}: {wrong}" for place, text in texts if text not in QUOTED for wrong in faults_of_literal(text)]


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_says(room: str) -> None:
    assert faults(literals(room)) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_the_schemas_say(name: str) -> None:
    assert faults(schema_texts(name)) == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says(page: str) -> None:
    assert faults(page_texts(page)) == []


def test_what_the_scripts_in_spreadsheet_programs_say() -> None:
    assert faults(script_texts("lzxl/functions")) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("写好 {} 封信。", 1),
        ("写好{}封信。", 0),
        ("单位 {} 的表", 0),
        ("看看有没有打开", 3),
        ("罚没物品", 0),
        ("没到日子", 1),
        ("请改正后重报", 2),
        ("截止 2026-11-20", 1),
        ("甲,乙", 1),
        ("格式：2026-11-10", 0),
    ],
)
def test_the_rules_find_what_they_are_for(text: str, wrong: int) -> None:
    assert len(faults_of_literal(text)) == wrong
