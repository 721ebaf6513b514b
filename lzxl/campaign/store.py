"""The originals in 收件: stored once, under unit, form and version; never changed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.places import RECEIVED
from lzxl.files import writing
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.roster import Unit

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


def stored_originals(campaign: Campaign) -> list[Stored]:
    """Every original in 收件, by roster order, form and version."""
    folders: dict[str, list[Path]] = {}
    if campaign.folder(RECEIVED).is_dir():
        for folder in sorted(campaign.folder(RECEIVED).iterdir()):
            folders.setdefault(folder.name.partition("_")[0], []).append(folder)
    found = []
    for unit in campaign.units.values():
        for form_id in campaign.config.forms:
            versions = [
                stored
                for folder in folders.get(unit.code, ())
                if (folder / load_form(form_id).title).is_dir()
                for path in (folder / load_form(form_id).title).iterdir()
                if (stored := _stored(path, unit, form_id)) is not None
            ]
            found += sorted(versions, key=lambda stored: (stored.version, stored.path.name))
    return found


def versions_before(stored: Stored) -> list[Stored]:
    """The unit's earlier versions of the same form, the oldest first."""
    siblings = (_stored(path, stored.unit, stored.form) for path in stored.path.parent.iterdir())
    before = [one for one in siblings if one is not None and one.version < stored.version]
    return sorted(before, key=lambda one: (one.version, one.path.name))


def stray_folders(campaign: Campaign) -> tuple[str, ...]:
    """The folders in 收件 that hold something and belong to no unit of the roster (its code was changed, say)."""
    folder = campaign.folder(RECEIVED)
    if not folder.is_dir():
        return ()
    return tuple(
        entry.name
        for entry in sorted(folder.iterdir())
        if entry.is_dir()
        and entry.name.partition("_")[0] not in campaign.units
        and any(path.is_file() for path in entry.rglob("*"))
    )


def unasked_forms(campaign: Campaign) -> tuple[tuple[str, int], ...]:
    """(title, units) of every form of which units of the roster have filed something and which is not asked for any more."""
    titles = [load_form(form).title for form in unit_form_ids() if form not in campaign.config.forms]
    counts = dict.fromkeys(titles, 0)
    folder = campaign.folder(RECEIVED)
    for entry in sorted(folder.iterdir()) if titles and folder.is_dir() else ():
        if entry.name.partition("_")[0] in campaign.units:
            for title in titles:
                counts[title] += (entry / title).is_dir() and any((entry / title).iterdir())
    return tuple((title, count) for title, count in counts.items() if count)


def _stored(path: Path, unit: Unit, form_id: str) -> Stored | None:
    match = _NAME.match(path.name)
    if match is None or not path.is_file():
        return None
    try:
        day = datetime.datetime.strptime(match.group(2), "%Y%m%d").date().isoformat()
    except ValueError:  # a name that people made
        return None
    return Stored(path, unit, form_id, int(match.group(1)), day)


def _folder(campaign: Campaign, unit: Unit, form_id: str) -> Path:
    """Where a unit's originals are: under its code, so that a unit renamed in the roster keeps what it filed."""
    folder = campaign.unit_folder(RECEIVED, unit)
    if not folder.is_dir():
        folder = next(iter(sorted(campaign.folder(RECEIVED).glob(f"{unit.code}_*"))), folder)
    return folder / load_form(form_id).title


def store_original(
    campaign: Campaign, unit: Unit, form_id: str, version: int, received: datetime.date, name: str, data: bytes
) -> Stored:
    """Put an original into 收件 under its version. Raises OutputError; a name that is taken is never overwritten."""
    suffix = Path(name).suffix.lower()[:6] or ".xlsx"
    file = f"第{version:02d}版_{received:%Y%m%d}_{safe_name(Path(name).stem)}{suffix}"
    target = _folder(campaign, unit, form_id) / file
    with writing(target) as temporary:
        temporary.write_bytes(data)
    return Stored(target, unit, form_id, version, received.isoformat())
