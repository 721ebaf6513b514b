"""What a form may say under `rules` of a sheet: made of the kinds of rules in `lzxl.forms.rules`."""

from __future__ import annotations

from dataclasses import MISSING, is_dataclass
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field, create_model

from lzxl.forms import parts
from lzxl.forms.described.entries import Entry, Name, Text
from lzxl.forms.rules import Rules


def _as_written(kind: Any) -> Any:
    """The type of what a file says for a value of the type `kind` of `lzxl.forms.rules`."""
    if get_origin(kind) is UnionType:
        return _as_written(get_args(kind)[0]) | None
    if get_origin(kind) is tuple:
        return Annotated[list[_as_written(get_args(kind)[0])], Field(min_length=1)]  # type: ignore[misc]
    if is_dataclass(kind):
        return _rule(kind)
    return Name if kind is str else kind


def _rule(kind: Any) -> type[BaseModel]:
    """The model of a kind of rule."""
    entries: dict[str, Any] = {}
    for name, (hint, entry) in parts.parts_of(kind).items():
        written = Annotated[list[Text], Field(min_length=1)] if parts.TEXTS in entry.metadata else _as_written(hint)
        written = Text if parts.TEXT in entry.metadata else written
        entries[name] = (written, ... if entry.default is MISSING else entry.default)
    model: type[BaseModel] = create_model(kind.__name__, __base__=Entry, __doc__=kind.__doc__, **entries)
    return model


SheetRules = _rule(Rules)
