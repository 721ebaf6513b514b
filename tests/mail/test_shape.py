"""A class of the mail room is one thing, and so is a file: who reads it sees it whole."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "lzxl/mail"

# The one place where it is said how large anything here may be: a little over the largest. What outgrows it has become several.
MOST_METHODS = 26
MOST_LINES_OF_CLASS = 280
MOST_LINES_OF_FILE = 390


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield path.stem, node


def test_no_class_is_several_rooms_in_one() -> None:
    found = list(classes())
    assert len(found) > 60
    methods = {
        f"{stem}.{node.name}": sum(isinstance(part, ast.FunctionDef) for part in node.body) for stem, node in found
    }
    lines = {f"{stem}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for stem, node in found}
    assert {name: count for name, count in methods.items() if count > MOST_METHODS} == {}
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_CLASS} == {}


def test_no_file_is_several_rooms_in_one() -> None:
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOM.glob("*.py")}
    assert len(lines) > 50
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_FILE} == {}
