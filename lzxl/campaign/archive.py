"""Takes the files out of a stranger's zip archive, and out of archives in it. `opened` does it in a child process with limits.

What is taken out is counted while it unfolds, whatever the archive says of it. Nothing of an archive is lost without a
word: each member is a file, a file with a trouble, or something that a program left behind.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lzxl.children import BROKEN, Limits, ask, serve, told_text
from lzxl.forms.naming import first_few
from lzxl.workbook.reading.guard import MAX_FILE_BYTES, judge_zip
from lzxl.zips import (
    MOST_ENTRIES,
    STARTS,
    BrokenZipError,
    Entry,
    LargeZipError,
    UnknownMethodError,
    inflate,
    read_directory,
)

MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 2000
# An archive that is worth packing at all comes to a few times its size; texts and old .xls files to ten times.
_TIMES_LARGER = 10
_ANYWAY_BYTES = 32 * 1024 * 1024
_DEEPEST = 3
_MOST_NAMED = 3

_DAMAGED = "压缩包已损坏，无法打开。请单位重新压缩后再报，或直接报送表格。"
_LOCKED = "压缩包设有密码，无法打开。请去掉密码后重新报送，或直接报送表格。"
_LARGE = "压缩包里的文件过多或过大。请解开后分几次收件。"
_EMPTY = "压缩包是空的，里面没有文件。请单位把填好的表放进去重新压缩，或直接报送表格。"
_NOTHING = "压缩包里没有报送的表格，只有程序留下的临时文件或隐藏文件（{names}）。请单位直接报送填好的表格。"
_DEEP = "压缩包里又套压缩包，层数过多，未打开。请直接报送表格。"
_COSTLY = "压缩包解开时占用的内存或时间过多，未打开。请解开后再收件，或请单位直接报送表格。"
FILE_TOO_LARGE = "文件过大"
_MEMBER_DAMAGED = "压缩包里的这个文件已损坏"
_MEMBER_UNKNOWN = "压缩包里的这个文件用了少见的压缩方式，无法取出。请单位用电脑自带的压缩功能重新压缩，或直接报送表格。"

# Packages of programs and documents that are zip archives themselves, and are taken for what they are.
_DOCUMENT_SUFFIXES = (
    ".ofd",
    ".docx",
    ".docm",
    ".pptx",
    ".wps",
    ".dps",
    ".odt",
    ".odp",
    ".epub",
    ".jar",
    ".apk",
    ".numbers",
    ".pages",
    ".key",
)
_DOCUMENT_MARKS = frozenset(
    {"[Content_Types].xml", "OFD.xml", "mimetype", "Index/Document.iwa", "Index.zip", "META-INF/MANIFEST.MF"}
)


@dataclass(frozen=True)
class Member:
    """A file that stands in an archive.

    `place`: its path there, through archives inside if it is in one; "" is the archive itself, which has a trouble then.
    """

    place: str
    data: bytes = b""
    trouble: str = ""
    """Why it is not to be had, or what is wrong with the archive that it is; a Chinese phrase, "" if nothing."""
    is_left_behind: bool = False
    """Whether a program left it there; then its data is not given."""


@dataclass
class Budget:
    """How much may still be taken out; archives inside have their share in it."""

    bytes_left: int
    files_left: int = MOST_FILES
    entries_left: int = MOST_ENTRIES
    """With those that programs left behind."""


def budget_of(archive_bytes: int, most_bytes: int = MOST_BYTES) -> Budget:
    """What an archive of that size may come to."""
    return Budget(min(most_bytes, MOST_BYTES, _ANYWAY_BYTES + _TIMES_LARGER * archive_bytes))


def is_left_behind(place: str) -> bool:
    """Whether programs and systems leave files of that name behind: nobody reports them. `place`: a path or a name."""
    folders, _, name = place.rstrip("/").rpartition("/")
    # "Icon" with a carriage return behind it is how macOS keeps a folder's picture.
    if name.startswith(("~$", ".")) or name.lower() in {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}:
        return True
    # macOS packs the attributes of every file beside it, as a second one of its name, into __MACOSX.
    # A dot alone hides nothing: names in an archive may begin with ./
    return any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in folders.split("/"))


def is_archive(name: str, stream: BinaryIO) -> bool:
    """Whether a file is an archive of files, by its content; whatever it is called, a workbook is none."""
    stream.seek(0)
    if not stream.read(6).startswith(STARTS):
        return False
    suffix = Path(name.lower()).suffix
    verdict = judge_zip(stream)
    if verdict.container or suffix in _DOCUMENT_SUFFIXES:
        return False
    if suffix == ".zip" and verdict.code != "file_not_workbook":
        return True  # damaged, locked or too large: it says so itself when it is opened
    if verdict.detail != "压缩包":
        return False
    return _DOCUMENT_MARKS.isdisjoint(entry.name for entry in read_directory(stream))


def members_of(stream: BinaryIO, budget: Budget, depth: int = 1) -> Iterator[Member]:
    """Every file in an archive, by place, and the archive itself if it cannot be opened, or not to the end.

    This is work for a child process: it may take any time and memory that the archive wants.
    """
    try:
        entries = [entry for entry in read_directory(stream) if not entry.is_folder]
    except BrokenZipError:
        yield Member("", trouble=_DAMAGED)
        return
    except LargeZipError:
        yield Member("", trouble=_LARGE)
        return
    budget.entries_left -= len(entries)
    wanted = [entry for entry in entries if not is_left_behind(entry.name)]
    if trouble := _trouble_of(entries, wanted, budget):
        yield Member("", trouble=trouble)
        return
    for entry in sorted(entries, key=lambda entry: entry.name):
        if is_left_behind(entry.name):
            yield Member(entry.name, is_left_behind=True)
            continue
        try:
            yield from _member(stream, entry, budget, depth)
        except _TooMuchError:
            yield Member("", trouble=_LARGE)
            return


def _trouble_of(entries: Sequence[Entry], wanted: Sequence[Entry], budget: Budget) -> str:
    """What can be said of an archive before anything is taken out of it; "" if nothing speaks against that."""
    if not entries:
        return _EMPTY
    if not wanted:
        names = [entry.name.rstrip("/").rsplit("/", 1)[-1] for entry in entries]
        return _NOTHING.format(names=first_few(names, _MOST_NAMED))
    if any(entry.is_encrypted for entry in wanted):
        return _LOCKED
    return _LARGE if _is_too_much(wanted, budget) else ""


def _is_too_much(wanted: Sequence[Entry], budget: Budget) -> bool:
    """Whether an archive says itself that more is in it than may be taken out. A single large file is refused by itself."""
    declared = (entry.declared_bytes for entry in wanted)
    in_all = sum(size for size in declared if size <= MAX_FILE_BYTES)
    return in_all > budget.bytes_left or len(wanted) > budget.files_left or budget.entries_left < 0


class _TooMuchError(Exception):
    """What an archive unfolds to is more than may be taken out."""


def _member(stream: BinaryIO, entry: Entry, budget: Budget, depth: int) -> Iterator[Member]:
    budget.files_left -= 1
    if budget.files_left < 0:
        raise _TooMuchError
    place = entry.name.strip("/")
    if entry.declared_bytes > MAX_FILE_BYTES:
        yield Member(place, trouble=FILE_TOO_LARGE)
        return
    try:
        data = _unfolded(stream, entry, budget)
    except OverflowError:
        yield Member(place, trouble=FILE_TOO_LARGE)
        return
    except BrokenZipError:
        yield Member(place, trouble=_MEMBER_DAMAGED)
        return
    except UnknownMethodError:
        yield Member(place, trouble=_MEMBER_UNKNOWN)
        return
    inner = io.BytesIO(data)
    if not is_archive(place, inner):
        yield Member(place, data)
    elif depth >= _DEEPEST:
        yield Member(place, data, _DEEP)
    else:
        for member in members_of(inner, budget, depth + 1):
            if member.place:
                yield Member(f"{place}/{member.place}", member.data, member.trouble, member.is_left_behind)
            else:
                yield Member(place, data, member.trouble)


def _unfolded(stream: BinaryIO, entry: Entry, budget: Budget) -> bytes:
    # What an entry declares is not believed: a zip of 2.4 KB once unfolded to 6 GiB.
    data = bytearray()
    for piece in inflate(stream, entry):
        budget.bytes_left -= len(piece)
        data += piece
        if budget.bytes_left < 0:
            raise _TooMuchError
        if len(data) > MAX_FILE_BYTES:
            raise OverflowError
    return bytes(data)


def opened(given: bytes | Path, size: int, most_bytes: int = MOST_BYTES) -> Iterator[Member]:
    """As `members_of`, in a child process: `given` are an archive's bytes, or the file of `size` bytes that has them.

    One member is held at a time. Never raises for anything that is in the archive.
    """
    budget = budget_of(size, most_bytes)
    limits = Limits(
        memory_bytes=1024**3,
        # Unfolding half a gigabyte of the slowest kind takes a minute.
        processor_seconds=20 + budget.bytes_left // (16 * 1024**2),
        wall_seconds=45 + budget.bytes_left / (8 * 1024**2),
        answer_bytes=budget.bytes_left + MAX_FILE_BYTES + 16 * 1024 * 1024,
    )
    with ask("lzxl.campaign.archive", given, budget.bytes_left, limits) as answer:
        for told, data in answer:
            member = _told(told, data)
            if member is None:
                answer.trouble = BROKEN
                break
            yield member
        if answer.trouble:
            yield Member("", trouble=_DAMAGED if answer.trouble == BROKEN else _COSTLY)


def members_here(data: bytes, size: int, most_bytes: int = MOST_BYTES) -> Iterator[Member]:
    """As `opened`, on the spot: for a child process that a stranger's bytes were given to already."""
    return members_of(io.BytesIO(data), budget_of(size, most_bytes))


def _told(told: Any, data: bytes) -> Member | None:
    """A member as the child tells of it; None if that makes no sense."""
    try:
        place, trouble, left_behind = told
        return Member(told_text(place), data, told_text(trouble), left_behind is True)
    except (TypeError, ValueError):
        return None


def _answer_to(most_bytes: int, given: BinaryIO) -> Iterator[tuple[Any, bytes]]:
    for member in members_of(given, Budget(most_bytes)):
        yield [member.place, member.trouble, member.is_left_behind], member.data


if __name__ == "__main__":
    serve(_answer_to)
