"""Mails in files: .eml, .msg and mbox files, Maildir folders, whatever else lies beside them. They are only ever read."""

from __future__ import annotations

import datetime
import hashlib
import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lzxl.campaign.sources import WORKBOOK_SUFFIXES, Arrived, left_behind_in, list_files, readable_name, there
from lzxl.mail.mbox import HEAD_BYTES, first_line, header_at, is_mbox, mails_of, with_line_feeds
from lzxl.mail.model import Fetched, Place
from lzxl.mail.ole import OLE, is_outlook_message
from lzxl.mail.packed import OutlookTeller
from lzxl.mail.unpacked import Unpacked

MOST_BYTES = 50 * 1024 * 1024
# An mbox of more bytes is read where it lies.
_MOST_HELD = 64 * 1024 * 1024
FILE_UIDVALIDITY = "file"
"""Files are named by their content too, so that a name never comes to mean another mail."""

# Browsers save a page as a mail with From and Subject; this header only such pages have.
_WEB_PAGE = b"snapshot-content-location"
# What mail servers and programs keep beside the mails of a Maildir.
_MAILDIR_PARTS = frozenset({"cur", "new", "tmp"})
_KEPT_BY_SERVERS = ("dovecot", "maildir", "courier", "subscriptions")


def is_mail(name: str, data: bytes, is_outlook: Callable[[bytes], bool] = is_outlook_message) -> bool:
    """Whether a file is a mail, or an mbox of some: by its bytes. A name that ends in .eml lets a short header do.

    `is_outlook`: tells of an OLE file whether it is an Outlook message; the default only in a child process.
    """
    suffix = Path(name).suffix.lower()
    if data.startswith(OLE):
        return is_outlook(data)
    if suffix in WORKBOOK_SUFFIXES:
        return False
    return is_mbox(data[:HEAD_BYTES]) or _begins_with_header(data[:HEAD_BYTES], is_named=suffix == ".eml")


def split(paths: Iterable[Path], private: Path | None = None) -> tuple[MailFolder, Iterator[Arrived]]:
    """The mails among the given files, folders and zip archives; and every other file in them.

    Raises UsageError for a path that does not exist, when either is gone through. `private`: where the files of archives may
    lie from the one to the other; without it, archives are unpacked for each.
    """
    given = list(paths)
    known = _Known(private)
    return MailFolder(given, known=known), (entry.arrived for entry, is_one in known.sorted(given, Path) if not is_one)


class _Known:
    """Which of the files that are gone through are mails: of each it is found out once."""

    def __init__(self, private: Path | None = None) -> None:
        self._unpacked = Unpacked(private)
        self._is_mail: dict[tuple[Path, int], bool] = {}

    def close(self) -> None:
        """Nothing of what was gone through lies ready any more."""
        self._unpacked.close()

    def sorted(self, paths: Iterable[Path], order: Callable[[Path], Any]) -> Iterator[tuple[_Entry, bool]]:
        """Every file in `paths` as `_entries` gives them, and whether it is a mail."""
        with OutlookTeller() as teller:
            for entry in _entries(paths, order, self._unpacked):
                key = (entry.file, entry.number)
                if key not in self._is_mail:
                    self._is_mail[key] = entry.is_mail(teller)
                yield entry, self._is_mail[key]


class MailFolder:
    """The mails among given files, folders and zip archives, as a `Source`. What is no mail is passed over.

    A mail is `received` when its file was last written: the best that a file can tell, and the parser's last resort.
    """

    def __init__(self, paths: Iterable[Path], most_bytes: int = MOST_BYTES, known: _Known | None = None) -> None:
        self._paths = list(paths)
        self._most_bytes = most_bytes
        self._known = known or _Known()

    @property
    def account(self) -> str:
        """None: files are nobody's mailbox."""
        return ""

    def fetch(self, is_known: Callable[[Place], bool]) -> Iterator[Fetched]:
        """Every mail whose place is not known: files by the time of their last change, then by name; an mbox in its order."""
        for entry, is_one in self._known.sorted(self._paths, _written):
            if not is_one:
                continue
            for number, raw in entry.mails():
                digest = hashlib.sha256(raw).hexdigest()[:16]
                uid = f"{entry.name}#{number}-{digest}" if number else f"{entry.name}#{digest}"
                place = Place("", entry.folder, FILE_UIDVALIDITY, uid)
                if is_known(place):
                    continue
                if len(raw) > self._most_bytes:
                    yield Fetched(place, header_of(raw), entry.written, too_large=len(raw))
                else:
                    yield Fetched(place, raw, entry.written)

    def file_away(self, places: Sequence[Place]) -> None:
        """Nothing: the office's files stay as they are."""

    def close(self) -> None:
        """Nothing of what lies in archives is kept any longer."""
        self._known.close()


def header_of(raw: bytes) -> bytes:
    """The header of a mail, with the blank line that ends it; of an Outlook file, which has none at its head, nothing."""
    if raw.startswith(OLE):
        return b""
    ends = [end for mark in (b"\r\n\r\n", b"\n\n") if (end := raw.find(mark) + len(mark)) >= len(mark)]
    # Whichever comes first: a body may have other line ends than the header before it.
    return raw[: min(ends)] if ends else raw[:HEAD_BYTES]


@dataclass(frozen=True)
class _Entry:
    """A file with the place that it has for people: the path that was given, and the name below it."""

    folder: str
    name: str
    file: Path
    """Where it lies, or the archive that it is in."""
    number: int
    """Of the files in that archive, from 0."""
    arrived: Arrived
    is_box: bool = False
    """An mbox, which may be of any size: it stays where it is, and `arrived` is without its bytes."""

    @property
    def written(self) -> datetime.datetime:
        return _written(self.file)

    def mails(self) -> Iterator[tuple[int, bytes]]:
        """The mails in it: the one that it is as (0, mail); those of an mbox with their numbers from 1."""
        return _mails_in(self.file) if self.is_box else _mails(self.arrived.data)

    def is_mail(self, teller: OutlookTeller) -> bool:
        """Whether it is one, or an mbox of some."""
        if self.is_box or self.arrived.is_left_behind:
            return self.is_box
        return is_mail(self.arrived.name, self.arrived.data, teller.is_outlook)


def _entries(paths: Iterable[Path], order: Callable[[Path], Any], unpacked: Unpacked) -> Iterator[_Entry]:
    """Every file in `paths`, those in archives too; without what is a mail server's own in a Maildir.

    Files of one folder come in `order`, then by name.
    """
    for path in map(there, paths):
        # The folder "." has no name, and people look for the one that they see.
        top = path.resolve() if path.is_dir() else path.parent
        given = readable_name(Path(path.name or top.name))
        for file in sorted(_brought_files(path, top), key=order):
            yield from _entries_below(file, top, given, unpacked, is_in_folder=path.is_dir())
        for file in left_behind_in(path):
            yield _left_behind(file, top, given)


def _left_behind(file: Path, top: Path, given: str) -> _Entry:
    """What a program left behind: told, without its bytes."""
    name = readable_name(file.relative_to(top))
    source = f"{readable_name(Path(top.name))}/{name}"
    return _Entry(given, name, file, 0, Arrived(name.rsplit("/", 1)[-1], source, b"", is_left_behind=True))


def _brought_files(path: Path, top: Path) -> list[Path]:
    """The files that somebody brought: a file that is named is meant, whatever a mail server calls its own."""
    files = list_files(path)
    return [file for file in files if not _is_servers_own(file, top)] if path.is_dir() else files


def _entries_below(file: Path, top: Path, given: str, unpacked: Unpacked, *, is_in_folder: bool) -> Iterator[_Entry]:
    """What a file is or holds, each with its folders before its name. `given`: what the folder is called that was named."""
    below = file.relative_to(top).parent
    # As people see it where the whole folder was given: with the folder's own name before it.
    label = readable_name(top.name / below) + "/" if is_in_folder else ""
    inner = "" if below == Path() else readable_name(below) + "/"
    for entry in _entries_of(file, given, unpacked):
        labelled = replace(entry.arrived, source=label + entry.arrived.source)
        yield replace(entry, name=inner + entry.name, arrived=labelled)


def _entries_of(file: Path, folder: str, unpacked: Unpacked) -> Iterator[_Entry]:
    """A file, or those in it if it is an archive, each with its place in it; of an mbox, its mails are read later."""
    name = readable_name(Path(file.name))
    if _is_box(file):
        yield _Entry(folder, name, file, 0, Arrived(name, name, b""), is_box=True)
        return
    for number, arrived in enumerate(unpacked.files_in(file, name)):
        yield _Entry(folder, arrived.source, file, number, arrived)


def _written(file: Path) -> datetime.datetime:
    try:
        seconds = file.stat().st_mtime
    except OSError:
        seconds = 0.0
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _is_servers_own(file: Path, top: Path) -> bool:
    """Whether a file of a Maildir is no mail that has been delivered: in tmp, or an index beside cur and new."""
    # What lies in tmp is still being delivered; who names that very folder means it.
    if file.parent.name == "tmp" and file.parent != top and _is_maildir(file.parent.parent):
        return True
    return file.name.lower().startswith(_KEPT_BY_SERVERS) and _is_maildir(file.parent)


def _is_maildir(folder: Path) -> bool:
    return all((folder / part).is_dir() for part in _MAILDIR_PARTS)


def _mails(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The mails in a file: the one that it is as (0, mail); those of an mbox with their numbers from 1."""
    if is_mbox(data[:HEAD_BYTES]):
        yield from enumerate(mails_of(data), 1)
    else:
        yield 0, data


def _is_box(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return file.suffix.lower() not in WORKBOOK_SUFFIXES and is_mbox(stream.read(HEAD_BYTES))
    except OSError:
        return False


def _mails_in(box: Path) -> Iterator[tuple[int, bytes]]:
    """The mails in an mbox, without the whole of it in memory where it is large."""
    with box.open("rb") as stream:
        if box.stat().st_size <= _MOST_HELD:
            yield from enumerate(mails_of(stream.read()), 1)
        else:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                yield from enumerate(mails_of(mapped), 1)


def _begins_with_header(head: bytes, is_named: bool) -> bool:
    """Whether a file begins with header lines as mails have them, one of them a mail's own.

    `is_named`: the file is called a mail; then one well-known line does, and so do two before a line that is broken.
    """
    text = with_line_feeds(head)
    header = header_at(text, first_line(text))
    if not header.is_carried or _WEB_PAGE in header.fields:
        return False
    if header.is_ended:
        return header.common >= (1 if is_named else 2)
    return header.common >= (2 if is_named else 4)
