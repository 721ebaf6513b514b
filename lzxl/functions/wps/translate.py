"""Writes functions of Python's as JavaScript, so that a rule which both must know stands in one place.

Only what the rules are made of is known: comparisons, conditions, loops, comprehensions, slices, patterns, records, a few
methods of texts and days. Anything else raises NotTranslatableError when the add-in is built, and so in the tests:
nothing is guessed. The result is ECMAScript 5, and counts on the helpers of `python.js` (`py`).
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType

from lzxl.functions.wps.expressions import OPERATORS, Expressions, unpacked
from lzxl.functions.wps.names import Names, name_of, names_in

_IGNORED = frozenset({"lru_cache"})
# What a function may meet and go on from: Python's trouble with a value, as `py` raises it.
_CAUGHT = frozenset({"ValueError"})


def translated(module: ModuleType, names: Iterable[str], given: Mapping[str, str], flat: Callable[[str], str]) -> str:
    """JavaScript statements that define the functions and classes `names` of a module, and what of the module they use.

    `given`: Python's name of what is not to be translated → the JavaScript expression that it is there; of a method, with
    a dot before it. `flat`: makes the source of a pattern of Python's one of JavaScript's. Raises NotTranslatableError.
    """
    return _Statements(Names(module, given, flat)).define(names)


class _Statements:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._expressions = Expressions(names)
        self._value, self._truth = self._expressions.value, self._expressions.truth

    def define(self, names: Iterable[str]) -> str:
        wanted = self._names.wanted = list(dict.fromkeys(names))
        written = [self._definition(name) for name in wanted]  # grows as functions are met, in patterns and tables too
        constants = [f"var {name} = {value};" for name, value in sorted(self._names.constants.items())]
        return "\n".join([*constants, *written])

    def _definition(self, name: str) -> str:
        node = self._names.definitions[name]
        if isinstance(node, ast.FunctionDef):
            return self._function(node, name)
        methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
        here = self._expressions
        here.of_class, here.methods = name, frozenset(method.name for method in methods)
        written = "\n".join(self._function(method, f"{name}_{method.name}") for method in methods)
        here.of_class, here.methods = "", frozenset()
        return written

    def _function(self, node: ast.FunctionDef, name: str) -> str:
        for decorator in node.decorator_list:
            if name_of(decorator) not in _IGNORED:
                raise self._names.trouble(decorator)
        parameters = [argument.arg for argument in node.args.args]
        assigned = sorted(_assigned(node))
        with self._names.holding([*parameters, *assigned]):
            body = self._block(node.body)
        lines = [*([f"var {', '.join(assigned)};"] if assigned else []), *self._defaults(node.args), *body]
        return f"function {name}({', '.join(parameters)}) {{\n{_indented(lines)}\n}}"

    def _defaults(self, given: ast.arguments) -> list[str]:
        """What parameters are that were not given."""
        without = [argument.arg for argument in given.args[len(given.args) - len(given.defaults) :]]
        pairs = zip(without, given.defaults, strict=True)
        return [f"if ({name} === undefined) {name} = {self._value(default)};" for name, default in pairs]

    def _block(self, nodes: Iterable[ast.stmt]) -> list[str]:
        return [line for node in nodes for line in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assert():
                return []  # a docstring; what only the reader of the Python is told
            case ast.Expr(value=value):
                return [f"{self._value(value)};"]
            case ast.Return(value=value):
                return [f"return {self._value(value) if value is not None else 'null'};"]
            case ast.If():
                return self._if(node)
            case ast.For():
                return self._for(node)
            case ast.Try():
                return self._try(node)
            case ast.Continue():
                return ["continue;"]
        return self._assignment(node)

    def _assignment(self, node: ast.stmt) -> list[str]:
        match node:
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                place = self._value(target.slice)
                return [f"py.put({self._value(target.value)}, {place}, {self._value(value)});"]
            case ast.Assign(targets=[ast.Attribute(value=ast.Name()) as target], value=value):
                return [f"{self._value(target)} = {self._value(value)};"]
            case ast.Assign(targets=[ast.Name() | ast.Tuple() as target], value=value):
                return [self._given(target, self._value(value))]
            case ast.AnnAssign(target=ast.Name() as target, value=value) if value is not None:
                return [self._given(target, self._value(value))]
            case ast.AugAssign(target=ast.Name(id=name), op=operator, value=value) if type(operator) in OPERATORS:
                return [f"{name} {OPERATORS[type(operator)]}= {self._value(value)};"]
        raise self._names.trouble(node)

    def _given(self, target: ast.expr, value: str) -> str:
        """A name, or names that take a value apart, get it; `pair` holds it meanwhile."""
        if isinstance(target, ast.Name):
            return unpacked(target, value)
        if isinstance(target, ast.Tuple) and all(isinstance(part, ast.Name) for part in target.elts):
            return f"pair = {value}; {unpacked(target, 'pair')}"
        raise self._names.trouble(target)

    def _if(self, node: ast.If) -> list[str]:
        lines = [f"if ({self._truth(node.test)}) {{", _indented(self._block(node.body))]
        if node.orelse:
            lines += ["} else {", _indented(self._block(node.orelse))]
        return [*lines, "}"]

    def _for(self, node: ast.For) -> list[str]:
        if node.orelse:
            raise self._names.trouble(node)
        # A var of JavaScript is the function's, not the loop's: one inside
        # another would count the outer one's index on.
        depth = sum(isinstance(part, ast.For) for part in ast.walk(node))
        index, items = f"at{depth}", f"items{depth}"
        body = [self._given(node.target, f"{items}[{index}]"), *self._block(node.body)]
        listed = f"py.items({self._value(node.iter)})"
        head = f"for (var {index} = 0, {items} = {listed}; {index} < {items}.length; {index}++) {{"
        return [head, _indented(body), "}"]

    def _try(self, node: ast.Try) -> list[str]:
        """One kind of trouble that is gone on from; any other goes up, as in Python."""
        if len(node.handlers) != 1 or node.orelse or node.finalbody or node.handlers[0].name:
            raise self._names.trouble(node)
        handler = node.handlers[0]
        if handler.type is None or name_of(handler.type) not in _CAUGHT:
            raise self._names.trouble(node)
        other = f"if (!py.is{name_of(handler.type)}(trouble)) throw trouble;"
        caught = [other, *self._block(handler.body)]
        return ["try {", _indented(self._block(node.body)), "} catch (trouble) {", _indented(caught), "}"]


def _assigned(node: ast.FunctionDef) -> set[str]:
    """The names that a function gives values to; `pair` holds what is taken apart."""
    names: set[str] = set()
    for target in _targets(node):
        if isinstance(target, ast.Name | ast.Tuple):
            names.update(names_in(target))
        if isinstance(target, ast.Tuple):
            names.add("pair")
    return names - {"self"}


def _targets(node: ast.FunctionDef) -> Iterable[ast.expr]:
    for part in ast.walk(node):
        if isinstance(part, ast.Assign):
            yield from part.targets
        elif isinstance(part, ast.AnnAssign | ast.For):
            yield part.target


def _indented(lines: Iterable[str]) -> str:
    return textwrap.indent("\n".join(lines), "  ")
