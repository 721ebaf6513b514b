"""Writes functions of Python's as JavaScript, so that a rule which both must know stands in one place.

Only what the rules on rows are made of is known: comparisons, conditions, loops, comprehensions, slices, patterns, a few
methods of texts. Anything else raises NotTranslatableError when the add-in is built, and so in the tests: nothing is
guessed. The result is ECMAScript 5, and counts on the helpers of `python.js` (`py`).

Where the two languages differ, the meaning is Python's: an empty list is false, lists are compared by what they hold,
`match` begins at the beginning. A part of an `and` or `or` counts as true or false only.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

_COMPARISONS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_OPERATORS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%"}
# Of texts, patterns, matches, numbers and mappings; each is a helper that is given the object first.
_METHODS = frozenset(
    {
        *("match", "search", "group", "strip", "lower", "startswith", "isdigit", "is_integer"),
        *("index", "append", "get", "intersection", "values"),
    }
)
_FUNCTIONS = frozenset(
    {
        "len",
        "any",
        "all",
        "sum",
        "list",
        "max",
        "min",
        "int",
        "float",
        "ord",
        "bool",
        "range",
        "isinstance",
        "map",
        "enumerate",
    }
)
_IGNORED = frozenset({"lru_cache"})


class NotTranslatableError(Exception):
    """A function uses something that has no counterpart here: what, and where."""


def translated(module: ModuleType, names: Iterable[str], given: Mapping[str, str], flat: Callable[[str], str]) -> str:
    """JavaScript statements that define the functions and classes `names` of a module, and what of the module they use.

    `given`: Python's name of what is not to be translated → the JavaScript expression that it is there.
    `flat`: makes the source of a pattern of Python's one of JavaScript's. Raises NotTranslatableError.
    """
    return _Translator(module, given, flat).define(names)


class _Translator:
    def __init__(self, module: ModuleType, given: Mapping[str, str], flat: Callable[[str], str]) -> None:
        self._module, self._given, self._flat = module, given, flat
        self._tree = {
            node.name: node
            for node in ast.parse(inspect.getsource(module)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        self._wanted: list[str] = []
        self._constants: dict[str, str] = {}
        self._locals: list[set[str]] = []
        self._methods: frozenset[str] = frozenset()
        self._class = ""

    def define(self, names: Iterable[str]) -> str:
        self._wanted = list(dict.fromkeys(names))
        written = [self._definition(name) for name in self._wanted]  # grows as functions are met
        constants = [f"var {name} = {value};" for name, value in sorted(self._constants.items())]
        return "\n".join([*constants, *written])

    def _definition(self, name: str) -> str:
        node = self._tree[name]
        if isinstance(node, ast.FunctionDef):
            return self._function(node, name)
        methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
        self._class, self._methods = name, frozenset(method.name for method in methods)
        written = "\n".join(self._function(method, f"{name}_{method.name}") for method in methods)
        self._class, self._methods = "", frozenset()
        return written

    def _function(self, node: ast.FunctionDef, name: str) -> str:
        for decorator in node.decorator_list:
            if _name_of(decorator) not in _IGNORED:
                raise self._trouble(decorator)
        parameters = [argument.arg for argument in node.args.args]
        assigned = _assigned(node)
        self._locals.append({*parameters, *assigned})
        body = self._block(node.body)
        self._locals.pop()
        declared = [f"var {', '.join(sorted(assigned))};"] if assigned else []
        return f"function {name}({', '.join(parameters)}) {{\n{_indented([*declared, *body])}\n}}"

    # Statements

    def _block(self, nodes: list[ast.stmt]) -> list[str]:
        return [line for node in nodes for line in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Expr(value=ast.Constant()):
                return []  # a docstring
            case ast.Expr(value=value):
                return [f"{self._value(value)};"]
            case ast.Return(value=value):
                return [f"return {self._value(value) if value is not None else 'null'};"]
            case ast.If():
                return self._if(node)
            case ast.For():
                return self._for(node)
            case ast.Continue():
                return ["continue;"]
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                return [f"{self._value(target.value)}[{self._value(target.slice)}] = {self._value(value)};"]
            case ast.Assign(targets=[ast.Attribute(value=ast.Name()) as target], value=value):
                return [f"{self._value(target)} = {self._value(value)};"]
            case ast.Assign(targets=[target], value=value):
                return [self._assignment(target, self._value(value))]
            case ast.AnnAssign(target=ast.Name() as target, value=value) if value is not None:
                return [self._assignment(target, self._value(value))]
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value) if type(operator) in _OPERATORS:
                return [f"{name} {_OPERATORS[type(operator)]}= {self._value(value)};"]
        raise self._trouble(node)

    def _if(self, node: ast.If) -> list[str]:
        lines = [f"if ({self._truth(node.test)}) {{", _indented(self._block(node.body))]
        if node.orelse:
            lines += ["} else {", _indented(self._block(node.orelse))]
        return [*lines, "}"]

    def _for(self, node: ast.For) -> list[str]:
        if node.orelse:
            raise self._trouble(node)
        depth = sum(isinstance(part, ast.For) for part in ast.walk(node))
        index, items = f"at{depth}", f"items{depth}"
        body = [self._assignment(node.target, f"{items}[{index}]"), *self._block(node.body)]
        head = f"for (var {index} = 0, {items} = {self._value(node.iter)}; {index} < {items}.length; {index}++) {{"
        return [head, _indented(body), "}"]

    def _assignment(self, target: ast.expr, value: str) -> str:
        if isinstance(target, ast.Name):
            return f"{target.id} = {value};"
        if isinstance(target, ast.Tuple) and all(isinstance(part, ast.Name) for part in target.elts):
            parts = [
                f"{_name_of(part)} = pair[{place}];" for place, part in enumerate(target.elts) if _name_of(part) != "_"
            ]
            return f"pair = {value}; {' '.join(parts)}"
        raise self._trouble(target)

    # Expressions

    def _truth(self, node: ast.expr) -> str:
        """An expression where only its truth counts."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                sign = " && " if isinstance(operator, ast.And) else " || "
                return f"({sign.join(self._truth(value) for value in values)})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self._truth(operand)}"
            case ast.Compare():
                return self._comparison(node)
        return f"py.truth({self._value(node)})"

    def _value(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return json.dumps(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return self._truth(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return f"({self._truth(test)} ? {self._value(body)} : {self._value(other)})"
            case ast.Call():
                return self._call(node)
        return self._reckoned(node) or self._of_several(node)

    def _reckoned(self, node: ast.expr) -> str:
        """What is worked out of numbers and texts; "" for anything else."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self._value(operand)}"
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return f"({self._value(left)} {_OPERATORS[type(operator)]} {self._value(right)})"
        return ""

    def _of_several(self, node: ast.expr) -> str:
        """Lists, and what is taken out of lists and objects."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return self._list(parts)
            case ast.Subscript():
                return self._subscript(node)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in {"self", *self._locals[-1]}:
                return f"{owner}.{name}"
        raise self._trouble(node)

    def _list(self, parts: list[ast.expr]) -> str:
        """Parts of a list; a starred one gives what it holds."""
        pieces = [
            self._value(part.value) if isinstance(part, ast.Starred) else f"[{self._value(part)}]" for part in parts
        ]
        return (
            f"[].concat({', '.join(pieces)})"
            if any(isinstance(part, ast.Starred) for part in parts)
            else (f"[{', '.join(self._value(part) for part in parts)}]")
        )

    def _comparison(self, node: ast.Compare) -> str:
        sides = [node.left, *node.comparators]
        parts = [
            self._compared(operator, left, right)
            for operator, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"

    def _compared(self, operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str:
        one, other = self._value(left), self._value(right)
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
        raise self._trouble(left)

    def _subscript(self, node: ast.Subscript) -> str:
        if isinstance(node.slice, ast.Slice):
            if node.slice.step is not None:
                raise self._trouble(node)
            ends = [self._value(end) if end is not None else None for end in (node.slice.lower, node.slice.upper)]
            return f"{self._value(node.value)}.slice({ends[0] or 0}{f', {ends[1]}' if ends[1] else ''})"
        return f"py.at({self._value(node.value)}, {self._value(node.slice)})"

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> str:
        if len(node.generators) != 1:
            raise self._trouble(node)
        part = node.generators[0]
        names = _names_in(part.target)
        items = self._value(part.iter)
        self._locals.append({*self._locals[-1], *names})
        taken = f"var {', '.join(names)}; {self._assignment(part.target, 'item')}".replace("pair = item; ", "")
        taken = taken.replace("pair[", "item[")
        tests = [self._truth(test) for test in part.ifs]
        made = self._value(node.elt)
        self._locals.pop()
        if tests:
            items += f".filter(function (item) {{ {taken} return {' && '.join(tests)}; }})"
        return f"{items}.map(function (item) {{ {taken} return {made}; }})"

    def _call(self, node: ast.Call) -> str:
        if node.keywords:
            raise self._trouble(node)
        match node.func:
            case ast.Name(id="isinstance"):
                kinds = [json.dumps(kind) for kind in _kinds(node.args[1])]
                return f"py.isinstance({self._value(node.args[0])}, [{', '.join(kinds)}])"
            case ast.Name(id=name) if name in _FUNCTIONS and name not in self._locals[-1]:
                return f"py.{name}({self._arguments(node)})"
            case ast.Name(id=name) if isinstance(self._tree.get(name), ast.ClassDef):
                return self._record(name, node.args)
            case ast.Name(id=name):
                return f"{self._name(name)}({self._arguments(node)})"
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self._methods:
                return f"{self._class}_{name}({', '.join(['self', *map(self._value, node.args)])})"
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return f"self.{name}({self._arguments(node)})"
            case ast.Attribute(value=value, attr=name) if name in _METHODS:
                return f"py.{name}({', '.join([self._value(value), *map(self._value, node.args)])})"
        raise self._trouble(node)

    def _record(self, name: str, given: list[ast.expr]) -> str:
        """An object of a dataclass; what is not given is empty, which is all that defaults are here."""
        empty: dict[Any, str] = {list: "[]", dict: "{}"}
        parts = []
        for place, entry in enumerate(dataclasses.fields(getattr(self._module, name))):
            if place < len(given):
                value = self._value(given[place])
            elif entry.default_factory in empty:
                value = empty[entry.default_factory]
            else:
                raise NotTranslatableError(f"{self._module.__name__}: {name}.{entry.name} has a default of its own")
            parts.append(f"{entry.name}: {value}")
        return f"{{{', '.join(parts)}}}"

    def _arguments(self, node: ast.Call) -> str:
        return ", ".join(
            f"...{self._value(part.value)}" if isinstance(part, ast.Starred) else self._value(part)
            for part in node.args
        )

    def _name(self, name: str) -> str:
        if name in self._locals[-1]:
            return name
        if name in self._given:
            return self._given[name]
        if name in self._tree:
            if name not in self._wanted:
                self._wanted.append(name)
            return name
        if name not in self._constants:
            self._constants[name] = self._constant(name)
        return name

    def _constant(self, name: str) -> str:
        if not hasattr(self._module, name):
            raise NotTranslatableError(f"{self._module.__name__}: {name}")
        value: Any = getattr(self._module, name)
        if isinstance(value, re.Pattern):
            groups = dict(value.groupindex)
            flags = "i" if value.flags & re.IGNORECASE else ""
            source = re.sub(r"\(\?P<\w+>", "(", self._flat(value.pattern))
            return f"py.pattern({json.dumps(source)}, {json.dumps(flags)}, {json.dumps(groups)})"
        if isinstance(value, frozenset | set):
            return json.dumps(sorted(value))
        if isinstance(value, str | int | float | list | tuple):
            return json.dumps(value)
        raise NotTranslatableError(f"{self._module.__name__}: {name} is a {type(value).__name__}")

    def _trouble(self, node: ast.AST) -> NotTranslatableError:
        place = f"{self._module.__name__}, line {getattr(node, 'lineno', 0)}"
        return NotTranslatableError(f"{place}: {ast.unparse(node)}")


def _kinds(node: ast.expr) -> list[str]:
    """The names of the types that `isinstance` asks for: str | int | float."""
    if isinstance(node, ast.BinOp):
        return [*_kinds(node.left), *_kinds(node.right)]
    return [_name_of(node)]


def _name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=called):
            return _name_of(called)
    return ""


def _names_in(target: ast.expr) -> list[str]:
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]


def _assigned(node: ast.FunctionDef) -> set[str]:
    """The names that a function gives values to; `pair` holds what is taken apart."""
    names: set[str] = set()
    for part in ast.walk(node):
        targets: list[ast.expr] = []
        if isinstance(part, ast.Assign):
            targets = part.targets
        elif isinstance(part, ast.AnnAssign | ast.For):
            targets = [part.target]
        for target in targets:
            if isinstance(target, ast.Name | ast.Tuple):
                names.update(_names_in(target))
            if isinstance(target, ast.Tuple):
                names.add("pair")
    return names - {"self"}


def _indented(lines: Iterable[str]) -> str:
    return textwrap.indent("\n".join(lines), "  ")
