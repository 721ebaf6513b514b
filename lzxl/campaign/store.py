"""The originals in 收件: stored once, under unit, form and version; never changed."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.model import Slot
from lzxl.campaign.places import RECEIVED
from lzxl.campaign.rounds import title_of
from lzxl.files import writing
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.roster import Unit
from lzxl.groups import grouped

_NAME = re.compile(r"^第(\d+)版_(\d{8})_")


@dataclass(frozen=True)
class Stored:
    """One original in 收件. What it is stands in its path, so that the ledger can be rebuilt from it."""

    path: Path
    unit: Unit
    form: str
    version: int
    received: str
    """ISO date."""
    round: str = ""
    """Label of the round that it counts for; "" where the form has none."""
    kept: str = ""
    """The folder of a round in which it lies; "" if it came in before the form had any."""

    @property
    def slot(self) -> Slot:
        return self.unit.code, self.form, self.round


def stored_originals(campaign: Campaign) -> list[Stored]:
    """Every original in 收件, by roster order, form, round and version."""
    folders = grouped(_entries(campaign.folder(RECEIVED)), _code_of)
    return [
        stored
        for unit in campaign.units.values()
        for form_id in campaign.config.forms
        for stored in _of_form(campaign, folders.get(unit.code, ()), unit, form_id)
    ]


def _code_of(folder: Path) -> str:
    """The code of the unit whose folder it is."""
    return folder.name.partition("_")[0]


def _of_form(campaign: Campaign, folders: Sequence[Path], unit: Unit, form_id: str) -> list[Stored]:
    """A unit's originals of a form, by round and version. `folders`: the unit's own in 收件."""
    title = load_form(form_id).title
    lying = (
        _stored(campaign, file, unit, form_id, kept) for folder in folders for file, kept in _lying(folder / title)
    )
    found = [stored for stored in lying if stored is not None]
    labels = [one.label for one in campaign.config.rounds_of(form_id)]
    # By their numbers: as names, 第100版 comes before 第99版.
    return sorted(found, key=lambda stored: (labels.index(stored.round), stored.version, stored.path.name))


def _lying(folder: Path) -> Iterator[tuple[Path, str]]:
    """(path, folder of a round in which it lies or "") of whatever lies in a unit's folder of a form."""
    for path in _entries(folder):
        if path.is_dir():
            yield from ((file, path.name) for file in path.iterdir())
        else:
            yield path, ""


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, by name; nothing if it is not there."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


def versions_before(campaign: Campaign, stored: Stored) -> list[Stored]:
    """What a version takes the place of: the unit's earlier ones of the same round, and of the rounds before where these do
    not add up; the oldest first."""
    folder = stored.path.parent.parent if stored.kept else stored.path.parent
    in_turn = _of_form(campaign, [folder.parent], stored.unit, stored.form)
    if load_form(stored.form).adds_up:
        return [one for one in in_turn if one.round == stored.round and one.version < stored.version]
    labels = [one.label for one in campaign.config.rounds_of(stored.form)]
    here = labels.index(stored.round)
    return [one for one in in_turn if (labels.index(one.round), one.version) < (here, stored.version)]


def stray_folders(campaign: Campaign) -> tuple[str, ...]:
    """The folders in 收件 that hold something and belong to no unit of the roster (its code was changed, say)."""
    folders = (entry for entry in _entries(campaign.folder(RECEIVED)) if entry.is_dir())
    strays = (folder for folder in folders if _code_of(folder) not in campaign.units)
    return tuple(folder.name for folder in strays if any(path.is_file() for path in folder.rglob("*")))


def _folders_of_units(campaign: Campaign) -> list[Path]:
    """The folders in 收件 of the units on the roster."""
    return [entry for entry in _entries(campaign.folder(RECEIVED)) if _code_of(entry) in campaign.units]


def unasked_forms(campaign: Campaign) -> tuple[tuple[str, int], ...]:
    """(title, units) of every form of which units of the roster have filed something and which is not asked for any more."""
    titles = [load_form(form).title for form in unit_form_ids() if form not in campaign.config.forms]
    folders = _folders_of_units(campaign) if titles else []
    counts = ((title, sum(bool(_entries(folder / title)) for folder in folders)) for title in titles)
    return tuple((title, count) for title, count in counts if count)


def unasked_rounds(campaign: Campaign) -> tuple[tuple[str, int], ...]:
    """(form and round, units) of every round of which units of the roster have filed something and which lzxl.toml has not any
    more."""
    known = {form: {safe_name(label) for label in campaign.config.labels_of(form)} for form in campaign.config.forms}
    filed = (
        title_of(form_id, kept)
        for folder in _folders_of_units(campaign)
        for form_id, labels in known.items()
        for kept in _rounds_in(folder / load_form(form_id).title)
        if kept not in labels
    )
    return tuple(Counter(filed).items())


def _rounds_in(folder: Path) -> list[str]:
    """The folders of rounds in which something lies that was filed."""
    rounds = (path for path in _entries(folder) if path.is_dir())
    return [path.name for path in rounds if any(_NAME.match(file.name) for file in path.iterdir())]


def round_of(campaign: Campaign, form_id: str, kept: str, received: str) -> str | None:
    """The round that an original counts for, by the folder in which it lies, else by the day on which it came in; None if
    lzxl.toml has no such round any more."""
    if not kept:
        return campaign.config.round_on(form_id, datetime.date.fromisoformat(received)).label
    # A folder bears what file systems take of a label.
    return next((label for label in campaign.config.labels_of(form_id) if safe_name(label) == kept), None)


def _stored(campaign: Campaign, path: Path, unit: Unit, form_id: str, kept: str) -> Stored | None:
    match = _NAME.match(path.name)
    if match is None or not path.is_file():
        return None
    try:
        day = datetime.datetime.strptime(match.group(2), "%Y%m%d").date().isoformat()
    except ValueError:  # a name that people made
        return None
    label = round_of(campaign, form_id, kept, day)
    return None if label is None else Stored(path, unit, form_id, int(match.group(1)), day, label, kept)


def _folder(campaign: Campaign, unit: Unit, form_id: str) -> Path:
    """Where a unit's originals are: under its code, so that a unit renamed in the roster keeps what it filed."""
    folder = campaign.unit_folder(RECEIVED, unit)
    if not folder.is_dir():
        folder = next(iter(sorted(campaign.folder(RECEIVED).glob(f"{unit.code}_*"))), folder)
    return folder / load_form(form_id).title


def store_original(
    campaign: Campaign,
    unit: Unit,
    form_id: str,
    label: str,
    version: int,
    received: datetime.date,
    name: str,
    data: bytes,
) -> Stored:
    """Put an original into 收件 under its round (`label`, "" for none) and version. Raises OutputError; a name that is taken is
    never overwritten."""
    suffix = Path(name).suffix.lower()[:6] or ".xlsx"
    file = f"第{version:02d}版_{received:%Y%m%d}_{safe_name(Path(name).stem)}{suffix}"
    kept = safe_name(label) if label else ""
    target = _folder(campaign, unit, form_id) / kept / file
    with writing(target) as temporary:
        temporary.write_bytes(data)
    return Stored(target, unit, form_id, version, received.isoformat(), label, kept)
