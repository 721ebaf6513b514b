"""Every promise of the manual has a test: a sentence that promises and is not listed fails, as does one that is listed and gone."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.docs.promises import NO_PROMISES, PROMISES, README_PROMISES

from .test_manual import MANUAL, ROOT

_PROMISING = re.compile(
    r"不会|不丢|只算|不重复|不影响|原样|该发的|照常|每个字节|只发给|不覆盖|接着办|不回信|不自动|不再[列称显]|只有“|最多答复[0-9]|"
    r"同时给|"
    r"重建|先查|都写明|都是公式|不去下载|只读，|同一个密码|自动[记移重带]|不用重填|每次都|不全部打开"
)
_SENTENCES = re.compile(r"(?<=[。；])|\|")


def promising() -> list[str]:
    """The sentences and table cells of the manual that promise something of the program."""
    text = re.sub(r"```.*?```", "", MANUAL, flags=re.S)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    parts = (part.strip(" -*0123456789.>") for line in lines for part in _SENTENCES.split(line))
    return [part for part in parts if _PROMISING.search(part)]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_promise_of_the_manual_is_tied_to_a_test() -> None:
    found = promising()
    assert len(found) > 30
    assert [text for text in found if text not in PROMISES and text not in NO_PROMISES] == [], (
        "the manual promises this: name the test that proves it in tests/docs/promises.py"
    )


def test_no_promise_is_listed_that_the_manual_does_not_make() -> None:
    found = promising()
    assert [text for text in (*PROMISES, *NO_PROMISES) if text not in found] == [], (
        "the manual does not say this (any more): mend or remove the line in tests/docs/promises.py"
    )


def test_the_promises_of_the_readme_stand_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [words for words in README_PROMISES if words not in text] == []


@pytest.mark.parametrize(
    "identifier",
    sorted({one for named in (*PROMISES.values(), *README_PROMISES.values()) for one in named}),
)
def test_the_test_of_a_promise_exists(identifier: str) -> None:
    file, _, name = identifier.partition("::")
    assert (ROOT / file).is_file()
    assert name.rpartition("::")[2] in names_in(file)
