"""Rows of the ledger as values: a table's columns are the fields of a dataclass, and words of state are what they are."""

from __future__ import annotations

from dataclasses import astuple, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar, get_type_hints

from lzxl.forms.text import whole_text

_Kind = TypeVar("_Kind")


class Table(Generic[_Kind]):
    """A table of the ledger."""

    def __init__(self, kind: type[_Kind], name: str, key: str) -> None:
        """`kind`: a dataclass of texts, whole numbers and states. `key`: the columns that a row is known by."""
        self.kind = kind
        self.name = name
        self.key = key
        self.names = tuple(entry.name for entry in fields(kind))  # type: ignore[arg-type]
        self.columns = ", ".join(self.names)
        """As a SELECT names them."""
        self.qualified = ", ".join(f"{name}.{column}" for column in self.names)
        """As a SELECT over several tables names them."""

    @cached_property
    def created(self) -> str:
        """The statement that makes the table where it is not there."""
        columns = ", ".join(f"{name} {self._type(name)}" for name in self.names)
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}, PRIMARY KEY ({self.key}))"

    def added(self, name: str) -> str:
        """The statement that adds a column which a ledger of an earlier version has not."""
        default = "0" if self._type(name) == "INTEGER" else "''"
        return f"ALTER TABLE {self.name} ADD COLUMN {name} {self._type(name)} DEFAULT {default}"

    @cached_property
    def put(self) -> str:
        """The statement that enters a row, or replaces the one with its key."""
        marks = ", ".join("?" for _ in self.names)
        return f"INSERT OR REPLACE INTO {self.name} ({self.columns}) VALUES ({marks})"  # noqa: S608 - our own names

    def read(self, row: tuple[Any, ...]) -> _Kind:
        """A row as a value. Raises ValueError for a state that the vocabulary does not have."""
        values = list(row)
        for index, word in self._words:
            values[index] = word(values[index])
        return self.kind(*values)

    def stored(self, value: _Kind) -> tuple[str | int, ...]:
        """A value as the database can hold it: a file name may have half a character. Raises ValueError as `read` does."""
        row = [whole_text(entry) if isinstance(entry, str) else entry for entry in astuple(value)]  # type: ignore[call-overload]
        for index, word in self._words:
            row[index] = word(row[index]).value
        return tuple(row)

    def _type(self, name: str) -> str:
        return "INTEGER" if get_type_hints(self.kind)[name] is int else "TEXT"

    @cached_property
    def _words(self) -> tuple[tuple[int, type[StrEnum]], ...]:
        """(number of a column, its vocabulary) of those that hold states."""
        types = get_type_hints(self.kind)
        found = [(index, types[name]) for index, name in enumerate(self.names)]
        return tuple((index, kind) for index, kind in found if isinstance(kind, type) and issubclass(kind, StrEnum))
