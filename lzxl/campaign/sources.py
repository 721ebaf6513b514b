"""Where submissions come from: files, folders and zip archives. Every file that is looked at is accounted for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lzxl.errors import UsageError
from lzxl.workbook.reading.guard import MAX_FILE_BYTES

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".xlsb", ".ods", ".ett", ".xlt", ".xltx")
_MOST_MEMBERS = 2000
_MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Arrived:
    """One file that arrived: its bytes, its own name, and where it was found, as people see it."""

    name: str
    source: str
    data: bytes
    trouble: str = ""
    """Why it could not be taken out of its source, "" if it could."""


def arrivals(paths: Iterable[Path]) -> Iterator[Arrived]:
    """Every file in the given files, folders and zip archives, in the order of their names.

    Files that programs leave behind (~$…, .~lock…) are not submissions and are passed over. Raises UsageError for a
    path that does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"找不到：{path}。请检查路径。")
        for file in list_files(path):
            label = file.relative_to(path.parent if path.is_dir() else file.parent).as_posix()
            try:
                size = file.stat().st_size
                data = file.read_bytes() if size <= 10 * MAX_FILE_BYTES else b""
            except OSError:
                yield Arrived(file.name, label, b"", "没有读取权限，或磁盘无法读取")
                continue
            if file.suffix.lower() == ".zip" and data.startswith(b"PK"):
                yield from _from_zip(label, data)
            else:
                yield Arrived(file.name, label, data)


def list_files(path: Path, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """`path` itself, or every file below it, by name; only those with one of `suffixes`, if any are given."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and not file.name.startswith(("~$", "."))
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and (not suffixes or file.suffix.lower() in suffixes)
    )


def _from_zip(label: str, data: bytes) -> Iterator[Arrived]:
    """The files of an archive. Names without the UTF-8 mark are GBK, as Chinese Windows writes them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gb18030") as archive:
            members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
            if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_BYTES:
                yield Arrived(Path(label).name, label, b"", "压缩包里的文件过多或过大")
                return
            for member in sorted(members, key=lambda entry: entry.filename):
                name = member.filename.replace("\\", "/").rsplit("/", 1)[-1]
                if name.startswith(("~$", ".")) or member.filename.startswith("__MACOSX"):
                    continue
                source = f"{label}/{member.filename}"
                if member.flag_bits & 1:
                    yield Arrived(name, source, b"", "压缩包设有密码")
                elif member.file_size > MAX_FILE_BYTES:
                    yield Arrived(name, source, b"", "文件过大")
                else:
                    yield Arrived(name, source, archive.read(member))
    except (zipfile.BadZipFile, UnicodeDecodeError, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        yield Arrived(Path(label).name, label, b"", "压缩包已损坏，无法打开")
