"""Destroys the mails as they came in, once they lie in an archive: listed first, then by the number of an approval.

Nothing else is ever destroyed. A mail of which anything is still to be done stays, whatever its age.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lzxl.archive.container import CONTENT
from lzxl.archive.gather import ARCHIVED_MAILS, MAILS
from lzxl.archive.lists import list_bytes
from lzxl.archive.seal import archives_in
from lzxl.archive.verify import Verified, verify
from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import holding
from lzxl.campaign.places import ARCHIVED
from lzxl.errors import UnreadableError, UsageError
from lzxl.files import PRIVATE, output_to, store_durably
from lzxl.forms.archive import load_archive_table
from lzxl.mail.mail_store import mail_path
from lzxl.mail.register import Register
from lzxl.states import MailState

LONGEST_APPROVAL = 60


@dataclass(frozen=True)
class Listed:
    """A mail that may go. Neither sender nor subject: the list is kept for ever."""

    path: Path
    received: str
    size: int
    sha256: str
    archive: str
    """Name of the archive that has it."""
    seal: str


@dataclass(frozen=True)
class Purge:
    """What may go, and how many mails of that time stay because they are in no archive, or are not dealt with."""

    before: datetime.date
    mails: tuple[Listed, ...]
    unarchived: int
    pending: int
    damaged: tuple[str, ...]
    """Archives that vouch for nothing any more."""

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        return {
            "version": 1,
            "before": self.before.isoformat(),
            "mails": [
                {"sha256": one.sha256, "received": one.received, "size": one.size, "archive": one.archive}
                for one in self.mails
            ],
            "unarchived": self.unarchived,
            "pending": self.pending,
        }


def purgeable(campaign: Campaign, before: datetime.date) -> Purge:
    """The mails that came in before a day and lie in a sound archive of the campaign, byte for byte."""
    archived, damaged = _archived(campaign)
    mails: list[Listed] = []
    unarchived = pending = 0
    for sha256, received, state in _known(campaign):
        path = mail_path(campaign, sha256)
        # Days as ISO 8601 writes them stand in the order of time as texts, too.
        if received[:10] >= before.isoformat() or not path.is_file():
            continue
        if state != MailState.FILED:
            pending += 1
            continue
        # Of what lies there now: a mail is called by the digest of what came in, whatever has become of it since.
        digest, size = _digest(campaign, path)
        entry = f"{CONTENT}{ARCHIVED_MAILS}/{path.relative_to(campaign.folder(MAILS)).as_posix()}"
        holder = archived.get((entry, digest))
        if holder is None:
            unarchived += 1
        else:
            mails.append(Listed(path, received[:10], size, digest, holder.path.name, holder.seal))
    return Purge(before, tuple(mails), unarchived, pending, damaged)


def purge(campaign: Campaign, before: datetime.date, approval: str) -> tuple[Purge, Path | None]:
    """Destroy what `purgeable` lists; first the list is kept in 归档 with the number of the approval. Gives its path.

    Raises UsageError for no number, OutputError where the disk does not take the list; nothing is gone then.
    """
    if not approval.strip() or len(approval) > LONGEST_APPROVAL or not approval.isprintable():
        raise UsageError(
            f"请写明批准文号（不超过{LONGEST_APPROVAL}个字），如 --approval 云环廉办〔2027〕3号。",
            code="approval_missing",
        )
    with holding(campaign.root):
        found = purgeable(campaign, before)
        if not found.mails:
            return found, None
        path = _list_path(campaign)
        # Before anything is gone: a run that is ended here has destroyed nothing that no list names.
        store_durably(path, _list(found, approval.strip()), PRIVATE)
        for one in found.mails:
            with output_to(one.path):
                one.path.unlink(missing_ok=True)
    return found, path


def _archived(campaign: Campaign) -> tuple[Mapping[tuple[str, str], Verified], tuple[str, ...]]:
    """(entry, SHA-256) → the archive that has it, of all sound ones; and those that are not."""
    found: dict[tuple[str, str], Verified] = {}
    damaged = []
    for volume in load_archive_table().volumes:
        for _, path in archives_in(campaign.folder(ARCHIVED), volume):
            try:
                one = verify(path)
            except UnreadableError:
                damaged.append(path.name)
                continue
            if one.faults:
                damaged.append(path.name)
                continue
            found.update({(entry, digest): one for entry, (_, digest) in one.files.items()})
    return found, tuple(damaged)


def _known(campaign: Campaign) -> list[tuple[str, str, MailState]]:
    """(name, when it came in, how it stands) of every mail, the oldest first."""
    if not campaign.ledger_path.is_file():
        return []
    register = Register(campaign.ledger_path)
    try:
        return [(one.sha256, one.when.isoformat(), one.state) for one in register.messages(*MailState)]
    finally:
        register.close()


def _digest(campaign: Campaign, path: Path) -> tuple[str, int]:
    try:
        data = path.read_bytes()
    except OSError:
        raise UnreadableError(
            f"{campaign.relative(path)} 无法读取，未清除。请检查权限和磁盘后重新运行。",
            code="mail_unreadable",
            path=path,
        ) from None
    return hashlib.sha256(data).hexdigest(), len(data)


def _list_path(campaign: Campaign) -> Path:
    folder = campaign.folder(ARCHIVED)
    number = 1
    # Never over an earlier list: it is all that tells of the mails that went by it.
    while (path := folder / f"邮件销毁清单_第{number:02d}次.csv").exists():
        number += 1
    return path


def _list(found: Purge, approval: str) -> bytes:
    titles = ("批准文号", "收到日期", "字节数", "SHA-256", "所在归档", "封存值")
    rows = ((approval, one.received, one.size, one.sha256, one.archive, one.seal) for one in found.mails)
    return list_bytes(titles, rows)
