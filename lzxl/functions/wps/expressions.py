"""Expressions of Python's as JavaScript: what is not known is refused, never guessed.

Where the two languages differ, the meaning is Python's: an empty list is false, lists are compared by what they hold,
`match` begins at the beginning, a place below 0 counts from the end. The helpers are those of `python.js` (`py`).
"""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import Any

from lzxl.functions.wps.names import Names, NotTranslatableError, name_of, names_in

_COMPARISONS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
OPERATORS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%"}
# Of texts, patterns, matches, numbers, days and mappings; each is a helper that is given the object first.
_METHODS = frozenset(
    {
        *("match", "search", "fullmatch", "findall", "sub", "split", "group", "groups", "end"),
        *("strip", "lower", "upper", "startswith", "isdigit", "isascii", "replace", "partition", "join", "count"),
        *("is_integer", "date", "time", "isoformat"),
        *("index", "append", "get", "intersection", "values"),
    }
)
_FUNCTIONS = frozenset(
    {
        *("len", "any", "all", "sum", "list", "max", "range", "map", "enumerate"),
        *("int", "float", "str", "ord", "bool", "abs", "round"),
    }
)
# Functions of the standard library's modules: datetime.date(2026, 3, 1).
_OF_MODULES = frozenset({"datetime.date", "datetime.time", "math.isfinite"})


class Expressions:
    """Writes expressions; `names` tells what a name is."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.of_class, self.methods = "", frozenset[str]()
        """The class whose methods are being written, and their names."""

    def truth(self, node: ast.expr) -> str:
        """An expression where only its truth counts."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                sign = " && " if isinstance(operator, ast.And) else " || "
                return f"({sign.join(self.truth(value) for value in values)})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self.truth(operand)}"
            case ast.Compare():
                return self._comparison(node)
        return f"py.truth({self.value(node)})"

    def value(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return json.dumps(value)
            case ast.Name(id=name):
                return self._names.of(name)
            case ast.UnaryOp(op=ast.Not()):
                return self.truth(node)
            case ast.BoolOp():
                return self._first_that_decides(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return f"({self.truth(test)} ? {self.value(body)} : {self.value(other)})"
            case ast.Call():
                return self._call(node)
        return self._reckoned(node) or self._of_several(node)

    def _first_that_decides(self, node: ast.BoolOp) -> str:
        """`a or b` is the first that is true, else the last; an empty list is not true."""
        sign = " && " if isinstance(node.op, ast.And) else " || "
        *deciding, last = [self.value(value) for value in node.values]
        return f"({sign.join([*(f'py.given({value})' for value in deciding), last])})"

    def _reckoned(self, node: ast.expr) -> str:
        """What is worked out of numbers and texts; "" for anything else."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self.value(operand)}"
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return f"({self.value(left)} {OPERATORS[type(operator)]} {self.value(right)})"
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                return f"Math.floor({self.value(left)} / {self.value(right)})"
            case ast.JoinedStr(values=parts):
                return f"({' + '.join(map(self._piece, parts))})"
        return ""

    def _piece(self, node: ast.expr) -> str:
        """A piece of an f-string; how it is to be formatted has no counterpart."""
        match node:
            case ast.Constant(value=value):
                return json.dumps(value)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return f"py.str({self.value(value)})"
        raise self._names.trouble(node)

    def _of_several(self, node: ast.expr) -> str:
        """Lists, mappings, and what is taken out of lists and objects."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return self._list(parts)
            case ast.Dict(keys=[], values=[]):
                return "{}"
            case ast.Subscript():
                return self._subscript(node)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node.generators, node.elt)
            case ast.SetComp():
                return f"py.unique({self._comprehension(node.generators, node.elt)})"
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in {"self", *self._names.local}:
                return f"{owner}.{name}"
            case ast.Attribute(value=ast.Subscript() as value, attr=name):
                return f"{self.value(value)}.{name}"
        raise self._names.trouble(node)

    def _list(self, parts: Sequence[ast.expr]) -> str:
        """Parts of a list; a starred one gives what it holds."""
        if not any(isinstance(part, ast.Starred) for part in parts):
            return f"[{', '.join(self.value(part) for part in parts)}]"
        pieces = [
            self.value(part.value) if isinstance(part, ast.Starred) else f"[{self.value(part)}]" for part in parts
        ]
        return f"[].concat({', '.join(pieces)})"

    def _comparison(self, node: ast.Compare) -> str:
        sides = [node.left, *node.comparators]
        steps = zip(node.ops, sides, sides[1:], strict=False)
        parts = [self._compared(operator, left, right) for operator, left, right in steps]
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def _compared(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        one, other = self.value(left), self.value(right)
        match operator:
            case ast.Eq():
                return f"py.equal({one}, {other})"
            case ast.NotEq():
                return f"!py.equal({one}, {other})"
            case ast.In():
                return f"py.within({one}, {other})"
            case ast.NotIn():
                return f"!py.within({one}, {other})"
            case ast.Is() if isinstance(right, ast.Constant):
                return f"py.same({one}, {other})"
            case ast.IsNot() if isinstance(right, ast.Constant):
                return f"!py.same({one}, {other})"
        if type(operator) in _COMPARISONS:
            return f"{one} {_COMPARISONS[type(operator)]} {other}"
        raise self._names.trouble(left)

    def _subscript(self, node: ast.Subscript) -> str:
        if not isinstance(node.slice, ast.Slice):
            return f"py.at({self.value(node.value)}, {self.value(node.slice)})"
        if node.slice.step is not None:
            raise self._names.trouble(node)
        first = self.value(node.slice.lower) if node.slice.lower is not None else "0"
        last = [self.value(node.slice.upper)] if node.slice.upper is not None else []
        return f"{self.value(node.value)}.slice({', '.join([first, *last])})"

    def _comprehension(self, parts: Sequence[ast.comprehension], made: ast.expr) -> str:
        """What is made of each item; of several `for`, the later ones run within the earlier."""
        part, *further = parts
        names = names_in(part.target)
        items = f"py.items({self.value(part.iter)})"
        # In Python the names of a comprehension are its own, and hide others while it is read.
        with self._names.holding(names):
            taken = f"var {', '.join(names)}; {unpacked(part.target, 'item')}"
            tests = [self.truth(test) for test in part.ifs]
            result = self._comprehension(further, made) if further else self.value(made)
        if tests:
            items += f".filter(function (item) {{ {taken} return {' && '.join(tests)}; }})"
        mapped = f"{items}.map(function (item) {{ {taken} return {result}; }})"
        return f"py.joined({mapped})" if further else mapped

    def _call(self, node: ast.Call) -> str:
        match node.func:
            case ast.Name(id="isinstance"):
                kinds = [json.dumps(kind) for kind in _kinds(node.args[1])]
                return f"py.isinstance({self.value(node.args[0])}, [{', '.join(kinds)}])"
            case ast.Name(id=name) if (record := self._names.class_named(name)) is not None:
                return self._record(record, node)
            case ast.Attribute(value=value, attr="_replace") if not node.args:
                return f"py.replaced({self.value(value)}, {{{', '.join(self._keywords(node))}}})"
        if node.keywords:
            raise self._names.trouble(node)
        return self._called(node)

    def _called(self, node: ast.Call) -> str:
        """A call of a function or method whose arguments stand in their order."""
        match node.func:
            case ast.Name(id=name) if name in _FUNCTIONS and name not in self._names.local:
                return f"py.{name}({self._arguments(node.args)})"
            case ast.Name(id=name):
                return f"{self._names.of(name)}({self._arguments(node.args)})"
            case ast.Subscript():
                return f"{self.value(node.func)}({self._arguments(node.args)})"
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self.methods:
                return f"{self.of_class}_{name}({', '.join(['self', *map(self.value, node.args)])})"
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return f"self.{name}({self._arguments(node.args)})"
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in _OF_MODULES:
                return f"py.{module}_{name}({self._arguments(node.args)})"
            case ast.Attribute(value=value, attr=name):
                return f"{self._method(node, name)}({', '.join([self.value(value), *map(self.value, node.args)])})"
        raise self._names.trouble(node)

    def _method(self, node: ast.Call, name: str) -> str:
        """The helper that is a method; it is given the object first."""
        if name == "sub":
            self._refuse_odd_replacement(node)
        if name in _METHODS:
            return f"py.{name}"
        if given := self._names.given_method(name):
            return given
        raise self._names.trouble(node)

    def _refuse_odd_replacement(self, node: ast.Call) -> None:
        """What is put in place of a match is known when it is written: groups are \\1 here and $1 there (`py.sub`)."""
        if not node.args or not isinstance(node.args[0], ast.Constant) or "$" in str(node.args[0].value):
            raise self._names.trouble(node)

    def _record(self, record: type, node: ast.Call) -> str:
        """An object of a dataclass or a named tuple, with what is not given as its default has it."""
        empty = _defaults(record)
        given = dict(zip(empty, map(self.value, node.args), strict=False))
        given |= {keyword.arg or "": self.value(keyword.value) for keyword in node.keywords}
        parts = []
        for field, default in empty.items():
            if field not in given and default is None:
                raise NotTranslatableError(f"{record.__name__}.{field} has a default of its own")
            parts.append(f"{field}: {given.get(field, default)}")
        return f"{{{', '.join(parts)}}}"

    def _keywords(self, node: ast.Call) -> list[str]:
        return [f"{keyword.arg}: {self.value(keyword.value)}" for keyword in node.keywords]

    def _arguments(self, given: Iterable[ast.expr]) -> str:
        return ", ".join(self.value(part) for part in given)


def unpacked(target: ast.expr, value: str) -> str:
    """Statements that give a name, or each name of a tuple, its part of `value`, which is a name itself or read once."""
    if isinstance(target, ast.Name):
        return f"{target.id} = {value};"
    parts = target.elts if isinstance(target, ast.Tuple) else []
    taken = [f"{name_of(part)} = {value}[{place}];" for place, part in enumerate(parts) if name_of(part) != "_"]
    return " ".join(taken)


def _defaults(record: type) -> dict[str, str | None]:
    """The fields of a record and what is written where one is not given; None where that cannot be known."""
    if dataclasses.is_dataclass(record):
        return {entry.name: _default_of(entry) for entry in dataclasses.fields(record)}
    fields: Iterable[str] = getattr(record, "_fields", ())
    known: dict[str, Any] = getattr(record, "_field_defaults", {})
    return {name: json.dumps(known[name]) if name in known else None for name in fields}


def _default_of(entry: dataclasses.Field[Any]) -> str | None:
    empty: dict[Any, str] = {list: "[]", dict: "{}"}
    if entry.default is not dataclasses.MISSING and isinstance(entry.default, str | int | float | None):
        return json.dumps(entry.default)
    return empty.get(entry.default_factory)


def _kinds(node: ast.expr) -> list[str]:
    """The names of the types that `isinstance` asks for: str | int | float."""
    if isinstance(node, ast.BinOp):
        return [*_kinds(node.left), *_kinds(node.right)]
    return [name_of(node)]
