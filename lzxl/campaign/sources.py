"""Where submissions come from: files, folders and zip archives. Every file that is looked at is accounted for."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lzxl.errors import UsageError
from lzxl.workbook.reading.guard import MAX_FILE_BYTES

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".ett", ".xlt", ".xltx")
_MOST_MEMBERS = 2000
_MOST_BYTES = 512 * 1024 * 1024
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    UnicodeDecodeError,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    IndexError,
)


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


def arrivals(paths: Iterable[Path]) -> Iterator[Arrived]:
    """Every file in the given files, folders and zip archives, in the order of their names.

    Files that programs leave behind (~$…, .~lock…) are not submissions and are passed over. Raises UsageError for a
    path that does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"找不到：{path}。请检查路径。")
        for file in list_files(path):
            label = readable_name(file.relative_to(path.resolve().parent if path.is_dir() else file.parent))
            name = readable_name(Path(file.name))
            try:
                too_large = file.stat().st_size > _MOST_BYTES
                data = b"" if too_large else file.read_bytes()
            except OSError:
                yield Arrived(name, label, b"", "没有读取权限，或磁盘无法读取")
                continue
            if too_large:
                yield Arrived(name, label, b"", "文件过大")
            else:
                yield from unpacked(name, label, data)


def unpacked(name: str, source: str, data: bytes, most_bytes: int = _MOST_BYTES) -> Iterator[Arrived]:
    """A file as it is, or the files in it if it is a zip archive: by its name, workbooks are archives too.

    `most_bytes`: how much all that is in an archive may come to.
    """
    if name.lower().endswith(".zip") and data.startswith(b"PK"):
        yield from _from_zip(source, data, most_bytes)
    else:
        yield Arrived(name, source, data)


def readable_name(path: Path) -> str:
    """A path as people see it, with forward slashes. A name that is not UTF-8 is GBK: from an old archive, on Linux."""
    return "/".join(_readable_part(part) for part in path.as_posix().split("/"))


def _readable_part(part: str) -> str:
    data = part.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def list_files(path: Path, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """`path` itself, or every file below it, by name; only those with one of `suffixes`, if any are given."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.resolve().rglob("*")
        if file.is_file()
        and not file.name.startswith(("~$", "."))
        and not any(part.startswith(".") for part in file.relative_to(path.resolve()).parts)
        and (not suffixes or file.suffix.lower() in suffixes)
    )


def _from_zip(label: str, data: bytes, most_bytes: int) -> Iterator[Arrived]:
    """The files of an archive, or the archive itself where it cannot be opened.

    Names without the UTF-8 mark are GBK, as Chinese Windows writes them.
    """
    whole = Path(label).name
    try:
        with zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gb18030") as archive:
            members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
            if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > most_bytes:
                yield Arrived(whole, label, data, "压缩包里的文件过多或过大。请解开后分几次收件。")
            elif any(member.flag_bits & 1 for member in members):
                yield Arrived(whole, label, data, "压缩包设有密码，无法打开。请去掉密码重报，或直接报送表格。")
            else:
                for member in sorted(members, key=lambda entry: entry.filename):
                    yield from _member(archive, member, label)
    except _BROKEN_ARCHIVE:
        yield Arrived(whole, label, data, "压缩包已损坏，无法打开。请单位重新压缩后再报，或直接报送表格。")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> Iterator[Arrived]:
    place = member.filename.replace("\\", "/")
    name = place.rsplit("/", 1)[-1]
    if name.startswith(("~$", ".")) or place.startswith("__MACOSX"):
        return
    source = f"{label}/{place}"
    if member.file_size > MAX_FILE_BYTES:
        yield Arrived(name, source, b"", "文件过大")
        return
    try:
        content = archive.read(member)
    except (*_BROKEN_ARCHIVE, zlib.error):
        yield Arrived(name, source, b"", "压缩包里的这个文件已损坏")
    else:
        yield Arrived(name, source, content)
