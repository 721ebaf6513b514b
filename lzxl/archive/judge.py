"""Goes through an archive and says what is not as it was sealed. In a child process: an archive may be anybody's work by now.

`lzxl.archive.verify` asks it. It needs nothing but the archive. What a later layout has more of is no fault: only what this
one knows is judged, and every file is held to the lists of digests whatever it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from lzxl.archive.container import (
    CONTENT,
    FORMAT,
    HEAD,
    NOT_IN_SM3_SUMS,
    NOT_IN_SUMS,
    PUBLIC_KEY,
    SIGNATURE,
    SM3_SUMS,
    SUMS,
    Digests,
    digests_of,
    misplaced_bytes,
    walk,
)
from lzxl.archive.keys import is_signed, read_public
from lzxl.children import serve
from lzxl.zips import BrokenZipError, Entry, LargeZipError, UnknownMethodError, inflate, read_directory

Finding = tuple[str, str, str]
"""(code, the file it is about or "", what else is to be said of it)."""

_KNOWN = frozenset({HEAD, SUMS, SM3_SUMS, SIGNATURE, PUBLIC_KEY})
_MOST_TEXT = 32 * 1024 * 1024
_MOST_ENTRIES, _MOST_DIRECTORY = 200_000, 64 * 1024 * 1024
# Ours is not packed at all; whoever packed it again saved a few times its size, where a bomb saves a thousand times.
_TIMES_LARGER, _ANYWAY_BYTES = 10, 64 * 1024 * 1024
# As sha256sum writes it: a star says that the file was read as bytes, as the builds for Windows do.
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
# An Office file with a password is a compound file with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_OFFICE_ZIPS = frozenset({".xlsx", ".xlsm", ".docx", ".ods"})
_PROGRAMS = frozenset({".exe", ".com", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".scr", ".msi", ".lnk", ".dll"})


class _TooLargeError(Exception):
    """The archive unfolds to more than it can hold."""


@dataclass
class _Read:
    """What was read of an archive."""

    digests: dict[str, Digests] = field(default_factory=dict)
    known: dict[str, bytes] = field(default_factory=dict)
    """The bytes of the files that say something of the others."""
    broken: set[str] = field(default_factory=set)
    """Files whose bytes are not those that were packed, or not to be had."""
    locked: list[str] = field(default_factory=list)
    """Files that ask for a password."""
    programs: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def judge(stream: BinaryIO, public_key: str = "", seal: str = "") -> Iterator[Any]:
    """What is to be said of an archive: ["file", name, size, SHA-256] of each, ["finding", …] of each fault, at the end
    ["told", …] with what it says of itself. Nothing but the end, with "format" 0, if it is no archive of ours."""
    entries, cut, faults = _entries(stream)
    read = _Read(findings=faults)
    if not entries:
        yield ["told", {"format": 0}]
        return
    _read_all(stream, entries, read)
    told = _head(read)
    if cut is not None:
        read.findings.append(("cut_off", cut, ""))
    elif told["format"] == FORMAT:
        read.findings += [("container_changed", name, "") for name in misplaced_bytes(stream, entries)]
    _compare(read)
    _judge_items(read, told)
    _judge_seal(read, told, seal)
    _judge_signature(read, told, public_key)
    for name, found in read.digests.items():
        yield ["file", name, found.size, found.sha256]
    for finding in dict.fromkeys(read.findings):
        yield ["finding", *finding]
    yield ["told", {**told, "locked": read.locked, "programs": read.programs}]


def _entries(stream: BinaryIO) -> tuple[list[Entry], str | None, list[Finding]]:
    """The files of an archive in their order, where it breaks off (None if it does not), and what is wrong with the list."""
    try:
        entries = read_directory(stream, _MOST_ENTRIES, _MOST_DIRECTORY)
    except LargeZipError:
        return [], None, []
    except BrokenZipError:
        entries = []
    if not _is_ours(entries):
        return _entries_walked(stream)
    counts = Counter(entry.name for entry in entries)
    return entries, None, [("file_twice", name, "") for name, count in counts.items() if count > 1]


def _entries_walked(stream: BinaryIO) -> tuple[list[Entry], str | None, list[Finding]]:
    """The same of an archive that has no directory of its own at its end."""
    # Nothing is packed: of an archive that was cut off, the directory of a workbook in it may be the last one.
    walked = walk(stream)
    return (walked.entries, walked.cut, []) if _is_ours(walked.entries) else ([], None, [])


def _is_ours(entries: list[Entry]) -> bool:
    return any(entry.name in (HEAD, SUMS, SM3_SUMS) for entry in entries)


def _read_all(stream: BinaryIO, entries: list[Entry], read: _Read) -> None:
    length = stream.seek(0, 2)
    left = _ANYWAY_BYTES + _TIMES_LARGER * length
    for entry in entries:
        # Of two files of one name, programs unpack now the first, now the last: that there are two is the fault.
        if entry.name in read.digests:
            continue
        taken = _Taken(left, entry.name in _KNOWN)
        try:
            found = digests_of(taken.of(inflate(stream, entry)))
        except _TooLargeError:
            read.findings.append(("too_large", entry.name, ""))
            return
        except (BrokenZipError, UnknownMethodError):
            found = Digests(taken.size, 0, "", "")
            read.broken.add(entry.name)
        left -= taken.size
        read.digests[entry.name] = found
        if entry.name in _KNOWN:
            read.known[entry.name] = bytes(taken.kept)
        if entry.is_encrypted or taken.is_locked(entry.name):
            read.locked.append(entry.name)
        if PurePosixPath(entry.name).suffix.lower() in _PROGRAMS:
            read.programs.append(entry.name)


@dataclass
class _Taken:
    """A file's bytes as they go by: counted, kept where they say something, and looked at for a lock."""

    most: int
    is_kept: bool
    size: int = 0
    kept: bytearray = field(default_factory=bytearray)
    start: bytes = b""
    tail: bytes = b""
    has_package: bool = False

    def of(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            if self.size > self.most or (self.is_kept and self.size > _MOST_TEXT):
                raise _TooLargeError
            if self.is_kept:
                self.kept += piece
            self.start = self.start or piece[:8]
            # The name may lie across two pieces.
            self.has_package = self.has_package or _ENCRYPTED_PACKAGE in self.tail + piece
            self.tail = piece[-64:]
            yield piece

    def is_locked(self, name: str) -> bool:
        """Whether it is a workbook or a document that opens with a password only."""
        # A mail (.msg) is a compound file as well, and may carry a locked workbook without being locked itself.
        return self.start == _OLE and self.has_package and PurePosixPath(name).suffix.lower() in _OFFICE_ZIPS


def _head(read: _Read) -> dict[str, Any]:
    """What the archive says of itself; "format" is -1 if it cannot be read."""
    try:
        head = json.loads(read.known.get(HEAD, b""))
        told = {"format": head["format"], "head": head}
        if not isinstance(told["format"], int) or told["format"] < 1:
            raise ValueError
    # A hundred thousand brackets one in the other are JSON too, and deeper than Python goes.
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"format": -1, "head": {}}
    return told


def _sums(read: _Read, name: str) -> dict[str, str]:
    """Digest by file, as one of the lists has them; a line that cannot be read is a finding."""
    found: dict[str, str] = {}
    # Not splitlines: it ends lines at signs as well that may stand in a name.
    for number, line in enumerate(read.known.get(name, b"").decode("utf-8", "replace").split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is not None:
            found[match[2]] = match[1]
        elif line:
            read.findings.append(("list_damaged", name, str(number)))
    return found


def _compare(read: _Read) -> None:
    """Every file with what the lists say of it."""
    sums, sm3_sums = _sums(read, SUMS), _sums(read, SM3_SUMS)
    _judge_lists(read, sums, sm3_sums)
    # Where one list is gone, the other still says what there was.
    names = {**sm3_sums, **sums}
    if not names:
        return
    listed = {name: Listed(sums.get(name, ""), sm3_sums.get(name, "")) for name in names}
    _judge_presence(read, listed, NOT_IN_SUMS if sums else NOT_IN_SM3_SUMS)
    read.findings += [("file_changed", name, "") for name in read.broken]
    for name in read.digests.keys() & listed.keys() - read.broken:
        _compare_digests(read, name, listed[name])


def _judge_presence(read: _Read, listed: Mapping[str, Listed], unlisted: Collection[str]) -> None:
    """Whatever is listed is there, and nothing else but what is listed nowhere."""
    added = [name for name in read.digests if name not in listed and name not in unlisted]
    for name, one in listed.items():
        if name not in read.digests:
            _judge_missing(read, name, one, added)
    read.findings += [("file_added", name, "") for name in added]


class Listed(NamedTuple):
    """What the lists say of a file; "" where they say nothing."""

    sha256: str
    sm3: str


def _judge_lists(read: _Read, sums: Mapping[str, str], sm3_sums: Mapping[str, str]) -> None:
    """The lists themselves: each is there, and says something."""
    for name, listed in ((SUMS, sums), (SM3_SUMS, sm3_sums)):
        # The SM3 list stands in the other one: missing there, it is told with the files that are (`_judge_presence`).
        if name not in read.known and name not in sums:
            read.findings.append(("file_missing", name, ""))
        elif name in read.known and not listed:
            read.findings.append(("list_empty", name, ""))


def _judge_missing(read: _Read, name: str, listed: Listed, added: list[str]) -> None:
    """A file that is not there. One of those that were `added` may be it under another name, and is none of these then."""
    twin = next(chain(_with_sha256(read, added, listed.sha256), _with_sm3(read, added, listed.sm3)), None)
    if twin is None:
        read.findings.append(("file_missing", name, ""))
    else:
        added.remove(twin)
        read.findings.append(("file_renamed", name, twin))


def _with_sha256(read: _Read, names: Iterable[str], digest: str) -> Iterator[str]:
    return (name for name in names if digest and read.digests[name].sha256 == digest)


def _with_sm3(read: _Read, names: Iterable[str], digest: str) -> Iterator[str]:
    return (name for name in names if digest and read.digests[name].sm3 == digest)


def _compare_digests(read: _Read, name: str, listed: Listed) -> None:
    """Of a file that is in its place: both digests, or one of the lists was changed."""
    found = read.digests[name]
    match _agrees(listed.sha256, found.sha256), _agrees(listed.sm3, found.sm3):
        case False, True:  # nobody finds another content with the same SM3: it is the list that is wrong
            read.findings.append(("list_changed", SUMS, name))
        case (False, _) | (None, False):
            read.findings.append(("file_changed", name, ""))
        case True, False:
            read.findings.append(("list_changed", SM3_SUMS, name))
        case _, None if SM3_SUMS in read.known and name not in NOT_IN_SM3_SUMS:
            read.findings.append(("list_incomplete", SM3_SUMS, name))


def _agrees(listed: str, found: str) -> bool | None:
    """Whether a file's digest is the one that a list has; None if the list has none."""
    return listed == found if listed else None


def _judge_items(read: _Read, told: Mapping[str, Any]) -> None:
    """Every 件 of the catalogue with all its files, and every file of the year in one."""
    if told["format"] > FORMAT:
        return
    listed = _catalogued(told["head"])
    if told["format"] == -1 or listed is None:
        read.findings.append(("head_unreadable", HEAD, ""))
        return
    gone = listed - read.digests.keys()
    loose = {name for name in read.digests if name.startswith(CONTENT)} - listed
    known = {place for _, place, _ in read.findings} | {other for _, _, other in read.findings}
    read.findings += [("item_incomplete", name, "") for name in sorted(gone - known)]
    read.findings += [("item_unlisted", name, "") for name in sorted(loose - known)]


def _catalogued(head: Mapping[str, Any]) -> set[str] | None:
    """The files of every 件 in the catalogue; None if it cannot be read."""
    try:
        return {str(name) for item in head["catalogue"] for name in item["files"]}
    except (KeyError, TypeError):
        return None


def _judge_seal(read: _Read, told: dict[str, Any], seal: str) -> None:
    """The digest of the list of digests stands for the whole archive."""
    found = read.digests.get(SUMS)
    told["seal"], told["seal_sm3"] = (found.sha256, found.sm3) if found is not None else ("", "")
    if seal and found is not None and seal != found.sha256:
        read.findings.append(("seal_differs", SUMS, found.sha256))


def _judge_signature(read: _Read, told: dict[str, Any], public_key: str) -> None:
    signature, own = read.known.get(SIGNATURE), read.known.get(PUBLIC_KEY, b"")
    inside, outside = read_public(own), read_public(public_key.encode()) if public_key else None
    told["signature"] = "none"
    told["public_key"] = own.decode() if inside is not None else ""
    if signature is None:
        # Whoever takes the signature out has to change the head too, and the lists hold that to its digest.
        if public_key or told["head"].get("signed") is True:
            read.findings.append(("signature_missing", SIGNATURE, ""))
        return
    if inside is not None and outside is not None and inside != outside:
        read.findings.append(("key_other", PUBLIC_KEY, ""))
    # The key inside proves nothing by itself: whoever makes an archive anew can put one of their own in.
    key = outside or inside
    if key is not None and is_signed(key, signature, read.known.get(SUMS, b"")):
        told["signature"] = "trusted" if outside is not None else "own"
    else:
        read.findings.append(("signature_wrong", SIGNATURE, ""))


def _answer_to(question: Any, given: BinaryIO) -> Iterator[tuple[Any, bytes]]:
    for line in judge(given, question["public_key"], question["seal"]):
        yield line, b""


if __name__ == "__main__":
    serve(_answer_to)
