"""The 件 of a year: what is listed as one thing in 归档文件目录, with its number, its title, and for how long it is kept.

One 件 is a paper with its annexes (DA/T 22). A title never takes a word from a file that a unit sent: its name may be that of
a person.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lzxl.archive.gather import Kept
from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import RETURNED
from lzxl.checks.dates import period_days
from lzxl.forms.archive import ArchiveTable, Group
from lzxl.forms.load import load_forms
from lzxl.papers.kinds import paper_kinds
from lzxl.year.ledger import is_warning_number

_DAY = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_DOCUMENT = re.compile(r"[^\W\d_]{2,12}〔20\d\d〕\d{1,4}号")
_VERSION = re.compile(r"^第(\d+)版_")
NO_FONDS = "＿＿＿＿"
"""Stands for the number of the fonds until the archives give one."""
NO_OFFICE = "LZ"


@dataclass(frozen=True)
class Item:
    """One 件. `files`: its entries in the archive, in their order."""

    number: str
    """档号, of fonds, WS, year, time of keeping, office and a number of four digits."""
    document: str
    """文号, "" where it has none."""
    author: str
    title: str
    day: str
    group: Group
    files: tuple[str, ...]


def itemised(campaign: Campaign, table: ArchiveTable, files: Iterable[Kept]) -> list[Item]:
    """The 件 of both volumes, numbered together: those of one time of keeping in a row."""
    order = {code: place for place, code in enumerate(campaign.units)}
    heaps: dict[tuple[int, int, str, str, str], list[Kept]] = {}
    for kept in files:
        place = table.groups.index(kept.group)
        heaps.setdefault((place, order.get(kept.unit, len(order)), *_key(kept)), []).append(kept)
    count: dict[str, int] = {}
    items = []
    for key in sorted(heaps):
        group = table.groups[key[0]]
        number = count[group.retention] = count.get(group.retention, 0) + 1
        items.append(_item(campaign, group, heaps[key], number, _serial(heaps, key)))
    return items


def _key(kept: Kept) -> tuple[str, str, str]:
    """What a file has in common with those of the same 件."""
    if kept.group.per == "all":
        return "", "", ""
    if kept.group.per == "unit":
        return kept.unit, _place_of(kept.form), ""
    return "", "", kept.entry


def _place_of(title: str) -> str:
    """Forms in their own order."""
    places = [form.title for form in load_forms().values()]
    return f"{places.index(title):03d}" if title in places else "999"


def _serial(heaps: Mapping[tuple[int, int, str, str, str], object], key: tuple[int, int, str, str, str]) -> int:
    """Which one it is of its group."""
    return sorted(one for one in heaps if one[0] == key[0]).index(key) + 1


def _item(campaign: Campaign, group: Group, files: list[Kept], number: int, serial: int) -> Item:
    settings = campaign.config.archive
    fonds, office = settings.get("fonds", NO_FONDS), settings.get("office", NO_OFFICE)
    names = [PurePosixPath(kept.entry).name for kept in files]
    documents = dict.fromkeys(one for name in names for one in _DOCUMENT.findall(name))
    return Item(
        # DA/T 22-2015: 全宗号-档案门类代码·年度-保管期限-机构（问题）代码-件号; WS is 文书.
        f"{fonds}-WS·{_year(campaign)}-{group.retention}-{office}-{number:04d}",
        "、".join(documents),
        _whose(campaign, files[0]),
        _title(campaign, group, files, serial),
        max((day for name in names for day in _days(name)), default=""),
        group,
        tuple(kept.entry for kept in files),
    )


def _year(campaign: Campaign) -> str:
    days = period_days(campaign.config.period)
    return str(days[0].year) if days is not None else campaign.config.period


def _whose(campaign: Campaign, kept: Kept) -> str:
    """The unit that filed it; a code that is not on the roster any more is all that is known of its unit."""
    unit = campaign.units.get(kept.unit)
    return unit.name if unit is not None else kept.unit or campaign.config.bureau


def _title(campaign: Campaign, group: Group, files: list[Kept], serial: int) -> str:
    period = campaign.config.period
    if group.per == "all":
        return f"{campaign.config.bureau}{period}{group.title}"
    if group.per == "unit":
        return _filed_title(campaign, group, files)
    stem = PurePosixPath(files[0].entry).stem
    number = stem.rpartition("_")[2]
    if group.titled_by_number and is_warning_number(number):
        return number + group.title
    if group.titled_by_name:
        return f"{period}{group.title}：{stem}"
    return f"{period}{_paper(stem) or group.title}（{serial}）"


def _paper(stem: str) -> str:
    """The kind of paper that a file is, as its name begins; "" if it is none. Whom it is about comes after."""
    beginning = stem.partition("_")[0]
    return next((kind.title for kind in paper_kinds() if kind.title == beginning), "")


def _filed_title(campaign: Campaign, group: Group, files: list[Kept]) -> str:
    """A unit's form: how many versions it has, and how many returns lie with them."""
    unit = campaign.units.get(files[0].unit)
    name = unit.name if unit is not None else files[0].unit
    form = f"《{files[0].form}》" if files[0].form else group.title
    returned = [kept for kept in files if f"/{RETURNED}/" in f"/{kept.entry}"]
    versions = [kept for kept in files if _VERSION.match(PurePosixPath(kept.entry).name) and kept not in returned]
    told = [f"{len(versions)}版"] if versions else []
    told += [f"附退回件{len(returned)}份"] if returned else []
    return f"{name}{campaign.config.period}{form}" + (f"（{'，'.join(told)}）" if told else "")


def _days(name: str) -> Iterator[str]:
    """The days that a file's name tells."""
    for year, month, day in _DAY.findall(name):
        try:
            yield datetime.date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
