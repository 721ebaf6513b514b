"""A mistake in a file of `schemas/` as a person is told it: the file, the line, the titles on the way there, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lzxl.forms.sound_said import Mistake, Place

# The keys that name a thing of its kind, the most telling first.
_NAMING = ("title", "word", "grade", "name")
# Lists that one passes on the way to a place: that it is in one of them tells nobody anything.
_PASSED = ("sheets", "fields", "words", "rows", "cells")


def told(mistake: Mistake, text: bytes) -> str:
    """A mistake as a person is told it; `text`: its file."""
    line, titles = _way(text, mistake.place)
    where = "".join(f"“{title}”" for title in titles)
    at = f"第{line}行" if line and mistake.place else ""
    return f"表单定义文件 {mistake.file} {at}{where}{'：' if at or where else ''}{mistake.text}"


def parsed(text: bytes) -> Any:
    """What a file says. Raises ValueError with what is wrong if it is no YAML."""
    import yaml

    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - it is a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第{mark.line + 1}行附近" if mark else ""
        raise ValueError(f"{line}不是 YAML（{getattr(error, 'problem', None) or error}）") from None


def _loader() -> Any:
    """The safe loader, the quick one where libyaml is at hand."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class _Step:
    """One step on the way into a YAML text: where it arrives, its line from 1, and how it is called."""

    node: Any
    line: int
    titles: tuple[str, ...]


def _way(text: bytes, place: Place) -> tuple[int, list[str]]:
    """The line of a place in a YAML text (0 if it is not to be had), and the titles of what one passes on the way there."""
    import yaml

    try:
        # Composed once more: what is loaded does not know its lines, only the nodes do.
        root = yaml.compose(text, Loader=_loader())
    except yaml.YAMLError:
        return 0, []
    if root is None:
        return 0, []
    line = root.start_mark.line + 1
    titles: list[str] = []
    for step in _steps(root, place):
        line = step.line
        titles += step.titles
    return line, [*(title for title in titles[:-1] if title not in _PASSED), *titles[-1:]]


def _steps(root: Any, place: Place) -> Iterator[_Step]:
    """The steps of a place, as far as the text has it."""
    node = root
    for name in place:
        step = _step(node, name)
        if step is None:
            return
        yield step
        node = step.node


def _step(node: Any, name: str | int) -> _Step | None:
    """The step from a mapping to the value of a key, or from a list to one of its entries; None if it is not there."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        found = (_of_value(key, value) for key, value in node.value if key.value == str(name))
        return next(found, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int):
        return next(map(_of_entry, node.value[name : name + 1]), None)
    return None


def _of_value(key: Any, value: Any) -> _Step:
    return _Step(value, key.start_mark.line + 1, _titles(value) or (key.value,))


def _of_entry(entry: Any) -> _Step:
    return _Step(entry, entry.start_mark.line + 1, _titles(entry))


def _titles(node: Any) -> tuple[str, ...]:
    """What a mapping is called, by the key that names things of its kind: one title, or none."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        return ()
    texts = {key.value: value.value for key, value in node.value if isinstance(value.value, str)}
    return tuple(texts[key] for key in _NAMING if key in texts)[:1]
