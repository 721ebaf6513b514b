"""What of a year is kept for good, where and for how long (第八条(三): 归档备查), as schemas/archive.yaml says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from lzxl.data import schemas_folder
from lzxl.forms.load import read_sound
from lzxl.forms.parts import made

NAME = "archive.yaml"
"""The file of `schemas/`."""


@dataclass(frozen=True)
class Retention:
    """For how long something is kept. `code`: as it stands in a 档号 (Y, D30, D10)."""

    code: str
    title: str


@dataclass(frozen=True)
class Volume:
    """One of the archives of a year. `restricted`: for those only who have to know."""

    id: str
    title: str
    secrecy: str
    restricted: bool = False


@dataclass(frozen=True)
class Group:
    """What is archived alike: what it takes (`of`), into which volume, for how long, and what is one 件 of it (`per`)."""

    id: str
    title: str
    of: str
    volume: str
    retention: str
    clause: str
    per: str = "file"
    forms: tuple[str, ...] = ()
    folder: str = ""
    names: tuple[str, ...] = ()
    titled_by_name: bool = False
    titled_by_number: bool = False


@dataclass(frozen=True)
class ListColumn:
    """A column of 归档文件目录, with what it shows of a 件."""

    shows: str
    title: str
    width: float


@dataclass(frozen=True)
class Audience:
    """Whom a dossier is made for: the groups that go into it, and whether nobody is to be named in it."""

    audience: str
    groups: tuple[str, ...]
    masked: bool = False


@dataclass(frozen=True)
class ArchiveTable:
    """The whole of it. `basis`: what the times of keeping rest on."""

    basis: str
    retentions: tuple[Retention, ...]
    volumes: tuple[Volume, ...]
    columns: tuple[ListColumn, ...]
    groups: tuple[Group, ...]
    audiences: tuple[Audience, ...] = ()

    def of(self, kind: str) -> Iterator[Group]:
        """The groups that take one kind of thing, in their order."""
        return (group for group in self.groups if group.of == kind)

    @cached_property
    def volume_by_id(self) -> dict[str, Volume]:
        return {volume.id: volume for volume in self.volumes}

    @cached_property
    def retention_by_code(self) -> dict[str, Retention]:
        return {one.code: one for one in self.retentions}


@lru_cache(maxsize=4)
def load_archive_table(folder: Path | None = None) -> ArchiveTable:
    """What schemas/archive.yaml says. Raises ConfigError if a file of `schemas/` is not sound."""
    table: ArchiveTable = made(ArchiveTable, read_sound(schemas_folder(folder), NAME))
    return table
