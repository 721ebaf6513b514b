"""The tables of schemas/exports.yaml: their readers, columns, and what is said of persons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lzxl.data import schemas_folder
from lzxl.forms.load import read_sound
from lzxl.forms.parts import made

Cell = str | int | float
"""What a cell shows; "" for nothing."""


@dataclass(frozen=True)
class Column:
    """A column: what it shows, of rows of which power, or of which item of the appraisal."""

    shows: str
    title: str
    width: float
    power: str = ""
    item: str = ""


@dataclass(frozen=True)
class Hint:
    """What is said of a person whose warning is in a state, or who was given a disposition."""

    text: str
    state: str = ""
    disposition: str = ""


@dataclass(frozen=True)
class Export:
    """A table, with its readers; `folder`: its own, below that of all."""

    export: str
    title: str
    folder: str
    readers: str
    note: str
    rows: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Exports:
    """All tables, the folder that theirs are in, and what is said of persons."""

    clause: str
    folder: str
    hints: tuple[Hint, ...]
    exports: tuple[Export, ...]


@lru_cache(maxsize=4)
def load_exports() -> Exports:
    """The tables of `schemas/exports.yaml`. Raises ConfigError if it is not sound."""
    found: Exports = made(Exports, read_sound(schemas_folder(), "exports.yaml"))
    return found
