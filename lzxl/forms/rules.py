"""What a rule needs to know of a sheet: each kind of rule with the fields that it goes by, named by the part they play.

A sheet of `schemas/forms/` says under `rules` which kinds hold for it and which of its fields play the parts; a check asks
for the part, never for a field's own name. `Need` says what a field must be to play a part: `lzxl.forms.sound` holds the
files to it, and `lzxl.forms.described` makes the models of the YAML files from the classes here. A part without a default
must be played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Need:
    """What a field must be to play a part."""

    kinds: tuple[str, ...] = ()
    """Its kind is one of these; any, if there are none."""
    roles: tuple[str, ...] = ()
    """Roles that words of its vocabulary must have."""
    grouped_by: str = ""
    """The part whose field's vocabulary has the groups of its own words."""


NEED = "need"


def part(
    *kinds: str, roles: tuple[str, ...] = (), grouped_by: str = "", optional: bool = False, several: bool = False
) -> Any:
    """A part of a rule, which a field of the sheet plays; `several`: one field or more do."""
    default: Any = MISSING if not optional else () if several else ""
    return field(default=default, metadata={NEED: Need(kinds, roles, grouped_by)})


@dataclass(frozen=True)
class RequiredIf:
    """Fields that are needed where another is filled in, or says a word of some role."""

    when: str = part()
    fields: tuple[str, ...] = part(several=True)
    says: str = ""
    """The role of the words of `when` that ask for the fields; "" if whatever it says does."""


@dataclass(frozen=True)
class Grouped:
    """A field whose words each belong to a word of another field of the row (`group` in vocabularies.yaml)."""

    group: str = part("choice")
    words: str = part("choice", grouped_by="group")
    settles: bool = False
    """Whether the word settles its group, so that of two that do not match the group is wrong; else the word is."""


@dataclass(frozen=True)
class Numbered:
    """Rows that keep their number from version to version: the number, whose row it is, and what it says."""

    number: str = part("id")
    owner: str = part()
    text: str = part("text")


@dataclass(frozen=True)
class Distinct:
    """Rows that must not say the same twice: of whom, about what, and the text."""

    owner: str = part("text")
    about: str = part("text")
    text: str = part("text")
    number: str = part("id")


@dataclass(frozen=True)
class Signed:
    """A form that the person it is about signs."""

    person: str = part("person")
    signature: str = part("person")


@dataclass(frozen=True)
class Rules:
    """The rules that hold for a sheet."""

    date_order: tuple[tuple[str, ...], ...] = part("date", several=True, optional=True)
    """Rows of days, each in the order in which they come: a later one is not before any earlier."""
    past: tuple[str, ...] = part("date", several=True, optional=True)
    """Days on which something has happened: none lies after the day of filing."""
    in_period: tuple[str, ...] = part("date", several=True, optional=True)
    """Days that should lie in the period."""
    required_if: tuple[RequiredIf, ...] = ()
    groups: tuple[Grouped, ...] = ()
    numbered: Numbered | None = None
    distinct: Distinct | None = None
    signed: Signed | None = None
    never_empty: bool = False
    """Whether somebody fills the sheet in whatever the unit has to report: nothing else tells that it was forgotten."""


ON_COVERS = frozenset({"required_if"})
"""The kinds of rules that may hold for a cover."""


def parts_of(kind: type) -> Mapping[str, tuple[Any, Field[Any]]]:
    """The parts and properties of a kind of rule by name: their type, and what the class says of them."""
    return _parts_of(kind)


@lru_cache(maxsize=64)
def _parts_of(kind: type) -> dict[str, tuple[Any, Field[Any]]]:
    hints = get_type_hints(kind)
    return {entry.name: (hints[entry.name], entry) for entry in fields(kind)}


def made(kind: Any, data: Any) -> Any:
    """A value of the type `kind`, of what a sound file says: dataclasses of mappings, tuples of lists."""
    if get_origin(kind) is UnionType:
        return made(get_args(kind)[0], data)
    if get_origin(kind) is tuple:
        return tuple(made(get_args(kind)[0], entry) for entry in data)
    if is_dataclass(kind):
        return kind(**{name: made(hint, data[name]) for name, (hint, _) in parts_of(kind).items() if name in data})  # type: ignore[operator, arg-type]
    return data


@dataclass(frozen=True)
class Played:
    """A part of a rule as a file has it: where, what the field must be, and what is written there."""

    place: tuple[str | int, ...]
    need: Need
    name: str
    beside: Mapping[str, Any]
    """The whole rule that the part is of, as the file says it."""


def parts_in(kind: Any, data: Any, place: tuple[str | int, ...] = ()) -> Iterator[Played]:
    """Every part that a file names a field for, in a rule of the type `kind` with all the rules inside it."""
    if get_origin(kind) is UnionType:
        kind = get_args(kind)[0]
    for name, (hint, entry) in parts_of(kind).items():
        if not data or name not in data:
            continue
        need = entry.metadata.get(NEED)
        if need is not None:
            for at, written in _written(data[name], (*place, name)):
                yield Played(at, need, written, data)
            continue
        inner = get_args(hint)[0] if get_args(hint) else hint
        if is_dataclass(inner):
            several = data[name] if get_origin(hint) is tuple else None
            for number, value in enumerate(several if several is not None else [data[name]]):
                at = (*place, name, number) if several is not None else (*place, name)
                yield from parts_in(inner, value, at)


def _written(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every name in a value, which may be a list, or a list of lists."""
    if isinstance(value, str):
        yield place, value
    else:
        for number, entry in enumerate(value):
            yield from _written(entry, (*place, number))


def roles_asked(kind: Any = Rules) -> set[str]:
    """The roles of words that some kind of rule goes by."""
    asked: set[str] = set()
    for hint, entry in parts_of(kind).values():
        if NEED in entry.metadata:
            asked.update(entry.metadata[NEED].roles)
        inner = get_args(hint)[0] if get_args(hint) else hint
        if is_dataclass(inner):
            asked |= roles_asked(inner)
    return asked
