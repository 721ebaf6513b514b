"""What schemas/archive.yaml may say of the archive of a year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text


class Retention(Entry):
    """For how long something is kept, with the code that stands in a 档号."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]*$")]
    title: Text


class ArchiveVolume(Entry):
    """One of the archives of a year."""

    id: Name
    title: Text
    secrecy: Text
    restricted: bool = False


class ArchiveGroup(Entry):
    """What is archived alike."""

    id: Name
    title: Text
    of: Literal["schemas", "settings", "roster", "filed", "books", "receipts", "held", "mails", "folder"]
    volume: Name
    retention: Text
    clause: Text
    per: Literal["unit", "file", "all"] = "file"
    forms: Annotated[list[Text], Field(min_length=1)] | None = None
    # One folder of the campaign: neither a path out of it nor the program's own .lzxl.
    folder: Annotated[str, Field(pattern=r"^[^/\\.][^/\\]*$")] | None = None
    names: Annotated[list[Text], Field(min_length=1)] | None = None
    titled_by_name: bool = False
    titled_by_number: bool = False


class Audience(Entry):
    """Whom a dossier is made for, and what goes into it."""

    audience: Text
    masked: bool = False
    groups: Annotated[list[Name], Field(min_length=1)]


class ArchiveColumn(Entry):
    """A column of 归档文件目录."""

    shows: Literal["place", "number", "document", "author", "title", "day", "secrecy", "pages", "remark"]
    title: Text
    width: Annotated[float, Field(gt=3, le=80)]


class ArchiveFile(Entry):
    """schemas/archive.yaml: what of a year is kept for good, where and for how long."""

    model_config = ConfigDict(title="archive")

    clause: Text
    basis: Text
    retentions: Annotated[list[Retention], Field(min_length=1)]
    volumes: Annotated[list[ArchiveVolume], Field(min_length=1)]
    columns: Annotated[list[ArchiveColumn], Field(min_length=1)]
    groups: Annotated[list[ArchiveGroup], Field(min_length=1)]
    audiences: Annotated[list[Audience], Field(min_length=1)]
