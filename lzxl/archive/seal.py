"""Seals a year: writes its volumes, each a zip that can be checked alone and names the one of the year before."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import lzxl
from lzxl.archive import container
from lzxl.archive.container import (
    CATALOGUE,
    FORMAT,
    HEAD,
    HOW,
    NOT_IN_SM3_SUMS,
    PUBLIC_KEY,
    SIGNATURE,
    SM3_SUMS,
    SUMS,
    Digests,
    digests_of,
    sums_text,
)
from lzxl.archive.gather import Gathered, gather
from lzxl.archive.instructions import instructions
from lzxl.archive.items import Item, itemised
from lzxl.archive.keys import public_pem
from lzxl.archive.pages import catalogue
from lzxl.archive.verify import Link, Verified, verify
from lzxl.campaign.books import readable_books, refuse_open_books
from lzxl.campaign.folder import Campaign, find_campaign, safe_name
from lzxl.campaign.lock import holding
from lzxl.campaign.places import ARCHIVED
from lzxl.campaign.previous import last_campaign
from lzxl.checks.dates import period_days
from lzxl.errors import OutputError, UnreadableError, UsageError
from lzxl.files import PRIVATE, writing
from lzxl.forms.archive import ArchiveTable, Volume, load_archive_table
from lzxl.progress import Progress

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PIECE = 1024 * 1024
_NUMBERED = re.compile(r"_第(\d\d+)次\.zip$")


@dataclass(frozen=True)
class Sealed:
    """A volume that lies in 归档. `is_new`: written now; else the last one is of the same files."""

    path: Path
    volume: Volume
    seal: str
    seal_sm3: str
    items: int
    files: int
    is_new: bool
    previous: str
    """The period that it follows on, "" if none."""


@dataclass(frozen=True)
class Sealing:
    """What an archive came to."""

    volumes: tuple[Sealed, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """A file on its way into an archive."""

    name: str
    source: Path | bytes
    digests: Digests


def seal_year(
    campaign: Campaign,
    key: Ed25519PrivateKey | None = None,
    previous: Path | None = None,
    progress: Progress | None = None,
) -> Sealing:
    """Write the volumes of a campaign into 归档, all or none; one whose files are those of the last is not written again.

    `key`: what they are signed with; `previous`: a folder with the archives of the year before, else that of lzxl.toml.
    Raises UnreadableError for a file that cannot be archived, or changes meanwhile; UsageError where the archives of the year
    before are not of one; BookError while a book is open in a program or cannot be read; OutputError where the disk does not take it.
    """
    table = load_archive_table()
    with holding(campaign.root):
        refuse_open_books(campaign, "未归档")
        readable_books(campaign, "未归档")
        gathered = gather(campaign, table)
        items = itemised(campaign, table, gathered.files)
        digested = _digested(campaign, gathered, progress)
        before = _archives_before(campaign, table, previous)
        with ExitStack() as written:
            volumes: list[Sealed] = []
            # The restricted one first: the ordinary one, which more people have, names it.
            for volume in sorted(table.volumes, key=lambda volume: not volume.restricted):
                own = [item for item in items if item.group.volume == volume.id]
                work = _Volume(campaign, table, volume, own, [one for one in digested if _is_in(one, own)], key)
                volumes.append(work.sealed(written, before.get(volume.id), volumes))
    order = [volume.id for volume in table.volumes]
    volumes.sort(key=lambda one: order.index(one.volume.id))
    return Sealing(tuple(volumes), gathered.left_out)


def _is_in(entry: _Entry, items: Sequence[Item]) -> bool:
    return any(entry.name in item.files for item in items)


def _digested(campaign: Campaign, gathered: Gathered, progress: Progress | None) -> list[_Entry]:
    """The files with their digests."""
    found = []
    for done, kept in enumerate(gathered.files, 1):
        found.append(_Entry(kept.entry, kept.source, digests_of(_pieces(campaign, kept.source))))
        if progress is not None:
            progress(done, len(gathered.files))
    return found


def _pieces(campaign: Campaign, source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    try:
        with source.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except OSError:
        raise UnreadableError(
            f"{campaign.relative(source)} 无法读取，未写出归档。请检查权限和磁盘；正在表格软件中打开的，请先关闭。",
            code="archive_unreadable",
            path=source,
        ) from None


def _seal_of(archive: Link | Verified | Sealed | None) -> str:
    """What stands for the whole of an archive; "" where there is none."""
    return archive.seal if archive is not None else ""


def archives_in(folder: Path, volume: Volume) -> list[tuple[int, Path]]:
    """(which one, path) of the archives of a volume that lie in a folder, the first one first."""
    paths = folder.glob(f"*_{volume.title}_第*次.zip") if folder.is_dir() else ()
    matched = [(_NUMBERED.search(path.name), path) for path in paths]
    # By the number: as a text, 第100次 stands before 第99次.
    return sorted((int(match[1]), path) for match, path in matched if match is not None)


def _archives_before(campaign: Campaign, table: ArchiveTable, given: Path | None) -> dict[str, Verified]:
    """Volume → its last archive of the year before, each found sound."""
    folder = _folder_before(campaign, given)
    lying = {volume: archives_in(folder, volume) for volume in table.volumes} if folder is not None else {}
    found = {volume.id: _sound(campaign, volume, paths[-1][1]) for volume, paths in lying.items() if paths}
    if given is not None and not found:
        raise UsageError(f"{given} 里没有上一期的归档文件。", code="previous_no_archive", path=given)
    return found


def _folder_before(campaign: Campaign, given: Path | None) -> Path | None:
    if given is None:
        last = last_campaign(campaign)
        return last.folder(ARCHIVED) if last is not None else None
    if not given.is_dir():
        raise UsageError(
            f"{given} 不是文件夹。请给上一期的批次文件夹，或放着上一期归档的文件夹。",
            code="folder_not_found",
            path=given,
        )
    last = find_campaign(given, upwards=False)
    return last.folder(ARCHIVED) if last is not None else given


def _sound(campaign: Campaign, volume: Volume, path: Path) -> Verified:
    """An archive that can be followed on: whole, of this bureau, and of an earlier period. Raises UsageError otherwise."""
    found = verify(path)
    config = campaign.config
    if found.faults:
        raise UsageError(
            f"上一期的归档 {path.name} 已不完好（{found.faults[0].text}），不能衔接。请换成完好的一份，再重新运行。",
            code="previous_damaged",
            path=path,
        )
    if found.bureau != config.bureau or found.volume != volume.title:
        raise UsageError(
            f"{path.name} 是“{found.bureau}”的{found.volume}卷，不是本局上一期的{volume.title}卷，不能衔接。",
            code="previous_of_others",
            path=path,
        )
    own, theirs = period_days(config.period), period_days(found.period)
    if found.period == config.period or (own is not None and theirs is not None and theirs[1] >= own[0]):
        raise UsageError(
            f"{path.name} 是{found.period}的，不在{config.period}之前，不能衔接。请用 --previous 指定上一期的归档。",
            code="previous_not_before",
            path=path,
        )
    return found


@dataclass(frozen=True)
class _Volume:
    """One volume that is being made."""

    campaign: Campaign
    table: ArchiveTable
    volume: Volume
    items: Sequence[Item]
    files: Sequence[_Entry]
    key: Ed25519PrivateKey | None

    def sealed(self, written: ExitStack, before: Verified | None, others: Sequence[Sealed]) -> Sealed:
        """Write it, unless the last one is of the same files; it takes its place when `written` closes."""
        folder = self.campaign.folder(ARCHIVED)
        archives = archives_in(folder, self.volume)
        last = self._last(archives)
        previous = before.period if before is not None else ""
        if last is not None and self._is_same(last, before, others):
            counts = (len(self.items), len(self.files))
            return Sealed(last.path, self.volume, last.seal, last.seal_sm3, *counts, False, previous)
        # By the names that lie there: one that is damaged keeps its number too, and nothing is written over it.
        number = archives[-1][0] + 1 if archives else 1
        head = self._head(number, last, before, others[0] if others else None)
        entries = self._entries(head)
        period = safe_name(self.campaign.config.period, 120)
        target = folder / f"廉政风险防控归档_{period}_{self.volume.title}_第{number:02d}次.zip"
        temporary = written.enter_context(writing(target))
        self._write(temporary, entries)
        sums = next(entry for entry in entries if entry.name == SUMS)
        digests = sums.digests
        return Sealed(
            target, self.volume, digests.sha256, digests.sm3, len(self.items), len(self.files), True, previous
        )

    def _last(self, archives: Sequence[tuple[int, Path]]) -> Verified | None:
        """The last archive of this volume, if it can be read and is whole."""
        if not archives:
            return None
        try:
            found = verify(archives[-1][1])
        except UnreadableError:
            return None
        return None if found.faults else found

    def _is_same(self, last: Verified, before: Verified | None, others: Sequence[Sealed]) -> bool:
        """Whether the last archive says the same as one that would be written now."""
        said = last.content, _seal_of(last.previous), _seal_of(last.companion)
        # One that is signed holds for more than one that is not: to have no key at hand is no reason for another.
        is_signed_alike = self.key is None or last.public_key == public_pem(self.key).decode()
        return is_signed_alike and said == (self._content, _seal_of(before), _seal_of(next(iter(others), None)))

    @property
    def _content(self) -> str:
        # Not the seal: it covers the head with its running number, and is never the same of two archives.
        return hashlib.sha256(sums_text((one.name, one.digests.sha256) for one in self.files)).hexdigest()

    def _head(
        self, number: int, last: Verified | None, before: Verified | None, companion: Sealed | None
    ) -> dict[str, Any]:
        """What an archive says of itself; no time, and no name of anybody."""
        config, volume = self.campaign.config, self.volume
        return {
            "format": FORMAT,
            "made_by": f"lzxl {lzxl.__version__}",
            "bureau": config.bureau,
            "period": config.period,
            "volume": {"id": volume.id, "title": volume.title, "secrecy": volume.secrecy},
            "number": number,
            "supersedes": {"number": last.number, "sha256": last.seal} if last is not None else None,
            "previous": _linked(before.period, before.volume, before.seal, before.seal_sm3)
            if before is not None
            else None,
            "companion": _linked(config.period, companion.volume.title, companion.seal, companion.seal_sm3)
            if companion is not None
            else None,
            "signed": self.key is not None,
            "content": self._content,
            "basis": self.table.basis,
            "catalogue": [self._told(item) for item in self.items],
        }

    def _told(self, item: Item) -> dict[str, Any]:
        retention = self.table.retention_by_code[item.group.retention]
        return {
            "number": item.number,
            "document": item.document,
            "author": item.author,
            "title": item.title,
            "day": item.day,
            "secrecy": self.volume.secrecy,
            "retention": retention.title,
            "files": list(item.files),
        }

    def _entries(self, head: dict[str, Any]) -> list[_Entry]:
        """Everything in the order in which it is written: what tells of the rest first, so that an archive that was cut off
        still says what it held."""
        config = self.campaign.config
        listed = {one.name: (one.digests.size, one.digests.sha256) for one in self.files}
        made = [
            _made(HEAD, (json.dumps(head, ensure_ascii=False, indent=1) + "\n").encode()),
            _made(HOW, instructions(head).encode()),
            _made(CATALOGUE, catalogue(config.bureau, config.period, self.volume, self.table, self.items, listed)),
        ]
        if self.key is not None:
            made.append(_made(PUBLIC_KEY, public_pem(self.key)))
        rest = [*made, *self.files]
        sm3 = _made(SM3_SUMS, sums_text((one.name, one.digests.sm3) for one in rest if one.name not in NOT_IN_SM3_SUMS))
        sums = _made(SUMS, sums_text((one.name, one.digests.sha256) for one in (sm3, *rest)))
        signed = []
        if self.key is not None:
            assert isinstance(sums.source, bytes)
            signed.append(_made(SIGNATURE, self.key.sign(sums.source)))
        return [made[0], sums, *signed, sm3, *made[1:], *self.files]

    def _write(self, path: Path, entries: Sequence[_Entry]) -> None:
        """Raises UnreadableError for a file that is not what it was when it was digested."""
        # Each file is named twice: before its bytes, and in the directory at the end.
        total = sum(one.digests.size + 2 * (100 + len(one.name.encode())) for one in entries)
        if total > container.MOST_BYTES or len(entries) > container.MOST_ENTRIES:
            raise OutputError(
                f"{self.volume.title}卷超过4GB或{container.MOST_ENTRIES}个文件，一个归档文件放不下。"
                "请把“.lzxl/mail”里的旧邮件或“收件”里的大文件另行保存后重新运行。",
                code="archive_too_large",
            )
        # A file that is opened by its number is one of text to Windows, unless told: each \n would become \r\n.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        mode = PRIVATE if self.volume.restricted else 0o666
        with os.fdopen(os.open(path, flags, mode), "wb") as stream:
            directory = b"".join(self._put(stream, one) for one in entries)
            offset = stream.tell()
            stream.write(directory + container.end_record(len(entries), len(directory), offset))

    def _put(self, stream: BinaryIO, entry: _Entry) -> bytes:
        """Write one file; gives what the directory says of it."""
        known, offset = entry.digests, stream.tell()
        stream.write(container.local_header(entry.name, known.checksum, known.size))
        # Once more while it is written: somebody may have saved the file since the lists were made.
        found = digests_of(_written(stream, _pieces(self.campaign, entry.source)))
        if found != known:
            raise UnreadableError(
                f"{entry.name} 在归档过程中被改动，未写出归档。请确认没有人在改这个文件，再重新运行。",
                code="archive_changed_meanwhile",
                path=entry.name,
            )
        return container.directory_entry(entry.name, known.checksum, known.size, offset)


def _written(stream: BinaryIO, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        stream.write(piece)
        yield piece


def _made(name: str, data: bytes) -> _Entry:
    return _Entry(name, data, digests_of([data]))


def _linked(period: str, volume: str, seal: str, seal_sm3: str) -> dict[str, str]:
    return {"period": period, "volume": volume, "sha256": seal, "sm3": seal_sm3}
