"""What a row says otherwise than it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lzxl.forms.model import Field


@dataclass(frozen=True)
class FieldChange:
    """A field that says something else. Names of persons are not repeated: both are "" then."""

    title: str
    before: str
    after: str


def changes_of(fields: Iterable[Field], before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    """The fields that say something else than before, in their order."""
    for entry in fields:
        old, new = before.get(entry.name, ""), after.get(entry.name, "")
        if old != new:
            yield FieldChange(entry.title, *(("", "") if entry.kind == "person" else (old, new)))
