"""What earlier runs did with the ledger of warnings: what was taken in already, which numbers were given, what was there.

It lies in .lzxl/台账记忆.json: digests and numbers, no names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import holding
from lzxl.files import PRIVATE, store_durably, sweep
from lzxl.forms.load import book_with
from lzxl.year.events import Machine, load_machine
from lzxl.year.office import Office
from lzxl.year.papers import recorded_papers

MEMORY = "台账记忆.json"


@dataclass(frozen=True)
class Memory:
    """What earlier runs did: digests of intake rows → the number they got; the highest serial of each year; rows by warning."""

    taken: Mapping[str, str] = field(default_factory=dict)
    highest: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


def machine_of(campaign: Campaign) -> Machine:
    """The machine with the bureau's own limits."""
    return load_machine().with_limits(campaign.config.limits)


def read_memory(campaign: Campaign) -> Memory:
    """What earlier runs remembered; nothing where that is gone."""
    try:
        data = json.loads((campaign.root / ".lzxl" / MEMORY).read_text("utf-8"))
        return Memory(dict(data["taken"]), dict(data["highest"]), dict(data["seen"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Memory()


def remember(campaign: Campaign, memory: Memory) -> None:
    data = {"taken": dict(memory.taken), "highest": dict(memory.highest), "seen": dict(memory.seen)}
    path = campaign.root / ".lzxl" / MEMORY
    path.parent.mkdir(exist_ok=True)
    with holding(campaign.root):
        sweep(path.parent, path.stem)
        store_durably(path, json.dumps(data, ensure_ascii=False, sort_keys=True).encode(), PRIVATE)


def office_of(campaign: Campaign) -> Office:
    """What the checks of the office's books go by."""
    config, seen = campaign.config, read_memory(campaign).seen
    return Office(machine_of(campaign), config.mail.calendar, config.bureau, seen, partial(_recorded_numbers, campaign))


def _recorded_numbers(campaign: Campaign) -> tuple[str, ...]:
    """Every number that stands in the record of papers, whichever paper has it and also where it was given up; none where the record
    cannot be read: whoever works on it says so."""
    from lzxl.campaign.books import BookError, read_book  # its own checks need to know of the office

    try:
        record = read_book(campaign, book_with("papers"))
    except BookError:
        return ()
    return tuple(paper.number for paper in recorded_papers(record))
