"""A part of an Office file as a tree of elements, for parts that are small: drawings, comments, styles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lzxl.workbook.reading.content import RefusedError
from lzxl.workbook.reading.parts import parse_part

_MOST_NODES = 500_000
_DEEPEST = 200


@dataclass(slots=True)
class Node:
    """An element: its name and its attributes' without their namespaces, and what is in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text right inside of it."""
        return "".join(self.texts)

    def child(self, *names: str) -> Node | None:
        """The first child of the first name, its first child of the next, and so on; None if there is none."""
        found: Node | None = self
        for name in names:
            found = next((child for child in found.children if child.name == name), None) if found else None
        return found

    def below(self, *names: str) -> list[Node]:
        """What is right inside of that child; nothing if there is none."""
        found = self.child(*names)
        return found.children if found is not None else []

    def every(self, *names: str) -> Iterator[Node]:
        """All elements of those names in it, in the order of the part; not inside of each other."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if node.name in names:
                yield node
            else:
                waiting += node.children[::-1]

    def number(self, name: str) -> int:
        """The whole number right inside of the child `name`; 0 if there is none."""
        found = self.child(name)
        return whole(found.text) if found is not None else 0


def whole(text: str | None) -> int:
    """A whole number as XML has it; 0 for anything else."""
    stripped = (text or "").strip()
    # isdigit() holds for ² and ①, which int() refuses; and nobody means a number of eighteen digits.
    digits = stripped.removeprefix("-")
    return int(stripped) if digits.isascii() and digits.isdigit() and len(digits) < 18 else 0


def tree(xml: bytes) -> Node:
    """The elements of a part under one that is none of its own. Of alternatives, only the first choice is taken.

    Raises ExpatError, or RefusedError for what must not be parsed.
    """
    top = Node("")
    stack = [top]
    made = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal made
        made += 1
        if made > _MOST_NODES or len(stack) > _DEEPEST:
            raise RefusedError("file_too_large")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(name.rpartition(" ")[2], plain)
        # The same shape in words that old programs know (ECMA-376 part 3): it would come back twice.
        if node.name != "Fallback":
            stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].texts.append(data)

    parse_part(xml, start, end, text)
    return top
