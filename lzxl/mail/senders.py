"""Who sends: which units an address of the roster is registered for, and who mailed a file that comes in again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lzxl.campaign.folder import Campaign
from lzxl.campaign.sources import Arrived
from lzxl.mail.headers import normal_address
from lzxl.mail.register import Register


def units_by_address(campaign: Campaign) -> dict[str, set[str]]:
    """Address on the roster → the codes of the units that it is registered for."""
    found: dict[str, set[str]] = {}
    for unit in campaign.units.values():
        if unit.email:
            found.setdefault(normal_address(unit.email), set()).add(unit.code)
    return found


def as_mailed(register: Register, by_address: Mapping[str, set[str]], one: Arrived) -> Arrived:
    """A held file that comes in again from 待查 is still from whoever mailed it; the roster may know him by now."""
    mails = register.messages_with(one.digest) if one.data else []
    if not mails or one.senders is not None:
        return one
    first = mails[0]
    codes = frozenset[str]().union(*(by_address.get(message.sender, ()) for message in mails))
    # One mail of several that nobody doubts is enough.
    doubt = first.doubt if all(message.doubt for message in mails) else ""
    return replace(one, senders=codes, sender=first.sender, doubt=doubt, received=first.when)
