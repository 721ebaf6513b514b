"""What waits in 待查 for the office to look at: files that could not be filed, each with the reason that was recorded."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.places import HELD
from lzxl.campaign.sources import list_files, readable_name
from lzxl.campaign.store import stored_originals
from lzxl.campaign.suspects import aside, set_aside
from lzxl.errors import OutputError
from lzxl.forms.load import load_form, unit_form_ids

NOT_ASKED = "《{title}》不在本期要报的表之内。请核对 lzxl.toml 的 forms；不该报的留存即可。"


@dataclass(frozen=True)
class Held:
    """One file in 待查. `file` is relative to the campaign folder; `number`: what the office calls it by."""

    file: str
    reason: str
    number: str = ""


def held_files(campaign: Campaign, as_of: datetime.date | None = None) -> list[Held]:
    """Every file in 待查 by name, but those whose content has been filed since.

    `as_of`: those of which the ledger says that they came in later are left out.
    """
    folder = campaign.folder(HELD)
    if not folder.is_dir():
        return []
    left_alone = set_aside(campaign.root)
    waiting = _waiting(campaign, folder, left_alone)
    receipts = _receipts(campaign, waiting.values()) if waiting else {}
    reasons = {digest: _reason(campaign, receipt) for digest, receipt in receipts.items()}
    reasons |= {digest: _why_left_alone(digest, why) for digest, why in left_alone.items()}
    return [
        Held(
            f"{HELD}/{readable_name(file.relative_to(folder.resolve()))}",
            reasons.get(digest) or "台账里没有这份文件的记录，请对“待查”重新收件。",
            digest[:8],
        )
        for file, digest in waiting.items()
        if digest not in receipts or _had_come(receipts[digest], as_of)
    ]


def _had_come(receipt: Receipt, as_of: datetime.date | None) -> bool:
    return as_of is None or receipt.received <= as_of.isoformat()


def _waiting(campaign: Campaign, folder: Path, left_alone: Collection[str]) -> dict[Path, str]:
    """The files of 待查 by name, each with its SHA-256. What was filed since may lie there still, and waits no more; of what is
    not opened, nobody knows whether it was."""
    files = [file for file in list_files(folder) if os.access(file, os.R_OK)]
    # By their sizes first: reading all that was filed takes long, for a few files that wait.
    filed = _digests_of_size({file.stat().st_size for file in files}, campaign) - set(left_alone)
    digests = {file: digest_of(file) for file in files}
    return {file: digest for file, digest in digests.items() if digest not in filed}


def _why_left_alone(digest: str, why: str) -> str:
    """Why a file is not opened any more."""
    refusal = aside("", digest, why).refusal
    assert refusal is not None
    return f"{refusal.message}{refusal.fix}"


def _reason(campaign: Campaign, receipt: Receipt) -> str:
    """Why a file is held, as it is now: what was asked for when it came in may not be any more."""
    if receipt.form and receipt.form in unit_form_ids() and receipt.form not in campaign.config.forms:
        return NOT_ASKED.format(title=load_form(receipt.form).title)
    return receipt.reason


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digests_of_size(sizes: set[int], campaign: Campaign) -> set[str]:
    """What is in 收件 and may be the same as a file of one of these sizes."""
    digests = set()
    for entry in stored_originals(campaign):
        with suppress(OSError):  # one that cannot be read from disk is nobody's twin
            if entry.path.stat().st_size in sizes:
                digests.add(digest_of(entry.path))
    return digests


def _receipts(campaign: Campaign, digests: Iterable[str]) -> dict[str, Receipt]:
    """What is known of files, by content. A ledger that cannot be opened keeps nobody from seeing the round."""
    if not campaign.ledger_path.is_file():
        return {}
    try:
        ledger = Ledger(campaign.ledger_path)
    except OutputError:
        return {}
    try:
        known = {digest: ledger.receipt(digest) for digest in digests}
        return {digest: receipt for digest, receipt in known.items() if receipt is not None}
    except OutputError:
        return {}
    finally:
        ledger.close()
