"""Words that follow from other cells: the group of a row's word, and that of the row of a list that it names (分类, 第八条(一)2)."""

from __future__ import annotations

from typing import Any

from lzxl.forms.model import Field, Sheet
from lzxl.forms.rules import Grouped, Listed


def followed_fields(sheet: Sheet) -> list[Field]:
    """The fields of a sheet that a formula fills with a group."""
    return [entry for entry in sheet.fields if entry.computed == "group"]


def rule_of(sheet: Sheet, name: str) -> Grouped | Listed:
    """The rule that a field's group follows by."""
    own = next((rule for rule in sheet.rules.groups if rule.group == name), None)
    listed = sheet.rules.listed
    if own is not None:
        return own
    assert listed is not None and listed.group == name  # a sound form has one of both
    return listed


def group_of(sheet: Sheet, words: str, word: Any) -> str:
    """The group of a word as a cell has it, exactly as the formula takes it; "" if it is none of the words."""
    vocabulary = sheet.by_name[words].vocabulary
    assert vocabulary is not None
    return vocabulary.group_of(word) if isinstance(word, str) else ""
