"""The parts that fields of a sheet play in a rule: what a field must be to play one, and how a file says which does.

A sheet of `schemas/forms/` says under `rules` which kinds hold for it and which of its fields play the parts; a check asks
for the part, never for a field's own name. `Need` says what a field must be to play a part: `lzxl.forms.sound` holds the
files to it, and `lzxl.forms.described` makes the models of the YAML files from the kinds of rules. A part without a default
must be played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Need:
    """What a field must be to play a part."""

    kinds: tuple[str, ...] = ()
    """Its kind is one of these; any, if there are none."""
    roles: tuple[str, ...] = ()
    """Roles that words of its vocabulary must have."""
    grouped_by: str = ""
    """The part whose field's vocabulary has the groups of its own words."""
    answered_in: str = ""
    """The part whose field's vocabulary has the words that answer its own."""
    on: Literal["", "sheet", "labels"] = ""
    """Where the field is: on the sheet itself, on the one that the part `sheet` beside it names, or on the cover."""
    is_sheet: bool = False
    """Whether it is no field, but another sheet of the form."""
    refers: bool = False
    """Whether it is a field that refers to rows of another sheet of the form."""


NEED = "need"


def part(*kinds: str, optional: bool = False, several: bool = False, **need: Any) -> Any:
    """A part of a rule, which a field of the sheet plays; `several`: one field or more do. `need`: as `Need` has it."""
    default: Any = MISSING if not optional else () if several else ""
    return field(default=default, metadata={NEED: Need(kinds, **need)})


TEXT = "text"
"""Of a property that is said in words as people read them, not by a name."""

TEXTS = "texts"


def texts() -> Any:
    """Texts that a rule goes by, as people write them; they are names of nothing."""
    return field(default=(), metadata={TEXTS: True})


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
        # `Rule | None`: the rule itself stands first.
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
    said = [(name, *of) for name, of in parts_of(kind).items() if data and name in data]
    for name, hint, entry in said:
        need = entry.metadata.get(NEED)
        if need is not None:
            for at, written in _written(data[name], (*place, name)):
                yield Played(at, need, written, data)
        else:
            for at, inner, value in _rules_inside(hint, data[name], (*place, name)):
                yield from parts_in(inner, value, at)


def _rules_inside(
    hint: Any, value: Any, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    """(place, kind, what is written) of each rule that a part of a rule is made of; none where it is no rule."""
    inner = _inner(hint)
    if not is_dataclass(inner):
        return
    if get_origin(hint) is tuple:
        for number, one in enumerate(value):
            yield (*place, number), inner, one
    else:
        yield place, inner, value


def _inner(hint: Any) -> Any:
    """The type of what a tuple holds, or of what may be left out."""
    return get_args(hint)[0] if get_args(hint) else hint


def _written(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every name in a value, which may be a list, or a list of lists."""
    if isinstance(value, str):
        yield place, value
    else:
        for number, entry in enumerate(value):
            yield from _written(entry, (*place, number))


def roles_asked(kind: Any) -> set[str]:
    """The roles of words that some kind of rule goes by."""
    asked: set[str] = set()
    for hint, entry in parts_of(kind).values():
        if NEED in entry.metadata:
            asked.update(entry.metadata[NEED].roles)
        if is_dataclass(_inner(hint)):
            asked |= roles_asked(_inner(hint))
    return asked
