"""What the names of a Python module are in JavaScript: its functions, classes and constants, and what stands for others."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any


class NotTranslatableError(Exception):
    """A function uses something that has no counterpart here: what, and where."""


class Names:
    """The names of one module while it is translated: which are asked for, which are local where the translator stands.

    `given`: Python's name of what is not to be translated → the JavaScript expression that it is there; a method is given
    with a dot before its name. `flat`: makes the source of a pattern of Python's one of JavaScript's.
    """

    def __init__(self, module: ModuleType, given: Mapping[str, str], flat: Callable[[str], str]) -> None:
        self.module = module
        self.definitions = {
            node.name: node
            for node in ast.parse(inspect.getsource(module)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        self.wanted: list[str] = []
        """Functions and classes to be written; grows as they are met."""
        self.constants: dict[str, str] = {}
        self._given, self._flat = given, flat
        self._locals: list[frozenset[str]] = [frozenset()]

    @property
    def local(self) -> frozenset[str]:
        return self._locals[-1]

    @contextmanager
    def holding(self, names: Iterable[str]) -> Iterator[None]:
        """While these names are local ones as well."""
        self._locals.append(self.local.union(names))
        yield
        self._locals.pop()

    def class_named(self, name: str) -> type | None:
        """The record that a call of `name` makes; None if that is no class, or one whose maker is given."""
        found = getattr(self.module, name, None)
        return found if isinstance(found, type) and name not in (*self.local, *self._given) else None

    def given_method(self, name: str) -> str:
        return self._given.get(f".{name}", "")

    def of(self, name: str) -> str:
        """What `name` is called in JavaScript. Raises NotTranslatableError for what the module does not have."""
        if name in self.local:
            return name
        if name in self._given:
            return self._given[name]
        if name in self.definitions:
            if name not in self.wanted:
                self.wanted.append(name)
            return name
        if name not in self.constants:
            if not hasattr(self.module, name):
                raise NotTranslatableError(f"{self.module.__name__}: {name}")
            self.constants[name] = self._constant(name, getattr(self.module, name))
        return name

    def _constant(self, name: str, value: Any) -> str:
        match value:
            case re.Pattern():
                return self._pattern(value)
            case FunctionType():
                return self.of(value.__name__)
            case dict():
                parts = [f"{json.dumps(key)}: {self._constant(name, part)}" for key, part in value.items()]
                return f"{{{', '.join(parts)}}}"
            # Asked before plain tuples: a record is one of them too.
            case tuple() if hasattr(value, "_asdict"):
                return self._constant(name, value._asdict())
            case frozenset() | set():
                # A set has no order of its own: the script would be another one with each run.
                return json.dumps(sorted(value))
            case str() | int() | float() | list() | tuple() | None:
                return json.dumps(value)
        raise NotTranslatableError(f"{self.module.__name__}: {name} is a {type(value).__name__}")

    def _pattern(self, pattern: re.Pattern[str]) -> str:
        flags = "i" if pattern.flags & re.IGNORECASE else ""
        source = re.sub(r"\(\?P<\w+>", "(", self._flat(pattern.pattern))
        return f"py.pattern({json.dumps(source)}, {json.dumps(flags)}, {json.dumps(dict(pattern.groupindex))})"

    def trouble(self, node: ast.AST) -> NotTranslatableError:
        place = f"{self.module.__name__}, line {getattr(node, 'lineno', 0)}"
        return NotTranslatableError(f"{place}: {ast.unparse(node)}")


def name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=called):
            return name_of(called)
    return ""


def names_in(target: ast.expr) -> list[str]:
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
