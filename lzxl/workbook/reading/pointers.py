"""Cells that point elsewhere instead of saying something: 同上 means the row above, 详见附件 is no content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import compact
from lzxl.forms.values import is_blank

_LONGEST_POINTER = 16

_ABOVE = re.compile(
    r"^(?:同上|同上行|同上一行|同上格|同上栏|同上项|同上所述|同前|同前行|上同|同上[一二三四五六七八九\d]*项?|〃+|々+|″+|\"+|”+|''|\"|〞+|do|ditto)$"
)
_LEFT = re.compile(r"^(?:同左|同左格|同左栏|左同|←)$")
_ELSEWHERE = re.compile(
    r"^(?:请?详?见(?:附件|附表|附页|附后|另页|另表|另附|另纸|纸质版?|后附|文件|方案|制度)[\d一二三四五六七八九十]*|附件[\d一二三四五六七八九十]*|"
    r"另附|后附|附后|另行(?:报送|上报|提供)|略|从略|(?:内容)?同附件)$"
)
# Kinds whose cells may repeat what stands above or beside them.
_ORDINARY = frozenset({"text", "list", "choice", "choices", "date", "person"})
# Kinds that are written in words of one's own.
_WRITTEN = frozenset({"text", "list", "person"})
# A gap in a field with one of these codes keeps a risk or an item from being graded.
_GRADING = frozenset({"missing_likelihood", "missing_severity", "missing_level", "missing_score"})


@dataclass(slots=True)
class Pointed:
    """A column's cells with what they point to in place of the pointers."""

    raws: list[Any]
    typed: dict[int, Any] = field(default_factory=dict)
    """Index → what the cell itself says, where that is a pointer."""
    notes: dict[int, str] = field(default_factory=dict)
    """Index → code of a note: it was read as what it points to."""
    problems: dict[int, str] = field(default_factory=dict)
    """Index → code of a problem: it points where content is owed."""


def follow(sheet: Sheet, entry: Field, raws: list[Any], left: Sequence[Any] | None) -> Pointed:
    """`raws`: a column's cells in the order of rows. `left`: the cells of the field to the left, None if there is none.

    The add-in of WPS tells the same: what stands here is written for its translator (`lzxl.functions.wps.translate`).
    """
    found = Pointed(raws)
    texts = {raw for raw in raws if isinstance(raw, str)}
    if not any(pointer(raw) for raw in texts):
        return found
    found.raws = list(raws)
    owes_own, owes_content = _owes_own_value(sheet, entry), entry.required and entry.kind in _WRITTEN
    for index, raw in enumerate(raws):
        kind = pointer(raw) if isinstance(raw, str) else ""
        if kind == "elsewhere" and owes_content:
            _refuse(found, index, "content_elsewhere")
        elif kind in ("above", "left"):
            # What 同上 points to may have been a pointer itself, and was followed before.
            _follow_one(found, index, None if owes_own else _target(kind, index, found.raws, left))
    return found


def _follow_one(found: Pointed, index: int, target: Any) -> None:
    """Put what a cell points to in its place; where that is nothing, it was not followed."""
    if is_blank(target):
        _refuse(found, index, "pointer_not_followed")
        return
    found.notes[index] = "pointer_followed"
    _replace(found, index, target)


def _refuse(found: Pointed, index: int, code: str) -> None:
    """Take a pointer out, and say why it does not do."""
    found.problems[index] = code
    _replace(found, index, None)


def _replace(found: Pointed, index: int, value: Any) -> None:
    found.typed[index] = found.raws[index]
    found.raws[index] = value


def _target(kind: str, index: int, raws: Sequence[Any], left: Sequence[Any] | None) -> Any:
    """What a pointer points to; blank if that is nothing."""
    if kind == "above":
        # Above the first row there is nothing: raws[-1] would be the last one's.
        return raws[index - 1] if index else None
    return left[index] if kind == "left" and left is not None else None


def _owes_own_value(sheet: Sheet, entry: Field) -> bool:
    """Whether each row owes a value of its own here: a number, a grading word, a name to sign with."""
    return (
        entry.kind not in _ORDINARY
        or entry.unique
        or entry.name == sheet.key
        or bool(_GRADING.intersection(entry.codes.values()))
        or (entry.kind == "person" and entry.disclosure == "confidential")
    )


@lru_cache(maxsize=4096)
def pointer(text: str) -> str:
    """above, left or elsewhere for a cell that only points there, "" for any other."""
    if len(text) > _LONGEST_POINTER:
        return ""
    squeezed = compact(text).strip("()[]【】。.").lower()
    if not squeezed:
        return ""
    # Squeezing may make other signs of these, which mean the same.
    if _ABOVE.match(squeezed) or text.strip() in ("″", "〃", "〞"):
        return "above"
    if _LEFT.match(squeezed):
        return "left"
    return "elsewhere" if _ELSEWHERE.match(squeezed) else ""
