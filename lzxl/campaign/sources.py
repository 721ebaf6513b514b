"""Where submissions come from: files, folders and zip archives. Every file that is looked at is accounted for."""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.archive import FILE_TOO_LARGE, MOST_BYTES, Member, is_archive, is_left_behind, opened
from lzxl.errors import UsageError
from lzxl.workbook.reading.guard import MAX_FILE_BYTES

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".ett", ".xlt", ".xltx")
# A round's filings of a bureau are a tenth of that: they are read, checked and compared together.
_BATCH_BYTES = 64 * 1024 * 1024
_UNREADABLE = "没有读取权限，或磁盘无法读取"


@dataclass(frozen=True)
class Arrived:
    """One file that arrived: its bytes ("" if they cannot be had), its own name, and where it was found."""

    name: str
    source: str
    data: bytes
    trouble: str = ""
    """Why it could not be taken out of its source, "" if it could."""
    received: datetime.datetime | None = None
    """When it came in, if its source tells; else it came in with the run."""
    senders: frozenset[str] | None = None
    """Codes of the units that the sending address is registered for; None where no address tells."""
    sender: str = ""
    """The address itself, "" if there is none."""
    doubt: str = ""
    """Why the sender is not believed, "" if he is."""
    decided: str = ""
    """Code of the unit that the office says it is from; "" if it has not said."""
    is_left_behind: bool = False
    """Whether it is no submission but what a program left there: nobody is told of it, and it is counted."""

    @property
    def digest(self) -> str:
        """The sha256 of its bytes: what it is known by."""
        return hashlib.sha256(self.data).hexdigest()


def arrivals(paths: Iterable[Path]) -> Iterator[Arrived]:
    """Every file in the given files, folders and zip archives, in the order of their names.

    Files that programs leave behind (~$…, .~lock…, Thumbs.db) come as such, without their bytes. Raises UsageError for a
    path that does not exist.
    """
    for path in map(there, paths):
        above = (path.resolve() if path.is_dir() else path).parent
        for file in list_files(path):
            yield from from_file(file, readable_name(file.relative_to(above)))
        for file in left_behind_in(path):
            label = readable_name(file.relative_to(above))
            yield Arrived(label.rsplit("/", 1)[-1], label, b"", is_left_behind=True)


def there(path: Path) -> Path:
    """A path that somebody named. Raises UsageError if there is nothing."""
    if not path.exists():
        raise UsageError(f"找不到：{path}。请检查路径。", code="path_not_found", path=path)
    return path


def in_batches(arrived: Iterable[Arrived], most_bytes: int = _BATCH_BYTES) -> Iterator[list[Arrived]]:
    """Files in their order, so many together as are worked on at a time: their bytes are held in memory meanwhile.

    One batch at least, if an empty one: a run has work to do without files too.
    """
    batch: list[Arrived] = []
    count = size = 0
    for one in arrived:
        batch.append(one)
        size += len(one.data)
        if size >= most_bytes:
            yield batch
            count += 1
            batch, size = [], 0
    if batch or not count:
        yield batch


def from_file(file: Path, label: str) -> Iterator[Arrived]:
    """A file as it is, or the files in it if it is a zip archive. `label`: where it was found, for people."""
    name = readable_name(Path(file.name))
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            is_packed = is_archive(name, stream)
            stream.seek(0)
            # An archive goes to its child as the file that it is: this process need not hold it.
            data = b"" if is_packed or size > MOST_BYTES else stream.read()
    except OSError:
        yield Arrived(name, label, b"", _UNREADABLE)
        return
    if is_packed:
        yield from _from_archive(name, label, opened(file, size), lambda: _read_whole(file, size))
    else:
        yield Arrived(name, label, data, FILE_TOO_LARGE if size > MOST_BYTES else "")


def unpacked(
    name: str,
    source: str,
    data: bytes,
    most_bytes: int = MOST_BYTES,
    take_apart: Callable[[bytes, int, int], Iterator[Member]] = opened,
) -> Iterator[Arrived]:
    """A file as it is, or the files in it if it is a zip archive, whatever it is called.

    `most_bytes`: how much all that is in an archive may come to. `take_apart`: in a child process; what runs in one
    already gives what does it on the spot (`lzxl.campaign.archive.members_here`).
    """
    if is_archive(name, io.BytesIO(data)):
        yield from _from_archive(name, source, take_apart(data, len(data), most_bytes), lambda: data)
    else:
        yield Arrived(name, source, data)


def _from_archive(name: str, source: str, members: Iterator[Member], whole: Callable[[], bytes]) -> Iterator[Arrived]:
    for member in members:
        if member.place:
            own_name = member.place.rsplit("/", 1)[-1]
            place = f"{source}/{member.place}"
            yield Arrived(own_name, place, member.data, member.trouble, is_left_behind=member.is_left_behind)
        else:  # the archive itself: the office may be able to open it
            yield Arrived(name, source, whole(), member.trouble)


def _read_whole(file: Path, size: int) -> bytes:
    """An archive that is to be laid in 待查; what is larger than any file there stays where it is."""
    try:
        return b"" if size > MAX_FILE_BYTES else file.read_bytes()
    except OSError:
        return b""


def readable_name(path: Path) -> str:
    """A path as people see it, with forward slashes. A name that is not UTF-8 is GBK: from an old archive, on Linux."""
    return "/".join(_readable_part(part) for part in path.as_posix().split("/"))


def _readable_part(part: str) -> str:
    # Python keeps the bytes of a name that are no UTF-8 as lone surrogates: so they are had back.
    data = part.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def list_files(path: Path, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """`path` itself, or every file below it, by name; only those with one of `suffixes`, if any are given.

    Files that programs leave behind, and those in hidden folders, are not among them.
    """
    if path.is_file():
        return [path]
    top = path.resolve()
    files = (file for file in top.rglob("*") if file.is_file() and not is_left_behind(file.relative_to(top).as_posix()))
    return sorted(file for file in files if not suffixes or file.suffix.lower() in suffixes)


def unread_in(path: Path) -> list[str]:
    """The files below a folder that are no workbooks by their names, archives among them, as people see them."""
    if path.is_file():
        return []
    top = path.resolve()
    files = [file for file in list_files(path) if file.suffix.lower() not in WORKBOOK_SUFFIXES]
    return [readable_name(file.relative_to(top)) for file in files]


def left_behind_in(path: Path) -> list[Path]:
    """The files below a folder that programs left behind, by name; a hidden folder stands for all that is in it."""
    if path.is_file():
        return []
    top = path.resolve()
    found: set[Path] = set()
    for file in top.rglob("*"):
        below = file.relative_to(top)
        if file.is_file() and is_left_behind(below.as_posix()):
            found.add(top / _outermost_left_behind(below))
    return sorted(found)


def _outermost_left_behind(below: Path) -> Path:
    folders = [
        folder for folder in reversed(below.parents) if folder.parts and is_left_behind(f"{folder.as_posix()}/x")
    ]
    return folders[0] if folders else below
