"""What may stand at a place of a file, as the models describe it: for a mistake that names what may be written."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, RootModel


def allowed_at(model: Any, place: tuple[Any, ...]) -> tuple[str, ...]:
    """What may stand at a place that the models describe: the keys of a mapping, the words of a closed choice, else ()."""
    for step in place:
        model = _inner(model, step)
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, BaseModel) and not issubclass(model, RootModel):
        return tuple(entry.alias or name for name, entry in model.model_fields.items())
    return tuple(str(value) for value in get_args(model)) if _is_literal(model) else ()


def _inner(model: Any, step: Any) -> Any:
    """The type of what is at `step`, a key or a position, of a value of the type `model`."""
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, RootModel):
        return _inner(model.model_fields["root"].annotation, step)
    if isinstance(model, type) and issubclass(model, BaseModel):
        by_key = {entry.alias or name: entry.annotation for name, entry in model.model_fields.items()}
        return by_key.get(step)
    arguments = get_args(model)
    return arguments[-1] if arguments else None


def _plain(model: Any) -> Any:
    """A type without its annotations and without the None that stands for a key left out."""
    if hasattr(model, "__metadata__"):
        return _plain(get_args(model)[0])
    arguments = [argument for argument in get_args(model) if argument is not type(None)]
    if type(None) in get_args(model) and len(arguments) == 1:
        return _plain(arguments[0])
    return model


def _is_literal(model: Any) -> bool:
    return bool(get_args(model)) and all(isinstance(value, str) for value in get_args(model))
