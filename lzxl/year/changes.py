"""What a row says otherwise than it did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lzxl.forms.model import Field, Sheet


@dataclass(frozen=True)
class FieldChange:
    """A field that says something else. Names of persons are not repeated: both are "" then."""

    title: str
    before: str
    after: str

    def as_data(self) -> dict[str, str]:
        """For programs; the keys are a contract."""
        return {"field": self.title, "before": self.before, "after": self.after}


def compared_fields(sheet: Sheet, own: Collection[str]) -> tuple[Field, ...]:
    """The fields whose change is told: all that people fill in, but running numbers and a row's `own`, which is not what it says."""
    asked = (entry for entry in sheet.inputs if entry.kind != "serial" and not entry.computed)
    return tuple(entry for entry in asked if entry.name not in own)


def changes_of(fields: Iterable[Field], before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    """The fields that say something else than before, in their order."""
    for entry in fields:
        old, new = before.get(entry.name, ""), after.get(entry.name, "")
        if old != new:
            yield FieldChange(entry.title, *(("", "") if entry.kind == "person" else (old, new)))
