"""The texts that users read, wherever they stand: literals of the package, values of the schemas, pages, scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.yaml_read import read_yaml

ROOT = Path(__file__).parents[1]
HAN = re.compile(r"[\u4e00-\u9fff]")
# What units and people write, which the program only reads, counts on or plants.
_OF_OTHERS = (
    "lzxl/forms/surnames.py",
    "lzxl/forms/private.py",
    "lzxl/mail/replies.py",
    "lzxl/mail/links.py",
    "lzxl/demo/paper.py",
)
# Keys of the schemas whose values are what others may write, not what they read.
_READ_ONLY = frozenset({"aliases", "near", "pattern", "checks", "clause", "basis", "total", "notes", "name"})


def literals(folder: str) -> Iterator[tuple[str, str]]:
    """(place, text) of the Chinese literals below a folder of the package, or in a file of it. An f-string is one text with its
    holes in braces. Left out are patterns, which read, and docstrings but for those that a spreadsheet program shows."""
    path = ROOT / folder
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        place = file.relative_to(ROOT).as_posix()
        if place in _OF_OTHERS:
            continue
        for line, text in _texts(ast.parse(file.read_text(encoding="utf-8"))):
            if HAN.search(text):
                yield f"{place}:{line}", text


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    left = set(_not_spoken(tree))
    for node in ast.walk(tree):
        if id(node) in left:
            continue
        if isinstance(node, ast.JoinedStr):
            left.update(id(part) for part in node.values)
            yield node.lineno, "".join(_piece(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _piece(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "{}"


def _not_spoken(tree: ast.Module) -> Iterator[int]:
    """What no user reads: English docstrings with a word of the forms in them, and regular expressions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = str(node.value.value)
            if len(HAN.findall(text)) * 2 < len(text):
                yield id(node.value)
        elif isinstance(node, ast.Call) and _is_pattern(node.func):
            yield from (id(inner) for inner in ast.walk(node))


def _is_pattern(function: ast.expr) -> bool:
    """Whether it is one of `re`."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re"


def schema_texts(name: str) -> Iterator[tuple[str, str]]:
    """(place, text) of what a file of the schemas says to users."""
    for file in sorted((ROOT / "schemas").glob(name)):
        data = read_yaml(file.read_text(encoding="utf-8"))
        yield from _said(data, file.relative_to(ROOT).as_posix())


def _said(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _READ_ONLY:
                yield from _said(value, f"{place} {key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _said(value, f"{place}[{number}]")
    elif isinstance(data, str) and HAN.search(data):
        yield place, data


def page_texts(name: str) -> Iterator[tuple[str, str]]:
    """(place, line) of the Chinese lines of a page, without what is to be typed in."""
    is_typed = False
    for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            is_typed = not is_typed
        elif not is_typed and HAN.search(line):
            yield f"{name}:{number}", re.sub(r"`[^`]*`", "`x`", line)


def script_texts(folder: str) -> Iterator[tuple[str, str]]:
    """(place, text) of the Chinese strings in scripts below a folder."""
    for file in sorted((ROOT / folder).rglob("*")):
        if file.suffix in (".js", ".bas", ".html"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                for text in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`|>([^<\n]+)<", line):
                    said = "".join(text)
                    if HAN.search(said):
                        yield f"{file.relative_to(ROOT).as_posix()}:{number}", said
