"""What a clerk types for a day, a form or a unit, in any of the ways that people write them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from lzxl.campaign import clock
from lzxl.errors import UsageError
from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Field
from lzxl.forms.roster import Unit
from lzxl.forms.text import compact, fold
from lzxl.forms.values import parse

_DAY = Field("day", "日期", "date", clause="", disclosure="public")
_MOST_SHOWN = 20


def read_day(text: str) -> datetime.date:
    """2026-11-20, 2026.11.20, 2026/11/20, 2026年11月20日; digits of any width. Raises UsageError for anything else."""
    parsed = parse(_DAY, text)
    # In a cell, a day may be a serial number or have a time of day; typed by hand, either is a slip.
    if parsed.value is None or parsed.note == "date_as_serial" or ":" in compact(text):
        raise UsageError(
            f"“{text[:30]}”不是日历上的一天，日期要写成2026-11-20或2026年11月20日的样式。", code="day_malformed"
        )
    day: datetime.date = parsed.value
    return day


def read_past_day(text: str) -> datetime.date:
    """A day as `read_day` takes it, that is not in the future. Raises UsageError for one that is."""
    day = read_day(text)
    if day > clock.today():
        raise UsageError(
            f"收到的日期{day}尚未到（当前日期为{clock.today()}），请核对年月日。", code="day_in_future", day=day
        )
    return day


def find_form(text: str) -> str:
    """The id of the form that is meant: its id, title, short name, or a part of one title only.

    Raises UsageError with the forms there are.
    """
    forms = [load_form(form_id) for form_id in form_ids()]
    return _find(text, "张表", {form.id: (form.id, form.title, form.short_name) for form in forms})


def find_unit(text: str, units: Mapping[str, Unit]) -> str:
    """The code of the unit that is meant: its code in any case, its name, or a part of one name only.

    `units`: the roster; without one, any code is taken. Raises UsageError with the units there are.
    """
    if units:
        return _find(text, "个单位", {code: (code, unit.name) for code, unit in units.items()})
    code = compact(text).upper()
    if not code.isascii():
        raise UsageError(
            f"没有单位名册，无法识别“{text}”。请写单位编码（如 HB03），或加 -C 文件夹 写明批次。",
            code="unit_without_roster",
            text=text,
        )
    return code


def find_word(text: str, kind: str, words: Sequence[str]) -> str:
    """The word of a short list that is meant, by it or a part of it only. Raises UsageError with all that there are."""
    return _find(text, kind, {word: (word, word) for word in words})


def _find(text: str, kind: str, names: Mapping[str, Sequence[str]]) -> str:
    """The key of `names` that has the name `text`, else the only one that has it as a part of a name in Chinese."""
    folded = {key: [fold(name) for name in own] for key, own in names.items()}
    found = _meant(fold(text), folded)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"“{text}”可以是几{kind}：{_listed(found, names)}。请写全。", code="name_ambiguous", text=text)
    near = _nearest(fold(text), folded)
    hint = f"是否应为 {_listed([near], names)}？" if near else ""
    raise UsageError(
        f"没有“{text}”这{kind}。{hint}可以写：{_listed(list(names), names)}。", code="name_unknown", text=text
    )


def _nearest(typed: str, names: Mapping[str, Sequence[str]]) -> str:
    """The key of `names` with the name that is written most like it; "" if none is."""
    keys = {name: key for key, own in names.items() for name in own}
    near = get_close_matches(typed, keys, n=1, cutoff=0.5)
    return keys[near[0]] if near else ""


def _meant(typed: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys of `names` that have a name as it was typed; if none has, those of which it is a part of a name in Chinese. A single
    character is a part of too many."""
    exact = [key for key, own in names.items() if typed in own]
    if exact or len(typed) < 2:
        return exact
    return [key for key, own in names.items() if any(typed in name for name in own[1:])]


def _listed(keys: Sequence[str], names: Mapping[str, Sequence[str]]) -> str:
    shown = "、".join(_called(names[key]) for key in keys[:_MOST_SHOWN])
    return shown if len(keys) <= _MOST_SHOWN else f"{shown}等{len(keys)}个"


def _called(names: Sequence[str]) -> str:
    """HB03（财务审计科）; one that has a single name by that alone."""
    return names[0] if names[0] == names[1] else f"{names[0]}（{names[1]}）"
