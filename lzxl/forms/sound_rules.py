"""Whether the rules of a sheet are sound: who plays their parts is there, and is what a part needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.forms.parts import Need, Played, parts_in
from lzxl.forms.rules import ON_COVERS, WORDS_NAMED, Rules
from lzxl.forms.sound_said import Choice, Mistake, SheetSaid, roles_in

_WORDS_FILE = "vocabularies.yaml"


def judge_rules(sheet: SheetSaid) -> Iterator[Mistake]:
    """The rules of a sheet, the words that its help names, and what two rules go by besides fields."""
    if sheet.is_cover:
        for kind in [kind for kind in sheet.rules if kind not in ON_COVERS]:
            text = f"{kind} 只用于表格，封面可写：{'、'.join(sorted(ON_COVERS))}。"
            yield sheet.mistake(("rules", kind), text)
    for played in parts_in(Rules, sheet.rules, sheet.place("rules")):
        yield from _judge_played(sheet, played)
    yield from _judge_conditions(sheet)
    yield from _judge_words_named(sheet)
    yield from _judge_strays(sheet)
    yield from _judge_scored(sheet)


def _judge_played(sheet: SheetSaid, played: Played) -> Iterator[Mistake]:
    """Who plays a part: another sheet of the form, or a field that is what the part needs."""
    if played.need.is_sheet:
        yield from Choice("工作表", sheet.form.sheet_names, sheet.file).judge(sheet.file, played.place, played.name)
        return
    fields = _fields_for(played, sheet)
    if played.name not in fields:
        yield from Choice("字段", fields, sheet.file).judge(sheet.file, played.place, played.name)
        return
    for lacking in _lacking(played, fields, sheet):
        yield Mistake(sheet.file, played.place, f"写的字段“{played.name}”{lacking}")


def _fields_for(played: Played, sheet: SheetSaid) -> Mapping[str, Mapping[str, Any]]:
    """The fields of the sheet on which a part is played."""
    if played.need.on == "sheet":
        named = {other.name: other.fields for other in sheet.form.sheets}
        # A sheet that is not there is told where it is named; that its field is not there either would be told twice.
        as_needed = {played.name: {"name": played.name, "kind": played.need.kinds[0]}}
        return named.get(played.beside["sheet"], as_needed)
    if played.need.on == "labels":
        covers = sheet.form.covers
        return covers[0].fields if covers else {}
    return sheet.fields


def _lacking(played: Played, fields: Mapping[str, Mapping[str, Any]], sheet: SheetSaid) -> Iterator[str]:
    """What a field lacks for the part that it plays."""
    entry, need = fields[played.name], played.need
    if need.kinds and entry["kind"] not in need.kinds:
        yield f"的 kind 是 {entry['kind']}，应是：{'、'.join(need.kinds)}。"
    if need.refers and entry.get("references", "").count(".") != 1:
        yield "没有引用本表单另一工作表的编号（references: 工作表.字段）。"
    yield from _lacking_words(played, entry.get("vocabulary", ""), fields, sheet)


def _lacking_words(
    played: Played, name: str, fields: Mapping[str, Mapping[str, Any]], sheet: SheetSaid
) -> Iterator[str]:
    """What the vocabulary of a field lacks for the part that it plays."""
    vocabulary = sheet.form.vocabularies.get(name, {})
    for role in played.need.roles:
        if role not in roles_in(vocabulary):
            yield f"的词表 {name} 里没有角色为 {role} 的词，请在 vocabularies.yaml 中写 role: {role}。"
    for key, other in _other_parts(played.need):
        wanted = fields.get(played.beside.get(other, ""), {}).get("vocabulary", "")
        if vocabulary.get(key, "") != wanted:
            yield f"的词表 {name} 应写 {key}: {wanted}（见 vocabularies.yaml）。"


def _other_parts(need: Need) -> Iterator[tuple[str, str]]:
    """The keys under which a vocabulary must name another one, each with the part whose field has that other one."""
    if need.grouped_by:
        yield "groups", need.grouped_by
    if need.answered_in:
        yield "answered_in", need.answered_in


def _judge_conditions(sheet: SheetSaid) -> Iterator[Mistake]:
    """The roles that conditions ask for are those of words that the field may have."""
    for number, entry in enumerate(sheet.rules.get("required_if", ())):
        if "says" in entry and entry["when"] in sheet.fields:
            roles = Choice("角色（role）", _roles_of(sheet, entry["when"]), _WORDS_FILE)
            at = sheet.place("rules", "required_if", number, "says")
            yield from roles.judge(sheet.file, at, entry["says"])


def _judge_words_named(sheet: SheetSaid) -> Iterator[Mistake]:
    """The fields and roles of {field=role} in the help of a sheet's fields."""
    for number, entry in enumerate(sheet.data["fields"]):
        for name, role in WORDS_NAMED.findall(entry.get("help", "")):
            yield from sheet.judge_field(name, "fields", number, "help")
            roles = Choice("角色（role）", _roles_of(sheet, name), _WORDS_FILE)
            yield from roles.judge(sheet.file, sheet.place("fields", number, "help"), role)


def _roles_of(sheet: SheetSaid, name: str) -> list[str]:
    """The roles of the words that a field of the sheet may have."""
    vocabulary = sheet.fields.get(name, {}).get("vocabulary", "")
    return roles_in(sheet.form.vocabularies.get(vocabulary))


def _judge_strays(sheet: SheetSaid) -> Iterator[Mistake]:
    """A column whose text is never a word of another one has a finding for it, and the other way round."""
    strays = {entry["field"] for entry in sheet.rules.get("strays", ())}
    for number, entry in enumerate(sheet.data["fields"]):
        is_stray = entry["name"] in strays
        has_code = "wrong_column" in (entry.get("codes") or {})
        if has_code != is_stray:
            lacking = "codes 里没有 wrong_column" if is_stray else "rules 的 strays 里没有它"
            yield sheet.mistake(("fields", number), f"{lacking}，两处要一起写。")


def _judge_scored(sheet: SheetSaid) -> Iterator[Mistake]:
    """Standard rows have the content and the points of each item, for scores are checked against them."""
    scored = sheet.rules.get("scored") or {}
    standard = (sheet.data.get("standard_rows") or {}).get("columns")
    if not standard:
        return
    for name in (scored.get("content"), scored.get("points")):
        if name is not None and name not in standard:
            yield sheet.mistake(("standard_rows", "columns"), f"缺少“{name}”，评分（scored）要照它核对。")
