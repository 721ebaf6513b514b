"""The files in a zip archive that has mails among them: they are taken as if they had come one by one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from lzxl.campaign.archive import members_here
from lzxl.campaign.sources import Arrived, unpacked
from lzxl.mail.kinds import kind_of
from lzxl.zips import read_directory

_MAILS_IN_ZIP = (".eml", ".msg", ".p7m", ".mbox", ".tnef", "winmail.dat", ".zip")
_OF_MAILS = frozenset({"mail", "packed", "envelope"})


def members_of_mails(name: str, data: bytes, most_bytes: int) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files in a zip archive that has mails among them; none of any other.

    `most_bytes`: how much they may come to. For a child process: it takes the archive apart on the spot.
    """
    if not data.startswith(b"PK") or not _may_have_mails(data):
        return []
    try:
        members = [one for one in unpacked("a.zip", name, data, most_bytes, members_here) if not one.is_left_behind]
    except Exception:  # what a hostile archive raises; it is refused as the archive that it is
        return []
    is_whole = not any(member.trouble for member in members)
    return [(member.name, member.data) for member in members] if is_whole and _has_mails(members) else []


def _may_have_mails(data: bytes) -> bool:
    """Whether a name in an archive's directory speaks of a mail: nothing is unfolded to know that."""
    try:
        return any(entry.name.lower().endswith(_MAILS_IN_ZIP) for entry in read_directory(io.BytesIO(data)))
    except Exception:  # as above
        return False


def _has_mails(members: Sequence[Arrived]) -> bool:
    # An archive in it may have mails in it in its turn.
    kinds = {"mail" if one.name.lower().endswith(".zip") else kind_of(one.name, one.data).what for one in members}
    return bool(kinds & _OF_MAILS)
