"""Rooms import one way: each only from those above it (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lzxl"

# From the ground up. `lzxl` is the package's own __init__: its version, and lazy names of the public interface.
ORDER = (
    "errors",
    "interrupts",
    "data",
    "files",
    "groups",
    "children",
    "zips",
    "faults",
    "progress",
    "states",
    "forms",
    "submission",
    "year",
    "workbook",
    "checks",
    "campaign",
    "mail",
    "summary",
    "papers",
    "archive",
    "api",
    "functions",
    "formats",
    "demo",
    "cli",
)
# The package's doors lead inwards.
_DOORS = {"__init__", "__main__"}


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of everything of lzxl that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == "lzxl")
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "lzxl"):
            assert not node.level, f"{path}: relative import"
            assert node.module is not None
            yield node.lineno, node.module


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def upward(files: Iterator[tuple[str, str, str]] | list[tuple[str, str, str]]) -> list[str]:
    """Of (place, room, imported module): those that import from a room further down the list."""
    wrong = []
    for place, room, module in files:
        parts = module.split(".")
        if room in _DOORS or len(parts) == 1:
            continue
        if ORDER.index(parts[1]) > ORDER.index(room):
            wrong.append(f"{place}: {room} imports {module}")
    return wrong


def test_every_room_is_known() -> None:
    rooms = {_room(path) for path in PACKAGE.rglob("*.py")} - _DOORS
    assert rooms - set(ORDER) == set()


def test_imports_go_one_way() -> None:
    found = [
        (f"{path.relative_to(ROOT)}:{line}", _room(path), module)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, module in _imports(path)
    ]
    assert len(found) > 100
    assert upward(found) == []


def test_an_import_upwards_would_be_noticed() -> None:
    assert upward([("x.py:1", "checks", "lzxl.campaign.folder")]) == ["x.py:1: checks imports lzxl.campaign.folder"]
    assert upward([("x.py:1", "campaign", "lzxl.checks.run")]) == []


def test_architecture_names_the_rooms_in_this_order() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| ((?:`lzxl/[\w./]+`(?:, )?)+) \|", page, re.M)
    rooms = [name for cell in cells for name in re.findall(r"`lzxl/([\w]+)", cell)]
    assert rooms == list(ORDER)
