"""Whether the tables that go to other appraisals (schemas/exports.yaml) are sound: each shows what is known of what its rows are of."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.forms.sound_said import Choice, Mistake, Place, Said, SheetSaid, forms_in, repeated, roles_in, words_of

FILE = "exports.yaml"
_OF_PERSON = [
    "person",
    "unit",
    "post",
    "staff_kind",
    "former_unit",
    "self_check",
    "reported",
    "proved",
    "given",
    "admonished",
    "hint",
]
_OF_LEADER = ["person", "duty_title", "in_charge", "points", "warned", "given", "talks", "late", "grades"]
SHOWN: Mapping[str, Mapping[str, str]] = {
    "person": dict.fromkeys(_OF_PERSON, ""),
    "leader": dict.fromkeys(_OF_LEADER, ""),
    "unit": {"unit": "", "points": "power", "warned": "power", "reworked": "power", "score": "item"},
}
"""What a row is of → what may be shown of it → what has to be said besides, "" for nothing."""
PLACED = ("since", "until", "number", "day")
"""What a hint may name in braces."""
_ASKED = ("power", "item")


def judge_exports(said: Said) -> Iterator[Mistake]:
    """Every mistake in what schemas/exports.yaml says, by itself and of other files."""
    data = said[FILE]
    for key in ("export", "folder"):
        for number, name in repeated([one[key] for one in data["exports"]]):
            yield Mistake(FILE, ("exports", number, key), f"“{name}”重复。")
    for number, one in enumerate(data["exports"]):
        yield from _columns(one, ("exports", number), said)
    for number, hint in enumerate(data["hints"]):
        yield from _hint(hint, ("hints", number), said)


def _columns(export: Mapping[str, Any], place: Place, said: Said) -> Iterator[Mistake]:
    columns, shown = export["columns"], SHOWN[export["rows"]]
    for number, title in repeated([column["title"] for column in columns]):
        yield Mistake(FILE, (*place, "columns", number, "title"), f"栏目“{title}”重复。")
    for number, column in enumerate(columns):
        at = (*place, "columns", number)
        yield from Choice("内容", shown, FILE).judge(FILE, (*at, "shows"), column["shows"])
        yield from _column(column, shown.get(column["shows"], ""), at, said)


def _column(column: Mapping[str, Any], asked: str, at: Place, said: Said) -> Iterator[Mistake]:
    """A column says of which power or item it is where that is `asked`, and nowhere else."""
    for key in _ASKED:
        if key == asked and key not in column:
            yield Mistake(FILE, at, f"“{column['title']}”缺少 {key}。")
        if key != asked and key in column:
            yield Mistake(FILE, (*at, key), f"“{column['title']}”不分 {key}，请去掉。")
    if asked and asked in column:
        yield from _known(asked, said).judge(FILE, (*at, asked), column[asked])


def _known(key: str, said: Said) -> Choice:
    """What a column may say besides: a power that units hold, or the number of an item of the appraisal."""
    if key == "power":
        return Choice("权力", words_of(said["vocabularies.yaml"]["held_power"]), "vocabularies.yaml")
    sheets = [sheet for form in forms_in(said) for sheet in form.sheets if "scored" in sheet.rules]
    numbers = [number for sheet in sheets for number in _item_numbers(sheet)]
    return Choice("考核项目的序号", numbers, sheets[0].file if sheets else FILE)


def _item_numbers(sheet: SheetSaid) -> Iterator[str]:
    """The running numbers of a sheet's standard rows."""
    standard = sheet.data["standard_rows"]
    for name in sheet.fields_of_kind("serial"):
        position = standard["columns"].index(name)
        yield from (str(row[position]) for row in standard["rows"])


def _hint(hint: Mapping[str, Any], place: Place, said: Said) -> Iterator[Mistake]:
    events = said["events.yaml"]
    if ("state" in hint) == ("disposition" in hint):
        yield Mistake(FILE, place, "应写 state（状态）或 disposition（处置）中的一项。")
    if "state" in hint:
        states = [one["state"] for one in events["states"]]
        yield from Choice("状态名", states, "events.yaml").judge(FILE, (*place, "state"), hint["state"])
    if "disposition" in hint:
        roles = roles_in(said["vocabularies.yaml"].get("disposition"))
        yield from Choice("处置（role）", roles, "vocabularies.yaml").judge(
            FILE, (*place, "disposition"), hint["disposition"]
        )
    try:
        named = [name for _, name, _, _ in string.Formatter().parse(hint["text"]) if name is not None]
    except ValueError:
        yield Mistake(FILE, (*place, "text"), "花括号不成对。")
        return
    for name in named:
        yield from Choice("花括号里的名目", PLACED, FILE).judge(FILE, (*place, "text"), name)
