"""Whether what is the office's alone is sound: fields on forms that units file, and findings that units do not hear of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.forms.sound_said import Mistake, Place, Said, SheetSaid

_OF_THOSE_WHO_FILL_IN = ("required", "unique", "derived", "computed", "filled", "counts", "references")
"""Keys that say what whoever fills in a field owes, or what its workbook makes of it."""


def judge_owned(sheet: SheetSaid) -> Iterator[Mistake]:
    """Fields of the office's stand on forms that units file, ask for nothing, and are not all that a sheet has."""
    owned = [entry for entry in sheet.data["fields"] if entry.get("owner") == "office"]
    if owned and len(owned) == len(sheet.data["fields"]):
        yield sheet.mistake(("fields",), "各栏都是办公室的（owner: office），单位在这张工作表里没有可填的。")
    for number, entry in enumerate(sheet.data["fields"]):
        yield from _judge_field(sheet, entry, sheet.place("fields", number))


def _judge_field(sheet: SheetSaid, entry: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    if entry.get("owner") == "office":
        yield from _judge_owned_field(sheet, entry, place)
    elif "filled_by_unit" in (entry.get("codes") or {}):
        text = "只有办公室的栏目（owner: office）才有 filled_by_unit。"
        yield Mistake(sheet.file, (*place, "codes", "filled_by_unit"), text)


def _judge_owned_field(sheet: SheetSaid, entry: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    if not sheet.form.is_filed_by_units:
        text = "只有各单位填报的表（filed_by: each_unit）里才写 owner: office；办公室的表本来就是办公室填的。"
        yield Mistake(sheet.file, (*place, "owner"), text)
    for key in _OF_THOSE_WHO_FILL_IN:
        if entry.get(key):
            yield Mistake(sheet.file, (*place, key), f"办公室的栏目（owner: office）不向单位要，不能写 {key}。")


def judge_told(said: Said) -> Iterator[Mistake]:
    """A unit whose file is returned must be told why."""
    for code, rule in said["findings.yaml"].items():
        if rule.get("told_to") == "office" and rule["severity"] == "error":
            text = "只告诉办公室的问题（told_to: office）不能退回报送件，severity 应是 warning 或 info。"
            yield Mistake("findings.yaml", (code, "severity"), text)
