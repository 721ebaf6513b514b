"""The program's own troubles: each says its kind by a code and its facts by name, beside the sentence for people."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

from lzxl import errors
from lzxl.errors import EXIT_UNREADABLE, MailError, UsageError

ROOT = Path(__file__).resolve().parents[1]
CLASSES = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.LzxlError)
) | {"BusyError"}


def made() -> Iterator[tuple[str, ast.Call]]:
    """Where in lzxl such an error is made."""
    for path in sorted((ROOT / "lzxl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node


def code_of(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return ""


def test_each_trouble_has_a_code_wherever_it_is_raised() -> None:
    calls = list(made())
    assert len(calls) > 100
    assert [place for place, call in calls if not re.fullmatch(r"[a-z][a-z0-9_]+", code_of(call))] == []


def test_a_program_reads_code_and_facts_and_people_read_the_sentence() -> None:
    error = MailError("找不到收信服务器 imap.example。", code="inbox_host_unknown", host="imap.example")
    assert str(error) == "找不到收信服务器 imap.example。"
    assert (error.code, error.facts, error.exit_code) == (
        "inbox_host_unknown",
        {"host": "imap.example"},
        EXIT_UNREADABLE,
    )


def test_code_and_facts_come_through_from_a_child_process() -> None:
    error = pickle.loads(pickle.dumps(UsageError("找不到：甲。", code="path_not_found", path="甲")))
    assert (str(error), error.code, error.facts) == ("找不到：甲。", "path_not_found", {"path": "甲"})
