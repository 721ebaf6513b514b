"""What lies in 收件 already: known by its content, and counted by versions."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import suppress

from lzxl.campaign.folder import Campaign
from lzxl.campaign.sources import Arrived
from lzxl.campaign.store import Stored, store_original, stored_originals


class Originals:
    """The originals in 收件. For a run that holds the campaign's lock: nobody else stores any meanwhile."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._known: dict[str, Stored] = {}
        self._versions: dict[tuple[str, str, str], int] = {}
        for stored in stored_originals(campaign):
            with suppress(OSError):  # one that cannot be read from disk is not known again; `status` says so of it
                self._known[hashlib.sha256(stored.path.read_bytes()).hexdigest()] = stored
            slot = (stored.unit.code, stored.form, stored.round)
            self._versions[slot] = max(self._versions.get(slot, 0), stored.version)

    def __iter__(self) -> Iterator[tuple[str, Stored]]:
        """(sha256, original) of each."""
        return iter(self._known.items())

    def get(self, digest: str) -> Stored | None:
        """The one with that content."""
        return self._known.get(digest)

    def store(self, one: Arrived, digest: str, code: str, form: str, label: str, day: datetime.date) -> Stored:
        """Put a file into 收件 as the unit's next version in the round `label`; as it is there, if a run that was cut short has
        stored it."""
        if digest in self._known:
            return self._known[digest]
        version = self._versions.get((code, form, label), 0) + 1
        name = one.name.removeprefix(f"{digest[:8]}_")  # as it was called before it was held
        unit = self._campaign.units[code]
        self._known[digest] = store_original(self._campaign, unit, form, label, version, day, name, one.data)
        self._versions[code, form, label] = version
        return self._known[digest]
