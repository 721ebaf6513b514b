"""A copy of `schemas/` in which something was written otherwise, and which the program then goes by: no Python is edited."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lzxl.data import data_folder
from lzxl.forms.known_sound import DIGEST, require_sound

Edit = tuple[str, str, str]
"""(file, what is written there once, what is written instead)."""


@contextmanager
def edited(folder: Path, *edits: Edit) -> Iterator[Path]:
    """Let the program go by a copy of `schemas/` in `folder` with `edits`, which is judged first.

    Raises ConfigError as whoever loads a form would be told of a mistake.
    """
    copy = folder / "schemas"
    shutil.copytree(data_folder("schemas"), copy)
    (copy / DIGEST).unlink()
    for edit in edits:
        path = copy / edit[0]
        path.write_text(with_edits(path.read_text("utf-8"), edit), "utf-8")
    require_sound(copy)
    with pytest.MonkeyPatch.context() as patch:
        for module in _modules():
            if hasattr(module, "data_folder"):
                patch.setattr(module, "data_folder", lambda name: copy if name == "schemas" else data_folder(name))
        _forget()
        try:
            yield copy
        finally:
            _forget()


def with_edits(text: str, *edits: Edit) -> str:
    """A file's text with edits; each is of something that stands there once."""
    for file, right, other in edits:
        assert text.count(right) == 1, f"{file}: {right} stands there {text.count(right)} times"
        text = text.replace(right, other)
    return text


def _modules() -> list[object]:
    return [module for name, module in list(sys.modules.items()) if name.split(".")[0] == "lzxl"]


def _forget() -> None:
    """Empty every cache of the program: each may hold something of a form."""
    for module in _modules():
        for value in list(vars(module).values()):
            if callable(getattr(value, "cache_clear", None)):
                value.cache_clear()
