"""The originals in 收件: stored once, under unit, form and version; never changed."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import RECEIVED, Campaign, safe_name
from lzxl.files import writing
from lzxl.forms.load import load_form
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
    found = []
    for unit in campaign.units.values():
        for form_id in campaign.config.forms:
            folder = _folder(campaign, unit, form_id)
            if not folder.is_dir():
                continue
            for path in sorted(folder.iterdir()):
                match = _NAME.match(path.name)
                if match and path.is_file():
                    day = datetime.datetime.strptime(match.group(2), "%Y%m%d").date().isoformat()
                    found.append(Stored(path, unit, form_id, int(match.group(1)), day))
    return sorted(
        found,
        key=lambda stored: (
            list(campaign.units).index(stored.unit.code),
            campaign.config.forms.index(stored.form),
            stored.version,
        ),
    )


def _folder(campaign: Campaign, unit: Unit, form_id: str) -> Path:
    return campaign.unit_folder(RECEIVED, unit) / load_form(form_id).title


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
