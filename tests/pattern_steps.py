"""How many steps a regular expression takes: a matcher of its own that backtracks as Python's does, and counts.

A clock cannot tell a pattern that is quadratic from a busy machine; the number of characters looked at can.
"""

from __future__ import annotations

import ast
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda sign: sign.isalnum() or sign == "_",
}
_NEGATED = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}


# Repeats up to so many cost no more than that many steps a character.
_FEW = 400


@dataclass(frozen=True)
class Written:
    """A pattern as it stands in a source file."""

    place: str
    text: str
    flags: int
    is_anchored: bool = False
    """It is only ever tried at the beginning of a text."""

    @property
    def tree(self) -> Any:
        return parser.parse(self.text, self.flags)


def patterns_in(folder: Path) -> list[Written]:
    """Every pattern that the Python files in a folder write out."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {id(node.value): _name(node.targets[0]) for node in ast.walk(tree) if isinstance(node, ast.Assign)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_of_re(node.func) and node.args and _text(node.args[0]) is not None:
                text, name = _text(node.args[0]), names.get(id(node), "")
                assert text is not None
                assert isinstance(node.func, ast.Attribute)
                used = _uses(tree, name) if name else {node.func.attr}
                place = f"{path.name}:{name or node.lineno}"
                found.append(Written(place, text, _flags(node), bool(used) and used <= {"match", "fullmatch"}))
    return found


def _name(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ""


def _uses(tree: ast.AST, name: str) -> set[str]:
    """The methods that are called on a pattern in its file."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }


def _is_of_re(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "re"
        and function.attr in _FUNCTIONS
    )


def _text(node: ast.expr) -> str | None:
    """The pattern; of one that is put together, the pieces that are written out."""
    if isinstance(node, ast.Constant):
        return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
    return None


def _flags(node: ast.Call) -> int:
    named = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return sum(int(getattr(re, name)) for name in ("IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE") if name in named)


class _Steps:
    def __init__(self, text: str, flags: int) -> None:
        self.text = text.lower() if flags & re.IGNORECASE else text
        self.flags = flags
        self.count = 0

    def search(self, tree: Any, is_anchored: bool) -> int:
        """Steps of looking for every match, one after the other, as `finditer` and `sub` do; or of one at the beginning."""
        if is_anchored:
            next(self.ends(list(tree), 0), None)
            return self.count
        start = 0
        while start <= len(self.text):
            end = next(self.ends(list(tree), start), None)
            start = end if end is not None and end > start else start + 1
        return self.count

    def ends(self, nodes: list[Any], at: int) -> Iterator[int]:
        if not nodes:
            yield at
            return
        (kind, value), rest = nodes[0], nodes[1:]
        for end in self._node(kind, value, at):
            yield from self.ends(rest, end)

    def _node(self, kind: Any, value: Any, at: int) -> Iterator[int]:
        if kind in _REPEATS:
            yield from self._repeat(kind, *value, at)
        elif kind is sre.SUBPATTERN:
            yield from self.ends(list(value[3]), at)
        elif kind is sre.ATOMIC_GROUP:
            yield from list(self.ends(list(value), at))[:1]
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from self.ends(list(branch), at)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from self._assert(kind, *value, at)
        elif kind is sre.AT:
            self.count += 1
            if self._is_at(value, at):
                yield at
        elif self._is(kind, value, at):
            yield at + 1

    def _repeat(self, kind: Any, least: int, most: Any, body: Any, at: int) -> Iterator[int]:
        body = list(body)
        if len(body) == 1 and _is_single(*body[0]):
            yield from self._repeat_single(kind, least, most, body[0], at)
            return
        reached = [at]
        while len(reached) <= most:
            end = next(self.ends(body, reached[-1]), None)
            if end is None or end == reached[-1]:
                break
            reached.append(end)
        reached = reached[least:]
        if kind is sre.POSSESSIVE_REPEAT:
            yield from reached[-1:]
        else:
            yield from reached if kind is sre.MIN_REPEAT else reversed(reached)

    def _repeat_single(self, kind: Any, least: int, most: Any, node: Any, at: int) -> Iterator[int]:
        end = at
        while end - at < most and self._is(*node, end):
            end += 1
        ends = range(at + least, end + 1)
        if kind is sre.POSSESSIVE_REPEAT:
            yield from ends[-1:]
        else:
            yield from ends if kind is sre.MIN_REPEAT else reversed(ends)

    def _assert(self, kind: Any, direction: int, body: Any, at: int) -> Iterator[int]:
        start = at if direction > 0 else at - body.getwidth()[0]
        holds = start >= 0 and next(self.ends(list(body), start), None) is not None
        if holds == (kind is sre.ASSERT):
            yield at

    def _is_at(self, where: Any, at: int) -> bool:
        text = self.text
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            is_line = where is sre.AT_BEGINNING and self.flags & re.MULTILINE
            return at == 0 or bool(is_line and text[at - 1] == "\n")
        if where in (sre.AT_END, sre.AT_END_STRING):
            is_line = where is sre.AT_END and self.flags & re.MULTILINE
            return at == len(text) or bool(is_line and text[at] == "\n")
        before, after = (
            bool(sign) and (sign.isalnum() or sign == "_")
            for sign in (text[at - 1 : at] if at else "", text[at : at + 1])
        )
        return (before != after) == (where is sre.AT_BOUNDARY)

    def _is(self, kind: Any, value: Any, at: int) -> bool:
        self.count += 1
        if at >= len(self.text):
            return False
        sign = self.text[at]
        if kind is sre.ANY:
            return sign != "\n" or bool(self.flags & re.DOTALL)
        if kind is sre.IN:
            is_negated = value[0][0] is sre.NEGATE
            return any(self._is_member(*one, sign) for one in value if one[0] is not sre.NEGATE) != is_negated
        return self._is_member(kind, value, sign)

    def _is_member(self, kind: Any, value: Any, sign: str) -> bool:
        if kind is sre.CATEGORY:
            return not _CATEGORIES[_NEGATED[value]](sign) if value in _NEGATED else bool(_CATEGORIES[value](sign))
        if kind is sre.RANGE:
            folded = self.flags & re.IGNORECASE and value[0] <= ord(sign.upper()) <= value[1]
            return bool(value[0] <= ord(sign) <= value[1] or folded)
        code = ord(chr(value).lower()) if self.flags & re.IGNORECASE else value
        return bool((code == ord(sign)) == (kind is sre.LITERAL))


def _is_single(kind: Any, _: Any) -> bool:
    return kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)


def steps(written: Written, text: str) -> int:
    """How many steps it takes to look for a pattern in all of a text."""
    return _Steps(text, written.flags).search(written.tree, written.is_anchored)


def repeated_signs(tree: Any) -> set[str]:
    """Characters that are told apart by what a pattern has any number of."""
    found: set[str] = set()
    for kind, value in tree:
        if kind in _REPEATS:
            found |= signs_of(value[2]) if value[1] > _FEW else repeated_signs(value[2])
        elif kind is sre.SUBPATTERN:
            found |= repeated_signs(value[3])
        elif kind is sre.ATOMIC_GROUP:
            found |= repeated_signs(value)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                found |= repeated_signs(branch)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            found |= repeated_signs(value[1])
    return found


def signs_of(tree: Any) -> set[str]:
    """Characters that a pattern tells apart."""
    found = {" ", "a", "0", "\n", "\t", "<", "\x00"}
    for kind, value in tree:
        if kind in (sre.LITERAL, sre.NOT_LITERAL):
            found.add(chr(value))
        elif kind is sre.IN:
            found |= {chr(one[1]) for one in value if one[0] is sre.LITERAL}
            found |= {chr(one[1][0]) for one in value if one[0] is sre.RANGE}
        elif kind in _REPEATS:
            found |= signs_of(value[2])
        elif kind is sre.SUBPATTERN:
            found |= signs_of(value[3])
        elif kind is sre.ATOMIC_GROUP:
            found |= signs_of(value)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                found |= signs_of(branch)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            found |= signs_of(value[1])
    return found


def shortest(tree: Any, most: int = 1) -> str:
    """A text that a pattern begins with: its branches' first, its repeats at least `most` times."""
    out = ""
    for kind, value in tree:
        if kind is sre.LITERAL:
            out += chr(value)
        elif kind is sre.IN:
            out += next((sign for sign in 'a0 :<=-\n"' if _Steps(sign, 0)._is(kind, value, 0)), "a")
        elif kind in (sre.ANY, sre.NOT_LITERAL):
            out += "a" if kind is sre.ANY or value != ord("a") else "0"
        elif kind in _REPEATS:
            out += shortest(value[2], most) * max(value[0], min(most, value[1]))
        elif kind is sre.SUBPATTERN:
            out += shortest(value[3], most)
        elif kind is sre.ATOMIC_GROUP:
            out += shortest(value, most)
        elif kind is sre.BRANCH:
            out += shortest(value[1][0], most)
    return out
