"""Libraries are used by their faces: their private parts are touched in one room for each library, and nowhere else.

Each of those rooms has a test that says what it counts on, so that a new version which moved it is noticed there
and not as a wrong cell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "lzxl").rglob("*.py"))

# The room of each library whose private parts we need → the test of what we need of them.
ROOMS = {
    "lzxl/workbook/writing/openpyxl_parts.py": "tests/workbook/test_openpyxl_parts.py",
    "lzxl/workbook/reading/xlrd_parts.py": "tests/reading/test_xlrd_parts.py",
    "lzxl/summary/rows.py": "tests/summary/test_rows.py",
    "lzxl/papers/docx_parts.py": "tests/papers/test_docx_parts.py",
}
# The public face of named tuples, of enumerations and of the system begins with an underscore too.
PUBLIC = frozenset({"_replace", "_asdict", "_fields", "_make", "_value_", "_exit"})
OWN = frozenset({"self", "cls"})


def private_parts(text: str) -> Iterator[str]:
    """Every attribute that begins with an underscore, of something that is not of a class of the module itself."""
    tree = ast.parse(text)
    own = _declared(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in own and not _is_own(node):
            yield f"{node.attr}, line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith("lzxl"):
            yield from (f"{name.name}, line {node.lineno}" for name in node.names if _is_private(name.name))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in OWN


def _declared(tree: ast.Module) -> set[str]:
    """The private names that classes of the module give their objects."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_own(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    return names


def test_only_the_room_of_a_library_touches_its_private_parts() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in MODULES}
    found = {name: list(private_parts(text)) for name, text in texts.items() if name not in ROOMS}
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_each_such_room_needs_private_parts_and_has_a_test_of_them(room: str) -> None:
    assert list(private_parts((ROOT / room).read_text(encoding="utf-8")))
    assert (ROOT / ROOMS[room]).is_file()


def test_a_private_part_is_found_wherever_it_is_used() -> None:
    text = "from openpyxl.cell.cell import _cast\ndef value(sheet):\n    return sheet._cells[1, 1]\n"
    assert list(private_parts(text)) == ["_cast, line 1", "_cells, line 3"]
