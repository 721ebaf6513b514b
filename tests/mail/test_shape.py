"""A class of the mail room is one thing: who reads it sees it whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_METHODS = 29
MOST_LINES = 326


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in sorted((ROOT / "lzxl/mail").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield path.stem, node


def test_no_class_is_several_rooms_in_one() -> None:
    found = list(classes())
    assert len(found) > 40
    methods = {
        f"{stem}.{node.name}": sum(isinstance(part, ast.FunctionDef) for part in node.body) for stem, node in found
    }
    lines = {f"{stem}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for stem, node in found}
    assert {name: count for name, count in methods.items() if count > MOST_METHODS} == {}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
