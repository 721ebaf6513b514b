"""Whether schemas/archive.yaml is sound: what it names is there, nothing is left without a place, nothing confidential lies open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lzxl.forms.roster import ROSTER_FORM
from lzxl.forms.sound_said import Choice, FormSaid, Mistake, Said, forms_in

_FILE = "archive.yaml"
_WITH_FORMS = ("filed", "books")
_MASKED = ("folder", "books")
_ALWAYS_THERE = (*_WITH_FORMS, "roster", "settings", "schemas")
"""What every year has."""
_SELECTIVE = ("forms", "names")
"""What makes a group take some of its kind only."""


def judge_archive(said: Said) -> Iterator[Mistake]:
    """Mistakes of the file beside the forms."""
    data = said[_FILE]
    forms = {form.file.rpartition("/")[2].removesuffix(".yaml"): form for form in forms_in(said)}
    choices = {
        "volume": Choice("卷", [one["id"] for one in data["volumes"]], _FILE),
        "retention": Choice("保管期限", [one["code"] for one in data["retentions"]], _FILE),
    }
    known = Choice("表单", list(forms), "forms/")
    seen: set[str] = set()
    for number, group in enumerate(data["groups"]):
        place = ("groups", number)
        for key, choice in choices.items():
            yield from choice.judge(_FILE, (*place, key), group[key])
        yield from known.judge_each(_FILE, (*place, "forms"), group.get("forms", ()))
        if group["id"] in seen:
            yield Mistake(_FILE, (*place, "id"), f"“{group['id']}”已经用过，请另取一个。")
        seen.add(group["id"])
        yield from _judge_keys(group, place)
    yield from _judge_audiences(data)
    yield from _judge_rest(data)
    yield from _judge_handed_over(data, said["exports.yaml"]["folder"])
    yield from _judge_confidential(data, forms)


def _judge_keys(group: Mapping[str, Any], place: tuple[str, int]) -> Iterator[Mistake]:
    if ("folder" in group) != (group["of"] == "folder"):
        yield Mistake(_FILE, (*place, "of"), "of: folder 要写明 folder（批次文件夹里的哪个文件夹），其他的不写。")
    if "names" in group and group["of"] != "folder":
        yield Mistake(_FILE, (*place, "names"), "只有 of: folder 才能写 names。")
    if "forms" in group and group["of"] not in _WITH_FORMS:
        yield Mistake(_FILE, (*place, "forms"), "只有 of: filed 和 of: books 才能写 forms。")


def _judge_audiences(data: Mapping[str, Any]) -> Iterator[Mistake]:
    """Each names groups that there are; nothing that units sent goes to those who are to read no name."""
    kinds = {group["id"]: group["of"] for group in data["groups"]}
    known = Choice("组（id）", list(kinds), _FILE)
    for number, audience in enumerate(data["audiences"]):
        for position, group in enumerate(audience["groups"]):
            place = ("audiences", number, "groups", position)
            yield from known.judge(_FILE, place, group)
            if audience.get("masked") and kinds.get(group, "folder") not in _MASKED:
                yield Mistake(_FILE, place, f"“{group}”里的文件程序不能遮去人名，不写姓名的材料不能收它。")


def _judge_rest(data: Mapping[str, Any]) -> Iterator[Mistake]:
    """Of each kind of thing the last group takes whatever is left: nothing of a year has no place."""
    last = {(group["of"], group.get("folder", "")): number for number, group in enumerate(data["groups"])}
    for number in last.values():
        for key in filter(data["groups"][number].get, _SELECTIVE):
            text = f"同一来源的最后一组要收下其余的，不能写 {key}；请在它后面加一组不写 {key} 的。"
            yield Mistake(_FILE, ("groups", number, key), text)
    for kind in _ALWAYS_THERE:
        if (kind, "") not in last:
            yield Mistake(_FILE, ("groups",), f"缺少 of: {kind} 的一组。")


def _judge_handed_over(data: Mapping[str, Any], folder: str) -> Iterator[Mistake]:
    """What other appraisals get of persons is kept too, and not for everybody."""
    restricted = _restricted(data)
    if not any(group.get("folder") == folder and group["volume"] in restricted for group in data["groups"]):
        text = f"缺少 folder: {folder}（exports.yaml 写的文件夹）的一组，放进限定的卷。"
        yield Mistake(_FILE, ("groups",), text)


def _judge_confidential(data: Mapping[str, Any], forms: Mapping[str, FormSaid]) -> Iterator[Mistake]:
    """A form with a field that is confidential lies in no volume that is open to more than those who have to know."""
    restricted = _restricted(data)
    for name, number in _homes(data["groups"], forms).items():
        form, volume = forms[name], data["groups"][number]["volume"]
        if volume not in restricted and _has_confidential(form):
            text = f"《{form.title}》有保密栏目（disclosure: confidential），要放进限定的卷（restricted: true）。"
            yield Mistake(_FILE, ("groups", number, "volume"), text)


def _restricted(data: Mapping[str, Any]) -> set[str]:
    """The volumes that are for those only who have to know."""
    return {one["id"] for one in data["volumes"] if one.get("restricted")}


def _homes(groups: Sequence[Mapping[str, Any]], forms: Mapping[str, FormSaid]) -> dict[str, int]:
    """Form → the group that takes its files: the first of those that would."""
    homes: dict[str, int] = {}
    for number, group in enumerate(groups):
        for form in _reached(group, forms):
            homes.setdefault(form, number)
    return homes


def _reached(group: Mapping[str, Any], forms: Mapping[str, FormSaid]) -> list[str]:
    """The forms whose files a group takes."""
    if group["of"] == "roster":
        return [ROSTER_FORM]
    if group["of"] not in _WITH_FORMS:
        return []
    wanted = group.get("forms") or forms
    is_filed = group["of"] == "filed"
    known = [name for name in wanted if name in forms and name != ROSTER_FORM]
    return [name for name in known if forms[name].is_filed_by_units == is_filed]


def _has_confidential(form: FormSaid) -> bool:
    fields = (entry for sheet in form.tables for entry in sheet.data["fields"])
    return any(entry.get("disclosure") == "confidential" for entry in fields)
