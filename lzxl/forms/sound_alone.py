"""Whether a file of `schemas/` is sound by itself: what pydantic says of it, in sentences for the person who edits it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lzxl.forms.sound_said import Mistake, Place, Said

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_TYPES = {
    "string_type": "应是文字，数字要加引号",
    "int_type": "应是整数",
    "float_type": "应是数字",
    "bool_type": "应写 true 或 false",
    "list_type": "应是一列，如 [甲、乙]",
    "dict_type": "应是各项名目及其内容",
    "model_type": "应是各项名目及其内容",
    "string_too_short": "不能空着",
    "too_short": "不能空着",
}
_WANTED = {
    "ge": "应不小于{}",
    "gt": "应大于{}",
    "le": "应不大于{}",
    "lt": "应小于{}",
    "error": "{}",
    "pattern": "应是小写英文字母、数字和下划线，以字母开头",
}
"""What a value should be, by what pydantic names of the check that it failed."""
# Of an alternative (a text or a number) pydantic reports every branch, with the branch as a step of the place.
_BRANCHES = ("str", "int", "float")


def mistakes_of_each(said: Said) -> list[Mistake]:
    """What is wrong with each file by itself: files that are missing first, then in the order of the files."""
    # Slow to import, and wanted only where a file is not known to be sound.
    from lzxl.forms.described.files import FILES, model_of

    mistakes = [Mistake(file, (), "找不到这个文件，请重新安装 lzxl。") for file in FILES if file not in said]
    for file, data in said.items():
        model = model_of(file)
        if model is None:
            mistakes.append(Mistake(file, (), "这里不应有这个文件，请移走。"))
        else:
            mistakes += _mistakes_of(file, data, model)
    return mistakes


def _mistakes_of(file: str, data: Any, model: type[BaseModel]) -> list[Mistake]:
    from pydantic import ValidationError

    try:
        model.model_validate(data)
    except ValidationError as error:
        return [Mistake(file, _place(data, entry["loc"]), _sentence(entry, model)) for entry in _errors(error)]
    return []


def _errors(error: ValidationError) -> Iterator[Mapping[str, Any]]:
    """What pydantic found, of the branches of an alternative only the first."""
    seen = set()
    for entry in error.errors(include_url=False):
        place = tuple(step for step in entry["loc"] if step not in _BRANCHES)
        if place not in seen:
            seen.add(place)
            yield {**entry, "loc": place}


def _place(data: Any, loc: Iterable[str | int]) -> Place:
    """The part of a place that is there in the data: of a key that is missing, the mapping that lacks it."""
    place: list[str | int] = []
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
        place.append(step)
    return tuple(place)


def _sentence(entry: Mapping[str, Any], model: type[BaseModel]) -> str:
    from lzxl.forms.described.allowed import allowed_at

    loc, kind = entry["loc"], entry["type"]
    if kind == "missing":
        return f"缺少 {loc[-1]}。"
    if kind == "extra_forbidden":
        return f"有不认识的项 {loc[-1]}，可写的项：{'、'.join(allowed_at(model, loc[:-1]))}。"
    is_plain = isinstance(entry["input"], str | int | float)
    if not is_plain and not entry["input"]:
        return "不能空着。"
    written = f"写的是“{entry['input']}”" if is_plain else "写法有误"
    if kind == "literal_error":
        return f"{written}，可写：{'、'.join(allowed_at(model, loc))}。"
    if kind in _TYPES:
        return f"{written}，{_TYPES[kind]}。"
    return f"{written}，{_wanted(entry.get('ctx', {}))}。"


def _wanted(context: Mapping[str, Any]) -> str:
    """What a value should be, by the context that pydantic gives of the check that it failed."""
    wanted = [sentence.format(context[name]) for name, sentence in _WANTED.items() if name in context]
    return "，".join(wanted) or "不合要求"
